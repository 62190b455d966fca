// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.MutableCallSite;
import java.util.function.Supplier;

/// A method handle that is made by its first call.
///
/// The call site's target begins as the maker and ends as the handle that was made, which the JIT treats as a constant.
/// If the maker throws, so does the call, and the next call asks again.
public final class Late extends MutableCallSite {

    private static final MethodHandle MAKE;

    static {
        try {
            MAKE = MethodHandles.lookup().findVirtual(Late.class, "make", MethodType.methodType(MethodHandle.class));
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private final Supplier<MethodHandle> maker;

    private Late(MethodType type, Supplier<MethodHandle> maker) {
        super(type);
        this.maker = maker;
        setTarget(MethodHandles.foldArguments(MethodHandles.exactInvoker(type), MAKE.bindTo(this)));
    }

    /// {@return a handle of this type, which must be the maker's}
    public static MethodHandle handle(MethodType type, Supplier<MethodHandle> maker) {
        return new Late(type, maker).dynamicInvoker();
    }

    private MethodHandle make() {
        MethodHandle made = maker.get();
        setTarget(made);
        return made;
    }
}

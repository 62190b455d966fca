// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/// A call that the JIT does not put in the place of its caller, since it does not know which it is.
final class Apart {

    private static final MethodHandle HANDLE;

    static {
        try {
            HANDLE = MethodHandles.lookup().findGetter(Apart.class, "handle", MethodHandle.class);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private MethodHandle handle; // not final: no constant

    private Apart(MethodHandle handle) {
        this.handle = handle;
    }

    /// {@return a handle of the same type that calls it}
    static MethodHandle of(MethodHandle handle) {
        return MethodHandles.foldArguments(
                MethodHandles.exactInvoker(handle.type()), HANDLE.bindTo(new Apart(handle)));
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/// Calls that the JIT does not put in the place of their caller, since it does not know which they are: so the caller
/// stays small enough to be put in the place of its own, and the objects that it is given are never made.
public final class Apart {

    private static final int OFTEN = 200; // calls, before which nothing is compiled, and a handle would only cost time

    private static MethodHandle lower; // not final: no constant
    private static int calls; // several threads may lose some of them

    private MethodHandle handle; // as above

    private Apart(MethodHandle handle) {
        this.handle = handle;
    }

    /// {@return a handle of the same type that calls it}
    public static MethodHandle of(MethodHandle handle) {
        try {
            MethodHandle known = MethodHandles.lookup().findGetter(Apart.class, "handle", MethodHandle.class);
            return MethodHandles.foldArguments(
                    MethodHandles.exactInvoker(handle.type()), known.bindTo(new Apart(handle)));
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e); // the field is our own
        }
    }

    /// As [Conversion.OfLong#lower(Object, Scratch)]; called by generated code.
    public static long lower(Conversion.OfLong conversion, Object value, Scratch scratch) {
        MethodHandle known = lower;
        if (known == null) {
            return lowerFirst(conversion, value, scratch);
        }
        try {
            return (long) known.invokeExact(conversion, value, scratch);
        } catch (Throwable e) {
            throw Linking.sneak(e);
        }
    }

    /// Too long for the JIT to inline where it is called seldom.
    private static long lowerFirst(Conversion.OfLong conversion, Object value, Scratch scratch) {
        if (++calls >= OFTEN) {
            try {
                MethodType type = MethodType.methodType(long.class, Object.class, Scratch.class);
                lower = MethodHandles.lookup().findVirtual(Conversion.OfLong.class, "lower", type);
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e); // the method is our own
            }
        }
        return conversion.lower(value, scratch);
    }
}

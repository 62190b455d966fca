// SPDX-License-Identifier: Apache-2.0
package users;

import ffi.core.Bindings;
import ffi.core.NativeType;
import ffi.core.Upcall;

import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandles;

/// Functional interfaces that only this package sees, each used in every way, in another order.
public final class Orders {

    private interface First {
        int next(int value);
    }

    private record FirstHolder(First function) {}

    private interface FirstLib {
        int twice_i32(First function, int value);
    }

    private interface Second {
        int next(int value);
    }

    private record SecondHolder(Second function) {}

    private interface SecondLib {
        int twice_i32(Second function, int value);
    }

    private Orders() {}

    /// {@return what the calls return, where a record is read first}
    public static String recordFirst() {
        NativeType.struct(FirstHolder.class).layout();
        try (Arena arena = Arena.ofConfined()) {
            First kept = Upcall.of(NativeType.callback(First.class), value -> value + 1, arena);
            int bound = Bindings.bind(FirstLib.class, "sum", MethodHandles.lookup()).twice_i32(kept, 1);
            return bound + " " + kept.next(5) + " "
                    + Bindings.bind(FirstLib.class, "sum", MethodHandles.lookup()).twice_i32(value -> value * 3, 1);
        }
    }

    /// {@return the same, where it is read last}
    public static String recordLast() {
        int bound = Bindings.bind(SecondLib.class, "sum", MethodHandles.lookup()).twice_i32(value -> value * 3, 1);
        try (Arena arena = Arena.ofConfined()) {
            Second kept = Upcall.of(NativeType.callback(Second.class), value -> value + 1, arena);
            NativeType.struct(SecondHolder.class).layout();
            return Bindings.bind(SecondLib.class, "sum", MethodHandles.lookup()).twice_i32(kept, 1) + " "
                    + kept.next(5) + " " + bound;
        }
    }
}

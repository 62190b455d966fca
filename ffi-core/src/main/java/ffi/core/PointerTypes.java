// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.ObjectPassing;
import ffi.core.internal.Passage;
import ffi.core.internal.Pointers;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/// Makes the types of what points to something else.
final class PointerTypes {

    private PointerTypes() {}

    static <T> NativeType<T> handle(
            String name, Function<MemorySegment, ? extends T> wrap, Function<? super T, MemorySegment> unwrap) {
        Objects.requireNonNull(name, "name");
        Pointers.OfHandle conversion =
                new Pointers.OfHandle(name, Pointers.function(wrap), Pointers.function(unwrap), false, null);
        return new NativeType<>(new Passage(name, Object.class, ValueLayout.ADDRESS, false, conversion, List.of()));
    }

    static <T> NativeType<Pointer<T>> pointer(NativeType<T> to) {
        String name = "pointer(" + to + ")";
        IllegalArgumentException why = to.whyNot("address");
        if (why != null) {
            return NativeType.wrong(name, why);
        }
        return new NativeType<>(new Passage(name, Pointer.class, ValueLayout.ADDRESS, false,
                new PointerPassing(name, to, to.isComplete() ? to.cell() : null, false, null, false), List.of()));
    }

    /// @param word `out` or `inout`
    /// @param in   whether C reads the value, too
    static <T> NativeType<Out<T>> out(String word, NativeType<T> type, boolean in) {
        String name = word + "(" + type + ")";
        IllegalArgumentException why = type.whyNot(word);
        return why != null ? NativeType.wrong(name, why) : new NativeType<>(NativeType.pointer(
                name, Out.class, new OutPassing(name, type.passage(), type.cell(), in, false)));
    }

    static <T> NativeType<T> object(Class<T> type) {
        String name = "object(" + type.getSimpleName() + ")";
        return new NativeType<>(new Passage(name, type.isPrimitive() ? Object.class : type, ValueLayout.ADDRESS, false,
                new ObjectPassing(name, type, false), List.of()));
    }
}

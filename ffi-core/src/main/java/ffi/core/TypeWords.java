// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.CallbackPassing;
import ffi.core.internal.Capture;
import ffi.core.internal.Conversion;
import ffi.core.internal.Misfit;
import ffi.core.internal.Passage;
import ffi.core.internal.Pointers;
import ffi.core.internal.Release;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/// The words that make another type of one, such as `orNull`. A type that can not be stays what it is.
final class TypeWords {

    private TypeWords() {}

    /// {@return the type with another conversion, or one that says that there is none}
    static <T> NativeType<T> word(
            NativeType<T> type, String word, String expected, String name, Conversion conversion) {
        if (type.why() != null) {
            return type;
        }
        return conversion == null ? NativeType.wrong(name, BindingException.notOf(type, word, expected))
                : new NativeType<>(type.passage().with(name, conversion));
    }

    static <T> NativeType<T> onError(NativeType<T> type, Object value) {
        String word = "onError(" + value + ")";
        String name = type + "." + word;
        Conversion conversion = null;
        try {
            conversion = type.passage().conversion() instanceof CallbackPassing callback
                    ? Callbacks.onError(callback, name, value) : null;
        } catch (ClassCastException | Misfit none) {
            // said below
        }
        return word(type, word, "a callback, and a value of its result's type", name, conversion);
    }

    static <T, U> NativeType<U> map(
            NativeType<T> type, Function<? super T, ? extends U> read, Function<? super U, ? extends T> write) {
        Objects.requireNonNull(read, "read");
        Objects.requireNonNull(write, "write");
        Passage passage = type.passage();
        if (type.why() != null) {
            return NativeType.wrong(passage.name(), type.why());
        }
        List<Passage.Mapping> mappings = new ArrayList<>(passage.mappings());
        mappings.add(new Passage.Mapping(Pointers.function(read), Pointers.function(write)));
        return new NativeType<>(new Passage(passage.name(), passage.javaType(), passage.layout(),
                passage.unsigned(), passage.conversion(), List.copyOf(mappings), passage.failure()));
    }

    private record NullStays(Function<Object, Object> function) implements Function<Object, Object> {
        @Override
        public Object apply(Object value) {
            return value == null ? null : function.apply(value);
        }
    }

    static <T> NativeType<T> orNull(NativeType<T> type) {
        if (type.why() != null || type.admitsNull()) {
            return type;
        }
        Passage passage = type.passage();
        String name = passage.name() + ".orNull";
        Conversion conversion = passage.conversion() == null ? null : passage.conversion().orNull(name);
        if (conversion == null) {
            return NativeType.wrong(name, BindingException.notOf(type, "orNull", "a pointer"));
        }
        List<Passage.Mapping> mappings = passage.mappings().stream()
                .map(m -> new Passage.Mapping(new NullStays(m.read()), new NullStays(m.write())))
                .toList();
        return new NativeType<>(new Passage(name, passage.javaType(), passage.layout(), passage.unsigned(), conversion,
                mappings, passage.failure()));
    }

    static <T> NativeType<T> orErrno(NativeType<T> type) {
        Passage made = ErrnoTypes.or(type.passage(), "orErrno", Capture.ERRNO);
        return failing(type, "orErrno", made, "a number or a pointer");
    }

    static <T> NativeType<WithErrno<T>> withErrno(NativeType<T> type, String word, Capture capture, String expected) {
        return failing(type, word, ErrnoTypes.with(type.passage(), word, capture), expected);
    }

    private static <U> NativeType<U> failing(NativeType<?> type, String word, Passage made, String expected) {
        String name = type + "." + word;
        if (type.why() != null) {
            return NativeType.wrong(name, type.why());
        }
        return made == null ? NativeType.wrong(name, BindingException.notOf(type, word, expected))
                : new NativeType<>(made);
    }

    static <T> NativeType<T> owned(NativeType<T> type, Downcall free) {
        return free.frees()
                ? owned(type, new Release.ByHandle(free.freeing(), free.target()))
                : NativeType.wrong(type + ".owned", BindingException.notFreeing(free));
    }

    static <T> NativeType<T> owned(NativeType<T> type, Release free) {
        String name = type + ".owned";
        Conversion conversion = type.passage().conversion();
        return word(type, "owned", "text, a handle, a pointer or an array", name,
                conversion == null ? null : conversion.owned(name, free));
    }

    static <T> NativeType<T> ordered(NativeType<T> type, String word, ByteOrder order) {
        Passage passage = type.passage();
        Conversion conversion = passage.conversion();
        String name = passage.name() + "." + word;
        if (type.why() != null) {
            return type;
        }
        if (passage.layout() == null || !(conversion == null
                || conversion instanceof Conversion.Checked || conversion instanceof Conversion.OfNumber)) {
            return NativeType.wrong(name, BindingException.notOf(type, word, "a number"));
        }
        return new NativeType<>(new Passage(name, passage.javaType(), passage.layout().withOrder(order),
                passage.unsigned(), conversion, passage.mappings(), passage.failure()));
    }
}

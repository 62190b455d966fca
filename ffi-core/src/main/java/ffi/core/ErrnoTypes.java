// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Capture;
import ffi.core.internal.Captured;
import ffi.core.internal.Conversion;
import ffi.core.internal.Linking;
import ffi.core.internal.Passage;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Results of calls that leave a number behind when they fail.
final class ErrnoTypes {

    private ErrnoTypes() {}

    /// {@return the result that is an exception if it says that the call failed, or null if it can not say so}
    static Passage or(Passage passage, String word, Capture capture) {
        if (!tells(passage) || passage.capture() != null) {
            return null;
        }
        return new Passage(passage.name() + "." + word, passage.javaType(), passage.layout(),
                passage.unsigned(), passage.conversion(), passage.mappings(), new Left(capture));
    }

    /// Whether a value of it can say that a call has failed.
    private static boolean tells(Passage passage) {
        Class<?> carrier = passage.carrier();
        return carrier != void.class && carrier != boolean.class && carrier != float.class && carrier != double.class
                && !(passage.conversion() instanceof Conversion.OfStruct);
    }

    /// {@return the result beside the number, or null if there is none, or there is one already}
    static Passage with(Passage passage, String word, Capture capture) {
        if (!capture.isKnown() || passage.capture() != null
                || passage.conversion() != null && passage.conversion().isParameter()) {
            return null;
        }
        String name = passage.name() + "." + word;
        List<Passage.Mapping> mappings = new ArrayList<>(passage.mappings());
        mappings.add(new Passage.Mapping(Function.identity(), new NoArgument(name), new Left(capture)));
        return new Passage(name, passage.javaType(), passage.layout(), passage.unsigned(),
                passage.conversion(), List.copyOf(mappings), passage.failure());
    }

    /// The number, as `errno` is shown to the user.
    private record Left(Capture capture) implements Captured {
        @Override
        public Object beside(Object value, int code) {
            return new WithErrno<>(value, new Errno(code));
        }

        @Override
        public RuntimeException failed(String call, int code) {
            return new ErrnoException(call, new Errno(code));
        }
    }

    private record NoArgument(String name) implements Function<Object, Object> {
        @Override
        public Object apply(Object value) {
            throw new UnsupportedOperationException(name + " is a result");
        }
    }

    /// A record, since the JIT trusts its field.
    record Throwing<T>(Function<? super T, ? extends Throwable> fault) implements Function<T, T> {
        @Override
        public T apply(T value) {
            Throwable thrown = fault.apply(value);
            if (thrown != null) {
                throw Linking.sneak(thrown);
            }
            return value;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Linking;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.function.Function;

/// A constructor or accessor as a function that the JIT sees through, since a record's fields are constants to it.
/// Two are equal if they are of one class and have one type: a class has one such constructor and one such accessor. So
/// types of one class are equal, however often they are made.
///
/// @param handle takes and returns an [Object]
/// @param type   of the constructor or accessor
/// @param of     the class
record Handles<A, R>(MethodHandle handle, MethodType type, Class<?> of) implements Function<A, R> {

    static <A, R> Function<A, R> function(MethodHandle handle, Class<?> of) {
        return new Handles<>(handle.asType(MethodType.genericMethodType(1)), handle.type(), of);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Handles<?, ?> handles && handles.of == of && handles.type.equals(type);
    }

    @Override
    public int hashCode() {
        return 31 * of.hashCode() + type.hashCode();
    }

    @Override
    @SuppressWarnings("unchecked") // who made the handle knows its type
    public R apply(A value) {
        try {
            return (R) (Object) handle.invokeExact((Object) value);
        } catch (Throwable e) {
            throw Linking.sneak(e);
        }
    }
}

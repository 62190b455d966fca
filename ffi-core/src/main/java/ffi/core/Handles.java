// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Linking;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.function.Function;

/// A constructor or accessor as a function that the JIT sees through, since a record's fields are constants to it.
/// @param handle takes and returns an [Object]
record Handles<A, R>(MethodHandle handle) implements Function<A, R> {

    static <A, R> Function<A, R> function(MethodHandle handle) {
        return new Handles<>(handle.asType(MethodType.genericMethodType(1)));
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

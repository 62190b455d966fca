// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Faces;
import ffi.core.internal.Facts;
import ffi.core.internal.Linking;
import ffi.core.internal.Passage;
import ffi.core.internal.WatchedCall;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.List;

/// Calls of a function with arguments of which no compiler knows anything.
final class LooseCall {

    private final Downcall function;
    private final List<NativeType<?>> parameters;
    private MethodHandle spread;

    LooseCall(Downcall function) {
        this.function = function;
        parameters = function.signature().parameters();
    }

    Object with(Object[] arguments) {
        if (arguments.length != parameters.size()) {
            throw new IllegalArgumentException(Facts.of("Wrong number of arguments")
                    .add("function", function)
                    .add("expected", parameters.size())
                    .add("found", arguments.length)
                    .toString());
        }
        return Faces.watches(function.target()) ? watched(arguments) : fitting(arguments);
    }

    /// With the user's own arguments and result.
    private Object watched(Object[] arguments) {
        WatchedCall watched = WatchedCall.around(function.target(), function.passages(), arguments);
        try {
            Object result = fitting(arguments);
            WatchedCall.returned(watched, result);
            return result;
        } catch (Throwable e) {
            WatchedCall.threw(watched, e);
            throw Linking.sneak(e);
        }
    }

    private Object fitting(Object[] arguments) {
        Object[] lowered = new Object[arguments.length];
        for (int i = 0; i < lowered.length; i++) {
            lowered[i] = Arguments.fit(arguments[i], parameters.get(i), function, i);
        }
        try {
            Object result = (Object) spread().invokeExact(lowered);
            Passage passage = function.signature().result().passage();
            return passage.capture() != null ? result : passage.map(result); // which was, if it has an errno beside it
        } catch (Throwable e) {
            throw Linking.sneak(e);
        }
    }

    /// Of the types before they were mapped: what a mapping takes can not be checked, but what it makes can.
    private MethodHandle spread() {
        MethodHandle known = spread;
        if (known == null) {
            Signature plain = function.signature().unmapped();
            spread = known = Faces.handle(plain.methodType(), plain.call(), function.unloads(), function.target())
                    .asSpreader(Object[].class, parameters.size())
                    .asType(MethodType.methodType(Object.class, Object[].class));
        }
        return known;
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.util.List;

/// What a function of any arguments was called with: their classes, and its format, which was checked against them. A
/// record, since the JIT trusts its fields.
///
/// @param at     which argument the format is, or -1
/// @param format this very string; null if it is none
/// @param fits   whether those that C names come as other classes than their own, and are fitted each time
/// @param types  by which those behind what C names travel
/// @param linked calls it with these types
record Combination(Class<?>[] classes, int at, String format, boolean fits, List<NativeType<?>> types,
        AnyArguments.Linked linked) {

    boolean isLike(Object[] arguments) {
        if (arguments.length != classes.length) {
            return false;
        }
        for (int i = 0; i < classes.length; i++) {
            if ((arguments[i] == null ? null : arguments[i].getClass()) != classes[i]) {
                return false;
            }
        }
        return format == null || arguments[at] == format; // of no other string is it known that it fits
    }

    private boolean isLike(Object given, Object[] rest) {
        return given == format && isLikeRest(rest);
    }

    private boolean isLikeRest(Object[] rest) {
        int fixed = classes.length - types.size();
        if (rest == null || rest.length != types.size()) {
            return false;
        }
        for (int i = 0; i < rest.length; i++) {
            if ((rest[i] == null ? null : rest[i].getClass()) != classes[fixed + i]) {
                return false;
            }
        }
        return true;
    }

    /// {@return a handle that tells whether what follows the arguments that C names is of these classes, and the last
    /// of those this format}
    ///
    /// @param type of the arguments: what C names, and an array of the rest
    MethodHandle test(MethodType type) {
        Lookup own = MethodHandles.lookup();
        try {
            MethodType ofRest = MethodType.methodType(boolean.class, Object[].class);
            MethodHandle test = at < 0 ? own.findVirtual(Combination.class, "isLikeRest", ofRest)
                    : own.findVirtual(Combination.class, "isLike", ofRest.insertParameterTypes(0, Object.class));
            int named = type.parameterCount() - (test.type().parameterCount() - 1);
            return MethodHandles.dropArguments(test.bindTo(this), 0, type.parameterList().subList(0, named))
                    .asType(type.changeReturnType(boolean.class));
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e); // the methods are its own
        }
    }
}

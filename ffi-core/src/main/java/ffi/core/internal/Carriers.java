// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.invoke.MethodType;

/// What holds for the classes that carry values, whatever type they carry.
public final class Carriers {

    private Carriers() {}

    /// {@return the class of a boxed value; a class that is not primitive is its own}
    public static Class<?> boxed(Class<?> type) {
        return MethodType.methodType(type).wrap().returnType();
    }

    /// {@return a number as one of the integral classes, cut if need be}
    static Object number(Class<?> type, long value) {
        if (type == long.class) {
            return value;
        } else if (type == int.class) {
            return (int) value;
        } else if (type == short.class) {
            return (short) value;
        } else if (type == char.class) {
            return (char) value;
        }
        return (byte) value;
    }
}

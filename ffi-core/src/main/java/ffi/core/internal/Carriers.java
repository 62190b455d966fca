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

    /// {@return a number that a generated call was given in a box, as do the methods below}
    ///
    /// One for each class, so that the JIT sees the box all the way, and does without it.
    ///
    /// @param function what errors name the function by
    /// @param index    of the argument, from 0
    public static int intValue(Integer box, Object function, int index) {
        if (box == null) {
            throw none(Integer.class, function, index);
        }
        return box;
    }

    public static long longValue(Long box, Object function, int index) {
        if (box == null) {
            throw none(Long.class, function, index);
        }
        return box;
    }

    public static double doubleValue(Double box, Object function, int index) {
        if (box == null) {
            throw none(Double.class, function, index);
        }
        return box;
    }

    public static float floatValue(Float box, Object function, int index) {
        if (box == null) {
            throw none(Float.class, function, index);
        }
        return box;
    }

    public static short shortValue(Short box, Object function, int index) {
        if (box == null) {
            throw none(Short.class, function, index);
        }
        return box;
    }

    public static byte byteValue(Byte box, Object function, int index) {
        if (box == null) {
            throw none(Byte.class, function, index);
        }
        return box;
    }

    public static char charValue(Character box, Object function, int index) {
        if (box == null) {
            throw none(Character.class, function, index);
        }
        return box;
    }

    public static boolean booleanValue(Boolean box, Object function, int index) {
        if (box == null) {
            throw none(Boolean.class, function, index);
        }
        return box;
    }

    private static RuntimeException none(Class<?> box, Object function, int index) {
        return Faults.argument(Misfit.none(null, box), function, index);
    }
}

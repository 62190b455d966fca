// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.CallbackPassing;
import ffi.core.internal.Facts;
import ffi.core.internal.Functions;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;

/// What C makes of an argument behind the `...` of a function (C11, 6.5.2.2).
final class Promotion {

    private static final Lookup OWN = MethodHandles.lookup();

    static final MethodHandle TO_ADDRESS = find("toAddress", MemorySegment.class);

    private Promotion() {}

    /// {@return a function from an object to a primitive type}
    static MethodHandle to(Class<?> type) {
        return type == int.class ? find("toInt", int.class)
                : type == long.class ? find("toLong", long.class) : find("toDouble", double.class);
    }

    private static MethodHandle find(String name, Class<?> type) {
        try {
            return OWN.findStatic(Promotion.class, name, MethodType.methodType(type, Object.class));
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static int toInt(Object value) {
        return value instanceof Boolean truth ? truth ? 1 : 0
                : value instanceof Character character ? character
                : value instanceof Number number ? number.intValue() : number(value);
    }

    private static long toLong(Object value) {
        return value instanceof Long number ? number : toInt(value);
    }

    /// {@return a constant of an enumeration as an `int`, which has 32 bits with or without a sign}
    private static int number(Object value) {
        Enum<?> constant = value instanceof OpenEnum<?> open ? open.constant() : (Enum<?>) value;
        long number = constant != null ? Constant.number(constant) : ((OpenEnum<?>) value).number();
        if (number != (int) number && number != Integer.toUnsignedLong((int) number)) {
            throw new IllegalArgumentException(Facts.of("A constant beyond the width of an int")
                    .add("found", value + " = " + number)
                    .hint("pass its number as a Long")
                    .toString());
        }
        return (int) number;
    }

    private static double toDouble(Object value) {
        return ((Number) value).doubleValue();
    }

    private static MemorySegment toAddress(Object value) {
        return value instanceof Pointer<?> pointer ? pointer.segment()
                : value instanceof Functions function ? CallbackPassing.addressOf(function) : (MemorySegment) value;
    }
}

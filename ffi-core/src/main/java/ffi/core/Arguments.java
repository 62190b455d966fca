// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Carriers;
import ffi.core.internal.Facts;
import ffi.core.internal.Passage;

import java.math.BigInteger;
import java.util.function.Supplier;

/// Checks what comes through the dynamic door, since there no compiler did.
final class Arguments {

    private Arguments() {}

    /// {@return the argument as the parameter's class}
    ///
    /// @param index from 0
    static Object fit(Object argument, NativeType<?> parameter, Downcall function, int index) {
        Passage passage = parameter.passage();
        Class<?> expected = Carriers.boxed(Signature.javaType(passage));
        if (expected.isInstance(argument) || argument == null && !passage.javaType().isPrimitive()) {
            return argument; // whether null is admitted the conversion knows
        }
        if (isIntegral(argument) && Number.class.isAssignableFrom(expected)) {
            BigInteger value = argument instanceof BigInteger big
                    ? big : BigInteger.valueOf(((Number) argument).longValue());
            if (expected == Float.class || expected == Double.class) {
                double wide = value.doubleValue();
                return expected == Float.class ? (Object) (float) wide : (Object) wide;
            }
            return number(value, expected, passage.unsigned(), () -> misfit(argument, parameter, function, index));
        }
        throw misfit(argument, parameter, function, index);
    }

    private static boolean isIntegral(Object argument) {
        return argument instanceof Integer || argument instanceof Long || argument instanceof Short
                || argument instanceof Byte || argument instanceof BigInteger;
    }

    private static Object number(BigInteger value, Class<?> type, boolean unsigned,
            Supplier<IllegalArgumentException> misfit) {
        int bits = type == Byte.class ? 8 : type == Short.class ? 16 : type == Integer.class ? 32 : 64;
        boolean fits = unsigned ? value.signum() >= 0 && value.bitLength() <= bits : value.bitLength() < bits;
        if (!fits) {
            throw misfit.get();
        }
        return switch (bits) {
            case 8 -> (Object) value.byteValue();
            case 16 -> value.shortValue();
            case 32 -> value.intValue();
            default -> value.longValue();
        };
    }

    private static IllegalArgumentException misfit(
            Object argument, NativeType<?> parameter, Downcall function, int index) {
        return new IllegalArgumentException(Facts.of("Argument " + (index + 1) + " is not a value of its type")
                .add("function", function)
                .add("declared", parameter)
                .add("expected", expected(parameter.passage()))
                .add("found", found(argument))
                .toString());
    }

    private static String expected(Passage passage) {
        Class<?> type = Carriers.boxed(passage.javaType());
        if (!Number.class.isAssignableFrom(type) || type == Float.class || type == Double.class) {
            return type.getSimpleName();
        }
        int bits = type == Byte.class ? 8 : type == Short.class ? 16 : type == Integer.class ? 32 : 64;
        BigInteger one = BigInteger.ONE;
        return passage.unsigned()
                ? "0 to " + one.shiftLeft(bits).subtract(one)
                : one.shiftLeft(bits - 1).negate() + " to " + one.shiftLeft(bits - 1).subtract(one);
    }

    private static String found(Object argument) {
        return switch (argument) {
            case null -> "null";
            case Number number -> number.toString();
            case String text -> "String " + Facts.quoted(text.length() <= 60 ? text : text.substring(0, 60));
            default -> argument.getClass().getTypeName();
        };
    }
}

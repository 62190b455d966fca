// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Carriers;
import ffi.core.internal.Conversion;
import ffi.core.internal.Facts;
import ffi.core.internal.Passage;
import ffi.core.internal.Pointers;

import java.math.BigDecimal;
import java.math.BigInteger;

/// Checks what comes through the dynamic door, since there no compiler did.
final class Arguments {

    private Arguments() {}

    /// {@return the argument as what the parameter's type takes that is not mapped}
    ///
    /// @param index from 0
    static Object fit(Object argument, NativeType<?> parameter, Downcall function, int index) {
        Passage passage = parameter.passage();
        try {
            Object unmapped = passage.unmap(argument);
            Class<?> expected = Carriers.boxed(passage.javaType());
            if (expected.isInstance(unmapped) || unmapped == null && !passage.javaType().isPrimitive()) {
                if (unmapped instanceof Pointer<?> pointer
                        && passage.conversion() instanceof PointerPassing declared
                        && !PointerPassing.isLike(declared.type(), pointer.type())) {
                    throw another(pointer, parameter, function, index);
                }
                return unmapped; // whether null is admitted, and a handle's class, the conversion knows
            }
            Object fitting = isIntegral(unmapped) ? number(big(unmapped), expected, passage) : null;
            if (fitting != null) {
                return fitting;
            }
        } catch (ClassCastException | NullPointerException thrown) {
            // thrown by the user's map, which got what it can not take
            if (thrown instanceof NullPointerException && argument != null) {
                throw thrown; // for a reason of its own
            }
        }
        throw misfit(argument, parameter, function, index);
    }

    private static boolean isIntegral(Object argument) {
        return argument instanceof Integer || argument instanceof Long || argument instanceof Short
                || argument instanceof Byte || argument instanceof BigInteger;
    }

    private static BigInteger big(Object integral) {
        return integral instanceof BigInteger big ? big : BigInteger.valueOf(((Number) integral).longValue());
    }

    /// {@return the value as one of the class, or null if it has no place in it}
    private static Object number(BigInteger value, Class<?> type, Passage passage) {
        if (type == Float.class) {
            float near = value.floatValue();
            return Float.isFinite(near) && new BigDecimal(near).toBigInteger().equals(value) ? near : null;
        } else if (type == Double.class) {
            double near = value.doubleValue();
            return Double.isFinite(near) && new BigDecimal(near).toBigInteger().equals(value) ? near : null;
        } else if (!Number.class.isAssignableFrom(type)
                || value.compareTo(least(passage)) < 0 || value.compareTo(most(passage)) > 0) {
            return null;
        } else if (type == Byte.class) {
            return value.byteValue();
        } else if (type == Short.class) {
            return value.shortValue();
        } else if (type == Integer.class) {
            return value.intValue();
        }
        return value.longValue();
    }

    private static BigInteger least(Passage passage) {
        if (passage.conversion() instanceof Conversion.Checked checked) {
            return BigInteger.valueOf(checked.least());
        }
        return passage.unsigned() ? BigInteger.ZERO : BigInteger.ONE.shiftLeft(bits(passage) - 1).negate();
    }

    private static BigInteger most(Passage passage) {
        if (passage.conversion() instanceof Conversion.Checked checked) {
            return BigInteger.valueOf(checked.most());
        }
        return BigInteger.ONE.shiftLeft(passage.unsigned() ? bits(passage) : bits(passage) - 1)
                .subtract(BigInteger.ONE);
    }

    private static int bits(Passage passage) {
        return Math.toIntExact(passage.layout().byteSize() * 8);
    }

    private static IllegalArgumentException misfit(
            Object argument, NativeType<?> parameter, Downcall function, int index) {
        Words words = Words.of(function);
        boolean isOutOfRange = isIntegral(argument) && isWhole(parameter.passage());
        return new IllegalArgumentException(Facts.of("Argument " + (index + 1) + " is not a value of its type")
                .add("function", function)
                .add("declared", parameter)
                .add("expected", isOutOfRange ? least(parameter.passage()) + " to " + most(parameter.passage())
                        : expected(parameter, words))
                .add("found", isOutOfRange ? argument : words.value(argument))
                .toString());
    }

    private static IllegalArgumentException another(
            Pointer<?> pointer, NativeType<?> parameter, Downcall function, int index) {
        return new IllegalArgumentException(Facts.of("Argument " + (index + 1) + " points to another type")
                .add("function", function)
                .add("declared", parameter)
                .add("expected", ((PointerPassing) parameter.passage().conversion()).type() + " *")
                .add("found", pointer.type() + " *")
                .hint("if its memory is meant all the same, say so: pointer."
                        + (Words.of(function) == Words.KOTLIN ? "cast" : "as") + "(type)")
                .toString());
    }

    private static boolean isWhole(Passage passage) {
        Class<?> type = Carriers.boxed(passage.javaType());
        return passage.mappings().isEmpty() && !(passage.conversion() instanceof Pointers.OfHandle)
                && Number.class.isAssignableFrom(type) && type != Float.class && type != Double.class;
    }

    /// The class is what is wrong, so that it is named, and no range.
    private static String expected(NativeType<?> parameter, Words words) {
        Passage passage = parameter.passage();
        if (!passage.mappings().isEmpty()) {
            return words.mapped(parameter);
        }
        if (passage.conversion() instanceof Pointers.OfHandle) {
            return "a handle";
        }
        Class<?> type = Carriers.boxed(passage.javaType());
        return type.isArray() || type == Integer.class || type == Character.class ? words.type(type)
                : type.getSimpleName();
    }
}

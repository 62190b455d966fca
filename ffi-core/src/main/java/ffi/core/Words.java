// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Facts;

/// The words of the language in which a function is declared, for messages.
enum Words {
    JAVA, KOTLIN;

    private static final int LONGEST = 60; // characters of a text

    /// {@return the words of who declares the function}
    static Words of(Downcall function) {
        return function.library() instanceof NativeLibrary.Source source && source.isOfKotlin() ? KOTLIN : JAVA;
    }

    /// {@return how a function is declared of which C names so many parameters}
    String variadic(int named) {
        return this == KOTLIN ? "variadicAfter(" + named + ")" : "asVariadic(" + named + ")";
    }

    /// {@return a class of the language as its programs name it}
    String type(Class<?> type) {
        if (this == JAVA) {
            return type.getTypeName().startsWith("java.lang.") ? type.getSimpleName() : type.getTypeName();
        }
        if (type.isArray()) {
            return type.componentType().isPrimitive() ? type(boxed(type.componentType())) + "Array"
                    : "Array<" + type(type.componentType()) + ">";
        }
        return type == Integer.class ? "Int" : type == Character.class ? "Char"
                : type.getName().startsWith("java.lang.") || type.getName().startsWith("kotlin.U")
                        ? type.getSimpleName() : type.getTypeName();
    }

    private static Class<?> boxed(Class<?> primitive) {
        return java.lang.invoke.MethodType.methodType(primitive).wrap().returnType();
    }

    /// {@return what a mapping of this name takes, as far as it is known}
    String mapped(NativeType<?> type) {
        return this == JAVA ? "what its map takes" : switch (type.toString()) {
            case "u8", "unsigned char" -> "UByte";
            case "u16", "unsigned short" -> "UShort";
            case "u32", "unsigned int" -> "UInt";
            case "u64", "unsigned long", "unsigned long long" -> "ULong";
            default -> "what its map takes";
        };
    }

    /// {@return the class of a value, and the value itself if it is one of the JDK's or of the language's}
    String value(Object value) {
        return switch (value) {
            case null -> "null";
            case String text -> "String " + Facts.quoted(text.length() <= LONGEST ? text : text.substring(0, LONGEST));
            case Character character -> type(Character.class) + " '" + Facts.line(character.toString()) + "'";
            case Number number when number.getClass().getName().startsWith("java.") ->
                    type(number.getClass()) + " " + number;
            case Boolean truth -> "Boolean " + truth;
            case Enum<?> constant -> type(constant.getDeclaringClass()) + " " + constant.name();
            case Object other when other.getClass().getName().startsWith("kotlin.U") ->
                    type(other.getClass()) + " " + other;
            default -> type(value.getClass());
        };
    }
}

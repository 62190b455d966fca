// SPDX-License-Identifier: Apache-2.0

import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// The 200 functions of native/src/many.c, ten of each shape, and the parts of their declarations.
///
/// A shape is spelled with the result first: V void, I int, J long, F float, D double, P pointer.
final class Shapes {
    static final List<String> ALL = List.of(
            "I", "VI", "II", "III", "JJ", "JJJ", "DD", "DDD", "IP", "PP",
            "PPI", "IPPI", "JPJ", "VPIJ", "FF", "FFF", "DID", "JIIIJ", "IPPPI", "VPPJJDI");
    static final int OF_EACH = 10;

    private Shapes() {}

    static void each(BiConsumer<String, Integer> action) {
        for (String shape : ALL) {
            for (int number = 0; number < OF_EACH; number++) {
                action.accept(shape, number);
            }
        }
    }

    static String name(String shape, int number) {
        return "many_" + shape + "_" + number;
    }

    static char result(String shape) {
        return shape.charAt(0);
    }

    static String parameters(String shape) {
        return shape.substring(1);
    }

    /// {@return small numbers, and a null for each pointer}
    static String arguments(String shape, String nothing) {
        StringJoiner all = new StringJoiner(", ");
        for (int i = 0; i < parameters(shape).length(); i++) {
            all.add(switch (parameters(shape).charAt(i)) {
                case 'I' -> i + 1 + "";
                case 'J' -> i + 1 + "L";
                case 'F' -> i + 1 + ".0f";
                case 'D' -> i + 1 + ".0";
                default -> nothing;
            });
        }
        return all.toString();
    }

    /// {@return such as `int a, Pointer b`}
    ///
    /// @param types what each letter is spelled as
    static String declared(String shape, Function<Character, String> types) {
        StringJoiner all = new StringJoiner(", ");
        for (int i = 0; i < parameters(shape).length(); i++) {
            all.add(types.apply(parameters(shape).charAt(i)) + " " + (char) ('a' + i));
        }
        return all.toString();
    }

    /// @param pointer what a pointer is in Java
    static String java(char type, String pointer) {
        return switch (type) {
            case 'V' -> "void";
            case 'I' -> "int";
            case 'J' -> "long";
            case 'F' -> "float";
            case 'D' -> "double";
            default -> pointer;
        };
    }

    static String descriptor(String shape) {
        boolean isVoid = result(shape) == 'V';
        StringJoiner all = new StringJoiner(
                ", ", isVoid ? "FunctionDescriptor.ofVoid(" : "FunctionDescriptor.of(", ")");
        (isVoid ? parameters(shape) : shape).chars().forEach(type -> all.add(layout((char) type)));
        return all.toString();
    }

    private static String layout(char type) {
        return type == 'P' ? "ADDRESS" : "JAVA_" + java(type, "").toUpperCase(Locale.ROOT);
    }

    static String dsl(char type) {
        return switch (type) {
            case 'V' -> "void";
            case 'I' -> "i32";
            case 'J' -> "i64";
            case 'F' -> "f32";
            case 'D' -> "f64";
            default -> "address";
        };
    }

    static String c(char type) {
        return switch (type) {
            case 'J' -> "int64_t";
            case 'P' -> "void *";
            default -> java(type, "");
        };
    }

    static String jni(char type) {
        return switch (type) {
            case 'V' -> "void";
            case 'P' -> "jlong";
            default -> "j" + java(type, "");
        };
    }
}

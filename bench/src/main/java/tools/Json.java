// SPDX-License-Identifier: Apache-2.0
package tools;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/// Reads and writes JSON: objects are maps, arrays are lists, numbers are doubles.
final class Json {
    private static final int DIGITS = 4; // no benchmark is more exact than that

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /// {@return the value that a text has}
    ///
    /// @throws IllegalArgumentException if it is no JSON
    static Object read(String text) {
        Json json = new Json(text);
        Object value = json.value();
        if (json.next() != 0) {
            throw json.unexpected();
        }
        return value;
    }

    /// {@return an object in lines: one for each member, and one for each element of a list}
    static String document(Map<String, ?> members) {
        StringJoiner text = new StringJoiner(",\n", "{\n", "\n}\n");
        members.forEach((name, value) -> {
            String lines = write(value);
            if (value instanceof List<?> list && !list.isEmpty()) {
                StringJoiner elements = new StringJoiner(",\n    ", "[\n    ", "\n  ]");
                list.forEach(element -> elements.add(write(element)));
                lines = elements.toString();
            }
            text.add("  " + quoted(name) + ": " + lines);
        });
        return text.toString();
    }

    /// {@return a value in one line; a double that is NaN is null, and the others are rounded}
    static String write(Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                StringJoiner members = new StringJoiner(", ", "{", "}");
                map.forEach((name, member) -> members.add(quoted((String) name) + ": " + write(member)));
                yield members.toString();
            }
            case List<?> list -> {
                StringJoiner elements = new StringJoiner(", ", "[", "]");
                list.forEach(element -> elements.add(write(element)));
                yield elements.toString();
            }
            case String string -> quoted(string);
            case Double number when number.isNaN() -> "null";
            case Double number -> rounded(number);
            case null, default -> String.valueOf(value);
        };
    }

    private static String rounded(double number) {
        return Math.abs(number) >= Math.pow(10, DIGITS - 1) ? String.valueOf(Math.round(number))
                : new BigDecimal(number).round(new MathContext(DIGITS)).stripTrailingZeros().toPlainString();
    }

    private static String quoted(String string) {
        return '"' + string.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    private Object value() {
        return switch (next()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            default -> word();
        };
    }

    private Map<String, Object> object() {
        Map<String, Object> members = new LinkedHashMap<>();
        at++;
        while (!ends('}')) {
            String name = string();
            if (next() != ':') {
                throw unexpected();
            }
            at++;
            members.put(name, value());
        }
        return members;
    }

    private List<Object> array() {
        List<Object> elements = new ArrayList<>();
        at++;
        while (!ends(']')) {
            elements.add(value());
        }
        return elements;
    }

    /// Passes over a comma too, wherever one stands: what JMH wrote need not be judged.
    private boolean ends(char bracket) {
        if (next() == ',') {
            at++;
        }
        if (next() == bracket) {
            at++;
            return true;
        }
        return false;
    }

    private String string() {
        if (next() != '"') {
            throw unexpected();
        }
        StringBuilder string = new StringBuilder();
        for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
            string.append(text.charAt(at) == '\\' ? escaped() : text.charAt(at));
        }
        at++;
        return string.toString();
    }

    private char escaped() {
        char letter = text.charAt(++at);
        if (letter == 'u') {
            at += 4;
            return (char) Integer.parseInt(text.substring(at - 3, at + 1), 16);
        }
        return letter == 'n' ? '\n' : letter == 't' ? '\t' : letter; // JMH and we write no others
    }

    private Object word() {
        int from = at;
        while (at < text.length() && ",:{}[]\"".indexOf(text.charAt(at)) < 0 && text.charAt(at) > ' ') {
            at++;
        }
        String word = text.substring(from, at);
        return switch (word) {
            case "true", "false" -> Boolean.valueOf(word);
            case "null" -> null;
            case "" -> throw unexpected();
            default -> Double.valueOf(word);
        };
    }

    /// {@return the next character that is no space, or 0 at the end}
    private char next() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }

    private IllegalArgumentException unexpected() {
        return new IllegalArgumentException("no JSON at index " + at);
    }
}

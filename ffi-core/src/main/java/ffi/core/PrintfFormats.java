// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.ArrayPassing;
import ffi.core.internal.Facts;
import ffi.core.internal.Platform;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The formats of printf(3): what each of their conversions takes.
final class PrintfFormats {

    private static final Set<String> FUNCTIONS = Set.of(
            "printf", "fprintf", "dprintf", "sprintf", "snprintf", "asprintf", "syslog", "sqlite3_mprintf",
            "sqlite3_snprintf", "sqlite3_log", "sqlite3_str_appendf", "err", "errx", "warn", "warnx", "error");

    /// Flags, width, precision, length, conversion; or what is none.
    private static final Pattern CONVERSION = Pattern.compile(
            "%(?<flags>[-+ #0']*)(?<width>\\*|[0-9]*)(?:\\.(?<precision>\\*|[0-9]*))?"
                    + "(?<length>hh?|ll?|[jztqL])?(?<kind>.)?",
            Pattern.DOTALL);

    private static final NativeType<?> BYTES = JavaTypes.known(byte[].class);
    private static final NativeType<?> WIDE = JavaTypes.known(Platform.WINDOWS ? char[].class : int[].class);
    private static final NativeType<?> ENDING = ending(BYTES);
    private static final NativeType<?> WIDE_ENDING = ending(WIDE);

    private PrintfFormats() {}

    /// {@return an array with an element of zeros behind it; there may be one within}
    @SuppressWarnings("unchecked") // of whatever array it is
    private static NativeType<?> ending(NativeType<?> array) {
        return ((NativeType<Object>) array).asConst().map(Function.identity(), values -> {
            int length = Array.getLength(values);
            Object longer = Array.newInstance(values.getClass().componentType(), length + 1);
            System.arraycopy(values, 0, longer, 0, length);
            return longer;
        });
    }

    static boolean isOne(String function) {
        return FUNCTIONS.contains(function);
    }

    /// {@return the types by which arguments travel to a format: a number goes where a longer one is asked for}
    ///
    /// @param types of the arguments, as their classes say them
    /// @param first the index of the first of them
    /// @throws IllegalArgumentException if they do not fit the format
    static List<NativeType<?>> fit(String format, List<NativeType<?>> types, Downcall function, int first) {
        boolean isOfSqlite = function.symbol().startsWith("sqlite3_");
        List<NativeType<?>> fitting = new ArrayList<>(types);
        int next = 0;
        Matcher conversion = CONVERSION.matcher(format);
        while (conversion.find()) {
            String kind = conversion.group("kind");
            if (conversion.group().equals("%%")) {
                continue;
            }
            for (String star : new String[] {"width", "precision"}) {
                if ("*".equals(conversion.group(star))) {
                    take(format, fitting, next++, "int", conversion.group(), function, first);
                }
            }
            if ("m".equals(kind) && !isOfSqlite) { // the text of errno
                continue;
            }
            String taken = takes(kind == null ? "" : kind, conversion.group("length"), isOfSqlite);
            if (taken == null) {
                throw fault("A format that can not be filled in", format, function)
                        .add("conversion", Facts.quoted(conversion.group()))
                        .hint(kind == null || kind.equals("%") ? "a % by itself is written %%"
                                : "known are %d %i %u %x %X %o %c %s %p %f %e %g %a, with h l ll j z t before them, "
                                        + "and %%")
                        .failure();
            }
            take(format, fitting, next++, taken, conversion.group(), function, first);
        }
        if (next < fitting.size()) {
            throw fault("More arguments than the format has conversions", format, function)
                    .add("conversions", next)
                    .add("arguments", fitting.size())
                    .failure();
        }
        return fitting;
    }

    /// {@return what a conversion takes, or null if it is none, or none that can be taken}
    private static String takes(String kind, String length, boolean isOfSqlite) {
        boolean longer = length != null && !length.startsWith("h");
        if (isOfSqlite && length != null && !length.equals("l") && !length.equals("ll")) {
            return null; // %z is a conversion there, and takes text
        }
        return switch (kind) {
            case "d", "i", "u", "x", "X", "o" -> "L".equals(length) ? null : longer ? "64 bits" : "int";
            case "c" -> longer ? null : "int";
            case "s" -> longer ? "wide text" : "text";
            case "q", "Q", "w" -> isOfSqlite && length == null ? "text" : null;
            case "p" -> "a pointer";
            case "f", "F", "e", "E", "g", "G", "a", "A" -> "L".equals(length) ? null : "double";
            default -> null; // %n among them, which writes to memory, and %1$d, which would be another way to count
        };
    }

    private static void take(String format, List<NativeType<?>> types, int index, String taken, String conversion,
            Downcall function, int first) {
        if (index >= types.size()) {
            throw fault("Fewer arguments than the format has conversions", format, function)
                    .add("missing", taken + ", for " + conversion)
                    .add("arguments", types.size())
                    .failure();
        }
        NativeType<?> type = types.get(index);
        boolean isPointer = type.passage().carrier() == java.lang.foreign.MemorySegment.class
                || type.passage().conversion() != null;
        boolean isArray = type.passage().conversion() instanceof ArrayPassing;
        boolean fits = switch (taken) {
            case "int" -> type == NativeType.I32;
            case "64 bits" -> type == NativeType.I64 || type == NativeType.I32;
            case "double" -> type == NativeType.F64;
            case "text" -> isArray ? type.equals(BYTES) : isPointer;
            case "wide text" -> isArray ? type.equals(WIDE) : isPointer && type != NativeType.CSTRING;
            default -> isPointer;
        };
        if (!fits) {
            throw fault("An argument that does not fit the format", format, function)
                    .add("argument", first + index + 1)
                    .add("expected", taken + ", for " + conversion)
                    .add("found", type)
                    .hint(taken.equals("int") && type == NativeType.I64 ? "64 bits are written %ld" : null)
                    .failure();
        }
        if (taken.equals("64 bits")) {
            types.set(index, NativeType.I64);
        } else if (isArray && taken.endsWith("text")) {
            types.set(index, taken.equals("text") ? ENDING : WIDE_ENDING); // C reads on to a NUL
        }
    }

    private static Fault fault(String headline, String format, Downcall function) {
        return new Fault(Facts.of(headline).add("function", function).add("format", Facts.quoted(format)));
    }

    private record Fault(Facts facts) {
        Fault add(String key, Object value) {
            facts.add(key, value);
            return this;
        }

        Fault hint(String remedy) {
            facts.hint(remedy);
            return this;
        }

        IllegalArgumentException failure() {
            return new IllegalArgumentException(facts.toString());
        }
    }
}

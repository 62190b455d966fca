// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Facts;
import ffi.core.internal.Linking;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// A function of C's that takes more arguments than its declaration names, called with any: `printf(const char *, ...)`.
///
/// ```java
/// Variadic snprintf = library.downcall(
///         "snprintf", Signature.of(I32, array(byte[].class), USIZE, CSTRING).asVariadic(3)).variadic();
/// int length = (int) snprintf.call(buffer, 32L, "%d %s %.2f", 3, "x", 1.5);
/// ```
///
/// What an argument is to C its class says, promoted as C does it: an `Integer`, `Short`, `Byte`, `Character` and `Boolean`
/// is an `int`, a `Long` 64 bits, a `Float` and `Double` a `double`, a `String` text of UTF-8, a segment, a [Pointer] and
/// `null` a pointer, an array a pointer to its elements. Each combination is linked once.
///
/// The format of the `printf` family is checked against the arguments before the call. It is used by any thread.
public final class Variadic {

    /// What C's own libraries have of these, and how many parameters each names.
    private static final Map<String, Integer> KNOWN = Map.ofEntries(
            Map.entry("open", 2), Map.entry("openat", 3), Map.entry("open64", 2), Map.entry("openat64", 3),
            Map.entry("fcntl", 2), Map.entry("fcntl64", 2), Map.entry("ioctl", 2), Map.entry("printf", 1),
            Map.entry("fprintf", 2), Map.entry("dprintf", 2), Map.entry("sprintf", 2), Map.entry("snprintf", 3),
            Map.entry("asprintf", 2), Map.entry("wprintf", 1), Map.entry("fwprintf", 2), Map.entry("swprintf", 3),
            Map.entry("scanf", 1), Map.entry("fscanf", 2), Map.entry("sscanf", 2), Map.entry("swscanf", 2),
            Map.entry("syslog", 2), Map.entry("execl", 2), Map.entry("execlp", 2), Map.entry("execle", 2),
            Map.entry("prctl", 1), Map.entry("ptrace", 1), Map.entry("syscall", 1), Map.entry("semctl", 3),
            Map.entry("mq_open", 2), Map.entry("sem_open", 2), Map.entry("mremap", 4), Map.entry("err", 2),
            Map.entry("errx", 2), Map.entry("warn", 1), Map.entry("warnx", 1), Map.entry("error", 3),
            Map.entry("curl_easy_setopt", 2), Map.entry("curl_easy_getinfo", 2), Map.entry("curl_multi_setopt", 2),
            Map.entry("curl_share_setopt", 2), Map.entry("curl_formadd", 2), Map.entry("sqlite3_config", 1),
            Map.entry("sqlite3_db_config", 2), Map.entry("sqlite3_test_control", 1), Map.entry("sqlite3_log", 2),
            Map.entry("sqlite3_mprintf", 1), Map.entry("sqlite3_snprintf", 3), Map.entry("sqlite3_str_appendf", 2),
            Map.entry("sqlite3_vtab_config", 2));

    private final Downcall function;
    private final int fixed;
    private final int format; // the parameter that is one of printf's, or -1
    private final ConcurrentMap<List<NativeType<?>>, MethodHandle> linked = new ConcurrentHashMap<>();
    private volatile Last last = new Last(null, null, false, null);

    /// What was called last: most call sites have one combination, and one format.
    ///
    /// @param fits whether those that C names come as other classes than their own, and are fitted each time
    private record Last(Class<?>[] classes, String format, boolean fits, MethodHandle handle) {

        boolean isLike(Object[] arguments, String format) {
            if (handle == null || format != this.format || arguments.length != classes.length) {
                return false;
            }
            for (int i = 0; i < classes.length; i++) {
                if ((arguments[i] == null ? null : arguments[i].getClass()) != classes[i]) {
                    return false;
                }
            }
            return true;
        }
    }

    Variadic(Downcall function) {
        this.function = function;
        fixed = function.signature().fixed();
        format = PrintfFormats.isOne(function.symbol()) && fixed > 0
                && function.signature().parameters().get(fixed - 1).equals(NativeType.CSTRING) ? fixed - 1 : -1;
    }

    /// Calls it.
    ///
    /// @param arguments those that C names, and any further ones
    /// @return the result, boxed; null for void
    /// @throws IllegalArgumentException if there are fewer arguments than C names, one is of a class that C does not take,
    ///                                  or they do not fit the format
    public Object call(Object... arguments) {
        String text = format >= 0 && arguments.length > format && arguments[format] instanceof String s ? s : null;
        Last like = last;
        if (!like.isLike(arguments, text)) {
            last = like = like(arguments, text);
        }
        try {
            return (Object) like.handle.invokeExact(like.fits ? fitted(arguments) : arguments);
        } catch (Throwable e) {
            throw Linking.sneak(e);
        }
    }

    private Last like(Object[] arguments, String text) {
        if (arguments.length < fixed) {
            throw new IllegalArgumentException(Facts.of("Wrong number of arguments")
                    .add("function", function)
                    .add("expected", "at least " + fixed)
                    .add("found", arguments.length)
                    .toString());
        }
        Object[] fitted = fitted(arguments);
        boolean fits = false;
        List<NativeType<?>> types = new ArrayList<>();
        Class<?>[] classes = new Class<?>[arguments.length];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = arguments[i] == null ? null : arguments[i].getClass();
            if (i >= fixed) {
                types.add(type(arguments[i], i));
            } else {
                fits |= fitted[i] != arguments[i];
            }
        }
        List<NativeType<?>> fitting = text == null ? types : PrintfFormats.fit(text, types, function, fixed);
        return new Last(classes, text, fits, linked.computeIfAbsent(fitting, this::link));
    }

    private MethodHandle link(List<NativeType<?>> types) {
        MethodHandle exact = function.with(types).handle();
        for (int i = fixed; i < fixed + types.size(); i++) {
            Class<?> taken = exact.type().parameterType(i);
            if (taken.isPrimitive()) {
                exact = MethodHandles.filterArguments(exact, i, Promotion.to(taken));
            } else if (types.get(i - fixed) == NativeType.ADDRESS) {
                exact = MethodHandles.filterArguments(exact, i, Promotion.TO_ADDRESS);
            }
        }
        return exact.asSpreader(Object[].class, fixed + types.size())
                .asType(MethodType.methodType(Object.class, Object[].class));
    }

    /// {@return the arguments, those that C names as what their types take}
    private Object[] fitted(Object[] arguments) {
        Object[] fitted = arguments.clone();
        List<NativeType<?>> parameters = function.signature().parameters();
        for (int i = 0; i < fixed; i++) {
            Object fits = Arguments.fit(arguments[i], parameters.get(i), function, i);
            if (parameters.get(i).passage().mappings().isEmpty()) {
                fitted[i] = fits;
            }
        }
        return fitted;
    }

    private NativeType<?> type(Object argument, int index) {
        return switch (argument) {
            case Integer _, Short _, Byte _, Character _, Boolean _ -> NativeType.I32;
            case Long _ -> NativeType.I64;
            case Double _, Float _ -> NativeType.F64;
            case String _ -> NativeType.CSTRING;
            case MemorySegment _, Pointer<?> _ -> NativeType.ADDRESS;
            case null -> NativeType.ADDRESS.orNull();
            default -> {
                NativeType<?> array = argument.getClass().isArray() ? JavaTypes.known(argument.getClass()) : null;
                if (array == null) {
                    throw new IllegalArgumentException(Facts.of("Argument " + (index + 1) + " is of no class that C takes")
                            .add("function", function)
                            .add("found", argument.getClass().getTypeName())
                            .hint("a number, text, a pointer, or an array; else declare its type, asVariadic(" + fixed + ")")
                            .toString());
                }
                yield array;
            }
        };
    }

    /// @throws BindingException if a function is known to be variadic
    static void requireNone(Downcall function, NativeLibrary library) {
        String symbol = function.symbol();
        boolean isOfC = library.name().isEmpty();
        if (!isOfC && !symbol.startsWith("curl_") && !symbol.startsWith("sqlite3_")) {
            return; // and the table need not be loaded
        }
        Integer fixed = KNOWN.get(symbol);
        if (fixed != null) {
            List<NativeType<?>> parameters = function.signature().parameters();
            int named = Math.min(fixed, parameters.size());
            throw BindingException.with(Facts.of("C declares this function with ... at its end: " + symbol)
                    .add("function", function)
                    .add("declared by C", fixed + (fixed == 1 ? " parameter, ..." : " parameters, ..."))
                    .hint("declare it " + new Signature(function.signature().result(), parameters, false).asVariadic(named)
                            + ": asVariadic(" + named + "), or variadic in place of what follows"));
        }
    }

    /// Behind a method that ends in `Object...`.
    static final class OfMethod implements Departure {
        private Variadic variadic;

        @Override
        public Object depart(Downcall function, Ending ending, Object[] arguments) {
            if (variadic == null) {
                variadic = function.variadic(); // of two threads that race here either's will do
            }
            Object[] rest = (Object[]) arguments[arguments.length - 1];
            if (rest == null) {
                throw new NullPointerException(Facts.of("No arguments behind the ... of a function, but null")
                        .add("function", function)
                        .hint("none are an empty array, and a null of C's is one that holds null")
                        .toString());
            }
            Object[] all = Arrays.copyOf(arguments, arguments.length - 1 + rest.length);
            System.arraycopy(rest, 0, all, arguments.length - 1, rest.length);
            return variadic.call(all);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Facts;

import java.util.List;
import java.util.Map;

/// A function of C's that takes more arguments than its declaration names, called with any: `printf(const char *,
/// ...)`.
///
/// ```java
/// Variadic snprintf = library.downcall(
///         "snprintf", Signature.of(I32, array(byte[].class), USIZE, CSTRING).asVariadic(3)).variadic();
/// int length = (int) snprintf.call(buffer, 32L, "%d %s %.2f", 3, "x", 1.5);
/// ```
///
/// What an argument is to C its class says, promoted as C does it: an `Integer`, `Short`, `Byte`, `Character` and
/// `Boolean` is an `int`, as is a constant of an enum class, see [Numbered]. A `Long` has 64 bits, a `Float` and
/// `Double` is a `double`, a `String` text of UTF-8, a segment, a [Pointer] and `null` a pointer, an array a pointer to
/// its elements. Each combination is linked once.
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

    private final AnyArguments arguments;

    Variadic(Downcall function) {
        arguments = new AnyArguments(function);
    }

    /// Calls it.
    ///
    /// @param arguments those that C names, and any further ones
    /// @return the result, boxed; null for void
    /// @throws IllegalArgumentException if there are fewer arguments than C names, one is of a class that C does not
    ///                                  take, or they do not fit the format
    public Object call(Object... arguments) {
        return this.arguments.call(arguments);
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
                    .hint("declare it "
                            + new Signature(function.signature().result(), parameters, false).asVariadic(named)
                            + ": " + Words.of(function).variadic(named) + ", or variadic in place of what follows"));
        }
    }
}

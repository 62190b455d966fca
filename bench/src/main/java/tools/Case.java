// SPDX-License-Identifier: Apache-2.0
package tools;

import java.util.List;

/// A case of the benchmarks, which are named `case_face`: a row of the tables.
///
/// @param name     as the benchmarks have it
/// @param title    in Markdown
/// @param baseline the case whose `raw` is 1
/// @param target   the largest ratio, from the design, or NaN
/// @param bytes    what a call may allocate: its result
/// @param main     whether it is in the README and in the chart too
record Case(String name, String title, String baseline, double target, int bytes, boolean main) {

    static final List<Case> ALL = List.of(
            main("noop", "`void noop()`", 1.03, 0),
            main("sum", "`int sum(int, int)`", 1.03, 0),
            main("fsum", "`double fsum(double, double)`", 1.03, 0),
            main("sum8", "`sum8`: eight longs", 1.03, 0),
            more("four", "`sum`, one call site for four functions, to the constant one", "sum", 1.25, 0),
            main("threads", "`sum` on 8 threads at once", 1.03, 0),
            more("critical", "`sum`, critical", "critical", 1.03, 0),
            main("ascii", "text of 16 ASCII characters in", 0.48, 0),
            more("hundred", "text of 100 ASCII characters in", "hundred", 1.00, 0),
            main("unicode", "text of 15 characters in, not all ASCII", 0.46, 0),
            main("page", "text of 4 KiB in", Double.NaN, 0),
            main("concat", "two texts in, an owned one out", 0.50, 88),
            main("distance", "two structs of 16 bytes in", 0.18, 0),
            main("midpoint", "two structs of 16 bytes in, one out", 0.20, 32),
            more("triple", "a struct of 24 bytes in, one out", "triple", 0.20, 40),
            more("wide", "a struct of 64 bytes in, one out", "wide", 0.40, 80),
            main("ints", "`const int[1000]`", 0.86, 0),
            more("criticalInts", "- critical, to the copied one", "ints", 0.77, 0),
            main("bytes", "`const uint8_t[1024]`, a hash of it", 1.00, 0),
            more("criticalBytes", "- critical, to the copied one", "bytes", 0.95, 0),
            main("mebibyte", "1 MiB of bytes, a hash of it", Double.NaN, 0),
            more("criticalMebibyte", "- critical, to the copied one", "mebibyte", Double.NaN, 0),
            more("reversed", "`int[1000]` in and out", "reversed", 0.86, 0),
            more("criticalReversed", "- critical, to the copied one", "reversed", 0.60, 0),
            more("divide", "two numbers out, through pointers", "divide", 0.50, 0),
            main("registered", "a callback that C keeps", 1.03, 0),
            main("lambda", "a lambda given to a call that calls it once", 0.015, 16),
            more("crowded", "- on 8 threads", "crowded", 0.015, 16),
            main("times", "1000 calls of a callback in one call", 1.03, 0),
            // It was 0.78 while the comparator by hand made 685 KB of garbage a call; it makes next to none now.
            main("sort", "`qsort` of `int[1000]` by a lambda of two `Pointer<Integer>`", 1.03, 0),
            more("sortSegments", "- of two `MemorySegment`", "sort", 1.03, 0),
            main("errno", "`errno` beside the result", 0.38, 0),
            main("print", "`snprintf`, by its types or, but for the functional interface, any arguments", 0.65, 152),
            main("suspend", "a call that suspends, to `withContext(Dispatchers.IO)`", 1.15, 0),
            more("future", "a call that returns a future, to `supplyAsync` in a pool", "future", 1.15, 0),
            more("scope", "a native scope and 3 allocations, to a shared arena's", "scope", 2.00, 0),
            more("empty", "- without any, to a `coroutineScope`", "empty", Double.NaN, 0),
            more("flow", "a value from a thread of C's in a flow, to a `callbackFlow`", "flow", 1.00, 0),
            main("read", "a field read in place, by its `VarHandle` or of a `Ref`", 1.05, 0),
            main("write", "a field written in place", 1.05, 0));

    private static Case main(String name, String title, double target, int bytes) {
        return new Case(name, title, name, target, bytes, true);
    }

    private static Case more(String name, String title, String baseline, double target, int bytes) {
        return new Case(name, title, baseline, target, bytes, false);
    }

    /// {@return a case that this list does not know, so that no result is left out}
    static Case unknown(String name) {
        return more(name, "`" + name + "`", name, Double.NaN, Integer.MAX_VALUE);
    }

    /// {@return the title up to what stands behind a comma, without marks: for a chart}
    String label() {
        String plain = title.replace("`", "").replaceFirst("^- ", "");
        int comma = plain.indexOf(", by ");
        if (comma < 0) {
            comma = plain.indexOf(", to ");
        }
        plain = comma < 0 ? plain : plain.substring(0, comma);
        int by = plain.indexOf(" by a lambda");
        return by < 0 ? plain : plain.substring(0, by);
    }
}

// SPDX-License-Identifier: Apache-2.0
package tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/// Makes Markdown of the results in a directory, and prints it: `Table DIRECTORY`.
///
/// `Table DIRECTORY README.md` writes it into that file, in place of what stands there between `<!-- bench -->` and
/// `<!-- /bench -->`.
///
/// A ratio is always to what was measured by hand in the same run, of the medians of all iterations. One that misses
/// its target is bold.
public final class Table {
    private static final String BEGIN = "<!-- bench -->";
    private static final String END = "<!-- /bench -->";

    /// @param name     of the case, as in `name_face`
    /// @param title    in the table
    /// @param baseline the case whose `raw` is 1
    /// @param target   the largest ratio, from the design
    /// @param bytes    what a call may allocate: its result
    private record Row(String name, String title, String baseline, double target, int bytes) {}

    private static final List<Row> ROWS = List.of(
            new Row("noop", "`void noop()`", "noop", 1.03, 0),
            new Row("sum", "`int sum(int, int)`", "sum", 1.03, 0),
            new Row("fsum", "`double fsum(double, double)`", "fsum", 1.03, 0),
            new Row("sum8", "`sum8`: eight longs", "sum8", 1.03, 0),
            new Row("four", "`sum`, one call site for four functions, to the constant one", "sum", 1.25, 0),
            new Row("critical", "`sum`, critical", "critical", 1.03, 0),
            new Row("ascii", "text of 16 ASCII characters in", "ascii", 0.48, 0),
            new Row("hundred", "text of 100 ASCII characters in", "hundred", 1.00, 0),
            new Row("unicode", "text of 15 characters in, not all ASCII", "unicode", 0.46, 0),
            new Row("concat", "two texts in, an owned one out", "concat", 0.50, 88),
            new Row("distance", "two structs of 16 bytes in", "distance", 0.18, 0),
            new Row("midpoint", "two structs of 16 bytes in, one out", "midpoint", 0.20, 32),
            new Row("triple", "a struct of 24 bytes in, one out", "triple", 0.20, 40),
            new Row("wide", "a struct of 64 bytes in, one out", "wide", 0.40, 80),
            new Row("ints", "`const int[1000]`", "ints", 0.86, 0),
            new Row("criticalInts", "- critical, to the copied one", "ints", 0.77, 0),
            new Row("bytes", "`const uint8_t[1024]`, a hash of it", "bytes", 1.00, 0),
            new Row("criticalBytes", "- critical, to the copied one", "bytes", 0.95, 0),
            new Row("reversed", "`int[1000]` in and out", "reversed", 0.86, 0),
            new Row("criticalReversed", "- critical, to the copied one", "reversed", 0.60, 0),
            new Row("divide", "two numbers out, through pointers", "divide", 0.50, 0),
            new Row("registered", "a callback that C keeps", "registered", 1.03, 0),
            new Row("lambda", "a lambda given to a call that calls it once", "lambda", 0.015, 16),
            new Row("crowded", "- on 8 threads", "crowded", 0.015, 16),
            new Row("times", "1000 calls of a callback in one call", "times", 1.03, 0),
            new Row("sort", "`qsort` of `int[1000]` by a lambda of two `Pointer<Integer>`", "sort", 0.78, 0),
            new Row("sortSegments", "- of two `MemorySegment`", "sort", 0.78, 0),
            new Row("errno", "`errno` beside the result", "errno", 0.38, 0),
            new Row("print", "`snprintf`, by its types or, but for the functional interface, any arguments", "print", 0.65, 152),
            new Row("suspend", "a call that suspends, to `withContext(Dispatchers.IO)`; the interface a future", "suspend", 1.15, 0),
            new Row("scope", "a native scope and 3 allocations, to a shared arena's", "scope", 2.00, 0),
            new Row("empty", "- without any, to a `coroutineScope`", "empty", Double.NaN, 0),
            new Row("flow", "a value from a thread of C's in a flow, to a `callbackFlow`", "flow", 1.00, 0),
            new Row("read", "a field read in place, by its `VarHandle` or of a `Ref`", "read", 1.05, 0),
            new Row("write", "a field written in place", "write", 1.05, 0));

    private record Face(String name, String title) {}

    private static final Face RIVAL = new Face("lwjgl", "LWJGL's binder");

    private static final List<Face> FACES = List.of(
            new Face("handle", "`handle()`"),
            new Face("function", "functional interface"),
            new Face("interface", "interface"),
            new Face("object", "Kotlin object"),
            new Face("bind", "Kotlin interface"));

    /// @param target the largest ratio, from the design: its milliseconds over raw's
    private record Start(String name, boolean aot, String title, double target) {}

    private static final List<Start> STARTS = List.of(
            new Start("hello", false, "a JVM that prints a line", Double.NaN),
            new Start("first", false, "process with one call", 87 / 78.7),
            new Start("first", true, "- with an AOT cache", 55 / 48.8),
            new Start("many", false, "process that binds and calls 200 functions of 20 shapes", 140 / 161.3),
            new Start("many", true, "- with an AOT cache", Double.NaN));

    private static final List<Face> START_FACES = List.of(
            new Face("shared", "by hand, a handle for each shape"),
            new Face("function", "functional interface"),
            new Face("interface", "interface"),
            new Face("object", "Kotlin object"));

    private record Score(double time, double bytes) {}

    private final StringBuilder text = new StringBuilder();

    private Table() {}

    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        Table table = new Table();
        Path calls = directory.resolve("calls.json");
        if (Files.exists(calls)) {
            table.calls(list(Json.read(Files.readString(calls))));
        }
        Path startUp = directory.resolve("startup.json");
        if (Files.exists(startUp)) {
            table.startUp(list(Json.read(Files.readString(startUp))));
        }
        table.machine();
        if (arguments.length == 1) {
            System.out.print(table.text);
        } else {
            replace(Path.of(arguments[1]), table.text);
        }
    }

    private static void replace(Path file, CharSequence table) throws IOException {
        String text = Files.readString(file);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            System.err.println("No " + BEGIN + " and " + END + " in " + file.getFileName());
            System.exit(1);
        }
        String before = text.substring(0, begin + BEGIN.length());
        Files.writeString(file, before + "\n\n" + table + "\n" + text.substring(end));
    }

    // --- calls -------------------------------------------------------------------------------------------------------

    private void calls(List<?> results) {
        Map<String, Score> scores = new HashMap<>();
        TreeSet<String> settings = new TreeSet<>();
        for (Object result : results) {
            Map<?, ?> of = map(result);
            String benchmark = (String) of.get("benchmark");
            scores.put(benchmark.substring(benchmark.lastIndexOf('.') + 1),
                    new Score(median(map(of.get("primaryMetric"))), bytes(map(of.get("secondaryMetrics")))));
            settings.add(String.format(Locale.ROOT, "JMH %s, the median of %.0f × %.0f iterations of %s",
                    of.get("jmhVersion"), number(of, "forks"), number(of, "measurementIterations"),
                    of.get("measurementTime")));
        }
        text.append("| a call | by hand, ns | ").append(RIVAL.title).append(" |");
        FACES.forEach(face -> text.append(' ').append(face.title).append(" |"));
        text.append(" target | B/op, by hand → ours |\n|---|---:|")
                .append("---:|".repeat(FACES.size() + 3)).append('\n');
        for (Row row : ROWS) {
            Score raw = scores.get(row.name + "_raw");
            Score baseline = scores.get(row.baseline + "_raw");
            if (raw != null && baseline != null) {
                calls(row, raw, baseline, scores);
            }
        }
        text.append("\n").append(String.join("; ", settings)).append(".\n");
    }

    private void calls(Row row, Score raw, Score baseline, Map<String, Score> scores) {
        text.append("| ").append(row.title).append(" | ").append(format("%.1f", raw.time)).append(" | ");
        Score rival = scores.get(row.name + "_" + RIVAL.name);
        text.append(rival == null ? "" : format(decimals(row.target), rival.time / baseline.time)).append(" |");
        double bytes = Double.NaN;
        for (Face face : FACES) {
            Score score = scores.get(row.name + "_" + face.name);
            text.append(' ').append(score == null ? "" : ratio(score.time / baseline.time, row.target)).append(" |");
            if (score != null) {
                bytes = Double.isNaN(bytes) ? score.bytes : Math.max(bytes, score.bytes);
            }
        }
        String ours = format("%.0f", bytes);
        text.append(Double.isNaN(row.target) ? "" : " ≤ " + format(decimals(row.target), row.target)).append(" | ")
                .append(format("%.0f", raw.bytes)).append(" → ")
                .append(Math.round(bytes) > row.bytes ? "**" + ours + "**" : ours).append(" |\n");
    }

    private static double median(Map<?, ?> metric) {
        double[] iterations = list(metric.get("rawData")).stream()
                .flatMap(fork -> list(fork).stream()).mapToDouble(time -> (Double) time).sorted().toArray();
        return iterations[iterations.length / 2];
    }

    private static double bytes(Map<?, ?> metrics) {
        for (Map.Entry<?, ?> metric : metrics.entrySet()) {
            if (((String) metric.getKey()).endsWith("gc.alloc.rate.norm")) {
                return number(map(metric.getValue()), "score");
            }
        }
        return Double.NaN;
    }

    // --- start-up ----------------------------------------------------------------------------------------------------

    private void startUp(List<?> results) {
        Map<String, Double> medians = new HashMap<>();
        TreeSet<String> runs = new TreeSet<>();
        for (Object result : results) {
            Map<?, ?> of = map(result);
            medians.put(of.get("row") + " " + of.get("face") + " " + of.get("aot"), number(of, "median"));
            runs.add(format("%.0f", number(of, "runs")));
        }
        text.append("\n| start-up | by hand, ms |");
        START_FACES.forEach(face -> text.append(' ').append(face.title).append(" |"));
        text.append(" target |\n|---|---:|").append("---:|".repeat(START_FACES.size() + 1)).append('\n');
        for (Start row : STARTS) {
            Double raw = medians.get(row.name + " raw " + row.aot);
            if (raw != null) {
                text.append("| ").append(row.title).append(" | ").append(format("%.0f", raw)).append(" |");
                for (Face face : START_FACES) {
                    Double median = medians.get(row.name + " " + face.name + " " + row.aot);
                    double target = face.name.equals("shared") ? Double.NaN : row.target;
                    text.append(' ').append(median == null ? "" : format("%.0f (", median)
                            + ratio(median / raw, target) + ")").append(" |");
                }
                text.append(Double.isNaN(row.target) ? "" : " ≤ " + format("%.2f", row.target)).append(" |\n");
            }
        }
        text.append("\nWhole processes in turn, the median of ").append(String.join(", ", runs)).append(".\n");
    }

    // --- both --------------------------------------------------------------------------------------------------------

    private void machine() throws IOException {
        List<String> facts = new ArrayList<>();
        Path processors = Path.of("/proc/cpuinfo");
        if (Files.exists(processors)) {
            Files.readAllLines(processors).stream().filter(line -> line.startsWith("model name")).findFirst()
                    .ifPresent(line -> facts.add(line.substring(line.indexOf(':') + 1).strip()));
        }
        facts.add(Runtime.getRuntime().availableProcessors() + " processors");
        facts.add(System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        facts.add(System.getProperty("java.vendor") + " " + Runtime.version());
        text.append("\n").append(String.join(", ", facts)).append(".\n");
    }

    private static String ratio(double ratio, double target) {
        String format = decimals(target);
        String shown = format(format, ratio);
        boolean missed = !Double.isNaN(target) && Double.parseDouble(shown) > Double.parseDouble(format(format, target));
        return missed ? "**" + shown + "**" : shown;
    }

    private static String decimals(double ratio) {
        return ratio < 0.1 ? "%.3f" : "%.2f";
    }

    private static String format(String format, double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
    }

    private static List<?> list(Object json) {
        return (List<?>) json;
    }

    private static Map<?, ?> map(Object json) {
        return (Map<?, ?>) json;
    }

    private static double number(Map<?, ?> of, String name) {
        return (Double) of.get(name);
    }
}

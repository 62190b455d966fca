// SPDX-License-Identifier: Apache-2.0
package tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Whether cost grows with what is bound, with what is live, and with threads: `Curves RESULT.json` measures it.
///
/// `Curves RESULT.json smoke` calls everything once, in this process, at the first two counts.
///
/// @param facts  of the machine
/// @param points by curve, count and face, in nanoseconds
public record Curves(Map<?, ?> facts, Map<String, Map<Integer, Map<String, Double>>> points) {
    /// @param name      of the curve
    /// @param title     of its table
    /// @param over      what is counted
    /// @param benchmark that is run
    /// @param java      the face that Java has
    /// @param byHand    other ways by hand
    /// @param isThreads whether the count is that of threads
    record Curve(String name, String title, String over, String benchmark, String java, List<Face> byHand,
            boolean isThreads) {

        Curve(String name, String title, String over, String benchmark, String java, boolean isThreads) {
            this(name, title, over, benchmark, java, List.of(), isThreads);
        }

        List<Integer> counts() {
            return isThreads ? List.of(1, 2, 4, 8, 16) : List.of(1, 10, 100, 1_000, 10_000);
        }

        /// {@return by hand first}
        List<String> faces() {
            return List.of("raw", java, "object");
        }

        /// {@return with the other ways by hand}
        List<String> measured() {
            return Stream.concat(faces().stream(), byHand.stream().map(Face::name)).toList();
        }

        String javaTitle() {
            return java.equals("function") ? "functional interface" : java;
        }
    }

    static final List<Curve> ALL = List.of(
            new Curve("bound", "a call of one function", "functions bound", "CurveBench.bound", "interface", false),
            new Curve("turn", "each in turn", "functions bound", "CurveBench.turn", "function",
                    List.of(new Face("held", "by hand, objects of as many bytes")), false),
            new Curve("threads", "a call by several threads", "threads", "CallBench.sum", "interface", true),
            new Curve("kept", "a callback that C keeps", "callbacks live", "CurveBench.kept", "interface", false),
            new Curve("lent", "a lambda given to a call", "callbacks live", "CurveBench.lent", "interface", false),
            new Curve("crowd", "a lambda, by several threads", "threads", "UpcallBench.lambda", "interface", true));

    public static void main(String[] arguments) throws IOException, RunnerException {
        List<Object> lines = new ArrayList<>();
        boolean isSmoke = arguments.length > 1 && arguments[1].equals("smoke");
        for (Curve curve : ALL) {
            for (int count : isSmoke ? curve.counts().subList(0, 2) : curve.counts()) {
                for (RunResult result : run(curve, count, isSmoke)) {
                    Map<String, Object> line = new LinkedHashMap<>(Map.of("curve", curve.name));
                    line.put("face", result.getParams().getBenchmark().replaceFirst(".*_", ""));
                    line.put("count", count);
                    Calls.Score.of(times(result), Double.NaN).into(line);
                    line.remove("bytes");
                    lines.add(line);
                    System.out.println(Json.write(line));
                }
            }
        }
        Map<String, Object> document = new LinkedHashMap<>(Machine.facts());
        document.put("points", lines);
        Files.writeString(Path.of(arguments[0]), Json.document(document));
    }

    private static Iterable<RunResult> run(Curve curve, int count, boolean isSmoke) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(curve.benchmark.replace(".", "\\.") + "_(" + String.join("|", curve.measured()) + ")$")
                .forks(1).warmupIterations(10).warmupTime(TimeValue.milliseconds(100))
                .measurementIterations(20).measurementTime(TimeValue.milliseconds(20))
                .verbosity(VerboseMode.SILENT).shouldFailOnError(true);
        if (isSmoke) {
            options.forks(0).warmupIterations(0).measurementIterations(1).measurementTime(TimeValue.milliseconds(5));
        }
        ChainedOptionsBuilder counted = curve.isThreads ? options.threads(count) : options.param("count", count + "");
        return new Runner(counted.build()).run();
    }

    private static double[] times(RunResult result) {
        return result.getBenchmarkResults().stream().flatMap(fork -> fork.getIterationResults().stream())
                .mapToDouble(iteration -> iteration.getPrimaryResult().getScore()).toArray();
    }

    /// {@return what is in a file, or nothing where there is no such file}
    static Curves read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return new Curves(Map.of(), Map.of());
        }
        Map<?, ?> document = (Map<?, ?>) Json.read(Files.readString(file));
        Map<String, Map<Integer, Map<String, Double>>> points = new LinkedHashMap<>();
        for (Object line : (List<?>) document.get("points")) {
            Map<?, ?> of = (Map<?, ?>) line;
            points.computeIfAbsent((String) of.get("curve"), _ -> new TreeMap<>())
                    .computeIfAbsent((int) Calls.number(of, "count"), _ -> new LinkedHashMap<>())
                    .put((String) of.get("face"), Calls.number(of, "ns"));
        }
        return new Curves(document, points);
    }

    boolean isEmpty() {
        return points.isEmpty();
    }

    /// {@return a face's time in nanoseconds, or NaN}
    double time(Curve curve, int count, String face) {
        return points.getOrDefault(curve.name, Map.of()).getOrDefault(count, Map.of()).getOrDefault(face, Double.NaN);
    }

    /// {@return a face's time to that by hand at the same count, or NaN}
    double ratio(Curve curve, int count, String face) {
        return time(curve, count, face) / time(curve, count, "raw");
    }

    /// {@return a table for each curve}
    List<Markdown> tables() {
        List<Markdown> tables = new ArrayList<>();
        for (Curve curve : ALL) {
            Markdown table = new Markdown(
                    curve.over, curve.title + ": by hand, ns", curve.javaTitle(), "Kotlin object");
            curve.byHand.forEach(face -> table.column(face.title()));
            table.column("million calls a second by all threads, by hand").column("by the " + curve.javaTitle())
                    .column("by the Kotlin object");
            for (int count : curve.counts()) {
                if (!Double.isNaN(time(curve, count, "raw"))) {
                    List<String> cells = new ArrayList<>(List.of(
                            "" + count, Markdown.nanoseconds(time(curve, count, "raw"))));
                    DoubleStream.of(ratio(curve, count, curve.java), ratio(curve, count, "object"))
                            .forEach(ratio -> cells.add(Markdown.ratio(ratio, Double.NaN)));
                    curve.byHand.forEach(face ->
                            cells.add(Markdown.ratio(ratio(curve, count, face.name()), Double.NaN)));
                    curve.faces().forEach(face -> cells.add(curve.isThreads
                            ? Markdown.format("%.2f", count * 1e3 / time(curve, count, face)) : ""));
                    table.row(cells);
                }
            }
            tables.add(table);
        }
        return tables;
    }
}

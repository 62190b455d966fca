// SPDX-License-Identifier: Apache-2.0
package tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What whole processes cost, and what functions hold once they are bound: the results of [StartUp], and their tables.
///
/// @param facts   of the machine, with the number of runs
/// @param medians by row, face and whether there is an AOT cache, in milliseconds
record Processes(Map<?, ?> facts, Map<String, Double> medians) {

    /// @param target the largest ratio, from the design: its milliseconds over raw's
    private record Row(String name, boolean aot, String title, double target) {}

    private static final List<Row> ROWS = List.of(
            new Row("hello", false, "a JVM that prints a line", Double.NaN),
            new Row("hello", true, "- with an AOT cache", Double.NaN),
            new Row("first", false, "process with one call", 87 / 78.7),
            new Row("first", true, "- with an AOT cache", 55 / 48.8),
            new Row("many", false, "process that binds and calls 200 functions of 20 shapes", 140 / 161.3),
            new Row("many", true, "- with an AOT cache", Double.NaN));

    private static final Face SHARED = new Face("shared", "by hand, a handle for each shape");
    private static final Face KOTLIN = new Face("kotlin", "by hand, in Kotlin");
    private static final List<String> COMPILED = List.of("jni", "javacpp");
    private static final List<String> OURS = List.of("function", "interface", "object");

    /// {@return what is in a file, or nothing where there is no such file}
    static Processes read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return new Processes(Map.of(), Map.of());
        }
        Map<?, ?> document = (Map<?, ?>) Json.read(Files.readString(file));
        Map<String, Double> medians = new HashMap<>();
        for (Object line : (List<?>) document.get("processes")) {
            Map<?, ?> of = (Map<?, ?>) line;
            medians.put(key(of.get("row"), of.get("face"), of.get("aot")), Calls.number(of, "median"));
        }
        return new Processes(document, medians);
    }

    private static String key(Object row, Object face, Object aot) {
        return row + " " + face + " " + aot;
    }

    private double median(Row row, String face) {
        return medians.getOrDefault(key(row.name, face, row.aot), Double.NaN);
    }

    /// {@return ours, and the best rival}
    Markdown summary() {
        Markdown table = new Markdown("start-up", "by hand, ms", "interface", "Kotlin object",
                "best rival without a C compiler", "JNI by hand", "target");
        for (Row row : ROWS) {
            double raw = median(row, "raw");
            if (!Double.isNaN(raw)) {
                Face rival = Face.RIVALS.stream()
                        .filter(face -> !COMPILED.contains(face.name()) && !Double.isNaN(median(row, face.name())))
                        .min(Comparator.comparingDouble(face -> median(row, face.name()))).orElse(null);
                List<String> cells = new ArrayList<>(List.of(row.title, Markdown.format("%.0f", raw)));
                Face.SHOWN.forEach(face -> cells.add(cell(row, face, row.target)));
                cells.add(rival == null ? "" : cell(row, rival.name(), Double.NaN) + " " + rival.title());
                cells.add(cell(row, "jni", Double.NaN));
                cells.add(target(row));
                table.row(cells);
            }
        }
        return table;
    }

    /// {@return everybody}
    Markdown table() {
        Markdown table = new Markdown("start-up", "by hand, ms", KOTLIN.title(), SHARED.title());
        Face.OURS.stream().filter(face -> OURS.contains(face.name())).forEach(face -> table.column(face.title()));
        Face.RIVALS.forEach(rival -> table.column(rival.title()));
        table.column("target");
        for (Row row : ROWS) {
            double raw = median(row, "raw");
            if (!Double.isNaN(raw)) {
                List<String> cells = new ArrayList<>(List.of(row.title, Markdown.format("%.0f", raw)));
                cells.add(cell(row, KOTLIN.name(), Double.NaN));
                cells.add(cell(row, SHARED.name(), Double.NaN));
                OURS.forEach(face -> cells.add(cell(row, face, row.target)));
                Face.RIVALS.forEach(rival -> cells.add(cell(row, rival.name(), Double.NaN)));
                cells.add(target(row));
                table.row(cells);
            }
        }
        return table;
    }

    private String cell(Row row, String face, double target) {
        double median = median(row, face);
        return Double.isNaN(median) ? "" : Markdown.format("%.0f", median) + " ("
                + Markdown.judged(median / median(row, "raw"), target) + ")";
    }

    private static String target(Row row) {
        return Double.isNaN(row.target) ? "" : "≤ " + Markdown.ratio(row.target, row.target);
    }

    /// {@return what functions hold: the first, with all that the JDK loads for them, and as many more}
    Markdown memory() {
        Markdown table = new Markdown("bound and called once", "functions", "ms", "heap, KiB", "metaspace, KiB",
                "code cache, KiB", "classes loaded", "bytes a function");
        if (facts.get("memory") instanceof List<?> lines) {
            for (Object line : lines) {
                Map<?, ?> of = (Map<?, ?>) line;
                double count = Calls.number(of, "functions");
                double heap = Calls.number(of, "heap");
                double metaspace = Calls.number(of, "metaspace");
                double code = Calls.number(of, "code");
                boolean isFirst = of.get("first") == Boolean.TRUE;
                table.row(List.of(title((String) of.get("face")) + (isFirst ? "" : ", more of the same shapes"),
                        Markdown.format("%.0f", count), Markdown.format("%.0f", Calls.number(of, "ms")),
                        Markdown.format("%.0f", heap / 1024), Markdown.format("%.0f", metaspace / 1024),
                        Markdown.format("%.0f", code / 1024), Markdown.format("%.0f", Calls.number(of, "classes")),
                        isFirst ? "" : Markdown.format("%.0f", (heap + metaspace + code) / count)));
            }
        }
        return table;
    }

    private static String title(String name) {
        List<Face> faces = new ArrayList<>(Face.OURS);
        faces.addAll(Face.RIVALS);
        faces.addAll(List.of(Face.RAW, SHARED));
        return faces.stream().filter(face -> face.name().equals(name)).findFirst().map(Face::title).orElse(name);
    }

    /// {@return how it was measured}
    String sentence() {
        return "Whole processes in turn, the median of " + Markdown.format("%.0f", Calls.number(facts, "runs")) + ".";
    }
}

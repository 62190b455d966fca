// SPDX-License-Identifier: Apache-2.0
package tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Makes tables and charts of the results in a directory, and prints the short one: `Report DIRECTORY`.
///
/// It writes `README.md`, `chart.svg` and `curves.svg` there. `Report DIRECTORY README.md` writes the short table into
/// that file too, in place of what stands there between `<!-- bench -->` and `<!-- /bench -->`.
///
/// A ratio is always to what was measured by hand in the same run, of the medians of all iterations. One that misses
/// its target is bold.
public final class Report {
    private static final String BEGIN = "<!-- bench -->";
    private static final String END = "<!-- /bench -->";

    private final Path directory;
    private final Calls calls;
    private final Runtimes runtimes;
    private final Ranking ranking;
    private final Processes processes;
    private final Curves curves;

    private Report(Path directory) throws IOException {
        this.directory = directory;
        calls = Calls.read(directory.resolve("calls.json"));
        runtimes = Runtimes.read(directory.resolve("node.json"));
        ranking = Ranking.of(calls, runtimes);
        processes = Processes.read(directory.resolve("startup.json"));
        curves = Curves.read(directory.resolve("curves.json"));
    }

    public static void main(String[] arguments) throws IOException {
        Report report = new Report(Path.of(arguments[0]));
        report.draw("chart.svg", CallChart.of(report.ranking));
        report.draw("curves.svg", CurveChart.of(report.curves));
        Files.writeString(report.directory.resolve("README.md"), report.full());
        if (arguments.length == 1) {
            System.out.print(report.summary());
        } else {
            replace(Path.of(arguments[1]), report.summary());
        }
    }

    private void draw(String file, String chart) throws IOException {
        if (!chart.isEmpty()) {
            Files.writeString(directory.resolve(file), chart);
        }
    }

    private static void replace(Path file, String section) throws IOException {
        String text = Files.readString(file);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            System.err.println("No " + BEGIN + " and " + END + " in " + file.getFileName());
            System.exit(1);
        }
        String before = text.substring(0, begin + BEGIN.length());
        Files.writeString(file, before + "\n\n" + section + "\n" + text.substring(end));
    }

    // --- the README's section ----------------------------------------------------------------------------------------

    private String summary() {
        List<String> parts = new ArrayList<>();
        if (Files.exists(directory.resolve("chart.svg"))) {
            parts.add("![A chart of the calls below: ours, and each rival](bench/results/chart.svg)\n");
        }
        CallTables tables = new CallTables(ranking);
        add(parts, tables.summary());
        List<Case> rest = calls.cases().stream().filter(row -> !row.main())
                .filter(row -> Markdown.misses(calls.ours(row), row.target())).toList();
        if (!calls.cases().isEmpty()) {
            parts.add(paragraph(ranking.sentences(calls.cases())));
            parts.add("Other rows that miss their targets: " + (rest.isEmpty() ? "none"
                    : String.join(", ", rest.stream().map(row -> "`" + row.name() + "`").toList())) + ".\n");
        }
        add(parts, processes.summary());
        parts.add(paragraph(List.of(measured().strip(),
                "Every face and every rival in every row: [results](bench/results/README.md).")));
        return String.join("\n", parts);
    }

    // --- the full page -----------------------------------------------------------------------------------------------

    private String full() {
        CallTables tables = new CallTables(ranking);
        List<String> parts = new ArrayList<>(List.of("# Results\n",
                paragraph(List.of("Written by `bench/run`; [speed](../../docs/guide/speed.md) says what decides.",
                        "A cell is the ratio to the same call by hand in the same run, bold where it misses its",
                        "target;",
                        "by hand is a `static final` handle, `invokeExact`, and a confined arena for memory."))));
        if (Files.exists(directory.resolve("chart.svg"))) {
            parts.add("![A chart of ours and each rival](chart.svg)\n");
        }
        section(parts, "Every face", tables.faces());
        parts.addAll(targets());
        section(parts, "Every rival on the JVM", tables.rivals());
        if (!tables.rivals().isEmpty()) {
            parts.add(paragraph(List.of("Ours is the better of the interface and the Kotlin object; in brackets, what",
                    "a call allocates. ‡: ahead of ours by more than 3 %.")));
        }
        section(parts, "Other runtimes, in nanoseconds", tables.runtimes());
        if (!tables.runtimes().isEmpty()) {
            parts.add(paragraph(blanks()));
        }
        if (!calls.cases().isEmpty()) {
            parts.add(paragraph(ranking.sentences(calls.cases())));
        }
        section(parts, "Start-up", processes.table());
        if (!processes.facts().isEmpty()) {
            parts.add(paragraph(List.of("JNI by hand and JavaCPP have C that was compiled for these very functions;",
                    "the others need none. Below, more of the same shapes are other classes with functions of the same",
                    "signatures; JavaCPP loads none of its libraries twice.")));
        }
        add(parts, processes.memory());
        if (!curves.isEmpty()) {
            parts.add("## Curves\n");
            parts.add("![Curves of the tables below](curves.svg)\n");
            curves.tables().forEach(table -> add(parts, table));
        }
        parts.add("## How\n");
        parts.add(measured());
        if (calls.facts().get("versions") instanceof Map<?, ?> versions) {
            String others = runtimes.facts().isEmpty() ? "" : ", " + runtimes.versions();
            parts.add(paragraph(List.of("With " + Markdown.versions(versions) + others + ".")));
        }
        return String.join("\n", parts);
    }

    /// {@return what the targets of some rows stand for}
    private List<String> targets() {
        List<String> notes = new ArrayList<>();
        if (calls.score("sort", "raw") != null) {
            notes.add(paragraph(List.of("The target of `qsort` was 0.78 while by hand made 685 KB of garbage in each",
                    "call of it; it makes next to none now, so the target is what any callback's is.")));
        }
        if (calls.score("read", "raw") != null) {
            List<String> views = calls.cases().stream().filter(row -> calls.score(row.name(), "view") != null)
                    .map(row -> "`" + row.name() + "` " + Markdown.ratio(calls.ratio(row, "view"), row.target()))
                    .toList();
            notes.add(paragraph(List.of("The target of the two fields is that of their `VarHandle` on a bare segment,",
                    "which `handle()` here stands for. A `Ref` has its segment in a field: one load more, which waits",
                    "for the other. A class that someone writes around a segment has that load too"
                            + (views.isEmpty() ? "." : ": " + String.join(", ", views) + "."))));
        }
        return notes;
    }

    /// {@return why the table of the runtimes has empty cells}
    private List<String> blanks() {
        List<String> lines = new ArrayList<>(List.of(
                "`bench/run node` measured them, by loops of their own. §: ahead of ours by more than 10 %. A cell is",
                "empty where there is no such call: Bun has none that leaves its thread free",
                "([open](https://github.com/oven-sh/bun/issues/5490)), Deno and ffi-rs have no variadic functions, and",
                "a sort by ffi-rs would change threads twenty thousand times."));
        if (!Double.isNaN(runtimes.time("errno", "deno"))) {
            lines.addAll(List.of(
                    "Bun reads `errno` in C that it compiles, as it passes structs; Deno, which has no word for it, at",
                    "the address where the C library keeps it, and nothing keeps Deno from changing it before."));
        }
        return lines;
    }

    private String measured() {
        List<String> lines = new ArrayList<>();
        if (calls.facts().get("iterations") instanceof String iterations) {
            lines.add("Calls: the median of " + iterations + " by JMH.");
        }
        if (!processes.facts().isEmpty()) {
            lines.add(processes.sentence());
        }
        Map<?, ?> facts = calls.facts().isEmpty() ? processes.facts() : calls.facts();
        if (!facts.isEmpty()) {
            lines.add(Machine.sentence(facts));
        }
        return paragraph(lines);
    }

    private static void section(List<String> parts, String title, Markdown table) {
        if (!table.isEmpty()) {
            parts.add("## " + title + "\n");
            add(parts, table);
        }
    }

    private static void add(List<String> parts, Markdown table) {
        if (!table.isEmpty()) {
            parts.add(table.toString());
        }
    }

    /// {@return sentences as a paragraph, broken at 120 columns}
    private static String paragraph(List<String> sentences) {
        StringBuilder text = new StringBuilder();
        int column = 0;
        for (String word : String.join(" ", sentences).split("\\s+")) {
            if (column + 1 + word.length() > 120) {
                text.append('\n');
                column = 0;
            } else if (column > 0) {
                text.append(' ');
                column++;
            }
            text.append(word);
            column += word.length();
        }
        return text.append('\n').toString();
    }
}

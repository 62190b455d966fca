// SPDX-License-Identifier: Apache-2.0
package tools;

import static tools.Markdown.judged;
import static tools.Markdown.nanoseconds;
import static tools.Markdown.ratio;

import java.util.ArrayList;
import java.util.List;

/// What calls cost, in tables: a small one for the README, and one of everybody for each kind of reader.
record CallTables(Ranking ranking) {

    private Calls calls() {
        return ranking.calls();
    }

    /// {@return the rows that matter most: ours, and the best of the others}
    Markdown summary() {
        Markdown table = new Markdown("a call", "by hand, ns", "interface", "Kotlin object", "best JVM rival",
                "best of Bun, Deno, koffi", "target", "B/op, by hand → ours");
        for (Case row : calls().cases()) {
            if (row.main()) {
                List<String> cells = new ArrayList<>();
                cells.add(row.title());
                cells.add(nanoseconds(calls().score(row.baseline(), "raw").median()));
                Face.SHOWN.forEach(face -> cells.add(judged(calls().ratio(row, face), row.target())));
                Face rival = calls().bestRival(row);
                cells.add(rival == null ? "" : rival(row, rival) + " " + rival.title());
                Face runtime = ranking.runtimes().best(row.name());
                cells.add(runtime == null ? "" : runtime(row, runtime) + " " + runtime.title());
                cells.add(target(row));
                cells.add(bytes(row, Face.SHOWN));
                table.row(cells);
            }
        }
        return table;
    }

    /// {@return every face of ours, in every row}
    Markdown faces() {
        Markdown table = new Markdown("a call", "by hand, ns", Face.BEST.title());
        Face.OURS.forEach(face -> table.column(face.title()));
        table.column("target").column("B/op, by hand → ours");
        for (Case row : calls().cases()) {
            List<String> cells = new ArrayList<>();
            cells.add(row.title());
            cells.add(nanoseconds(calls().score(row.name(), "raw").median()));
            cells.add(ratio(calls().ratio(row, Face.BEST.name()), row.target()));
            Face.OURS.forEach(face -> cells.add(judged(calls().ratio(row, face.name()), row.target())));
            cells.add(target(row));
            cells.add(bytes(row, Face.OURS.stream().map(Face::name).toList()));
            table.row(cells);
        }
        return table;
    }

    /// {@return ours beside each rival on the JVM, with the bytes that a call allocates}
    Markdown rivals() {
        Markdown table = new Markdown("a call", "by hand, ns", "ours");
        Face.RIVALS.forEach(rival -> table.column(rival.title()));
        for (Case row : calls().cases()) {
            if (calls().bestRival(row) != null) {
                List<String> cells = new ArrayList<>();
                cells.add(row.title());
                cells.add(nanoseconds(calls().score(row.baseline(), "raw").median()));
                cells.add(judged(calls().ours(row), row.target()));
                Face.RIVALS.forEach(rival -> cells.add(rival(row, rival) + allocated(row, rival)));
                table.row(cells);
            }
        }
        return table;
    }

    /// {@return ours beside the runtimes of `bench/node`, all in nanoseconds}
    Markdown runtimes() {
        Markdown table = new Markdown("a call", "by hand, ns", "ours");
        Face.RUNTIMES.forEach(runtime -> table.column(runtime.title()));
        for (Case row : calls().cases()) {
            if (ranking.runtimes().best(row.name()) != null) {
                List<String> cells = new ArrayList<>();
                cells.add(row.title());
                cells.add(nanoseconds(calls().score(row.baseline(), "raw").median()));
                cells.add(nanoseconds(ranking.ours(row)));
                Face.RUNTIMES.forEach(runtime -> {
                    double time = ranking.runtimes().time(row.name(), runtime.name());
                    cells.add(nanoseconds(time) + (ranking.isRuntimeAhead(row, runtime) ? " §" : ""));
                });
                table.row(cells);
            }
        }
        return table;
    }

    private String rival(Case row, Face rival) {
        return ratio(calls().ratio(row, rival.name()), Double.NaN) + (ranking.isAhead(row, rival) ? " ‡" : "");
    }

    private String runtime(Case row, Face runtime) {
        double ratio = ranking.runtimes().time(row.name(), runtime.name())
                / calls().score(row.baseline(), "raw").median();
        return ratio(ratio, Double.NaN) + (ranking.isRuntimeAhead(row, runtime) ? " §" : "");
    }

    private String allocated(Case row, Face rival) {
        Calls.Score score = calls().score(row.name(), rival.name());
        return score == null || !(score.bytes() >= 1) ? "" : Markdown.format(" (%.0f B)", score.bytes());
    }

    private static String target(Case row) {
        return Double.isNaN(row.target()) ? "" : "≤ " + ratio(row.target(), row.target());
    }

    private String bytes(Case row, List<String> faces) {
        double ours = faces.stream().map(face -> calls().score(row.name(), face)).filter(score -> score != null)
                .mapToDouble(Calls.Score::bytes).max().orElse(Double.NaN);
        double raw = calls().score(row.name(), "raw").bytes();
        if (Double.isNaN(ours) || Double.isNaN(raw)) {
            return "";
        }
        String shown = Markdown.format("%.0f", ours);
        return Markdown.format("%.0f", raw) + " → " + (Math.round(ours) > row.bytes() ? "**" + shown + "**" : shown);
    }
}

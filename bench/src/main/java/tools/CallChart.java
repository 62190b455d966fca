// SPDX-License-Identifier: Apache-2.0
package tools;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The chart of the README: a line for each case, on it a mark for each library, at what its call costs in terms of the
/// same call by hand.
///
/// The scale is logarithmic. Ours is large, and its number stands on the right. The others lie upon it, or above and
/// below where one would hide another; who is ahead, and who is last, has its name beside it, and the legend has all.
final class CallChart {
    private static final double WIDTH = 960;
    private static final double LEFT = 284;
    private static final double RIGHT = WIDTH - 104;
    private static final double TOP = 152;
    private static final double ROW = 31;

    private static final String STYLE = """
            .page { fill: #fff }
            text { font: 12px system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; fill: #1f2328 }
            .title { font-size: 19px; font-weight: 600 }
            .quiet, .tick, .name { fill: #59636e }
            .name { font-size: 11px; stroke: #fff; stroke-width: 3; paint-order: stroke }
            .ours { font-size: 12px; font-weight: 600; fill: #0b5fff }
            .grid { stroke: #d9dee3; stroke-width: 1 }
            .hand { stroke: #59636e; stroke-width: 1.5; stroke-dasharray: 4 3 }
            .row { stroke: #e4e8ec; stroke-width: 1 }
            .best { stroke: #59636e; stroke-width: 2 }
            path { stroke: #fff; stroke-width: 1 }
            .isthmus { fill: #0b5fff; stroke-width: 1.5 }
            .lwjgl { fill: #d4730c } .lwjglJni { fill: #f0b429 } .jni { fill: #3d444d } .javacpp { fill: #8250df }
            .jnr { fill: #1a7f5a } .jnaDirect { fill: #e5534b } .jna { fill: #a40e26 }
            .bun { fill: #c2468f } .deno { fill: #12858f } .koffi { fill: #7a8a00 } .ffi-rs { fill: #a0622d }
            @media (prefers-color-scheme: dark) {
            .page { fill: #0d1117 }
            text { fill: #e6edf3 } .name { stroke: #0d1117 }
            .quiet, .tick, .name { fill: #9198a1 }
            .ours { fill: #6cb0ff }
            .grid { stroke: #262c36 } .row { stroke: #1c222b } .hand, .best { stroke: #9198a1 }
            path { stroke: #0d1117 }
            .isthmus { fill: #4493f8 } .jni { fill: #c9d1d9 } .javacpp { fill: #ab7df8 } .jnr { fill: #3fb98a }
            .jna { fill: #d9415a } .jnaDirect { fill: #ff8078 } .bun { fill: #e77fc0 } .deno { fill: #39b9c4 }
            .koffi { fill: #b3c331 } .ffi-rs { fill: #c98b55 }
            }
            """;

    private static final double[] LANES = {0, -8, 8};
    private static final String DISC = "m-%1$s 0a%1$s %1$s 0 1 0 %2$s 0a%1$s %1$s 0 1 0 -%2$s 0z";
    private static final String DIAMOND = "m0 -5.5l5.5 5.5l-5.5 5.5l-5.5 -5.5z";
    private static final Face ISTHMUS = new Face("isthmus", "Isthmus");

    private record Mark(Face face, double ratio) {}

    private final Ranking ranking;
    private final List<Case> cases;
    private final double least;
    private final double most;

    private CallChart(Ranking ranking) {
        this.ranking = ranking;
        cases = ranking.calls().cases().stream().filter(Case::main)
                .filter(row -> !Double.isNaN(ranking.calls().ours(row)) && marks(row).size() > 1).toList();
        double[] all = cases.stream().flatMap(row -> marks(row).stream()).mapToDouble(Mark::ratio).sorted().toArray();
        least = all.length == 0 ? 1 : Math.min(all[0] * 0.6, 0.5); // room for a name beside the mark
        most = all.length == 0 ? 1 : Math.max(all[all.length - 1] * 1.9, 2);
    }

    /// {@return the chart, or nothing where no case has a rival}
    static String of(Ranking ranking) {
        CallChart chart = new CallChart(ranking);
        return chart.cases.isEmpty() ? "" : chart.draw();
    }

    /// {@return ours first}
    private List<Mark> marks(Case row) {
        List<Mark> marks = new ArrayList<>(List.of(new Mark(ISTHMUS, ranking.calls().ours(row))));
        Face.RIVALS.forEach(rival -> marks.add(new Mark(rival, ranking.calls().ratio(row, rival.name()))));
        double raw = ranking.calls().score(row.baseline(), "raw").median();
        Face.RUNTIMES.forEach(runtime ->
                marks.add(new Mark(runtime, ranking.runtimes().time(row.name(), runtime.name()) / raw)));
        marks.removeIf(mark -> Double.isNaN(mark.ratio));
        return marks;
    }

    private String draw() {
        double bottom = TOP + cases.size() * ROW;
        Svg svg = new Svg(WIDTH, bottom + 72, "What a call costs, to the same call by hand", STYLE);
        svg.text("title", "start", 24, 36, "What a call costs, beside the same call by hand");
        svg.text("quiet", "start", 24, 57,
                "1 is java.lang.foreign as written by hand. Left is faster. The scale is logarithmic. "
                        + "Isthmus is the better of interface and object.");
        legend(svg);
        scale(svg, bottom);
        for (int i = 0; i < cases.size(); i++) {
            row(svg, cases.get(i), TOP + (i + 0.5) * ROW);
        }
        svg.text("quiet", "middle", (LEFT + RIGHT) / 2, bottom + 34, "times the call by hand");
        svg.text("ours", "end", WIDTH - 24, TOP - 10, ISTHMUS.title());
        svg.text("quiet", "start", 24, bottom + 56, Machine.sentence(ranking.calls().facts()));
        return svg.toString();
    }

    private void legend(Svg svg) {
        List<Face> shown = new ArrayList<>(List.of(ISTHMUS));
        shown.addAll(Face.RIVALS);
        shown.addAll(Face.RUNTIMES);
        shown.removeIf(face -> cases.stream().flatMap(row -> marks(row).stream()).noneMatch(mark -> mark.face == face));
        double x = 32;
        double y = 84;
        for (Face face : shown) {
            if (x > 32 && Face.RUNTIMES.getFirst() == face) {
                x = 32;
                y += 21;
            }
            mark(svg, new Mark(face, Double.NaN), x, y, face.plain());
            svg.text(face == ISTHMUS ? "ours" : "", "start", x + 12, y + 4, face.plain());
            x += 34 + width(face.plain());
        }
        if (cases.stream().anyMatch(row -> ranking.calls().score(row.name(), Face.BEST.name()) != null)) {
            svg.line("best", x, y - 6, x, y + 6);
            svg.text("", "start", x + 8, y + 4, Face.BEST.title());
        }
    }

    /// {@return about as many pixels as a line of text takes}
    private static double width(String line) {
        return line.chars().mapToDouble(letter -> "ijltfrIJ,' -".indexOf(letter) >= 0 ? 4.2 : 7.6).sum();
    }

    /// Powers of ten have their labels; of 2 and 5 between them, those that find room.
    private void scale(Svg svg, double bottom) {
        List<Double> labelled = new ArrayList<>();
        for (double digit : new double[] {1, 2, 5}) {
            for (double power = Math.pow(10, Math.floor(Math.log10(least))); power < most; power *= 10) {
                double tick = digit * power;
                if (tick >= least && tick <= most) {
                    svg.line(Math.abs(tick - 1) < 1e-9 ? "hand" : "grid", x(tick), TOP - 4, x(tick), bottom);
                    String label = label(tick);
                    if (labelled.stream().allMatch(other -> Math.abs(x(other) - x(tick))
                            > (width(label) + width(label(other))) / 2 + 6)) {
                        labelled.add(tick);
                        svg.text("tick", "middle", x(tick), TOP - 10, label);
                        svg.text("tick", "middle", x(tick), bottom + 16, label);
                    }
                }
            }
        }
    }

    private static String label(double tick) {
        return tick < 0.99 ? String.valueOf((float) tick) : String.format(Locale.ROOT, "%.0f", tick);
    }

    private void row(Svg svg, Case row, double y) {
        svg.text("", "end", LEFT - 16, y + 4, row.label());
        List<Mark> marks = marks(row);
        List<Mark> ordered = new ArrayList<>(marks);
        ordered.sort(Comparator.comparingDouble(Mark::ratio));
        svg.line("row", LEFT, y, RIGHT, y);
        double best = ranking.calls().ratio(row, Face.BEST.name());
        if (!Double.isNaN(best)) {
            svg.line("best", x(best), y - 10, x(best), y + 10);
        }
        double[] heights = heights(ordered, x(marks.getFirst().ratio));
        for (Mark mark : marks) { // ours first, so that it lies below
            mark(svg, mark, x(mark.ratio), y + heights[ordered.indexOf(mark)],
                    mark.face.plain() + ": " + Markdown.ratio(mark.ratio, Double.NaN));
        }
        Mark first = ordered.getFirst();
        Mark last = ordered.getLast();
        svg.text("ours", "end", WIDTH - 24, y + 4, Markdown.ratio(marks.getFirst().ratio, Double.NaN));
        if (marks.getFirst().ratio > first.ratio * Ranking.RIVAL) {
            svg.text("name", "end", x(first.ratio) - 9, y + 4, first.face.plain());
        }
        if (last.ratio > marks.getFirst().ratio * Ranking.RIVAL) {
            svg.text("name", "start", x(last.ratio) + 9, y + 4, last.face.plain());
        }
    }

    /// {@return where each mark stands, above or below the line if another would hide it there}
    private double[] heights(List<Mark> ordered, double ours) {
        double[] ends = {-WIDTH, -WIDTH, -WIDTH}; // where the last mark of each lane is
        double[] heights = new double[ordered.size()];
        for (int i = 0; i < heights.length; i++) {
            double x = x(ordered.get(i).ratio);
            if (ordered.get(i).face != ISTHMUS) {
                int lane = Math.abs(x - ours) < 13 ? 1 : 0;
                while (lane < 2 && x - ends[lane] < 10) {
                    lane++;
                }
                if (x - ends[lane] < 10) {
                    lane = ends[1] < ends[2] ? 1 : 2; // too many: the one with more room
                }
                ends[lane] = x;
                heights[i] = LANES[lane];
            }
        }
        return heights;
    }

    private static void mark(Svg svg, Mark mark, double x, double y, String hover) {
        String path = mark.face == ISTHMUS ? DISC.formatted("8", "16")
                : Face.RUNTIMES.contains(mark.face) ? DIAMOND : DISC.formatted("4.5", "9");
        svg.mark(mark.face.name(), x, y, path, hover);
    }

    private double x(double ratio) {
        return LEFT + (RIGHT - LEFT) * Math.log(ratio / least) / Math.log(most / least);
    }
}

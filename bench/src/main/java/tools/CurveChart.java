// SPDX-License-Identifier: Apache-2.0
package tools;

import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/// The curves side by side: what a call costs to the same by hand, over what is counted.
///
/// Each has a scale of its own from 0 on, so that a slope shows as one. A flat line says that cost grows no more than
/// by hand.
final class CurveChart {
    private static final double WIDTH = 960;
    private static final double PANEL = 310;
    private static final double HEIGHT = 208;
    private static final double TOP = 78;
    private static final int ACROSS = 3;

    private static final String STYLE = """
            .page { fill: #fff }
            text { font: 12px system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; fill: #1f2328 }
            .title { font-size: 19px; font-weight: 600 }
            .head { font-weight: 600 }
            .quiet { fill: #59636e }
            .java-name { fill: #0b5fff; font-weight: 600 } .object-name { fill: #c25100; font-weight: 600 }
            .grid { stroke: #d9dee3 } .hand { stroke: #59636e; stroke-width: 1.5; stroke-dasharray: 4 3 }
            .java, .object { fill: none; stroke-width: 2.2; stroke: #0b5fff } .object { stroke: #c25100 }
            .java-dot { fill: #0b5fff } .object-dot { fill: #c25100 }
            @media (prefers-color-scheme: dark) {
            .page { fill: #0d1117 }
            text { fill: #e6edf3 } .quiet { fill: #9198a1 }
            .grid { stroke: #262c36 } .hand { stroke: #9198a1 }
            .java { stroke: #4493f8 } .object { stroke: #f0883e }
            .java-dot, .java-name { fill: #4493f8 } .object-dot, .object-name { fill: #f0883e }
            }
            """;

    private static final String DOT = "m-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0z";

    private final Curves curves;

    private CurveChart(Curves curves) {
        this.curves = curves;
    }

    /// {@return the chart, or nothing where nothing was measured}
    static String of(Curves curves) {
        return curves.isEmpty() ? "" : new CurveChart(curves).draw();
    }

    private String draw() {
        int down = (Curves.ALL.size() + ACROSS - 1) / ACROSS;
        Svg svg = new Svg(WIDTH, TOP + down * HEIGHT + 34, "What a call costs, over what is bound and live", STYLE);
        svg.text("title", "start", 24, 36, "Does a call cost more where much is bound?");
        svg.text("quiet", "start", 24, 57, "Times the same call by hand at the same count, on a scale from 0.");
        svg.text("java-name", "start", 470, 57, "interface");
        svg.text("object-name", "start", 546, 57, "Kotlin object");
        svg.line("hand", 652, 53, 678, 53).text("quiet", "start", 684, 57, "1, by hand");
        for (int i = 0; i < Curves.ALL.size(); i++) {
            panel(svg, Curves.ALL.get(i), 24 + i % ACROSS * PANEL, TOP + (double) (i / ACROSS) * HEIGHT);
        }
        svg.text("quiet", "start", 24, TOP + down * HEIGHT + 20, Machine.sentence(curves.facts()));
        return svg.toString();
    }

    private void panel(Svg svg, Curves.Curve curve, double left, double top) {
        List<Integer> counts = curve.counts();
        List<String> faces = List.of(curve.java(), "object");
        double most = faces.stream().flatMap(face -> counts.stream().map(count -> curves.ratio(curve, count, face)))
                .filter(ratio -> !Double.isNaN(ratio)).mapToDouble(ratio -> ratio).max().orElse(1);
        double step = step(most);
        double scale = Math.ceil(most * 1.15 / step) * step;
        double low = top + HEIGHT - 52;
        double high = top + 30;
        double from = left + 36;
        double to = left + PANEL - 30;
        String title = curve.java().equals("interface") ? curve.title()
                : curve.title() + " (" + curve.javaTitle() + ")";
        svg.text("head", "start", left, top + 18, title);
        for (double tick = 0; tick <= scale * 1.001; tick += step) {
            double y = low - (low - high) * tick / scale;
            svg.line(Math.abs(tick - 1) < step / 10 ? "hand" : "grid", from, y, to, y);
            svg.text("quiet", "end", from - 6, y + 4, label(tick, step));
        }
        for (int i = 0; i < counts.size(); i++) {
            String count = String.format(Locale.ROOT, "%,d", counts.get(i)).replace(',', ' ');
            svg.text("quiet", "middle", x(from, to, i, counts), low + 17, count);
        }
        svg.text("quiet", "middle", (from + to) / 2, low + 33, curve.over());
        for (String face : faces.reversed()) {
            String style = face.equals("object") ? face : "java";
            List<Integer> measured = counts.stream()
                    .filter(count -> !Double.isNaN(curves.ratio(curve, count, face))).toList();
            double[] points = measured.stream().flatMapToDouble(count -> DoubleStream.of(
                    x(from, to, counts.indexOf(count), counts),
                    low - (low - high) * curves.ratio(curve, count, face) / scale)).toArray();
            svg.through(style, points);
            for (int i = 0; i < measured.size(); i++) {
                String ratio = Markdown.ratio(curves.ratio(curve, measured.get(i), face), Double.NaN);
                svg.mark(style + "-dot", points[2 * i], points[2 * i + 1], DOT,
                        face + ", " + measured.get(i) + " " + curve.over() + ": " + ratio);
            }
        }
    }

    private static double x(double from, double to, int i, List<?> counts) {
        return from + 12 + (to - from - 24) * i / (counts.size() - 1);
    }

    private static double step(double most) {
        double power = Math.pow(10, Math.floor(Math.log10(most)));
        double digit = most / power;
        return digit < 1.7 ? power / 2 : digit < 4 ? power : 2 * power;
    }

    private static String label(double tick, double step) {
        String format = step < 0.01 ? "%.3f" : step < 0.1 ? "%.2f" : step < 1 ? "%.1f" : "%.0f";
        return tick == 0 ? "0" : Markdown.format(format, tick);
    }
}

// SPDX-License-Identifier: Apache-2.0
package tools;

import java.util.Locale;

/// A picture in SVG, by hand: no charting library writes one that follows the reader's light or dark theme.
final class Svg {
    private final StringBuilder text = new StringBuilder();

    /// @param title for who cannot see it
    /// @param style of CSS
    Svg(double width, double height, String title, String style) {
        text.append(String.format(Locale.ROOT, """
                <!-- SPDX-License-Identifier: Apache-2.0 -->
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$.0f %2$.0f" width="%1$.0f" height="%2$.0f" \
                role="img" aria-label="%3$s">
                <style>
                %4$s</style>
                <rect class="page" width="%1$.0f" height="%2$.0f" rx="8"/>
                """, width, height, escaped(title), style));
    }

    Svg line(String style, double x1, double y1, double x2, double y2) {
        return element("<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>", style, x1, y1, x2, y2);
    }

    /// @param anchor `start`, `middle` or `end`
    Svg text(String style, String anchor, double x, double y, String line) {
        return element("<text class=\"%s\" text-anchor=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>",
                style, anchor, x, y, escaped(line));
    }

    /// A shape with its middle at a place.
    ///
    /// @param path  relative, as SVG has it
    /// @param hover what a reader is told who points at it
    Svg mark(String style, double x, double y, String path, String hover) {
        return element("<path class=\"%s\" d=\"M%.1f %.1f%s\"><title>%s</title></path>",
                style, x, y, path, escaped(hover));
    }

    /// A line through points, two numbers each.
    Svg through(String style, double... points) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < points.length; i += 2) {
            path.append(String.format(Locale.ROOT, "%s%.1f %.1f", i == 0 ? "M" : "L", points[i], points[i + 1]));
        }
        return points.length == 0 ? this : element("<path class=\"%s\" d=\"%s\"/>", style, path);
    }

    private Svg element(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
        return this;
    }

    @Override
    public String toString() {
        return text + "</svg>\n";
    }

    private static String escaped(String line) {
        return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}

// SPDX-License-Identifier: Apache-2.0
package tools;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A table in Markdown, without the columns that nothing stands in.
final class Markdown {
    private final List<String> head;
    private final List<List<String>> rows = new ArrayList<>();

    Markdown(String... head) {
        this.head = new ArrayList<>(List.of(head));
    }

    Markdown column(String title) {
        head.add(title);
        return this;
    }

    void row(List<String> cells) {
        if (cells.size() != head.size()) {
            throw new IllegalArgumentException(cells.size() + " cells for " + head.size() + " columns: " + cells);
        }
        rows.add(List.copyOf(cells));
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    @Override
    public String toString() {
        List<Integer> columns = new ArrayList<>();
        for (int i = 0; i < head.size(); i++) {
            int column = i;
            if (i == 0 || rows.stream().anyMatch(row -> !row.get(column).isEmpty())) {
                columns.add(i);
            }
        }
        StringBuilder text = new StringBuilder();
        line(text, columns, head);
        text.append("|---|").append("---:|".repeat(columns.size() - 1)).append('\n');
        rows.forEach(row -> line(text, columns, row));
        return text.toString();
    }

    private static void line(StringBuilder text, List<Integer> columns, List<String> cells) {
        text.append('|');
        columns.forEach(column -> text.append(' ').append(cells.get(column)).append(" |"));
        text.append('\n');
    }

    // --- cells -------------------------------------------------------------------------------------------------------

    /// {@return a ratio with as many decimals as its target asks for, bold where it misses that}
    static String judged(double ratio, double target) {
        String shown = ratio(ratio, target);
        return misses(ratio, target) ? "**" + shown + "**" : shown;
    }

    /// {@return whether a ratio is beyond its target, as both are printed}
    static boolean misses(double ratio, double target) {
        return !Double.isNaN(ratio) && !Double.isNaN(target)
                && Double.parseDouble(ratio(ratio, target)) > Double.parseDouble(ratio(target, target));
    }

    /// {@return a ratio, or nothing for NaN}
    static String ratio(double ratio, double target) {
        double scale = Double.isNaN(target) ? ratio : target;
        return format(scale < 0.1 ? "%.3f" : ratio < 10 ? "%.2f" : ratio < 100 ? "%.1f" : "%.0f", ratio);
    }

    /// {@return nanoseconds, with a decimal where they are few}
    static String nanoseconds(double time) {
        return format(time < 1000 ? "%.1f" : "%.0f", time);
    }

    static String format(String format, double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
    }

    /// {@return `name version, name version`}
    static String versions(Map<?, ?> versions) {
        List<String> all = new ArrayList<>();
        versions.forEach((name, version) -> all.add(name + " " + version));
        return String.join(", ", all);
    }
}

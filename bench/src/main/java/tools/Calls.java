// SPDX-License-Identifier: Apache-2.0
package tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// What calls cost: of each case and face, the iterations of all forks in five numbers.
///
/// `Calls RAW.json CALLS.json` makes a file of these of what JMH wrote, which is fifty times as large.
///
/// @param facts  of the machine, with what JMH was told
/// @param scores by case and face
public record Calls(Map<?, ?> facts, Map<String, Map<String, Score>> scores) {

    /// @param median of all iterations, in nanoseconds, as the next three are
    /// @param bytes  allocated by one call
    record Score(double median, double min, double p10, double p90, double bytes) {

        /// {@return the score of iterations}
        static Score of(double[] times, double bytes) {
            double[] sorted = times.clone();
            Arrays.sort(sorted);
            return new Score(sorted[sorted.length / 2], sorted[0], sorted[sorted.length / 10],
                    sorted[sorted.length - 1 - sorted.length / 10], bytes);
        }

        void into(Map<String, Object> line) {
            line.put("ns", median);
            line.put("min", min);
            line.put("p10", p10);
            line.put("p90", p90);
            line.put("bytes", Math.rint(bytes));
        }
    }

    public static void main(String[] arguments) throws IOException {
        Map<String, Object> document = new LinkedHashMap<>(Machine.facts());
        document.putAll(compact((List<?>) Json.read(Files.readString(Path.of(arguments[0])))));
        Files.writeString(Path.of(arguments[1]), Json.document(document));
    }

    private static Map<String, Object> compact(List<?> results) {
        Map<String, Map<String, Score>> scores = new TreeMap<>();
        TreeSet<String> settings = new TreeSet<>();
        for (Object result : results) {
            Map<?, ?> of = (Map<?, ?>) result;
            String benchmark = (String) of.get("benchmark");
            String[] caseAndFace = benchmark.substring(benchmark.lastIndexOf('.') + 1).split("_", 2);
            scores.computeIfAbsent(caseAndFace[0], _ -> new LinkedHashMap<>()).put(caseAndFace[1], Score.of(
                    times((Map<?, ?>) of.get("primaryMetric")), bytes((Map<?, ?>) of.get("secondaryMetrics"))));
            settings.add(String.format(Locale.ROOT, "%.0f × %.0f iterations of %s",
                    of.get("forks"), of.get("measurementIterations"), of.get("measurementTime")));
        }
        List<Object> lines = new ArrayList<>();
        scores.forEach((name, faces) -> faces.forEach((face, score) -> {
            Map<String, Object> line = new LinkedHashMap<>(Map.of("case", name));
            line.put("face", face);
            score.into(line);
            lines.add(line);
        }));
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("iterations", String.join(" or ", settings));
        document.put("calls", lines);
        return document;
    }

    private static double[] times(Map<?, ?> metric) {
        return ((List<?>) metric.get("rawData")).stream()
                .flatMap(fork -> ((List<?>) fork).stream()).mapToDouble(time -> (Double) time).toArray();
    }

    private static double bytes(Map<?, ?> metrics) {
        for (Map.Entry<?, ?> metric : metrics.entrySet()) {
            if (((String) metric.getKey()).endsWith("gc.alloc.rate.norm")) {
                return number((Map<?, ?>) metric.getValue(), "score");
            }
        }
        return Double.NaN;
    }

    /// {@return what is in a file, or nothing where there is no such file}
    static Calls read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return new Calls(Map.of(), Map.of());
        }
        Map<?, ?> document = (Map<?, ?>) Json.read(Files.readString(file));
        Map<String, Map<String, Score>> scores = new TreeMap<>();
        for (Object line : (List<?>) document.get("calls")) {
            Map<?, ?> of = (Map<?, ?>) line;
            scores.computeIfAbsent((String) of.get("case"), _ -> new LinkedHashMap<>()).put((String) of.get("face"),
                    new Score(number(of, "ns"), number(of, "min"), number(of, "p10"), number(of, "p90"),
                            number(of, "bytes")));
        }
        return new Calls(document, scores);
    }

    /// {@return a number of an object, NaN where it has none}
    static double number(Map<?, ?> of, String name) {
        return of.get(name) instanceof Double number ? number : Double.NaN;
    }

    /// {@return the score of a benchmark, or null}
    Score score(String name, String face) {
        return scores.getOrDefault(name, Map.of()).get(face);
    }

    /// {@return the cases that were measured by hand too, those of the list first}
    List<Case> cases() {
        List<Case> cases = new ArrayList<>(Case.ALL);
        scores.keySet().stream().filter(name -> Case.ALL.stream().noneMatch(known -> known.name().equals(name)))
                .forEach(name -> cases.add(Case.unknown(name)));
        cases.removeIf(row -> score(row.name(), "raw") == null || score(row.baseline(), "raw") == null);
        return cases;
    }

    /// {@return a face's median to that by hand, or NaN}
    double ratio(Case row, String face) {
        Score score = score(row.name(), face);
        return score == null ? Double.NaN : score.median / score(row.baseline(), "raw").median;
    }

    /// {@return the less of what the interface and the object cost, to by hand, or NaN}
    double ours(Case row) {
        return Face.SHOWN.stream().mapToDouble(face -> ratio(row, face)).filter(ratio -> !Double.isNaN(ratio))
                .min().orElse(Double.NaN);
    }

    /// {@return the rival that costs least, or null where there is none}
    Face bestRival(Case row) {
        return Face.RIVALS.stream().filter(rival -> score(row.name(), rival.name()) != null)
                .min((a, b) -> Double.compare(ratio(row, a.name()), ratio(row, b.name()))).orElse(null);
    }
}

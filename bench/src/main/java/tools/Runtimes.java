// SPDX-License-Identifier: Apache-2.0
package tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What the same calls cost in the runtimes of `bench/node`, which is in another run and by another loop than ours.
///
/// @param facts of the machine
/// @param times by case and runtime, in nanoseconds
record Runtimes(Map<?, ?> facts, Map<String, Map<String, Double>> times) {

    /// {@return what is in a file, or nothing where there is no such file}
    static Runtimes read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return new Runtimes(Map.of(), Map.of());
        }
        Map<?, ?> document = (Map<?, ?>) Json.read(Files.readString(file));
        Map<String, Map<String, Double>> times = new TreeMap<>();
        for (Object line : (List<?>) document.get("calls")) {
            Map<?, ?> of = (Map<?, ?>) line;
            times.computeIfAbsent((String) of.get("case"), _ -> new LinkedHashMap<>())
                    .put((String) of.get("runtime"), Calls.number(of, "ns"));
        }
        return new Runtimes(document, times);
    }

    /// {@return the median in nanoseconds, or NaN}
    double time(String name, String runtime) {
        return times.getOrDefault(name, Map.of()).getOrDefault(runtime, Double.NaN);
    }

    /// {@return the runtime that is fastest, or null where none was measured}
    Face best(String name) {
        return Face.RUNTIMES.stream().filter(runtime -> !Double.isNaN(time(name, runtime.name())))
                .min((a, b) -> Double.compare(time(name, a.name()), time(name, b.name()))).orElse(null);
    }

    /// {@return their names and versions, as for a sentence}
    String versions() {
        return facts.get("versions") instanceof Map<?, ?> versions ? Markdown.versions(versions) : "";
    }
}

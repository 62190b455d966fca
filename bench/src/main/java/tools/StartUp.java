// SPDX-License-Identifier: Apache-2.0
package tools;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/// Measures whole processes, from launch to exit: `StartUp RESULT.json RUNS`.
///
/// The programs run in turn, round after round, so that whatever else the machine does meets all of them alike. Each
/// has only the jars on its class path that it needs, and runs without and with an AOT cache (JEP 514) of its own.
public final class StartUp {
    private static final Path WORK = Path.of("target", "startup");
    private static final String PROGRAMS = "programs";

    /// @param row    of the table
    /// @param face   the column
    /// @param type   the class with the main method
    /// @param jars   on its class path, by the beginning of their names
    private record Program(String row, String face, String type, List<String> jars) {}

    private static final List<String> CORE = List.of(PROGRAMS, "ffi-core");
    private static final List<String> DSL = List.of(PROGRAMS, "ffi-core", "ffi-dsl", "kotlin-stdlib");
    private static final List<Program> ALL = List.of(
            new Program("hello", "raw", "Hello", List.of(PROGRAMS)),
            new Program("first", "raw", "FirstRaw", List.of(PROGRAMS)),
            new Program("first", "function", "FirstFunction", CORE),
            new Program("first", "interface", "FirstInterface", CORE),
            new Program("first", "object", "FirstObject", DSL),
            new Program("many", "raw", "ManyRaw", CORE),
            new Program("many", "shared", "ManyShared", CORE),
            new Program("many", "interface", "ManyInterface", CORE),
            new Program("many", "object", "ManyObject", DSL));

    private StartUp() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path result = Path.of(arguments[0]);
        int runs = Integer.parseInt(arguments[1]);
        Files.createDirectories(WORK);
        packPrograms();
        Map<String, List<String>> commands = new LinkedHashMap<>();
        for (Program program : ALL) {
            String key = program.row + " " + program.face;
            commands.put(key, command(program));
            commands.put(key + " aot", command(program, "-XX:AOTCache=" + trained(program)));
        }
        Map<String, double[]> times = new LinkedHashMap<>();
        commands.keySet().forEach(key -> times.put(key, new double[runs]));
        Map<String, String> outputs = new LinkedHashMap<>();
        for (int run = -1; run < runs; run++) { // the first round only warms the system's caches
            for (Map.Entry<String, List<String>> entry : commands.entrySet()) {
                String row = entry.getKey().split(" ")[0];
                long start = System.nanoTime();
                String output = run(entry.getValue());
                long time = System.nanoTime() - start;
                String expected = outputs.putIfAbsent(row, output);
                if (expected != null && !expected.equals(output)) {
                    throw new IllegalStateException(entry.getKey() + " printed " + output + ", and not " + expected);
                }
                if (run >= 0) {
                    times.get(entry.getKey())[run] = time / 1e6;
                }
            }
        }
        Files.writeString(result, json(times));
    }

    private static String json(Map<String, double[]> times) {
        List<String> lines = new ArrayList<>();
        times.forEach((key, all) -> {
            double[] sorted = all.clone();
            Arrays.sort(sorted);
            String[] parts = key.split(" ");
            lines.add(String.format(Locale.ROOT,
                    "  {\"row\": \"%s\", \"face\": \"%s\", \"aot\": %b, \"runs\": %d,"
                            + " \"median\": %.1f, \"best\": %.1f, \"worst\": %.1f}",
                    parts[0], parts[1], parts.length > 2, sorted.length,
                    sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]));
        });
        return "[\n" + String.join(",\n", lines) + "\n]\n";
    }

    /// An AOT cache holds classes of jars only, and a small jar is opened sooner than the folder of all benchmarks.
    private static void packPrograms() {
        int failed = ToolProvider.findFirst("jar").orElseThrow().run(System.out, System.err,
                "--create", "--file=" + WORK.resolve(PROGRAMS + ".jar"), "-C", "target/classes", "startup");
        if (failed != 0) {
            throw new IllegalStateException("jar: " + failed);
        }
    }

    private static String trained(Program program) throws IOException, InterruptedException {
        Path cache = WORK.resolve(program.type + ".aot");
        run(command(program, "-XX:AOTCacheOutput=" + cache));
        return cache.toString();
    }

    private static List<String> command(Program program, String... options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-Dffi.library.path=" + System.getProperty("ffi.library.path"));
        command.addAll(List.of(options));
        command.add("-classpath");
        command.add(String.join(File.pathSeparator, program.jars.stream().map(StartUp::jar).toList()));
        command.add("startup." + program.type);
        return command;
    }

    private static String jar(String name) {
        if (name.equals(PROGRAMS)) {
            return WORK.resolve(PROGRAMS + ".jar").toString();
        }
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(path -> path.endsWith(".jar") && Path.of(path).getFileName().toString().startsWith(name + "-"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("not on the class path: " + name));
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Path errors = WORK.resolve("errors");
        Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        String output = new String(process.getInputStream().readAllBytes()).strip();
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + "\n" + Files.readString(errors));
        }
        return output;
    }
}

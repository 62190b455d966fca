// SPDX-License-Identifier: Apache-2.0
package tools;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/// Measures whole processes, from launch to exit: `StartUp RESULT.json RUNS`. With 0 runs, all run once, the only time
/// that there is, and few by a cache.
///
/// The programs run in turn, round after round, so that whatever else the machine does meets all of them alike. Each
/// has only the jars on its class path that it needs, and runs without and with an AOT cache (JEP 514) of its own. At
/// last, a process for each face says what the functions that it has bound hold.
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
    private static final List<String> LWJGL = List.of(PROGRAMS, "lwjgl");
    private static final List<String> JAVACPP = List.of(PROGRAMS, "javacpp");
    private static final List<String> JNA = List.of(PROGRAMS, "jna");
    private static final List<String> JNR = List.of(PROGRAMS, "jnr-ffi", "jffi", "jnr-a64asm", "jnr-x86asm",
            "asm", "asm-commons", "asm-analysis", "asm-tree", "asm-util");
    private static final List<Program> ALL = List.of(
            new Program("hello", "raw", "Hello", List.of(PROGRAMS)),
            new Program("first", "raw", "FirstRaw", List.of(PROGRAMS)),
            new Program("first", "kotlin", "FirstRawKotlin", List.of(PROGRAMS, "kotlin-stdlib")),
            new Program("first", "function", "FirstFunction", CORE),
            new Program("first", "interface", "FirstInterface", CORE),
            new Program("first", "object", "FirstObject", DSL),
            new Program("first", "lwjgl", "FirstLwjgl", LWJGL),
            new Program("first", "jni", "FirstJni", List.of(PROGRAMS)),
            new Program("first", "javacpp", "FirstJavaCpp", JAVACPP),
            new Program("first", "jnr", "FirstJnr", JNR),
            new Program("first", "jnaDirect", "FirstJnaDirect", JNA),
            new Program("first", "jna", "FirstJna", JNA),
            new Program("many", "raw", "ManyRaw", CORE),
            new Program("many", "shared", "ManyShared", CORE),
            new Program("many", "interface", "ManyInterface", CORE),
            new Program("many", "object", "ManyObject", DSL),
            new Program("many", "lwjgl", "ManyLwjgl", LWJGL),
            new Program("many", "jni", "ManyJni", List.of(PROGRAMS)),
            new Program("many", "javacpp", "ManyJavaCpp", JAVACPP),
            new Program("many", "jnr", "ManyJnr", JNR),
            new Program("many", "jnaDirect", "ManyJnaDirect", JNA),
            new Program("many", "jna", "ManyJna", JNA));

    /// By name, what was a folder: once, because a cache is for a jar that has not changed since.
    private static final Map<String, String> PACKED = new HashMap<>();

    private StartUp() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path result = Path.of(arguments[0]);
        int runs = Integer.parseInt(arguments[1]);
        Files.createDirectories(WORK);
        packed(PROGRAMS, "target/classes", "startup");
        Map<String, List<String>> commands = new LinkedHashMap<>();
        for (Program program : ALL) {
            String key = program.row + " " + program.face;
            commands.put(key, command(program, List.of()));
            if (runs > 0 || program.row.equals("hello")) {
                commands.put(key + " aot", command(program, List.of(), "-XX:AOTCache=" + trained(program)));
            }
        }
        Map<String, double[]> times = new LinkedHashMap<>();
        commands.keySet().forEach(key -> times.put(key, new double[Math.max(runs, 1)]));
        Map<String, String> outputs = new LinkedHashMap<>();
        for (int run = runs > 0 ? -1 : 0; run < Math.max(runs, 1); run++) { // -1 only warms the system's caches
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
        Map<String, Object> document = new LinkedHashMap<>(Machine.facts());
        document.put("runs", runs);
        document.put("processes", lines(times));
        List<Object> memory = new ArrayList<>();
        for (Program program : ALL) {
            if (program.row.equals("many")) {
                String more = program.jars == JAVACPP ? "0" : "5";
                memory.addAll((List<?>) Json.read(run(command(new Program("memory", program.face, "Footprint",
                        program.jars), List.of(program.type, program.face, more)))));
            }
        }
        document.put("memory", memory);
        Files.writeString(result, Json.document(document));
    }

    private static List<Object> lines(Map<String, double[]> times) {
        List<Object> lines = new ArrayList<>();
        times.forEach((key, all) -> {
            double[] sorted = all.clone();
            Arrays.sort(sorted);
            String[] parts = key.split(" ");
            Map<String, Object> line = new LinkedHashMap<>(Map.of("row", parts[0]));
            line.put("face", parts[1]);
            line.put("aot", parts.length > 2);
            line.put("median", sorted[sorted.length / 2]);
            line.put("best", sorted[0]);
            line.put("worst", sorted[sorted.length - 1]);
            lines.add(line);
        });
        return lines;
    }

    /// An AOT cache holds classes of jars only, and a small jar is opened sooner than the folder of all benchmarks.
    private static String packed(String name, String classes, String what) {
        String file = WORK.resolve(name + ".jar").toString();
        int failed = ToolProvider.findFirst("jar").orElseThrow()
                .run(System.out, System.err, "--create", "--file=" + file, "-C", classes, what);
        if (failed != 0) {
            throw new IllegalStateException("jar: " + failed);
        }
        return file;
    }

    private static String trained(Program program) throws IOException, InterruptedException {
        Path cache = WORK.resolve(program.type + ".aot");
        run(command(program, List.of(), "-XX:AOTCacheOutput=" + cache));
        return cache.toString();
    }

    private static List<String> command(Program program, List<String> arguments, String... options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("--sun-misc-unsafe-memory-access=allow"); // a warning costs milliseconds
        command.add("-Dffi.library.path=" + System.getProperty("ffi.library.path"));
        command.add("-Djava.library.path=" + System.getProperty("ffi.library.path")); // JNI's
        command.add("-Dorg.bytedeco.javacpp.cachedir=" + WORK.resolve("javacpp").toAbsolutePath());
        command.addAll(List.of(options));
        command.add("-classpath");
        command.add(String.join(File.pathSeparator, program.jars.stream().flatMap(StartUp::jars).toList()));
        command.add("startup." + program.type);
        command.addAll(arguments);
        return command;
    }

    /// {@return the jars of a name, for a library may have one with code of its own besides}
    private static Stream<String> jars(String name) {
        if (name.equals(PROGRAMS)) {
            return Stream.of(WORK.resolve(PROGRAMS + ".jar").toString());
        }
        List<String> paths = List.of(System.getProperty("java.class.path").split(File.pathSeparator));
        List<String> jars = paths.stream()
                .filter(path -> Path.of(path).getFileName().toString().matches(name + "-\\d.*\\.jar")).toList();
        if (!jars.isEmpty()) {
            return jars.stream();
        }
        String classes = paths.stream().filter(path -> Path.of(path).endsWith(Path.of(name, "target", "classes")))
                .findFirst().orElseThrow(() -> new IllegalStateException("not on the class path: " + name));
        return Stream.of(PACKED.computeIfAbsent(name, _ -> packed(name, classes, ".")));
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

// SPDX-License-Identifier: Apache-2.0
package tools;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What a run was made on, and with which versions.
final class Machine {
    private static final List<String> JARS = List.of(
            "jmh-core", "kotlin-stdlib", "kotlinx-coroutines-core-jvm", "lwjgl", "javacpp", "jnr-ffi", "jna");
    private static final Pattern JAR = Pattern.compile("(.+?)-(\\d[^/]*?)\\.jar");

    private Machine() {}

    /// {@return the facts of this machine, this JDK and this class path, by name}
    static Map<String, Object> facts() throws IOException {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("machine", processor() + Runtime.getRuntime().availableProcessors() + " processors, "
                + System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        facts.put("jdk", System.getProperty("java.vendor") + " " + Runtime.version());
        Map<String, Object> versions = new LinkedHashMap<>();
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(path -> JAR.matcher(Path.of(path).getFileName().toString()))
                .filter(jar -> jar.matches() && JARS.contains(jar.group(1)))
                .sorted((a, b) -> JARS.indexOf(a.group(1)) - JARS.indexOf(b.group(1)))
                .forEach(jar -> versions.putIfAbsent(jar.group(1), jar.group(2)));
        facts.put("versions", versions);
        return facts;
    }

    /// {@return a sentence of such facts}
    static String sentence(Map<?, ?> facts) {
        return facts.get("machine") + ", " + facts.get("jdk") + ".";
    }

    private static String processor() throws IOException {
        Path processors = Path.of("/proc/cpuinfo");
        if (!Files.exists(processors)) {
            return "";
        }
        return Files.readAllLines(processors).stream().filter(line -> line.startsWith("model name")).findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).strip() + ", ").orElse("");
    }
}

// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.tools.Builder;

/// Compiles what the rivals need of C and C++: the library of hand-written JNI, and the one that JavaCPP generates.
///
/// Run by the build, once the classes are compiled: `java -classpath CLASSES Natives.java CLASSES LIBSUM`, where both
/// are directories. The libraries go beside the classes that load them. What is newer than its sources is left.
final class Natives {
    private static final Path SOURCES = Path.of("src", "main", "c").toAbsolutePath();
    private static final Path HEADER = SOURCES.resolve("rivals.h");
    private static final String RIVALS = "bench/rivals";

    private final Path classes;
    private final String libsum;
    private final String system;

    private Natives(String classes, String libsum) {
        this.classes = Path.of(classes).toAbsolutePath();
        this.libsum = Path.of(libsum).toAbsolutePath().normalize().toString();
        String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        system = name.startsWith("windows") ? "win32" : name.startsWith("mac") ? "darwin" : "linux";
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Natives natives = new Natives(arguments[0], arguments[1]);
        natives.jni();
        natives.javaCpp();
    }

    private void jni() throws IOException, InterruptedException {
        Path library = classes.resolve(RIVALS, System.mapLibraryName("rivals"));
        Path source = SOURCES.resolve("jni.c");
        if (isNewer(library, source, HEADER)) {
            return;
        }
        Path include = Path.of(System.getProperty("java.home"), "include");
        if (Files.notExists(include.resolve("jni.h"))) {
            fail("The JDK has no " + include.resolve("jni.h") + ", which the JNI benchmarks are compiled against:"
                    + " install its headers (Debian: openjdk-25-jdk-headless), or name another with JAVA25_HOME");
        }
        String compiler = named("CC", system.equals("win32") ? "gcc" : "cc");
        List<String> command = new ArrayList<>(List.of(compiler.split(" +")));
        command.addAll(List.of("-std=c11", "-O2", "-fPIC", "-shared", "-Wall", "-Wextra", "-Werror",
                "-I" + include, "-I" + include.resolve(system), "-o", library.toString(), source.toString()));
        command.addAll(linkerOptions());
        run(command);
    }

    /// In a process of its own, which has the compiler's many words in a file.
    private void javaCpp() throws IOException, InterruptedException {
        Path declared = classes.resolve(RIVALS, "JavaCpp.class");
        Path library = classes.resolve(RIVALS, Loader.getPlatform(), System.mapLibraryName("jniJavaCpp"));
        if (isNewer(library, declared, HEADER)) {
            return;
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-classpath", System.getProperty("java.class.path"),
                Builder.class.getName(), "-Xcompiler", "-I" + SOURCES));
        for (String option : linkerOptions()) {
            command.addAll(List.of("-Xcompiler", option));
        }
        String compiler = named("CXX", "");
        if (!compiler.isEmpty()) {
            command.add("-Dplatform.compiler=" + compiler);
        }
        command.add("bench.rivals.JavaCpp");
        run(command);
    }

    private static String named(String variable, String otherwise) {
        String compiler = System.getenv(variable);
        return compiler == null || compiler.isBlank() ? otherwise : compiler.strip();
    }

    private List<String> linkerOptions() {
        List<String> options = new ArrayList<>(List.of("-L" + libsum, "-lsum"));
        if (!system.equals("win32")) {
            options.add("-Wl,-rpath," + libsum);
        }
        return options;
    }

    private static boolean isNewer(Path file, Path... sources) throws IOException {
        if (Files.notExists(file)) {
            return false;
        }
        for (Path source : sources) {
            if (Files.getLastModifiedTime(source).compareTo(Files.getLastModifiedTime(file)) > 0) {
                return false;
            }
        }
        return true;
    }

    private void run(List<String> command) throws IOException, InterruptedException {
        Path log = classes.resolveSibling("natives.log");
        int status = new ProcessBuilder(command).directory(classes.getParent().toFile()) // JavaCPP leaves files in it
                .redirectErrorStream(true).redirectOutput(log.toFile()).start().waitFor();
        if (status != 0) {
            fail(Files.readString(log) + "A rival's library could not be compiled, by " + String.join(" ", command));
        }
    }

    private static void fail(String message) {
        System.err.println(message);
        System.exit(1);
    }
}

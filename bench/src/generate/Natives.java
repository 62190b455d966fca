// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.tools.Builder;

/// Compiles what the rivals need of C and C++: the libraries of hand-written JNI, and those that JavaCPP writes.
///
/// Run by the build, once the classes are compiled: `java -classpath CLASSES Natives.java CLASSES LIBSUM C`, which are
/// directories, the last that of generated C. The libraries go beside the classes that load them; those that the
/// start-up programs load by a path, into `native` beside CLASSES. The libsum there has only what they call, because
/// the C++ runtime that the whole needs would be measured too. What is newer than its sources is left.
final class Natives {
    private static final Path SOURCES = Path.of("src", "main", "c").toAbsolutePath();
    private static final Path HEADER = SOURCES.resolve("rivals.h");
    private static final Path JAVA = Path.of("src", "main", "java").toAbsolutePath();
    private static final Path LIBSUM_SOURCES = Path.of("..", "native", "src").toAbsolutePath().normalize();
    private static final Path BENCH = LIBSUM_SOURCES.resolve("bench.c");
    private static final Path MANY = LIBSUM_SOURCES.resolve("many.c");

    private final Path classes;
    private final Path small;
    private final Path libsum;
    private final Path generated;
    private final String system;

    private Natives(String classes, String libsum, String generated) {
        this.classes = Path.of(classes).toAbsolutePath();
        this.libsum = Path.of(libsum).toAbsolutePath().normalize();
        this.generated = Path.of(generated).toAbsolutePath();
        small = this.classes.resolveSibling("native");
        String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        system = name.startsWith("windows") ? "win32" : name.startsWith("mac") ? "darwin" : "linux";
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Natives natives = new Natives(arguments[0], arguments[1], arguments[2]);
        Path many = natives.generated.resolve("many.h");
        Files.createDirectories(natives.small);
        natives.c(natives.classes.resolve("bench/rivals", System.mapLibraryName("rivals")),
                natives.linkerOptions(natives.libsum), List.of(SOURCES.resolve("jni.c")), HEADER);
        natives.c(natives.small("sum"), List.of(), List.of(BENCH, MANY));
        natives.c(natives.small("first"), List.of(), List.of(SOURCES.resolve("first.c"), BENCH), HEADER);
        natives.c(natives.small("many"), List.of(), List.of(natives.generated.resolve("many_jni.c"), MANY), many);
        natives.javaCpp("bench.rivals.JavaCpp", natives.libsum, JAVA.resolve("bench/rivals/JavaCpp.java"), HEADER);
        natives.javaCpp("startup.FirstJavaCpp", natives.small, JAVA.resolve("startup/FirstJavaCpp.java"), HEADER);
        natives.javaCpp("startup.ManyJavaCpp", natives.small, many); // as new as the class, being of one generator
    }

    private Path small(String name) {
        return small.resolve(System.mapLibraryName(name));
    }

    /// A library of C that may have JNI's functions.
    private void c(Path library, List<String> options, List<Path> sources, Path... headers)
            throws IOException, InterruptedException {
        List<Path> all = new ArrayList<>(sources);
        all.addAll(List.of(headers));
        if (isNewer(library, all)) {
            return;
        }
        Path include = Path.of(System.getProperty("java.home"), "include");
        if (Files.notExists(include.resolve("jni.h"))) {
            fail("The JDK has no " + include.resolve("jni.h") + ", which the JNI benchmarks are compiled against:"
                    + " install its headers (Debian: openjdk-25-jdk-headless), or name another with JAVA25_HOME");
        }
        String compiler = named("CC", system.equals("win32") ? "gcc" : "cc");
        List<String> command = new ArrayList<>(List.of(compiler.split(" +")));
        command.addAll(List.of("-std=c11", "-O2", "-fPIC", "-shared", "-Wall", "-Wextra", "-Werror", "-I" + include,
                "-I" + include.resolve(system), "-I" + SOURCES, "-I" + generated,
                "-I" + LIBSUM_SOURCES.resolveSibling("include"), "-o", library.toString()));
        sources.forEach(source -> command.add(source.toString()));
        command.addAll(options);
        run(command);
    }

    /// In a process of its own, which has the compiler's many words in a file.
    ///
    /// @param of the directory of the libsum that it is linked with
    private void javaCpp(String type, Path of, Path... sources) throws IOException, InterruptedException {
        int dot = type.lastIndexOf('.');
        Path library = classes.resolve(type.substring(0, dot).replace('.', '/'), Loader.getPlatform(),
                System.mapLibraryName("jni" + type.substring(dot + 1)));
        if (isNewer(library, List.of(sources))) {
            return;
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-classpath", System.getProperty("java.class.path"),
                Builder.class.getName(), "-Xcompiler", "-I" + SOURCES, "-Xcompiler", "-I" + generated));
        for (String option : linkerOptions(of)) {
            command.addAll(List.of("-Xcompiler", option));
        }
        String compiler = named("CXX", "");
        if (!compiler.isEmpty()) {
            command.add("-Dplatform.compiler=" + compiler);
        }
        command.add(type);
        run(command);
    }

    private static String named(String variable, String otherwise) {
        String compiler = System.getenv(variable);
        return compiler == null || compiler.isBlank() ? otherwise : compiler.strip();
    }

    /// @param of the directory of a libsum
    private List<String> linkerOptions(Path of) {
        List<String> options = new ArrayList<>(List.of("-L" + of, "-lsum"));
        if (!system.equals("win32")) {
            options.add("-Wl,-rpath," + of);
        }
        return options;
    }

    private static boolean isNewer(Path file, List<Path> sources) throws IOException {
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

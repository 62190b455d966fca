// SPDX-License-Identifier: Apache-2.0
package startup;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/// What bound functions hold: `Footprint ManyInterface interface 5` prints JSON of the first 200 and of 5 × 200 more.
///
/// More functions are those of the same program in other class loaders: other classes, other declarations, the same
/// shapes; and where JNI loads a library, a copy of it, because one is not loaded for two class loaders. `0` leaves
/// them out: JavaCPP takes no library twice.
public final class Footprint {
    private static final int OF_A_PROGRAM = 200;

    /// What nothing may collect.
    private static final List<Object> HELD = new ArrayList<>();

    private final long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    private final long metaspace = used(name -> name.equals("Metaspace"));
    private final long code = used(name -> name.startsWith("Code"));
    private final long classes = ManagementFactory.getClassLoadingMXBean().getTotalLoadedClassCount();

    private Footprint() {}

    public static void main(String[] arguments) throws ReflectiveOperationException, IOException {
        String program = "startup." + arguments[0];
        String face = arguments[1];
        int times = Integer.parseInt(arguments[2]);
        List<Path> copies = copies(times);
        HELD.add(new Copy(null).define("startup.Hello")); // what it takes to define a class is nobody's
        String nothing = now().since(now(), face, true, 0, 0); // loads what the measuring itself needs
        HELD.add(nothing);
        Footprint before = now();
        double first = run(Class.forName(program, false, Footprint.class.getClassLoader()));
        Footprint between = now();
        String lines = between.since(before, face, true, OF_A_PROGRAM, first);
        if (times > 0) {
            double more = 0;
            for (Path copy : copies) {
                more += run(new Copy(copy).loadClass(program));
            }
            lines += ", " + now().since(between, face, false, OF_A_PROGRAM * times, more);
        }
        System.out.println("[" + lines + "]");
    }

    /// {@return copies of JNI's library, made before anything is measured}
    private static List<Path> copies(int times) throws IOException {
        Path library = Path.of(System.getProperty("java.library.path"), System.mapLibraryName("many"));
        List<Path> copies = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            Path copy = Files.createTempFile("many", null);
            copy.toFile().deleteOnExit();
            copies.add(Files.copy(library, copy, StandardCopyOption.REPLACE_EXISTING));
        }
        return copies;
    }

    /// {@return milliseconds}
    private static double run(Class<?> program) throws ReflectiveOperationException {
        HELD.add(program);
        Method method = program.getMethod("run");
        long start = System.nanoTime();
        Object receiver = Modifier.isStatic(method.getModifiers()) ? null : program.getField("INSTANCE").get(null);
        HELD.add(method.invoke(receiver));
        return (System.nanoTime() - start) / 1e6;
    }

    private static Footprint now() {
        for (int i = 0; i < 3; i++) {
            System.gc(); // what the first leaves to reference handlers, the next takes
        }
        return new Footprint();
    }

    private String since(Footprint before, String face, boolean first, int functions, double milliseconds) {
        return String.format(Locale.ROOT, "{\"face\": \"%s\", \"first\": %b, \"functions\": %d, \"ms\": %.1f, "
                + "\"heap\": %d, \"metaspace\": %d, \"code\": %d, \"classes\": %d}", face, first, functions,
                milliseconds, heap - before.heap, metaspace - before.metaspace, code - before.code,
                classes - before.classes);
    }

    private static long used(Predicate<String> isMeant) {
        return ManagementFactory.getMemoryPoolMXBeans().stream().filter(pool -> isMeant.test(pool.getName()))
                .mapToLong(Footprint::used).sum();
    }

    private static long used(MemoryPoolMXBean pool) {
        return pool.getUsage().getUsed();
    }

    /// Defines the programs of 200 functions anew, and leaves all else to its parent.
    private static final class Copy extends ClassLoader {
        private final Path library;

        Copy(Path library) {
            this.library = library;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("startup.Many")) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }

        private Class<?> define(String name) {
            try (InputStream file = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = file.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        protected String findLibrary(String name) {
            return library.toString();
        }
    }
}

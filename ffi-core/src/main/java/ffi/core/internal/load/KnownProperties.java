// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import ffi.core.internal.Facts;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// The system properties of this library. The first use of a library warns of one that is set and is none of these.
///
/// A mistyped `-Dffi.alow=sum` would otherwise admit everything without a word.
public final class KnownProperties {

    /// All properties that any of the modules reads.
    public static final List<String> NAMES = List.of(
            "ffi.library.path", "ffi.cache.dir", "ffi.allow", "ffi.deny", "ffi.serialization",
            "ffi.trace", "ffi.trace.before", "ffi.jfr", "ffi.headstart", "ffi.interrupt.signal", "ffi.owned.most",
            "ffi.flatten");

    private static final String PREFIX = "ffi.";

    static {
        try {
            warn();
        } catch (RuntimeException unreadable) {
            // a program's own map of properties, or its logger: no library is lost for that
        }
    }

    private KnownProperties() {}

    /// Warns of properties that are not known, once in a JVM.
    public static void check() {} // the class's initializer does

    private static void warn() {
        List<String> unknown = new ArrayList<>();
        for (Object key : System.getProperties().keySet()) {
            if (key instanceof String name && !NAMES.contains(name) && (name.startsWith(PREFIX) || isMeant(name))) {
                unknown.add(name);
            }
        }
        for (String name : new TreeSet<>(unknown)) {
            System.getLogger("ffi.core").log(System.Logger.Level.WARNING, () -> message(name));
        }
    }

    /// Whether a property of another prefix is one of these but for a letter, or for what stands between the words.
    private static boolean isMeant(String name) {
        String dotted = name.strip().replace('-', '.').replace('_', '.');
        return NAMES.stream().anyMatch(known -> Similar.distance(dotted, known) <= 1);
    }

    /// {@return the warning of a property that is not known}
    static String message(String name) {
        List<String> near = Similar.to(name, NAMES);
        return Facts.of("Unknown system property", name)
                .hint(near.isEmpty() ? "the properties are " + String.join(", ", NAMES) : "write -D" + near.getFirst())
                .toString();
    }
}

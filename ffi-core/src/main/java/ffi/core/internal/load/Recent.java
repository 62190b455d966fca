// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import java.io.File;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// What was said of a failure a moment ago: a program may try again and again, and to find out why a library or a
/// symbol is missing takes a thousand times as long as to find that it is.
///
/// Whether it is missing is looked up each time; only what is said of it is remembered, for a second, and by all that
/// the search has met.
final class Recent<V> {

    private static final int COUNT = 16;
    private static final long LIFE = 1_000_000_000; // nanoseconds

    private record Said<V>(V value, long time) {}

    private final Map<List<Object>, Said<V>> said = new LinkedHashMap<>();

    /// {@return what was said in this case, or what is said now}
    V get(List<Object> key, Supplier<V> now) {
        long time = System.nanoTime();
        synchronized (said) {
            said.values().removeIf(old -> time - old.time > LIFE);
            Said<V> known = said.get(key);
            if (known != null) {
                return known.value;
            }
        }
        V value = now.get();
        synchronized (said) {
            if (said.size() >= COUNT) {
                said.remove(said.keySet().iterator().next());
            }
            said.put(key, new Said<>(value, System.nanoTime()));
        }
        return value;
    }

    /// Adds what tells a file from another that takes its place.
    static void addFile(File file, List<Object> key) {
        key.add(file);
        key.add(file.lastModified());
        key.add(file.length());
    }

    static List<Object> key(Object... parts) {
        List<Object> key = new ArrayList<>();
        for (Object part : parts) { // some are null
            key.add(part);
        }
        return key;
    }
}

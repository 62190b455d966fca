// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.util.ArrayList;
import java.util.List;

/// The functions that a property names whose calls are watched: libraries, or functions of them, with commas between.
///
/// Of an entry as of a library only the short name counts: `sum` is `libsum`, `libsum.so.1` and `/opt/lib/libsum.so`
/// too, and `c` is the running program. `sum.add*` is of these the functions whose names begin so. A star is any text;
/// no entry is all.
final class Watches {

    private static final String[] SUFFIXES = {".so", ".dylib", ".dll"};
    private static final String ALL = "*";

    static final Watches TRACED = of("ffi.trace");
    static final Watches RECORDED = of("ffi.jfr");

    private final List<Entry> entries = new ArrayList<>();

    private record Entry(String library, String function) {}

    private Watches() {}

    private static Watches of(String property) {
        String list = System.getProperty(property);
        return list == null ? new Watches() : parse(list);
    }

    static Watches parse(String list) {
        Watches watches = new Watches();
        for (String written : list.split(",")) {
            String entry = written.strip();
            if (entry.isEmpty()) {
                continue;
            }
            watches.entries.add(new Entry(shortName(entry), ALL));
            int point = entry.lastIndexOf('.'); // or a file's suffix, and then there is no such function
            if (point > 0) {
                watches.entries.add(new Entry(shortName(entry.substring(0, point)), entry.substring(point + 1)));
            }
        }
        if (watches.entries.isEmpty()) {
            watches.entries.add(new Entry(ALL, ALL));
        }
        return watches;
    }

    /// {@return whether calls of these functions are watched in any way, or nobody knows before the library is open}
    static boolean isAsked(Target target) {
        String library = target.library();
        return library == null
                || TRACED.admits(library, target.symbols()) || RECORDED.admits(library, target.symbols());
    }

    /// {@return whether what is registered so may have to be watched when C calls it}
    static boolean isAsked(Origin origin) {
        Watched watched = origin.watched();
        return watched == null || watched.traced() || watched.recorded(); // a registration gets its library later
    }

    boolean admits(String library, List<String> functions) {
        for (Entry entry : entries) {
            if (isLike(entry.library, shortName(library))) {
                for (String function : functions) {
                    if (isLike(entry.function, function)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /// {@return `sum` for `/opt/lib/libsum.so.1`, and `c` for the empty name}
    static String shortName(String library) {
        String name = library.substring(Math.max(library.lastIndexOf('/'), library.lastIndexOf('\\')) + 1);
        int end = name.length();
        for (String suffix : SUFFIXES) {
            int at = name.indexOf(suffix);
            if (at > 0 && isVersion(name.substring(at + suffix.length()))) {
                end = Math.min(end, at);
            }
        }
        name = name.substring(0, end);
        return name.isEmpty() ? "c" : name.startsWith("lib") && name.length() > 3 ? name.substring(3) : name;
    }

    private static boolean isVersion(String behind) {
        for (int i = 0; i < behind.length(); i++) {
            char c = behind.charAt(i);
            if (c != '.' && (c < '0' || c > '9')) {
                return false;
            }
        }
        return behind.isEmpty() || behind.startsWith(".");
    }

    private static boolean isLike(String pattern, String name) {
        int star = pattern.indexOf('*');
        if (star < 0) {
            return pattern.equals(name);
        }
        if (!name.startsWith(pattern.substring(0, star))) {
            return false;
        }
        String rest = pattern.substring(star + 1);
        for (int i = star; i <= name.length(); i++) {
            if (isLike(rest, name.substring(i))) {
                return true;
            }
        }
        return false;
    }
}

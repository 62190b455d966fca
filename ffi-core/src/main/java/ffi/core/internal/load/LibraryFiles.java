// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import ffi.core.internal.Platform;

import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// From a library's name to the names and the directories of the files it may stand for.
public final class LibraryFiles {

    private static final int LONGEST_PATH = Platform.WINDOWS ? 32_767 : 4096; // PATH_MAX of Linux, the greatest of Unix

    private LibraryFiles() {}

    /// {@return whether a name has more bytes than a path can have}
    ///
    /// glibc copies what it is asked for to the stack, however long, so that the JVM would die of it.
    static boolean isTooLong(String name) {
        return name.length() > LONGEST_PATH
                || !Platform.WINDOWS && name.length() > LONGEST_PATH / 3 // a char has three bytes at most
                && name.getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH;
    }

    /// {@return whether a name says where the file is, so that nothing is searched}
    static boolean isPath(String name) {
        return name.indexOf('/') >= 0 || Platform.WINDOWS && (name.indexOf('\\') >= 0 || name.indexOf(':') >= 0);
    }

    /// {@return the file names of a library on this system, the usual one first}
    ///
    /// `sum` and `libsum` are both `libsum.so`, never `liblibsum.so`. Windows has no such custom, but libraries built
    /// by MinGW keep their prefix, so there the other spelling is the second name.
    static List<String> names(String name, String version) {
        List<String> names = new ArrayList<>(2);
        if (Platform.isFileName(name)) {
            names.add(name);
        } else {
            boolean prefixed = name.startsWith("lib");
            if (Platform.WINDOWS) {
                names.add(name.concat(".dll"));
                names.add((prefixed ? name.substring(3) : "lib".concat(name)).concat(".dll"));
            } else {
                names.add((prefixed ? name : "lib".concat(name)).concat(Platform.MACOS ? ".dylib" : ".so"));
            }
        }
        for (int i = 0; version != null && i < names.size(); i++) {
            names.set(i, Platform.versioned(names.get(i), version));
        }
        return names;
    }

    /// {@return a path, or null if no file of this system can have it, such as one that the file names' charset lacks}
    public static Path path(String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException unnameable) {
            return null;
        }
    }

    /// {@return whether a name has characters that the charset of file names does not have}
    ///
    /// With `LC_ALL=C`, as containers have it, the JDK names files in ASCII.
    static boolean isUnnameable(String name) {
        return !Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8")).newEncoder().canEncode(name);
    }

    /// {@return the directories that `ffi.library.path` lists}
    static List<String> ownDirectories() {
        return split(Access.property("ffi.library.path"));
    }

    /// {@return the directories that `java.library.path` lists, if somebody set it}
    ///
    /// What the JVM sets it to by itself only repeats a part of the system's own search, in another order.
    static List<String> javaDirectories() {
        String path = Access.property("java.library.path");
        String standard = Platform.LINUX ? "/usr/java/packages/lib"
                : Platform.MACOS ? "/Library/Java/Extensions" : System.getenv("PATH");
        return standard != null && path.contains(standard) ? List.of() : split(path);
    }

    private static List<String> split(String path) {
        List<String> directories = new ArrayList<>();
        for (int start = 0; start < path.length();) {
            int end = path.indexOf(File.pathSeparatorChar, start);
            if (end < 0) {
                end = path.length();
            }
            if (end > start) {
                directories.add(path.substring(start, end));
            }
            start = end + 1;
        }
        return directories;
    }

    /// {@return the file in a directory that is `file` with the highest version behind it, or null}
    ///
    /// Of several names for the same file the shortest is taken, which is the one that programs are linked to:
    /// `libz.so.1` and not `libz.so.1.2.13`.
    static File newest(String directory, String file) {
        String[] names = new File(directory).list();
        String newest = null;
        for (String name : names == null ? new String[0] : names) {
            boolean version = name.startsWith(file) && Platform.isVersion(name, file.length());
            if (version && (newest == null || compareVersions(name, newest, file.length()) > 0)
                    && FileKind.problem(new File(directory, name)) == null) {
                newest = name;
            }
        }
        if (newest == null) {
            return null;
        }
        File full = new File(directory, newest);
        for (int dot = newest.indexOf('.', file.length() + 1); dot > 0; dot = newest.indexOf('.', dot + 1)) {
            File shorter = new File(directory, newest.substring(0, dot));
            if (shorter.isFile() && real(shorter).equals(real(full))) {
                return shorter;
            }
        }
        return full;
    }

    private static int compareVersions(String a, String b, int start) {
        int i = start;
        int j = start;
        while (i < a.length() && j < b.length()) { // each at the dot before a number
            int endA = end(a, i + 1);
            int endB = end(b, j + 1);
            int order = endA - i != endB - j ? (endA - i) - (endB - j)
                    : a.substring(i, endA).compareTo(b.substring(j, endB));
            if (order != 0) {
                return order;
            }
            i = endA;
            j = endB;
        }
        return (a.length() - i) - (b.length() - j);
    }

    private static int end(String name, int start) {
        int dot = name.indexOf('.', start);
        return dot < 0 ? name.length() : dot;
    }

    private static String real(File file) {
        try {
            return file.getCanonicalPath();
        } catch (IOException unreadable) {
            return file.getPath();
        }
    }
}

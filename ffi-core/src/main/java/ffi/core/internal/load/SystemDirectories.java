// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import ffi.core.internal.Platform;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The directories in which the dynamic loader of Linux searches, as `ld.so(8)` and `ldconfig(8)` describe them.
///
/// The loader itself only finds exact names, but a machine without development packages has `libsqlite3.so.0` and no
/// `libsqlite3.so`; to look for any version one has to know where.
public final class SystemDirectories {

    private SystemDirectories() {}

    /// {@return the directories that exist, in the loader's order, each once}
    static List<String> list() {
        Set<String> named = new LinkedHashSet<>();
        String environment = System.getenv("LD_LIBRARY_PATH");
        if (environment != null) {
            named.addAll(Arrays.asList(environment.split("[:;]")));
        }
        configured(new File("/etc/ld.so.conf"), named, 0);
        for (String libc : List.of("gnu", "musl")) {
            String triplet = Platform.ARCH + "-linux-" + libc;
            named.add("/usr/lib/" + triplet);
            named.add("/lib/" + triplet);
        }
        named.addAll(List.of("/usr/lib64", "/lib64", "/usr/lib", "/lib", "/usr/local/lib"));
        return existing(named);
    }

    private static List<String> existing(Set<String> named) {
        List<String> directories = new ArrayList<>();
        Set<String> seen = new LinkedHashSet<>();
        for (String name : named) {
            try { // on most systems /lib is a link to /usr/lib
                File directory = new File(name);
                if (!name.isEmpty() && directory.isDirectory() && seen.add(directory.getCanonicalPath())) {
                    directories.add(name);
                }
            } catch (IOException unreadable) {
                continue;
            }
        }
        return directories;
    }

    private static void configured(File file, Set<String> directories, int depth) {
        Path path = LibraryFiles.path(file.getPath());
        if (path == null || !file.isFile() || depth > 8) { // a file can include itself
            return;
        }
        String text;
        try {
            text = new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1);
        } catch (IOException unreadable) {
            return;
        }
        for (String line : text.split("\n")) {
            int comment = line.indexOf('#');
            String entry = (comment < 0 ? line : line.substring(0, comment)).strip();
            if (entry.startsWith("include ") || entry.startsWith("include\t")) {
                for (File included : matching(entry.substring(8).strip(), file)) {
                    configured(included, directories, depth + 1);
                }
            } else if (entry.startsWith("/")) {
                directories.add(entry.length() > 1 && entry.endsWith("/")
                        ? entry.substring(0, entry.length() - 1) : entry);
            }
        }
    }

    /// The files of a pattern such as `/etc/ld.so.conf.d/*.conf`, whose one star stands in the file's name.
    private static List<File> matching(String pattern, File from) {
        File file = pattern.startsWith("/") ? new File(pattern) : new File(from.getParentFile(), pattern);
        int star = file.getName().indexOf('*');
        if (star < 0) {
            return List.of(file);
        }
        String before = file.getName().substring(0, star);
        String after = file.getName().substring(star + 1);
        List<File> files = new ArrayList<>();
        String[] names = file.getParentFile().list();
        if (names != null) {
            Arrays.sort(names);
            for (String name : names) {
                boolean longEnough = name.length() >= before.length() + after.length();
                if (longEnough && name.startsWith(before) && name.endsWith(after)) {
                    files.add(new File(file.getParentFile(), name));
                }
            }
        }
        return files;
    }
}

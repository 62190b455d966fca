// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import ffi.core.internal.Platform;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The libraries that `-Dffi.deny` refuses, whatever `-Dffi.allow` admits: names, files, directories and resources.
///
/// It is written as the other list is. But in doubt that one admits too little, and this one refuses too much: a name
/// is that of every file, however it is asked for, and a path is taken as it is written and as it leads.
final class DenyList {

    private final List<String> entries;
    private final List<Entry<String>> names = new ArrayList<>(); // of files
    private final List<Entry<String>> resources = new ArrayList<>(); // a folder has its last slash
    private final List<Entry<Path>> paths = new ArrayList<>(); // of files and directories
    private String unnameable; // an entry with letters that this locale's file names lack, or null

    private record Entry<T>(String written, T of) {}

    /// @param list the entries with commas between; a comma of an entry is written twice
    DenyList(String list) {
        entries = AllowList.entries(list);
        for (String entry : entries) {
            if (LibraryFiles.isUnnameable(entry)) {
                unnameable = entry;
            }
            if (entry.startsWith(LibrarySearch.RESOURCE)) {
                String resource = entry.substring(LibrarySearch.RESOURCE.length());
                resources.add(new Entry<>(entry, resource.startsWith("/") ? resource.substring(1) : resource));
            } else if (AllowList.isPath(entry)) {
                addPath(entry);
            } else {
                for (String name : LibraryFiles.names(entry, null)) {
                    names.add(new Entry<>(entry, folded(name)));
                }
            }
        }
    }

    private void addPath(String entry) {
        try {
            Path path = Path.of(entry);
            paths.add(new Entry<>(entry, path.toAbsolutePath().normalize()));
            Path resolved = AllowList.resolved(path);
            if (resolved != null) {
                paths.add(new Entry<>(entry, resolved));
            }
        } catch (InvalidPathException noPath) { // no file has it
            return;
        }
    }

    /// {@return the entries as they were written}
    List<String> entries() {
        return entries;
    }

    /// {@return the entry that refuses a file by any of its names, or null}
    String ofName(List<String> files) {
        for (Entry<String> entry : names) {
            for (String file : files) {
                if (isVersion(folded(file), entry.of())) {
                    return entry.written();
                }
            }
        }
        return null;
    }

    /// Where the system passes over the case of letters, so does this.
    private static String folded(String name) {
        return Platform.LINUX ? name : name.toLowerCase(Locale.ROOT);
    }

    /// Whether a file is one of this name: `libz.so.1`, `libz.1.dylib` and `z-1.dll` are `z`.
    private static boolean isVersion(String file, String name) {
        if (file.equals(name) || name.contains(".so") && file.startsWith(name)
                && Platform.isVersion(file, name.length())) {
            return true;
        }
        int dot = name.lastIndexOf('.');
        String stem = dot < 0 || Platform.LINUX ? null : name.substring(0, dot) + (Platform.WINDOWS ? "-" : ".");
        return stem != null && file.startsWith(stem) && file.endsWith(name.substring(dot));
    }

    /// {@return the entry that refuses a resource, or null}
    String ofResource(String resource) {
        for (Entry<String> entry : resources) {
            boolean folder = entry.of().isEmpty() || entry.of().endsWith("/");
            if (!AllowList.isPlain(resource) // in a directory of the class path it could lead to what is denied
                    || resource.equals(entry.of()) || folder && resource.startsWith(entry.of())) {
                return entry.written();
            }
        }
        return null;
    }

    /// {@return the entry that refuses a file for where it is, or null}
    ///
    /// @param file as the loader would be given it
    /// @param real its real path, or null if that can not be told: then it may be any
    String ofFile(String file, Path real) {
        if (real == null && unnameable != null) { // a file of such a name can be opened by a link to it
            return unnameable;
        }
        if (paths.isEmpty()) {
            return null;
        }
        if (real == null || LoadReport.hasToken(file) || LoadReport.hasToken(real.toString())) {
            return paths.getFirst().written();
        }
        Path asked = Path.of(file).toAbsolutePath().normalize();
        for (Entry<Path> entry : paths) {
            if (real.startsWith(entry.of()) || asked.startsWith(entry.of())) {
                return entry.written();
            }
        }
        return null;
    }

    /// {@return the entry that refuses the running program and the C runtime, or null}
    ///
    /// It is `c`, in any version: who denies `libc.so.6` would have all of that by the program.
    String ofStandard() {
        for (String runtime : LibraryFiles.names("c", null)) {
            for (Entry<String> entry : names) {
                if (isVersion(entry.of(), folded(runtime))) {
                    return entry.written();
                }
            }
        }
        return null;
    }
}

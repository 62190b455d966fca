// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import ffi.core.internal.Platform;

import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Libraries in the directories that were searched whose names are near to the one that was not found.
final class SimilarFiles {

    private SimilarFiles() {}

    /// {@return paths, the nearest first}
    ///
    /// The system's directories hold thousands: they are asked only when those of the user have nothing, and only for
    /// what differs in one letter or continues the name.
    static List<String> to(String name) {
        if (name.indexOf('\0') >= 0 || LibraryFiles.isTooLong(name) || name.startsWith(LibrarySearch.RESOURCE)) {
            return List.of();
        }
        File asked = new File(name);
        if (LibraryFiles.isPath(name)) {
            return near(asked.getName(), List.of(asked.getParent() == null ? "/" : asked.getParent()), false);
        }
        List<String> directories = new ArrayList<>(LibraryFiles.ownDirectories());
        directories.addAll(LibraryFiles.javaDirectories());
        List<String> near = near(name, directories, false);
        return near.isEmpty() && Platform.LINUX ? near(name, SystemDirectories.list(), true) : near;
    }

    private static List<String> near(String name, List<String> directories, boolean strict) {
        String word = stem(name);
        Map<String, String> paths = new LinkedHashMap<>(); // one file for each stem: the one with the shortest name
        for (String directory : directories) {
            String[] names = new File(directory).list();
            if (names == null) {
                continue;
            }
            Arrays.sort(names, Comparator.comparingInt(String::length));
            for (String file : names) {
                String stem = stem(file);
                if (Platform.isFileName(file) && new File(directory, file).isFile()
                        && (!strict || stem.startsWith(word) && word.length() >= 3
                        || word.length() > 3 && Similar.distance(word, stem) <= 1)) {
                    paths.putIfAbsent(stem, new File(directory, file).getPath());
                }
            }
        }
        return Similar.to(word, paths.keySet()).stream().map(paths::get).toList();
    }

    /// A file's name without what every library's name has: `libsum.so.1` is `sum`.
    private static String stem(String file) {
        int start = file.startsWith("lib") ? 3 : 0;
        int end = file.length();
        for (String suffix : List.of(".so", ".dylib", ".dll")) {
            int at = file.indexOf(suffix);
            if (at > start && Platform.isFileName(file)) {
                end = Math.min(end, at);
            }
        }
        return file.substring(start, end);
    }
}

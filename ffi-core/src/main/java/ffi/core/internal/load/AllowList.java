// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import ffi.core.internal.Platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The libraries that `-Dffi.allow` admits: names, files, directories and resources. What is none of these is refused.
///
/// Files and directories are compared by their real paths, in which there is no link and no `..`. Those of the entries
/// are found once, when the list is read: what is not there then may come, but no link that is made later counts.
final class AllowList {

    private final List<String> entries;
    private final List<String> names = new ArrayList<>();
    private final List<String> resources = new ArrayList<>();
    private final List<String> folders = new ArrayList<>(); // of resources, each with its last slash
    private final List<Path> files = new ArrayList<>();
    private final List<Path> directories = new ArrayList<>();
    private final List<Path> caches = new ArrayList<>();

    /// @param list   the entries with commas between; a comma of an entry is written twice
    /// @param caches where libraries out of jars are unpacked
    AllowList(String list, List<LibraryCache.Root> caches) {
        entries = entries(list);
        for (LibraryCache.Root cache : caches) {
            Path directory = resolved(cache.directory());
            this.caches.add(directory != null ? directory : cache.directory().toAbsolutePath().normalize());
        }
        for (String entry : entries) {
            if (entry.startsWith(LibrarySearch.RESOURCE)) {
                addResource(entry.substring(LibrarySearch.RESOURCE.length()));
            } else if (isPath(entry)) {
                addPath(entry);
            } else {
                names.addAll(LibraryFiles.names(entry, null));
            }
        }
    }

    /// {@return the entries as they were written}
    List<String> entries() {
        return entries;
    }

    /// {@return an entry as it is written into the list}
    static String written(String entry) {
        return entry.replace(",", ",,");
    }

    static List<String> entries(String list) {
        List<String> entries = new ArrayList<>();
        StringBuilder entry = new StringBuilder();
        for (int i = 0; i <= list.length(); i++) {
            boolean comma = i < list.length() && list.charAt(i) == ',';
            if (comma && i + 1 < list.length() && list.charAt(i + 1) == ',') {
                entry.append(',');
                i++;
            } else if (!comma && i < list.length()) {
                entry.append(list.charAt(i));
            } else if (!entry.isEmpty()) {
                entries.add(entry.toString());
                entry.setLength(0);
            }
        }
        return List.copyOf(entries);
    }

    /// {@return whether an entry is a file or a directory, and no name}
    static boolean isPath(String entry) {
        return LibraryFiles.isPath(entry) || entry.equals(".") || entry.equals("..");
    }

    private void addResource(String written) {
        String resource = written.startsWith("/") ? written.substring(1) : written;
        if (resource.isEmpty() || resource.endsWith("/")) {
            folders.add(resource);
        } else {
            resources.add(resource);
        }
    }

    private void addPath(String entry) {
        Path path;
        try {
            path = resolved(Path.of(entry));
        } catch (InvalidPathException noPath) { // no file has it
            return;
        }
        if (path == null) {
            return;
        }
        boolean slash = entry.endsWith("/") || Platform.WINDOWS && entry.endsWith("\\");
        (slash || path.toFile().isDirectory() ? directories : files).add(path);
    }

    /// Whether what a search has found under a name may be opened.
    ///
    /// @param names the file names that the user's name stands for, without a version
    /// @param found the name of the file that was found
    boolean admitsName(List<String> names, String found) {
        for (String name : this.names) {
            if (names.contains(name) || found.equals(name) || name.contains(".so")
                    && found.startsWith(name) && Platform.isVersion(found, name.length())) {
                return true;
            }
        }
        return false;
    }

    /// Whether the running program and the C runtime may be searched, which is what the name `c` is for.
    ///
    /// It is no more than who may open `libc.so.6` has already.
    boolean admitsStandard() {
        for (String name : LibraryFiles.names("c", null)) {
            if (names.contains(name)) {
                return true;
            }
        }
        return false;
    }

    /// Whether a resource may be opened, wherever a class loader finds it.
    ///
    /// @param resource its name, without a slash at the beginning
    boolean admitsResource(String resource) {
        if (!isPlain(resource)) { // in a directory of the class path it could lead out of the folder
            return false;
        }
        if (resources.contains(resource)) {
            return true;
        }
        for (String folder : folders) {
            if (resource.startsWith(folder)) {
                return true;
            }
        }
        return false;
    }

    static boolean isPlain(String resource) {
        for (String part : resource.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..") || part.indexOf('\\') >= 0) {
                return false;
            }
        }
        return true;
    }

    /// Whether a file may be opened that was asked for by its path.
    ///
    /// A directory does not reach into a cache that lies in it: what is unpacked there was admitted as a resource, by
    /// this program or by another, or was not.
    ///
    /// @param real its real path
    boolean admitsFile(Path real) {
        if (files.contains(real)) {
            return true;
        }
        for (Path directory : directories) {
            if (real.startsWith(directory) && !real.equals(directory) && !isCached(real, directory)) {
                return true;
            }
        }
        return false;
    }

    private boolean isCached(Path real, Path directory) {
        for (Path cache : caches) {
            if (real.startsWith(cache) && !directory.startsWith(cache)) {
                return true;
            }
        }
        return false;
    }

    /// {@return the path of a file without links and `..`, or null if it leads to no file, or to one whose name this
    /// locale's file names lack, so that it can be opened by no other path}
    static Path real(String file) {
        try {
            Path real = Path.of(file).toRealPath();
            return LibraryFiles.isUnnameable(real.toString()) ? null : real;
        } catch (IOException | InvalidPathException nowhere) {
            return null;
        }
    }

    /// Like `toRealPath`, as far as there is something; what is not there stays as it is written.
    ///
    /// Source: path_resolution(7). Windows takes `..` away before it looks.
    ///
    /// @return null if the system would not go that way: back from what is no directory
    static Path resolved(Path path) {
        Path absolute = path.toAbsolutePath();
        Path resolved = absolute.getRoot();
        for (Path part : absolute) {
            String name = part.toString();
            if (leadsNowhere(name, resolved)) {
                return null;
            } else if (name.equals("..")) {
                resolved = resolved.getParent() == null ? resolved : resolved.getParent();
            } else if (!name.equals(".") && !name.isEmpty()) {
                resolved = resolved.resolve(part);
                try {
                    resolved = resolved.toRealPath();
                } catch (IOException nowhere) {
                    continue;
                }
            }
        }
        return resolved;
    }

    private static boolean leadsNowhere(String name, Path from) {
        return !Platform.WINDOWS && (name.equals("..") && !Files.isDirectory(from)
                || name.equals(".") && Files.isRegularFile(from));
    }
}

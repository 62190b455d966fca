// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import ffi.core.internal.Platform;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The file that a loaded function or variable lies in.
///
/// dladdr(3) knows the object that an address belongs to, also for variables that are zero at first, which lie in no
/// file's mapping. On Linux the object's first page is then looked up in proc_pid_maps(5): the kernel knows the file
/// that is mapped there, whatever became of the links by which it was opened.
///
/// @param named  the path by which the system's loader opened it; null if the loader does not know the address
/// @param real   the real path, or null if it cannot be told
/// @param base   the address of the object's first byte
/// @param kernel whether it is code that the kernel brings, vdso(7), to which functions such as `time` lead
record LoadedFile(String named, Path real, long base, boolean kernel) {

    private static final Path MAPS = Path.of("/proc/self/maps");
    private static final String DELETED = " (deleted)";

    /// A line of proc_pid_maps(5).
    private record Mapping(String permissions, String path) {}

    /// {@return the file at an address, or null if there is none: code and data that were made at run time}
    static LoadedFile at(MemorySegment address) {
        return at(address, LoaderError.placeOf(address));
    }

    /// @param place what the system's loader says of the address, or null
    static LoadedFile at(MemorySegment address, LoaderError.Place place) {
        if (place != null) {
            return of(place.file(), place.base());
        }
        Mapping mapping = Platform.LINUX ? mapping(address.address()) : null;
        boolean code = mapping != null && mapping.permissions.indexOf('x') >= 0 && mapping.path.startsWith("/");
        return code ? new LoadedFile(null, real(mapping.path), address.address(), false) : null;
    }

    /// {@return what a path opens that is loaded already, or null if the system does not say}
    static LoadedFile opened(String file) {
        MemorySegment within = LoaderError.within(file);
        return within == null ? null : at(within);
    }

    private static LoadedFile of(String named, long base) {
        Mapping mapping = Platform.LINUX ? mapping(base) : null;
        if (mapping != null && mapping.path.startsWith("[")) {
            return new LoadedFile(named, null, base, true);
        }
        boolean mapped = mapping != null && mapping.path.startsWith("/");
        return new LoadedFile(named, mapped ? real(mapping.path) : named == null ? null : AllowList.real(named), base,
                false);
    }

    /// The kernel tells the path without links. A file that was replaced since then is still known by its path.
    private static Path real(String mapped) {
        String path = mapped.endsWith(DELETED) ? mapped.substring(0, mapped.length() - DELETED.length()) : mapped;
        Path real = AllowList.real(path);
        return real != null ? real : LibraryFiles.path(path);
    }

    private static Mapping mapping(long address) {
        List<String> lines;
        try {
            lines = KernelLines.of(MAPS);
        } catch (IOException | SecurityException e) {
            return null;
        }
        for (String line : lines) {
            int dash = line.indexOf('-');
            int blank = line.indexOf(' ', dash);
            if (Long.compareUnsigned(Long.parseUnsignedLong(line, 0, dash, 16), address) <= 0
                    && Long.compareUnsigned(address, Long.parseUnsignedLong(line, dash + 1, blank, 16)) < 0) {
                String[] fields = line.split(" +", 6);
                return new Mapping(fields[1], fields.length < 6 ? "" : decoded(fields[5]));
            }
        }
        return null;
    }

    /// The kernel escapes nothing but the end of a line.
    static String decoded(String bytes) {
        byte[] path = bytes.replace("\\012", "\n").getBytes(StandardCharsets.ISO_8859_1);
        return new String(path, Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8")));
    }

    /// {@return the file names that it goes by}
    List<String> names() {
        List<String> names = new ArrayList<>();
        if (real != null && real.getFileName() != null) {
            names.add(real.getFileName().toString());
        }
        if (named != null) {
            names.add(named.substring(named.lastIndexOf('/') + 1));
        }
        return names;
    }

    /// {@return the file in messages}
    String shown() {
        return real != null ? real.toString() : kernel ? "the kernel's vdso(7)" : named != null ? named : "no file";
    }
}

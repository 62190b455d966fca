// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import ffi.core.internal.Platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;

/// Whether the system forbids to run what lies in a directory.
///
/// The loader then says no more than that it "failed to map segment", in whatever language the user has set.
/// Source: proc_pid_mounts(5), and fstab(5) for the form of a line.
final class Mounts {

    private Mounts() {}

    /// {@return whether a file is on a file system that is mounted `noexec`; false where that can not be told}
    static boolean isNoexec(String file) {
        Path mounts = Path.of("/proc/self/mounts");
        if (!Platform.LINUX || !Files.isReadable(mounts)) {
            return false;
        }
        Path nearest = Path.of("/");
        boolean noexec = false;
        try {
            Path real = Path.of(file).toRealPath();
            for (String line : KernelLines.of(mounts)) {
                String[] fields = line.split(" ");
                Path point = fields.length < 4 ? null : LibraryFiles.path(unescaped(LoadedFile.decoded(fields[1])));
                if (point != null && real.startsWith(point) && point.startsWith(nearest)) { // a later one covers it
                    nearest = point;
                    noexec = Arrays.asList(fields[3].split(",")).contains("noexec");
                }
            }
        } catch (IOException | InvalidPathException unreadable) {
            return false;
        }
        return noexec;
    }

    /// What would end a field is written as a backslash and three octal digits.
    private static String unescaped(String field) {
        return field.replace("\\040", " ").replace("\\011", "\t").replace("\\012", "\n").replace("\\134", "\\");
    }
}

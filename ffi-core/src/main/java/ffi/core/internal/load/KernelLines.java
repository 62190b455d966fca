// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The lines of a file that the kernel writes, such as proc_pid_maps(5), with a char for each byte.
///
/// Paths stand in them, which may hold any byte. The kernel escapes the end of a line, and no other character that
/// Java takes for one: a carriage return in the name of a mapped file would else begin a line that its owner wrote.
final class KernelLines {

    private KernelLines() {}

    static List<String> of(Path file) throws IOException {
        return List.of(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).split("\n"));
    }
}

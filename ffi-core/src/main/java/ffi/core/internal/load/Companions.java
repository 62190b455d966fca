// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import ffi.core.internal.Platform;

import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Set;

/// Opens what a library needs from its own directory, and then the library.
///
/// The loader looks beside a library only for those that were linked with `$ORIGIN` (ld.so(8), "Dynamic string
/// tokens"). But before it looks anywhere, glibc takes a library that is loaded already under that soname; so the
/// companion it did not find is opened by its path, and the library once more. musl knows a library that was opened by
/// its path under no other name: there all this is in vain, and the report the same as without.
final class Companions {

    private final Arena arena;
    private final int flags;
    private final Set<String> begun = new HashSet<>();
    private final LinkedList<LibrarySearch.Attempt> refused = new LinkedList<>();

    private Companions(int flags, Arena arena) {
        this.arena = arena;
        this.flags = flags;
    }

    /// Opens a library that the loader has refused, and {@return its symbols, or null}
    ///
    /// @param flags    those of [Dlopen], or 0, for the companions as well
    /// @param attempts gets the library if it is refused again, and after it the companion which that is due to
    static SymbolLookup open(
            String place, String file, int flags, Arena arena, List<LibrarySearch.Attempt> attempts) {
        Companions companions = new Companions(flags, arena);
        SymbolLookup symbols = companions.again(place, file);
        attempts.addAll(companions.refused);
        return symbols;
    }

    private SymbolLookup again(String place, String file) {
        begun.add(file);
        SymbolLookup symbols = null;
        while (symbols == null) { // each time the loader names the first that it lacks
            String companion = missing(file);
            if (companion == null || !begun.add(companion)) {
                refused.addFirst(new LibrarySearch.Attempt(place, file, null, false));
                return null;
            }
            if (LibrarySearch.opened(companion, flags, arena) == null && again(companion, companion) == null) {
                refused.addFirst(new LibrarySearch.Attempt(place, file, null, true));
                return null;
            }
            symbols = LibrarySearch.opened(file, flags, arena);
        }
        return symbols;
    }

    /// {@return the file beside a library that bears the name of what it lacks, or null}
    private String missing(String file) {
        String name = LoaderError.missing(LoaderError.of(file, flags));
        if (name == null) {
            return null;
        }
        File directory = new File(file).getParentFile();
        File named = new File(directory, name);
        if (FileKind.problem(named) == null) {
            return isDenied(named) ? null : named.getPath();
        }
        String stem = name.substring(0, name.lastIndexOf(".so")); // there may be thousands of files
        String[] others = directory.list((_, other) -> other.startsWith(stem) && Platform.isFileName(other));
        for (String other : others == null ? new String[0] : others) {
            File bearer = new File(directory, other);
            Path path = LibraryFiles.path(bearer.getPath());
            if (path != null && FileKind.problem(bearer) == null && name.equals(Elf.read(path).soname())) {
                return isDenied(bearer) ? null : bearer.getPath();
            }
        }
        return null;
    }

    /// What the system's loader opens by itself is not asked about, but this is opened here.
    private static boolean isDenied(File companion) {
        DenyList list = Access.DENY_LIST;
        if (list == null) {
            return false;
        }
        String path = companion.getPath();
        Path real = AllowList.real(path);
        List<String> names = new ArrayList<>(List.of(companion.getName()));
        if (real != null) {
            names.add(real.getFileName().toString());
        }
        return list.ofName(names) != null || list.ofFile(path, real) != null;
    }
}

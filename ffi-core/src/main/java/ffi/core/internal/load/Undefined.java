// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import ffi.core.internal.Facts;
import ffi.core.internal.Platform;
import ffi.core.internal.Restricted;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What a library uses of others, and no loaded library has.
///
/// The loader looks for the functions of a library that is bound lazily when they are called, and ends the process if
/// one is nowhere. Here they are looked for as it does: in the program with what is global, and in the library with all
/// that it needs. Sources: dlopen(3), dlsym(3), dlvsym(3). It is known of ELF on Linux.
public final class Undefined {

    /// What helps against it.
    public static final String HINT =
            "such a call ends the process: open the library that has it before this one, with the flag GLOBAL";

    private static final int RTLD_LAZY_NOLOAD = 1 | 4;

    private final MethodHandle dlsym = function("dlsym", FunctionDescriptor.of(
            ValueLayout.JAVA_LONG, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    private final MethodHandle dlvsym = function("dlvsym", FunctionDescriptor.of(
            ValueLayout.JAVA_LONG, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    private final MemorySegment library;

    /// @param symbol what is used
    /// @param file   which library uses it
    public record Use(String symbol, Path file) {
        @Override
        public String toString() {
            return symbol + ", used by " + file;
        }
    }

    private Undefined(MemorySegment library) {
        this.library = library;
    }

    /// {@return what is to be said of a library that uses what nothing has}
    public static String message(String library, List<Use> undefined) {
        return Facts.of("Symbols that the library uses and nothing has: " + undefined.size())
                .add("library", library).addEach("undefined", undefined).hint(HINT)
                .hint("or if the library is made to lack it, open it with the flag LAZY").toString();
    }

    /// {@return each use of a symbol that no loaded library has; none where the system does not tell}
    ///
    /// @param opened what the loader was given
    /// @param file   what it has opened
    public static List<Use> of(String opened, Path file) {
        if (!Platform.LINUX) {
            return List.of();
        }
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle dlopen = function("dlopen", FunctionDescriptor.of(
                    ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
            MethodHandle dlclose = function("dlclose", FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
            if (dlopen == null || dlclose == null) {
                return List.of();
            }
            MemorySegment library = (MemorySegment) dlopen.invokeExact(arena.allocateFrom(opened), RTLD_LAZY_NOLOAD);
            if (library.address() == 0) {
                return List.of();
            }
            try {
                return new Undefined(library).in(file);
            } finally {
                int _ = (int) dlclose.invokeExact(library);
            }
        } catch (IllegalCallerException e) {
            throw e;
        } catch (Throwable unavailable) { // the report goes without
            return List.of();
        }
    }

    private List<Use> in(Path file) throws Throwable {
        List<Use> uses = new ArrayList<>();
        Set<Elf.Import> found = new HashSet<>(); // most use the same of the C runtime
        Set<String> names = new HashSet<>();
        Set<Path> seen = new HashSet<>(Set.of(file));
        Deque<Path> waiting = new ArrayDeque<>(List.of(file));
        while (!waiting.isEmpty()) {
            Path next = waiting.remove();
            Elf elf = Elf.readNeeds(next);
            List<Elf.Import> imports = new ArrayList<>(elf.imports()); // in the order of a hash table
            imports.sort(Comparator.comparing(Elf.Import::symbol));
            for (Elf.Import each : imports) {
                if (!found.contains(each)) {
                    if (isFound(each)) {
                        found.add(each);
                    } else {
                        uses.add(new Use(each.symbol(), next));
                    }
                }
            }
            for (String needed : elf.needed()) {
                String path = names.add(needed) ? LoaderError.path(needed) : null;
                if (path != null && seen.add(Path.of(path))) {
                    waiting.add(Path.of(path));
                }
            }
        }
        return List.copyOf(uses);
    }

    private boolean isFound(Elf.Import symbol) throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(symbol.symbol());
            MemorySegment version = symbol.version() == null || dlvsym == null
                    ? null : arena.allocateFrom(symbol.version());
            for (MemorySegment handle : List.of(library, MemorySegment.NULL)) { // that is RTLD_DEFAULT
                if ((long) dlsym.invokeExact(handle, name) != 0
                        || version != null && (long) dlvsym.invokeExact(handle, name, version) != 0) {
                    return true;
                }
            }
            return false;
        }
    }

    private static MethodHandle function(String symbol, FunctionDescriptor descriptor) {
        Optional<MemorySegment> address = Linker.nativeLinker().defaultLookup().find(symbol);
        return address.isEmpty() ? null : Restricted.downcallHandle(address.get(), descriptor);
    }
}

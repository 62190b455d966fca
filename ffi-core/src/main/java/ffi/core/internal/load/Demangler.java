// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import ffi.core.internal.Restricted;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;

/// Tells what a mangled name is in C++, by the C++ runtime's own `__cxa_demangle`; for messages only.
///
/// Source: Itanium C++ ABI, section 3.4, "Demangler API".
final class Demangler implements AutoCloseable {

    private static final List<String> RUNTIMES =
            List.of("libstdc++.so.6", "libc++abi.so.1", "libc++abi.so", "libc++abi.1.dylib", "libstdc++-6.dll");

    private final Arena arena = Arena.ofConfined();
    private final MethodHandle demangle;
    private final MethodHandle free;

    Demangler() {
        Linker linker = Linker.nativeLinker();
        MemorySegment function = linker.defaultLookup().find("__cxa_demangle").orElse(null);
        boolean unlisted = Access.isFree(); // with a list, nothing is opened for a message
        for (int i = 0; unlisted && function == null && i < RUNTIMES.size(); i++) {
            SymbolLookup runtime = Restricted.libraryLookup(RUNTIMES.get(i), arena);
            function = runtime == null ? null : runtime.find("__cxa_demangle").orElse(null);
        }
        MemorySegment release = linker.defaultLookup().find("free").orElse(null);
        boolean known = function != null && release != null;
        demangle = !known ? null : Restricted.downcallHandle(function, FunctionDescriptor.of(ValueLayout.ADDRESS,
                ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
        free = !known ? null : Restricted.downcallHandle(release, FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
    }

    /// {@return such as `add(int, int)` for `_Z3addii`; null if it is no mangled name, or there is no C++ here}
    String demangle(String mangled) {
        if (demangle == null || !mangled.startsWith("_Z") || mangled.indexOf('\0') >= 0) {
            return null;
        }
        try (Arena names = Arena.ofConfined()) {
            MemorySegment text = (MemorySegment) demangle.invokeExact(
                    names.allocateFrom(mangled), MemorySegment.NULL, MemorySegment.NULL, names.allocate(4, 4));
            if (text.address() == 0) {
                return null;
            }
            try {
                return Restricted.reinterpret(text, Integer.MAX_VALUE).getString(0);
            } finally {
                free.invokeExact(text);
            }
        } catch (Throwable e) {
            throw new AssertionError(e); // the handles' own types are as they are called
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}

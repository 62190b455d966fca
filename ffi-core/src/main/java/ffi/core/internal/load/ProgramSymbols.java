// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import ffi.core.internal.Platform;
import ffi.core.internal.Restricted;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// The symbols of the C runtime, and after them those of the running program and all it has loaded globally.
public final class ProgramSymbols implements SymbolLookup {

    private final SymbolLookup runtime = Linker.nativeLinker().defaultLookup();

    @Override
    public Optional<MemorySegment> find(String name) {
        Optional<MemorySegment> found = runtime.find(name);
        return found.isPresent() || Platform.WINDOWS ? found : Program.SYMBOLS.find(name);
    }

    /// Opened only for a symbol that the C runtime has not.
    private static final class Program {
        static final SymbolLookup SYMBOLS = symbols();

        /// glibc takes an empty name for the program itself, as it takes NULL; musl and macOS do not.
        private static SymbolLookup symbols() {
            SymbolLookup program = Platform.LINUX ? Restricted.libraryLookup("", Arena.global()) : null;
            return program != null ? program : new DefaultHandle();
        }
    }

    /// `dlsym(RTLD_DEFAULT, name)`.
    private static final class DefaultHandle implements SymbolLookup {

        private static final MemorySegment RTLD_DEFAULT = MemorySegment.ofAddress(Platform.MACOS ? -2 : 0);

        private final MethodHandle dlsym = Restricted.downcallHandle(
                Linker.nativeLinker().defaultLookup().findOrThrow("dlsym"),
                FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS));

        @Override
        public Optional<MemorySegment> find(String name) {
            if (name.indexOf('\0') >= 0) {
                return Optional.empty();
            }
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment symbol = (MemorySegment) dlsym.invokeExact(RTLD_DEFAULT, arena.allocateFrom(name));
                return symbol.address() == 0 ? Optional.empty() : Optional.of(symbol);
            } catch (Throwable e) {
                throw new AssertionError(e); // the handle's own type is as it is called
            }
        }
    }
}

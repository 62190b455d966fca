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

/// Opens a library with flags of dlopen(3), which the JDK's own lookup does not take.
///
/// The flags belong to the library from the first time it is opened, so that it is opened with them here, and then by
/// the JDK. What is opened twice is closed twice: the handle made here is the last to go.
public final class Dlopen {

    /// `RTLD_LAZY`, or 0 where there is no such flag.
    public static final int LAZY = Platform.WINDOWS ? 0 : 1;

    /// `RTLD_NOW`, or 0 where there is no such flag.
    public static final int NOW = Platform.WINDOWS ? 0 : 2;

    /// `RTLD_GLOBAL`, or 0 where there is no such flag.
    public static final int GLOBAL = Platform.LINUX ? 0x100 : Platform.MACOS ? 8 : 0;

    private static final int FENV_BYTES = 256; // more than any system's fenv_t

    private static final FunctionDescriptor POINTER_TO_INT =
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS);

    private Dlopen() {}

    /// {@return `RTLD_DEEPBIND`, or 0 where there is no such flag: it is glibc's own}
    public static int deep() {
        boolean glibc = Platform.LINUX
                && Linker.nativeLinker().defaultLookup().find("gnu_get_libc_version").isPresent();
        return glibc ? 8 : 0;
    }

    /// {@return what dlopen(3) is given for these flags}
    static int mode(int flags) {
        return (flags & NOW) == 0 ? flags | LAZY : flags;
    }

    /// {@return the symbols of a library, or null if the system does not load it}
    ///
    /// @param file  a path, or a bare file name for which the system searches
    /// @param flags those above, of which there is one at least
    static SymbolLookup open(String file, int flags, Arena arena) {
        Restricted.reinterpret(MemorySegment.NULL, arena, null); // no library's initializers run for a closed arena
        MemorySegment handle = opened(file, mode(flags));
        if (handle.address() == 0) {
            return null;
        }
        if (!arena.scope().equals(Arena.global().scope())) {
            keep(handle, arena);
        }
        return Restricted.libraryLookup(file, arena);
    }

    private static void keep(MemorySegment handle, Arena arena) {
        try {
            Restricted.reinterpret(handle, arena, Dlopen::close);
        } catch (RuntimeException endedMeanwhile) {
            close(handle);
            throw endedMeanwhile;
        }
    }

    /// The initializers of what was built with `-ffast-math` change how the thread calculates. The JVM takes that back
    /// when it opens a library, since all code of Java's relies on it.
    private static MemorySegment opened(String file, int mode) {
        MethodHandle dlopen = function("dlopen",
                FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
        MethodHandle fegetenv = function("fegetenv", POINTER_TO_INT);
        MethodHandle fesetenv = function("fesetenv", POINTER_TO_INT);
        try (Arena own = Arena.ofConfined()) {
            MemorySegment environment = own.allocate(FENV_BYTES, 16);
            MemorySegment name = own.allocateFrom(file);
            int _ = (int) fegetenv.invokeExact(environment);
            MemorySegment handle = (MemorySegment) dlopen.invokeExact(name, mode);
            int _ = (int) fesetenv.invokeExact(environment);
            return handle;
        } catch (Throwable e) {
            throw new AssertionError(e); // the handles' own types are as they are called
        }
    }

    private static void close(MemorySegment handle) {
        try {
            int _ = (int) function("dlclose", POINTER_TO_INT).invokeExact(handle);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static MethodHandle function(String symbol, FunctionDescriptor descriptor) {
        return Restricted.downcallHandle(Linker.nativeLinker().defaultLookup().findOrThrow(symbol), descriptor);
    }
}

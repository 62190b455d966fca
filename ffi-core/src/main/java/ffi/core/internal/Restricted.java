// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.function.Consumer;

/// The one door to the restricted methods of `java.lang.foreign`.
///
/// They ask for the module of their caller, so with all of them here `--enable-native-access=ffi.core` is enough, and
/// an audit of what can crash the JVM begins and ends with this file. Each method is the JDK's of the same name; when
/// the JVM refuses, the exception says with which flag this very launch would have been allowed.
@SuppressWarnings("restricted") // that is what this class is for
public final class Restricted {

    private static final Linker LINKER = Linker.nativeLinker();

    private Restricted() {}

    /// {@return the symbols of a library, or null if the system does not load it}
    ///
    /// @param file a path, or a bare file name for which the system searches
    public static SymbolLookup libraryLookup(String file, Arena arena) {
        try {
            return SymbolLookup.libraryLookup(file, arena);
        } catch (IllegalArgumentException refusedByLoader) { // it says no more: the JDK drops the loader's reason
            return null;
        } catch (IllegalStateException | WrongThreadException ofArena) {
            throw MemoryFaults.arena(ofArena, "library", file);
        } catch (IllegalCallerException e) {
            throw refused(e);
        }
    }

    /// {@return a handle that calls the function at an address}
    public static MethodHandle downcallHandle(
            MemorySegment address, FunctionDescriptor descriptor, Linker.Option... options) {
        try {
            return LINKER.downcallHandle(address, descriptor, options);
        } catch (IllegalCallerException e) {
            throw refused(e);
        }
    }

    /// {@return a handle that calls the function whose address is its first argument}
    public static MethodHandle downcallHandle(FunctionDescriptor descriptor, Linker.Option... options) {
        try {
            return LINKER.downcallHandle(descriptor, options);
        } catch (IllegalCallerException e) {
            throw refused(e);
        }
    }

    /// {@return the address of a function of C's that calls a handle, alive as long as the arena}
    public static MemorySegment upcallStub(MethodHandle target, FunctionDescriptor descriptor, Arena arena) {
        try {
            return LINKER.upcallStub(target, descriptor, arena);
        } catch (IllegalCallerException e) {
            throw refused(e);
        }
    }

    /// {@return the same address with a size in bytes}
    public static MemorySegment reinterpret(MemorySegment segment, long byteSize) {
        try {
            return segment.reinterpret(byteSize);
        } catch (IllegalCallerException e) {
            throw refused(e);
        }
    }

    /// {@return the same memory with the life of an arena}
    ///
    /// @param cleanup is run when the arena ends, before what was registered with the arena earlier; may be null
    public static MemorySegment reinterpret(MemorySegment segment, Arena arena, Consumer<MemorySegment> cleanup) {
        try {
            return segment.reinterpret(arena, cleanup);
        } catch (IllegalCallerException e) {
            throw refused(e);
        }
    }

    private static IllegalCallerException refused(IllegalCallerException cause) {
        Module module = Restricted.class.getModule();
        String message;
        if (!module.isNamed()) {
            message = Facts.of("Native access is not enabled for the class path")
                    .hint("start java with --enable-native-access=ALL-UNNAMED")
                    .hint(manifestRemedy())
                    .toString();
        } else if (module.getLayer() == ModuleLayer.boot()) {
            message = Facts.of("Native access is not enabled for module " + module.getName())
                    .hint("start java with --enable-native-access=" + module.getName())
                    .toString();
        } else { // the flag speaks only of modules in the boot layer
            message = Facts.of("Native access is not enabled for module " + module.getName())
                    .hint("call ModuleLayer.Controller.enableNativeAccess for it where its layer is made")
                    .toString();
        }
        return new IllegalCallerException(message, cause);
    }

    /// After `java -jar x.jar` the manifest of `x.jar` can say it too; the JVM reads it in no other jar.
    private static String manifestRemedy() {
        String path = System.getProperty("java.class.path", "");
        String command = System.getProperty("sun.java.command", "");
        boolean launchedByJar = path.endsWith(".jar") && (command + " ").startsWith(path + " ");
        return launchedByJar ? "or write Enable-Native-Access: ALL-UNNAMED into the manifest of " + path : null;
    }
}

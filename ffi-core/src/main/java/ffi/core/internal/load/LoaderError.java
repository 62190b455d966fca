// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import ffi.core.internal.Platform;
import ffi.core.internal.Restricted;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;

/// Asks the system's loader what the JDK does not tell: why it refused a library, and from which file it took one.
///
/// It asks by making the same call again, so this is for the failure path and for [#path] only. Sources: dlopen(3),
/// dlerror(3), dlinfo(3); for Windows the pages of `LoadLibraryW`, `FormatMessageW` and `GetModuleFileNameW`.
public final class LoaderError {

    private static final FunctionDescriptor POINTER_TO_INT =
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
    private static final int RTLD_LAZY = 1;
    private static final int RTLD_NOLOAD = 4;
    private static final int RTLD_DI_LINKMAP = 2;
    private static final int NAME_CHARS = 32_768; // the longest path of Windows

    private LoaderError() {}

    /// {@return the loader's reason on one line, or null if it gives none}
    ///
    /// @param flags those of [Dlopen], or 0
    static String of(String file, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            String reason = Platform.WINDOWS ? formatMessage(file, arena) : dlerror(file, Dlopen.mode(flags), arena);
            return reason == null ? null : oneLine(reason);
        } catch (IllegalCallerException e) {
            throw e;
        } catch (Throwable unavailable) { // the report goes without
            return null;
        }
    }

    /// {@return what a reason begins with that is about this very file, and not about another}
    static String beginning(String file) { // the colon keeps a blank at the name's end, as it does in the reason
        return oneLine(new String(file.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8) + ":") + " ";
    }

    private static String oneLine(String text) {
        return String.join(" ", text.strip().split("\\s*[\\r\\n]+\\s*"));
    }

    /// {@return the name that a reason begins with: that of a library which was looked for in vain, or null}
    ///
    /// No words are compared but names: the loader speaks the user's language. A file it has found has its whole path.
    static String missing(String reason) {
        String beginning = reason == null ? "" : reason.substring(0, Math.max(0, reason.indexOf(": ")));
        return LibraryFiles.isPath(beginning) || !Platform.isFileName(beginning) ? null : beginning;
    }

    /// {@return whether a library was refused because of where it is, so that it may be loaded from elsewhere}
    static boolean isForbidden(String file, String reason) {
        return Mounts.isNoexec(file) || reason != null && (reason.contains("failed to map segment")
                || reason.contains("Operation not permitted") || reason.contains("Permission denied"));
    }

    /// {@return the file of a library that is loaded, or null if the system does not say}
    public static String path(String file) {
        if (file.isEmpty() || LibraryFiles.isTooLong(file)) { // a damaged file may need whatever it likes
            return null;
        }
        try (Arena arena = Arena.ofConfined()) {
            return Platform.LINUX ? linkMapName(file, arena) : Platform.WINDOWS ? moduleFileName(file, arena) : null;
        } catch (Throwable unavailable) {
            return null;
        }
    }

    /// {@return the file whose function or variable is at an address, or null if the system does not say}
    ///
    /// Source: dladdr(3); `Dl_info` has the file's name, its address, the symbol's name and the symbol's address.
    public static String fileOf(MemorySegment address) {
        return dladdr(address, false);
    }

    /// {@return the symbol that is exported for exactly this address, or null if the system does not say}
    public static String symbolAt(MemorySegment address) {
        return dladdr(address, true);
    }

    private static final class Dladdr {
        static final MethodHandle HANDLE = runtime("dladdr",
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    }

    /// A loaded object: the file as the loader names it, and the address of its first byte.
    record Place(String file, long base) {}

    /// {@return the object that an address belongs to, or null if the system does not say}
    static Place placeOf(MemorySegment address) {
        if (Platform.WINDOWS) {
            return null;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(ValueLayout.ADDRESS, 4);
            return (int) Dladdr.HANDLE.invokeExact(address, info) == 0 ? null
                    : new Place(text(info.getAtIndex(ValueLayout.ADDRESS, 0)),
                            info.getAtIndex(ValueLayout.ADDRESS, 1).address());
        } catch (Throwable unavailable) {
            return null;
        }
    }

    private static String dladdr(MemorySegment address, boolean symbol) {
        if (Platform.WINDOWS) {
            return null;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(ValueLayout.ADDRESS, 4);
            boolean known = (int) Dladdr.HANDLE.invokeExact(address, info) != 0;
            if (!known || symbol && info.getAtIndex(ValueLayout.ADDRESS, 3).address() != address.address()) {
                return null;
            }
            return text(info.getAtIndex(ValueLayout.ADDRESS, symbol ? 2 : 0));
        } catch (Throwable unavailable) {
            return null;
        }
    }

    private static String dlerror(String file, int mode, Arena arena) throws Throwable {
        MethodHandle dlopen = dlopen();
        MethodHandle dlclose = runtime("dlclose", POINTER_TO_INT);
        MethodHandle dlerror = runtime("dlerror", FunctionDescriptor.of(ValueLayout.ADDRESS));
        MemorySegment name = arena.allocateFrom(file);
        MemorySegment library = (MemorySegment) dlopen.invokeExact(name, mode);
        if (library.address() != 0) {
            int _ = (int) dlclose.invokeExact(library);
            return null;
        }
        return text((MemorySegment) dlerror.invokeExact());
    }

    /// What `struct link_map` tells of a library: the path that was opened, and where its dynamic section is.
    private record LinkMap(String path, MemorySegment dynamic) {}

    /// {@return an address within a library that is loaded, or null if the system does not say}
    static MemorySegment within(String file) {
        try (Arena arena = Arena.ofConfined()) {
            LinkMap map = Platform.LINUX ? linkMap(file, arena) : null;
            return map == null ? null : map.dynamic;
        } catch (Throwable unavailable) {
            return null;
        }
    }

    private static String linkMapName(String file, Arena arena) throws Throwable {
        LinkMap map = linkMap(file, arena);
        return map == null || map.path == null || map.path.isEmpty() ? null : map.path;
    }

    /// `struct link_map` begins with the offset of the addresses, the name, and the address of the dynamic section.
    private static LinkMap linkMap(String file, Arena arena) throws Throwable {
        MethodHandle dlopen = dlopen();
        MethodHandle dlclose = runtime("dlclose", POINTER_TO_INT);
        MethodHandle dlinfo = runtime("dlinfo", FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
        MemorySegment library = (MemorySegment) dlopen.invokeExact(arena.allocateFrom(file), RTLD_LAZY | RTLD_NOLOAD);
        if (library.address() == 0) {
            return null;
        }
        try {
            MemorySegment result = arena.allocate(ValueLayout.ADDRESS);
            if ((int) dlinfo.invokeExact(library, RTLD_DI_LINKMAP, result) != 0) {
                return null;
            }
            MemorySegment map = Restricted.reinterpret(
                    result.get(ValueLayout.ADDRESS, 0), 3 * ValueLayout.ADDRESS.byteSize());
            return new LinkMap(text(map.getAtIndex(ValueLayout.ADDRESS, 1)), map.getAtIndex(ValueLayout.ADDRESS, 2));
        } finally {
            int _ = (int) dlclose.invokeExact(library);
        }
    }

    private static MethodHandle dlopen() {
        return runtime("dlopen",
                FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    }

    private static MethodHandle runtime(String symbol, FunctionDescriptor descriptor) {
        return Restricted.downcallHandle(Linker.nativeLinker().defaultLookup().findOrThrow(symbol), descriptor);
    }

    private static String text(MemorySegment text) {
        return text.address() == 0 ? null : Restricted.reinterpret(text, Integer.MAX_VALUE).getString(0);
    }

    private static String formatMessage(String file, Arena arena) throws Throwable {
        MemoryLayout captured = Linker.Option.captureStateLayout();
        VarHandle lastError = captured.varHandle(MemoryLayout.PathElement.groupElement("GetLastError"));
        MethodHandle loadLibrary = kernel("LoadLibraryW",
                FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS),
                Linker.Option.captureCallState("GetLastError"));
        MethodHandle formatMessage = kernel("FormatMessageW", FunctionDescriptor.of(ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
        MemorySegment state = arena.allocate(captured);
        MemorySegment library = (MemorySegment) loadLibrary.invokeExact(state, utf16(file, arena));
        if (library.address() != 0) {
            MethodHandle freeLibrary = kernel("FreeLibrary", POINTER_TO_INT);
            int _ = (int) freeLibrary.invokeExact(library);
            return null;
        }
        int code = (int) lastError.get(state, 0L);
        MemorySegment text = arena.allocate(2L * NAME_CHARS);
        int fromSystemIgnoringInserts = 0x1200;
        int chars = (int) formatMessage.invokeExact(
                fromSystemIgnoringInserts, MemorySegment.NULL, code, 0, text, NAME_CHARS, MemorySegment.NULL);
        return "error " + code + ": " + utf16(text, chars);
    }

    private static String moduleFileName(String file, Arena arena) throws Throwable {
        MethodHandle getModule = kernel("GetModuleHandleW",
                FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS));
        MethodHandle getName = kernel("GetModuleFileNameW", FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
        MemorySegment module = (MemorySegment) getModule.invokeExact(utf16(file, arena));
        MemorySegment text = arena.allocate(2L * NAME_CHARS);
        int chars = module.address() == 0 ? 0 : (int) getName.invokeExact(module, text, NAME_CHARS);
        return chars == 0 ? null : utf16(text, chars);
    }

    private static MethodHandle kernel(String symbol, FunctionDescriptor descriptor, Linker.Option... options) {
        SymbolLookup kernel = Restricted.libraryLookup("kernel32.dll", Arena.global());
        return Restricted.downcallHandle(kernel.findOrThrow(symbol), descriptor, options);
    }

    private static MemorySegment utf16(String text, Arena arena) {
        return arena.allocateFrom(text, StandardCharsets.UTF_16LE);
    }

    private static String utf16(MemorySegment text, int chars) {
        return new String(text.asSlice(0, 2L * chars).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_16LE);
    }
}

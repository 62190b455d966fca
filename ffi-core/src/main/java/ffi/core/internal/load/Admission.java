// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import ffi.core.internal.Platform;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Decides which functions and variables a program may reach while `-Dffi.allow` or `-Dffi.deny` is set.
///
/// dlsym(3) searches what a library depends on as well, and a supplier of symbols may answer with any address. So
/// every symbol is asked for the file that it lies in, and that file has to be the opened one, or one that the lists
/// admit. Nothing of this is loaded or done if there is no list.
public final class Admission {

    /// Where a thread-local variable lies that the library does not have itself: in memory of the thread.
    static final String OF_OTHERS = "no file: it is a thread-local variable of another library";

    /// The real paths of the files that were opened with the lists' consent.
    private static final Set<Path> OPENED = ConcurrentHashMap.newKeySet();

    /// Why a symbol is out of reach.
    ///
    /// @param symbol as it was asked for
    /// @param file   the file in which it lies, in messages
    /// @param entry  what `-Dffi.allow` lacks, or what of `-Dffi.deny` refuses the file
    /// @param denied whether it is in `-Dffi.deny`
    public record Refusal(String symbol, String file, String entry, boolean denied) {}

    private final LoadedFile own; // null if the system does not say
    private final String file; // null for the running program and for suppliers
    private final boolean program;

    private Admission(LoadedFile own, String file, boolean program) {
        this.own = own;
        this.file = file;
        this.program = program;
    }

    /// {@return the judge of a library's symbols, or null if there is no list}
    ///
    /// @param own what was opened, or null if the system does not say
    static Admission ofLibrary(LoadedFile own, String file) {
        return Access.isFree() ? null : new Admission(own, file, false);
    }

    /// {@return the judge of the symbols of the running program and the C runtime, or null if there is no list}
    public static Admission ofProgram() {
        return Access.isFree() ? null : new Admission(null, null, true);
    }

    /// {@return the judge of addresses that a function of the user's supplies, or null if there is no list}
    public static Admission ofSupplied() {
        return Access.isFree() ? null : new Admission(null, null, false);
    }

    /// {@return why a symbol is out of reach, or null if it may be used}
    ///
    /// @param symbol its name, or null of a mere address
    public Refusal refusal(MemorySegment address, String symbol) {
        if (Platform.WINDOWS) { // GetProcAddress searches the library alone
            return file != null || program ? null
                    : new Refusal(symbol, "unknown on this system", "the library's own file", Access.LIST == null);
        }
        LoaderError.Place place = LoaderError.placeOf(address);
        if (place != null && own != null && place.base() == own.base()) {
            return null; // as most are, so that nothing else is asked
        }
        LoadedFile found = LoadedFile.at(address, place);
        if (found == null && file == null && !program) {
            return null; // memory that no file is mapped to: what the user or the JVM has made
        }
        if ((found == null || found.kernel()) && isOwn(symbol)) {
            return null; // a thread-local variable, or a function that the library itself leads to the kernel
        }
        return found == null ? ofOthers(symbol) : refusal(found, symbol, isStandard(found));
    }

    private boolean isOwn(String symbol) {
        return program ? Linker.nativeLinker().defaultLookup().find(symbol).isPresent()
                : own != null && isExported(symbol, own);
    }

    private static boolean isExported(String symbol, LoadedFile file) {
        return file.real() != null && Elf.read(file.real()).exports().contains(symbol);
    }

    /// {@return the symbols of a library without those of what it depends on, which dlsym(3) finds as well}
    ///
    /// @param file as it was given to the system's loader
    public static SymbolLookup alone(SymbolLookup symbols, String file) {
        LoadedFile own = LoadedFile.opened(file);
        return symbol -> symbols.find(symbol).filter(address -> Platform.WINDOWS || isOf(own, file, symbol, address));
    }

    private static boolean isOf(LoadedFile own, String file, String symbol, MemorySegment address) {
        LoaderError.Place place = LoaderError.placeOf(address);
        if (own == null) { // where the system tells only files
            Path real = place == null || place.file() == null ? null : AllowList.real(place.file());
            return real != null && real.equals(AllowList.real(file));
        }
        if (place != null && place.base() == own.base()) {
            return true;
        }
        LoadedFile found = LoadedFile.at(address, place);
        return (found == null || found.kernel()) && isExported(symbol, own);
    }

    /// Whose it is nobody says, so neither list can admit it.
    private static Refusal ofOthers(String symbol) {
        boolean denied = Access.LIST == null;
        String entry = denied ? Access.DENY_LIST.entries().stream().findFirst().orElse("") : "c";
        return new Refusal(symbol, OF_OTHERS, entry, denied);
    }

    private static Refusal refusal(LoadedFile file, String symbol, boolean standard) {
        if (file.real() != null && OPENED.contains(file.real())) {
            return null;
        }
        if (Access.DENY_LIST != null) {
            String written = deniedBy(file, standard);
            if (written != null) {
                return new Refusal(symbol, file.shown(), written, true);
            }
        }
        if (Access.LIST == null || standard && Access.LIST.admitsStandard() || file.real() != null
                && (Access.LIST.admitsFile(file.real()) || isNamed(file))) {
            return null;
        }
        return new Refusal(symbol, file.shown(), standard || file.real() == null ? "c" : file.real().toString(), false);
    }

    private static String deniedBy(LoadedFile file, boolean standard) {
        String written = Access.DENY_LIST.ofName(file.names());
        boolean program = written == null && standard && (file.kernel() || file.real().equals(Standard.PROGRAM));
        if (program) {
            written = Access.DENY_LIST.ofStandard();
        }
        if (written != null || file.kernel()) {
            return written;
        }
        return Access.DENY_LIST.ofFile(file.shown(), file.real());
    }

    /// {@return whether the lists admit what was opened, or how they refuse it}
    ///
    /// Between the look at a file and its opening somebody may have put another one in its place.
    ///
    /// @param admitted whether it was admitted by its name or as a resource, wherever it is
    /// @param unpacked whether it lies in the cache, where no path refuses it
    static Refusal opened(LoadedFile file, boolean admitted, boolean unpacked) {
        if (Access.DENY_LIST != null) {
            String written = Access.DENY_LIST.ofName(file.names());
            written = written != null || unpacked ? written : Access.DENY_LIST.ofFile(file.shown(), file.real());
            if (written != null) {
                return new Refusal(null, file.shown(), written, true);
            }
        }
        if (Access.LIST != null && !admitted && (file.real() == null || !Access.LIST.admitsFile(file.real()))) {
            return new Refusal(null, file.shown(), file.shown(), false);
        }
        if (file.real() != null) {
            OPENED.add(file.real());
        }
        return null;
    }

    private static boolean isStandard(LoadedFile file) {
        return file.kernel() || file.real() != null
                && (file.real().equals(Standard.PROGRAM) || Standard.RUNTIME.contains(file.real()));
    }

    /// {@return whether a search for a name that is listed would find this file}
    private static boolean isNamed(LoadedFile file) {
        if (!Platform.LINUX) {
            return Access.LIST.admitsName(List.of(), file.real().getFileName().toString());
        }
        List<String> directories = new ArrayList<>(LibraryFiles.ownDirectories());
        directories.addAll(LibraryFiles.javaDirectories());
        directories.addAll(SystemDirectories.list());
        for (String directory : directories) {
            String[] names = new File(directory).list((_, name) -> Access.LIST.admitsName(List.of(), name));
            for (String name : names == null ? new String[0] : names) {
                if (file.real().equals(AllowList.real(new File(directory, name).getPath()))) {
                    OPENED.add(file.real());
                    return true;
                }
            }
        }
        return false;
    }

    /// The files that the name `c` stands for.
    private static final class Standard {
        static final Path PROGRAM = program();
        static final Set<Path> RUNTIME = runtime();

        private static Path program() {
            try {
                return Path.of("/proc/self/exe").toRealPath();
            } catch (IOException noSuchSystem) {
                return null;
            }
        }

        /// What the JDK takes for the C runtime, a symbol of each of its files: glibc had several until 2.34.
        private static Set<Path> runtime() {
            Set<Path> files = new HashSet<>();
            for (String symbol : List.of("malloc", "cos", "dlopen", "pthread_create", "timer_create", "__tls_get_addr",
                    "_dl_argv")) {
                MemorySegment address = Linker.nativeLinker().defaultLookup().find(symbol).orElse(null);
                LoadedFile file = address == null ? null : LoadedFile.at(address);
                if (file != null && file.real() != null) {
                    files.add(file.real());
                }
            }
            return files;
        }
    }
}

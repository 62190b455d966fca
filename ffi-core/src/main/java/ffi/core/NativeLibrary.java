// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Facts;
import ffi.core.internal.Headroom;
import ffi.core.internal.Headstart;
import ffi.core.internal.load.Access;
import ffi.core.internal.load.Admission;
import ffi.core.internal.load.KnownProperties;
import ffi.core.internal.load.LibraryFiles;
import ffi.core.internal.load.LibrarySearch;
import ffi.core.internal.load.LoaderError;
import ffi.core.internal.load.ProgramSymbols;
import ffi.core.internal.load.SignalHandlers;
import ffi.core.internal.load.Undefined;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Supplier;

/// A native library, open for as long as its arena lives.
///
/// ```java
/// try (Arena arena = Arena.ofConfined()) {
///     MemorySegment zlibVersion = NativeLibrary.open("z", arena).findOrThrow("zlibVersion");
/// }
/// ```
///
/// When the arena ends the library is unloaded, and from then on every search in it throws [IllegalStateException].
/// A library may be searched by any thread, whatever its arena: only who opens it in a confined arena must own that.
public final class NativeLibrary implements SymbolLookup {

    /// The system property that lists the directories searched first, separated as in a class path.
    public static final String PATH_PROPERTY = "ffi.library.path";

    /// The system property that names the directory into which libraries out of jars are unpacked.
    public static final String CACHE_PROPERTY = "ffi.cache.dir";

    /// The system property that lists the libraries which may be opened, with commas between; if it is not set, all.
    ///
    /// An entry is a name, which admits what a search finds under it (`c` admits [#standard] as well); a file; a
    /// directory, with all below it; or a resource or a folder of resources, as in `classpath:dir/`. Files are compared
    /// by their real paths, without links. The list is read once, when the first library is asked for.
    public static final String ALLOW_PROPERTY = "ffi.allow";

    /// The system property that lists the libraries which may not be opened, even if [#ALLOW_PROPERTY] has them.
    ///
    /// It is written and read as that one. A name refuses every file of that name, also one that is asked for by its
    /// path, and `c` refuses [#standard].
    public static final String DENY_PROPERTY = "ffi.deny";

    /// The system property that lists the functions whose calls are logged, with commas between: libraries by their
    /// names, as in `sum`, or functions of them, as in `sum.add*`; empty, or `*`, for all. If it is not set, none is.
    ///
    /// Each call is a line at the level INFO of the [System.Logger] `ffi.trace.sum`, `ffi.trace.c` for [#standard]. It
    /// is read once, when the first function is declared.
    public static final String TRACE_PROPERTY = "ffi.trace";

    /// The system property that lists, as [#TRACE_PROPERTY] does, the functions whose calls and upcalls are events of
    /// the flight recorder, `ffi.Call` and `ffi.Upcall`. Those of libraries that are loaded and of scopes need none.
    public static final String JFR_PROPERTY = "ffi.jfr";

    /// The system property that, if it is `false`, makes [#prepare] do nothing.
    public static final String HEADSTART_PROPERTY = "ffi.headstart";

    /// The system property that lists the libraries whose functions may be deserialized by the library's name, with
    /// commas between, or is `true` for all; if it is not set, none.
    ///
    /// It concerns functions of `ffi.dsl` that are declared in no object. A stream can name any library and any
    /// function, so whoever can write the stream can call what he likes. An entry is written as the name or path in the
    /// declaration, `c` for [#standard]; it admits what lies in that library, and nothing that the library depends on.
    /// It is read whenever a function is deserialized.
    public static final String SERIALIZATION_PROPERTY = "ffi.serialization";

    private static final String PROGRAM = "the running program and the C runtime";

    private static boolean begun;

    static {
        Headstart.begin();
    }

    private final String name;
    private final String place;
    private final SymbolLookup symbols;
    private final MemorySegment.Scope scope;
    private final LibrarySearch search; // null for the program
    private final Admission admission; // null if there is no list

    /// Opens a library when it is first needed, and knows before that what it is called.
    ///
    /// Any supplier does where one is asked for; of this kind it is known before the library is open which calls are to
    /// be logged, so that all others are spared it.
    public interface Source extends Supplier<NativeLibrary> {

        /// {@return the name or path that it is opened by, the empty one for the running program}
        String name();

        /// {@return whether its functions are declared in Kotlin, whose words messages use then}
        default boolean isOfKotlin() {
            return false;
        }
    }

    record Opened(NativeLibrary library) implements Source {
        @Override
        public NativeLibrary get() {
            return library;
        }

        @Override
        public String name() {
            return library.name;
        }
    }

    private NativeLibrary(
            String name, String place, SymbolLookup symbols, MemorySegment.Scope scope, LibrarySearch search,
            Admission admission) {
        this.name = name;
        this.place = place;
        this.symbols = symbols;
        this.scope = scope;
        this.search = search;
        this.admission = admission;
    }

    /// Begins what the first call of any function needs, the JDK's linker, on a thread of its own.
    ///
    /// The first declaration does so by itself. A program that has other things to do before it declares, such as
    /// reading its configuration, may ask for it earlier. It returns at once, and calls after the first do nothing. The
    /// thread is a daemon called `ffi-headstart`, and ends when the linker is ready, after some tens of milliseconds.
    /// There is none on a machine with a single processor, none where native access was not enabled by name (the JDK
    /// would warn of it, though nobody may ever call), none with `-Dffi.headstart=false`, and with an AOT cache it has
    /// nothing to do.
    public static void prepare() {
        Headstart.begin();
    }

    /// Opens the library of a name, which may have any of these forms:
    ///
    /// | name | is, on Linux |
    /// |---|---|
    /// | `sum`, `libsum` | `libsum.so`; `libsum.dylib` on macOS; `sum.dll`, then `libsum.dll` on Windows |
    /// | `libsum.so`, `libsum.so.1` | exactly this file name |
    /// | `./dir/libsum.so`, `/dir/libsum.so` | exactly this file: what has a slash is not searched |
    /// | `classpath:dir/libsum.so` | a resource, as [#openResource] opens it |
    /// | the empty name | [#standard] |
    ///
    /// What is no path is searched in this order: the directories of [#PATH_PROPERTY]; the resource
    /// `natives/<os>-<arch>/<file name>` on the class path, such as `natives/linux-x86_64/libsum.so` (the system is
    /// `linux`, `macos` or `windows`, the architecture `x86_64`, `aarch64`, ...); the directories of
    /// `java.library.path` if it was set; the system's own search, dlopen(3) or `LoadLibraryW`; and last, on Linux, the
    /// highest version in all directories named so far and those of ldconfig(8), so that `sqlite3` is
    /// `libsqlite3.so.0` where no development package is installed. A file that can not be loaded is passed over, and
    /// so is one that [#ALLOW_PROPERTY] does not admit or [#DENY_PROPERTY] lists.
    ///
    /// @param name  the name in any of these forms
    /// @param arena keeps the library loaded
    /// @return the library
    /// @throws LibraryNotFoundException if nothing was found or nothing found could be loaded; the message lists it all
    /// @throws LibraryNotAllowedException if something was found, and none of it may be opened
    /// @throws IllegalCallerException   if the module `ffi.core` may not use native code; the message has the flag
    /// @throws IllegalStateException    if the arena is closed
    /// @throws WrongThreadException     if the arena belongs to another thread
    public static NativeLibrary open(String name, Arena arena) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(arena, "arena");
        return name.isEmpty() ? standard() : search(name, null, 0, arena);
    }

    /// Opens a library as [#open(String, Arena)] does, with flags of dlopen(3).
    ///
    /// @param name  the name in any form but the empty one
    /// @param flags how it is opened if nobody in this process has it open; see [LoadFlag]
    /// @param arena keeps the library loaded, and global if it was made that
    /// @return the library
    /// @throws LibraryNotFoundException      if nothing was found or nothing found could be loaded; with
    ///                                       [LoadFlag#NOW] also since a function is nowhere
    /// @throws UnsupportedOperationException if this system does not have one of the flags
    /// @throws IllegalArgumentException      if the name is empty, and there are flags
    public static NativeLibrary open(String name, Set<LoadFlag> flags, Arena arena) {
        Objects.requireNonNull(name, "name");
        int bits = LoadFlag.bits(Objects.requireNonNull(flags, "flags"));
        if (name.isEmpty() && bits != 0) {
            throw new IllegalArgumentException("the running program is open already, flags: " + flags);
        }
        Objects.requireNonNull(arena, "arena");
        return name.isEmpty() ? standard() : search(name, null, bits, arena);
    }

    /// Opens a version of a library, such as `open("sqlite3", "0", arena)`.
    ///
    /// This is [#open(String, Arena)] with the version put into the file's name: `libsqlite3.so.0` on Linux,
    /// `libsqlite3.0.dylib` on macOS, `sqlite3-0.dll` on Windows. On Linux `libsqlite3.so.0.8.6` will do as well.
    ///
    /// @param name    the name in any form but the empty one
    /// @param version what the file's name has behind it, such as `0` or `1.2`
    /// @param arena   keeps the library loaded
    /// @return the library
    /// @throws LibraryNotFoundException if nothing was found or nothing found could be loaded; the message lists it all
    /// @throws IllegalArgumentException if the name is empty, or the version empty or no part of a file name
    public static NativeLibrary open(String name, String version, Arena arena) {
        return ofVersion(name, version, 0, arena);
    }

    /// Opens a version of a library as [#open(String, String, Arena)] does, with flags of dlopen(3).
    ///
    /// @param flags how it is opened if nobody in this process has it open; see [LoadFlag]
    /// @throws UnsupportedOperationException if this system does not have one of the flags
    public static NativeLibrary open(String name, String version, Set<LoadFlag> flags, Arena arena) {
        return ofVersion(name, version, LoadFlag.bits(Objects.requireNonNull(flags, "flags")), arena);
    }

    private static NativeLibrary ofVersion(String name, String version, int flags, Arena arena) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(arena, "arena");
        requireVersions(name, List.of(version));
        return search(name, version, flags, arena);
    }

    private static void requireVersions(String name, List<String> versions) {
        if (versions.isEmpty()) {
            throw new IllegalArgumentException("no version: " + Facts.quoted(name));
        }
        for (String version : versions) {
            if (name.isEmpty()) {
                throw new IllegalArgumentException("name is empty, version: " + Facts.quoted(version));
            }
            if (version.isEmpty() || !isPartOfFileName(version)) {
                throw new IllegalArgumentException("version is no part of a file name: " + Facts.quoted(version));
            }
        }
    }

    /// Opens the first version of a library that is found, such as `openFirst("ssl", List.of("3", "1.1"), arena)`.
    ///
    /// Each is tried as [#open(String, String, Arena)] tries it, in order. A version that is found but can not be
    /// loaded is passed over.
    ///
    /// @param versions what the file's name has behind it; at least one
    /// @throws LibraryNotFoundException if no version was found, or none could be loaded; the message lists it all
    /// @throws IllegalArgumentException if there is no version; or as [#open(String, String, Arena)]
    public static NativeLibrary openFirst(String name, List<String> versions, Arena arena) {
        return firstVersion(name, versions, 0, arena);
    }

    /// Opens the first version that is found as [#openFirst(String, List, Arena)] does, with flags of dlopen(3).
    ///
    /// @param flags how it is opened if nobody in this process has it open; see [LoadFlag]
    /// @throws UnsupportedOperationException if this system does not have one of the flags
    public static NativeLibrary openFirst(String name, List<String> versions, Set<LoadFlag> flags, Arena arena) {
        return firstVersion(name, versions, LoadFlag.bits(Objects.requireNonNull(flags, "flags")), arena);
    }

    private static NativeLibrary firstVersion(String name, List<String> versions, int flags, Arena arena) {
        requireToBegin();
        if (versions.size() == 1) {
            return ofVersion(name, versions.getFirst(), flags, arena);
        }
        requireVersions(name, versions);
        Objects.requireNonNull(arena, "arena");
        LibrarySearch search = new LibrarySearch(arena, flags);
        for (String version : versions) {
            if (search.byName(name, version)) {
                return opened(name, version, search, true, arena);
            }
        }
        return opened(name, String.join(", ", versions), search, false, arena);
    }

    /// Opens the first library that is found under one of several names, such as `ncursesw` and `ncurses`.
    ///
    /// @param names each in any form that [#open(String, Arena)] takes, but the empty one; tried in order
    /// @throws LibraryNotFoundException if none was found, or none found could be loaded: the last one's, with those of
    ///                                  the others as suppressed ones
    /// @throws IllegalArgumentException if there is no name, or an empty one
    public static NativeLibrary openFirst(List<String> names, Arena arena) {
        if (names.isEmpty() || names.contains("")) {
            throw new IllegalArgumentException("no name to open: " + names.stream().map(Facts::quoted).toList());
        }
        List<LibraryNotFoundException> failed = new ArrayList<>();
        for (String name : names) {
            try {
                return open(name, arena);
            } catch (LibraryNotFoundException e) {
                failed.add(e);
            }
        }
        LibraryNotFoundException last = failed.removeLast();
        failed.forEach(last::addSuppressed);
        throw last;
    }

    /// {@return a library whose symbols a function of the user's supplies, as `glXGetProcAddress` does}
    ///
    /// It takes the place of a file for all faces. What the function answers is believed: a variable or a function is
    /// at that address, and of the size that its declaration says. It is asked once for each symbol, by whichever
    /// thread uses that first; what it throws is thrown there.
    ///
    /// @param name    in messages
    /// @param symbols finds an address by its name; NULL, null and nothing all mean that there is none
    public static NativeLibrary of(String name, SymbolLookup symbols) {
        return of(name, symbols, Arena.global());
    }

    /// {@return the same, where the addresses are good as long as an arena lives}
    ///
    /// @param name    in messages
    /// @param symbols finds an address by its name; NULL, null and nothing all mean that there is none
    /// @param arena   whose end makes all use of the symbols an [IllegalStateException]
    public static NativeLibrary of(String name, SymbolLookup symbols, Arena arena) {
        Objects.requireNonNull(name, "name");
        return new NativeLibrary(name, name, new SuppliedSymbols(Objects.requireNonNull(symbols, "symbols"), arena),
                arena.scope(), null, Admission.ofSupplied());
    }

    /// Opens exactly this file, whatever its name; a relative one is of the process's working directory.
    ///
    /// @param file  the path, absolute or not
    /// @param arena keeps the library loaded
    /// @return the library
    /// @throws LibraryNotFoundException if there is no such file, or if it can not be loaded
    /// @throws IllegalArgumentException if the file is not of the default file system
    /// @throws IllegalCallerException   if the module `ffi.core` may not use native code; the message has the flag
    /// @throws IllegalStateException    if the arena is closed
    /// @throws WrongThreadException     if the arena belongs to another thread
    public static NativeLibrary open(Path file, Arena arena) {
        return exactly(file, 0, arena);
    }

    /// Opens exactly this file as [#open(Path, Arena)] does, with flags of dlopen(3).
    ///
    /// @param flags how it is opened if nobody in this process has it open; see [LoadFlag]
    /// @throws UnsupportedOperationException if this system does not have one of the flags
    public static NativeLibrary open(Path file, Set<LoadFlag> flags, Arena arena) {
        return exactly(file, LoadFlag.bits(Objects.requireNonNull(flags, "flags")), arena);
    }

    private static NativeLibrary exactly(Path file, int flags, Arena arena) {
        requireToBegin();
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(arena, "arena");
        String name = separated(file);
        LibrarySearch search = new LibrarySearch(arena, flags);
        return opened(name, null, search, search.byFile(name), arena);
    }

    /// {@return a path with a separator in it, so that no loader searches for it}
    private static String separated(Path file) {
        if (Objects.requireNonNull(file, "file").getFileSystem() != FileSystems.getDefault()) {
            throw new IllegalArgumentException("file is not of the default file system: " + file.toUri());
        }
        Path separated = file.getNameCount() == 1 && !file.isAbsolute() ? Path.of(".").resolve(file) : file;
        return separated.toString();
    }

    /// Opens a library that is a resource, out of a jar if need be.
    ///
    /// A resource in a directory is opened where it is. Out of a jar it is unpacked with all files beside it, so that
    /// it finds there what it depends on, into a private directory named by the SHA-256 of all names, lengths and
    /// CRC-32. The first that can be written and executed from is taken, of: [#CACHE_PROPERTY]; `isthmus` in
    /// `$XDG_CACHE_HOME` or `~/.cache` (`~/Library/Caches`, `%LOCALAPPDATA%`); `isthmus-USER` in `java.io.tmpdir`;
    /// `.isthmus` in the working directory. What is already there is used again, by any number of processes at once,
    /// if its owner, permissions and length are right.
    ///
    /// @param resource as [ClassLoader#getResource] takes it; in a named module its package must be open
    /// @param loader   finds the resource
    /// @param arena    keeps the library loaded
    /// @return the library
    /// @throws LibraryNotFoundException if there is no such resource, or if it can not be unpacked or loaded
    /// @throws IllegalCallerException   if the module `ffi.core` may not use native code; the message has the flag
    /// @throws IllegalStateException    if the arena is closed
    /// @throws WrongThreadException     if the arena belongs to another thread
    public static NativeLibrary openResource(String resource, ClassLoader loader, Arena arena) {
        return resource(resource, loader, 0, arena);
    }

    /// Opens a resource as [#openResource(String, ClassLoader, Arena)] does, with flags of dlopen(3).
    ///
    /// @param flags how it is opened if nobody in this process has it open; see [LoadFlag]
    /// @throws UnsupportedOperationException if this system does not have one of the flags
    public static NativeLibrary openResource(
            String resource, ClassLoader loader, Set<LoadFlag> flags, Arena arena) {
        return resource(resource, loader, LoadFlag.bits(Objects.requireNonNull(flags, "flags")), arena);
    }

    private static NativeLibrary resource(String resource, ClassLoader loader, int flags, Arena arena) {
        requireToBegin();
        Objects.requireNonNull(resource, "resource");
        Objects.requireNonNull(loader, "loader");
        Objects.requireNonNull(arena, "arena");
        LibrarySearch search = new LibrarySearch(arena, flags);
        String name = LibrarySearch.RESOURCE.concat(resource);
        return opened(name, null, search, search.byResource(resource, loader), arena);
    }

    /// {@return whether [#ALLOW_PROPERTY] and [#DENY_PROPERTY] admit what a name would open}
    ///
    /// Nothing is opened for that, and nothing unpacked; the files that a search finds are looked at. Of a library that
    /// is not there it is whether the lists would have it. Without them all is allowed. They are read by the first
    /// question, as by the first library.
    ///
    /// @param name in any form that [#open(String, Arena)] takes
    public static boolean isAllowed(String name) {
        return Objects.requireNonNull(name, "name").isEmpty() ? Access.admitsStandard() : LibrarySearch.isAllowed(name);
    }

    /// {@return whether [#ALLOW_PROPERTY] and [#DENY_PROPERTY] admit exactly this file, be it there or not}
    ///
    /// @param file the path, absolute or not
    /// @throws IllegalArgumentException if the file is not of the default file system
    public static boolean isAllowed(Path file) {
        return LibrarySearch.isAllowedFile(separated(file));
    }

    /// {@return the symbols of the C runtime, such as `strlen`, and then those of the running program and of all
    /// libraries it has loaded globally}
    ///
    /// It is never unloaded. On Windows it is the C runtime alone.
    ///
    /// @throws LibraryNotAllowedException if there is a list of [#ALLOW_PROPERTY] without the name `c`, or one of
    ///                                    [#DENY_PROPERTY] with it
    public static NativeLibrary standard() {
        requireToBegin();
        if (!Access.admitsStandard()) {
            throw LibraryNotFoundException.standardNotAllowed();
        }
        return Standard.LIBRARY;
    }

    /// {@return the address of a symbol, alive as long as this library, or nothing if it does not export the symbol}
    ///
    /// A library's dependencies are searched too, as dlsym(3) does. While [#ALLOW_PROPERTY] or [#DENY_PROPERTY] is set,
    /// what they have is found only if it lies in a file that the lists admit.
    ///
    /// @param symbol the name under which the library exports it
    /// @throws LibraryNotAllowedException if the symbol lies in a file that the lists do not admit
    /// @throws IllegalStateException      if this library has been unloaded
    @Override
    public Optional<MemorySegment> find(String symbol) {
        Objects.requireNonNull(symbol, "symbol");
        Optional<MemorySegment> found = symbols.find(symbol);
        if (admission != null && found.isPresent()) {
            Admission.Refusal refusal = admission.refusal(found.get(), symbol);
            if (refusal != null) {
                throw LibraryNotFoundException.symbolNotAllowed(name, where(), refusal);
            }
        }
        return found;
    }

    /// {@return this library without what it depends on: a symbol is found only if it lies in the library's own file}
    ///
    /// So a program that takes the name of a function from others gives them no more than this library: of `z` there is
    /// `zlibVersion` and not `system`, which libz needs of the C runtime. [#standard] and a library of [#of] are the
    /// same alone.
    public NativeLibrary alone() {
        return place == null || !isOfSystem() ? this
                : new NativeLibrary(name, place, Admission.alone(symbols, place), scope, search, admission);
    }

    /// Checks an address that the user has given for a function, as a symbol is checked.
    ///
    /// @throws LibraryNotAllowedException if the function lies in a file that the lists do not admit
    static void requireAdmitted(MemorySegment address) {
        Admission admission = Admission.ofSupplied();
        Admission.Refusal refusal = admission == null ? null : admission.refusal(address, null);
        if (refusal != null) {
            String name = "0x" + Long.toHexString(address.address());
            throw LibraryNotFoundException.symbolNotAllowed(name, null, refusal);
        }
    }

    /// {@return the address of a symbol, alive as long as this library}
    ///
    /// @param symbol the name under which the library exports it
    /// @throws SymbolNotFoundException    if neither this library nor what it depends on exports the symbol
    /// @throws LibraryNotAllowedException if the symbol lies in a file that the lists do not admit, see [#find]
    /// @throws IllegalStateException      if this library has been unloaded
    @Override
    public MemorySegment findOrThrow(String symbol) {
        Optional<MemorySegment> found = find(symbol);
        if (found.isEmpty()) {
            throw SymbolNotFoundException.of(List.of(symbol), where(), files());
        }
        return found.get();
    }

    /// A symbol that was found, by the one of its names that was.
    record Exported(String name, MemorySegment address) {}

    /// {@return the first of these symbols that this library exports and may be used, or null}
    ///
    /// @throws LibraryNotAllowedException if there are only such as may not be used
    Exported findFirst(List<String> symbols) {
        LibraryNotAllowedException refused = null;
        for (String symbol : symbols) {
            try {
                Optional<MemorySegment> found = find(symbol);
                if (found.isPresent()) {
                    return new Exported(symbol, found.get());
                }
            } catch (LibraryNotAllowedException e) {
                refused = refused == null ? e : refused;
            }
        }
        if (refused != null) {
            throw refused;
        }
        return null;
    }

    /// {@return whether this library exports one of these symbols}
    boolean exports(List<String> symbols) {
        return findFirst(symbols) != null;
    }

    /// {@return the first of these symbols that this library exports}
    Exported findFirstOrThrow(List<String> symbols) {
        Exported found = findFirst(symbols);
        if (found == null) {
            throw SymbolNotFoundException.of(symbols, where(), files());
        }
        return found;
    }

    /// {@return this library in messages}
    String where() {
        return place == null ? PROGRAM : file().map(Path::toString).orElse(place);
    }

    /// {@return whether its symbols are found by the system, and not by a function of the user's}
    boolean isOfSystem() {
        return !(symbols instanceof SuppliedSymbols);
    }

    /// Finds a function of this library, at once: a symbol that is missing is an exception of this method. A function
    /// that is looked up by its first call is declared by [Downcall#declare].
    ///
    /// @param symbol     the name under which the library exports it
    /// @param result     what it returns, or [NativeType#VOID]
    /// @param parameters what it takes, in order
    /// @throws SymbolNotFoundException if this library does not export the symbol
    /// @throws BindingException        if a parameter is [NativeType#VOID]
    /// @throws IllegalStateException   if this library has been unloaded
    public Downcall downcall(String symbol, NativeType<?> result, NativeType<?>... parameters) {
        Signature.requireNoVoid(symbol, result, parameters);
        return downcall(symbol, Signature.of(result, parameters));
    }

    /// Finds a function of this library, at once, as [#downcall(String, NativeType, NativeType...)].
    ///
    /// @param symbol    the name under which the library exports it
    /// @param signature what it takes and returns, and how it is called
    /// @throws SymbolNotFoundException if this library does not export the symbol
    /// @throws IllegalStateException   if this library has been unloaded
    public Downcall downcall(String symbol, Signature signature) {
        findOrThrow(symbol);
        return Downcall.declare(new Opened(this), scope, symbol, signature);
    }

    /// Links a variable of this library.
    ///
    /// @param symbol the name under which the library exports it
    /// @throws SymbolNotFoundException if this library does not export the symbol
    /// @throws BindingException        if no variable of this type is there, see [Variable]
    /// @throws IllegalStateException   if this library has been unloaded
    public <T> Variable<T> variable(String symbol, NativeType<T> type) {
        Variable<T> variable = Variable.declare(() -> this, scope, symbol, type);
        variable.link();
        return variable;
    }

    /// {@return the name or path that this library was opened by; that of [#standard] is empty}
    public String name() {
        return name;
    }

    /// {@return the file that was really opened}
    ///
    /// For a library that the system found by itself this asks the system, on Linux and Windows; on macOS, and once the
    /// library is unloaded, it is not known. [#standard] is no file.
    public Optional<Path> file() {
        if (place == null || !isOfSystem()) {
            return Optional.empty();
        }
        Path opened = LibraryFiles.path(place);
        if (opened != null && (opened.getNameCount() > 1 || opened.isAbsolute())) {
            return Optional.of(opened);
        }
        return Optional.ofNullable(LoaderError.path(place)).map(LibraryFiles::path);
    }

    /// {@return how this library was found, and what it is}
    ///
    /// [Bindings#report] says which functions of an interface it has.
    public LibraryReport report() {
        return LibraryReport.of(() -> this, List.of());
    }

    /// {@return the life of this library, which is that of the arena it was opened in}
    public MemorySegment.Scope scope() {
        return scope;
    }

    /// {@return the file as it was given to the system's loader: a path, or a file name that the system searched for}
    @Override
    public String toString() {
        return place == null ? PROGRAM : place;
    }

    private static NativeLibrary search(String name, String version, int flags, Arena arena) {
        requireToBegin();
        LibrarySearch search = new LibrarySearch(arena, flags);
        return opened(name, version, search, search.byName(name, version), arena);
    }

    private static NativeLibrary opened(
            String name, String version, LibrarySearch search, boolean found, Arena arena) {
        search.end(name, version);
        if (!found) {
            throw LibraryNotFoundException.of(name, version, search);
        }
        begun = true;
        SignalHandlers.loaded(version == null ? name : name + " " + version);
        return new NativeLibrary(name, search.opened(), search.symbols(), arena.scope(), search, search.admission());
    }

    /// The classes that the first opening needs are there for all others.
    private static void requireToBegin() {
        if (!begun) {
            KnownProperties.check();
            Headroom.requireToBegin();
        }
    }

    private static boolean isPartOfFileName(String version) {
        return version.indexOf('/') < 0 && version.indexOf('\\') < 0 && version.indexOf('\0') < 0;
    }

    SequencedMap<String, String> tried() {
        return search == null ? new LinkedHashMap<>() : search.tried();
    }

    String source() {
        return search == null ? null : search.source();
    }

    /// {@return whether it was opened by someone who knows that it lacks symbols}
    boolean mayLackSymbols() {
        return search != null && search.isLazy();
    }

    /// {@return what it and the libraries it needs use, and nothing has}
    List<Undefined.Use> undefined() {
        Path file = place == null ? null : file().orElse(null);
        return file == null ? List.of() : Undefined.of(place, file);
    }

    /// The files whose symbols may be similar to one that was not found.
    List<Path> files() {
        if (place != null) {
            return file().map(List::of).orElse(List.of());
        }
        List<Path> files = new ArrayList<>();
        for (String runtime : List.of("libc.so.6", "libm.so.6")) { // glibc's; elsewhere nothing is similar
            String path = LoaderError.path(runtime);
            Path file = path == null ? null : LibraryFiles.path(path);
            if (file != null) {
                files.add(file);
            }
        }
        return files;
    }

    private static final class Standard {
        static final NativeLibrary LIBRARY =
                new NativeLibrary("", null, new ProgramSymbols(), Arena.global().scope(), null,
                        Admission.ofProgram());
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Facts;
import ffi.core.internal.load.Elf;
import ffi.core.internal.load.LibraryFiles;
import ffi.core.internal.load.LoaderError;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;

/// How a library was found, what it is, and which of the functions and variables declared of it are there: to print, or
/// to attach to a bug report.
///
/// ```
/// Library: "sum"
///   tried: /usr/local/lib/libsum.so (no such file)
///   tried: /opt/lib/libsum.so (opened)
///   file: /opt/lib/libsum.so
///   build id: 5f9a1c0d2e4b6a8871c3d5e7f90b2d4c6e8fa013
///   needs: libc.so.6 (/usr/lib/x86_64-linux-gnu/libc.so.6)
///   function: sum (linked)
///   function: fibonaci (missing, similar: fibonacci)
///   function: sum_v2 (missing, optional)
///   variable: calls: i32 (exported)
/// ```
///
/// The text is for people, and may change. What comes from the file itself is known of 64-bit ELF, and so on Linux;
/// where what is needed was loaded from, on Linux.
public final class LibraryReport {

    private static final String HINT = "\n  hint: ";

    private final SequencedMap<String, String> tried = new LinkedHashMap<>();
    private final SequencedMap<String, Optional<Path>> dependencies = new LinkedHashMap<>();
    private final List<String> missing = new ArrayList<>();
    private final NativeLibrary library;
    private final RuntimeException failure;
    private final Path file;
    private final Elf elf;
    private final String text;

    private LibraryReport(
            Supplier<NativeLibrary> supplier, List<Downcall> functions, List<? extends Variable<?>> variables) {
        NativeLibrary opened = null;
        RuntimeException thrown = null;
        try {
            opened = supplier.get();
        } catch (RuntimeException e) {
            thrown = e;
        }
        library = opened;
        failure = thrown;
        file = library == null ? null : library.file().orElse(null);
        elf = file == null ? null : Elf.read(file);
        Facts facts = library == null ? failed() : found();
        for (Downcall function : functions) {
            facts.add("function", function.symbol() + " (" + state(function, supplier) + ")");
        }
        for (Variable<?> variable : variables) {
            facts.add("variable", variable + " (" + state((Located<?>) variable) + ")");
        }
        text = facts.addEach("hint", hints()).toString();
    }

    /// {@return the report of a library that is opened for it if need be, and of functions declared of it}
    ///
    /// This throws nothing when the library can not be opened: then the report says why.
    ///
    /// @param library opens the library, or has it
    public static LibraryReport of(Supplier<NativeLibrary> library, List<Downcall> functions) {
        return of(library, functions, List.of());
    }

    /// {@return the report of a library that is opened for it if need be, and of functions and variables declared of
    /// it}
    ///
    /// This throws nothing when the library can not be opened: then the report says why. No variable is read.
    ///
    /// @param library opens the library, or has it
    public static LibraryReport of(
            Supplier<NativeLibrary> library, List<Downcall> functions, List<? extends Variable<?>> variables) {
        return new LibraryReport(
                Objects.requireNonNull(library, "library"), List.copyOf(functions), List.copyOf(variables));
    }

    /// {@return why the library could not be opened, or nothing if it is open}
    public Optional<RuntimeException> failure() {
        return Optional.ofNullable(failure);
    }

    /// {@return each place that was tried, in order, with what became of it; unmodifiable}
    public SequencedMap<String, String> tried() {
        return Collections.unmodifiableSequencedMap(tried);
    }

    /// {@return the file that was opened, as [NativeLibrary#file] says it}
    public Optional<Path> file() {
        return Optional.ofNullable(file);
    }

    /// {@return what the linker made of the file's content, in hexadecimal, if it was told to by `--build-id`}
    ///
    /// It is of the file as it lies there now, as is the [#soname].
    public Optional<String> buildId() {
        return Optional.ofNullable(elf == null ? null : elf.buildId());
    }

    /// {@return the name that the library gives itself}
    public Optional<String> soname() {
        return Optional.ofNullable(elf == null ? null : elf.soname());
    }

    /// {@return the names of the libraries that it needs, each with the file that it was loaded from; unmodifiable}
    public SequencedMap<String, Optional<Path>> dependencies() {
        return Collections.unmodifiableSequencedMap(dependencies);
    }

    /// {@return the symbols of declared functions and variables that the library lacks and that are not optional;
    /// unmodifiable}
    ///
    /// Empty where the library is not open, so that none was looked up.
    public List<String> missing() {
        return Collections.unmodifiableList(missing);
    }

    /// {@return the report, a headline and a line for each fact}
    @Override
    public String toString() {
        return text;
    }

    private Facts found() {
        Facts facts = Facts.of("Library", library.name());
        tried.putAll(library.tried());
        tried.forEach((place, outcome) -> facts.add("tried", Facts.shortened(place) + " (" + outcome + ")"));
        facts.addEach("file", library.files());
        facts.add("unpacked from", library.source());
        if (!library.scope().isAlive()) {
            facts.add("state", "unloaded with its arena");
        }
        if (elf == null) {
            return facts;
        }
        for (String needed : elf.needed()) {
            String from = LoaderError.path(needed);
            dependencies.put(needed, Optional.ofNullable(from).map(LibraryFiles::path));
        }
        facts.add("soname", elf.soname()).add("build id", elf.buildId());
        for (Map.Entry<String, Optional<Path>> each : dependencies.entrySet()) {
            facts.add("needs", each.getKey() + " (" + each.getValue().map(Path::toString).orElse("not loaded") + ")");
        }
        return facts;
    }

    private Facts failed() {
        if (failure instanceof LibraryNotFoundException notFound) {
            tried.putAll(notFound.tried());
        }
        if (failure instanceof LibraryNotFoundException || failure instanceof IllegalCallerException) {
            String message = String.valueOf(failure.getMessage());
            int hint = message.indexOf(HINT);
            return Facts.again(hint < 0 ? message : message.substring(0, hint)); // what helps stands at the end
        }
        return Facts.of("Library not opened").add("because", failure);
    }

    private List<String> hints() {
        String message = failure == null ? null : failure.getMessage();
        int hint = message == null ? -1 : message.indexOf(HINT);
        return hint < 0 ? List.of() : List.of(message.substring(hint + HINT.length()).split(HINT));
    }

    private String state(Downcall function, Supplier<NativeLibrary> supplier) {
        String wrong = wrong(function, supplier);
        if (wrong != null) {
            return "wrong: " + wrong;
        }
        String state = state(function.symbols(), function.isLinked(), function.isOptional());
        return function.isOptional() ? state + ", optional" : state;
    }

    private String state(Located<?> variable) {
        String state = state(variable.symbols(), variable.isLinked(), variable.isOptional());
        if (state.startsWith("exported")) {
            try {
                variable.check();
            } catch (BindingException e) {
                state = "wrong: " + headline(e);
            } catch (RuntimeException e) { // of the library, and said already
                state = "not looked up";
            }
        }
        return variable.isOptional() ? state + ", optional" : state;
    }

    private String state(List<String> symbols, boolean linked, boolean optional) {
        if (library == null || !library.scope().isAlive()) {
            return "not looked up";
        }
        try {
            NativeLibrary.Exported found = library.findFirstOrThrow(symbols);
            String other = otherThan(file, found.address());
            return (linked ? "linked" : "exported") + (found.name().equals(symbols.get(0)) ? "" : " as " + found.name())
                    + (other == null ? "" : ", of " + other);
        } catch (SymbolNotFoundException e) {
            if (!optional) {
                missing.add(symbols.get(0));
            }
            return "missing" + (e.similar().isEmpty() ? "" : ", similar: " + String.join(", ", e.similar()));
        } catch (LibraryNotAllowedException e) {
            return "not allowed";
        } catch (IllegalStateException unloaded) { // by another thread, since it was asked
            return "not looked up";
        }
    }

    /// A declaration that can not be has a library of its own, which throws it.
    private static String wrong(Downcall function, Supplier<NativeLibrary> supplier) {
        if (function.library() == supplier) {
            return null;
        }
        try {
            function.library().get();
            return null;
        } catch (BindingException e) {
            return headline(e);
        } catch (RuntimeException e) { // of the library, and said already
            return null;
        }
    }

    private static String headline(RuntimeException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    /// {@return the file that a symbol was found in, unless it is the library's own: dlsym(3) goes on to what it needs}
    private static String otherThan(Path file, MemorySegment address) {
        String found = LoaderError.fileOf(address);
        if (found == null || file == null) {
            return found;
        }
        try {
            return Path.of(found).toRealPath().equals(file.toRealPath()) ? null : found;
        } catch (IOException | InvalidPathException gone) {
            return null;
        }
    }
}

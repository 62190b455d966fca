// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.load.Admission;
import ffi.core.internal.load.LibrarySearch;
import ffi.core.internal.load.LoadReport;

import java.io.Serial;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Thrown when no place that was searched holds a library, or when what they hold is refused by the system's loader.
///
/// The message lists every place that was tried, each with the loader's own reason. It begins with `Library not found`
/// when there is no such file anywhere, and with `Library not loaded` when there is one: for another architecture,
/// say, or with a dependency that is missing.
public sealed class LibraryNotFoundException extends IllegalArgumentException permits LibraryNotAllowedException {

    @Serial
    private static final long serialVersionUID = 1;

    /// The name as it was asked for.
    private final String name;
    /// Each place that was tried, with what was wrong there.
    private final LinkedHashMap<String, String> tried;
    /// Paths of libraries with near names.
    private final ArrayList<String> similar;
    /// Whether some place did hold the library.
    private final boolean exists;

    LibraryNotFoundException(String name, LoadReport report) {
        super(report.message());
        this.name = name;
        this.tried = new LinkedHashMap<>(report.tried());
        this.similar = new ArrayList<>(report.similar());
        this.exists = report.exists();
    }

    /// The wider type lets the JVM verify the class that throws this without loading this one.
    static IllegalArgumentException of(String name, String version, LibrarySearch search) {
        LoadReport report = new LoadReport(name, version, search);
        return report.entry() == null
                ? new LibraryNotFoundException(name, report) : new LibraryNotAllowedException(name, report);
    }

    /// For the running program and the C runtime, which are nowhere searched for.
    static IllegalArgumentException standardNotAllowed() {
        return new LibraryNotAllowedException("", LoadReport.standardNotAllowed());
    }

    /// For a symbol that lies in a file which the lists do not admit.
    ///
    /// @param name  by which the library was asked for
    /// @param where the library in messages, or null for a mere address
    static LibraryNotAllowedException symbolNotAllowed(String name, String where, Admission.Refusal refusal) {
        return new LibraryNotAllowedException(name, LoadReport.symbolNotAllowed(refusal, where));
    }

    /// {@return the name or path as it was asked for}
    public String name() {
        return name;
    }

    /// {@return each place that was tried, in order, with what was wrong there; unmodifiable}
    ///
    /// The reasons of the system's loader are in its words and, on some systems, in the user's language.
    public SequencedMap<String, String> tried() {
        return Collections.unmodifiableSequencedMap(tried);
    }

    /// {@return the paths of libraries whose names are near to the one that was asked for, five at most; unmodifiable}
    public List<String> similar() {
        return Collections.unmodifiableList(similar);
    }

    /// {@return whether some place did hold the library, so that the reason is with the file and not with the name}
    public boolean exists() {
        return exists;
    }
}

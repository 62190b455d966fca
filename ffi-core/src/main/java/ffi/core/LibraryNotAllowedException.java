// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.load.LoadReport;

import java.io.Serial;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Thrown when a library is there, but not in the list of [NativeLibrary#ALLOW_PROPERTY].
///
/// It is a [LibraryNotFoundException], so that a program which can do without a library also does without one that it
/// may not have. The message names the real file, what is allowed, and the entry that would admit it.
public final class LibraryNotAllowedException extends LibraryNotFoundException {

    @Serial
    private static final long serialVersionUID = 1;

    /// What the list admits.
    private final ArrayList<String> allowed;
    /// What it would have to admit.
    private final String entry;

    LibraryNotAllowedException(String name, LoadReport report) {
        super(name, report);
        allowed = new ArrayList<>(report.allowed());
        entry = report.entry();
    }

    /// {@return the entries of the list, as they were when it was read; unmodifiable}
    public List<String> allowed() {
        return Collections.unmodifiableList(allowed);
    }

    /// {@return the entry that would admit the library, as it is written into the list}
    public String entry() {
        return entry;
    }
}

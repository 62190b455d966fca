// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.load.LoadReport;

import java.io.Serial;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Thrown when a library is there, but not in the list of [NativeLibrary#ALLOW_PROPERTY], or in that of
/// [NativeLibrary#DENY_PROPERTY]; or when a function or variable is found, and lies in a file that is not admitted.
///
/// It is a [LibraryNotFoundException], so that a program which can do without a library also does without one that it
/// may not have. The message names the real file, the list that refused it, and what would have to be changed there.
public final class LibraryNotAllowedException extends LibraryNotFoundException {

    @Serial
    private static final long serialVersionUID = 1;

    /// The property of the list that refused it.
    private final String property;
    /// What the one list admits.
    private final ArrayList<String> allowed;
    /// What the other list refuses.
    private final ArrayList<String> denied;
    /// What the first would have to admit, or the second has.
    private final String entry;

    LibraryNotAllowedException(String name, LoadReport report) {
        super(name, report);
        property = report.property();
        allowed = new ArrayList<>(report.allowed());
        denied = new ArrayList<>(report.denied());
        entry = report.entry();
    }

    /// {@return the list that refused the library: [NativeLibrary#ALLOW_PROPERTY] or [NativeLibrary#DENY_PROPERTY]}
    ///
    /// If several files were found, this is about the first.
    public String property() {
        return property;
    }

    /// {@return the entries of [NativeLibrary#ALLOW_PROPERTY], as they were when it was read; unmodifiable}
    public List<String> allowed() {
        return Collections.unmodifiableList(allowed);
    }

    /// {@return the entries of [NativeLibrary#DENY_PROPERTY], as they were when it was read; unmodifiable}
    public List<String> denied() {
        return Collections.unmodifiableList(denied);
    }

    /// {@return the entry that would admit the library, as it is written into the list, or the one that denies it}
    public String entry() {
        return entry;
    }
}

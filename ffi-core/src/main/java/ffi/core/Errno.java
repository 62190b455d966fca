// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.ErrnoNames;
import ffi.core.internal.Errors;

/// The number that a function of C leaves behind when it fails, errno(3): 0 if it left none.
///
/// @param code such as 2
public record Errno(int code) {

    /// {@return such as `ENOENT`; `errno 12345` if the number has no name here}
    ///
    /// On Windows only the C runtime's numbers have one.
    public String name() {
        return ErrnoNames.of(code);
    }

    /// {@return such as `No such file or directory`, in C's locale, strerror_r(3)}
    public String text() {
        String text = Errors.text(code);
        return text == null ? name() : text;
    }

    /// {@return such as `ENOENT, No such file or directory`}
    @Override
    public String toString() {
        return name() + ", " + text();
    }
}

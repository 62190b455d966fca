// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.ErrnoNames;
import ffi.core.internal.Errors;

import java.util.Objects;
import java.util.SequencedMap;

/// The number that a function of C leaves behind when it fails, errno(3): 0 if it left none.
///
/// @param code such as 2
public record Errno(int code) {

    /// {@return the number that this system has for a name, such as `ENOENT`}
    ///
    /// ```java
    /// if (errno.equals(Errno.of("EWOULDBLOCK"))) { // on Linux that is EAGAIN
    /// ```
    ///
    /// @param name as C's `errno.h` has it
    /// @throws UnknownErrnoException if this system has no such name; the message has those that are near
    public static Errno of(String name) {
        Integer code = codes().get(Objects.requireNonNull(name, "name"));
        if (code == null) {
            throw new UnknownErrnoException(name);
        }
        return new Errno(code);
    }

    /// {@return all names that this system has, with their numbers, by number; unmodifiable}
    ///
    /// Some numbers have two names, such as `EAGAIN` and `EWOULDBLOCK` on Linux: [#name] gives the one that is first
    /// here.
    public static SequencedMap<String, Integer> codes() {
        return ErrnoNames.codes();
    }

    /// {@return whether this is the number that the system has for a name, be it the second one}
    ///
    /// @param name as C's `errno.h` has it
    /// @throws UnknownErrnoException if this system has no such name
    public boolean isNamed(String name) {
        return of(name).code == code;
    }

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

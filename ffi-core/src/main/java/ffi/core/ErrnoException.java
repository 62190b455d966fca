// SPDX-License-Identifier: Apache-2.0
package ffi.core;

/// A function of C's has failed, and `errno` says why: thrown for a result that is [NativeType#orErrno].
///
/// Its message is such as `open("nowhere", 0): ENOENT, No such file or directory`.
public final class ErrnoException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String call;
    private final int code;

    /// One of a call that failed.
    ///
    /// @param call  such as `open("nowhere", 0)`
    /// @param errno why it failed
    public ErrnoException(String call, Errno errno) {
        super(call + ": " + errno);
        this.call = call;
        code = errno.code();
    }

    /// {@return the function with its arguments, such as `open("nowhere", 0)`}
    public String call() {
        return call;
    }

    /// {@return such as 2}
    public int code() {
        return code;
    }

    /// {@return such as `ENOENT`}
    public String name() {
        return errno().name();
    }

    /// {@return why it failed}
    public Errno errno() {
        return new Errno(code);
    }
}

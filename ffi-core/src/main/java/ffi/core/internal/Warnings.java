// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.util.function.Supplier;

/// What is said in the log, where nobody can be told by an exception.
public final class Warnings {

    /// After so many late calls of a function pointer only those are written whose number is a power of two: C may go
    /// on for as long as the program runs.
    static final int FEW = 10;

    private Warnings() {}

    /// Whether the late call of a number, from 1, is written.
    static boolean isDue(long number) {
        return number <= FEW || (number & number - 1) == 0;
    }

    /// Writes a warning, if there is a log.
    ///
    /// @param thrown null if nothing was
    public static void write(Supplier<String> text, Throwable thrown) {
        try { // also around what finds the logger, which may be the program's own, and fail
            System.getLogger("ffi.core").log(System.Logger.Level.WARNING, text, thrown);
        } catch (Throwable e) {
            // nothing else can be done
        }
    }
}

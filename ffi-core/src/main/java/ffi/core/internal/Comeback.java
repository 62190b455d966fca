// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.MemorySegment;

/// What generated code does when C has returned: a method of ours, since handlers of exceptions would make the
/// generated one too large for the JIT to inline.
public final class Comeback {

    private Comeback() {}

    /// Takes over what C has written to one argument.
    ///
    /// @param thrown by earlier arguments, or null
    /// @return what has been thrown so far
    public static Throwable comeBack(Conversion.OfLong conversion, Object value, long carrier, Throwable thrown,
            Object function, int index) {
        try {
            conversion.comeBack(value, carrier);
            return thrown;
        } catch (Throwable now) {
            return add(thrown, now, function, index);
        }
    }

    /// As the other one.
    public static Throwable comeBack(Conversion.OfSegment conversion, Object value, MemorySegment carrier,
            Throwable thrown, Object function, int index) {
        try {
            conversion.comeBack(value, carrier);
            return thrown;
        } catch (Throwable now) {
            return add(thrown, now, function, index);
        }
    }

    static Throwable add(Throwable earlier, Throwable thrown, Object function, int index) {
        Throwable named = thrown instanceof Misfit misfit ? Faults.argument(misfit, function, index) : thrown;
        if (earlier == null) {
            return named;
        }
        if (earlier != named) {
            earlier.addSuppressed(named);
        }
        return earlier;
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.MemorySegment;

/// What C gets of a callback that has no result: one that threw, or that has ended. It knows nothing of the user's,
/// since a function pointer remembers it when its type is gone.
public final class Outcome {

    /// In a general register.
    public final long general;

    /// In a register of floating point.
    public final double floating;

    /// Instead of a pointer, or of a struct that the JDK gives to C.
    public final MemorySegment segment;

    /// How many bytes are cleared at the address that C gave for a struct, or 0.
    public final long cleared;

    /// What [#floating] is in its register.
    final long floatingBits;

    /// How many bytes the struct has that is returned in memory, or 0: the address comes as the first argument.
    final long inMemory;

    private final String type;

    /// @param type  as the user spells it
    /// @param error the user's value, lowered, or null for 0
    Outcome(String type, Passing passing, Passage result, Object error) {
        this.type = type;
        general = error instanceof Number number ? number.longValue() : 0;
        floating = error instanceof Number number ? number.doubleValue() : 0;
        long room = result.conversion() instanceof Conversion.OfStruct struct ? struct.structure().room() : 0;
        boolean byAddress = passing.result.equals(Passing.BY_ADDRESS);
        cleared = byAddress ? ((Conversion.OfStruct) result.conversion()).structure().layout().byteSize() : 0;
        floatingBits = result.carrier() == float.class
                ? Float.floatToRawIntBits((float) floating) & 0xffffffffL : Double.doubleToRawLongBits(floating);
        inMemory = result.conversion() instanceof Conversion.OfStruct struct && struct.structure().isInMemory()
                ? struct.structure().layout().byteSize() : 0;
        segment = room > 0 && !byAddress ? StructCalls.zeros(room) : MemorySegment.NULL;
    }

    @Override
    public String toString() {
        return type;
    }
}

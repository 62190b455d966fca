// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Conversion;
import ffi.core.internal.Structure;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.invoke.MethodHandles.Lookup;

/// The struct of a record that points to itself, as it is seen from its own pointer.
final class Later implements Conversion.OfStruct {

    private final Class<?> record;
    private final Lookup caller;
    private volatile NativeType<?> type; // once it was asked for

    Later(Class<?> record, Lookup caller) {
        this.record = record;
        this.caller = caller;
    }

    NativeType<?> type() {
        NativeType<?> known = type;
        if (known == null) {
            type = known = Records.struct(record, caller);
        }
        return known;
    }

    private OfStruct struct() {
        return (OfStruct) type().passage().conversion();
    }

    @Override
    public Structure structure() {
        return struct().structure();
    }

    @Override
    public MemoryLayout layout() {
        return struct().layout();
    }

    @Override
    public Object get(MemorySegment segment, long offset) {
        return struct().get(segment, offset);
    }

    @Override
    public void set(MemorySegment segment, long offset, Object value, SegmentAllocator room) {
        struct().set(segment, offset, value, room);
    }
}

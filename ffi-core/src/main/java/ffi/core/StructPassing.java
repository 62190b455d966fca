// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Conversion;
import ffi.core.internal.Memory;
import ffi.core.internal.MemoryFaults;
import ffi.core.internal.Misfit;
import ffi.core.internal.Misfit.Kind;
import ffi.core.internal.Structure;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/// A struct that is viewed in place: by value in a call, and a view in memory.
record StructPassing<S>(StructType<S> struct) implements Conversion.OfStruct {

    @Override
    public Structure structure() {
        return struct.structure();
    }

    @Override
    public MemoryLayout layout() {
        return struct.layout();
    }

    @Override
    public Object get(MemorySegment segment, long offset) {
        Ref<S> there = new Ref<>(struct, segment.asSlice(offset, struct.byteSize()), null);
        if (segment != Memory.ALL) {
            return there;
        }
        Ref<S> own = struct.allocate(Arena.ofAuto()); // what a call has left is overwritten by the next one
        own.copyFrom(there);
        return own;
    }

    @Override
    public void set(MemorySegment segment, long offset, Object value, SegmentAllocator room) {
        if (!(value instanceof Ref<?> ref) || ref.type != struct) { // where types are erased it may be anything
            throw new Misfit(value == null ? Kind.NOTHING : Kind.ARGUMENT, struct.name(), "a Ref of " + struct,
                    value instanceof Ref<?> other ? "a Ref of " + other.type : String.valueOf(value));
        }
        try {
            MemorySegment.copy(ref.segment, 0, segment, offset, struct.byteSize());
        } catch (IllegalStateException | WrongThreadException thrown) {
            throw MemoryFaults.copy(thrown, struct.name(), ref.segment);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Lasting;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.HashMap;
import java.util.Map;

/// Where a struct that Java allocated puts what its fields point to.
///
/// It knows what it gave, so that text can be shown without a look at an address of which nobody knows what is there.
final class Room implements Lasting {

    private final SegmentAllocator allocator;
    private final Map<Long, MemorySegment> given = new HashMap<>();

    Room(SegmentAllocator allocator) {
        this.allocator = allocator;
    }

    @Override
    public MemorySegment allocate(long bytes, long alignment) {
        MemorySegment segment = allocator.allocate(bytes, alignment);
        synchronized (given) {
            given.put(segment.address(), segment);
        }
        return segment;
    }

    @Override
    public SegmentAllocator allocator() {
        return allocator;
    }

    /// {@return the memory that was given and begins at an address, or null}
    MemorySegment at(long address) {
        synchronized (given) {
            return given.get(address);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Facts;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/// The allocator of who gave none: a value that points to something has nowhere to put it.
record NoRoom(NativeType<?> type) implements SegmentAllocator {

    @Override
    public MemorySegment allocate(long bytes, long alignment) {
        throw new IllegalArgumentException(Facts.of("No memory for what a value points to")
                .add("type", type)
                .add("bytes", bytes)
                .hint("say whose memory it is: set(…, value, allocator)")
                .toString());
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.SegmentAllocator;

/// An allocator that takes its memory from another one, which may be an arena and so have a lifetime.
public interface Lasting extends SegmentAllocator {

    /// {@return the other allocator}
    SegmentAllocator allocator();
}

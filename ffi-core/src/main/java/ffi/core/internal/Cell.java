// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/// How a value of one native type lies in memory: as a field, an element, or what a pointer points to.
///
/// Implementations are records, or generated, so that what is known of a type is a constant where the type is one.
public interface Cell {

    /// {@return how it lies in memory, aligned as C aligns it}
    MemoryLayout layout();

    /// {@return the value at an offset in bytes, which need not be aligned}
    ///
    /// @throws Misfit if it is none of the type
    Object get(MemorySegment segment, long offset);

    /// Writes the value at an offset in bytes, which need not be aligned.
    ///
    /// @param room gives the memory that the value points to, if it does
    /// @throws Misfit if it is none of the type
    void set(MemorySegment segment, long offset, Object value, SegmentAllocator room);

    /// Takes what C has written there over into the very object that was written before, if it can change.
    ///
    /// @return whether it did; else [#get] makes a new object
    default boolean comeBack(Object value, MemorySegment segment, long offset) {
        return false;
    }

    /// {@return whether what is read is given back to C}
    default boolean owns() {
        return false;
    }

    /// Gives back to C what [#get] would give back, without reading it.
    default void giveBack(MemorySegment segment, long offset) {}
}

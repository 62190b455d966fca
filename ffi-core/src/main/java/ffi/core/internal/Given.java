// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.Arrays;
import java.util.List;

/// Arrays and lists that a native function gives to a callback, which may change them. What they hold then is written
/// to the memory of the native function, except for text and pointers: there is no memory that what Java has put in
/// their place could live in.
///
/// Called by generated code.
public final class Given {

    /// The allocator of what is written: pointers keep what they point to.
    static final SegmentAllocator NO_ROOM = (_, _) -> {
        throw new NoRoom();
    };

    private static final class NoRoom extends RuntimeException {
        private static final long serialVersionUID = 1;

        NoRoom() {
            super(null, null, false, false); // never seen
        }
    }

    private Given() {}

    /// {@return what the callback gets: instead of a list that cannot be changed, one whose elements can be set}
    public static Object changeable(ArrayPassing array, Object made) {
        return made instanceof List<?> list && comesBack(array) ? Arrays.asList(list.toArray()) : made;
    }

    /// {@return the memory of an array before the callback may change it; null if nothing comes back}
    public static MemorySegment copy(ArrayPassing array, Object value, long address) {
        if (value == null || address == 0 || !comesBack(array)) {
            return null;
        }
        long bytes = array.elements().length(value) * array.elements().layout().byteSize();
        MemorySegment copy = MemorySegment.ofArray(new byte[Math.toIntExact(bytes)]);
        return copy.copyFrom(Memory.ALL.asSlice(address, bytes));
    }

    /// Writes an array to the memory of the native function.
    public static void giveBack(ArrayPassing array, Object value, long address) {
        if (value != null && address != 0 && comesBack(array)) {
            write(array, value, address);
        }
    }

    /// Writes those elements only that the callback has changed. Another argument may lie in the same memory, and what
    /// was written through that stays.
    ///
    /// @param before what [#copy] returned
    public static void giveBack(ArrayPassing array, Object value, long address, MemorySegment before) {
        if (before == null) {
            return;
        }
        long bytes = before.byteSize();
        long size = array.elements().layout().byteSize();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment after = arena.allocate(bytes, 16).copyFrom(before);
            write(array, value, after.address());
            for (long at = 0; at < bytes; at += size) {
                long same = MemorySegment.mismatch(before, at, bytes, after, at, bytes);
                if (same < 0) {
                    return;
                }
                at += same / size * size;
                MemorySegment.copy(after, at, Memory.ALL, address + at, size);
            }
        }
    }

    private static boolean comesBack(ArrayPassing array) {
        return !(array.elements().layout() instanceof AddressLayout);
    }

    private static void write(ArrayPassing array, Object value, long address) {
        try {
            array.elements().write(value, array.elements().length(value), Memory.ALL, address, NO_ROOM);
        } catch (NoRoom none) {
            // a field is text or a pointer
        }
    }
}

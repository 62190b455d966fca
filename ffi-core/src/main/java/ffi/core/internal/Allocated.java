// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Memory of C's `malloc`, for what C is going to free.
final class Allocated implements SegmentAllocator {

    static final SegmentAllocator BY_MALLOC = new Allocated();

    private static final MethodHandle MALLOC = Restricted.downcallHandle(
            Linker.nativeLinker().defaultLookup().findOrThrow("malloc"),
            FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));

    private Allocated() {}

    @Override
    public MemorySegment allocate(long bytes, long alignment) {
        long address;
        try {
            address = (long) MALLOC.invokeExact(Math.max(bytes, 1));
        } catch (Throwable e) {
            throw Linking.sneak(e);
        }
        if (address == 0) {
            throw new OutOfMemoryError("malloc: " + bytes + " bytes");
        }
        return Memory.ALL.asSlice(address, bytes);
    }
}

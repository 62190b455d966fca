// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Cell;
import ffi.core.internal.Conversion;
import ffi.core.internal.Memory;
import ffi.core.internal.Misfit;
import ffi.core.internal.Misfit.Kind;
import ffi.core.internal.Ownership;
import ffi.core.internal.Pointers;
import ffi.core.internal.Release;
import ffi.core.internal.Restricted;

import java.lang.foreign.MemorySegment;

/// Typed pointers in calls and in memory.
///
/// @param type     of what lies there
/// @param cell     how it lies there; null if the type was not complete when this was made
/// @param nullable whether null stands for NULL; without it either is a [Misfit]
/// @param free     takes what C gave back, when the pointer is closed; null if C keeps it
/// @param heap     whether memory of the heap is admitted
record PointerPassing(String name, NativeType<?> type, Cell cell, boolean nullable, Release free, boolean heap)
        implements Conversion.OfSegment {

    @Override
    public PointerPassing orNull(String name) {
        return new PointerPassing(name, type, cell, true, free, heap);
    }

    @Override
    public PointerPassing owned(String name, Release free) {
        return new PointerPassing(name, type, cell, nullable, free, heap);
    }

    @Override
    public PointerPassing critical() {
        return new PointerPassing(name, type, cell, nullable, free, true);
    }

    @Override
    public MemorySegment lower(Object value) {
        if (value instanceof Pointer<?> pointer) {
            return heap ? pointer.segment() : Pointers.requireNative(name, pointer.segment());
        }
        if (value != null) { // the compiler sees to it that it is one, but not where types are erased
            throw new Misfit(Kind.ARGUMENT, name, "a Pointer", value.getClass().getTypeName());
        }
        if (nullable) {
            return MemorySegment.NULL;
        }
        throw new Misfit(Kind.NULL, name, "a Pointer", "null");
    }

    @Override
    public Object raise(MemorySegment carrier) {
        if (carrier.address() == 0) {
            if (nullable) {
                return null;
            }
            throw new Misfit(Kind.NULL, name, "a pointer", "NULL");
        }
        NativeType<?> completed = cell != null ? type : type.completed();
        Cell known = cell != null ? cell : completed.cell();
        long bytes = known.layout().byteSize();
        long address = carrier.address();
        MemorySegment segment = address > 0 && address <= Long.MAX_VALUE - bytes // the JIT sees through a slice only
                ? Memory.ALL.asSlice(address, bytes) : Restricted.reinterpret(carrier, bytes);
        return Pointer.ofC(free == null ? segment : Ownership.own(segment, free, name), completed, known);
    }
}

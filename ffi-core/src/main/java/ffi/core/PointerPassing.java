// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Cell;
import ffi.core.internal.Conversion;
import ffi.core.internal.Memory;
import ffi.core.internal.Misfit;
import ffi.core.internal.Misfit.Kind;
import ffi.core.internal.Ownership;
import ffi.core.internal.Passage;
import ffi.core.internal.Pointers;
import ffi.core.internal.Release;
import ffi.core.internal.Restricted;
import ffi.core.internal.Text;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

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
    public boolean writesThrough() {
        return true;
    }

    /// Returns whether memory of one type is memory of the other, whichever of two equal declarations it was made by:
    /// numbers of one width and kind, signed or not, the same struct, and pointers to such.
    static boolean isLike(NativeType<?> declared, NativeType<?> found) {
        Passage one = declared.completed().passage();
        Passage other = found.completed().passage();
        if (one.equals(other)) {
            return true;
        }
        Conversion a = one.conversion();
        Conversion b = other.conversion();
        if (!Objects.equals(one.layout(), other.layout())) {
            return false;
        } else if (isNumber(a) && isNumber(b)) {
            return true;
        } else if (a instanceof PointerPassing p && b instanceof PointerPassing q) {
            return isLike(p.type, q.type);
        } else if (a instanceof OfStruct || b instanceof OfStruct) { // records may be made anew for another caller
            return one.javaType() == other.javaType() && !(a instanceof StructPassing<?>);
        } else if (a instanceof Text p && b instanceof Text q) {
            return p.charset().equals(q.charset()) && p.size() == q.size();
        }
        return a != null && b != null && a.getClass() == b.getClass() && one.javaType() == other.javaType()
                && plain(one).equals(plain(other));
    }

    private static boolean isNumber(Conversion conversion) {
        return conversion == null || conversion instanceof Checked;
    }

    private static String plain(Passage passage) {
        return passage.name().replace(".orNull", "");
    }

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

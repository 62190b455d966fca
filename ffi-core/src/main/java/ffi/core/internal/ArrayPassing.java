// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import ffi.core.internal.Misfit.Kind;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.ConcurrentModificationException;

/// Arrays of C as arrays and lists of Java: in a call the address of a copy, in memory the elements themselves if their
/// number is known, else a pointer to them.
///
/// @param back       whether C may write to it
/// @param count      the number of elements, or -1
/// @param counter    the parameter that says the number of elements of a result, or -1
/// @param terminated whether an element of zeros, which is none of them, ends it
/// @param nullable   whether null stands for NULL; without it either is a [Misfit]
/// @param free       takes a result once it has been copied; null if C keeps it
public record ArrayPassing(String name, Elements elements, boolean back, long count, int counter, boolean terminated,
        boolean nullable, Release free) implements Conversion.OfLong {

    // Before the elements of a call: their number; and before that, of rows, where they are.
    private static final int HEADER = 16;
    private static final int ALIGNMENT = 16; // of what C's compilers expect of arrays that vector instructions read

    public static ArrayPassing of(String name, Elements elements) {
        return new ArrayPassing(name, elements, true, -1, -1, false, false, null);
    }

    @Override
    public ArrayPassing orNull(String name) {
        return new ArrayPassing(name, elements, back, count, counter, terminated, true, free);
    }

    @Override
    public ArrayPassing owned(String name, Release free) {
        return new ArrayPassing(name, elements, back, count, counter, terminated, nullable, free);
    }

    public ArrayPassing asConst(String name) {
        return new ArrayPassing(name, elements, false, count, counter, terminated, nullable, free);
    }

    public ArrayPassing sized(String name, long count) {
        return new ArrayPassing(name, elements, back, count, -1, false, nullable, free);
    }

    public ArrayPassing sizedBy(String name, int counter) {
        return new ArrayPassing(name, elements, back, -1, counter, false, nullable, free);
    }

    public ArrayPassing terminated(String name) {
        return new ArrayPassing(name, elements, back, -1, -1, true, nullable, free);
    }

    @Override
    public Conversion critical() {
        return elements instanceof Elements.Numbers && !terminated ? new OnHeap(this) : this;
    }

    /// {@return whether it lies in memory in place, and not behind a pointer, as what is given back does}
    public boolean isInPlace() {
        return count >= 0 && free == null;
    }

    @Override
    public boolean owns() {
        return free != null || elements.owns();
    }

    @Override
    public void giveBack(long address, long counted) {
        if (address == 0 || !owns()) {
            return;
        }
        long known = terminated ? terminator(address) : Math.max(count, counted);
        try {
            elements.giveBack(Memory.ALL, address, known);
        } finally {
            if (free != null) {
                free.release(address);
            }
        }
    }

    /// {@return whether it is known where a result ends}
    public boolean hasEnd() {
        return count >= 0 || counter >= 0 || terminated;
    }

    @Override
    public boolean allocates() {
        return true;
    }

    @Override
    public boolean comesBack() {
        return back;
    }

    @Override
    public long lower(Object value, Scratch scratch) {
        if (value == null) {
            return none();
        }
        if (back) {
            requireChangeable(value);
        }
        return place(value, length(value), scratch, scratch.allocator);
    }

    /// {@return the address of a copy that lives until the call returns}
    ///
    /// @param room of the same stack, for what elements point to
    long place(Object value, int length, Scratch scratch, Scratch.Room room) {
        return place(value, length, scratch, room, terminated);
    }

    /// As the other one.
    ///
    /// @param ended whether there is an element of zeros behind the others
    long place(Object value, int length, Scratch scratch, Scratch.Room room, boolean ended) {
        long size = elements.layout().byteSize();
        long bytes = bytes(size, length);
        long rows = hasRows() ? up(bytes) : 0;
        long alignment = Math.max(elements.layout().byteAlignment(), ALIGNMENT); // a struct may be aligned to more
        long address = scratch.allocate(rows + alignment + (ended ? bytes + size : bytes), alignment)
                + rows + alignment;
        Memory.ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, address - HEADER, length);
        elements.write(value, length, Memory.ALL, address, room);
        if (rows > 0) {
            MemorySegment.copy(Memory.ALL, address, Memory.ALL, address - HEADER - rows, bytes);
        }
        if (ended) {
            Memory.ALL.asSlice(address + bytes, size).fill((byte) 0);
        }
        if (terminated) {
            requireNoZero(address, length);
        }
        return address;
    }

    private boolean hasRows() {
        return back && elements.areRows();
    }

    private static long up(long bytes) {
        return bytes + HEADER - 1 & -HEADER;
    }

    /// Throws if what the native function writes cannot be taken over.
    void requireChangeable(Object value) {
        if (elements.type().isInstance(value)) {
            elements.requireChangeable(value, name);
        }
    }

    private long bytes(long size, int length) {
        if (size > 0 && length > (1L << 60) / size) { // not even addresses has the machine for these
            throw new Misfit(Kind.ARGUMENT, name, "elements that fit into memory", length + " of " + size + " bytes");
        }
        return size * length;
    }

    @Override
    public long store(Object value, SegmentAllocator allocator) {
        if (allocator instanceof Scratch.Room(Scratch scratch, Sharing sharing) && sharing != null) {
            return sharing.lower(this, value);
        }
        if (value == null) {
            return none();
        }
        if (allocator instanceof Scratch.Room room) {
            return place(value, length(value), room.scratch(), room);
        }
        long size = elements.layout().byteSize();
        int length = length(value);
        long bytes = bytes(size, length);
        MemorySegment segment = allocator.allocate(
                Math.max(terminated ? bytes + size : bytes, 1), elements.layout().byteAlignment());
        Pointers.requireNative(name, segment);
        elements.write(value, length, segment, 0, allocator);
        if (terminated) {
            segment.asSlice(bytes, size).fill((byte) 0);
            requireNoZero(segment.address(), length);
        }
        return segment.address();
    }

    /// C would take the first element of zeros for the end.
    void requireNoZero(long address, long length) {
        long first = terminator(address);
        if (first < length) {
            throw new Misfit(Kind.ARGUMENT, name, "no element of zeros before the end", "one at index " + first);
        }
    }

    /// {@return the number of elements, which is the declared one if there is one}
    int length(Object value) {
        if (!elements.type().isInstance(value)) { // the compiler sees to it that it is, but not where types are erased
            throw new Misfit(Kind.ARGUMENT, name, elements.type().getSimpleName(), value.getClass().getTypeName());
        }
        int length = elements.length(value);
        if (count >= 0 && length != count) {
            throw new Misfit(Kind.ARGUMENT, name, count + " elements", length + " elements");
        }
        return length;
    }

    long none() {
        if (!nullable) {
            throw new Misfit(Kind.NULL, name, elements.type().getSimpleName(), "null");
        }
        return 0;
    }

    @Override
    public void comeBack(Object value, long carrier) {
        if (value == null) {
            return;
        }
        int written = (int) Memory.ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, carrier - HEADER);
        if (elements.length(value) != written) {
            throw new ConcurrentModificationException("an array that had " + written
                    + " elements when C got it, and has " + elements.length(value));
        }
        if (hasRows()) {
            requireRows(carrier, written);
        }
        take(value, written, carrier);
    }

    /// Takes the elements over.
    void take(Object value, int length, long address) {
        try {
            elements.readInto(value, length, Memory.ALL, address);
        } catch (UnsupportedOperationException unchangeable) {
            throw new Misfit(Kind.ARGUMENT, name, "a list that can be changed, or a type that is const",
                    value.getClass().getTypeName());
        }
    }

    /// C may exchange rows, but of one that is not ours nobody knows the size.
    private void requireRows(long address, int length) {
        long own = address - HEADER - up((long) length * Long.BYTES);
        for (int i = 0; i < length; i++) {
            long row = row(address, i);
            int j = i;
            for (int seen = 0; row != 0 && row(own, j) != row; seen++) {
                if (seen == length) {
                    throw new Misfit(Kind.ARGUMENT, name, "rows that C leaves where they are",
                            "another one at index " + i);
                }
                j = j + 1 == length ? 0 : j + 1;
            }
        }
    }

    private static long row(long address, int index) {
        return Memory.ALL.get(ValueLayout.JAVA_LONG, address + (long) index * Long.BYTES);
    }

    @Override
    public boolean isAlike(Conversion.OfLong other) {
        return other instanceof ArrayPassing array && (elements.isAlike(array.elements)
                || elements instanceof Elements.Numbers && array.elements instanceof Elements.Numbers
                        && elements.type() == array.elements.type()
                || elements.hold() != null && array.elements.hold() != null
                        && elements.type() == array.elements.type()
                        && elements.areInline() == array.elements.areInline()
                        && elements.hold().isAlike(array.elements.hold()));
    }

    @Override
    public Object raise(long address) {
        return raise(address, terminated && address != 0 ? terminator(address) : count);
    }

    @Override
    public Object raise(long address, long count) {
        if (address == 0 && count != 0 || address == 0 && nullable) {
            if (!nullable) {
                throw new Misfit(Kind.NULL, name, "an array", "NULL");
            }
            return null;
        }
        try {
            if (!hasEnd()) {
                throw new Misfit(Kind.ARGUMENT, name, "an array whose size is declared", "a pointer");
            }
            if (count < 0 || count > Integer.MAX_VALUE) {
                throw new Misfit(Kind.RESULT, name, "0 to " + Integer.MAX_VALUE + " elements", count + " elements");
            }
            return elements.read(Memory.ALL, address, (int) count);
        } finally {
            if (free != null && address != 0) {
                free.release(address);
            }
        }
    }

    private long terminator(long address) {
        long size = elements.layout().byteSize();
        long index = 0;
        while (!isZero(address + index * size, size)) {
            index++;
        }
        return index;
    }

    private static boolean isZero(long address, long bytes) {
        for (long i = 0; i < bytes; i++) {
            if (Memory.ALL.get(ValueLayout.JAVA_BYTE, address + i) != 0) {
                return false;
            }
        }
        return true;
    }

    /// {@return how it lies in memory when it is no pointer}
    Cell inline() {
        return new Inline(this, MemoryLayout.sequenceLayout(count, elements.layout()));
    }

    /// Elements in place.
    record Inline(ArrayPassing array, MemoryLayout layout) implements Cell {
        @Override
        public boolean owns() {
            return array.elements.owns();
        }

        @Override
        public void giveBack(MemorySegment segment, long offset) {
            array.elements.giveBack(segment, offset, array.count);
        }

        @Override
        public Object get(MemorySegment segment, long offset) {
            return array.elements.read(segment, offset, (int) array.count);
        }

        @Override
        public void set(MemorySegment segment, long offset, Object value, SegmentAllocator room) {
            if (value == null) {
                throw new Misfit(Kind.NOTHING, array.name, array.elements.type().getSimpleName(), "null");
            }
            array.elements.write(value, array.length(value), segment.asSlice(offset, layout.byteSize()), 0, room);
        }

        @Override
        public boolean comeBack(Object value, MemorySegment segment, long offset) {
            if (value == null) {
                return false;
            }
            array.elements.readInto(value, array.length(value), segment, offset);
            return true;
        }
    }

    /// Of a function that is called without telling the JVM: it gets the array itself.
    record OnHeap(ArrayPassing array) implements Conversion.OfSegment {
        @Override
        public String name() {
            return array.name;
        }

        @Override
        public boolean nullable() {
            return array.nullable;
        }

        @Override
        public MemorySegment lower(Object value) {
            if (value == null) {
                array.none();
                return MemorySegment.NULL;
            }
            array.length(value);
            return array.elements.onHeap(value);
        }

        @Override
        public Object raise(MemorySegment carrier) {
            return array.raise(carrier.address());
        }

        @Override
        public int counter() {
            return array.counter;
        }

        @Override
        public Object raise(MemorySegment carrier, long count) {
            return array.raise(carrier.address(), count);
        }
    }
}

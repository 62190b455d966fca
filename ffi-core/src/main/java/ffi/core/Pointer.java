// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Cell;
import ffi.core.internal.Facts;
import ffi.core.internal.Faults;
import ffi.core.internal.MemoryFaults;
import ffi.core.internal.Misfit;
import ffi.core.internal.Ownership;
import ffi.core.internal.Restricted;
import ffi.core.internal.Text;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// An address of C's with the type of what lies there, and with bounds: `T *`.
///
/// ```java
/// Pointer<Integer> numbers = I32.allocate(arena, 3);
/// numbers.set(2, 42);
/// int last = numbers.get(2);
/// ```
///
/// Memory that was allocated by the JVM knows its bounds and its life: what lies beyond is an
/// [IndexOutOfBoundsException], what has been freed an [IllegalStateException], and a thread that may not touch it gets
/// a [WrongThreadException]. Of a pointer that C gave only the address is known: it is taken for one to a single
/// element, until [#sized] says how many there are. From then on all that reads or writes by the pointer keeps to these
/// elements: values, text, copies, and the pointers that [#plus] and [#as] make of it.
///
/// Pointers are immutable, and equal if their addresses and types are.
///
/// @param <T> what lies there, in Java
public final class Pointer<T> implements AutoCloseable {

    private final MemorySegment segment;
    private final NativeType<T> type;
    // It is not asked of the type each time, so that it is a constant where the pointer is made by a call.
    private final Cell cell;
    private final boolean bounded; // by who allocated the memory, or by what the user said
    private final boolean known; // whether the bounds are the memory's own, which nobody can widen
    private final MemorySegment all; // what this is a part of: how far back it may go, and what keeps owned memory
    private final SegmentAllocator room; // of what values point to; null if Java did not allocate the memory
    private final Object keptBy; // what owns the memory, if that is not `all`

    private Pointer(MemorySegment segment, NativeType<T> type, Cell cell, boolean bounded, boolean known,
            MemorySegment all, SegmentAllocator room, Object keptBy) {
        this.segment = segment;
        this.type = type;
        this.cell = cell;
        this.bounded = bounded;
        this.known = known;
        this.all = all;
        this.room = room;
        this.keptBy = keptBy;
    }

    /// {@return a pointer of C's, whose bounds nobody knows}
    static <T> Pointer<T> ofC(MemorySegment segment, NativeType<T> type, Cell cell) {
        return new Pointer<>(segment, type, cell, false, false, segment, null, null);
    }

    /// {@return a pointer to the start of a segment, with its bounds}
    ///
    /// @throws BindingException if values of the type do not lie in memory
    public static <T> Pointer<T> of(MemorySegment segment, NativeType<T> type) {
        return of(segment, type, null, null);
    }

    /// @param room gives the memory of what values point to; may be null
    static <T> Pointer<T> of(MemorySegment segment, NativeType<T> type, SegmentAllocator room, Object keptBy) {
        return new Pointer<>(Objects.requireNonNull(segment, "segment"), type, type.cell(), true, true, segment, room,
                keptBy);
    }

    /// {@return a pointer to what lies at an address, taken for a single element; nobody checks that there is one}
    ///
    /// @throws BindingException if values of the type do not lie in memory
    public static <T> Pointer<T> ofAddress(long address, NativeType<T> type) {
        Cell cell = type.cell();
        MemorySegment segment = MemorySegment.ofAddress(address);
        return ofC(address == 0 ? segment : Restricted.reinterpret(segment, cell.layout().byteSize()), type, cell);
    }

    /// {@return the pointer to nothing: NULL}
    public static <T> Pointer<T> ofNull(NativeType<T> type) {
        return ofAddress(0, type);
    }

    /// {@return the value it points to}
    ///
    /// @throws NullPointerException      if this is NULL, or the value is and its type is not [NativeType#orNull]
    /// @throws IndexOutOfBoundsException if the memory is smaller than a value
    /// @throws IllegalStateException     if the memory has been freed
    public T get() {
        return get(0);
    }

    /// Writes the value it points to.
    ///
    /// @throws NullPointerException      if this is NULL
    /// @throws IndexOutOfBoundsException if the memory is smaller than a value
    /// @throws IllegalArgumentException  if the value does not fit the type, or needs memory of its own, as text does,
    ///                                   and this memory is not of [NativeType#allocate]
    public void set(T value) {
        set(0, value);
    }

    /// {@return the value so many elements further on}
    ///
    /// @param index in elements, from 0
    /// @throws IndexOutOfBoundsException if it does not lie within the bounds
    /// @throws NullPointerException      if this is NULL
    public T get(long index) {
        long offset = offset(index);
        try {
            @SuppressWarnings("unchecked") // a cell is only ever made together with its type
            T value = (T) cell.get(segment, offset);
            return value instanceof Ref<?> ref ? cast(ref) : value;
        } catch (Misfit misfit) {
            throw Faults.pointer(misfit, type);
        } catch (RuntimeException thrown) {
            throw access(thrown);
        }
    }

    /// Writes the value so many elements further on.
    ///
    /// @param index in elements, from 0
    /// @throws IndexOutOfBoundsException if it does not lie within the bounds
    /// @throws NullPointerException      if this is NULL
    /// @throws IllegalArgumentException  if the value does not fit the type, or needs memory of its own, as text does,
    ///                                   and this memory is not of [NativeType#allocate]
    public void set(long index, T value) {
        set(index, value, room != null ? room : type.noRoom());
    }

    /// Writes the value so many elements further on; what it points to is allocated.
    ///
    /// @param index     in elements, from 0
    /// @param allocator gives memory that must live as long as C may look at it
    /// @throws IndexOutOfBoundsException if it does not lie within the bounds
    /// @throws NullPointerException      if this is NULL
    /// @throws IllegalArgumentException  if the value does not fit the type
    public void set(long index, T value, SegmentAllocator allocator) {
        long offset = offset(index);
        try {
            cell.set(segment, offset, value, allocator);
        } catch (Misfit misfit) {
            throw Faults.pointer(misfit, type);
        } catch (RuntimeException thrown) {
            throw access(thrown);
        }
    }

    private RuntimeException access(RuntimeException thrown) {
        return MemoryFaults.access(thrown, segment, "pointer", this, null);
    }

    /// {@return a view that keeps what owns the memory, and has room for what it points to where this pointer has}
    @SuppressWarnings("unchecked") // it is of the type that it was read with
    private T cast(Ref<?> ref) {
        return (T) (room != null ? ref.in(room) : ref).keptBy(keptBy != null ? keptBy : all);
    }

    private long offset(long index) {
        long bytes = cell.layout().byteSize();
        long size = segment.byteSize();
        if (index < 0 || size < bytes || index > 0 && bytes > 0 && index > (size - bytes) / bytes || isNull()) {
            throw outOfBounds(index);
        }
        return index * bytes;
    }

    private RuntimeException negative(String key, long count) {
        return new IllegalArgumentException(Facts.of("A negative count")
                .add("type", type + " *").add(key, count).toString());
    }

    private RuntimeException outOfBounds(long index) {
        if (isNull()) {
            return new NullPointerException(Facts.of("The pointer is NULL").add("type", this.type + " *").toString());
        }
        return new IndexOutOfBoundsException(Facts.of("Beyond the bounds of a pointer")
                .add("type", type + " *")
                .add("index", index)
                .add("elements", count())
                .hint(bounded ? null : "say how many elements lie there: sized(count)")
                .toString());
    }

    /// {@return the pointer so many elements further on, or back}
    ///
    /// Where the bounds are known it stays within them.
    ///
    /// @throws IndexOutOfBoundsException if it leaves the bounds
    /// @throws NullPointerException      if this is NULL
    /// @throws ArithmeticException       if no address is so far away
    public Pointer<T> plus(long elements) {
        long bytes = bytes(elements);
        if (isNull()) {
            throw outOfBounds(elements);
        }
        if (bounded) {
            long from = segment.address() - all.address();
            if (bytes < -from || bytes > segment.byteSize()) {
                throw outOfBounds(elements);
            }
            return new Pointer<>(all.asSlice(from + bytes, segment.byteSize() - bytes), type, cell, true, known, all,
                    room, keptBy);
        }
        long from = sum(segment.address() - all.address(), bytes, elements);
        if (from >= 0) { // of the same life, if it has one
            long size = Math.max(segment.byteSize() - bytes, cell.layout().byteSize());
            MemorySegment wide = reinterpreted(all, sum(from, size, elements));
            return new Pointer<>(wide.asSlice(from), type, cell, false, false, all, room, keptBy);
        }
        return ofAddress(sum(address(), bytes, elements), type);
    }

    private long bytes(long elements) {
        try {
            return Math.multiplyExact(elements, cell.layout().byteSize());
        } catch (ArithmeticException overflow) {
            throw tooFar(elements);
        }
    }

    private long sum(long a, long b, long elements) {
        try {
            return Math.addExact(a, b);
        } catch (ArithmeticException overflow) {
            throw tooFar(elements);
        }
    }

    private ArithmeticException tooFar(long elements) {
        return new ArithmeticException(Facts.of("No memory is so large")
                .add("pointer", this)
                .add("elements", elements)
                .toString());
    }

    /// {@return this pointer, to so many elements}
    ///
    /// Nobody checks that C has so many there, unless Java allocated the memory. For other memory another call can say
    /// that there are more.
    ///
    /// @throws IndexOutOfBoundsException if Java allocated the memory, and it has fewer elements
    /// @throws IllegalArgumentException  if the count is negative
    /// @throws NullPointerException      if this is NULL, and the count is not 0
    public Pointer<T> sized(long count) {
        if (count < 0) {
            throw negative("elements", count);
        }
        long size = cell.layout().byteSize();
        if (size > 0 && count > Long.MAX_VALUE / size) {
            throw outOfBounds(count - 1);
        }
        return within(count * size, count);
    }

    /// @param count in elements, for the message
    private Pointer<T> within(long bytes, long count) {
        if (known && bytes <= segment.byteSize() || isNull() && bytes == 0) {
            return new Pointer<>(segment.asSlice(0, bytes), type, cell, true, true, all, room, keptBy);
        }
        if (known || isNull()) {
            throw outOfBounds(count - 1);
        }
        MemorySegment said = reinterpreted(segment, bytes); // with the life of the memory, but not its owner
        return new Pointer<>(said, type, cell, true, false, said, room, keptBy != null ? keptBy : all);
    }

    private MemorySegment reinterpreted(MemorySegment memory, long bytes) {
        try {
            return Restricted.reinterpret(memory, bytes);
        } catch (RuntimeException thrown) {
            throw access(thrown);
        }
    }

    /// {@return this address as one of another type; the bounds stay, and what is unknown of them too}
    ///
    /// @throws BindingException if values of the type do not lie in memory
    public <U> Pointer<U> as(NativeType<U> other) {
        Cell cell = other.cell();
        boolean widens = !bounded && !isNull() && segment.byteSize() < cell.layout().byteSize();
        return new Pointer<>(widens ? reinterpreted(segment, cell.layout().byteSize()) : segment,
                other, cell, bounded, known, all, room, keptBy);
    }

    /// Copies elements from one pointer to another.
    ///
    /// @param count in elements
    /// @throws IndexOutOfBoundsException if either has fewer
    public void copyTo(Pointer<T> target, long count) {
        if (count < 0) {
            throw negative("elements", count);
        }
        // Neither is widened that has its bounds.
        if (bounded && count > count()) {
            throw outOfBounds(count - 1);
        } else if (target.bounded && count > target.count()) {
            throw target.outOfBounds(count - 1);
        }
        long bytes = bytes(count);
        MemorySegment to = target.sized(count).segment;
        try {
            MemorySegment.copy(sized(count).segment, 0, to, 0, bytes);
        } catch (RuntimeException thrown) {
            throw MemoryFaults.isUsable(segment) ? target.access(thrown) : access(thrown);
        }
    }

    /// {@return the text in UTF-8 that begins here and ends with a NUL}
    ///
    /// A pointer that is [#sized], or to memory that Java allocated, has the NUL within its bounds. Text whose length
    /// is known, and that need not have a NUL, is read by [#text(long)].
    ///
    /// @throws NullPointerException      if this is NULL
    /// @throws IndexOutOfBoundsException if the bounds are known and there is no NUL within them
    public String text() {
        return text(StandardCharsets.UTF_8);
    }

    /// {@return the text in a charset that begins here and ends with a NUL}; it throws what [#text()] does
    ///
    /// @throws BindingException if the charset cannot encode, such as one that only guesses
    public String text(Charset charset) {
        Text type = NativeType.cstring(charset).text();
        if (isNull()) {
            throw outOfBounds(0);
        }
        MemoryFaults.requireUsable(segment, "pointer", this);
        try {
            // With the life of the memory: what has been closed is not read.
            String text = type.terminated(bounded ? segment : Restricted.reinterpret(segment, Long.MAX_VALUE));
            if (text != null) {
                return text;
            }
        } catch (Misfit misfit) {
            throw Faults.value(misfit);
        }
        throw new IndexOutOfBoundsException(Facts.of("No NUL within the bounds of a pointer")
                .add("type", this.type + " *")
                .add("text", type.name())
                .add("bytes", segment.byteSize())
                .hint("read text of a known length: text(length)")
                .toString());
    }

    /// {@return the text in UTF-8 that begins here and has a length; it need not end with a NUL}
    ///
    /// Text that ends with the first NUL or with its memory, whichever comes first, is read as
    /// `as(CSTRING.sized(n)).get()`.
    ///
    /// @param length in bytes; a NUL within it is a character as any other
    /// @throws NullPointerException      if this is NULL, and the length is not 0
    /// @throws IndexOutOfBoundsException if the bounds are known and narrower
    /// @throws IllegalArgumentException  if the length is negative
    /// @throws ArithmeticException       if the text is longer than arrays of the JVM can be
    public String text(long length) {
        return text(length, StandardCharsets.UTF_8);
    }

    /// {@return the text in a charset that begins here and has a length}; else as [#text(long)]
    ///
    /// @param length in elements of the charset: bytes, but 2 bytes each of UTF-16 and 4 of UTF-32
    public String text(long length, Charset charset) {
        Text type = NativeType.cstring(charset).text();
        if (length < 0) {
            throw negative("length", length);
        }
        if (isNull() && length > 0) {
            throw outOfBounds(0);
        }
        if (length > Long.MAX_VALUE / type.unit() || bounded && length * type.unit() > segment.byteSize()) {
            throw new IndexOutOfBoundsException(Facts.of("Text beyond the bounds of a pointer")
                    .add("type", this.type + " *")
                    .add("text", type.name())
                    .add("length", length)
                    .add("elements", segment.byteSize() / type.unit())
                    .toString());
        }
        MemoryFaults.requireUsable(segment, "pointer", this);
        long bytes = length * type.unit();
        try {
            return type.whole(bounded || isNull()
                    ? segment.asSlice(0, bytes) : Restricted.reinterpret(segment, bytes));
        } catch (Misfit misfit) {
            throw Faults.value(misfit);
        }
    }

    /// {@return the memory within the bounds; of 0 bytes for NULL}
    public MemorySegment segment() {
        return segment;
    }

    /// {@return the address, 0 for NULL}
    public long address() {
        return segment.address();
    }

    /// {@return how many elements lie within the bounds, which is 1 for a pointer of C's that was not [#sized]}
    public long count() {
        long bytes = cell.layout().byteSize();
        return bytes == 0 ? 0 : segment.byteSize() / bytes;
    }

    /// {@return whether it is NULL}
    public boolean isNull() {
        return segment.address() == 0 && segment.isNative();
    }

    /// {@return the type of what lies there}
    public NativeType<T> type() {
        return type;
    }

    /// Gives what it points to back to C, if it is a result that was declared [NativeType#owned]. From then on a use of
    /// it is an [IllegalStateException]. By any thread.
    ///
    /// @throws IllegalStateException if it was closed before, is not owned, or is in use by a call
    @Override
    public void close() {
        Ownership.close(segment, type + " *");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Pointer<?> pointer && pointer.segment.equals(segment) && pointer.type.equals(type);
    }

    @Override
    public int hashCode() {
        return segment.hashCode();
    }

    /// {@return such as `i32 * 0x7f3210`}
    @Override
    public String toString() {
        return type + " * 0x" + Long.toHexString(address());
    }
}

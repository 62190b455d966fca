// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Faces;
import ffi.core.internal.Facts;
import ffi.core.internal.MemoryFaults;
import ffi.core.internal.Restricted;
import ffi.core.internal.WatchedCall;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.Objects;

/// A struct viewed in place: what is read is read from C's memory, and what is written is seen by C at once.
///
/// ```java
/// Ref<Person> bob = Person.TYPE.allocate(arena);
/// bob.set(Person.NAME, "bob");
/// int age = bob.get(Person.AGE);
/// ```
///
/// The memory is checked by the JDK: a field beyond its end is an [IndexOutOfBoundsException], memory that was freed an
/// [IllegalStateException], a thread that may not touch it a [WrongThreadException]. A struct from C lives as long as
/// C lets it, which nobody checks.
///
/// Plain access by several threads is what it is in C: a race. [#getVolatile] and its like order it.
///
/// Two are equal if they view the same struct at the same address, whatever is in it.
///
/// @param <S> the struct, by its tag
public final class Ref<S> {

    final StructType<S> type;
    final MemorySegment segment;
    final Room room; // null if Java did not allocate it
    private final Object keptBy; // what owns the memory, which ends when that can not be reached; null if nothing does

    /// @throws NullPointerException if the address is NULL
    Ref(StructType<S> type, MemorySegment segment, Room room) {
        this(type, segment, room, null);
    }

    private Ref(StructType<S> type, MemorySegment segment, Room room, Object keptBy) {
        if (segment.address() == 0 && segment.isNative()) {
            throw new NullPointerException(Facts.of("A struct at NULL").add("struct", type).toString());
        }
        this.type = type;
        this.segment = segment;
        this.room = room;
        this.keptBy = keptBy;
    }

    /// {@return this view, which keeps what owns its memory}
    Ref<S> keptBy(Object owner) {
        return owner == null ? this : new Ref<>(type, segment, room, owner);
    }

    /// {@return a view of a part of this struct, which is as alive}
    <N> Ref<N> part(StructType<N> nested, long offset, long size) {
        return new Ref<>(nested, segment.asSlice(offset, size), room, keptBy);
    }

    /// {@return the value of a field, see [Field#get]}
    public <T> T get(Field<S, T> field) {
        return field.get(this);
    }

    /// Writes a field, see [Field#set(Ref, Object)].
    ///
    /// @throws IllegalArgumentException if the value does not fit; or if it needs memory of its own, as text does, and
    ///                                  this is not a struct of [StructType#allocate]
    public <T> void set(Field<S, T> field, T value) {
        field.set(this, value);
    }

    /// Writes a field, and what it points to is allocated.
    ///
    /// @param allocator gives memory that must live as long as C may look at it
    /// @throws IllegalArgumentException if the value does not fit
    public <T> void set(Field<S, T> field, T value, SegmentAllocator allocator) {
        field.set(this, value, allocator);
    }

    // --- shared with other threads -------------------------------------------------------------------------------

    /// {@return the value of a field, as [java.lang.invoke.VarHandle#getVolatile] reads it}
    ///
    /// @throws UnsupportedOperationException if the field is more than a number or a pointer, is a bit-field, or is
    ///                                       packed so that it is not aligned
    /// @throws IllegalArgumentException      if the struct itself is not aligned
    public <T> T getVolatile(Field<S, T> field) {
        return Shared.get(field, this, "getVolatile");
    }

    /// Writes a field, as [java.lang.invoke.VarHandle#setVolatile] does; it throws what [#getVolatile] does.
    public <T> void setVolatile(Field<S, T> field, T value) {
        Shared.set(field, this, value, "setVolatile");
    }

    /// {@return the value of a field, as [java.lang.invoke.VarHandle#getAcquire] reads it}; it throws what
    /// [#getVolatile] does
    public <T> T getAcquire(Field<S, T> field) {
        return Shared.get(field, this, "getAcquire");
    }

    /// Writes a field, as [java.lang.invoke.VarHandle#setRelease] does; it throws what [#getVolatile] does.
    public <T> void setRelease(Field<S, T> field, T value) {
        Shared.set(field, this, value, "setRelease");
    }

    /// {@return the value of a field, as [java.lang.invoke.VarHandle#getOpaque] reads it}; it throws what
    /// [#getVolatile] does
    public <T> T getOpaque(Field<S, T> field) {
        return Shared.get(field, this, "getOpaque");
    }

    /// Writes a field, as [java.lang.invoke.VarHandle#setOpaque] does; it throws what [#getVolatile] does.
    public <T> void setOpaque(Field<S, T> field, T value) {
        Shared.set(field, this, value, "setOpaque");
    }

    /// Writes a field if it holds what is expected, both at once, as [java.lang.invoke.VarHandle#compareAndSet] does.
    ///
    /// Values are compared as C has them, bit by bit; so text, whose pointer is always a new one, can not be.
    ///
    /// @return whether it was written
    /// @throws UnsupportedOperationException as [#getVolatile], and if the field is narrower than 32 bits, or text
    public <T> boolean compareAndSet(Field<S, T> field, T expected, T value) {
        return Shared.compareAndSet(field, this, expected, value);
    }

    /// {@return the value of a field before something was added to it, both at once, as
    /// [java.lang.invoke.VarHandle#getAndAdd] does}
    ///
    /// What does not fit wraps around, as in C.
    ///
    /// @throws UnsupportedOperationException as [#getVolatile], and if the field is not an integer of 32 or 64 bits
    public <T> T getAndAdd(Field<S, T> field, T delta) {
        return Shared.getAndAdd(field, this, delta);
    }

    // --- the memory ----------------------------------------------------------------------------------------------

    /// {@return the memory of this struct}
    public MemorySegment segment() {
        return segment;
    }

    /// {@return what struct it is}
    public StructType<S> type() {
        return type;
    }

    /// {@return the pointer to it, which has the bounds and the life of its memory}
    public Pointer<Ref<S>> pointer() {
        return Pointer.of(segment, type.byValue(), room, keptBy);
    }

    /// {@return this struct, whose fields have what they point to in memory of an allocator}
    Ref<S> in(SegmentAllocator allocator) {
        return new Ref<>(type, segment, allocator instanceof Room known ? known : new Room(allocator), keptBy);
    }

    /// Overwrites this struct with another one, of which pointers are copied as they are. A flexible array is not
    /// copied.
    public void copyFrom(Ref<S> other) {
        Objects.requireNonNull(other, "other");
        try {
            MemorySegment.copy(other.segment, 0, segment, 0, type.byteSize());
        } catch (RuntimeException thrown) {
            throw MemoryFaults.access(thrown, MemoryFaults.isUsable(segment) ? other.segment : segment, "struct", type,
                    null);
        }
    }

    /// {@return this struct with so many elements in its flexible array, which C has said}
    ///
    /// Of memory that C gave nobody checks that they are there.
    ///
    /// @throws IllegalArgumentException  if the count is negative, or the struct has no flexible array
    /// @throws IndexOutOfBoundsException if Java allocated the struct, for fewer elements
    public Ref<S> sized(long count) {
        long bytes = type.byteSize(count);
        if (room != null && bytes > segment.byteSize()) { // Java allocated it, and knows
            throw new IndexOutOfBoundsException(Facts.of("Beyond the end of a struct").add("struct", type)
                    .add("elements", count).add("bytes", bytes + ", of which there are " + segment.byteSize())
                    .toString());
        }
        try {
            return new Ref<>(type, Restricted.reinterpret(segment, bytes), room, keptBy);
        } catch (RuntimeException thrown) {
            throw MemoryFaults.access(thrown, segment, "struct", type, null);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ref<?> ref && ref.type == type && ref.segment.equals(segment);
    }

    @Override
    public int hashCode() {
        return segment.hashCode();
    }

    /// {@return such as `Person{age=42, name="bob"}`}
    ///
    /// It never throws, and follows no pointer: one is shown as its address, but text that was written by way of this
    /// [Ref] as it is.
    @Override
    public String toString() {
        return isBeyondKnowing() && Faces.watches() && WatchedCall.isWriting()
                ? type + " * 0x" + Long.toHexString(segment.address()) : new StructText(type, this).values();
    }

    /// Whether only C knows that the memory is there. Who asks for the text of such a view may know as well; a trace,
    /// which asks for that of any, does not.
    private boolean isBeyondKnowing() {
        return room == null && segment.isNative() && segment.scope().equals(Arena.global().scope());
    }

    /// {@return a table of all fields: offset and size in bytes, of bit-fields in bits, holes between them, and values}
    ///
    /// It never throws, as [#toString].
    public String describe() {
        return new StructText(type, this).table();
    }
}

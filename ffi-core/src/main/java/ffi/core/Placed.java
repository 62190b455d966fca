// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Facts;
import ffi.core.internal.Faults;
import ffi.core.internal.MemoryFaults;
import ffi.core.internal.Misfit;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.invoke.VarHandle;

/// What all fields do in the same way. They are records, since the JIT trusts the fields of records.
sealed interface Placed<S, T> extends Field<S, T>
        permits Fields.Inline, Fields.Nested, Fields.Several, Fields.Bitwise, Fields.Counted, Fields.Flexible,
                Fields.Wrong {

    /// {@return its value}
    ///
    /// @throws Misfit if C's value is none of its type
    T read(Ref<S> ref);

    /// @throws Misfit if the value does not fit
    void write(Ref<S> ref, T value, SegmentAllocator room);

    /// {@return this field as one of an outer struct}
    <R> Placed<R, T> within(StructType<R> outer, String path, long bytes);

    /// {@return the number that it holds, which counts the elements of another field}
    default long count(MemorySegment segment) {
        throw new UnsupportedOperationException(name());
    }

    /// Writes the number that it holds.
    ///
    /// @throws Misfit if there is no place for it
    default void count(MemorySegment segment, long count) {
        throw new UnsupportedOperationException(name());
    }

    /// {@return whether it can count the elements of another field}
    default boolean counts() {
        return false;
    }

    @Override
    default T get(Ref<S> ref) {
        try {
            return read(ref);
        } catch (Misfit misfit) {
            throw Faults.value(misfit.in(toString()));
        } catch (RuntimeException thrown) {
            throw access(thrown, ref);
        }
    }

    /// {@return what is thrown for an access that the JDK refused}
    default RuntimeException access(RuntimeException thrown, Ref<?> ref) {
        return MemoryFaults.access(thrown, ref.segment, struct() == null ? "variable" : "field", this, type());
    }

    @Override
    default void set(Ref<S> ref, T value) {
        Room room = ref.room;
        set(ref, value, room == null ? new NoRoom(this) : room);
    }

    @Override
    default void set(Ref<S> ref, T value, SegmentAllocator allocator) {
        try {
            write(ref, value, allocator);
        } catch (Misfit misfit) {
            throw Faults.value(misfit.in(toString()));
        } catch (RuntimeException thrown) {
            throw access(thrown, ref);
        }
    }

    @Override
    default <U> Field<S, U> then(Field<?, U> inner) {
        return new Fields.Wrong<>(struct(), path(inner), inner.type(), BindingException.with(
                Facts.of("Not a struct that has fields: " + Facts.quoted(toString()))
                        .add("declared", type())
                        .add("asked for", inner)));
    }

    default String path(Field<?, ?> inner) {
        return name().isEmpty() ? inner.name() : name() + "." + inner.name();
    }

    @Override
    default VarHandle varHandle() {
        throw unsupported("varHandle");
    }

    default UnsupportedOperationException unsupported(String word) {
        String what = struct() == null ? "variable" : "field";
        return new UnsupportedOperationException(Facts.of("A " + what + " that has no " + word)
                .add(what, this)
                .add("declared", type())
                .toString());
    }

    /// Says that there is no memory for what a field points to.
    record NoRoom(Field<?, ?> field) implements SegmentAllocator {
        @Override
        public MemorySegment allocate(long bytes, long alignment) {
            throw new IllegalArgumentException(Facts.of("No memory for what a field points to")
                    .add("field", field)
                    .add("declared", field.type())
                    .add("needed", bytes + " bytes")
                    .hint("name an allocator, set(field, value, arena), whose memory lives as long as C looks at it")
                    .toString());
        }
    }
}

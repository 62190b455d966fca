// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.ArrayPassing;
import ffi.core.internal.Bits;
import ffi.core.internal.Cell;
import ffi.core.internal.Conversion;
import ffi.core.internal.Facts;
import ffi.core.internal.Faults;
import ffi.core.internal.Integral;
import ffi.core.internal.Misfit;
import ffi.core.internal.Misfit.Kind;
import ffi.core.internal.Pointers;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.List;

/// The kinds of fields. What a constant field needs for an access is in its record, and folds away.
final class Fields {

    private Fields() {}

    /// A variable is shown without a struct.
    static String show(Field<?, ?> field) {
        String name = field.name().isEmpty() ? "(unnamed)" : field.name();
        return field.struct() == null ? name : field.struct().name() + "." + name;
    }

    private static Misfit wrongCount(NativeType<?> type, long count) {
        return new Misfit(Kind.RESULT, type.toString(), "0 to " + Integer.MAX_VALUE + " elements", count + " elements");
    }

    /// A value in place, or the pointer to one.
    ///
    /// @param cell    how it lies
    /// @param carrier the number that it is to the machine, aligned only if it always is; null if it is none
    record Inline<S, T>(StructType<S> struct, String name, NativeType<T> type, long offset, Cell cell,
            ValueLayout carrier) implements Placed<S, T> {

        /// @param alignment of the struct
        static <S, T> Inline<S, T> of(StructType<S> struct, String name, NativeType<T> type, long offset) {
            Cell cell = type.cell();
            ValueLayout carrier = cell.layout() instanceof ValueLayout ? type.passage().layout() : null;
            return new Inline<>(struct, name, type, offset, cell, carrier);
        }

        @Override
        @SuppressWarnings("unchecked") // a cell is only ever made together with its type
        public T read(Ref<S> ref) {
            return (T) cell.get(ref.segment, offset);
        }

        @Override
        public void write(Ref<S> ref, T value, SegmentAllocator room) {
            cell.set(ref.segment, offset, value, room);
        }

        @Override
        public <R> Placed<R, T> within(StructType<R> outer, String path, long bytes) {
            return new Inline<>(outer, path, type, Math.addExact(offset, bytes), cell, carrier);
        }

        /// {@return the number that it is to the machine, for more than the plain access}
        ValueLayout shared(String word) {
            if (carrier == null || offset % carrier.byteSize() != 0) {
                throw unsupported(word);
            }
            return carrier;
        }

        boolean isPlain() {
            return type.passage().mappings().isEmpty() && (type.passage().conversion() == null
                    || type.passage().conversion() instanceof Pointers.OfAddress a && !a.nullable());
        }

        @Override
        public VarHandle varHandle() {
            if (carrier == null || !isPlain()) {
                throw unsupported("varHandle");
            }
            ValueLayout layout = offset % carrier.byteSize() == 0 ? carrier : carrier.withByteAlignment(1);
            return offset == 0 ? layout.varHandle()
                    : MemoryLayout.structLayout(MemoryLayout.paddingLayout(offset), layout)
                            .varHandle(PathElement.groupElement(1));
        }

        private Integral integral() {
            return carrier == null ? null : Integral.of(type.passage(), false);
        }

        @Override
        public boolean counts() {
            Conversion conversion = type.passage().conversion();
            return integral() != null && carrier.carrier() != boolean.class
                    && (conversion == null || conversion instanceof Conversion.Checked);
        }

        @Override
        public long count(MemorySegment segment) {
            Object value = type.unmapped().get(segment, offset);
            long count = value instanceof Character c ? c : ((Number) value).longValue();
            Integral integral = integral();
            return integral.unsigned() ? count & -1L >>> 64 - integral.width() : count;
        }

        @Override
        public void count(MemorySegment segment, long count) {
            Integral integral = integral();
            Bits bits = Bits.of(0, integral.width(), !integral.unsigned());
            if (!bits.fits(count)) {
                throw new Misfit(Kind.RANGE, type.toString(), "a count within " + bits.range(), Long.toString(count));
            }
            type.set(segment, offset, cast(integral.raise(count)));
        }

        @SuppressWarnings("unchecked") // it is made by the conversions of the type
        private T cast(Object value) {
            return (T) value;
        }

        @Override
        public String toString() {
            return show(this);
        }
    }

    /// A struct in place.
    ///
    /// @param nested which is complete
    record Nested<S, N>(StructType<S> struct, String name, StructType<N> nested, long offset, long size)
            implements Placed<S, Ref<N>> {

        @Override
        public NativeType<Ref<N>> type() {
            return nested.byValue();
        }

        @Override
        public Ref<N> read(Ref<S> ref) {
            return ref.part(nested, offset, size);
        }

        @Override
        public void write(Ref<S> ref, Ref<N> value, SegmentAllocator room) {
            type().cell().set(ref.segment, offset, value, room);
        }

        @Override
        public <R> Placed<R, Ref<N>> within(StructType<R> outer, String path, long bytes) {
            return new Nested<>(outer, path, nested, Math.addExact(offset, bytes), size);
        }

        @Override
        public <U> Field<S, U> then(Field<?, U> inner) {
            String path = path(inner);
            if (inner instanceof Wrong<?, U> wrong) {
                return wrong.within(struct, path, offset);
            }
            return inner.struct() == nested ? ((Placed<?, U>) inner).within(struct, path, offset)
                    : new Wrong<>(struct, path, inner.type(), BindingException.with(
                            Facts.of("Not a field of the nested struct: " + Facts.quoted(inner + ""))
                                    .add("nested", this)
                                    .add("declared", nested)));
        }

        @Override
        public String toString() {
            return show(this);
        }
    }

    /// Structs in place, one after the other.
    record Several<S, N>(StructType<S> struct, String name, StructType<N> nested, long offset, long size, int count)
            implements Placed<S, List<Ref<N>>> {

        @Override
        public NativeType<List<Ref<N>>> type() {
            return NativeType.list(nested.byValue()).sized(count);
        }

        @Override
        public List<Ref<N>> read(Ref<S> ref) {
            @SuppressWarnings({"unchecked", "rawtypes"})
            Ref<N>[] views = new Ref[count];
            for (int i = 0; i < count; i++) {
                views[i] = ref.part(nested, offset + i * size, size);
            }
            return List.of(views);
        }

        @Override
        public void write(Ref<S> ref, List<Ref<N>> value, SegmentAllocator room) {
            type().cell().set(ref.segment, offset, value, room);
        }

        @Override
        public <R> Placed<R, List<Ref<N>>> within(StructType<R> outer, String path, long bytes) {
            return new Several<>(outer, path, nested, Math.addExact(offset, bytes), size, count);
        }

        @Override
        public String toString() {
            return show(this);
        }
    }

    /// A bit-field.
    record Bitwise<S, T>(StructType<S> struct, String name, NativeType<T> type, Bits bits, Integral integral)
            implements Placed<S, T> {

        @Override
        public long offset() {
            return bits.offset();
        }

        @Override
        @SuppressWarnings("unchecked") // it is made by the conversions of the type
        public T read(Ref<S> ref) {
            return (T) integral.raise(bits.get(ref.segment));
        }

        @Override
        public void write(Ref<S> ref, T value, SegmentAllocator room) {
            put(ref.segment, integral.lower(value));
        }

        private void put(MemorySegment segment, long number) {
            if (!bits.fits(number)) {
                throw new Misfit(Kind.RANGE, type + " : " + bits.width(), bits.range(),
                        integral.unsigned() ? Long.toUnsignedString(number) : Long.toString(number));
            }
            bits.set(segment, number);
        }

        @Override
        public <R> Placed<R, T> within(StructType<R> outer, String path, long bytes) {
            return new Bitwise<>(outer, path, type, bits.plus(bytes), integral);
        }

        @Override
        public boolean counts() {
            return true;
        }

        @Override
        public long count(MemorySegment segment) {
            return bits.get(segment);
        }

        @Override
        public void count(MemorySegment segment, long count) {
            put(segment, count);
        }

        @Override
        public String toString() {
            return show(this);
        }
    }

    /// A pointer to as many elements as another field says.
    record Counted<S, T>(StructType<S> struct, String name, NativeType<T> type, long offset, ArrayPassing array,
            Placed<S, ?> counter) implements Placed<S, T> {

        @Override
        @SuppressWarnings("unchecked") // it is made by the conversions of the type
        public T read(Ref<S> ref) {
            long address = ref.segment.get(ValueLayout.JAVA_LONG_UNALIGNED, offset);
            if (address == 0 && array.nullable()) {
                return (T) type.passage().map(null);
            }
            long count = counter.count(ref.segment);
            if (count < 0 || count > Integer.MAX_VALUE) {
                throw wrongCount(type, count);
            }
            return (T) type.passage().map(array.sized(array.name(), count).raise(address));
        }

        @Override
        public void write(Ref<S> ref, T value, SegmentAllocator room) {
            Object values = type.passage().unmap(value);
            int count = values == null ? 0 : array.elements().length(values);
            long address = array.store(values, room);
            counter.count(ref.segment, count);
            ref.segment.set(ValueLayout.JAVA_LONG_UNALIGNED, offset, address);
        }

        @Override
        public <R> Placed<R, T> within(StructType<R> outer, String path, long bytes) {
            return new Counted<>(outer, path, type, Math.addExact(offset, bytes), array,
                    counter.within(outer, counter.name(), bytes));
        }

        @Override
        public String toString() {
            return show(this);
        }
    }

    /// The array at the end of a struct, as long as another field says, or else as the memory is.
    ///
    /// @param counter may be null
    record Flexible<S, T>(StructType<S> struct, String name, NativeType<T> type, long offset, ArrayPassing array,
            long size, Placed<S, ?> counter) implements Placed<S, T> {

        /// Writes how many elements there are.
        void setCount(Ref<?> ref, long count) {
            try {
                counter.count(ref.segment, count);
            } catch (Misfit misfit) {
                throw Faults.value(misfit.in(counter.toString()));
            }
        }

        private MemorySegment elements(Ref<S> ref, long count) {
            if (count < 0 || count > Integer.MAX_VALUE) {
                throw wrongCount(type, count);
            }
            long room = (ref.segment.byteSize() - offset) / size;
            if (count > room) {
                throw new IndexOutOfBoundsException(Facts.of("Beyond the end of a struct")
                        .add("field", this)
                        .add("declared", type)
                        .add("elements", count + ", of which there is memory for " + Math.max(room, 0))
                        .hint("say how many there are first: sized(count), or allocate(arena, count) of a new one")
                        .toString());
            }
            return ref.segment.asSlice(offset, Math.multiplyExact(count, size));
        }

        @Override
        @SuppressWarnings("unchecked") // it is made by the conversions of the type
        public T read(Ref<S> ref) {
            long count = counter != null ? counter.count(ref.segment) : (ref.segment.byteSize() - offset) / size;
            Object values = array.elements().read(elements(ref, count), 0, Math.toIntExact(count));
            return (T) type.passage().map(values);
        }

        @Override
        public void write(Ref<S> ref, T value, SegmentAllocator room) {
            Object values = type.passage().unmap(value);
            int count = array.elements().length(values);
            MemorySegment elements = elements(ref, count);
            if (counter != null) {
                counter.count(ref.segment, count);
            }
            array.elements().write(values, count, elements, 0, room);
        }

        @Override
        public <R> Placed<R, T> within(StructType<R> outer, String path, long bytes) {
            return new Flexible<>(outer, path, type, Math.addExact(offset, bytes), array, size,
                    counter == null ? null : counter.within(outer, counter.name(), bytes));
        }

        @Override
        public String toString() {
            return show(this);
        }
    }

    /// One that can not be: who uses it is told why.
    record Wrong<S, T>(StructType<S> struct, String name, NativeType<T> type, IllegalArgumentException why)
            implements Placed<S, T> {

        @Override
        public long offset() {
            throw BindingException.again(why);
        }

        @Override
        public T read(Ref<S> ref) {
            throw BindingException.again(why);
        }

        @Override
        public void write(Ref<S> ref, T value, SegmentAllocator room) {
            throw BindingException.again(why);
        }

        @Override
        public <R> Placed<R, T> within(StructType<R> outer, String path, long bytes) {
            return new Wrong<>(outer, path, type, why);
        }

        @Override
        public <U> Field<S, U> then(Field<?, U> inner) {
            return new Wrong<>(struct, path(inner), inner.type(), why);
        }

        @Override
        public VarHandle varHandle() {
            throw BindingException.again(why);
        }

        @Override
        public String toString() {
            return show(this);
        }
    }
}

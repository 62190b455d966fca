// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Objects;

/// What holds several values of one type in Java, and how they lie one after the other in memory.
public interface Elements {

    /// {@return how one element lies}
    MemoryLayout layout();

    /// {@return the class of what holds them}
    Class<?> type();

    int length(Object values);

    /// {@return whether elements are pointers to what comes back itself: rows}
    default boolean areRows() {
        return false;
    }

    /// {@return the conversion of elements that are arrays themselves, or null}
    default ArrayPassing hold() {
        return null;
    }

    /// {@return whether these lie in place, and are no pointers}
    default boolean areInline() {
        return false;
    }

    /// {@return whether both write the same to memory}
    default boolean isAlike(Elements other) {
        return equals(other);
    }

    /// Throws if what the native function writes cannot be taken over.
    ///
    /// @param name of the declared type
    /// @throws Misfit if it is a list without [List#set]
    default void requireChangeable(Object values, String name) {}

    /// {@return whether an element that is read is given back to C}
    default boolean owns() {
        return false;
    }

    /// Gives back to C what elements own that are not going to be read.
    default void giveBack(MemorySegment segment, long offset, long count) {}

    /// As [#giveBack], of elements behind one that could not be read. What is thrown meanwhile is suppressed.
    private static Throwable givingBack(Throwable thrown, Cell cell, MemorySegment segment, long offset, long count) {
        for (long i = 0; cell.owns() && i < count; i++) {
            try {
                cell.giveBack(segment, offset + i * cell.layout().byteSize());
            } catch (Throwable another) {
                thrown.addSuppressed(another);
            }
        }
        return thrown;
    }

    /// @param count the number of elements for which there is room, as [#length] said
    /// @throws ConcurrentModificationException if there are more or fewer by now
    void write(Object values, int count, MemorySegment segment, long offset, SegmentAllocator room);

    Object read(MemorySegment segment, long offset, int count);

    /// Reads into what was written before.
    ///
    /// @param count the number of elements that were written
    /// @throws ConcurrentModificationException if it holds more or fewer by now
    void readInto(Object values, int count, MemorySegment segment, long offset);

    /// {@return the values where they are, on the heap; null if they must be converted}
    default MemorySegment onHeap(Object values) {
        return null;
    }

    private static ArrayPassing hold(Cell cell) {
        return cell instanceof Cells.OfLongs pointers && pointers.conversion() instanceof ArrayPassing rows ? rows
                : cell instanceof ArrayPassing.Inline(ArrayPassing rows, MemoryLayout _) ? rows : null;
    }

    /// Names differ by words such as `orNull`, which say nothing of the memory.
    private static boolean isAlike(Cell cell, Cell other) {
        return cell.equals(other)
                || cell instanceof Cells.OfLongs(Cell _, Conversion.OfLong one)
                        && other instanceof Cells.OfLongs(Cell _, Conversion.OfLong two) && isAlike(one, two)
                || cell instanceof Cells.OfSegments(Cell _, Conversion.OfSegment first)
                        && other instanceof Cells.OfSegments(Cell _, Conversion.OfSegment second)
                        && isAlike(first, second);
    }

    private static boolean isAlike(Conversion one, Conversion other) {
        Conversion nullable = one.orNull("");
        return nullable != null && nullable.equals(other.orNull(""));
    }

    /// {@return the conversion of rows into which changes come back, or null}
    private static ArrayPassing comesBackBelow(Cell cell) {
        ArrayPassing rows = hold(cell);
        return rows != null && (rows.back() || cell instanceof ArrayPassing.Inline) ? rows : null;
    }

    /// Numbers in an array, as they are.
    ///
    /// @param layout   as C has it
    /// @param anywhere the same where it lies unaligned, made once, since the JIT does not always remove a new one
    /// @param type     of the array
    record Numbers(ValueLayout layout, ValueLayout anywhere, Class<?> type) implements Elements {
        public Numbers(ValueLayout layout, Class<?> type) {
            this(layout, layout.withByteAlignment(1), type);
        }

        @Override
        public int length(Object values) {
            return Array.getLength(values);
        }

        @Override
        public void write(Object values, int count, MemorySegment segment, long offset, SegmentAllocator room) {
            MemorySegment.copy(values, 0, segment, anywhere, offset, count);
        }

        @Override
        public Object read(MemorySegment segment, long offset, int count) {
            Object values = Array.newInstance(type.componentType(), count);
            readInto(values, count, segment, offset);
            return values;
        }

        @Override
        public void readInto(Object values, int count, MemorySegment segment, long offset) {
            MemorySegment.copy(segment, anywhere, offset, values, 0, count);
        }

        @Override
        public MemorySegment onHeap(Object values) {
            return switch (values) {
                case int[] array -> MemorySegment.ofArray(array);
                case byte[] array -> MemorySegment.ofArray(array);
                case long[] array -> MemorySegment.ofArray(array);
                case double[] array -> MemorySegment.ofArray(array);
                case float[] array -> MemorySegment.ofArray(array);
                case short[] array -> MemorySegment.ofArray(array);
                default -> MemorySegment.ofArray((char[]) values);
            };
        }
    }

    /// Values in an array, each converted.
    record Values(Cell cell, Class<?> type) implements Elements {
        @Override
        public boolean isAlike(Elements other) {
            return other instanceof Values same && type == same.type && Elements.isAlike(cell, same.cell);
        }

        @Override
        public ArrayPassing hold() {
            return Elements.hold(cell);
        }

        @Override
        public boolean areInline() {
            return cell instanceof ArrayPassing.Inline;
        }

        @Override
        public void requireChangeable(Object values, String name) {
            ArrayPassing rows = comesBackBelow(cell);
            if (rows != null) {
                for (Object row : (Object[]) values) {
                    rows.requireChangeable(row);
                }
            }
        }

        @Override
        public boolean areRows() {
            return cell instanceof Cells.OfLongs pointers && pointers.conversion().comesBack();
        }

        @Override
        public boolean owns() {
            return cell.owns();
        }

        @Override
        public MemoryLayout layout() {
            return cell.layout();
        }

        @Override
        public int length(Object values) {
            return Array.getLength(values);
        }

        @Override
        public void write(Object values, int count, MemorySegment segment, long offset, SegmentAllocator room) {
            long size = cell.layout().byteSize();
            for (int i = 0; i < count; i++) {
                cell.set(segment, offset + i * size, Array.get(values, i), room);
            }
        }

        @Override
        public Object read(MemorySegment segment, long offset, int count) {
            long size = cell.layout().byteSize();
            Object values = Array.newInstance(type.componentType(), count);
            int i = 0;
            try {
                for (; i < count; i++) {
                    Array.set(values, i, cell.get(segment, offset + i * size));
                }
            } catch (Throwable thrown) {
                throw Linking.sneak(givingBack(thrown, cell, segment, offset + (i + 1L) * size, count - i - 1L));
            }
            return values;
        }

        @Override
        public void giveBack(MemorySegment segment, long offset, long count) {
            for (long i = 0; cell.owns() && i < count; i++) {
                cell.giveBack(segment, offset + i * cell.layout().byteSize());
            }
        }

        @Override
        public void readInto(Object values, int count, MemorySegment segment, long offset) {
            long size = cell.layout().byteSize();
            for (int i = 0; i < count; i++) {
                if (!cell.comeBack(Array.get(values, i), segment, offset + i * size)) {
                    Array.set(values, i, cell.get(segment, offset + i * size));
                }
            }
        }
    }

    /// Values in a list, each converted. If the native function may write to it, the list must have [List#set].
    record Listed(Cell cell) implements Elements {
        @Override
        public boolean isAlike(Elements other) {
            return other instanceof Listed same && Elements.isAlike(cell, same.cell);
        }

        @Override
        public ArrayPassing hold() {
            return Elements.hold(cell);
        }

        @Override
        public boolean areInline() {
            return cell instanceof ArrayPassing.Inline;
        }

        @Override
        public void requireChangeable(Object values, String name) {
            List<?> list = (List<?>) values;
            if (list.getClass() != ArrayList.class && !list.isEmpty()) {
                try {
                    setAgain(list);
                } catch (UnsupportedOperationException e) {
                    throw new Misfit(Misfit.Kind.ARGUMENT, name, "a list that can be changed, or a type that is const",
                            list.getClass().getTypeName());
                }
            }
            ArrayPassing rows = comesBackBelow(cell);
            if (rows != null) {
                for (Object row : list) {
                    rows.requireChangeable(row);
                }
            }
        }

        /// Sets an element to itself, which changes nothing, and which only a list that can be changed admits.
        private static <T> void setAgain(List<T> list) {
            list.set(0, list.get(0));
        }

        @Override
        public boolean areRows() {
            return cell instanceof Cells.OfLongs pointers && pointers.conversion().comesBack();
        }

        @Override
        public boolean owns() {
            return cell.owns();
        }

        @Override
        public MemoryLayout layout() {
            return cell.layout();
        }

        @Override
        public Class<?> type() {
            return List.class;
        }

        @Override
        public int length(Object values) {
            return ((List<?>) values).size();
        }

        @Override
        public void write(Object values, int count, MemorySegment segment, long offset, SegmentAllocator room) {
            long size = cell.layout().byteSize();
            long at = offset;
            int left = count;
            for (Object value : (List<?>) values) {
                if (left-- == 0) {
                    throw new ConcurrentModificationException("a list that grew while it was given to C");
                }
                cell.set(segment, at, value, room);
                at += size;
            }
            if (left > 0) {
                throw new ConcurrentModificationException("a list that shrank while it was given to C");
            }
        }

        @Override
        public Object read(MemorySegment segment, long offset, int count) {
            long size = cell.layout().byteSize();
            Object[] values = new Object[count];
            int i = 0;
            try {
                for (; i < count; i++) {
                    values[i] = cell.get(segment, offset + i * size);
                }
            } catch (Throwable thrown) {
                throw Linking.sneak(givingBack(thrown, cell, segment, offset + (i + 1L) * size, count - i - 1L));
            }
            return Collections.unmodifiableList(Arrays.asList(values));
        }

        @Override
        public void giveBack(MemorySegment segment, long offset, long count) {
            for (long i = 0; cell.owns() && i < count; i++) {
                cell.giveBack(segment, offset + i * cell.layout().byteSize());
            }
        }

        @Override
        public void readInto(Object values, int count, MemorySegment segment, long offset) {
            @SuppressWarnings("unchecked") // what is read is of the type of what was written
            List<Object> list = (List<Object>) values;
            long size = cell.layout().byteSize();
            boolean changes = true;
            if (list.size() != count) {
                throw new ConcurrentModificationException("a list whose size changed while C had it");
            }
            for (int i = 0; i < count; i++) {
                Object before = list.get(i);
                if (!cell.comeBack(before, segment, offset + i * size)) {
                    Object after = cell.get(segment, offset + i * size);
                    try {
                        if (changes || !Objects.equals(before, after)) { // equal ones may differ, such as two NaNs
                            list.set(i, after);
                        }
                    } catch (UnsupportedOperationException e) {
                        changes = false;
                        if (!Objects.equals(before, after)) {
                            throw e;
                        }
                    }
                }
            }
        }
    }
}

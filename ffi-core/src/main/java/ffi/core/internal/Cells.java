// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_CHAR_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/// The cells of values that have a carrier. There is a record for each carrier, and not one with a switch, since a cell
/// that is a constant then is one load or store. And where it is none, the JIT should at least know the layout: it is
/// the JDK's constant but for numbers in the other byte order, `foreign`.
public final class Cells {

    private Cells() {}

    static Cell of(Passage passage) {
        Conversion conversion = passage.conversion();
        Cell cell = conversion instanceof Cell own ? own
                : conversion instanceof ArrayPassing array && array.isInPlace() ? array.inline()
                : conversion instanceof Text text && text.isInPlace() ? new Text.Inline(text)
                : converted(carried(passage.layout()), passage);
        return passage.mappings().isEmpty() ? cell : new Mapped(cell, passage.mappings());
    }

    private static Cell converted(Cell carried, Passage passage) {
        Conversion conversion = passage.conversion();
        if (conversion == null) {
            return carried;
        } else if (conversion instanceof Conversion.OfLong c) {
            return new OfLongs(carried, c);
        } else if (conversion instanceof Conversion.OfNumber c) {
            return new OfNumbers(carried, c, passage.carrier());
        } else if (conversion instanceof Conversion.OfSegment c) {
            return new OfSegments(carried, c);
        }
        return new OfChecked(carried, (Conversion.Checked) conversion, passage.javaType(), passage.carrier());
    }

    private static Cell carried(ValueLayout layout) {
        return switch (layout) {
            case ValueLayout.OfBoolean l -> new Booleans(l);
            case ValueLayout.OfByte l -> new Bytes(l);
            case ValueLayout.OfChar l -> new Chars(l, isNative(l) ? null : l.withByteAlignment(1));
            case ValueLayout.OfShort l -> new Shorts(l, isNative(l) ? null : l.withByteAlignment(1));
            case ValueLayout.OfInt l -> new Ints(l, isNative(l) ? null : l.withByteAlignment(1));
            case ValueLayout.OfLong l -> new Longs(l, isNative(l) ? null : l.withByteAlignment(1));
            case ValueLayout.OfFloat l -> new Floats(l, isNative(l) ? null : l.withByteAlignment(1));
            case ValueLayout.OfDouble l -> new Doubles(l, isNative(l) ? null : l.withByteAlignment(1));
            case AddressLayout l -> new Addresses(l, l.withByteAlignment(1));
        };
    }

    private static boolean isNative(ValueLayout layout) {
        return layout.order() == ByteOrder.nativeOrder();
    }

    // --- carriers ------------------------------------------------------------------------------------------------

    record Booleans(ValueLayout.OfBoolean layout) implements Cell {
        @Override
        public Object get(MemorySegment segment, long offset) {
            return segment.get(JAVA_BOOLEAN, offset);
        }

        @Override
        public void set(MemorySegment segment, long offset, Object value, SegmentAllocator room) {
            segment.set(JAVA_BOOLEAN, offset, value instanceof Boolean v ? v : (boolean) none(value, Boolean.class));
        }
    }

    record Bytes(ValueLayout.OfByte layout) implements Cell {
        @Override
        public Object get(MemorySegment segment, long offset) {
            return segment.get(JAVA_BYTE, offset);
        }

        @Override
        public void set(MemorySegment segment, long offset, Object value, SegmentAllocator room) {
            segment.set(JAVA_BYTE, offset, value instanceof Byte v ? v : (byte) none(value, Byte.class));
        }
    }

    record Chars(ValueLayout.OfChar layout, ValueLayout.OfChar foreign) implements Cell {
        @Override
        public Object get(MemorySegment segment, long offset) {
            return foreign == null ? segment.get(JAVA_CHAR_UNALIGNED, offset) : segment.get(foreign, offset);
        }

        @Override
        public void set(MemorySegment segment, long offset, Object value, SegmentAllocator room) {
            char number = value instanceof Character v ? v : (char) none(value, Character.class);
            if (foreign == null) {
                segment.set(JAVA_CHAR_UNALIGNED, offset, number);
            } else {
                segment.set(foreign, offset, number);
            }
        }
    }

    record Shorts(ValueLayout.OfShort layout, ValueLayout.OfShort foreign) implements Cell {
        @Override
        public Object get(MemorySegment segment, long offset) {
            return foreign == null ? segment.get(JAVA_SHORT_UNALIGNED, offset) : segment.get(foreign, offset);
        }

        @Override
        public void set(MemorySegment segment, long offset, Object value, SegmentAllocator room) {
            short number = value instanceof Short v ? v : (short) none(value, Short.class);
            if (foreign == null) {
                segment.set(JAVA_SHORT_UNALIGNED, offset, number);
            } else {
                segment.set(foreign, offset, number);
            }
        }
    }

    record Ints(ValueLayout.OfInt layout, ValueLayout.OfInt foreign) implements Cell {
        @Override
        public Object get(MemorySegment segment, long offset) {
            return foreign == null ? segment.get(JAVA_INT_UNALIGNED, offset) : segment.get(foreign, offset);
        }

        @Override
        public void set(MemorySegment segment, long offset, Object value, SegmentAllocator room) {
            int number = value instanceof Integer v ? v : (int) none(value, Integer.class);
            if (foreign == null) {
                segment.set(JAVA_INT_UNALIGNED, offset, number);
            } else {
                segment.set(foreign, offset, number);
            }
        }
    }

    record Longs(ValueLayout.OfLong layout, ValueLayout.OfLong foreign) implements Cell {
        @Override
        public Object get(MemorySegment segment, long offset) {
            return foreign == null ? segment.get(JAVA_LONG_UNALIGNED, offset) : segment.get(foreign, offset);
        }

        @Override
        public void set(MemorySegment segment, long offset, Object value, SegmentAllocator room) {
            long number = value instanceof Long v ? v : (long) none(value, Long.class);
            if (foreign == null) {
                segment.set(JAVA_LONG_UNALIGNED, offset, number);
            } else {
                segment.set(foreign, offset, number);
            }
        }
    }

    record Floats(ValueLayout.OfFloat layout, ValueLayout.OfFloat foreign) implements Cell {
        @Override
        public Object get(MemorySegment segment, long offset) {
            return foreign == null ? segment.get(JAVA_FLOAT_UNALIGNED, offset) : segment.get(foreign, offset);
        }

        @Override
        public void set(MemorySegment segment, long offset, Object value, SegmentAllocator room) {
            float number = value instanceof Float v ? v : (float) none(value, Float.class);
            if (foreign == null) {
                segment.set(JAVA_FLOAT_UNALIGNED, offset, number);
            } else {
                segment.set(foreign, offset, number);
            }
        }
    }

    record Doubles(ValueLayout.OfDouble layout, ValueLayout.OfDouble foreign) implements Cell {
        @Override
        public Object get(MemorySegment segment, long offset) {
            return foreign == null ? segment.get(JAVA_DOUBLE_UNALIGNED, offset) : segment.get(foreign, offset);
        }

        @Override
        public void set(MemorySegment segment, long offset, Object value, SegmentAllocator room) {
            double number = value instanceof Double v ? v : (double) none(value, Double.class);
            if (foreign == null) {
                segment.set(JAVA_DOUBLE_UNALIGNED, offset, number);
            } else {
                segment.set(foreign, offset, number);
            }
        }
    }

    record Addresses(AddressLayout layout, AddressLayout anywhere) implements Cell {
        @Override
        public Object get(MemorySegment segment, long offset) {
            return segment.get(anywhere, offset);
        }

        @Override
        public void set(MemorySegment segment, long offset, Object value, SegmentAllocator room) {
            segment.set(anywhere, offset, (MemorySegment) value);
        }
    }

    /// Throws that a value is none of its class, which no compiler has seen: in a list, or in an [ffi.core.Out].
    private static Object none(Object value, Class<?> type) {
        throw Misfit.none(value, type);
    }

    // --- what is made of them ------------------------------------------------------------------------------------

    record OfChecked(Cell carried, Conversion.Checked conversion, Class<?> javaType, Class<?> carrier) implements Cell {
        @Override
        public MemoryLayout layout() {
            return carried.layout();
        }

        @Override
        public Object get(MemorySegment segment, long offset) {
            Object value = carried.get(segment, offset);
            return Carriers.number(javaType, conversion.raise(
                    value instanceof Character unit ? unit : ((Number) value).longValue()));
        }

        @Override
        public void set(MemorySegment segment, long offset, Object value, SegmentAllocator room) {
            long lowered = conversion.lower(value instanceof Number n ? n.longValue() : (long) none(value, javaType));
            carried.set(segment, offset, Carriers.number(carrier, lowered), room);
        }
    }

    record OfNumbers(Cell carried, Conversion.OfNumber conversion, Class<?> carrier) implements Cell {
        @Override
        public MemoryLayout layout() {
            return carried.layout();
        }

        @Override
        public Object get(MemorySegment segment, long offset) {
            Object value = carried.get(segment, offset);
            return conversion.raise(value instanceof Character unit ? unit : ((Number) value).longValue());
        }

        @Override
        public void set(MemorySegment segment, long offset, Object value, SegmentAllocator room) {
            carried.set(segment, offset, Carriers.number(carrier, conversion.lower(value)), room);
        }
    }

    record OfLongs(Cell carried, Conversion.OfLong conversion) implements Cell {
        @Override
        public boolean owns() {
            return conversion.owns();
        }

        @Override
        public void giveBack(MemorySegment segment, long offset) {
            conversion.giveBack((long) carried.get(segment, offset), -1);
        }

        @Override
        public MemoryLayout layout() {
            return ValueLayout.ADDRESS; // by number, but a pointer all the same
        }

        @Override
        public Object get(MemorySegment segment, long offset) {
            return conversion.raise((long) carried.get(segment, offset));
        }

        @Override
        public void set(MemorySegment segment, long offset, Object value, SegmentAllocator room) {
            carried.set(segment, offset, conversion.store(value, room), room);
        }

        @Override
        public boolean comeBack(Object value, MemorySegment segment, long offset) {
            if (value == null || !conversion.comesBack()) {
                return false;
            }
            long carrier = (long) carried.get(segment, offset);
            if (carrier == 0) {
                return false;
            }
            conversion.comeBack(value, carrier);
            return true;
        }
    }

    record OfSegments(Cell carried, Conversion.OfSegment conversion) implements Cell {
        @Override
        public boolean owns() {
            return conversion.owns();
        }

        @Override
        public void giveBack(MemorySegment segment, long offset) {
            conversion.giveBack((MemorySegment) carried.get(segment, offset), -1);
        }

        @Override
        public MemoryLayout layout() {
            return carried.layout();
        }

        @Override
        public Object get(MemorySegment segment, long offset) {
            return conversion.raise((MemorySegment) carried.get(segment, offset));
        }

        @Override
        public void set(MemorySegment segment, long offset, Object value, SegmentAllocator room) {
            MemorySegment lowered = conversion.lower(value, room);
            if (!lowered.scope().isAlive()) { // the JDK checks it of an argument, but not of what is written to memory
                throw MemoryFaults.unusable(conversion.name(), lowered);
            }
            carried.set(segment, offset, lowered, room);
        }
    }

    record Mapped(Cell cell, List<Passage.Mapping> mappings) implements Cell {
        @Override
        public boolean owns() {
            return cell.owns();
        }

        @Override
        public void giveBack(MemorySegment segment, long offset) {
            cell.giveBack(segment, offset);
        }

        @Override
        public MemoryLayout layout() {
            return cell.layout();
        }

        @Override
        public Object get(MemorySegment segment, long offset) {
            return Passage.map(mappings, cell.get(segment, offset));
        }

        @Override
        public void set(MemorySegment segment, long offset, Object value, SegmentAllocator room) {
            Object unmapped;
            try {
                unmapped = Passage.unmap(mappings, value);
            } catch (ClassCastException thrown) { // by the user's map, which got what it can not take
                throw new Misfit(Misfit.Kind.ARGUMENT, null, "what its map takes",
                        value == null ? "null" : value.getClass().getTypeName());
            }
            cell.set(segment, offset, unmapped, room);
        }
    }
}

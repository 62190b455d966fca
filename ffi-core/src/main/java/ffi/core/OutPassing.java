// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.ArrayPassing;
import ffi.core.internal.BufferPassing;
import ffi.core.internal.Cell;
import ffi.core.internal.Conversion;
import ffi.core.internal.Faults;
import ffi.core.internal.Memory;
import ffi.core.internal.Misfit;
import ffi.core.internal.Misfit.Kind;
import ffi.core.internal.Passage;
import ffi.core.internal.Scratch;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// Pointers to what C fills in, as parameters.
///
/// @param passage  of what C fills in
/// @param cell     how it lies in memory
/// @param in       whether C reads it first
/// @param nullable whether null stands for NULL, by which many functions are told that the value is not wanted
/// @param kind     of a number that is in memory as it is in Java, as in a descriptor; else 0
/// @param number   of the type that the native function fills in, for messages
record OutPassing(String name, Passage passage, Cell cell, boolean in, boolean nullable, char kind, char number)
        implements Conversion.OfLong {

    /// The types that outs of calls were declared with, by their number less one.
    private static final List<String> NAMES = new ArrayList<>();

    OutPassing(String name, Passage passage, Cell cell, boolean in, boolean nullable) {
        this(name, passage, cell, in, nullable, kind(passage), number(passage.name()));
    }

    private static char number(String type) {
        synchronized (NAMES) {
            int known = NAMES.indexOf(type);
            if (known >= 0) {
                return (char) (known + 1);
            }
            if (NAMES.size() == Character.MAX_VALUE) {
                return 0;
            }
            NAMES.add(type);
            return (char) NAMES.size();
        }
    }

    /// {@return the type of a number, or null for 0}
    static String name(char number) {
        synchronized (NAMES) {
            return number == 0 ? null : NAMES.get(number - 1);
        }
    }

    private static char kind(Passage passage) {
        return isNumber(passage) && passage.mappings().isEmpty() ? passage.carrier().descriptorString().charAt(0) : 0;
    }

    private static boolean isNumber(Passage passage) {
        return passage.conversion() == null && passage.carrier().isPrimitive()
                && passage.layout().order() == ByteOrder.nativeOrder();
    }

    @Override
    public OutPassing orNull(String name) {
        return new OutPassing(name, passage, cell, in, true, kind, number);
    }

    /// {@return whether it is known how many values C writes}
    boolean hasEnd() {
        return passage.conversion() instanceof ArrayPassing array ? array.count() >= 0 || array.terminated()
                : !(passage.conversion() instanceof BufferPassing buffer) || buffer.count() >= 0;
    }

    OutPassing inout(String name) {
        return new OutPassing(name, passage, cell, true, nullable, kind, number);
    }

    @Override
    public boolean allocates() {
        return true;
    }

    @Override
    public boolean isParameter() {
        return true;
    }

    @Override
    public boolean comesBack() {
        return true;
    }

    @Override
    public long lower(Object value, Scratch scratch) {
        return lower(value, scratch.allocator);
    }

    @Override
    public long lower(Object value, Scratch.Room room) {
        if (value == null) {
            if (nullable) {
                return 0;
            }
            throw new Misfit(Kind.NULL, name, "an Out", "null");
        }
        if (!(value instanceof Out<?> out)) { // the compiler sees to it that it is one, but not where types are erased
            throw new Misfit(Kind.ARGUMENT, name, "an Out", value.getClass().getTypeName());
        }
        out.declare(number);
        MemoryLayout layout = cell.layout();
        long bytes = layout.byteSize();
        long address = room.scratch().allocate(
                Math.max(bytes, Long.BYTES), Math.max(layout.byteAlignment(), Long.BYTES));
        if (bytes <= Long.BYTES) {
            Memory.ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, address, 0);
        } else {
            Memory.ALL.asSlice(address, bytes).fill((byte) 0);
        }
        if (in) {
            fill(value, address, room);
        }
        return address;
    }

    @Override
    public void fill(Object value, long address, Scratch.Room room) {
        if (in) {
            Out<?> out = (Out<?>) value;
            if (!out.isFilled()) {
                throw new Misfit(Kind.ARGUMENT, name, "an Out with a value", "an empty one");
            }
            cell.set(Memory.ALL, address, out.get(), room);
        }
    }

    @Override
    public boolean isAlike(Conversion.OfLong other) {
        return other instanceof OutPassing out
                && (kind != 0 && kind == out.kind || passage.equals(out.passage) && cell.equals(out.cell));
    }

    @Override
    public boolean owns() {
        return cell.owns();
    }

    @Override
    public void giveBack(long carrier, long count) {
        if (carrier != 0) {
            cell.giveBack(Memory.ALL, carrier);
        }
    }

    @Override
    public boolean isNumber() {
        return kind != 0;
    }

    @Override
    public void comeBackAsNumber(Object value, long carrier) {
        if (value != null) {
            ((Out<?>) value).take(kind, bits(carrier));
        }
    }

    @Override
    public void comeBack(Object value, long carrier) {
        if (kind != 0) {
            comeBackAsNumber(value, carrier);
            return;
        }
        if (value == null) {
            return;
        }
        Out<?> out = (Out<?>) value;
        if (isNumber(passage)) {
            out.take(passage, bits(carrier));
            return;
        }
        try {
            out.take(cell.get(Memory.ALL, carrier));
        } catch (Misfit misfit) {
            out.fail(Faults.value(misfit), misfit.found());
        } catch (RuntimeException thrownByMapping) { // the result of the call must not be lost for it
            out.fail(thrownByMapping, null);
        }
    }

    private long bits(long address) {
        return switch ((int) passage.layout().byteSize()) {
            case 1 -> Memory.ALL.get(ValueLayout.JAVA_BYTE, address);
            case 2 -> Memory.ALL.get(ValueLayout.JAVA_SHORT_UNALIGNED, address);
            case 4 -> Memory.ALL.get(ValueLayout.JAVA_INT_UNALIGNED, address);
            default -> Memory.ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, address);
        };
    }

    static Object value(Passage passage, long bits) {
        return passage.map(number(passage.carrier().descriptorString().charAt(0), bits));
    }

    static Object number(char kind, long bits) {
        return switch (kind) {
            case 'I' -> (Object) (int) bits;
            case 'J' -> (Object) bits;
            case 'D' -> (Object) Double.longBitsToDouble(bits);
            case 'F' -> (Object) Float.intBitsToFloat((int) bits);
            case 'Z' -> (Object) (bits != 0);
            case 'B' -> (Object) (byte) bits;
            case 'S' -> (Object) (short) bits;
            default -> (Object) (char) bits;
        };
    }

    /// Of an integer, by which another parameter or the result is counted.
    @Override
    public long count(long carrier) {
        if (carrier == 0) {
            return 0;
        }
        long bits = bits(carrier);
        long bytes = passage.layout().byteSize();
        return passage.unsigned() && bytes < Long.BYTES ? bits & (1L << bytes * 8) - 1 : bits;
    }

    @Override
    public Object raise(long carrier) {
        throw new AssertionError(name); // of no result, as the signature has seen to
    }

    @Override
    public long store(Object value, SegmentAllocator allocator) {
        throw new Misfit(Kind.ARGUMENT, name, "a parameter", "memory");
    }
}

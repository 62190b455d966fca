// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// What generated code does with structs that lie on the thread's stack.
public final class StructCalls {

    private StructCalls() {}

    public static long general(long address) {
        return Memory.ALL.get(JAVA_LONG_UNALIGNED, address);
    }

    public static double floating(long address) {
        return Memory.ALL.get(JAVA_DOUBLE_UNALIGNED, address);
    }

    public static MemorySegment segment(long address, long bytes) {
        return Memory.ALL.asSlice(address, bytes);
    }

    /// {@return what two registers held, as a struct}
    ///
    /// @param words where the JDK has put them
    public static Object raise(Conversion.OfStruct struct, MemorySegment words, Scratch scratch) {
        if (!Passing.SYSTEM_V) {
            return struct.raise(words.address()); // it is on our stack already
        }
        long from = words.address();
        if (struct.leaves() != null) { // nobody's constructor can call another function before all is read
            return struct.raise(from);
        }
        long address = scratch.allocate(16, 8);
        Memory.ALL.set(JAVA_LONG_UNALIGNED, address, Memory.ALL.get(JAVA_LONG_UNALIGNED, from));
        Memory.ALL.set(JAVA_LONG_UNALIGNED, address + 8, Memory.ALL.get(JAVA_LONG_UNALIGNED, from + 8));
        return struct.raise(address);
    }

    /// {@return what a register held, as a struct}
    public static Object raise(Conversion.OfStruct struct, long register, Scratch scratch) {
        long address = scratch.allocate(8, 8);
        Memory.ALL.set(JAVA_LONG_UNALIGNED, address, register);
        return struct.raise(address);
    }

    /// {@return what a register held, as a struct}
    public static Object raise(Conversion.OfStruct struct, double register, Scratch scratch) {
        long address = scratch.allocate(8, 8);
        Memory.ALL.set(JAVA_DOUBLE_UNALIGNED, address, register);
        return struct.raise(address);
    }

    public static void requireValue(Object value, String struct, Class<?> type) {
        if (!type.isInstance(value)) { // the compiler sees to it that it is one, but not where types are erased
            throw value == null ? new Misfit(Misfit.Kind.NOTHING, struct, "a " + struct, "null")
                    : new Misfit(Misfit.Kind.ARGUMENT, struct, "a " + struct, value.getClass().getTypeName());
        }
    }

    /// {@return the misfit of a member as one of the struct}
    public static Misfit in(Misfit misfit, String member) {
        return misfit.in(member);
    }

    /// {@return the elements behind a pointer in memory, as many as another member says}
    ///
    /// @param bits of the counter that count
    public static Object counted(
            ArrayPassing array, MemorySegment segment, long offset, Cell counter, long at, long bits) {
        long address = segment.get(JAVA_LONG_UNALIGNED, offset);
        return array.raise(address, ((Number) counter.get(segment, at)).longValue() & bits);
    }

    /// Throws if a field does not say the number of elements of an array.
    public static void requireCount(
            ArrayPassing array, Object values, MemorySegment segment, Cell counter, long at, long bits) {
        long count = ((Number) counter.get(segment, at)).longValue() & bits;
        if (values != null && array.elements().length(values) != count) {
            throw new Misfit(Misfit.Kind.ARGUMENT, array.name(),
                    count + " elements, as the field says that counts them",
                    array.elements().length(values) + " elements");
        }
    }

    /// {@return a struct in a struct, of which a part is wanted}
    public static Object required(String field, String struct, Object value) {
        if (value == null) {
            throw new Misfit(Misfit.Kind.NOTHING, struct, "a " + struct, "null").in(field);
        }
        return value;
    }

    // --- for C that calls Java -----------------------------------------------------------------------------------

    public static void put(long address, long word) {
        Memory.ALL.set(JAVA_LONG_UNALIGNED, address, word);
    }

    public static void put(long address, double word) {
        Memory.ALL.set(JAVA_DOUBLE_UNALIGNED, address, word);
    }

    /// {@return where C wants the struct, after it was copied there}
    public static long copy(long from, long to, long bytes) {
        MemorySegment.copy(Memory.ALL, from, Memory.ALL, to, bytes);
        return to;
    }

    /// {@return the struct, where it outlives the frame for as long as the JDK needs to give it to C}
    public static MemorySegment leave(long from, long bytes, Scratch scratch) {
        if (bytes > Scratch.Registers.BYTES) {
            return zeros(bytes).copyFrom(Memory.ALL.asSlice(from, bytes));
        }
        if (scratch.isLent()) { // the JDK looks when another thread may have it
            return MemorySegment.ofArray(new long[2]).asSlice(0, bytes).copyFrom(Memory.ALL.asSlice(from, bytes));
        }
        MemorySegment registers = scratch.registers.segment();
        MemorySegment.copy(Memory.ALL, from, registers, 0, bytes);
        return registers.asSlice(0, bytes);
    }

    /// {@return where C wants the struct, after it was cleared}
    public static long clear(long to, long bytes) {
        Memory.ALL.asSlice(to, bytes).fill((byte) 0);
        return to;
    }

    public static MemorySegment zeros(long bytes) {
        return Arena.ofAuto().allocate(bytes, 8);
    }
}

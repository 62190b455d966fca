// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.List;

/// How a Java value becomes what C takes, the carrier, and back. There is one interface for each carrier, so that
/// nothing is boxed on the way.
///
/// Generated code holds a conversion as a constant; an implementation is a record, since the JIT trusts the fields of
/// records. Each method throws [Misfit] for what the declared type does not admit.
public sealed interface Conversion {

    /// {@return whether lowering a value allocates, so that the call is a frame of the thread's stack}
    default boolean allocates() {
        return false;
    }

    /// {@return whether it allocates by [CallbackPassing#lend] only, for a value that [CallbackPassing#known] does not
    /// know}
    default boolean lends() {
        return false;
    }

    /// {@return whether only a parameter can be of this type, and neither a result nor memory}
    default boolean isParameter() {
        return false;
    }

    /// {@return whether null in Java stands for NULL in C}
    default boolean nullable() {
        return false;
    }

    /// {@return this conversion with null for NULL, or null if it is of no pointer}
    default Conversion orNull(String name) {
        return null;
    }

    /// {@return how a result is given back to C, or null if it is not ours}
    default Release free() {
        return null;
    }

    /// {@return whether what comes from C is given back, or a part of it}
    default boolean owns() {
        return free() != null;
    }

    /// {@return this conversion of a result that is given back, or null if nothing can be}
    default Conversion owned(String name, Release free) {
        return null;
    }

    /// {@return this conversion for a function that is called without telling the JVM, to which memory of the heap can
    /// go}
    default Conversion critical() {
        return this;
    }

    /// A number of Java that is wider than C's or has values that C's has not: checked, then cut to the carrier.
    non-sealed interface Checked extends Conversion {
        long least();

        long most();

        long lower(long value);

        long raise(long carrier);
    }

    /// A value that is an integer for native code, of any width. Generated code widens and narrows it.
    non-sealed interface OfNumber extends Conversion {
        /// {@return the number, of which the lowest bits become the carrier}
        long lower(Object value);

        /// @param carrier the carrier in its lowest bits; those above it may be anything
        Object raise(long carrier);

        /// {@return whether a bit-field of this type has no sign}
        ///
        /// @param microsoft whether an enumeration of no declared width has one, as it has for Microsoft's compilers
        boolean isUnsigned(boolean microsoft);
    }

    /// A value whose carrier is a `long`, among them all pointers to what is copied.
    non-sealed interface OfLong extends Conversion {
        /// {@return the carrier}
        ///
        /// @param scratch lends memory that lives until the call returns
        long lower(Object value, Scratch scratch);

        Object raise(long carrier);

        /// Gives back what is owned of a value that is not going to be read.
        ///
        /// @param count the number of elements, or -1 if nothing but the type says it
        default void giveBack(long carrier, long count) {
            if (free() != null && carrier != 0) {
                free().release(carrier);
            }
        }

        /// {@return the carrier}
        ///
        /// @param allocator gives memory that lives as long as its owner decides
        long store(Object value, SegmentAllocator allocator);

        /// {@return whether C may have written to the memory, so that [#comeBack] is to be called after it}
        default boolean comesBack() {
            return false;
        }

        /// Takes over what C has written. It throws nothing that the conversion itself does not say, since the result
        /// of the call would be lost.
        ///
        /// @param value   what was lowered
        /// @param carrier what it was lowered to
        default void comeBack(Object value, long carrier) {}

        /// {@return whether one object, given to parameters of both, can be in one place in memory}
        default boolean isAlike(OfLong other) {
            return equals(other);
        }

        /// As [#lower(Object, Scratch)], with the copies of a call in which objects share them.
        default long lower(Object value, Scratch.Room room) {
            return lower(value, room.scratch());
        }

        /// Writes what the native function reads to memory that the value has already.
        default void fill(Object value, long address, Scratch.Room room) {}

        /// {@return whether C writes one number, which comes back by [#comeBackAsNumber] alone}
        default boolean isNumber() {
            return false;
        }

        /// As [#comeBack]; a method of its own, since the JIT does not inline one that is large for other types.
        default void comeBackAsNumber(Object value, long carrier) {}

        /// {@return the parameter, from 0, whose value after the call is the number of elements of this result, or -1}
        default int counter() {
            return -1;
        }

        /// {@return the value of so many elements}
        default Object raise(long carrier, long count) {
            return raise(carrier);
        }

        /// {@return the number that C left in this parameter, which counts the elements of the result}
        default long count(long carrier) {
            return carrier;
        }
    }

    /// A value whose carrier is a segment, which the JDK keeps alive during the call.
    non-sealed interface OfSegment extends Conversion {
        /// {@return its type, as the user spells it}
        String name();

        MemorySegment lower(Object value);

        Object raise(MemorySegment carrier);

        /// As [OfLong#giveBack].
        default void giveBack(MemorySegment carrier, long count) {
            if (free() != null && carrier.address() != 0) {
                free().release(carrier.address());
            }
        }

        /// As [#lower(Object)], if [#allocates].
        ///
        /// @param scratch lends memory that lives until the call returns
        default MemorySegment lower(Object value, Scratch scratch) {
            return lower(value);
        }

        /// As [#lower(Object)], for memory.
        ///
        /// @param room where it gets what the value points to; of an arena that decides how long it lives, or of a call
        default MemorySegment lower(Object value, SegmentAllocator room) {
            return lower(value);
        }

        /// {@return whether C may have written to memory of [#lower(Object, Scratch)]}
        default boolean comesBack() {
            return false;
        }

        /// As [OfLong#comeBack].
        default void comeBack(Object value, MemorySegment carrier) {}

        /// {@return whether a callback writes to the memory of the native function through the value}
        default boolean writesThrough() {
            return false;
        }

        /// As [OfLong#counter].
        default int counter() {
            return -1;
        }

        /// As [OfLong#raise(long, long)].
        default Object raise(MemorySegment carrier, long count) {
            return raise(carrier);
        }
    }

    /// A struct, which a call takes and returns by value, and which memory holds in place.
    non-sealed interface OfStruct extends Conversion, Cell {
        Structure structure();

        /// No field can be owned.
        @Override
        default boolean owns() {
            return false;
        }

        @Override
        default boolean allocates() {
            return true;
        }

        /// {@return its numbers, if it has nothing else, so that each of its words can be made without memory; or null}
        default List<StructWords.Leaf> leaves() {
            return null;
        }

        /// {@return a word of its, if it has [#leaves], for a general register}
        ///
        /// @param word from 0
        default long general(Object value, int word) {
            throw new AssertionError();
        }

        /// {@return a word of its, if it has [#leaves], for a register of floating point}
        ///
        /// @param word from 0
        default double floating(Object value, int word) {
            throw new AssertionError();
        }

        /// {@return the address of a copy, from which the call takes it}
        default long lower(Object value, Scratch scratch) {
            long address = scratch.allocate(structure().room(), structure().alignment());
            set(Memory.ALL, address, value, scratch.allocator);
            return address;
        }

        /// {@return the value of what a call has left at an address, which will be used for something else}
        default Object raise(long address) {
            return get(Memory.ALL, address);
        }
    }
}

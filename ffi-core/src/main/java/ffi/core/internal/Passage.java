// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/// How a value of one native type passes between Java and C.
///
/// On the way to C it goes through the `write` of each mapping, last mapping first, then through the conversion, if
/// there is one; what comes out is the carrier, which the layout names. On the way back the order is the other.
///
/// @param name       as the user spells the type
/// @param javaType   what the conversion takes, or without one the carrier; after a mapping the type is not known here
/// @param layout     how it lies in memory; null for void
/// @param unsigned   whether a carrier narrower than a register is filled up with zeros
/// @param conversion null if the carrier is what Java has
/// @param mappings   by the user, first to last
public record Passage(
        String name,
        Class<?> javaType,
        ValueLayout layout,
        boolean unsigned,
        Conversion conversion,
        List<Mapping> mappings) {

    /// A user's conversion on top of ours.
    public record Mapping(Function<Object, Object> read, Function<Object, Object> write) {}

    /// {@return the class that `java.lang.foreign` carries it by}
    public Class<?> carrier() {
        return layout == null ? void.class : layout.carrier();
    }

    /// {@return whether a call that takes it needs memory until it returns}
    public boolean allocates() {
        return conversion != null && conversion.allocates();
    }

    /// {@return the value at an offset in bytes, which need not be aligned}
    public Object get(MemorySegment segment, long offset) {
        Object value = switch (layout) {
            case ValueLayout.OfBoolean l -> segment.get(l, offset);
            case ValueLayout.OfByte l -> segment.get(l, offset);
            case ValueLayout.OfChar l -> segment.get(l.withByteAlignment(1), offset);
            case ValueLayout.OfShort l -> segment.get(l.withByteAlignment(1), offset);
            case ValueLayout.OfInt l -> segment.get(l.withByteAlignment(1), offset);
            case ValueLayout.OfLong l -> segment.get(l.withByteAlignment(1), offset);
            case ValueLayout.OfFloat l -> segment.get(l.withByteAlignment(1), offset);
            case ValueLayout.OfDouble l -> segment.get(l.withByteAlignment(1), offset);
            case AddressLayout l -> segment.get(l.withByteAlignment(1), offset);
        };
        value = switch (conversion) {
            case null -> value;
            case Conversion.Checked c -> Carriers.number(javaType, c.raise(
                    value instanceof Character unit ? unit : ((Number) value).longValue()));
            case Conversion.OfInt c -> c.raise((int) value);
            case Conversion.OfLong c -> c.raise((long) value);
            case Conversion.OfSegment c -> c.raise((MemorySegment) value);
        };
        return map(value);
    }

    /// {@return what the user's mappings make of a value that was converted}
    public Object map(Object value) {
        Object mapped = value;
        for (Mapping mapping : mappings) {
            mapped = mapping.read.apply(mapped);
        }
        return mapped;
    }

    /// {@return what the user's mappings make of a value that is going to be converted}
    public Object unmap(Object value) {
        Object unmapped = value;
        for (int i = mappings.size(); i-- > 0;) {
            unmapped = mappings.get(i).write.apply(unmapped);
        }
        return unmapped;
    }

    /// Writes the value at an offset in bytes, which need not be aligned.
    ///
    /// @param allocator gives the memory that the value points to, if it does
    public void set(MemorySegment segment, long offset, Object value, SegmentAllocator allocator) {
        Object carrier = unmap(value);
        carrier = switch (conversion) {
            case null -> carrier;
            case Conversion.Checked c -> Carriers.number(carrier(), c.lower(((Number) carrier).longValue()));
            case Conversion.OfInt c -> c.lower(carrier);
            case Conversion.OfLong c -> c.store(carrier, allocator);
            case Conversion.OfSegment c -> c.lower(carrier);
        };
        switch (layout) {
            case ValueLayout.OfBoolean l -> segment.set(l, offset, (boolean) carrier);
            case ValueLayout.OfByte l -> segment.set(l, offset, (byte) carrier);
            case ValueLayout.OfChar l -> segment.set(l.withByteAlignment(1), offset, (char) carrier);
            case ValueLayout.OfShort l -> segment.set(l.withByteAlignment(1), offset, (short) carrier);
            case ValueLayout.OfInt l -> segment.set(l.withByteAlignment(1), offset, (int) carrier);
            case ValueLayout.OfLong l -> segment.set(l.withByteAlignment(1), offset, (long) carrier);
            case ValueLayout.OfFloat l -> segment.set(l.withByteAlignment(1), offset, (float) carrier);
            case ValueLayout.OfDouble l -> segment.set(l.withByteAlignment(1), offset, (double) carrier);
            case AddressLayout l -> segment.set(l.withByteAlignment(1), offset, (MemorySegment) carrier);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other == this || other instanceof Passage passage
                && passage.name.equals(name) && passage.javaType == javaType && passage.unsigned == unsigned
                && Objects.equals(passage.layout, layout) && Objects.equals(passage.conversion, conversion)
                && passage.mappings.equals(mappings);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }
}

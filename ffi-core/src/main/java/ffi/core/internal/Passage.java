// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

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
/// @param failure    if a result that says that the call failed is thrown: what becomes of the number that says why;
///                   else null
public record Passage(
        String name,
        Class<?> javaType,
        ValueLayout layout,
        boolean unsigned,
        Conversion conversion,
        List<Mapping> mappings,
        Captured failure) {

    public Passage(String name, Class<?> javaType, ValueLayout layout, boolean unsigned, Conversion conversion,
            List<Mapping> mappings) {
        this(name, javaType, layout, unsigned, conversion, mappings, null);
    }

    /// A user's conversion on top of ours.
    ///
    /// @param beside if the value is put beside the number that the call left, which generated code does instead; else
    ///               null
    public record Mapping(Function<Object, Object> read, Function<Object, Object> write, Captured beside) {
        public Mapping(Function<Object, Object> read, Function<Object, Object> write) {
            this(read, write, null);
        }
    }

    /// {@return the number that the call leaves behind and this result needs, or null}
    public Capture capture() {
        for (int i = 0; failure == null && i < mappings.size(); i++) {
            if (mappings.get(i).beside != null) {
                return mappings.get(i).beside.capture();
            }
        }
        return failure == null ? null : failure.capture();
    }

    /// {@return the class that `java.lang.foreign` carries it by}
    public Class<?> carrier() {
        return layout == null ? void.class : layout.carrier();
    }

    /// {@return whether a call that takes it needs memory until it returns}
    public boolean allocates() {
        return conversion != null && conversion.allocates();
    }

    /// {@return this passage with another conversion}
    public Passage with(String name, Conversion conversion) {
        return new Passage(name, javaType, layout, unsigned, conversion, mappings, failure);
    }

    /// {@return this passage for a function that is called without telling the JVM}
    public Passage critical() {
        Conversion critical = conversion == null ? null : conversion.critical();
        return critical == conversion ? this : new Passage(name, javaType,
                critical instanceof Conversion.OfSegment ? ValueLayout.ADDRESS : layout, unsigned, critical, mappings,
                failure);
    }

    /// {@return how it lies in memory; made anew, so who reads and writes often keeps it}
    public Cell cell() {
        return Cells.of(this);
    }

    /// {@return what the user's mappings make of a value that was converted}
    public Object map(Object value) {
        return map(mappings, value);
    }

    static Object map(List<Mapping> mappings, Object value) {
        Object mapped = value;
        for (int i = 0; i < mappings.size(); i++) {
            mapped = mappings.get(i).read.apply(mapped);
        }
        return mapped;
    }

    /// {@return what the user's mappings make of a value that is going to be converted}
    public Object unmap(Object value) {
        return unmap(mappings, value);
    }

    static Object unmap(List<Mapping> mappings, Object value) {
        Object unmapped = value;
        for (int i = mappings.size(); i-- > 0;) {
            unmapped = mappings.get(i).write.apply(unmapped);
        }
        return unmapped;
    }

    @Override
    public boolean equals(Object other) {
        return other == this || other instanceof Passage passage
                && passage.name.equals(name) && passage.javaType == javaType && passage.unsigned == unsigned
                && Objects.equals(passage.layout, layout) && Objects.equals(passage.conversion, conversion)
                && passage.mappings.equals(mappings) && Objects.equals(passage.failure, failure);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import ffi.core.internal.Misfit.Kind;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.Function;

/// Pointers whose memory is not looked at.
public final class Pointers {

    public static final Passage ADDRESS = new Passage("address", MemorySegment.class, ValueLayout.ADDRESS, false,
            new OfAddress("address", false, false), List.of());

    private Pointers() {}

    /// {@return whether it is that of [#ADDRESS], of which generated code knows what to do}
    static boolean isAddress(Conversion conversion) {
        return conversion instanceof OfAddress address && address.equals(ADDRESS.conversion());
    }

    /// {@return the segment, if C can be given it; called by generated code}
    ///
    /// It throws by itself, where any other conversion leaves that to a handler: without one the code has no branches.
    ///
    /// @param function which says its name, and may be null
    /// @param index    of the argument, from 0
    public static MemorySegment address(Object value, Object function, int index) {
        if (value instanceof MemorySegment segment && segment.isNative()) {
            return usable(index == 0 ? Ownership.given(segment, function) : segment, function, index);
        }
        try {
            return ((OfAddress) ADDRESS.conversion()).lower(value);
        } catch (Misfit misfit) {
            throw Faults.argument(misfit, function, index);
        }
    }

    /// {@return the segment, if it is open and the calling thread can use it; called by generated code}
    ///
    /// The JDK checks both again; its exception would name neither the function nor the argument.
    ///
    /// @param function which says its name and its types, and may be null
    /// @param index    of the argument, from 0
    public static MemorySegment usable(MemorySegment segment, Object function, int index) {
        if (segment.scope().isAlive() && segment.isAccessibleBy(Thread.currentThread())) {
            return segment;
        }
        throw MemoryFaults.argument(segment, function, index);
    }

    /// {@return the segment, if it is open; called by generated code for the result of a callback}
    ///
    /// @param declared its type
    public static MemorySegment open(MemorySegment segment, String declared) {
        if (!segment.scope().isAlive()) {
            throw MemoryFaults.unusable(declared, segment);
        }
        return segment;
    }

    /// A function of the user's, of whose types only the compiler knew.
    @SuppressWarnings("unchecked")
    public static Function<Object, Object> function(Function<?, ?> function) {
        return (Function<Object, Object>) function;
    }

    /// @param nullable whether null stands for NULL, which else is a segment too
    /// @param heap     whether memory of the heap is admitted
    public record OfAddress(String name, boolean nullable, boolean heap) implements Conversion.OfSegment {
        @Override
        public OfAddress orNull(String name) {
            return new OfAddress(name, true, heap);
        }

        @Override
        public OfAddress critical() {
            return new OfAddress(name, nullable, true);
        }

        @Override
        public MemorySegment lower(Object value) {
            if (value instanceof MemorySegment segment) {
                return heap ? segment : requireNative(name, segment);
            }
            requireNull(name, "a MemorySegment", value);
            if (nullable) {
                return MemorySegment.NULL;
            }
            throw new Misfit(Kind.NULL, name, "a MemorySegment, or MemorySegment.NULL", "null");
        }

        @Override
        public Object raise(MemorySegment carrier) {
            return nullable && carrier.address() == 0 ? null : carrier;
        }
    }

    /// Throws that a value is of another class: the compiler sees to it, but not where types are erased.
    private static void requireNull(String name, String expected, Object value) {
        if (value != null) {
            throw new Misfit(Kind.ARGUMENT, name, expected, value.getClass().getTypeName());
        }
    }

    public static MemorySegment requireNative(String name, MemorySegment segment) {
        if (!segment.isNative()) {
            throw new Misfit(Kind.ARGUMENT, name, "memory outside of the heap", segment.toString());
        }
        return segment;
    }

    /// @param wrap     makes the user's object of a segment
    /// @param unwrap   gives the segment back
    /// @param nullable whether null stands for NULL; without it either is a [Misfit]
    /// @param free     ends the life of what C gave; null if C does
    public record OfHandle(String name, Function<Object, Object> wrap, Function<Object, Object> unwrap,
            boolean nullable, Release free) implements Conversion.OfSegment {

        /// {@return whether both take the same pointers, and give none back}
        boolean isLike(OfHandle other) {
            return name.equals(other.name) && nullable == other.nullable && free == null && other.free == null;
        }

        @Override
        public OfHandle orNull(String name) {
            return new OfHandle(name, wrap, unwrap, true, free);
        }

        @Override
        public OfHandle owned(String name, Release free) {
            return new OfHandle(name, wrap, unwrap, nullable, free);
        }

        @Override
        public MemorySegment lower(Object value) {
            if (value == null) {
                if (nullable) {
                    return MemorySegment.NULL;
                }
                throw new Misfit(Kind.NULL, name, "a handle", "null");
            }
            MemorySegment segment;
            try {
                segment = (MemorySegment) unwrap.apply(value);
            } catch (ClassCastException another) {
                throw new Misfit(Kind.ARGUMENT, name, "a handle", value.getClass().getTypeName());
            }
            if (segment == null) {
                throw new Misfit(Kind.NULL, name, "a handle with a segment", "a handle with null");
            }
            return requireNative(name, segment);
        }

        @Override
        public Object raise(MemorySegment carrier) {
            if (carrier.address() == 0) {
                if (nullable) {
                    return null;
                }
                throw new Misfit(Kind.NULL, name, "a handle", "NULL");
            }
            return wrap.apply(free == null ? carrier : Ownership.own(carrier, free, name));
        }
    }
}

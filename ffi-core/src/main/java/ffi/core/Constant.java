// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Conversion;
import ffi.core.internal.Misfit;
import ffi.core.internal.Misfit.Kind;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/// The constants of an enum class as native numbers, one at a time or as a set of bits.
final class Constant {

    private static final int DENSE = 1024; // more constants than any enumeration has; beyond, a map is as good
    private static final int SHOWN = 16; // constants in a message

    private Constant() {}

    /// The numbers that a carrier has.
    ///
    /// @param bits     of the carrier
    /// @param unsigned whether a number without a constant is read without a sign
    /// @param either   whether a constant may have a number of either kind, because the native type is not declared
    record Range(int bits, boolean unsigned, boolean either) {

        /// {@return whether a number, which is unsigned from 2⁶³ if the carrier is, lies in this range}
        public boolean has(long number) {
            return bits == Long.SIZE || (!unsigned || either) && signed(number) == number
                    || (unsigned || either) && zeroed(number) == number;
        }

        /// {@return whether a number is a pattern of this many bits, whether its highest one is a sign or not}
        public boolean hasBits(long number) {
            return bits == Long.SIZE || signed(number) == number || zeroed(number) == number;
        }

        /// {@return the number that the lowest bits of another one are}
        long read(long number) {
            return unsigned ? zeroed(number) : signed(number);
        }

        private long signed(long number) {
            return number << Long.SIZE - bits >> Long.SIZE - bits;
        }

        private long zeroed(long number) {
            return number << Long.SIZE - bits >>> Long.SIZE - bits;
        }

        String show(long number) {
            return unsigned ? Long.toUnsignedString(number) : Long.toString(number);
        }

        @Override
        public String toString() {
            long most = -1L >>> Long.SIZE - bits;
            return (unsigned ? "0" : Long.toString(-1L << bits - 1)) + " to "
                    + (unsigned || either ? Long.toUnsignedString(most) : Long.toString(most >>> 1));
        }
    }

    /// {@return the number of a constant, if the type has no other: what it says itself, or its place}
    static long number(Enum<?> constant) {
        return constant instanceof Numbered numbered ? numbered.number() : constant.ordinal();
    }

    private static String found(Object value) {
        return switch (value) {
            case null -> "null";
            case Enum<?> e -> e.getDeclaringClass().getTypeName() + "." + e.name();
            default -> value.getClass().getTypeName();
        };
    }

    /// {@return the conversion of numbers, each of which the range has}
    ///
    /// @param name    of the type
    /// @param numbers by ordinal; of two constants with one number the first is read
    /// @param open    whether a number without a constant is kept, in an [OpenEnum]
    static OfEnum ofEnum(String name, Object[] constants, long[] numbers, Range range, boolean open) {
        long[] values = new long[numbers.length];
        Map<Long, Object> byValue = new HashMap<>();
        long most = -1;
        for (int i = 0; i < values.length; i++) {
            values[i] = range.read(numbers[i]);
            byValue.putIfAbsent(values[i], constants[i]);
            most = values[i] < 0 || values[i] > most && values[i] < DENSE ? Math.max(most, values[i]) : most;
        }
        Object[] dense = new Object[(int) most + 1];
        byValue.forEach((number, constant) -> {
            if (number >= 0 && number < dense.length) {
                dense[Math.toIntExact(number)] = constant;
            }
        });
        return new OfEnum(name, List.of(constants), values, dense, Map.copyOf(byValue), range, open);
    }

    /// @param name      of the type
    /// @param constants in the order of the enum class
    /// @param values    by ordinal, as they are read
    /// @param dense     the constants by their values, as far as these are small
    /// @param byValue   all
    /// @param open      whether a number without a constant is kept
    record OfEnum(String name, List<Object> constants, long[] values, Object[] dense, Map<Long, Object> byValue,
            Range range, boolean open) implements Conversion.OfNumber {

        /// An enumeration of no declared width that has no negative constant is unsigned for the compilers of Unix.
        @Override
        public boolean isUnsigned(boolean microsoft) {
            return range.either ? !microsoft && Arrays.stream(values).allMatch(v -> v >= 0) : range.unsigned;
        }

        /// {@return this conversion of a type that keeps a number without a constant}
        public OfEnum opened(String name) {
            return new OfEnum(name, constants, values, dense, byValue, range, true);
        }

        @Override
        public long lower(Object value) {
            if (open) {
                return lowerOpen(value);
            }
            // the compiler sees to it that it is of this class, but not where types are erased
            if (value instanceof Enum<?> e && e.ordinal() < values.length && constants.get(e.ordinal()) == e) {
                return values[e.ordinal()];
            }
            throw new Misfit(value == null ? Kind.NOTHING : Kind.ARGUMENT, name, "a constant", found(value));
        }

        private long lowerOpen(Object value) {
            if (!(value instanceof OpenEnum<?> given)) {
                throw new Misfit(value == null ? Kind.NOTHING : Kind.ARGUMENT, name, "an OpenEnum", found(value));
            }
            Enum<?> constant = given.constant();
            if (constant != null) {
                if (constant.ordinal() < values.length && constants.get(constant.ordinal()) == constant) {
                    return values[constant.ordinal()];
                }
                throw new Misfit(Kind.ARGUMENT, name, "an OpenEnum of one of its constants", found(constant));
            }
            if (!range.has(given.number())) {
                throw new Misfit(Kind.RANGE, name, range.toString(), Long.toString(given.number()));
            }
            return given.number();
        }

        @Override
        public Object raise(long carrier) {
            long number = range.read(carrier);
            Object constant = number >= 0 && number < dense.length ? dense[(int) number] : byValue.get(number);
            return constant == null || open ? unknown(number, constant) : constant;
        }

        @SuppressWarnings({"unchecked", "rawtypes"}) // the constants are of the enum class
        private Object unknown(long number, Object constant) {
            if (open) {
                return new OpenEnum((Enum) constant, number);
            }
            throw new Misfit(Kind.UNKNOWN, name, shown(), range.show(number))
                    .hinting("an OpenEnum keeps a number that has no constant");
        }

        private String shown() {
            StringJoiner text = new StringJoiner(", ");
            for (int i = 0; i < Math.min(values.length, SHOWN); i++) {
                text.add(((Enum<?>) constants.get(i)).name() + "=" + range.show(values[i]));
            }
            return abbreviated(text, values.length);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof OfEnum e && e.name.equals(name) && e.constants.equals(constants)
                    && Arrays.equals(e.values, values) && e.range.equals(range) && e.open == open;
        }

        @Override
        public int hashCode() {
            return byValue.hashCode() + range.bits;
        }
    }

    private static String abbreviated(StringJoiner text, int all) {
        if (all == 0) {
            return "nothing, for the enum class has no constants";
        }
        return all <= SHOWN ? text.toString() : text.add("… (" + all + " constants)").toString();
    }

    /// {@return the conversion of bits, each of which the range has}
    ///
    /// @param name of the type
    /// @param bits by ordinal
    /// @param open whether a bit without a constant is kept, in an [OpenFlags]
    static OfFlags ofFlags(String name, Object[] constants, long[] bits, Range range, boolean open) {
        long mask = -1L >>> Long.SIZE - range.bits;
        return new OfFlags(name, List.of(constants), Arrays.stream(bits).map(b -> b & mask).toArray(), range, open);
    }

    /// @param name      of the type
    /// @param constants in the order of the enum class
    /// @param bits      by ordinal, with zeros above those of the carrier
    /// @param open      whether a bit without a constant is kept
    record OfFlags(String name, List<Object> constants, long[] bits, Range range, boolean open)
            implements Conversion.OfNumber {

        @Override
        public boolean isUnsigned(boolean microsoft) {
            return range.either || range.unsigned;
        }

        /// {@return this conversion of a type that keeps a bit without a constant}
        public OfFlags opened(String name) {
            return new OfFlags(name, constants, bits, range, true);
        }

        @Override
        public long lower(Object value) {
            if (open) {
                return lowerOpen(value);
            }
            if (!(value instanceof Set<?> set)) {
                throw new Misfit(value == null ? Kind.NOTHING : Kind.ARGUMENT, name, "a set of constants",
                        found(value));
            }
            return bits(set);
        }

        private long lowerOpen(Object value) {
            if (!(value instanceof OpenFlags<?> given)) {
                throw new Misfit(value == null ? Kind.NOTHING : Kind.ARGUMENT, name, "an OpenFlags", found(value));
            }
            if (!range.hasBits(given.unknown())) {
                throw new Misfit(Kind.RANGE, name, range.bits + " bits", "0x" + Long.toHexString(given.unknown()));
            }
            return bits(given.constants()) | given.unknown() & -1L >>> Long.SIZE - range.bits;
        }

        private long bits(Set<?> set) {
            long all = 0;
            for (Object constant : set) {
                all |= bits[ordinal(constant)];
            }
            return all;
        }

        /// The compiler sees to it that a set has constants of one class, but not where types are erased.
        private int ordinal(Object constant) {
            if (constant instanceof Enum<?> e && e.ordinal() < constants.size() && constants.get(e.ordinal()) == e) {
                return e.ordinal();
            }
            throw new Misfit(Kind.ARGUMENT, name, "a set of constants", "a set with " + found(constant));
        }

        @Override
        public Object raise(long carrier) {
            long number = carrier & -1L >>> Long.SIZE - range.bits;
            List<Object> set = new ArrayList<>();
            long left = number;
            for (int i = 0; i < bits.length; i++) {
                if ((number & bits[i]) == bits[i] && (bits[i] != 0 || number == 0)) {
                    set.add(constants.get(i));
                    left &= ~bits[i];
                }
            }
            if (left != 0 && !open) {
                throw new Misfit(Kind.UNKNOWN, name, shown(),
                        "0x" + Long.toHexString(number) + ", of which 0x" + Long.toHexString(left) + " is none")
                        .hinting("an OpenFlags keeps bits that have no constant");
            }
            return open ? open(set, left) : setOf(set);
        }

        @SuppressWarnings({"unchecked", "rawtypes"}) // as below
        private Object open(List<Object> set, long unknown) {
            return new OpenFlags(setOf(set), unknown);
        }

        @SuppressWarnings({"unchecked", "rawtypes"}) // all are of one enum class, which only the compiler knew
        private Set<?> setOf(List<Object> set) {
            if (set.isEmpty()) {
                return constants.isEmpty() ? Collections.emptySet()
                        : EnumSet.noneOf(((Enum) constants.get(0)).getDeclaringClass());
            }
            return EnumSet.copyOf((List) set);
        }

        private String shown() {
            StringJoiner text = new StringJoiner(", ");
            for (int i = 0; i < Math.min(bits.length, SHOWN); i++) {
                text.add(((Enum<?>) constants.get(i)).name() + "=0x" + Long.toHexString(bits[i]));
            }
            return abbreviated(text, bits.length);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof OfFlags f && f.name.equals(name) && f.constants.equals(constants)
                    && Arrays.equals(f.bits, bits) && f.range.equals(range) && f.open == open;
        }

        @Override
        public int hashCode() {
            return constants.hashCode() + range.bits;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import ffi.core.internal.Misfit.Kind;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/// The constants of an enum class as numbers of C, one at a time or as a set of bits.
public final class Constant {

    private static final int DENSE = 1024; // more constants than any enumeration has; beyond, a map is as good

    private Constant() {}

    private static String found(Object value) {
        return switch (value) {
            case null -> "null";
            case Enum<?> e -> e.getDeclaringClass().getTypeName() + "." + e.name();
            default -> value.getClass().getTypeName();
        };
    }

    /// {@return the conversion, or null if two constants have one value or one has no place in 32 bits}
    public static <E> OfEnum ofEnum(String name, E[] constants, ToLongFunction<E> value) {
        int[] values = new int[constants.length];
        Map<Integer, Object> byValue = new HashMap<>();
        int most = -1;
        for (int i = 0; i < constants.length; i++) {
            long wide = value.applyAsLong(constants[i]);
            values[i] = (int) wide;
            if (wide != values[i] && wide != Integer.toUnsignedLong(values[i])
                    || byValue.put(values[i], constants[i]) != null) {
                return null;
            }
            most = Math.max(most, values[i]);
        }
        Object[] dense = most < DENSE ? new Object[most + 1] : new Object[0];
        byValue.forEach((number, constant) -> {
            if (number >= 0 && number < dense.length) {
                dense[number] = constant;
            }
        });
        return new OfEnum(name, List.of((Object[]) constants), values, dense, Map.copyOf(byValue));
    }

    /// {@return the conversion, or null if a constant has no bit or one beyond 32}
    public static <E extends Enum<E>> OfFlags ofFlags(String name, E[] constants, ToLongFunction<E> bits) {
        int[] values = new int[constants.length];
        for (int i = 0; i < constants.length; i++) {
            long wide = bits.applyAsLong(constants[i]);
            values[i] = (int) wide;
            if (wide == 0 || wide != Integer.toUnsignedLong(values[i]) && wide != values[i]) {
                return null;
            }
        }
        return new OfFlags(name, List.of((Object[]) constants), values);
    }

    /// @param constants in the order of the enum class
    /// @param values    by ordinal
    /// @param dense     by value, for the small ones
    /// @param byValue   all
    public record OfEnum(
            String name, List<Object> constants, int[] values, Object[] dense, Map<Integer, Object> byValue)
            implements Conversion.OfInt {

        @Override
        public int lower(Object value) {
            // the compiler sees to it that it is of this class, but not where types are erased
            if (value instanceof Enum<?> e && e.ordinal() < values.length && constants.get(e.ordinal()) == e) {
                return values[e.ordinal()];
            }
            throw new Misfit(Kind.ARGUMENT, name, "a constant", found(value));
        }

        @Override
        public Object raise(int carrier) {
            Object constant = carrier >= 0 && carrier < dense.length ? dense[carrier] : byValue.get(carrier);
            if (constant == null) {
                throw new Misfit(Kind.UNKNOWN, name, "the value of a constant", Integer.toString(carrier));
            }
            return constant;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof OfEnum e && e.name.equals(name) && e.byValue.equals(byValue);
        }

        @Override
        public int hashCode() {
            return byValue.hashCode();
        }
    }

    /// @param constants in the order of the enum class
    /// @param bits      by ordinal
    public record OfFlags(String name, List<Object> constants, int[] bits) implements Conversion.OfInt {

        @Override
        public int lower(Object value) {
            if (!(value instanceof Set<?> set)) {
                throw new Misfit(Kind.ARGUMENT, "flags(" + name + ")", "a set of constants", found(value));
            }
            int all = 0;
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
            throw new Misfit(
                    Kind.ARGUMENT, "flags(" + name + ")", "a set of constants", "a set with " + found(constant));
        }

        @Override
        public Object raise(int carrier) {
            List<Object> set = new ArrayList<>();
            int left = carrier;
            for (int i = 0; i < bits.length; i++) {
                if ((carrier & bits[i]) == bits[i]) {
                    set.add(constants.get(i));
                    left &= ~bits[i];
                }
            }
            if (left != 0) {
                throw new Misfit(Kind.UNKNOWN, "flags(" + name + ")", "bits of constants",
                        "0x" + Integer.toHexString(carrier) + ", of which 0x" + Integer.toHexString(left) + " is none");
            }
            return setOf(set);
        }

        @SuppressWarnings({"unchecked", "rawtypes"}) // all are of one enum class, which only the compiler knew
        private Set<?> setOf(List<Object> set) {
            if (set.isEmpty()) {
                return constants.isEmpty() ? Set.of() : EnumSet.noneOf(((Enum) constants.get(0)).getDeclaringClass());
            }
            return EnumSet.copyOf((List) set);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof OfFlags f && f.constants.equals(constants) && Arrays.equals(f.bits, bits);
        }

        @Override
        public int hashCode() {
            return constants.hashCode();
        }
    }
}

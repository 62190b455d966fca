// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.ValueLayout;

/// The values of a type that is a number in C, or a bool, as numbers: for bit-fields and for counts.
///
/// @param width    the bits that it has in C
/// @param unsigned whether none of them is a sign
public record Integral(Passage passage, int width, boolean unsigned) {

    /// {@return the numbers of a type, or null if it has none}
    ///
    /// @param microsoft whether an enumeration has a sign in any case, as it has for Microsoft's compilers
    public static Integral of(Passage passage, boolean microsoft) {
        ValueLayout layout = passage.layout();
        Conversion conversion = passage.conversion();
        if (layout == null || layout.carrier() == float.class || layout.carrier() == double.class
                || !layout.carrier().isPrimitive() || !(conversion == null || conversion instanceof Conversion.Checked
                        || conversion instanceof Conversion.OfNumber)) {
            return null;
        }
        int width = layout.carrier() == boolean.class ? 1 : (int) layout.byteSize() * 8;
        boolean unsigned = conversion instanceof Conversion.OfNumber n ? n.isUnsigned(microsoft) : passage.unsigned();
        return new Integral(passage, width, unsigned);
    }

    /// {@return the value of a number that C has}
    public Object raise(long number) {
        Object value = switch (passage.conversion()) {
            case Conversion.Checked c -> of(passage.javaType(), c.raise(number));
            case Conversion.OfNumber c -> c.raise(number);
            case null, default -> of(passage.javaType(), number);
        };
        return passage.map(value);
    }

    private static Object of(Class<?> type, long number) {
        return type == boolean.class ? (Object) (number != 0) : Carriers.number(type, number);
    }

    /// {@return the number that C has for a value, above 2⁶³ as a negative one}
    public long lower(Object value) {
        Object unmapped = passage.unmap(value);
        Class<?> type = Carriers.boxed(passage.javaType());
        if (!type.isInstance(unmapped)) {
            throw Misfit.none(unmapped, type);
        }
        long number = switch (passage.conversion()) {
            case Conversion.Checked c -> c.lower(((Number) unmapped).longValue());
            case Conversion.OfNumber c -> c.lower(unmapped);
            case null, default -> switch (unmapped) {
                case Boolean b -> b ? 1 : 0;
                case Character c -> c;
                default -> ((Number) unmapped).longValue();
            };
        };
        return unsigned ? number & -1L >>> 64 - width : number;
    }
}

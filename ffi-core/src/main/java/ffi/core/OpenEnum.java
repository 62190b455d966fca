// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import java.io.Serializable;
import java.util.Objects;

/// A value of an enumeration that a newer version of the native library may extend: one of the constants that are
/// known, or a number that has none.
///
/// ```java
/// interface LibEvents {
///     @CType("uint8_t") OpenEnum<Kind> nextKind();
/// }
///
/// OpenEnum<Kind> kind = events.nextKind();
/// String text = kind.constant() != null ? kind.constant().name() : "kind " + kind.number();
/// ```
///
/// Passed to a native function it is the number that it was read as. Two values are equal if they have the same
/// constant, or if neither has a constant and their numbers are the same.
///
/// @param constant null if the number has none
/// @param number   as native code has it; without a sign from 2⁶³ it is negative. It counts only if there is no
///                 constant: else the type of the parameter or field says which number the constant has.
/// @param <E>      the enum class
public record OpenEnum<E extends Enum<E>>(E constant, long number) implements Serializable {

    /// {@return the value of a constant}
    ///
    /// Its [#number] is that of [Numbered], or its place in the enum class.
    public static <E extends Enum<E>> OpenEnum<E> of(E constant) {
        return new OpenEnum<>(Objects.requireNonNull(constant, "constant"), Constant.number(constant));
    }

    /// {@return a value without a constant}
    ///
    /// @param number as native code has it. One that has a constant after all is still passed as this number.
    public static <E extends Enum<E>> OpenEnum<E> of(long number) {
        return new OpenEnum<>(null, number);
    }

    /// {@return whether there is a constant}
    public boolean isKnown() {
        return constant != null;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OpenEnum<?> value && value.constant == constant
                && (constant != null || value.number == number);
    }

    @Override
    public int hashCode() {
        return constant != null ? constant.hashCode() : Long.hashCode(number);
    }

    /// {@return the name of the constant, or the number}
    @Override
    public String toString() {
        return constant != null ? constant.name() : Long.toString(number);
    }
}

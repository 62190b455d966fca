// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import java.io.Serializable;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/// A set of bits that a newer version of the native library may extend: the constants that are known, and the bits that
/// have none.
///
/// Passed to a native function it is the bits that it was read as. Two values are equal if their parts are.
///
/// @param constants those all of whose bits are set; cannot be changed
/// @param unknown   the bits that belong to none of them
/// @param <E>       the enum class
public record OpenFlags<E extends Enum<E>>(Set<E> constants, long unknown) implements Serializable {

    /// Copies the constants.
    ///
    /// @throws NullPointerException if the set is null, or one of the constants
    public OpenFlags {
        constants = constants.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(constants));
    }

    /// {@return the bits of these constants}
    @SafeVarargs
    public static <E extends Enum<E>> OpenFlags<E> of(E first, E... rest) {
        Set<E> constants = EnumSet.of(first);
        for (E constant : rest) {
            constants.add(constant);
        }
        return new OpenFlags<>(constants, 0);
    }

    /// {@return the bits of these constants}
    public static <E extends Enum<E>> OpenFlags<E> of(Set<E> constants) {
        return new OpenFlags<>(constants, 0);
    }

    /// {@return whether all bits of a constant are set}
    public boolean contains(E constant) {
        return constants.contains(constant);
    }

    /// {@return such as `[READ, WRITE]`, or `[READ] + 0x80`}
    @Override
    public String toString() {
        return unknown == 0 ? constants.toString() : constants + " + 0x" + Long.toHexString(unknown);
    }
}

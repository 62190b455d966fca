// SPDX-License-Identifier: Apache-2.0
package ffi.core;

/// An enum class whose constants say their native numbers themselves.
///
/// ```java
/// enum PollEvent implements Numbered {
///     IN(1), OUT(4);
///
///     private final int number;
///
///     PollEvent(int number) {
///         this.number = number;
///     }
///
///     @Override
///     public long number() {
///         return number;
///     }
/// }
/// ```
///
/// Without it a constant has the number of its place: 0, 1, 2, … in an enumeration, and the bits 1, 2, 4, … in a set.
/// A type that is made with a function, such as [NativeType#enumOf(Class, java.util.function.ToLongFunction)], asks
/// that function instead.
public interface Numbered {

    /// {@return the number of the constant in an enumeration, or its bits in a set of flags}
    ///
    /// It is asked once for each type that is made of the enum class, and always returns the same number. A number of
    /// 64 bits without a sign is given bit by bit: from 2⁶³ it is negative.
    long number();
}

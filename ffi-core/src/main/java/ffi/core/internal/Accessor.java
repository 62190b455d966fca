// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

/// What a method stands for that calls no function, but reads or writes a variable.
///
/// Implementations are records, so that the JIT sees through the constant that generated code has of one.
public interface Accessor extends Target {

    /// {@return the value; called by generated code}
    Object read();

    /// Writes the value; called by generated code.
    void write(Object value);
}

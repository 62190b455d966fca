// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.StructWriter;

import java.lang.invoke.MethodHandle;
import java.util.Objects;

/// A part of a class whose objects travel as a struct, see
/// [NativeType#struct(String, Class, java.util.List, MethodHandle)].
///
/// @param name   in C, or for messages only
/// @param type   how it lies in the struct
/// @param getter takes an object of the class and returns the part
public record Member(String name, NativeType<?> type, MethodHandle getter) {

    /// A part, of which nothing is null.
    public Member {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(getter, "getter");
    }

    StructWriter.Member part() {
        return new StructWriter.Member(name, type.passage(), getter);
    }
}

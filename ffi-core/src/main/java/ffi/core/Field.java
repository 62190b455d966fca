// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import java.lang.foreign.SegmentAllocator;
import java.lang.invoke.VarHandle;

/// A field of a struct that is viewed in place: where it lies, and of what type it is.
///
/// It is made by its [StructType]. Kept in a static final field it is a constant to the JIT, and reading it of a [Ref]
/// costs what a [VarHandle] costs.
///
/// What may be read of memory that C has written, or that another thread writes, is what [Ref] says.
///
/// @param <S> the struct, by its tag
/// @param <T> the type of its values in Java
public sealed interface Field<S, T> permits Placed {

    /// {@return its name; of one within a nested struct that of the way there, such as `home.street`}
    String name();

    /// {@return where it lies in the struct, in bytes; of a bit-field the first byte that has a bit of it}
    ///
    /// @throws BindingException if the struct can not have it
    long offset();

    /// {@return the type it was declared with; of a nested struct [StructType#byValue]}
    NativeType<T> type();

    /// {@return the struct that it is a field of}
    StructType<S> struct();

    /// {@return its value in a struct; a nested struct is a view}
    ///
    /// @throws IndexOutOfBoundsException        if it does not lie within the memory
    /// @throws IllegalStateException            if the memory has been freed
    /// @throws NullPointerException             if it is NULL and its type is not [NativeType#orNull]
    /// @throws ArithmeticException              if C's value has no place in Java's type
    /// @throws java.util.NoSuchElementException if C's value is none of an enumeration
    /// @throws BindingException                 if the struct can not have it
    T get(Ref<S> ref);

    /// Writes its value in a struct. A nested struct is copied.
    ///
    /// @throws IllegalArgumentException if the value does not fit the type, or the width of a bit-field; or if it needs
    ///                                  memory of its own, as text does, and the struct is not one of
    ///                                  [StructType#allocate]
    void set(Ref<S> ref, T value);

    /// Writes its value in a struct; what it points to is allocated.
    ///
    /// @param allocator gives memory that must live as long as C may look at it
    /// @throws IllegalArgumentException if the value does not fit the type, or the width of a bit-field
    void set(Ref<S> ref, T value, SegmentAllocator allocator);

    /// {@return a field of the nested struct that this one is, as one of the outer struct}
    ///
    /// It never fails: one that can not be throws a [BindingException] when it is used.
    <U> Field<S, U> then(Field<?, U> inner);

    /// {@return the access to it, with the coordinates ([java.lang.foreign.MemorySegment], long): the struct begins at
    /// an offset in bytes}
    ///
    /// Where packing has put it so that it is not aligned, there is only the plain access.
    ///
    /// @throws UnsupportedOperationException if it is not a number, a bool or an [NativeType#ADDRESS], as they are
    VarHandle varHandle();
}

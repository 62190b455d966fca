// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.List;
import java.util.function.Supplier;

/// A global variable of a native library, as it is declared.
///
/// ```java
/// Variable<Integer> calls = library.variable("calls", I32);
/// calls.set(calls.get() + 1);
/// ```
///
/// Nothing is copied: each get and set is one of C's memory, and kept in a static final field it costs what that
/// costs. An array that is [NativeType#sized] and a record lie there in place and are converted as a whole; a struct
/// by [StructType#byValue] is a view; every other type that has a pointer in C is a pointer.
///
/// The first use looks the symbol up and, on Linux, asks the system what it is. It throws
///
/// - [LibraryNotFoundException] if the library is not found or can not be loaded,
/// - [SymbolNotFoundException] if the library does not export the symbol,
/// - [BindingException] if the symbol is a function, or another variable for each thread; if the size of the symbol is
///   known and the type does not fit it: a number, a pointer or any other single value has exactly that size, an array,
///   text in place or a struct is at most so large; or if no variable can be of the type, such as of one that is
///   [NativeType#owned],
/// - [IllegalStateException] if the library has been unloaded,
///
/// and so does each use after that, until one succeeds.
///
/// Any thread may use it, unless its library is open in a confined arena. Plain access by several threads is what it
/// is in C: a race. [#getVolatile] and its like order it.
///
/// @param <T> its type in Java
public sealed interface Variable<T> permits Located {

    /// Declares a variable of a library that may not be open yet. Nothing is looked up before the first use.
    ///
    /// @param library opens the library, or has it; asked by the first use, and again by the next one if it throws
    /// @param scope   how long the library will be open: that of its arena
    /// @param symbol  the name under which the library exports it
    static <T> Variable<T> declare(
            Supplier<NativeLibrary> library, MemorySegment.Scope scope, String symbol, NativeType<T> type) {
        return declare(library, scope, List.of(symbol), type);
    }

    /// Declares a variable that has one of several names; the first that the library exports is taken.
    ///
    /// @param symbols at least one, in the order in which they are tried; else as [#declare(Supplier,
    ///                MemorySegment.Scope, String, NativeType)]
    /// @throws IllegalArgumentException if there is no name
    static <T> Variable<T> declare(
            Supplier<NativeLibrary> library, MemorySegment.Scope scope, List<String> symbols, NativeType<T> type) {
        return Located.of(library, scope, symbols, type);
    }

    /// {@return its value}
    ///
    /// @throws NullPointerException             if it is NULL and its type is not [NativeType#orNull]
    /// @throws ArithmeticException              if C's value has no place in Java's type
    /// @throws java.util.NoSuchElementException if C's value is none of an enumeration
    T get();

    /// Writes its value.
    ///
    /// @throws UnsupportedOperationException if it lies in memory that can not be written, as constants do
    /// @throws IllegalArgumentException      if the value does not fit the type; or if it needs memory of its own, as
    ///                                       text behind a pointer does
    void set(T value);

    /// Writes its value; what it points to is allocated.
    ///
    /// @param allocator gives memory that must live as long as C may look at it; for a function of Java's an arena
    /// @throws UnsupportedOperationException if it lies in memory that can not be written, as constants do
    /// @throws IllegalArgumentException      if the value does not fit the type
    void set(T value, SegmentAllocator allocator);

    // --- shared with other threads -------------------------------------------------------------------------------

    /// {@return its value, as [java.lang.invoke.VarHandle#getVolatile] reads it}
    ///
    /// @throws UnsupportedOperationException if it is more than a number or a pointer
    T getVolatile();

    /// Writes its value, as [java.lang.invoke.VarHandle#setVolatile] does.
    ///
    /// @throws UnsupportedOperationException as [#getVolatile] and [#set(Object)]
    void setVolatile(T value);

    /// {@return its value, as [java.lang.invoke.VarHandle#getAcquire] reads it}; it throws what [#getVolatile] does
    T getAcquire();

    /// Writes its value, as [java.lang.invoke.VarHandle#setRelease] does; it throws what [#setVolatile] does.
    void setRelease(T value);

    /// {@return its value, as [java.lang.invoke.VarHandle#getOpaque] reads it}; it throws what [#getVolatile] does
    T getOpaque();

    /// Writes its value, as [java.lang.invoke.VarHandle#setOpaque] does; it throws what [#setVolatile] does.
    void setOpaque(T value);

    /// Writes its value if it is what is expected, both at once, as [java.lang.invoke.VarHandle#compareAndSet] does.
    ///
    /// @return whether it was written
    /// @throws UnsupportedOperationException as [#setVolatile], and if it is narrower than 32 bits, or text
    boolean compareAndSet(T expected, T value);

    /// {@return its value before something was added to it, both at once, as
    /// [java.lang.invoke.VarHandle#getAndAdd] does}; what does not fit wraps around, as in C
    ///
    /// @throws UnsupportedOperationException as [#setVolatile], and if it is not an integer of 32 or 64 bits
    T getAndAdd(T delta);

    // --- the memory ----------------------------------------------------------------------------------------------

    /// {@return the pointer to it: `&calls`, with the bounds of its type and the life of its library}
    ///
    /// A write through it where the memory can not be written is the JDK's [IllegalArgumentException].
    Pointer<T> pointer();

    /// {@return its memory, of the size of its type; it is read-only if it can not be written}
    MemorySegment segment();

    /// {@return whether it can be written, as far as the system says: on Linux; elsewhere always true}
    boolean isWritable();

    /// {@return whether its library is found and exports it}
    ///
    /// Once the library has been unloaded it is not.
    boolean isAvailable();

    /// Looks it up, and checks it, now: it throws what the first use would throw.
    void link();

    /// {@return this variable, which the library need not have: what checks all of a library passes over it}
    ///
    /// It is said once, where the variable is declared.
    Variable<T> optional();

    /// {@return this variable, which the library may export under another name, tried after those before}
    ///
    /// It is said where the variable is declared, before its first use.
    Variable<T> orElse(String symbol);

    /// {@return whether the library need not have it}
    boolean isOptional();

    /// {@return the name under which the library exports it; of several the first}
    String symbol();

    /// {@return its type}
    NativeType<T> type();

    /// {@return the declaration, such as `calls: i32`}
    @Override
    String toString();
}

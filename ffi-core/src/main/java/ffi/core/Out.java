// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Passage;

import java.util.NoSuchElementException;

/// What C returns through a pointer: a place that a call fills in.
///
/// ```java
/// Out<Integer> quotient = new Out<>();
/// Out<Integer> remainder = new Out<>();
/// divide.call(7, 2, quotient, remainder);
/// int three = quotient.get();
/// ```
///
/// C gets the address of memory that lives for the call, and one address if it is given as several arguments; the value
/// is copied when the call returns. It may be used for
/// any number of calls, by one thread at a time.
///
/// @param <T> what C writes, in Java
public final class Out<T> {

    // What C wrote is not boxed before somebody asks for it, and kept without a reference to what it is: each that is
    // written to an object which others may know costs hundreds of bytes of machine code, the collector's notes.
    private char kind; // of the number in bits, as in a descriptor; 0 if it is none
    private long bits;
    private Object held; // else the value; NULL; the Passage by which bits are read; or a Failure. Null for none

    private static final Object NULL = new Object();

    /// Why there is no value, though C has written one.
    private record Failure(RuntimeException thrown) {}

    /// An empty place.
    public Out() {}

    /// A place that holds a value, for [NativeType#inout].
    public Out(T initial) {
        set(initial);
    }

    /// {@return the value that C wrote last, or that was set}
    ///
    /// @throws NoSuchElementException if no call has filled it in
    /// @throws RuntimeException       as its type says, if what C wrote is no value of it
    public T get() {
        if (kind != 0) {
            @SuppressWarnings("unchecked") // as below
            T number = (T) OutPassing.number(kind, bits);
            return number;
        }
        Object known = held;
        if (known == null) {
            throw new NoSuchElementException("no call has filled it in");
        }
        if (known instanceof Failure failure) {
            throw (RuntimeException) failure.thrown.fillInStackTrace();
        }
        @SuppressWarnings("unchecked") // what fills it in is declared with the type
        T value = (T) (known instanceof Passage carried ? OutPassing.value(carried, bits)
                : known == NULL ? null : known);
        return value;
    }

    /// Puts a value into it.
    public void set(T value) {
        take(value);
    }

    /// {@return whether it holds a value}
    public boolean isFilled() {
        return kind != 0 || held != null;
    }

    void take(Object value) {
        hold(value == null ? NULL : value);
    }

    private void hold(Object held) {
        this.held = held;
        kind = 0;
    }

    void take(char kind, long bits) {
        this.kind = kind;
        this.bits = bits;
        if (held != null) {
            held = null;
        }
    }

    void take(Passage carried, long bits) {
        this.bits = bits;
        hold(carried);
    }

    void fail(RuntimeException wrong) {
        hold(new Failure(wrong));
    }

    /// {@return such as `Out(3)`, or `Out()` when it is empty}
    @Override
    public String toString() {
        return !isFilled() ? "Out()"
                : held instanceof Failure(RuntimeException thrown)
                        ? "Out(" + thrown.getMessage().lines().findFirst().orElse("") + ")"
                : "Out(" + get() + ")";
    }
}

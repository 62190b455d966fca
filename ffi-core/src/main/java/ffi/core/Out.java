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
/// C gets the address of memory that lives for the call; the value is copied when the call returns. It may be used for
/// any number of calls, by one thread at a time.
///
/// @param <T> what C writes, in Java
public final class Out<T> {

    private Object value;
    private long bits; // instead of a value, so that a number is not boxed before somebody asks for it
    private Passage carried; // how the bits are to be read; null for a value
    private RuntimeException wrong;
    private boolean filled;

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
        if (!filled) {
            throw new NoSuchElementException("no call has filled it in");
        }
        if (wrong != null) {
            throw (RuntimeException) wrong.fillInStackTrace();
        }
        @SuppressWarnings("unchecked") // what fills it in is declared with the type
        T known = (T) (carried == null ? value : OutPassing.value(carried, bits));
        return known;
    }

    /// Puts a value into it.
    public void set(T value) {
        take(value);
    }

    /// {@return whether it holds a value}
    public boolean isFilled() {
        return filled;
    }

    void take(Object value) {
        this.value = value;
        carried = null;
        wrong = null;
        filled = true;
    }

    void take(Passage carried, long bits) {
        this.carried = carried;
        this.bits = bits;
        value = null;
        wrong = null;
        filled = true;
    }

    void fail(RuntimeException wrong) {
        take(null);
        this.wrong = wrong;
    }

    /// {@return such as `Out(3)`, or `Out()` when it is empty}
    @Override
    public String toString() {
        return !filled ? "Out()" : wrong != null ? "Out(" + wrong.getMessage().lines().findFirst().orElse("") + ")"
                : "Out(" + get() + ")";
    }
}

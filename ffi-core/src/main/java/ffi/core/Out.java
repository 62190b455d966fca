// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Facts;
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
    private char declared; // the number of the last type that it was given to a call as, see OutPassing; 0 for none
    private Object held; // else the value; NULL; the Passage by which bits are read; or a Failure. Null for none

    private static final Object NULL = new Object();

    /// Why there is no value, though C has written one.
    ///
    /// @param found what it has written; null if a mapping threw
    private record Failure(RuntimeException thrown, String found) {}

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
            throw new NoSuchElementException(Facts.of("No call has filled in this Out")
                    .add("declared", OutPassing.name(declared))
                    .hint(declared == 0 ? "give it to a call first" : "read it after a call that has returned")
                    .toString());
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

    /// Notes as what it is given to a call: a number, as a reference would need the collector's notes in each call.
    void declare(char type) {
        declared = type;
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

    void fail(RuntimeException wrong, String found) {
        hold(new Failure(wrong, found));
    }

    /// {@return such as `Out(3)`; `Out()` if it is empty, or `Out(empty, cstring)` if a call was given it as that; or
    /// why the value that the native function wrote is none of its type, such as `Out(NULL, not a value of cstring)`}
    @Override
    public String toString() {
        if (!isFilled()) {
            return declared == 0 ? "Out()" : "Out(empty, " + OutPassing.name(declared) + ")";
        }
        try {
            return "Out(" + get() + ")";
        } catch (RuntimeException thrown) { // by get, or by the value's own text
            String found = held instanceof Failure failure ? failure.found : null;
            return found != null ? "Out(" + found + ", not a value of " + OutPassing.name(declared) + ")"
                    : "Out(" + thrown.getClass().getName() + ")";
        }
    }
}

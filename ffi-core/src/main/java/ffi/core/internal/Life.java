// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

/// Of a function that C keeps: whether it has ended, which whoever holds it asks at each call that it is given to. So a
/// call looks at one field.
final class Life {

    private volatile CallbackType admitted;
    private volatile boolean ended;

    /// {@return the life of a function of C's, which nobody here ends}
    static Life without(CallbackType type) {
        Life life = new Life();
        life.admitted = type;
        return life;
    }

    /// {@return the type as which calls take the function without asking anything else, or null}
    CallbackType admitted() {
        return admitted;
    }

    /// Has calls take the function as one of a type, unless it has ended.
    synchronized void admit(CallbackType type) {
        if (!ended) {
            admitted = type;
        }
    }

    boolean hasEnded() {
        return ended;
    }

    synchronized void end() {
        ended = true;
        admitted = null; // last, and a slot that is lent again holds nothing of its former function's
    }
}

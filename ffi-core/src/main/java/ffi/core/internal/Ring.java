// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.ref.WeakReference;

/// The function pointers of one shape that one thread lends to its calls.
///
/// One that comes back waits behind all others, so that C which calls a function after the end of its call meets a
/// tombstone for a while, and not the function of another call. Few are enough, for between two calls all are
/// tombstones; and with more of them a call takes half as long again, since their code finds no room in the processor's
/// first cache.
final class Ring {

    private static final int QUARANTINE = 8;
    private static final int LONG_QUARANTINE = 64; // each costs kilobytes once it was called often

    private final Stubs stubs;
    private WeakReference<Thread> owner;
    private Slot[] waiting = new Slot[2 * QUARANTINE];
    private int first;
    private int count;
    private int quarantine = QUARANTINE; // another thread may write it

    Ring(Stubs stubs, Thread owner) {
        this.stubs = stubs;
        own(owner);
    }

    private void own(Thread thread) {
        // If it is virtual, the ring is of a stack that is lent, and lives on.
        owner = thread.isVirtual() ? null : new WeakReference<>(thread);
    }

    /// Takes over what a thread that has ended left behind.
    synchronized boolean adopt(Thread thread) {
        if (owner == null) {
            return false;
        }
        Thread former = owner.get();
        if (former != null && former.isAlive()) {
            return false;
        }
        own(thread);
        return true;
    }

    /// Has functions wait longer from now on: what C has kept once it will keep again.
    void suspect() {
        quarantine = LONG_QUARANTINE;
    }

    Slot take() {
        if (count < quarantine) {
            return stubs.make();
        }
        Slot slot = waiting[first];
        first = first + 1 & waiting.length - 1;
        count--;
        return slot;
    }

    void give(Slot slot) {
        if (count == waiting.length) {
            Slot[] more = new Slot[2 * waiting.length];
            for (int i = 0; i < count; i++) {
                more[i] = waiting[first + i & waiting.length - 1];
            }
            waiting = more;
            first = 0;
        }
        waiting[first + count & waiting.length - 1] = slot;
        count++;
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/// The addresses of the first functions that share a generated class, as constants of that class.
///
/// All functions of one signature share one class, so that a call site which serves several of them still has one
/// receiver, and is inlined. Their addresses would then be plain fields, and a call through a constant would cost half
/// a nanosecond more than need be, since it waits for the load. Hence the slots: an instance knows its number, which
/// the JIT trusts, and takes its address from the slot of that number. Later functions make do with the field.
public final class Slots {

    static final int COUNT = 16; // with many more, the method that finds the address is too large for the JIT to inline

    private final Address[] addresses = new Address[COUNT];
    private final AtomicInteger next = new AtomicInteger();

    Slots() {
        for (int i = 0; i < COUNT; i++) {
            addresses[i] = new Address(null);
        }
    }

    Address address(int slot) {
        return addresses[slot];
    }

    /// {@return the number of a new instance}
    int take() {
        return next.get() < COUNT ? next.getAndIncrement() : COUNT;
    }

    /// Called by generated code while the address is not known.
    public long link(Target target, int slot) {
        return link(target, slot, Address.APART);
    }

    private long link(Target target, int slot, int deeper) {
        if (deeper > 0) {
            return link(target, slot, deeper - 1);
        }
        long address = target.link().address();
        if (slot < COUNT) {
            addresses[slot].set(address);
        }
        return address;
    }

    /// The same of a function whose library can be unloaded.
    public static MemorySegment segment(Target target) {
        return segment(target, Address.APART);
    }

    private static MemorySegment segment(Target target, int deeper) {
        return deeper > 0 ? segment(target, deeper - 1) : target.link();
    }
}

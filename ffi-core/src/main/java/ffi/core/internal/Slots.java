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
///
/// It is a record since the JIT trusts the fields of records as well. As constants of the generated class, each of
/// which has to be written, the slots made up half of it, and so of what a program with many signatures pays.
public record Slots(Address a, Address b, Address c, Address d, Address e, Address f, Address g, Address h,
        Address i, Address j, Address k, Address l, Address m, Address n, Address o, Address p, AtomicInteger next) {

    static final int COUNT = 16; // with many more, the method that finds the address is too large for the JIT to inline

    Slots() {
        this(slot(), slot(), slot(), slot(), slot(), slot(), slot(), slot(),
                slot(), slot(), slot(), slot(), slot(), slot(), slot(), slot(), new AtomicInteger());
    }

    private static Address slot() {
        return new Address(null);
    }

    /// {@return the number of a new instance}
    int take() {
        return next.get() < COUNT ? next.getAndIncrement() : COUNT;
    }

    /// {@return the address in a slot; null if it is not known, or there is no such slot}
    ///
    /// Called by generated code. Each slot is asked by a call of its own, so that each is a constant to the JIT.
    public Object known(int slot) {
        return switch (slot) {
            case 0 -> a.known();
            case 1 -> b.known();
            case 2 -> c.known();
            case 3 -> d.known();
            case 4 -> e.known();
            case 5 -> f.known();
            case 6 -> g.known();
            case 7 -> h.known();
            case 8 -> i.known();
            case 9 -> j.known();
            case 10 -> k.known();
            case 11 -> l.known();
            case 12 -> m.known();
            case 13 -> n.known();
            case 14 -> o.known();
            case 15 -> p.known();
            default -> null;
        };
    }

    private Address at(int slot) {
        return switch (slot) {
            case 0 -> a;
            case 1 -> b;
            case 2 -> c;
            case 3 -> d;
            case 4 -> e;
            case 5 -> f;
            case 6 -> g;
            case 7 -> h;
            case 8 -> i;
            case 9 -> j;
            case 10 -> k;
            case 11 -> l;
            case 12 -> m;
            case 13 -> n;
            case 14 -> o;
            case 15 -> p;
            default -> null;
        };
    }

    /// Called by generated code while the address is not known.
    public long link(Target target, int slot) {
        return link(target, slot, Address.APART);
    }

    private long link(Target target, int slot, int deeper) {
        return deeper > 0 ? link(target, slot, deeper - 1) : set(slot, target.link().address());
    }

    /// The same; 0 if [Rare] is to call. Functions that have no slot are so many that their shape is worth its linking;
    /// and as their addresses are no constants, the JIT would keep the other way in all their calls.
    public long start(Target target, int slot) {
        return start(target, slot, Address.APART);
    }

    private long start(Target target, int slot, int deeper) {
        if (deeper > 0) {
            return start(target, slot, deeper - 1);
        }
        long address = slot < COUNT ? target.start() : target.link().address();
        return address == 0 ? 0 : set(slot, address);
    }

    private long set(int slot, long address) {
        Address unset = at(slot);
        if (unset != null) {
            unset.set(address);
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

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.util.concurrent.atomic.AtomicInteger;

/// The addresses of the first functions that share a generated class, as constants of that class.
///
/// All functions of one signature share one class, so that a call site which serves several of them still has one
/// receiver, and is inlined. Their addresses would then be plain fields, and a call through a constant would cost half
/// a nanosecond more than need be, since it waits for the load. Hence the slots: an instance knows its number, which
/// the JIT trusts, and takes its address from the slot of that number. Later functions make do with the field.
///
/// It is a record since the JIT trusts the fields of records as well. As constants of the generated class, each of which
/// has to be written, the slots made up half of it, and so of what a program with many signatures pays.
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
        switch (slot) {
            case 0: return a.known();
            case 1: return b.known();
            case 2: return c.known();
            case 3: return d.known();
            case 4: return e.known();
            case 5: return f.known();
            case 6: return g.known();
            case 7: return h.known();
            case 8: return i.known();
            case 9: return j.known();
            case 10: return k.known();
            case 11: return l.known();
            case 12: return m.known();
            case 13: return n.known();
            case 14: return o.known();
            case 15: return p.known();
            default: return null;
        }
    }

    /// Called by generated code while the address is not known.
    public long link(Target target, int slot) {
        return set(slot, target.link().address());
    }

    /// The same; 0 if [Rare] is to call.
    public long start(Target target, int slot) {
        long address = target.start();
        return address == 0 ? 0 : set(slot, address);
    }

    private long set(int slot, long address) {
        switch (slot) {
            case 0: a.set(address); break;
            case 1: b.set(address); break;
            case 2: c.set(address); break;
            case 3: d.set(address); break;
            case 4: e.set(address); break;
            case 5: f.set(address); break;
            case 6: g.set(address); break;
            case 7: h.set(address); break;
            case 8: i.set(address); break;
            case 9: j.set(address); break;
            case 10: k.set(address); break;
            case 11: l.set(address); break;
            case 12: m.set(address); break;
            case 13: n.set(address); break;
            case 14: o.set(address); break;
            case 15: p.set(address); break;
            default: // it has the field only
        }
        return address;
    }
}

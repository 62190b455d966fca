// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/// The function pointers of one shape, for all types of callbacks that C calls in the same way.
///
/// They live as long as the JVM, for nobody knows what C keeps, so their number is that of those which were alive, or
/// in quarantine, at once.
public final class Stubs {

    private static final int QUARANTINE = 256;
    private static final ConcurrentMap<String, Stubs> OF_SHAPE = new ConcurrentHashMap<>();
    private static final AtomicInteger COUNT = new AtomicInteger();

    final String shape;
    final int index = COUNT.getAndIncrement();
    private final FunctionDescriptor descriptor;
    private final Slot first;
    private final MethodHandle upcall;
    private final Queue<Ring> rings = new ConcurrentLinkedQueue<>();
    private final Queue<Slot> retired = new ConcurrentLinkedQueue<>();
    private final AtomicInteger retiredCount = new AtomicInteger();
    private volatile boolean suspicious;

    private Stubs(String shape, FunctionDescriptor descriptor) {
        this.shape = shape;
        this.descriptor = descriptor;
        Pending.expect();
        MethodType type = descriptor.toMethodType();
        first = StubWriter.define(shape, type);
        upcall = StubWriter.handle(first, type);
    }

    static Stubs of(Passing passing) {
        String shape = passing.upcallShape();
        Stubs known = OF_SHAPE.get(shape);
        return known != null ? known : make(shape, Linking.upcall(passing));
    }

    private static synchronized Stubs make(String shape, FunctionDescriptor descriptor) {
        Stubs known = OF_SHAPE.get(shape);
        if (known == null) {
            known = new Stubs(shape, descriptor);
            OF_SHAPE.put(shape, known);
        }
        return known;
    }

    MemorySegment stub(Slot slot) {
        return Restricted.upcallStub(upcall.bindTo(slot), descriptor, Arena.global());
    }

    /// {@return a new function pointer}
    Slot make() {
        return first.make(this);
    }

    /// {@return a thread's function pointers of this shape}
    Ring ring() {
        Thread thread = Thread.currentThread();
        for (Ring ring : rings) {
            if (ring.adopt(thread)) {
                return ring;
            }
        }
        Ring ring = new Ring(this, thread);
        rings.add(ring);
        if (suspicious) { // after it was added, for one that is not is not found
            ring.suspect();
        }
        return ring;
    }

    /// Has functions wait longer from now on: C was seen to keep what it was lent for a call.
    void suspect() {
        if (!suspicious) {
            suspicious = true;
            for (Ring ring : rings) {
                ring.suspect();
            }
        }
    }

    /// {@return a function pointer for as long as the caller decides}
    Slot take() {
        if (retiredCount.get() > QUARANTINE) {
            Slot slot = retired.poll();
            if (slot != null) {
                retiredCount.decrementAndGet();
                return slot;
            }
        }
        return make().guarded();
    }

    /// Ends the life of a function pointer: it will be used again, but not soon.
    void retire(Slot slot) {
        slot.end();
        retired.add(slot);
        retiredCount.incrementAndGet();
    }
}

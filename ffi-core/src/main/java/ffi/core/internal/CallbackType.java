// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// A kind of callback: what C gives and gets, which method of which interface is called, and the function pointers of
/// this kind.
public final class CallbackType {

    private static final int QUARANTINE = 256;
    private static final AtomicInteger COUNT = new AtomicInteger();

    final String name;
    final Class<?> face;
    final String method;
    final MethodType type;
    final Call call;
    final Object error;
    private final Lookup caller;
    private final int index = COUNT.getAndIncrement();
    private final Queue<Ring> rings = new ConcurrentLinkedQueue<>();
    private final Queue<Slot> retired = new ConcurrentLinkedQueue<>();
    private final AtomicInteger retiredCount = new AtomicInteger();
    private Slot first;
    private MethodHandle upcall;
    private FunctionDescriptor descriptor;

    /// @param name   as the user spells the type
    /// @param method of the face
    /// @param type   of that method
    /// @param error  what C gets when the function throws: a value of the result's type, or null for 0
    /// @param caller sees the face, if not all can; may be null
    public CallbackType(
            String name, Class<?> face, String method, MethodType type, Call call, Object error, Lookup caller) {
        this.name = name;
        this.face = face;
        this.method = method;
        this.type = type;
        this.call = call;
        this.error = error;
        this.caller = caller;
    }

    int index() {
        return index;
    }

    /// {@return what C gets}
    public Passage result() {
        return call.result();
    }

    /// {@return the same callback with another error value}
    public CallbackType withError(String name, Object error) {
        return new CallbackType(name, face, method, type, call, error, caller);
    }

    ClassLoader loader() {
        return face.getClassLoader() != null ? face.getClassLoader() : ClassLoader.getSystemClassLoader();
    }

    /// {@return a new function pointer}
    Slot make() {
        return first().make(this);
    }

    private synchronized Slot first() {
        if (first == null) {
            Passing passing = call.passing();
            descriptor = Linking.upcall(passing);
            try {
                first = UpcallWriter.define(this, passing, Faces.host(caller, face, type));
                upcall = UpcallWriter.handle(first, descriptor.toMethodType());
            } catch (IllegalAccessException e) {
                throw notVisible(e);
            }
        }
        return first;
    }

    MemorySegment stub(Slot slot) {
        return Restricted.upcallStub(upcall.bindTo(slot), descriptor, Arena.global());
    }

    /// {@return a thread's function pointers of this kind}
    Ring ring() {
        Thread thread = Thread.currentThread();
        for (Ring ring : rings) {
            if (ring.adopt(thread)) {
                return ring;
            }
        }
        Ring ring = new Ring(this, thread);
        rings.add(ring);
        return ring;
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
        return make();
    }

    /// Ends the life of a function pointer: it will be used again, but not soon.
    void retire(Slot slot) {
        slot.bury();
        retired.add(slot);
        retiredCount.incrementAndGet();
    }

    /// Registers a function for as long as an arena lives.
    ///
    /// @param owner   where, for messages
    /// @param handler of exceptions on threads that C made; null for the thread's own
    /// @return the function pointer
    public MemorySegment register(Object function, Arena arena, Object owner, Thread.UncaughtExceptionHandler handler) {
        Slot slot = take();
        slot.register(function, owner, -1, false, handler);
        try {
            return Restricted.reinterpret(slot.stub(), arena, _ -> retire(slot));
        } catch (RuntimeException closed) {
            retire(slot);
            throw closed;
        }
    }

    /// {@return a function pointer of C's as an object of the face; it knows its address and nothing else}
    public Object function(MemorySegment address) {
        try {
            return Faces.function(caller, face, method, type, call, true, new Pointed(address, this));
        } catch (IllegalAccessException e) {
            throw notVisible(e);
        }
    }

    private IllegalArgumentException notVisible(IllegalAccessException cause) {
        return new IllegalArgumentException(Facts.of("Not visible to ffi.core: " + face.getTypeName())
                .hint("make it public in an exported package, or open its package to ffi.core").toString(), cause);
    }

    /// What C's function pointers stand for.
    private record Pointed(MemorySegment address, CallbackType type) implements Target {
        @Override
        public MemorySegment link() {
            return address;
        }

        @Override
        public boolean isLike(Call call) {
            return type.call.equals(call);
        }

        @Override
        public String library() {
            return null;
        }

        @Override
        public String toString() {
            return "0x" + Long.toHexString(address.address()) + ": " + type;
        }
    }

    /// Registers a function until it has been called once.
    ///
    /// @return the function pointer
    public MemorySegment registerOnce(Object function, Object owner, Thread.UncaughtExceptionHandler handler) {
        Slot slot = take();
        slot.register(function, owner, -1, true, handler);
        return slot.stub();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CallbackType t && t.face == face && t.method.equals(method) && t.type.equals(type)
                && t.call.equals(call) && Objects.equals(t.error, error) && t.name.equals(name);
    }

    @Override
    public int hashCode() {
        return 31 * call.hashCode() + face.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MutableCallSite;

/// An address that is known later, and is a constant to the JIT from then on.
///
/// The JIT takes the target of a call site for a constant, and a handle that returns a constant is one. Generated code
/// asks [#known] for it; the answer null means that it is not known yet. The address of a library that is never
/// unloaded is a number, since a call by a number needs no check that the function is still there; the others are
/// segments.
public final class Address extends MutableCallSite implements Named {

    // of references, whose handles the JDK has ready, where those of long would be made first
    private static final MethodHandle UNKNOWN = MethodHandles.constant(Object.class, null);

    /// How often a method calls itself that is to stay out of the code of its callers: HotSpot inlines one recursion,
    /// and leaves a second one as a call. Looking a function up is done once for each, but by code that all calls
    /// share; if it were in there, that code would be too large to be inlined itself.
    static final int APART = 2;

    private final Target target;

    public Address(Target target) {
        super(UNKNOWN);
        this.target = target;
    }

    /// {@return the address, or null; called by generated code}
    public Object known() {
        try {
            return (Object) getTarget().invokeExact();
        } catch (Throwable e) {
            throw Linking.sneak(e);
        }
    }

    /// Makes it known: the address, or what a variable has in its place.
    public void set(Object address) {
        setTarget(MethodHandles.constant(Object.class, address));
    }

    Target target() {
        return target;
    }

    /// {@return as [#number], but 0 if [Rare] is to call; called by generated code that asks for that}
    public long start() {
        Object known = known();
        return known != null ? (long) known : start(APART);
    }

    private long start(int deeper) {
        if (deeper > 0) {
            return start(deeper - 1);
        }
        long address = target.start();
        if (address != 0) {
            set(address);
        }
        return address;
    }

    /// {@return the address, which is looked up if it is not known yet; called by generated code}
    public long number() {
        Object known = known();
        return known != null ? (long) known : link(APART);
    }

    /// {@return the address, which is looked up if it is not known yet; called by generated code}
    public MemorySegment segment() {
        Object known = known();
        return known != null ? (MemorySegment) known : linkSegment(APART);
    }

    private long link(int deeper) {
        if (deeper > 0) {
            return link(deeper - 1);
        }
        long address = target.link().address();
        set(address);
        return address;
    }

    private MemorySegment linkSegment(int deeper) {
        if (deeper > 0) {
            return linkSegment(deeper - 1);
        }
        MemorySegment address = target.link();
        set(address);
        return address;
    }

    @Override
    public Origin origin() {
        return target.origin();
    }

    @Override
    public Watched watched() {
        return target.watched();
    }

    /// {@return the declaration of the function, as errors show it}
    @Override
    public String toString() {
        return target.toString();
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.MutableCallSite;

/// An address that is known later, and is a constant to the JIT from then on.
///
/// The JIT takes the target of a call site for a constant, and a handle that returns a constant is one. Generated code
/// asks [#getter]; the answer 0, or null, means that the address is not known yet.
public final class Address extends MutableCallSite {

    private static final MethodHandle NO_LONG = MethodHandles.constant(long.class, 0L);
    private static final MethodHandle NO_SEGMENT = MethodHandles.constant(MemorySegment.class, null);

    private final Target target;

    private Address(MethodHandle unknown, Target target) {
        super(unknown);
        this.target = target;
    }

    /// An address that is never unloaded is a plain number: a handle then needs no check that it is still there.
    static Address of(Target target, boolean unloads) {
        return new Address(unloads ? NO_SEGMENT : NO_LONG, target);
    }

    /// {@return a handle that returns the address, or 0, or null}
    MethodHandle getter() {
        return dynamicInvoker();
    }

    void set(long address) {
        setTarget(MethodHandles.constant(long.class, address));
    }

    /// Called by generated code while the address is not known.
    public long link() {
        long address = target.link().address();
        set(address);
        return address;
    }

    /// Called by generated code while the address is not known.
    public MemorySegment linkSegment() {
        MemorySegment address = target.link();
        setTarget(MethodHandles.constant(MemorySegment.class, address));
        return address;
    }

    static MethodType type(boolean unloads) {
        return unloads ? NO_SEGMENT.type() : NO_LONG.type();
    }
}

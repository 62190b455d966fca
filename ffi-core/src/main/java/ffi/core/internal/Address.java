// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MutableCallSite;

/// An address that is known later, and is a constant to the JIT from then on.
///
/// The JIT takes the target of a call site for a constant, and a handle that returns a constant is one. Generated code
/// calls the target; the answer null means that the address is not known yet. The address of a library that is never
/// unloaded is a number, since a call by a number needs no check that the function is still there; the others are
/// segments.
public final class Address extends MutableCallSite {

    // of references, whose handles the JDK has ready, where those of long would be made first
    private static final MethodHandle UNKNOWN = MethodHandles.constant(Object.class, null);

    private final Target target;

    Address(Target target) {
        super(UNKNOWN);
        this.target = target;
    }

    void set(Object address) {
        setTarget(MethodHandles.constant(Object.class, address));
    }

    /// Called by generated code while the address is not known.
    public Object link() {
        Object address = target.link().address();
        set(address);
        return address;
    }

    /// Called by generated code while the address is not known.
    public Object linkSegment() {
        Object address = target.link();
        set(address);
        return address;
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import ffi.core.internal.Misfit.Kind;

import java.lang.foreign.MemorySegment;

/// Functions of Java as function pointers of C, and C's as functions of Java.
///
/// @param type     of the callback
/// @param nullable whether null stands for NULL; without it either is a [Misfit]
public record CallbackPassing(String name, CallbackType type, boolean nullable) implements Conversion.OfSegment {

    @Override
    public CallbackPassing orNull(String name) {
        return new CallbackPassing(name, type, true);
    }

    @Override
    public boolean allocates() {
        return true;
    }

    /// Of memory, where nobody knows how long the function is wanted.
    @Override
    public MemorySegment lower(Object value) {
        MemorySegment known = known(value);
        if (known != null) {
            return known;
        }
        throw new Misfit(Kind.ARGUMENT, name, "a function that lives in an arena", "one that lives for a call");
    }

    @Override
    public MemorySegment lower(Object value, Scratch scratch) {
        return lower(this, value, scratch, null, 0);
    }

    /// {@return a function pointer that lives until the call returns; called by generated code}
    ///
    /// @param function  that is called
    /// @param parameter of it, from 0
    public static MemorySegment lower(
            Conversion.OfSegment conversion, Object value, Scratch scratch, Object function, int parameter) {
        CallbackPassing callback = (CallbackPassing) conversion;
        MemorySegment known = callback.known(value);
        if (known != null) {
            return known;
        }
        Slot slot = scratch.lend(callback.type);
        slot.register(value, function, parameter, false, null);
        return slot.stub();
    }

    /// {@return the address of what is a function pointer already, or null}
    public MemorySegment known(Object value) {
        if (value == null) {
            if (nullable) {
                return MemorySegment.NULL;
            }
            throw new Misfit(Kind.NULL, name, "a function", "null");
        }
        return value instanceof Functions functions && functions.target$().isLike(type.call)
                ? functions.target$().link() : null;
    }

    @Override
    public Object raise(MemorySegment carrier) {
        if (carrier.address() == 0) {
            if (nullable) {
                return null;
            }
            throw new Misfit(Kind.NULL, name, "a function", "NULL");
        }
        return type.function(carrier);
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import ffi.core.internal.Misfit.Kind;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/// Functions of Java as function pointers of C, and C's as functions of Java.
///
/// @param type     of the callback
/// @param nullable whether null stands for NULL; without it either is a [Misfit]
public record CallbackPassing(String name, CallbackType type, boolean nullable) implements Conversion.OfSegment {

    private static final Named NOBODY = () -> Origin.BY_C;

    @Override
    public CallbackPassing orNull(String name) {
        return new CallbackPassing(name, type, true);
    }

    @Override
    public boolean allocates() {
        return true;
    }

    @Override
    public boolean lends() {
        return true;
    }

    /// {@return the type; that of an interface which names itself is read when it is first asked for}
    @Override
    public CallbackType type() {
        return type.complete();
    }

    /// Of a callback's result, or of memory without an allocator: the lifetime of the function is unknown there.
    @Override
    public MemorySegment lower(Object value) {
        return lower(value, (SegmentAllocator) null);
    }

    /// Of memory: the function lives for the call whose memory it is, or as long as the arena.
    @Override
    public MemorySegment lower(Object value, SegmentAllocator room) {
        MemorySegment known = known(value, null);
        if (known != null) {
            return known;
        }
        SegmentAllocator from = room;
        while (from instanceof Lasting lasting) {
            from = lasting.allocator();
        }
        CallbackType type = type();
        if (from instanceof Scratch.Room(Scratch scratch, Sharing _)) {
            Slot slot = scratch.lend(type.stubs());
            slot.register(type, value, Origin.FIELD, -1, false, null);
            return slot.stub();
        }
        if (from instanceof Arena arena) {
            return Registration.of(type, value, Origin.FIELD, false, null).until(arena);
        }
        throw new Misfit(Kind.ARGUMENT, name, room == null
                ? "a function pointer of Upcall.of or stub { }"
                : "a function pointer of Upcall.of or stub { }, or set(…, function, arena)",
                "a function without a lifetime");
    }

    @Override
    public MemorySegment lower(Object value, Scratch scratch) {
        MemorySegment known = known(value, null);
        return known != null ? known : lend(this, value, scratch, NOBODY, 0);
    }

    /// {@return the address of what is a function pointer already, or null; called by generated code}
    ///
    /// @param function that is called
    public static MemorySegment known(Conversion.OfSegment conversion, Object value, Named function) {
        return ((CallbackPassing) conversion).known(value, function);
    }

    /// {@return a function pointer that lives until the call returns; called by generated code}
    ///
    /// @param function  that is called
    /// @param parameter of it, from 0
    public static MemorySegment lend(
            Conversion.OfSegment conversion, Object value, Scratch scratch, Named function, int parameter) {
        CallbackType type = ((CallbackPassing) conversion).type();
        Slot slot = scratch.lend(type.stubs());
        slot.register(type, value, function.origin(), parameter, false, null);
        return slot.stub();
    }

    /// {@return the address of what is a function pointer already, or null}
    ///
    /// @param function that it is given to, or null
    public MemorySegment known(Object value, Named function) {
        if (value == null) {
            if (nullable) {
                return MemorySegment.NULL;
            }
            throw new Misfit(Kind.NULL, name, "a function", "null");
        }
        if (!(value instanceof Functions functions)) {
            return null;
        }
        Target target = functions.target$();
        CallbackType type = type();
        if (target instanceof CallbackType.Pointed ours) {
            if (ours.life().admitted() != type) {
                admit(ours, type, function);
            }
            return ours.address();
        }
        if (!target.isLike(type.call)) {
            return null;
        }
        return target.link();
    }

    /// {@return the address of a function pointer, or of a function of a library}
    ///
    /// @throws IllegalStateException if it has ended
    public static MemorySegment addressOf(Functions function) {
        Target target = function.target$();
        if (target instanceof CallbackType.Pointed ours) {
            ours.requireAlive();
            return ours.address();
        }
        return target.link();
    }

    /// Checks a function pointer that is not known to be of this type. It has an address of its own, so it is passed as
    /// that or not at all: a second function pointer that calls the first would end with the call.
    private void admit(CallbackType.Pointed ours, CallbackType type, Named function) {
        ours.requireAlive();
        if (ours.type() != type && !ours.type().call.isCalledLike(type.call)) {
            throw new Misfit(Kind.ARGUMENT, name, "a function, or a function pointer of this type",
                    "a function pointer of the type " + ours.type());
        }
        Slot slot = ours.slot();
        if (slot != null && slot.isNameless() && function != null) {
            slot.name(function.origin());
        }
        if (slot != null && !slot.isNameless()) {
            ours.life().admit(type);
        }
    }

    /// {@return a function of C's that lives as long as the library whose function has returned it; called by generated
    /// code}
    ///
    /// @param library any address in it
    public static Object raise(Conversion.OfSegment conversion, MemorySegment carrier, MemorySegment library) {
        return ((CallbackPassing) conversion).raise(carrier.address() == 0 ? carrier
                : Restricted.reinterpret(carrier, new LifeOf(library.scope()), null));
    }

    @Override
    public Object raise(MemorySegment carrier) {
        if (carrier.address() == 0) {
            if (nullable) {
                return null;
            }
            throw new Misfit(Kind.NULL, name, "a function", "NULL");
        }
        return type().function(carrier);
    }
}

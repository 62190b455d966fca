// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import ffi.core.internal.Misfit.Kind;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/// Objects of Java as `void *`, which C hands back and looks at no further.
///
/// @param type     of the object
/// @param nullable whether null stands for NULL; without it either is a [Misfit]
public record ObjectPassing(String name, Class<?> type, boolean nullable) implements Conversion.OfSegment {

    @Override
    public ObjectPassing orNull(String name) {
        return new ObjectPassing(name, type, true);
    }

    @Override
    public boolean allocates() {
        return true;
    }

    @Override
    public MemorySegment lower(Object value) {
        return lower(value, (SegmentAllocator) null);
    }

    @Override
    public MemorySegment lower(Object value, Scratch scratch) {
        return lower(value, scratch.allocator);
    }

    @Override
    public MemorySegment lower(Object value, SegmentAllocator room) {
        if (value == null) {
            if (nullable) {
                return MemorySegment.NULL;
            }
            throw new Misfit(Kind.NULL, name, "an object", "null");
        }
        if (value instanceof MemorySegment pointer && pointer.isNative() && Tokens.object(pointer.address()) != null) {
            return pointer; // what stands for an object already, and where nothing else can be
        }
        long token = Tokens.find(value);
        if (token != 0) {
            return MemorySegment.ofAddress(token);
        }
        if (room instanceof Scratch.Room(Scratch scratch, Sharing _)) {
            return MemorySegment.ofAddress(scratch.lend(value));
        }
        if (room instanceof Arena arena) {
            long made = Tokens.give(value, null);
            return Restricted.reinterpret(MemorySegment.ofAddress(made), arena, _ -> Tokens.end(made));
        }
        throw new Misfit(Kind.ARGUMENT, name, "an object that C keeps", "one that lives for a call");
    }

    @Override
    public Object raise(MemorySegment carrier) {
        if (carrier.address() == 0) {
            if (nullable) {
                return null;
            }
            throw new Misfit(Kind.NULL, name, "an object", "NULL");
        }
        Object object = Tokens.object(carrier.address());
        if (!type.isInstance(object)) {
            throw new Misfit(Kind.UNKNOWN, name, "an object that was given to C, and is still alive",
                    object == null ? "0x" + Long.toHexString(carrier.address())
                            : "a " + object.getClass().getTypeName());
        }
        return object;
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/// How a Java value becomes what C takes, the carrier, and back. There is one interface for each carrier, so that
/// nothing is boxed on the way.
///
/// Generated code holds a conversion as a constant; an implementation is a record, since the JIT trusts the fields of
/// records. Each method throws [Misfit] for what the declared type does not admit.
public sealed interface Conversion {

    /// {@return whether [OfLong#lower] allocates, so that the call is a frame of the thread's stack}
    default boolean allocates() {
        return false;
    }

    /// A number of Java that is wider than C's or has values that C's has not: checked, then cut to the carrier.
    non-sealed interface Checked extends Conversion {
        long least();

        long most();

        long lower(long value);

        long raise(long carrier);
    }

    /// A value whose carrier is an `int`.
    non-sealed interface OfInt extends Conversion {
        int lower(Object value);

        Object raise(int carrier);
    }

    /// A value whose carrier is a `long`, among them all pointers to what is copied.
    non-sealed interface OfLong extends Conversion {
        /// {@return the carrier}
        ///
        /// @param scratch lends memory that lives until the call returns
        long lower(Object value, Scratch scratch);

        Object raise(long carrier);

        /// {@return the carrier}
        ///
        /// @param allocator gives memory that lives as long as its owner decides
        long store(Object value, SegmentAllocator allocator);
    }

    /// A value whose carrier is a segment, which the JDK keeps alive during the call.
    non-sealed interface OfSegment extends Conversion {
        MemorySegment lower(Object value);

        Object raise(MemorySegment carrier);
    }
}

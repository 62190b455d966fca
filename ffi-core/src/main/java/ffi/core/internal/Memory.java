// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.MemorySegment;

/// All memory of the process, by address.
public final class Memory {

    /// A constant, so that its checks of bounds and life fold away.
    public static final MemorySegment ALL = Restricted.reinterpret(MemorySegment.NULL, Long.MAX_VALUE);

    private Memory() {}
}

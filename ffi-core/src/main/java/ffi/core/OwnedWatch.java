// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Ownership;

import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/// Tells of what calls return that is [NativeType#owned], so that a scope can say what was never closed.
public final class OwnedWatch {

    private OwnedWatch() {}

    /// Has the calling thread tell a watcher of each result that becomes owned: of its scope, which is alive until it
    /// is closed.
    ///
    /// @param watcher null for none; it must not throw
    /// @return the one before, or null
    public static Consumer<MemorySegment.Scope> set(Consumer<MemorySegment.Scope> watcher) {
        return Ownership.watch(watcher);
    }
}

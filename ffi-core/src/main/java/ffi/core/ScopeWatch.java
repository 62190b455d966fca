// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.jfr.Recorder;
import ffi.core.internal.jfr.ScopeEvent;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/// A life of native memory that a recording of the flight recorder asks for, as the event `ffi.Scope`.
public final class ScopeWatch {

    private final String kind;
    private final ScopeEvent event;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong allocations = new AtomicLong();

    private ScopeWatch(String kind, ScopeEvent event) {
        this.kind = kind;
        this.event = event;
    }

    /// {@return the watch of a life that begins, or null if no recording asks for it}
    ///
    /// While there is no recording this costs a look at a field.
    ///
    /// @param kind the word that the scope begins with in the program
    public static ScopeWatch begin(String kind) {
        return Recorder.isOn() ? begun(kind) : null;
    }

    private static ScopeWatch begun(String kind) {
        ScopeEvent event = ScopeEvent.begun();
        return event == null ? null : new ScopeWatch(kind, event);
    }

    /// Counts memory that was allocated, by any thread.
    public void allocated(long bytes) {
        this.bytes.addAndGet(bytes);
        allocations.incrementAndGet();
    }

    /// {@return the same arena, whose memory is counted, and whose end is that of the life}
    public Arena counting(Arena arena) {
        return new Counting(this, arena);
    }

    /// Ends the life, once, by any thread.
    public void end() {
        event.ended(kind, bytes.get(), allocations.get());
    }

    private record Counting(ScopeWatch watch, Arena arena) implements Arena {
        @Override
        public MemorySegment allocate(long byteSize, long byteAlignment) {
            MemorySegment allocated = arena.allocate(byteSize, byteAlignment);
            watch.allocated(byteSize);
            return allocated;
        }

        @Override
        public MemorySegment.Scope scope() {
            return arena.scope();
        }

        @Override
        public void close() {
            arena.close();
            watch.end();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

/// Memory that C gave us to give back: each piece has a life of its own, which ends once.
///
/// Whoever forgets to end it has a net: a piece that can not be reached any more is given back by a thread of ours. The
/// collector does not know what C's memory weighs, so when many pieces wait, whoever asks for one more waits for it.
public final class Ownership {

    private static final long PATIENCE = 200; // milliseconds that one who asks waits while nothing is given back
    private static final ConcurrentMap<MemorySegment.Scope, Owned> OWNED = new ConcurrentHashMap<>();

    private static final Set<String> RELEASING =
            Set.of("ffi.core.NativeType", "ffi.core.Pointer", "ffi.core.AsyncCall", "ffi.dsl.FfiDsl", "ffi.dsl.Types",
                    "ffi.dsl.TypesKt", "ffi.dsl.OwnedHandle");

    private static final ThreadLocal<Consumer<MemorySegment.Scope>> WATCHER = new ThreadLocal<>();

    /// So many pieces at once are taken for a program that forgets to close, until the collector has shown otherwise.
    private static volatile int suspicious = Integer.getInteger("ffi.owned.most", 10_000);

    /// Made when the first piece is owned.
    private static final class Net {
        static final Cleaner CLEANER = Cleaner.create(Thread.ofPlatform().daemon().name("ffi-owned-", 0).factory());
    }

    private Ownership() {}

    /// {@return the segment with a life of its own, which [#close] ends}
    public static MemorySegment own(MemorySegment segment, Release free) {
        if (OWNED.size() >= suspicious) {
            awaitCollector();
        }
        Arena arena = Arena.ofShared();
        MemorySegment owned = Restricted.reinterpret(segment, arena, null);
        Owned piece = new Owned(arena, segment.address(), free);
        OWNED.put(owned.scope(), piece);
        piece.cleanable = Net.CLEANER.register(owned, piece);
        Consumer<MemorySegment.Scope> watcher = WATCHER.get();
        if (watcher != null) {
            watcher.accept(owned.scope());
        }
        return owned;
    }

    /// Has the calling thread tell a watcher, or, if it is null, nobody, of each piece that it owns.
    ///
    /// @return the one before, or null
    public static Consumer<MemorySegment.Scope> watch(Consumer<MemorySegment.Scope> watcher) {
        Consumer<MemorySegment.Scope> before = WATCHER.get();
        if (watcher == null) {
            WATCHER.remove();
        } else {
            WATCHER.set(watcher);
        }
        return before;
    }

    /// Gives a piece back to C.
    ///
    /// @throws IllegalStateException if it was given back before, is not ours, or is in use by a call
    public static void close(MemorySegment segment) {
        close(segment, null);
    }

    /// As [#close(MemorySegment)].
    ///
    /// @param declared what is closed, for the message; null if the caller does not know it
    public static void close(MemorySegment segment, Object declared) {
        Owned piece = OWNED.get(segment.scope());
        if (piece == null && segment.scope().isAlive()) {
            throw refused("Not owned, so that it can not be closed", segment,
                    "declare the result that it came from owned, with the function that frees it", declared);
        } else if (piece == null || !piece.close()) {
            throw refused(segment.scope().isAlive()
                    ? "In use by a call, so that it can not be closed" : "Closed already", segment, null, declared);
        }
    }

    private static IllegalStateException refused(
            String fault, MemorySegment segment, String hint, Object declared) {
        return new IllegalStateException(Facts.of(fault).add("type", declared)
                .add("by", declared == null ? caller() : null)
                .add("address", "0x" + Long.toHexString(segment.address())).hint(hint).toString());
    }

    /// {@return the method that closes: often one of the handle's class, which is not known otherwise}
    private static String caller() {
        return StackWalker.getInstance().walk(frames -> frames
                .filter(frame -> !frame.getClassName().startsWith("ffi.core.internal.")
                        && !RELEASING.contains(frame.getClassName()))
                .findFirst().map(frame -> frame.getClassName() + "." + frame.getMethodName()).orElse(null));
    }

    /// Gives a piece back to C, if it is one.
    ///
    /// @throws IllegalStateException if it is in use by a call
    public static void closeIfOwned(MemorySegment segment) {
        if (OWNED.containsKey(segment.scope())) {
            close(segment);
        }
    }

    /// {@return how many pieces are owned}
    public static int count() {
        return OWNED.size();
    }

    /// Waits until the half is given back, for a collection is dear: one for each piece would be without end.
    private static synchronized void awaitCollector() {
        if (OWNED.size() < suspicious) {
            return; // another thread has waited
        }
        System.gc();
        boolean interrupted = false;
        int least = OWNED.size();
        long end = System.nanoTime() + PATIENCE * 1_000_000;
        while (least > suspicious / 2 && System.nanoTime() < end) {
            try {
                Thread.sleep(1);
            } catch (InterruptedException e) {
                interrupted = true;
            }
            int now = OWNED.size();
            if (now < least) {
                least = now;
                end = System.nanoTime() + PATIENCE * 1_000_000;
            }
        }
        if (least > suspicious / 2) { // they are all in use
            suspicious = least * 2;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Owned implements Runnable {
        private final Arena arena;
        private final long address;
        private final Release free;
        private volatile Cleaner.Cleanable cleanable;

        Owned(Arena arena, long address, Release free) {
            this.arena = arena;
            this.address = address;
            this.free = free;
        }

        /// {@return whether it was open, and nobody had it}
        boolean close() {
            MemorySegment.Scope scope = arena.scope();
            try {
                arena.close();
            } catch (IllegalStateException closedOrInUse) {
                return false;
            }
            OWNED.remove(scope);
            cleanable.clean(); // does no more than forget, since the arena is closed
            free.release(address);
            return true;
        }

        /// By the thread of the net.
        @Override
        public void run() {
            MemorySegment.Scope scope = arena.scope();
            if (!scope.isAlive()) {
                return;
            }
            try {
                arena.close();
            } catch (IllegalStateException closedOrInUse) {
                // If a call has it, though nobody will use it after that: another try, after another collection.
                if (scope.isAlive()) {
                    cleanable = Net.CLEANER.register(new Object(), this);
                }
                return;
            }
            OWNED.remove(scope);
            free.release(address);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
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

    private static final ThreadLocal<Consumer<MemorySegment.Scope>> WATCHER = new ThreadLocal<>();

    /// So many pieces at once are taken for a program that forgets to close, until the collector has shown otherwise.
    private static volatile int suspicious = Integer.getInteger("ffi.owned.most", 10_000);

    /// Null until a piece is owned, and a constant to the JIT: until then calls have no code that looks for pieces.
    private static final Address ANY = new Address(null);

    /// The names of all functions that take pieces back.
    private static final Set<String> RELEASES = ConcurrentHashMap.newKeySet();

    /// How often [#RELEASES] has grown. It need not be volatile: the thread that has a piece of a new kind has counted
    /// it, or has got the piece from the thread that has.
    private static int releases;

    /// What closed pieces were, for messages, as long as something refers to them.
    private static final Map<MemorySegment.Scope, String> CLOSED = new WeakHashMap<>();

    /// Made when the first piece is owned. Its thread is nobody's: it inherits neither class loader nor thread locals.
    private static final class Net {
        static final Cleaner CLEANER = Cleaner.create(OwnThreads.factory("ffi-owned-", 0));
    }

    private Ownership() {}

    /// {@return the segment with a life of its own, which [#close] ends}
    ///
    /// @param name of its type, for messages
    public static MemorySegment own(MemorySegment segment, Release free, String name) {
        if (OWNED.size() >= suspicious) {
            awaitCollector();
        }
        expect(free);
        Arena arena = Arena.ofShared();
        MemorySegment owned = Restricted.reinterpret(segment, arena, null);
        Owned piece = new Owned(arena, segment.address(), free, name);
        OWNED.put(owned.scope(), piece);
        piece.cleanable = Net.CLEANER.register(owned, piece);
        Consumer<MemorySegment.Scope> watcher = WATCHER.get();
        if (watcher != null) {
            watcher.accept(owned.scope());
        }
        return owned;
    }

    /// Has calls of a release function be recognized.
    private static void expect(Release free) {
        List<String> symbols = free.symbols();
        for (int i = 0; i < symbols.size(); i++) {
            if (!RELEASES.contains(symbols.get(i))) {
                add(symbols.get(i));
            }
        }
    }

    private static synchronized void add(String symbol) {
        RELEASES.add(symbol);
        releases++;
        if (ANY.known() == null) {
            ANY.set(Boolean.TRUE);
        }
    }

    /// {@return how often the answer of [#isRelease] may have changed}
    public static int releases() {
        return releases;
    }

    /// {@return whether a function by one of these names takes back what is owned}
    public static boolean isRelease(List<String> symbols) {
        for (String symbol : symbols) {
            if (RELEASES.contains(symbol)) {
                return true;
            }
        }
        return false;
    }

    /// Takes a piece out of our hands that is given to its own release function; called by generated code, and the last
    /// thing that it does before the call.
    ///
    /// @param function its [Target], or the [Address] of that
    /// @return what the function is given: the segment, or its bare address, if this ended its life
    /// @throws IllegalStateException if the piece was given back before, or another call uses it
    public static MemorySegment given(MemorySegment segment, Object function) {
        return ANY.known() == null ? segment : look(segment, function);
    }

    private static MemorySegment look(MemorySegment segment, Object function) {
        Target target = function instanceof Address address ? address.target()
                : function instanceof Target known ? known : null;
        if (target == null || !target.mayRelease()) {
            return segment;
        }
        MemorySegment.Scope scope = segment.scope();
        if (!scope.isAlive()) {
            String closed = closed(scope);
            if (closed != null) {
                throw refused("Closed already", closed, segment, null);
            }
            return segment;
        }
        Owned piece = OWNED.get(scope);
        if (piece == null || piece.address != segment.address()
                || piece.free.address() != target.link().address()) {
            return segment;
        }
        if (!piece.end()) {
            throw refused(inUse(scope), piece.name, segment, null);
        }
        return MemorySegment.ofAddress(segment.address());
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
    public static void close(MemorySegment segment, String declared) {
        MemorySegment.Scope scope = segment.scope();
        Owned piece = OWNED.get(scope);
        if (piece == null && scope.isAlive()) {
            throw refused("Not owned, so that it can not be closed", declared, segment,
                    "declare the result that it came from owned, with the function that frees it");
        } else if (piece == null || !piece.close()) {
            String known = piece != null ? piece.name : closed(scope);
            throw refused(inUse(scope), declared != null ? declared : known, segment, null);
        }
    }

    private static String inUse(MemorySegment.Scope scope) {
        return scope.isAlive() ? "In use by a call, so that it can not be closed" : "Closed already";
    }

    private static String closed(MemorySegment.Scope scope) {
        synchronized (CLOSED) {
            return CLOSED.get(scope);
        }
    }

    private static IllegalStateException refused(String fault, String name, MemorySegment segment, String hint) {
        return new IllegalStateException(Facts.of(fault)
                .add("type", name)
                .add("address", "0x" + Long.toHexString(segment.address()))
                .hint(hint).toString());
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
        private final String name;
        private volatile Cleaner.Cleanable cleanable;

        Owned(Arena arena, long address, Release free, String name) {
            this.arena = arena;
            this.address = address;
            this.free = free;
            int words = name.indexOf(".or");
            int owned = name.indexOf(".owned");
            int end = words < 0 || owned >= 0 && owned < words ? owned : words;
            this.name = end < 0 ? name : name.substring(0, end);
        }

        /// Ends its life, and leaves it to the caller to give it back.
        ///
        /// @return whether it was open, and nobody had it
        boolean end() {
            MemorySegment.Scope scope = arena.scope();
            try {
                arena.close();
            } catch (IllegalStateException closedOrInUse) {
                return false;
            }
            OWNED.remove(scope);
            synchronized (CLOSED) {
                CLOSED.put(scope, name);
            }
            cleanable.clean(); // does no more than forget, since the arena is closed
            return true;
        }

        /// {@return whether it was open, and nobody had it}
        boolean close() {
            if (arena.scope().isAlive()) {
                free.requireThread();
            }
            if (!end()) {
                return false;
            }
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
            try {
                free.requireThread();
                free.release(address);
            } catch (Throwable e) { // of which a cleaner says nothing
                Warnings.report(Facts.of("Memory that was never closed could not be released")
                        .add("type", name)
                        .add("address", "0x" + Long.toHexString(address))
                        .add("release", free.symbols().get(0)), e);
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;

/// The shutdown hook after which callbacks return their error values by themselves, see [Guard].
///
/// Other hooks may use callbacks, so it waits for them. The thread that ends the JVM starts all hooks and then joins
/// one after the other, in the order of an `IdentityHashMap`; this one has an identity that puts it last. A thread that
/// joins waits for the monitor of the one that it joins, so whoever holds that monitor sees it blocked.
///
/// Then no call enters Java any more, and those of the library's own threads that are in Java are given time to return:
/// the JVM stops them where they are, and an `atexit` handler that joins such a thread would wait for ever. So it would
/// for one that ends after that, see [Detaching].
final class CallbacksEnd extends Thread {

    private static final int LAST = 126; // of the 64 places of a table of 128 words
    private static final long LONGEST_HOOK = 60_000; // milliseconds; after that this one waits for no other
    private static final long GRACE = 100; // milliseconds; between a guard and Java a thread can lose its processor
    private static final long PATIENCE = 500; // milliseconds, for callbacks that do not return

    private static final Set<Depth> OF_LIBRARIES =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private Thread ending;

    private CallbacksEnd() {
        super(null, null, "ffi-callbacks-end", 0, false); // with nothing of the thread that makes the first callback
        setContextClassLoader(null);
    }

    static void register() {
        CallbacksEnd hook = new CallbacksEnd();
        for (int tried = 0; tried < 1024 && !isLast(hook); tried++) {
            hook = new CallbacksEnd();
        }
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException endingAlready) {
            // then callbacks stay open until the JVM has ended
        }
    }

    /// As `IdentityHashMap.hash`.
    private static boolean isLast(Object key) {
        int hash = System.identityHashCode(key);
        return ((hash << 1) - (hash << 8) & LAST) == LAST;
    }

    /// Remembers a thread that a library has made.
    static void met(Depth depth) {
        OF_LIBRARIES.add(depth);
    }

    @Override
    public void start() {
        ending = Thread.currentThread();
        super.start();
    }

    @Override
    public void run() {
        try {
            long begun = System.nanoTime();
            while (!isAwaited() && millisSince(begun) < LONGEST_HOOK) {
                Thread.sleep(1);
            }
            Guard.end();
            if (OF_LIBRARIES.isEmpty()) {
                return;
            }
            Detaching.end();
            begun = System.nanoTime();
            long quiet = begun;
            while (millisSince(quiet) < GRACE && millisSince(begun) < PATIENCE) {
                Thread.sleep(1);
                if (isAnyInJava()) {
                    quiet = System.nanoTime();
                }
            }
        } catch (InterruptedException endNow) {
            Guard.end();
        }
    }

    /// Whether the thread that ends the JVM waits for this one, so for no other any more.
    private synchronized boolean isAwaited() {
        notifyAll(); // it has to have the monitor before it waits again
        return ending.getState() == State.BLOCKED;
    }

    private static boolean isAnyInJava() {
        synchronized (OF_LIBRARIES) {
            for (Depth depth : OF_LIBRARIES) {
                if (depth.calls > 0) {
                    return true;
                }
            }
        }
        return false;
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }
}

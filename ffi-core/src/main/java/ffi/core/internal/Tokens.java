// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.MemorySegment;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/// Objects of Java that C holds as `void *`: each by a number that is used once, and never an address of anything.
public final class Tokens {

    private static final long STEP = 16; // C may keep flags in the lowest bits of a pointer
    private static final AtomicLong LAST = new AtomicLong();
    private static final ConcurrentMap<Long, Entry> ALIVE = new ConcurrentHashMap<>();
    private static final Map<Object, Entry> KEPT = new IdentityHashMap<>();
    private static volatile int kept;

    /// @param end what else ends with it; may be null
    private record Entry(long token, Object object, Runnable end) {}

    private Tokens() {}

    /// {@return a number for an object, until [#end]}
    static long give(Object object, Runnable end) {
        return enter(object, end).token;
    }

    private static Entry enter(Object object, Runnable end) {
        Entry entry = new Entry(LAST.addAndGet(STEP), object, end);
        ALIVE.put(entry.token, entry);
        return entry;
    }

    /// {@return the number of an object that C keeps}
    public static MemorySegment keep(Object object, Runnable end) {
        Entry entry = enter(object, end);
        synchronized (KEPT) {
            KEPT.put(object, entry);
            kept = KEPT.size();
        }
        return MemorySegment.ofAddress(entry.token);
    }

    /// {@return the number of an object that C keeps, or 0}
    static long find(Object object) {
        if (kept == 0) {
            return 0;
        }
        synchronized (KEPT) {
            Entry entry = KEPT.get(object);
            return entry == null ? 0 : entry.token;
        }
    }

    /// {@return the object of a number, or null}
    static Object object(long token) {
        Entry entry = ALIVE.get(token);
        return entry == null ? null : entry.object;
    }

    /// Forgets the object of a number; by any thread.
    ///
    /// @return whether there was one
    public static boolean end(long token) {
        Entry entry = ALIVE.remove(token);
        if (entry == null) {
            return false;
        }
        if (kept > 0) {
            synchronized (KEPT) {
                KEPT.remove(entry.object, entry); // if it is the last one of its object
                kept = KEPT.size();
            }
        }
        if (entry.end != null) {
            entry.end.run();
        }
        return true;
    }
}

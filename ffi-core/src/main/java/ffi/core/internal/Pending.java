// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

/// Exceptions of callbacks on their way through C: caught where C called, thrown again where C was called.
///
/// C's frames lie between the two, and must be left as C leaves them. So the callback returns its error value, C goes
/// on, and when the call that all this happened in returns, the exception is thrown at its caller.
public final class Pending {

    /// Null until C may call back at all, and a constant to the JIT: until then calls have no code that looks for
    /// exceptions, and at the first function pointer those that were compiled are compiled anew.
    private static final Address EXPECTED = new Address(null);

    /// Null until something was thrown, in the same way: until then callbacks do not look whether something waits.
    private static final Address THROWN = new Address(null);

    /// How many threads have one. Each call looks at this, and at nothing else while it is 0. It need not be volatile:
    /// the thread that has one has counted it itself, and all others may see what they like.
    private static int threads;

    private static final ThreadLocal<Pending> OF_THREAD = new ThreadLocal<>();

    private static final int SUPPRESSED = 64;

    /// Those for which there was no memory, and whose they are.
    private static final Throwable[] LOST = new Throwable[64];
    private static final Thread[] LOSERS = new Thread[LOST.length];

    private final Throwable thrown;
    private final Throwable at; // its trace is the way to the callback
    private int followers; // that it has suppressed

    private Pending(Throwable thrown, Throwable at) {
        this.thrown = thrown;
        this.at = at;
    }

    private static synchronized void count(int more) {
        threads += more;
    }

    /// Begins to look for exceptions: there will be function pointers.
    static void expect() {
        turn(EXPECTED);
    }

    private static void turn(Address constant) {
        if (constant.known() == null) {
            constant.set(Boolean.TRUE);
        }
    }

    /// Called by generated code when C has returned.
    ///
    /// @param function that was called
    public static void check(Object function) {
        if (EXPECTED.known() != null && threads != 0) {
            rethrow(function);
        }
    }

    private static void rethrow(Object function) {
        Pending pending = suspend();
        if (pending != null) {
            nameNative(pending, function);
            throw Linking.sneak(pending.thrown);
        }
        Throwable found = found();
        if (found != null) {
            throw Linking.sneak(found);
        }
    }

    /// Keeps what a callback has thrown for the caller of C.
    ///
    /// @param at made where it was caught
    static void keep(Throwable thrown, Throwable at) {
        keep(new Pending(thrown, at));
    }

    private static void keep(Pending pending) {
        turn(THROWN); // first: if there is no room for that, it is lost
        if (OF_THREAD.get() == null) {
            count(1);
        }
        OF_THREAD.set(pending);
    }

    /// Keeps what a callback has thrown without any memory of the heap.
    static synchronized void lose(Throwable thrown) {
        Thread loser = Thread.currentThread();
        int place = 0;
        for (int i = LOST.length; i-- > 0;) {
            if (LOSERS[i] == loser) {
                return; // the first one counts
            }
            if (LOSERS[i] == null || !LOSERS[i].isAlive()) {
                place = i;
            }
        }
        if (LOSERS[place] == null) {
            threads++;
        }
        LOST[place] = thrown;
        LOSERS[place] = loser;
    }

    private static synchronized Throwable found() {
        for (int i = 0; i < LOST.length; i++) {
            if (LOSERS[i] == Thread.currentThread()) {
                Throwable found = LOST[i];
                LOST[i] = null;
                LOSERS[i] = null;
                threads--;
                return found;
            }
        }
        return null;
    }

    /// Called by generated code when C calls back: what an earlier callback has thrown is not for the calls of this
    /// one.
    ///
    /// @return what is to be given to [#resume], or null
    public static Pending suspend() {
        if (THROWN.known() == null || threads == 0) {
            return null;
        }
        Pending pending = OF_THREAD.get();
        if (pending != null) {
            OF_THREAD.remove();
            count(-1);
        }
        return pending;
    }

    /// Called by generated code when the callback returns to C.
    public static void resume(Pending earlier) {
        if (earlier == null) {
            return;
        }
        Pending later = suspend();
        keep(earlier); // first, for the rest may fail
        if (later != null && later.thrown != earlier.thrown) {
            earlier.suppress(later.thrown);
        }
    }

    /// Adds what a later callback of the same call has thrown: C may go on for as long as the program runs, so not
    /// without end; and an exception need not take any.
    private void suppress(Throwable later) {
        if (followers < SUPPRESSED) {
            int before = thrown.getSuppressed().length;
            thrown.addSuppressed(later);
            followers++;
            if (thrown.getSuppressed().length > before) {
                return;
            }
        }
        Slot.report(Facts.of("A callback has thrown after another one of the same call")
                .add("first", thrown.getClass().getName()), later);
    }

    /// Puts a line for C into the stack trace, between the callback and who called C. Without it the exception is still
    /// what it was.
    private static void nameNative(Pending pending, Object function) {
        // Its trace is cut, and to read it takes long where it is deep.
        if (pending.thrown instanceof StackOverflowError) {
            return;
        }
        try {
            String declared = String.valueOf(function);
            int colon = declared.indexOf(':');
            nameNative(pending.thrown, pending.at.getStackTrace(),
                    new StackTraceElement("C", colon < 0 ? declared : declared.substring(0, colon), null, -2));
        } catch (Throwable e) {
            // its class says otherwise of its trace, or there is no memory
        }
    }

    private static void nameNative(Throwable thrown, StackTraceElement[] way, StackTraceElement line) {
        StackTraceElement[] trace = thrown.getStackTrace();
        int below = way.length - 1; // frames of Java's, as stack traces show them, below the callback
        if (!endsAlike(trace, way, below)) {
            below -= rareFrames(way); // which what was made before the call has not
        }
        int at = trace.length - below;
        if (trace.length == 0 || !endsAlike(trace, way, below) // thrown elsewhere before, or cut
                || at > 0 && trace[at - 1].equals(line)) { // thrown again as it was
            return;
        }
        StackTraceElement[] named = new StackTraceElement[trace.length + 1];
        System.arraycopy(trace, 0, named, 0, at);
        named[at] = line;
        System.arraycopy(trace, at, named, at + 1, below);
        thrown.setStackTrace(named);
    }

    private static boolean endsAlike(StackTraceElement[] trace, StackTraceElement[] way, int frames) {
        if (frames > trace.length) {
            return false;
        }
        for (int i = 1; i <= frames; i++) {
            if (!isLike(trace[trace.length - i], way[way.length - i])) {
                return false;
            }
        }
        return true;
    }

    /// {@return how many frames at the callback's end of a way are those of a call that is not linked yet}
    private static int rareFrames(StackTraceElement[] way) {
        int frames = 0;
        while (frames + 1 < way.length && way[frames + 1].getClassName().equals(Rare.class.getName())) {
            frames++;
        }
        return frames;
    }

    private static boolean isLike(StackTraceElement one, StackTraceElement other) {
        return one.getMethodName().equals(other.getMethodName()) && one.getClassName().equals(other.getClassName());
    }
}

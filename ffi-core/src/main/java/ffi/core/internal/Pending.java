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

    /// One for which there was no memory, and whose it is.
    private static Throwable lost;
    private static Thread loser;

    private final Throwable thrown;
    private final int below; // frames of Java's, as stack traces show them, below the callback

    private Pending(Throwable thrown, int below) {
        this.thrown = thrown;
        this.below = below;
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
    /// @param below frames of Java's below the callback
    static void keep(Throwable thrown, int below) {
        Pending pending = new Pending(thrown, below);
        turn(THROWN); // first: if there is no room for that, it is lost
        if (OF_THREAD.get() == null) {
            count(1);
        }
        OF_THREAD.set(pending);
    }

    /// Keeps what a callback has thrown without any memory of the heap.
    static synchronized void lose(Throwable thrown) {
        if (lost == null) {
            threads++;
        }
        lost = thrown;
        loser = Thread.currentThread();
    }

    private static synchronized Throwable found() {
        if (loser != Thread.currentThread()) {
            return null;
        }
        Throwable found = lost;
        lost = null;
        loser = null;
        threads--;
        return found;
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
        if (later != null && later.thrown != earlier.thrown) {
            earlier.thrown.addSuppressed(later.thrown);
        }
        keep(earlier.thrown, earlier.below);
    }

    /// Puts a line for C into the stack trace, between the callback and who called C.
    private static void nameNative(Pending pending, Object function) {
        StackTraceElement[] trace = pending.thrown.getStackTrace();
        int at = trace.length - pending.below;
        if (at < 0 || trace.length == 0) { // an exception without a trace, or one that was thrown elsewhere before
            return;
        }
        String declared = String.valueOf(function);
        int colon = declared.indexOf(':');
        StackTraceElement[] named = new StackTraceElement[trace.length + 1];
        System.arraycopy(trace, 0, named, 0, at);
        named[at] = new StackTraceElement("C", colon < 0 ? declared : declared.substring(0, colon), null, -2);
        System.arraycopy(trace, at, named, at + 1, pending.below);
        pending.thrown.setStackTrace(named);
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Facts;
import ffi.core.internal.Interruption;
import ffi.core.internal.Ownership;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// A call of C's that one thread makes, and any other may end: what futures and suspending calls are made of.
///
/// Whoever makes it runs it, once; whoever gives up calls [#cancel]. However these meet, the outcome is handed over
/// once, and not before C has returned and the [Ending] has done its work. So what the call and its ending need may be
/// freed as soon as it is.
public abstract class AsyncCall implements Runnable {

    private static final int WAITING = 0;
    private static final int RUNNING = 1;
    private static final int ENDING = 2;
    private static final int OVER = 3;

    private static final int LONGEST_PAUSE = 100; // milliseconds between two tries to end it

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(AsyncCall.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Ending ending;
    private final boolean interrupts;
    private volatile int state;
    private long thread; // as C knows it; written before the call runs
    private boolean signalled; // written in the ending, read after it
    private boolean inEnding; // the rest is guarded by this object
    private Throwable fault;

    /// A call that has not begun.
    ///
    /// @param ending what ends the call under way; null if nothing does
    /// @throws UnsupportedOperationException if that is [Ending#INTERRUPT], and the system Windows
    protected AsyncCall(Ending ending) {
        this.ending = ending;
        interrupts = ending == Ending.INTERRUPT;
        if (interrupts) {
            Interruption.prepare();
        }
    }

    /// Makes the call.
    ///
    /// @return what is to be handed over
    /// @throws Throwable what is handed over instead
    protected abstract Object make() throws Throwable;

    /// Hands the outcome over, by the thread that made the call.
    ///
    /// @param result what the call returned; null if it threw
    /// @param thrown what it threw; null if it returned
    protected abstract void over(Object result, Throwable thrown);

    /// Says that the call was cancelled before it began, and never will: by the thread that cancelled it.
    protected abstract void neverMade();

    /// Makes the call, unless it was cancelled before.
    @Override
    public final void run() {
        if (interrupts) {
            if (Thread.currentThread().isVirtual()) { // by then it may be on another of C's threads
                runElsewhere();
                return;
            }
            thread = Interruption.current();
        }
        if (!STATE.compareAndSet(this, WAITING, RUNNING)) {
            return;
        }
        Object result = null;
        Throwable thrown = null;
        try {
            result = make();
        } catch (Throwable e) {
            thrown = e;
        }
        try {
            if (!STATE.compareAndSet(this, RUNNING, OVER)) {
                awaitEnding();
            }
        } finally {
            over(result, thrown);
        }
    }

    private void runElsewhere() {
        try {
            NativeThreads.elastic().execute(this);
        } catch (Throwable e) { // there can be no more threads
            if (STATE.compareAndSet(this, WAITING, OVER)) {
                over(null, e);
            }
        }
    }

    /// Ends the call: one that has not begun will not; one under way is ended by its [Ending], in a thread of ours, for
    /// as long as it takes; without one it goes on.
    ///
    /// It returns at once, and may be called more than once, by any thread, even by the one that makes the call.
    public final void cancel() {
        if (STATE.compareAndSet(this, WAITING, OVER)) {
            neverMade();
        } else if (ending != null && STATE.compareAndSet(this, RUNNING, ENDING)) {
            try {
                NativeThreads.elastic().execute(this::endUntilOver);
            } catch (Throwable e) { // there can be no more threads
                synchronized (this) {
                    fault = e;
                }
            }
        }
    }

    /// {@return whether C has returned, or was never called}
    public final boolean isOver() {
        return state == OVER;
    }

    /// {@return what the ending threw, after which it was not tried again; null if nothing}
    public final synchronized Throwable endingFault() {
        return fault;
    }

    /// Takes care of a result that nobody waits for any more: memory that is owned is given back, and of the rest what
    /// can be closed is.
    ///
    /// @param result   may be null
    /// @param function what returned it, for the log if closing fails
    protected static void discard(Object result, Object function) {
        try {
            if (result instanceof Pointer<?> pointer) { // which can be closed even if it is not owned, and then refuses
                Ownership.closeIfOwned(pointer.segment());
            } else if (result instanceof MemorySegment segment) {
                Ownership.closeIfOwned(segment);
            } else if (result instanceof AutoCloseable closeable) {
                closeable.close();
            }
        } catch (Throwable e) {
            log("A result that nobody waited for could not be closed", function, e);
        }
    }

    /// Logs what a call threw that nobody waited for any more, and that nothing had ended.
    protected final void discard(Throwable thrown, Object function) {
        if (ending == null) {
            log("A call failed that nobody waited for", function, thrown);
        }
    }

    private static void log(String what, Object function, Throwable thrown) {
        System.getLogger("ffi.core").log(System.Logger.Level.WARNING,
                Facts.of(what).add("function", function).toString(), thrown);
    }

    /// C may not have come so far yet that it can be ended, and does not say; so it is tried again.
    private void endUntilOver() {
        int pause = 1;
        while (beginEnding()) {
            Throwable thrown = null;
            try {
                end();
            } catch (Throwable e) {
                thrown = e;
            }
            if (!rest(thrown, pause)) {
                return;
            }
            pause = Math.min(pause * 2, LONGEST_PAUSE);
        }
    }

    private synchronized boolean beginEnding() {
        if (state == OVER) {
            return false;
        }
        inEnding = true;
        return true;
    }

    /// While it is in it, the thread that makes the call waits, and so it is there for the signal.
    private void end() throws Throwable {
        if (!interrupts) {
            ending.end();
            return;
        }
        if (!signalled) {
            Interruption.begin();
            signalled = true;
        }
        Interruption.send(thread);
    }

    /// {@return whether to try again}
    private synchronized boolean rest(Throwable thrown, int pause) {
        inEnding = false;
        fault = thrown;
        notifyAll();
        if (thrown != null || !ending.repeats() || state == OVER) {
            return false;
        }
        try {
            wait(pause);
        } catch (InterruptedException e) {
            // nobody but the end of the call is waited for
        }
        return true;
    }

    private void awaitEnding() {
        boolean interrupted = false;
        synchronized (this) {
            state = OVER;
            notifyAll();
            while (inEnding) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (signalled) {
                Interruption.end();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

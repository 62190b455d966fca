// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.invoke.VarHandle;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/// A function pointer of C's into Java, made once and never freed, and what it stands for just now.
///
/// To make one costs microseconds and memory of the code cache, to give it another function costs nothing, so they are
/// used again, by all types of callbacks with one shape. One without a function is a tombstone: C that still calls it
/// gets the error value. The subclass is generated: it has the method that C calls, which lets nothing through that is
/// thrown.
public abstract class Slot {

    private static final AtomicLong LATE = new AtomicLong();
    private static final AtomicLong THREADS = new AtomicLong();
    private static final StackWalker FRAMES = StackWalker.getInstance(
            Set.of(StackWalker.Option.RETAIN_CLASS_REFERENCE, StackWalker.Option.SHOW_HIDDEN_FRAMES));
    private static final int RESULTS = 16;

    private static volatile Class<?> refusals = Slot.class; // of which there is no exception

    /// Says which exceptions go no further than the callback that throws them.
    public static void refusals(Class<?> type) {
        refusals = type;
    }

    /// The code of what is registered, or was. Read by generated code.
    public Receiver receiver;

    /// What C gets without a result. Read by generated code.
    public Outcome outcome;

    private final Stubs stubs;
    private MemorySegment stub;
    private Guard guard; // of one that native code may keep
    private Object function;
    private Object single; // in its place where it is for one call: other calls need not ask which it is
    private Depth known = Depth.NONE; // of the thread that called last: threads are looked at when they are others
    private Origin origin = Origin.BY_C; // who registered the function
    private int parameter; // of the function that the origin names, or -1
    private volatile Life life; // of what is registered for longer than a call
    private long lateCalls; // since the origin is this one
    private boolean nameless;
    private Thread.UncaughtExceptionHandler handler;
    private MemorySegment[] results; // what the last ones point to
    private int result;

    /// @param stubs null for the first one, which is no function pointer but makes them
    protected Slot(Stubs stubs) {
        this.stubs = stubs;
        stub = stubs == null ? null : stubs.stub(this);
    }

    /// {@return another one}
    protected abstract Slot make(Stubs stubs);

    /// {@return what native code is given}
    MemorySegment stub() {
        return stub;
    }

    /// Has calls return the error value when the JVM has ended, where that is possible.
    Slot guarded() {
        Guard made = Guard.of(stub);
        if (made != null) {
            guard = made;
            stub = made.pointer();
        }
        return this;
    }

    Stubs stubs() {
        return stubs;
    }

    /// Gives it a function.
    ///
    /// The fields become visible to C's threads as the pointer does: each call of C's is a change of the thread's
    /// state, so nothing is read before it.
    ///
    /// @param origin     of a function of C's that it is an argument of, or of the place of registration
    /// @param parameter which argument, from 0, or -1
    /// @param handler   of exceptions on threads that C made; null for the thread's own
    void register(CallbackType type, Object function, Origin origin, int parameter, boolean once,
            Thread.UncaughtExceptionHandler handler) {
        Receiver code = Faces.watches(origin) ? type.watched() : type.receiver();
        // what is written to an old object is noted for the collector, which costs more than this
        if (receiver != code) {
            receiver = code;
        }
        if (outcome != type.outcome()) {
            outcome = type.outcome();
            if (guard != null) {
                guard.returns(outcome);
            }
        }
        if (this.origin != origin) {
            this.origin = origin;
            lateCalls = 0;
        }
        if (handler != null) {
            this.handler = handler;
        }
        this.parameter = parameter;
        nameless = parameter < 0;
        VarHandle.storeStoreFence(); // who sees the function sees its receiver
        if (once) {
            single = function;
        } else {
            this.function = function;
        }
        VarHandle.releaseFence(); // before C hands it to another thread
    }

    /// Whether its threads have no name yet, since it is not known for which library it was registered.
    boolean isNameless() {
        return nameless;
    }

    /// Takes the name of a library that it is given to.
    void name(Origin function) {
        if (parameter < 0) {
            origin = new Origin(origin.text(), function.library(), function.watched());
        }
        nameless = false;
    }

    Origin origin() {
        return origin;
    }

    /// {@return which argument of the function that the origin names it is, from 0, or -1}
    int parameter() {
        return parameter;
    }

    /// {@return the life of the function that it has, which others may hold}
    Life begin() {
        Life begun = new Life();
        life = begun;
        return begun;
    }

    /// Makes a tombstone of it, for a function that others may still hold.
    void end() {
        Life ending = life;
        if (ending != null) {
            ending.end();
            life = null;
        }
        bury();
    }

    /// Makes a tombstone of it, which remembers nothing of the user's.
    void bury() {
        function = null;
        if (single != null) {
            single = null;
        }
        if (receiver != null && !receiver.lasts()) {
            receiver = null;
        }
        if (handler != null) {
            handler = null;
        }
    }

    // --- called by generated code --------------------------------------------------------------------------------

    /// {@return the function, or null if there is none for every call: then [#once] says which}
    ///
    /// @param seen the receiver that is going to be called
    protected final Object function(Receiver seen) {
        VarHandle.loadLoadFence();
        Object called = function;
        VarHandle.loadLoadFence();
        return seen == receiver ? called : null; // it may be another one's since
    }

    /// {@return the function that was for this call alone, or null for a tombstone, which has been reported then}
    ///
    /// @param seen the receiver that is going to be called
    protected final Object once(Receiver seen) {
        boolean waits = single != null;
        VarHandle.loadLoadFence();
        if (!waits || seen != receiver) {
            late();
            return null;
        }
        enter(); // what that throws leaves the function where it is
        Object claimed;
        synchronized (this) {
            claimed = seen == receiver ? single : null; // it may be another one's since
            if (claimed != null) {
                single = null;
            }
        }
        if (claimed == null) {
            late();
        }
        return claimed;
    }

    /// {@return the thread's depth, which the caller counts up: by itself, since then nothing is asked twice}
    ///
    /// @throws StackOverflowError if there is not enough room for the call
    protected final Depth enter() {
        Depth depth = known;
        if (depth.thread != Thread.currentThread().threadId()) {
            depth = meet();
        }
        if (depth.calls >= Headroom.DEEP) {
            Headroom.require();
        }
        return depth;
    }

    /// Ends the function that was for the call that returns. Nothing else ends such a one.
    protected final void retire() {
        stubs.retire(this);
    }

    /// A thread that C made was given to the JVM by this call: without a name and without the class loader that
    /// services and logging look for.
    private Depth meet() {
        Depth depth = Depth.own();
        known = depth;
        Thread current = Thread.currentThread();
        Receiver now = receiver;
        if (now != null && current.isDaemon() && current.getContextClassLoader() == null
                && current.getName().startsWith("Thread-") && !current.isVirtual() && isAlone()) {
            current.setName(origin.thread() + "-" + THREADS.incrementAndGet());
            current.setContextClassLoader(now.type().loader());
            CallbacksEnd.met(depth);
        }
        return depth;
    }

    /// Goes the way of what is thrown once, see [Headroom].
    static void warm() {
        isAlone();
        new Throwable().getStackTrace();
    }

    /// Whether no function of C's that was called by this library is below on the stack.
    private static boolean isAlone() {
        return FRAMES.walk(frames -> frames.noneMatch(frame -> {
            Class<?> declaring = frame.getDeclaringClass();
            return Functions.class.isAssignableFrom(declaring) && declaring != Functions.class
                    || Bound.class.isAssignableFrom(declaring) && declaring != Bound.class;
        }));
    }

    private void late() {
        LATE.incrementAndGet();
        if (parameter >= 0) {
            stubs.suspect();
        }
        Depth depth = Depth.own();
        long number = countLate();
        if (depth.reports || !Warnings.isDue(number)) {
            return;
        }
        depth.reports = true;
        try {
            Warnings.write(() -> Facts.of("A callback was called after its end")
                    .add("callback", outcome)
                    .add("registered", parameter < 0 ? origin : "as argument " + (parameter + 1))
                    .add("of", parameter < 0 ? null : origin)
                    .add("late calls", number > Warnings.FEW ? number : null)
                    .hint("what C keeps lives as long as C keeps it: make it in an arena that ends later")
                    .toString(), null);
        } finally {
            depth.reports = false;
        }
    }

    private synchronized long countLate() {
        return ++lateCalls;
    }

    /// Logs an exception that nobody will be thrown.
    ///
    /// @param thrown may be of a class whose every method throws
    static void report(Facts facts, Throwable thrown) {
        Warnings.report(facts, thrown);
    }

    /// {@return how often C has called callbacks after their end}
    public static long lateCalls() {
        return LATE.get();
    }

    /// Takes what the function has thrown.
    ///
    /// @param pending what an earlier callback has thrown, or null
    /// @param depth   that was counted up, or null
    /// @param before  what it was
    /// @param claimed what [#once] gave, or null
    protected final void failed(Throwable thrown, Pending pending, Depth depth, int before, Object claimed) {
        if (depth != null) {
            depth.calls = before;
        }
        if (refusals.isInstance(thrown)) {
            if (claimed != null) {
                retire();
            }
            Pending.resume(pending);
            return;
        }
        Throwable real = thrown instanceof Misfit misfit ? Faults.callback(misfit, this) : thrown;
        if (isAlone()) {
            Thread current = Thread.currentThread();
            Thread.UncaughtExceptionHandler own = handler;
            try {
                Thread.UncaughtExceptionHandler to = own != null ? own : current.getUncaughtExceptionHandler();
                if (!(to instanceof ThreadGroup) || Thread.getDefaultUncaughtExceptionHandler() != null
                        || Warnings.isDue(Warnings.count("uncaught " + real.getClass().getName()))) {
                    to.uncaughtException(current, real); // a thread group prints all
                }
            } catch (Throwable e) {
                report(Facts.of("The handler of what a callback has thrown has thrown itself: "
                        + e.getClass().getName())
                        .add("callback", this), real);
            }
        } else {
            Pending.keep(real, new Throwable());
        }
        if (claimed != null) {
            retire();
        }
        if (pending != null) {
            Pending.resume(pending);
        }
    }

    /// Takes what nothing else could take, such as the want of memory while an exception was being handled.
    protected static void lost(Throwable thrown) {
        Pending.lose(thrown);
    }

    /// {@return where a result that is a pointer points to: memory that C frees, or that is kept for some more results}
    ///
    /// @param given whether C frees it
    public final SegmentAllocator room(boolean given) {
        return given ? Allocated.BY_MALLOC : this::keep;
    }

    private synchronized MemorySegment keep(long bytes, long alignment) {
        if (results == null) {
            results = new MemorySegment[RESULTS];
        }
        result = result + 1 & RESULTS - 1;
        return results[result] = Arena.ofAuto().allocate(bytes, alignment);
    }

    /// {@return who registered it, as messages say it}
    @Override
    public String toString() {
        return outcome
                + (parameter < 0 ? " registered " + origin : " as argument " + (parameter + 1) + " of " + origin);
    }
}

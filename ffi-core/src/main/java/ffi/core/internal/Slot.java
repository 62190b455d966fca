// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.concurrent.atomic.AtomicLong;

/// A function pointer of C's into Java, made once and never freed, and the function that it stands for just now.
///
/// To make one costs microseconds and memory of the code cache, to give it another function costs nothing, so they are used
/// again. One without a function is a tombstone: C that still calls it gets the error value. The subclass is generated: it has
/// the method that C calls.
public abstract class Slot {

    private static final System.Logger LOGGER = System.getLogger("ffi.core");
    private static final AtomicLong LATE = new AtomicLong();
    private static final AtomicLong THREADS = new AtomicLong();
    private static final StackWalker FRAMES = StackWalker.getInstance(
            java.util.Set.of(StackWalker.Option.RETAIN_CLASS_REFERENCE, StackWalker.Option.SHOW_HIDDEN_FRAMES));

    /// What is called; null for a tombstone. Read by generated code.
    protected Object function;

    private final CallbackType type;
    private final MemorySegment stub;
    private Thread known; // who called last: threads are looked at when they are others
    private Object owner; // who registered the function
    private int parameter; // of the owner, or -1
    private boolean once;
    private Thread.UncaughtExceptionHandler handler;
    private MemorySegment kept; // what the last result points to

    /// @param type null for the first one, which is no function pointer but makes them
    protected Slot(CallbackType type) {
        this.type = type;
        stub = type == null ? null : type.stub(this);
    }

    /// {@return another one}
    protected abstract Slot make(CallbackType type);

    MemorySegment stub() {
        return stub;
    }

    CallbackType type() {
        return type;
    }

    /// Gives it a function.
    ///
    /// @param owner     a function of C's that it is an argument of, or the place of registration
    /// @param parameter which argument, from 0, or -1
    /// @param handler   of exceptions on threads that C made; null for the thread's own
    void register(Object function, Object owner, int parameter, boolean once, Thread.UncaughtExceptionHandler handler) {
        this.owner = owner;
        this.parameter = parameter;
        this.once = once;
        this.handler = handler;
        this.function = function;
        java.lang.invoke.VarHandle.releaseFence(); // before C hands it to another thread
    }

    /// Makes a tombstone of it.
    void bury() {
        function = null;
        handler = null;
    }

    // --- called by generated code --------------------------------------------------------------------------------

    /// {@return the function, or null for a tombstone, which has been reported then}
    protected final Object enter() {
        Object called = function;
        Thread current = Thread.currentThread();
        if (current != known) {
            meet(current);
        }
        if (called == null) {
            late();
        } else if (once) {
            type.retire(this);
        }
        return called;
    }

    /// A thread that C made was given to the JVM by this call: without a name and without the class loader that services
    /// and logging look for.
    private void meet(Thread current) {
        known = current;
        if (current.isDaemon() && current.getContextClassLoader() == null && current.getName().startsWith("Thread-")
                && !current.isVirtual() && isAlone()) {
            String library = owner instanceof Named named ? named.library() : null;
            current.setName((library == null ? "native" : library) + "-" + THREADS.incrementAndGet());
            current.setContextClassLoader(type.loader());
        }
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
        LOGGER.log(System.Logger.Level.WARNING, () -> Facts.of("A callback was called after its end")
                .add("callback", type)
                .add("registered", parameter < 0 ? owner : "as argument " + (parameter + 1))
                .add("of", parameter < 0 ? null : owner)
                .hint("what C keeps lives as long as C keeps it: make it in an arena that ends later")
                .toString());
    }

    /// {@return how often C has called callbacks after their end}
    public static long lateCalls() {
        return LATE.get();
    }

    /// Takes what the function has thrown.
    protected final void failed(Throwable thrown) {
        Throwable real = thrown instanceof Misfit misfit ? Faults.callback(misfit, this) : thrown;
        if (isAlone()) {
            Thread current = Thread.currentThread();
            (handler != null ? handler : current.getUncaughtExceptionHandler()).uncaughtException(current, real);
        } else {
            Pending.keep(real, new Throwable().getStackTrace().length - 1);
        }
    }

    /// Takes what nothing else could take, such as the overflow of the stack while an exception was being handled.
    protected final void lost(Throwable thrown) {
        Pending.keep(thrown, Integer.MAX_VALUE);
    }

    /// {@return where a result that is a pointer points to: memory that C frees, or that is kept until the next result}
    ///
    /// @param given whether C frees it
    protected final SegmentAllocator room(boolean given) {
        return given ? Allocated.BY_MALLOC : (bytes, alignment) -> kept = Arena.ofAuto().allocate(bytes, alignment);
    }

    /// {@return who registered it, as messages say it}
    @Override
    public String toString() {
        return type + (parameter < 0 ? " registered " + owner : " as argument " + (parameter + 1) + " of " + owner);
    }
}

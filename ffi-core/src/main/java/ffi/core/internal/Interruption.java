// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/// Makes a system call of another thread fail with `EINTR`: by a signal, pthread_kill(3), whose handler does nothing
/// and does not let the call be restarted, sigaction(2).
///
/// The handler is C's abs(3): there is no function of ours that a signal may run, and it is one that takes an `int`,
/// touches nothing, and is there on every system.
public final class Interruption {

    /// The system property that names the signal by its number, for a program in which none of those tried is free.
    public static final String SIGNAL_PROPERTY = "ffi.interrupt.signal";

    // It is ignored where it has no handler, so that a late one does no harm.
    private static final int SIGURG = Platform.MACOS ? 16 : 23;
    private static final int FIRST_REALTIME = 40; // those below are the C library's own, or common
    private static final int LAST_REALTIME = Platform.MACOS ? 0 : 62;
    private static final int ESRCH = 3;

    // struct sigaction: sa_handler comes first, on Linux then a mask of 128 bytes, flags, and a restorer; all 0 is what
    // is wanted of these, on macOS as well, where it is smaller
    private static final MemoryLayout ACTION = MemoryLayout.structLayout(
            ADDRESS, MemoryLayout.sequenceLayout(18, JAVA_LONG));

    private static int users;
    private static int signal;
    private static final MemorySegment BEFORE = Arena.global().allocate(ACTION);

    private Interruption() {}

    private static final class C {
        static final MethodHandle SELF = find("pthread_self", FunctionDescriptor.of(JAVA_LONG));
        static final MethodHandle KILL = find("pthread_kill", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT));
        static final MethodHandle ACT = find("sigaction", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
        static final MethodHandle PARENT = find("getppid", FunctionDescriptor.of(JAVA_INT));
        static final MemorySegment NOTHING = address("abs");

        static MethodHandle find(String name, FunctionDescriptor descriptor) {
            return Restricted.downcallHandle(address(name), descriptor);
        }

        static MemorySegment address(String name) {
            return Linker.nativeLinker().defaultLookup().findOrThrow(name);
        }
    }

    /// Links what the rest needs, so that later nothing is missing.
    ///
    /// @throws UnsupportedOperationException on Windows
    public static void prepare() {
        if (Platform.WINDOWS) {
            throw new UnsupportedOperationException("Windows has no signal that interrupts a system call");
        }
        try {
            MethodHandles.lookup().ensureInitialized(C.class);
        } catch (ExceptionInInitializerError e) {
            throw Linking.sneak(e.getCause()); // which says how native access is enabled
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    /// {@return the calling thread, which is none that is virtual, as [#send] takes it}
    public static long current() {
        try {
            return (long) C.SELF.invokeExact();
        } catch (Throwable e) {
            throw Linking.sneak(e);
        }
    }

    /// Installs the handler, if nobody has.
    ///
    /// @throws IllegalStateException if every signal is handled by somebody
    public static synchronized void begin() {
        if (users == 0) {
            install();
        }
        users++;
    }

    private static void install() {
        Integer named = Integer.getInteger(SIGNAL_PROPERTY);
        if (named != null) {
            if (!isFree(named)) {
                throw new IllegalStateException(Facts.of("No signal to interrupt a call by").add(SIGNAL_PROPERTY, named)
                        .hint("name one that exists, and that nobody handles").toString());
            }
            signal = named;
        } else {
            signal = isFree(SIGURG) ? SIGURG : LAST_REALTIME;
            while (signal != SIGURG && !isFree(signal)) {
                if (--signal < FIRST_REALTIME) {
                    throw new IllegalStateException(Facts.of("No signal to interrupt a call by")
                            .add("handled", "SIGURG, and all of " + FIRST_REALTIME + " to " + LAST_REALTIME)
                            .hint("name another one by -D" + SIGNAL_PROPERTY).toString());
                }
            }
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment action = arena.allocate(ACTION);
            action.set(ADDRESS, 0, C.NOTHING);
            act(action, BEFORE);
        }
    }

    /// Whether nobody has a handler for the signal, so that we may.
    private static boolean isFree(int signal) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment now = arena.allocate(ACTION);
            return (int) C.ACT.invokeExact(signal, MemorySegment.NULL, now) == 0
                    && now.get(ADDRESS, 0).address() == 0; // SIG_DFL
        } catch (Throwable e) {
            throw Linking.sneak(e);
        }
    }

    private static void act(MemorySegment action, MemorySegment before) {
        int failed;
        try {
            failed = (int) C.ACT.invokeExact(signal, action, before);
        } catch (Throwable e) {
            throw Linking.sneak(e);
        }
        if (failed != 0) {
            throw new IllegalStateException("sigaction(2) refused signal " + signal);
        }
    }

    /// Interrupts what a thread is doing in the system, between [#begin] and [#end].
    public static void send(long thread) {
        try {
            int failed = (int) C.KILL.invokeExact(thread, signal);
            if (failed != 0 && failed != ESRCH) {
                throw new IllegalStateException("pthread_kill failed: " + failed);
            }
        } catch (Throwable e) {
            throw Linking.sneak(e);
        }
    }

    /// Puts back what was before, if no other call is being interrupted. Only the thread that was interrupted may say
    /// so.
    public static void end() {
        try {
            // a signal that was sent is taken when a system call returns, at the latest: after this one none is left
            int parent = (int) C.PARENT.invokeExact();
        } catch (Throwable e) {
            throw Linking.sneak(e);
        }
        release();
    }

    private static synchronized void release() {
        if (--users > 0) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment now = arena.allocate(ACTION);
            act(MemorySegment.NULL, now);
            if (now.get(ADDRESS, 0).equals(C.NOTHING)) { // else somebody has come after us
                act(BEFORE, MemorySegment.NULL);
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ffi.core.internal.Facts;
import ffi.core.internal.Headstart;
import ffi.core.internal.Memory;
import ffi.core.internal.Platform;
import ffi.core.internal.Rare;
import ffi.core.internal.Warnings;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Whether the JVM still has the handlers of the signals by which it works: to it a SIGSEGV is a null check or a
/// safepoint, and it ends when the signal comes to another's handler.
///
/// Some libraries set handlers of their own when they are loaded or first called. sigaction(2) tells which handler
/// there is, and dladdr(3) whether it is the JVM's. It is known on Linux.
public final class SignalHandlers {

    private static final String[] NAMES = {"SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL"};
    private static final int[] NUMBERS = {11, 7, 8, 4};
    private static final int SIGACTION_BYTES = 256; // more than any struct sigaction has, which begins with the handler
    private static final int DL_INFO_BYTES = 32;

    private static final List<String> LOADED = new ArrayList<>(); // that were not looked at yet
    private static final List<Replaced> TOLD = new ArrayList<>();
    private static boolean ready;

    private SignalHandlers() {}

    /// A handler that is not the JVM's.
    ///
    /// @param by the file that has it, or what the system does
    public record Replaced(String signal, String by) {

        /// What helps against it.
        public static final String HINT = "preload the JDK's libjsig.so, which keeps the JVM's handlers in front";

        @Override
        public String toString() {
            return by + " replaced the handler of " + signal;
        }
    }

    /// Warns if a library has replaced a handler when it was loaded. No call waits for this: while the linker is being
    /// made ready, [Headstart] looks after that. Without a head start the look would link a shape that the program may
    /// not need, so it is left to the next library that is loaded after a call has linked that shape.
    public static void loaded(String library) {
        if (!Platform.LINUX) {
            return;
        }
        synchronized (LOADED) {
            LOADED.add(library);
            if (!ready && (Headstart.isBusy() || !Rare.isReady())) {
                return;
            }
        }
        ready();
    }

    /// Has libraries be looked at that were loaded before the linker was ready.
    public static void ready() {
        List<String> waiting;
        synchronized (LOADED) {
            ready = true;
            waiting = List.copyOf(LOADED);
            LOADED.clear();
        }
        if (!waiting.isEmpty()) {
            warn(String.join(", ", waiting));
        }
    }

    private static void warn(String libraries) {
        List<Replaced> now = new ArrayList<>(look());
        synchronized (TOLD) {
            now.removeAll(TOLD);
            TOLD.addAll(now);
        }
        if (!now.isEmpty()) {
            Warnings.write(() -> Facts.of("A handler of the JVM was replaced when a library was loaded")
                    .add("library", libraries)
                    .addEach("signals", now)
                    .hint(Replaced.HINT)
                    .toString(), null);
        }
    }

    /// {@return the signals that the JVM needs and whose handlers are not its own; none where the system does not tell}
    ///
    /// Libraries that were loaded before the linker was ready are looked at first, so that they are named in a warning.
    public static List<Replaced> replaced() {
        if (Platform.LINUX) {
            ready();
        }
        return look();
    }

    private static List<Replaced> look() {
        Optional<MemorySegment> sigaction =
                Platform.LINUX ? Linker.nativeLinker().defaultLookup().find("sigaction") : Optional.empty();
        Optional<MemorySegment> dladdr =
                Platform.LINUX ? Linker.nativeLinker().defaultLookup().find("dladdr") : Optional.empty();
        List<Replaced> replaced = new ArrayList<>();
        if (sigaction.isEmpty() || dladdr.isEmpty()) {
            return replaced;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment action = arena.allocate(SIGACTION_BYTES, 8);
            MemorySegment info = arena.allocate(DL_INFO_BYTES, 8);
            long own = 0;
            for (int i = 0; i < NUMBERS.length; i++) {
                if ((int) Rare.call(sigaction.get(), NUMBERS[i], 0, action.address(), 0, 0, 0) != 0) {
                    continue;
                }
                long handler = action.get(JAVA_LONG, 0);
                if (handler == own && own != 0) {
                    continue;
                }
                String by = by(handler, dladdr.get(), info);
                if (by == null) {
                    own = handler;
                } else {
                    replaced.add(new Replaced(NAMES[i], by));
                }
            }
        }
        return replaced;
    }

    /// {@return who has a handler, or null if the JVM does}
    private static String by(long handler, MemorySegment dladdr, MemorySegment info) {
        if (handler == 0) {
            return "the default action";
        } else if (handler == 1) {
            return "SIG_IGN";
        }
        boolean known = (int) Rare.call(dladdr, handler, info.address(), 0, 0, 0, 0) != 0;
        String file = known ? Memory.ALL.getString(info.get(JAVA_LONG, 0)) : null;
        return file == null ? "0x" + Long.toHexString(handler) : file.endsWith("/libjvm.so") ? null : file;
    }
}

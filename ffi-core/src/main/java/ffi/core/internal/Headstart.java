// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import ffi.core.internal.load.SignalHandlers;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Wakes the JDK's linker on a thread of its own, while the caller still reads what is declared.
///
/// The first function that a process links costs the JDK tens of milliseconds: it loads hundreds of classes and makes
/// its first method handles. All of it is independent of the function, and the shape that is linked here is the one by
/// which [Rare] calls most functions at first. Whoever comes too early waits for a class to be ready, as with any class
/// that two threads need.
///
/// It is not done where there is one processor, where `-Dffi.headstart=false` says so, where an AOT cache has made most
/// of it ready, and where native access was not enabled by name: there the JDK warns of whoever links first, and nobody
/// may ever call. What fails here is of no interest: the caller meets it again.
public final class Headstart implements Runnable {

    private static final String EMPTY = "_J"; // the shape of a function without arguments
    private static final long STACK = 0; // bytes; 0 is the JVM's own
    private static final long PATIENCE = 100; // milliseconds

    private static Thread running; // null if there is none to wait for

    static {
        try {
            if (Runtime.getRuntime().availableProcessors() > 1 && !"false".equals(System.getProperty("ffi.headstart"))
                    && Headstart.class.getModule().isNativeAccessEnabled()) {
                start();
            }
        } catch (StackOverflowError noRoom) {
            // then without: classes whose initializers call this one must not be lost
        }
    }

    private Headstart() {}

    /// Begins, unless it was begun before.
    public static void begin() {} // the class's initializer does

    private static void start() {
        try {
            Thread thread = new Thread(null, new Headstart(), "ffi-headstart", STACK, false);
            thread.setDaemon(true);
            thread.start();
            running = thread;
        } catch (RuntimeException | OutOfMemoryError noThreadToBeHad) {
            // then without
        }
    }

    /// {@return whether it has begun and may not have ended}
    public static boolean isRunning() {
        return running != null;
    }

    /// {@return whether the linker is being made ready just now}
    public static boolean isBusy() {
        Thread thread = running;
        return thread != null && thread.isAlive();
    }

    /// Waits until it has ended: two threads that link at once hinder each other, and take longer than one.
    ///
    /// It needs nothing that a caller could hold but the lock of a class loader, of which it loads our own classes; so
    /// nobody waits for ever.
    static void await() {
        Thread thread = running;
        if (thread == null) {
            return;
        }
        try {
            if (thread.isAlive()) {
                Rare.prepare();
            }
            thread.join(PATIENCE);
        } catch (InterruptedException again) {
            Thread.currentThread().interrupt();
        }
        running = null;
    }

    @Override
    public void run() {
        try {
            if (!hasAotCache()) {
                Linking.handle(Passing.SYSTEM_V ? Rare.GENERAL : EMPTY);
                SignalHandlers.ready();
            }
        } catch (Throwable met) {
            // again by the caller
        }
    }

    /// Whether the JVM was started with an AOT cache, or makes one. Nothing else tells: the JVM has no property of it,
    /// and to ask its management bean for the options takes longer than what is spared. The variables are those that
    /// the JVM reads options from, `JDK_JAVA_OPTIONS` and `JAVA_TOOL_OPTIONS`, as a file too: `System.getenv` makes
    /// objects of all. Where Linux does not tell, the head start is only not worth its while.
    private static boolean hasAotCache() {
        return isInside("/proc/self/cmdline") || isInside("/proc/self/environ");
    }

    private static boolean isInside(String file) {
        try (FileInputStream told = new FileInputStream(file)) {
            return new String(told.readAllBytes(), StandardCharsets.ISO_8859_1).contains("-XX:AOTCache");
        } catch (IOException notTold) {
            return false;
        }
    }
}

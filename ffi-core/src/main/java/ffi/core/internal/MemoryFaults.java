// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import ffi.core.internal.Misfit.Kind;

import java.lang.foreign.MemorySegment;

/// Translates what the JDK throws for memory that is closed, too small, or belongs to another thread.
///
/// The JDK's messages name neither the function nor the field, such as `Already closed`. Only exceptional paths come
/// here, so that a use of memory that succeeds costs nothing more.
public final class MemoryFaults {

    private static final String CLOSE_LATER = "close it, or its arena, after its last use";
    private static final String SHARE = "allocate it in Arena.ofShared(), or in Kotlin in a nativeScope";
    private static final String OPEN_SHARED = "open the library in Arena.ofShared() or Arena.global()";

    private MemoryFaults() {}

    /// {@return what is thrown for an argument that is closed, or belongs to another thread}
    ///
    /// @param function its [Target], or the [Address] of that; null if it is not known
    /// @param index    of the argument, from 0
    static RuntimeException argument(MemorySegment segment, Object function, int index) {
        Target target = function instanceof Address address ? address.target()
                : function instanceof Target known ? known : null;
        Call call = target == null ? null : target.call();
        String declared = call == null ? null : call.parameters().get(index).name();
        return Faults.argument(unusable(declared, segment), function, index);
    }

    /// {@return that a segment is closed, or that the calling thread cannot use it}
    static Misfit unusable(String declared, MemorySegment segment) {
        boolean closed = !segment.scope().isAlive();
        return new Misfit(closed ? Kind.CLOSED : Kind.THREAD, declared, null, described(segment));
    }

    /// {@return an exception of a copy from `segment` as a [Misfit] if the JDK threw it, else the exception}
    public static RuntimeException copy(RuntimeException thrown, String declared, MemorySegment segment) {
        return isUsable(segment) || !isOfMemory(thrown) ? thrown : unusable(declared, segment);
    }

    /// {@return whether a segment is open, and the calling thread can use it}
    public static boolean isUsable(MemorySegment segment) {
        return segment.scope().isAlive() && segment.isAccessibleBy(Thread.currentThread());
    }

    private static String described(MemorySegment segment) {
        return (segment.byteSize() == 0 ? "" : bytes(segment.byteSize()) + " at ")
                + "0x" + Long.toHexString(segment.address());
    }

    private static String bytes(long count) {
        return count == 1 ? "1 byte" : count + " bytes";
    }

    static String hint(Kind kind) {
        return kind == Kind.CLOSED ? CLOSE_LATER : SHARE;
    }

    /// {@return what is thrown for what is used of a library that the calling thread cannot use}
    ///
    /// @param called what `used` is, such as `function`
    public static WrongThreadException library(String called, Object used) {
        return new WrongThreadException(Facts.of("The library belongs to another thread")
                .add(called, used).hint(OPEN_SHARED).toString());
    }

    /// {@return what is thrown for an access to memory: a translation if the JDK threw the exception, else itself}
    ///
    /// @param memory   that was accessed
    /// @param key      what `what` is, such as `field`
    /// @param declared its type; may be null
    public static RuntimeException access(
            RuntimeException thrown, MemorySegment memory, String key, Object what, Object declared) {
        if (!isOfMemory(thrown)) {
            return thrown;
        }
        String message = String.valueOf(thrown.getMessage());
        switch (thrown) {
            case WrongThreadException _ -> {
                return otherThread(memory.isAccessibleBy(Thread.currentThread()), key, what, declared, thrown);
            }
            case IllegalStateException _ -> {
                return closed(memory.scope().isAlive(), key, what, declared, thrown);
            }
            case IndexOutOfBoundsException _ -> {
                IndexOutOfBoundsException translated = new IndexOutOfBoundsException(
                        Facts.of("Beyond the end of the memory")
                                .add(key, what).add("declared", declared)
                                .add("memory", bytes(memory.byteSize())).toString());
                translated.initCause(thrown);
                return translated;
            }
            case IllegalArgumentException _ when message.startsWith("Misaligned") || message.contains("alignment") -> {
                return new IllegalArgumentException(Facts.of("The memory is not aligned")
                        .add(key, what).add("declared", declared)
                        .add("found", "0x" + Long.toHexString(memory.address()))
                        .hint("allocate it with the alignment of its type").toString(), thrown);
            }
            case IllegalArgumentException _ when memory.isReadOnly() -> {
                return new IllegalArgumentException(Facts.of("The memory is read-only")
                        .add(key, what).add("declared", declared).toString(), thrown);
            }
            case UnsupportedOperationException _ when memory.isReadOnly() -> {
                return new UnsupportedOperationException(Facts.of("The memory is read-only")
                        .add(key, what).add("declared", declared).toString(), thrown);
            }
            default -> {
                return thrown;
            }
        }
    }

    private static WrongThreadException otherThread(
            boolean arena, String key, Object what, Object declared, Throwable cause) {
        return new WrongThreadException(Facts.of((arena ? "The arena" : "The memory") + " belongs to another thread")
                .add(key, what).add("declared", declared)
                .hint(arena ? "name an arena of this thread, or Arena.ofShared()" : SHARE).toString(), cause);
    }

    private static IllegalStateException closed(
            boolean arena, String key, Object what, Object declared, Throwable cause) {
        return new IllegalStateException(Facts.of((arena ? "The arena" : "The memory") + " is closed already")
                .add(key, what).add("declared", declared)
                .hint(arena ? "name an arena that is open" : CLOSE_LATER).toString(), cause);
    }

    /// {@return the memory, if it is open and the calling thread can use it}
    ///
    /// For what reads by the address alone, where the JDK checks nothing.
    public static MemorySegment requireUsable(MemorySegment memory, String key, Object what) {
        if (!memory.scope().isAlive()) {
            throw closed(false, key, what, null, null);
        } else if (!memory.isAccessibleBy(Thread.currentThread())) {
            throw otherThread(false, key, what, null, null);
        }
        return memory;
    }

    /// {@return what is thrown where an arena is asked for something: as [#access] does it}
    ///
    /// @param key  what `what` is, such as `type`
    public static RuntimeException arena(RuntimeException thrown, String key, Object what) {
        if ((thrown instanceof IllegalArgumentException || thrown instanceof ArithmeticException)
                && isOfMemory(thrown)) {
            return new IllegalArgumentException(
                    Facts.of("No memory is so large").add(key, what).toString(), thrown);
        }
        return access(thrown, MemorySegment.NULL, key, what, null);
    }

    /// Returns whether the JDK's own code threw the exception, called by this library rather than by the user's code,
    /// such as a mapping.
    private static boolean isOfMemory(RuntimeException thrown) {
        StackTraceElement[] trace = thrown.getStackTrace();
        if (trace.length == 0 || !trace[0].getClassName().startsWith("jdk.internal.")
                && !trace[0].getClassName().startsWith("java.")) {
            return false;
        }
        for (StackTraceElement frame : trace) {
            String name = frame.getClassName();
            if (!name.startsWith("java.") && !name.startsWith("jdk.") && !name.startsWith("sun.")) {
                return name.startsWith("ffi.");
            }
        }
        return false;
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Array;
import java.util.Optional;

/// The numbers that calls leave behind: where C has them, and what it says of them.
public final class Errors {

    private static final int LONGEST = 1024; // bytes of a text

    private Errors() {}

    private static final class Location {
        static final MethodHandle HANDLE = find();

        /// glibc's and musl's, macOS's, Windows's.
        static MethodHandle find() {
            for (String name : new String[] {"__errno_location", "__error", "_errno"}) {
                Optional<MemorySegment> found = Linker.nativeLinker().defaultLookup().find(name);
                if (found.isPresent()) {
                    return Restricted.downcallHandle(
                            found.get(), FunctionDescriptor.of(JAVA_LONG), Linker.Option.critical(false));
                }
            }
            return null;
        }
    }

    /// {@return where C has the calling thread's `errno`, or -1 if nobody says}
    static long location() {
        try {
            return Location.HANDLE == null ? -1 : (long) Location.HANDLE.invokeExact();
        } catch (Throwable e) {
            throw Linking.sneak(e);
        }
    }

    private static final class Text {
        static final MethodHandle HANDLE = find();

        /// POSIX's strerror_r(3), which glibc has by another name.
        static MethodHandle find() {
            for (String name : new String[] {"__xpg_strerror_r", "strerror_r"}) {
                Optional<MemorySegment> found = Linker.nativeLinker().defaultLookup().find(name);
                if (found.isPresent() && !Platform.WINDOWS) {
                    return Restricted.downcallHandle(
                            found.get(), FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_LONG));
                }
            }
            return null;
        }
    }

    /// {@return what C says of an `errno`, in its locale, or null if it says nothing}
    public static String text(int code) {
        if (Text.HANDLE == null) {
            return null;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(LONGEST);
            int failed = (int) Text.HANDLE.invokeExact(code, text, (long) LONGEST);
            return text.get(java.lang.foreign.ValueLayout.JAVA_BYTE, 0) == 0 ? null : text.getString(0);
        } catch (Throwable e) {
            throw Linking.sneak(e);
        }
    }

    /// {@return an argument as it would be written, on one line}
    private static String shown(Object argument) {
        return switch (argument) {
            case null -> "NULL";
            case String text -> Facts.quoted(text);
            case MemorySegment segment -> "0x" + Long.toHexString(segment.address());
            case Character character -> "'" + character + "'";
            case Object array when array.getClass().isArray() ->
                    array.getClass().componentType().getSimpleName() + "[" + Array.getLength(array) + "]";
            default -> Facts.shortened(argument.toString());
        };
    }

    /// {@return what is thrown for a call that failed; called by generated code}
    public static RuntimeException failed(Captured captured, Object function, Object[] arguments, int code) {
        String text = function.toString();
        StringBuilder call = new StringBuilder(text.substring(0, Math.max(0, text.indexOf(':')))).append('(');
        for (int i = 0; i < arguments.length; i++) {
            call.append(i == 0 ? "" : ", ").append(shown(arguments[i]));
        }
        return captured.failed(call.append(')').toString(), code);
    }
}

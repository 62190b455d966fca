// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;

/// The number that a call leaves behind when it fails, and which must be read before the JVM does anything else.
public enum Capture {

    ERRNO("errno", "errno+"),
    LAST_ERROR("GetLastError", "last+"),
    SOCKET_ERROR("WSAGetLastError", "wsa+");

    /// How many bytes the JDK writes to, at most.
    static final int BYTES = 16;

    /// Made when it is asked for: to make it costs the first call.
    private static final class State {
        static final StructLayout LAYOUT = Linker.Option.captureStateLayout();
    }

    private final String state; // as the JDK's linker names it
    final String mark; // of a shape

    Capture(String state, String mark) {
        this.state = state;
        this.mark = mark;
    }

    /// {@return whether this system has it}
    public boolean isKnown() {
        return State.LAYOUT.memberLayouts().stream().anyMatch(member -> member.name().orElse("").equals(state));
    }

    Linker.Option option() {
        return Linker.Option.captureCallState(state);
    }

    /// {@return where the JDK writes it}
    long offset() {
        return State.LAYOUT.byteOffset(PathElement.groupElement(state));
    }

    /// {@return what a shape captures, or null}
    static Capture of(String shape) {
        int at = shape.startsWith(Linking.CRITICAL) ? Linking.CRITICAL.length() : 0;
        if (shape.indexOf('+') < 0 || shape.startsWith(Linking.VARIADIC, at)) {
            return null;
        }
        return shape.startsWith(ERRNO.mark, at) ? ERRNO
                : shape.startsWith(LAST_ERROR.mark, at) ? LAST_ERROR : SOCKET_ERROR;
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import java.util.Objects;

/// What makes a function of C's return that is under way in another thread.
///
/// It is run by a thread of ours, and, since C may not have come so far that it notices, again and again until C has
/// returned: after 1 ms, 2 ms, 4 ms and so on, at last every 100 ms.
@FunctionalInterface
public interface Ending {

    /// Interrupts the system call that C is in: it fails with `EINTR`, as signal(7) lists.
    ///
    /// The thread gets a signal whose handler does nothing. Until the last interrupted call has returned it is
    /// installed for a signal that nobody else handles, `SIGURG` first, which none of the JVM is; then what was there
    /// before is there again. C that begins anew after `EINTR` is not ended, nor what calls that signal(7) lists as
    /// never interrupted. `-Dffi.interrupt.signal=40` names the signal by its number. Since a virtual thread may change
    /// its thread of C's, none makes such a call. On Windows there is no such signal.
    Ending INTERRUPT = () -> {
        throw new IllegalStateException("known to AsyncCall"); // which knows the thread
    };

    /// Tries to end the call.
    ///
    /// @throws Throwable what makes further tries pointless
    void end() throws Throwable;

    /// {@return whether it may be tried again while the call goes on}
    default boolean repeats() {
        return true;
    }

    /// {@return the same, but tried only once: for what must not be done twice, such as closing a descriptor}
    ///
    /// C that was not listening yet goes on.
    ///
    /// @throws IllegalArgumentException if it is [#INTERRUPT]: one signal may come before the system call does
    static Ending once(Ending ending) {
        if (Objects.requireNonNull(ending, "ending") == INTERRUPT) {
            throw new IllegalArgumentException("a system call is not interrupted only once: it may not have begun yet");
        }
        return new Ending() {
            @Override
            public void end() throws Throwable {
                ending.end();
            }

            @Override
            public boolean repeats() {
                return false;
            }
        };
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import ffi.core.internal.jfr.CallEvent;
import ffi.core.internal.jfr.Recorder;
import ffi.core.internal.jfr.UpcallEvent;

import java.util.List;

/// A call under way that is watched, in either direction: from its arguments to the line in the log, and to the event
/// of the flight recorder.
///
/// Generated code begins and ends it. Whatever is thrown here, by a value's text or by the log, stays here, and what
/// these call of C's is not watched: else a log that writes by such a function would never end.
public final class WatchedCall {

    private static final System.Logger.Level LEVEL = System.Logger.Level.INFO;
    private static final boolean BEFORE = Boolean.getBoolean("ffi.trace.before");
    private static final ThreadLocal<Now> NOW = ThreadLocal.withInitial(Now::new);

    /// What a thread is at.
    private static final class Now {
        WatchedCall innermost;
        boolean writes; // what is called now is called by us
    }

    private final Now now;
    private final WatchedCall outer;
    private final Named function; // null for an upcall
    private final Slot slot; // null for a downcall
    private final Call call;
    private final Object[] arguments;
    private String[] shown; // the arguments before the call; null if it is not logged
    private boolean awaits; // the code that makes the call, which will begin it as well
    private boolean announced;
    private Watched watched;
    private boolean captured;
    private int error;
    private long start;
    private CallEvent event; // null if it is not recorded, as is the other
    private UpcallEvent upcallEvent;

    private WatchedCall(Now now, Named function, Slot slot, Call call, Object[] arguments) {
        this.now = now;
        this.function = function;
        this.slot = slot;
        this.call = call;
        this.arguments = arguments;
        outer = now.innermost;
    }

    /// {@return whether this thread is about to log a call, so that what is asked for its text is whatever C gave}
    public static boolean isWriting() {
        return NOW.get().writes;
    }

    // --- called by generated code --------------------------------------------------------------------------------

    /// {@return a call of C's that begins, or null if it is not watched}
    public static WatchedCall begin(Named function, Call call, Object[] arguments) {
        try {
            Now now = NOW.get();
            WatchedCall outer = now.innermost;
            if (outer != null && outer.awaits && outer.function == function) {
                outer.awaits = false;
                return null;
            }
            return now.writes ? null : new WatchedCall(now, function, null, call, arguments).begin();
        } catch (Throwable e) { // such as the end of the stack
            return null;
        }
    }

    /// {@return a call of C's whose arguments are not yet what the code takes that makes it, or null}
    public static WatchedCall around(Named function, Call call, Object[] arguments) {
        WatchedCall begun = begin(function, call, arguments);
        if (begun != null) {
            begun.awaits = true;
        }
        return begun;
    }

    /// {@return a call of Java by C that begins, or null if it is not watched}
    public static WatchedCall upcall(Slot slot, Call call, Object[] arguments) {
        try {
            Now now = NOW.get();
            return now.writes ? null : new WatchedCall(now, null, slot, call, arguments).begin();
        } catch (Throwable e) {
            return null;
        }
    }

    /// Says that the function was found, so that its time begins.
    public static void found() {
        try {
            Now now = NOW.get();
            WatchedCall call = now.innermost;
            if (!now.writes && call != null) {
                if (call.event != null) {
                    call.event.begin();
                }
                call.start = System.nanoTime();
            }
        } catch (Throwable e) {
            // the time is longer
        }
    }

    /// Takes the number that the call has left behind.
    public static void captured(int error) {
        try {
            Now now = NOW.get();
            if (!now.writes && now.innermost != null) {
                now.innermost.error = error;
                now.innermost.captured = true;
            }
        } catch (Throwable e) {
            // it is not shown
        }
    }

    /// Ends a call, null for one that is not watched.
    public static void returned(WatchedCall begun, Object result) {
        if (begun != null) {
            begun.end(result, null);
        }
    }

    /// Ends a call, null for one that is not watched.
    public static void threw(WatchedCall begun, Throwable thrown) {
        if (begun != null) {
            begun.end(null, thrown);
        }
    }

    // -------------------------------------------------------------------------------------------------------------

    private WatchedCall begin() {
        long began = System.nanoTime();
        now.writes = true; // from the first question to the log on
        try {
            watched = watched();
            if (watched == null ? slot == null : watched.isLogged()) {
                show();
            }
        } finally {
            now.writes = false;
        }
        if (watched != null && watched.recorded() && Recorder.isOn()) {
            record();
        }
        start = System.nanoTime();
        forget(start - began);
        now.innermost = this; // last: if the stack ends before, there is no call to be ended
        return this;
    }

    /// What it takes to write is no time of the calls around.
    private void forget(long nanos) {
        for (WatchedCall each = outer; each != null; each = each.outer) {
            each.start += nanos;
        }
    }

    /// An upcall belongs to the function that it is an argument of, else to the call that it comes out of.
    private Watched watched() {
        if (slot == null) {
            return function.watched();
        }
        Watched own = slot.origin().watched();
        boolean inside = (own == null || !own.traced() && !own.recorded()) && outer != null && outer.watched != null;
        return inside ? outer.watched : own;
    }

    private void record() {
        if (slot == null) {
            event = CallEvent.begun();
        } else {
            upcallEvent = UpcallEvent.begun();
        }
    }

    private void endRecord(Throwable thrown) {
        try {
            if (event != null) {
                event.ended(watched.library(), watched.function(), thrown);
            } else if (upcallEvent != null) {
                upcallEvent.ended(watched.library(), watched.function(), slot, thrown);
            }
        } catch (Throwable e) {
            // an event less
        }
    }

    private void show() {
        List<Passage> parameters = call.parameters();
        shown = new String[arguments.length];
        for (int i = 0; i < shown.length; i++) {
            shown[i] = Shown.typed(parameters.get(i), arguments[i]);
        }
        if (BEFORE && watched != null) {
            announce();
        }
    }

    private void end(Object result, Throwable thrown) {
        long ended = System.nanoTime();
        now.innermost = outer;
        endRecord(thrown);
        if (shown == null) {
            return;
        }
        now.writes = true;
        try {
            if (watched == null) { // its library has been opened since
                watched = function.watched();
            }
            if (watched == null || !watched.isLogged()) {
                return;
            }
            if (outer != null) {
                outer.announce();
            }
            log(text(true) + outcome(result, thrown)
                    + " [" + Shown.time(ended - start) + ", " + Shown.thread() + "]" + (slot == null ? "" : place()));
        } catch (Throwable e) {
            // a line less
        } finally {
            now.writes = false;
            forget(System.nanoTime() - ended);
        }
    }

    /// Logs that the call goes on while others are logged.
    private void announce() {
        if (announced) {
            return;
        }
        announced = true;
        if (outer != null) {
            outer.announce();
        }
        if (shown == null) {
            return;
        }
        if (watched == null) {
            watched = function.watched();
        }
        if (watched != null && watched.isLogged()) {
            log(text(false) + " …");
        }
    }

    private void log(String line) {
        watched.log().log(LEVEL, "  ".repeat(depth()) + line);
    }

    private int depth() {
        int depth = 0;
        for (WatchedCall each = outer; each != null; each = each.outer) {
            depth += each.shown == null ? 0 : 1;
        }
        return depth;
    }

    /// @param after whether what C has written is shown as well
    private String text(boolean after) {
        StringBuilder text = new StringBuilder(slot == null ? watched.toString() : "upcall").append('(');
        for (int i = 0; i < shown.length; i++) {
            text.append(i == 0 ? "" : ", ").append(shown[i]);
            Passage passage = call.parameters().get(i);
            if (after && slot == null && isWritten(passage.conversion(), arguments[i])) {
                String written = Shown.value(passage, arguments[i]);
                text.append(shown[i].endsWith(written) ? "" : " → " + written);
            }
        }
        return text.append(')').toString();
    }

    private static boolean isWritten(Conversion conversion, Object value) {
        return conversion instanceof Conversion.OfLong l && l.comesBack()
                || conversion instanceof Conversion.OfSegment s && s.comesBack()
                || value != null && value.getClass().isArray();
    }

    private String outcome(Object result, Throwable thrown) {
        String outcome = thrown != null ? " threw " + Shown.thrown(thrown)
                : call.result().layout() == null && !captured ? "" : " = " + Shown.typed(call.result(), result);
        String errno = error == 0 ? "errno 0" : ErrnoNames.of(error);
        return !captured || outcome.contains(errno) ? outcome : outcome + ", " + errno;
    }

    /// Of an upcall: how C came to know it.
    private String place() {
        Origin origin = slot.origin();
        if (slot.parameter() < 0) {
            return " registered " + origin;
        }
        String text = origin.text();
        return " as argument " + (slot.parameter() + 1) + " of "
                + (origin.watched() != null ? origin.watched() : text.substring(0, Math.max(0, text.indexOf(':'))));
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Threshold;

/// A call of C's. Only calls of functions that `-Dffi.jfr` names have one.
@Name("ffi.Call")
@Label("Native Call")
@Category({"Isthmus"})
@Description("A call of a native function, with its conversions, and with what it called back")
@Threshold("20 ms")
public final class CallEvent extends Event {

    @Label("Library")
    public String library;

    @Label("Function")
    public String function;

    @Label("Thrown")
    @Description("The class of what the call threw")
    public String thrown;

    private CallEvent() {}

    /// {@return one that begins now, or null if nobody records it}
    public static CallEvent begun() {
        CallEvent event = new CallEvent();
        if (!event.isEnabled()) {
            return null;
        }
        event.begin();
        return event;
    }

    public void ended(String library, String function, Throwable thrown) {
        end();
        if (shouldCommit()) {
            this.library = library;
            this.function = function;
            this.thrown = thrown == null ? null : thrown.getClass().getName();
            commit();
        }
    }
}

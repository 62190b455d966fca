// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Threshold;

/// A call of Java by C. Only those have one that belong to functions which `-Dffi.jfr` names.
@Name("ffi.Upcall")
@Label("Native Upcall")
@Category({"Isthmus"})
@Description("A call of a callback by a native function")
@Threshold("20 ms")
public final class UpcallEvent extends Event {

    @Label("Library")
    public String library;

    @Label("Function")
    @Description("The one that the callback was given to")
    public String function;

    @Label("Callback")
    @Description("Its type, and where it was registered")
    public String callback;

    @Label("Thrown")
    @Description("The class of what the callback threw")
    public String thrown;

    private UpcallEvent() {}

    /// {@return one that begins now, or null if nobody records it}
    public static UpcallEvent begun() {
        UpcallEvent event = new UpcallEvent();
        if (!event.isEnabled()) {
            return null;
        }
        event.begin();
        return event;
    }

    public void ended(String library, String function, Object callback, Throwable thrown) {
        end();
        if (shouldCommit()) {
            this.library = library;
            this.function = function;
            this.callback = callback.toString();
            this.thrown = thrown == null ? null : thrown.getClass().getName();
            commit();
        }
    }
}

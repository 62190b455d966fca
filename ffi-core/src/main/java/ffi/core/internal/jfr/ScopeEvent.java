// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.jfr;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;

/// A life of native memory. There may be millions, so it is not recorded unless a recording asks for it.
@Name("ffi.Scope")
@Label("Native Scope")
@Category({"Isthmus"})
@Description("Native memory that lives as long as a block of the program")
@Enabled(false)
public final class ScopeEvent extends Event {

    @Label("Kind")
    @Description("The word that the block begins with")
    public String kind;

    @Label("Bytes")
    @Description("How many were allocated")
    @DataAmount
    public long bytes;

    @Label("Allocations")
    public long allocations;

    private ScopeEvent() {}

    /// {@return one that begins now, or null if nobody records it}
    public static ScopeEvent begun() {
        ScopeEvent event = new ScopeEvent();
        if (!event.isEnabled()) {
            return null;
        }
        event.begin();
        return event;
    }

    public void ended(String kind, long bytes, long allocations) {
        end();
        if (shouldCommit()) {
            this.kind = kind;
            this.bytes = bytes;
            this.allocations = allocations;
            commit();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;

/// The search for a library, from its name to its file.
@Name("ffi.LibraryLoad")
@Label("Native Library Load")
@Category({"Isthmus"})
@Description("The search for a native library, and its loading")
public final class LibraryLoadEvent extends Event {

    @Label("Name")
    @Description("What the program asked for")
    public String name;

    @Label("Path")
    @Description("What the system's loader took; nothing if it took nothing")
    public String path;

    @Label("Places Tried")
    @Description("How many files and resources were tried, with the one that was taken")
    public int tried;

    private LibraryLoadEvent() {}

    /// {@return one that begins now, or null if nobody records it}
    public static LibraryLoadEvent begun() {
        LibraryLoadEvent event = new LibraryLoadEvent();
        if (!event.isEnabled()) {
            return null;
        }
        event.begin();
        return event;
    }

    /// @param path null if nothing was found
    public void ended(String name, String path, int tried) {
        end();
        if (shouldCommit()) {
            this.name = name;
            this.path = path;
            this.tried = tried;
            commit();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

/// Who registered a callback, as messages say it: a function of C's that it was given to, or a place in the program.
///
/// A function pointer that has ended still remembers it, so it is text only, and keeps nothing of the user's alive.
///
/// @param library its name, or null
/// @param watched what a trace calls the function; null if it is no function, and where nothing is watched
public record Origin(String text, String library, Watched watched) {

    static final Origin BY_C = new Origin("by C", null);
    static final Origin FIELD = new Origin("as a field of a struct", null);

    public Origin(String text, String library) {
        this(text, library, null);
    }

    /// {@return the library's name as a thread has it: `sum` for `/opt/lib/libsum.so.1`}
    String thread() {
        if (library == null) {
            return "native";
        }
        String name = library.substring(Math.max(library.lastIndexOf('/'), library.lastIndexOf('\\')) + 1);
        int point = name.indexOf('.', 1);
        name = point < 0 ? name : name.substring(0, point);
        return name.startsWith("lib") && name.length() > 3 && point > 0 ? name.substring(3) : name;
    }

    @Override
    public String toString() {
        return text;
    }
}

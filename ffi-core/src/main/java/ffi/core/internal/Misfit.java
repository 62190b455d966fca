// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

/// A value that its declared type does not admit. Who called the conversion knows of which function it was, and turns
/// this into the exception that the user sees.
public final class Misfit extends RuntimeException {

    private static final long serialVersionUID = 1;

    /// What is wrong decides which exception of the JDK it becomes.
    public enum Kind { NULL, NOTHING, RANGE, RESULT, UNKNOWN, ARGUMENT, CLOSED, THREAD }

    final Kind kind;
    final String declared;
    final String expected;
    final String found;
    final String field; // such as `Person.home.street`, or null
    final String hint; // or null

    public Misfit(Kind kind, String declared, String expected, String found) {
        this(kind, declared, expected, found, null, null);
    }

    private Misfit(Kind kind, String declared, String expected, String found, String field, String hint) {
        super(expected + ", found: " + found, null, false, false); // always caught by the caller of the conversion
        this.kind = kind;
        this.declared = declared;
        this.expected = expected;
        this.found = found;
        this.field = field;
        this.hint = hint;
    }

    /// {@return what was found instead}
    public String found() {
        return found;
    }

    /// {@return that a value is none of its class, which no compiler has seen}
    public static Misfit none(Object value, Class<?> type) {
        return value == null ? new Misfit(Kind.NOTHING, null, type.getSimpleName(), "null")
                : new Misfit(Kind.ARGUMENT, null, type.getSimpleName(), value.getClass().getTypeName());
    }

    /// {@return the same of a struct's field}
    ///
    /// @param path the struct and its field, with a point between
    public Misfit in(String path) {
        return new Misfit(kind, declared, expected, found,
                field == null ? path : path + field.substring(field.indexOf('.')), hint);
    }

    /// {@return this misfit with what the user can do}
    public Misfit hinting(String hint) {
        return new Misfit(kind, declared, expected, found, field, hint);
    }
}

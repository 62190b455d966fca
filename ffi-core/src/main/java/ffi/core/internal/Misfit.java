// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

/// A value that its declared type does not admit. Who called the conversion knows of which function it was, and turns
/// this into the exception that the user sees.
public final class Misfit extends RuntimeException {

    private static final long serialVersionUID = 1;

    /// What is wrong decides which exception of the JDK it becomes.
    public enum Kind { NULL, RANGE, RESULT, UNKNOWN, ARGUMENT }

    final Kind kind;
    final String declared;
    final String expected;
    final String found;

    public Misfit(Kind kind, String declared, String expected, String found) {
        super(expected + ", found: " + found, null, false, false); // always caught by the caller of the conversion
        this.kind = kind;
        this.declared = declared;
        this.expected = expected;
        this.found = found;
    }
}

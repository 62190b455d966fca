// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.MemorySegment;
import java.util.NoSuchElementException;

/// The exceptions of a call, named by the function, the argument and its declared type. Generated code throws them.
public final class Faults {

    private Faults() {}

    /// {@return what is thrown for an argument that its type does not admit}
    ///
    /// @param index of the argument, from 0
    public static RuntimeException argument(Misfit misfit, Object function, int index) {
        return of(misfit, Facts.of("Argument " + (index + 1) + " is not a value of its type"), function);
    }

    /// {@return what is thrown for a result that its type does not admit}
    public static RuntimeException result(Misfit misfit, Object function) {
        return of(misfit, Facts.of("The result is not a value of its type"), function);
    }

    /// {@return what is thrown where no function is called, such as for an element in memory}
    public static RuntimeException value(Misfit misfit) {
        return of(misfit, Facts.of("Not a value of its type"), null);
    }

    /// {@return what is thrown for the value of a variable}
    public static RuntimeException variable(Misfit misfit, Object variable) {
        return of(misfit, Facts.of("Not a value of its type").add("variable", variable), null);
    }

    /// {@return what is thrown for an argument or result of a callback}
    static RuntimeException callback(Misfit misfit, Slot callback) {
        return of(misfit, Facts.of("Not a value of its type in a callback"), callback);
    }

    private static RuntimeException of(Misfit misfit, Facts facts, Object function) {
        facts.add("function", function)
                .add("field", misfit.field)
                .add("declared", misfit.declared)
                .add("expected", misfit.expected)
                .add("found", misfit.found);
        return switch (misfit.kind) {
            case NULL -> new NullPointerException(facts.hint(isNullable(misfit)
                    ? "give null itself, which is NULL"
                    : "declare it " + misfit.declared + ".orNull if NULL is a value of it").toString());
            case NOTHING -> new NullPointerException(facts.toString());
            case RANGE, ARGUMENT -> new IllegalArgumentException(facts.toString());
            case RESULT -> new ArithmeticException(facts.toString());
            case UNKNOWN -> new NoSuchElementException(facts.hint(misfit.hint).toString());
        };
    }

    private static boolean isNullable(Misfit misfit) {
        return String.valueOf(misfit.declared).endsWith(".orNull");
    }

    /// Throws if the library of a function has been unloaded.
    ///
    /// Another thread may unload it right after; then the JDK throws its own, shorter, exception of the same class.
    public static void requireLoaded(MemorySegment address, Object function) {
        requireLoaded(address.scope(), function);
    }

    /// Throws if the library of a function has been unloaded.
    public static void requireLoaded(MemorySegment.Scope library, Object function) {
        requireLoaded(library, "function", function);
    }

    /// Throws if the library of what is used, which is called a function or a variable, has been unloaded.
    public static void requireLoaded(MemorySegment.Scope library, String called, Object used) {
        if (!library.isAlive()) {
            throw new IllegalStateException(Facts.of("The library has been unloaded")
                    .add(called, used)
                    .hint("keep the arena open in which the library was opened")
                    .toString());
        }
    }

    /// Gives a result back to C that is not going to be returned.
    public static void giveBack(Conversion owned, long address) {
        if (address != 0) {
            owned.free().release(address);
        }
    }

    /// As [#giveBack(Conversion, long)].
    public static void giveBack(Conversion owned, MemorySegment carrier) {
        giveBack(owned, carrier.address());
    }
}

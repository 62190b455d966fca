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
        return of(misfit, Facts.of("Argument " + (index + 1) + fault(misfit)), function);
    }

    /// {@return what is thrown for a result that its type does not admit}
    public static RuntimeException result(Misfit misfit, Object function) {
        return of(misfit, Facts.of("The result" + fault(misfit)), function);
    }

    /// {@return what is thrown where no function is called, such as for an element in memory}
    public static RuntimeException value(Misfit misfit) {
        return of(misfit, Facts.of(fault(misfit, "")), null);
    }

    /// {@return what is thrown for a value behind a pointer to values of a type}
    public static RuntimeException pointer(Misfit misfit, Object type) {
        Facts facts = Facts.of(fault(misfit, ""));
        return of(misfit, misfit.declared == null ? facts.add("pointer", type + " *") : facts, null);
    }

    /// {@return what is thrown for the value of a variable}
    public static RuntimeException variable(Misfit misfit, Object variable) {
        return of(misfit, Facts.of(fault(misfit, "")).add("variable", variable), null);
    }

    /// {@return what is thrown for an argument or result of a callback}
    static RuntimeException callback(Misfit misfit, Slot callback) {
        return of(misfit, Facts.of(fault(misfit, " in a callback")), callback);
    }

    private static String fault(Misfit misfit) {
        return switch (misfit.kind) {
            case CLOSED -> " is closed already";
            case THREAD -> " belongs to another thread";
            default -> " is not a value of its type";
        };
    }

    private static String fault(Misfit misfit, String where) {
        return switch (misfit.kind) {
            case CLOSED, THREAD -> "The value" + where + fault(misfit);
            default -> "Not a value of its type" + where;
        };
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
            case CLOSED -> new IllegalStateException(facts.hint(MemoryFaults.hint(misfit.kind)).toString());
            case THREAD -> new WrongThreadException(facts.hint(MemoryFaults.hint(misfit.kind)).toString());
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
        if (!address.isAccessibleBy(Thread.currentThread())) {
            throw MemoryFaults.library("function", function);
        }
    }

    /// Throws if the library of a function has been unloaded.
    public static void requireLoaded(MemorySegment.Scope library, Object function) {
        requireLoaded(library, "function", function);
    }

    /// Throws if the library of what is used, which is called a function or a variable, has been unloaded.
    public static void requireLoaded(MemorySegment.Scope library, String called, Object used) {
        if (!library.isAlive()) {
            if (used instanceof CallbackType.Pointed pointed) {
                pointed.requireAlive(); // it is the arena of the function, and not that of a library
            }
            throw new IllegalStateException(Facts.of("The library has been unloaded")
                    .add(called, used)
                    .hint("keep the arena open in which the library was opened")
                    .toString());
        }
    }

    /// Throws if the library of a variable has been unloaded, or belongs to another thread.
    public static void requireUsable(MemorySegment.Scope library, MemorySegment memory, Object variable) {
        requireLoaded(library, "variable", variable);
        if (!memory.isAccessibleBy(Thread.currentThread())) {
            throw MemoryFaults.library("variable", variable);
        }
    }
}

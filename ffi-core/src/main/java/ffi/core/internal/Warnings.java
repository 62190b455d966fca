// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// What is said in the log, where nobody can be told by an exception.
public final class Warnings {

    /// After so many reports of a kind only those are written whose number is a power of two: native code may go on for
    /// as long as the program runs.
    static final int FEW = 10;

    /// How often each kind of failure was reported. Kinds are bounded, as names of generated classes need not be.
    private static final ConcurrentMap<String, AtomicLong> REPORTED = new ConcurrentHashMap<>();
    private static final int KINDS = 256;

    private Warnings() {}

    /// {@return the number of a report, from 1, among those of its kind}
    static long count(String kind) {
        AtomicLong count = REPORTED.get(kind);
        if (count == null) {
            count = REPORTED.computeIfAbsent(REPORTED.size() < KINDS ? kind : "", _ -> new AtomicLong());
        }
        return count.incrementAndGet();
    }

    /// Logs an exception that nobody will be thrown: the first ten of a kind, and then those whose number is a power of
    /// two. A kind is the first line of the text and the class of the exception.
    ///
    /// @param thrown may be of a class whose every method throws
    static void report(Facts facts, Throwable thrown) {
        String name = thrown.getClass().getName();
        long number = count(facts.headline() + name);
        if (isDue(number)) {
            write(() -> facts.add("thrown", name).add("so far", number > FEW ? number : null).toString(), thrown);
        }
    }

    /// Returns whether the report of a number, from 1, is written.
    static boolean isDue(long number) {
        return number <= FEW || (number & number - 1) == 0;
    }

    /// Writes a warning, if there is a log.
    ///
    /// @param thrown null if nothing was
    public static void write(Supplier<String> text, Throwable thrown) {
        try { // also around what finds the logger, which may be the program's own, and fail
            System.getLogger("ffi.core").log(System.Logger.Level.WARNING, text, thrown);
        } catch (Throwable e) {
            // nothing else can be done
        }
    }
}

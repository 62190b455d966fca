// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.util.List;

/// A function whose calls may be watched, as a trace names it.
public final class Watched {

    private static final String LOGGER = "ffi.trace.";

    private final String library;
    private final String function;
    private final boolean traced;
    private final boolean recorded;
    private volatile System.Logger log; // of two threads that ask for it at once either's will do

    private Watched(String library, String function, boolean traced, boolean recorded) {
        this.library = library;
        this.function = function;
        this.traced = traced;
        this.recorded = recorded;
    }

    /// @param library as the user wrote it
    public static Watched of(String library, List<String> symbols) {
        return new Watched(Watches.shortName(library), symbols.get(0),
                Watches.TRACED.admits(library, symbols), Watches.RECORDED.admits(library, symbols));
    }

    /// {@return the library's short name}
    String library() {
        return library;
    }

    /// {@return the first of its names in C}
    String function() {
        return function;
    }

    /// {@return whether its calls are logged}
    boolean traced() {
        return traced;
    }

    /// {@return whether its calls are events of the flight recorder}
    boolean recorded() {
        return recorded;
    }

    /// {@return whether anybody reads the log just now}
    ///
    /// The log may be the user's, who may call C when it is made as when it is asked: so neither is done before a call,
    /// nor where its own calls would be watched. One that throws is not read.
    boolean isLogged() {
        try {
            return traced && log().isLoggable(System.Logger.Level.INFO);
        } catch (Throwable e) {
            return false;
        }
    }

    /// {@return where its calls are logged}
    System.Logger log() {
        System.Logger known = log;
        if (known == null) {
            log = known = System.getLogger(LOGGER.concat(library));
        }
        return known;
    }

    @Override
    public String toString() {
        return library + "." + function;
    }
}

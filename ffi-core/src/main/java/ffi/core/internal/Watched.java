// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.util.List;

/// A function whose calls may be watched, as a trace names it.
///
/// @param library  its short name
/// @param function the first of its names in C
/// @param traced   whether its calls are logged
/// @param recorded whether they are events of the flight recorder
/// @param log      where they are logged; null if they are not
public record Watched(String library, String function, boolean traced, boolean recorded, System.Logger log) {

    private static final String LOGGER = "ffi.trace.";

    /// @param library as the user wrote it
    public static Watched of(String library, List<String> symbols) {
        String name = Watches.shortName(library);
        boolean traced = Watches.TRACED.admits(library, symbols);
        return new Watched(name, symbols.get(0), traced, Watches.RECORDED.admits(library, symbols),
                traced ? System.getLogger(LOGGER.concat(name)) : null);
    }

    /// {@return whether anybody reads the log just now}
    boolean isLogged() {
        return traced && log.isLoggable(System.Logger.Level.INFO);
    }

    @Override
    public String toString() {
        return library + "." + function;
    }
}

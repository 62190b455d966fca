// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.load.SymbolReport;

import java.io.Serial;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;

/// Thrown when a library does not export a symbol.
///
/// The message names the library's file and those of its symbols whose names are near.
public final class SymbolNotFoundException extends NoSuchElementException {

    @Serial
    private static final long serialVersionUID = 1;

    /// The symbol as it was asked for.
    private final String symbol;
    /// The library as the message names it.
    private final String library;
    /// Exported symbols with near names.
    private final ArrayList<String> similar;

    private SymbolNotFoundException(String symbol, String library, SymbolReport report) {
        super(report.message());
        this.symbol = symbol;
        this.library = library;
        this.similar = new ArrayList<>(report.similar());
    }

    /// The wider type lets the JVM verify the class that throws this without loading this one.
    ///
    /// @param symbols which were tried in order, none of which is there
    static RuntimeException of(List<String> symbols, String library, List<Path> files) {
        return new SymbolNotFoundException(symbols.getFirst(), library, new SymbolReport(symbols, library, files));
    }

    /// {@return the symbol as it was asked for; of several names the first}
    public String symbol() {
        return symbol;
    }

    /// {@return the library that was asked, as the message names it}
    public String library() {
        return library;
    }

    /// {@return the nearest symbols that the library does export, the nearest first, five at most; unmodifiable}
    public List<String> similar() {
        return Collections.unmodifiableList(similar);
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.load.SymbolReport;
import ffi.core.internal.load.Undefined;

import java.io.Serial;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.SequencedMap;

/// Thrown when a library does not export a symbol, or uses one that no loaded library has.
///
/// The message names the library's file and those of its symbols whose names are near. What looks at a whole library,
/// such as [Bindings#link], names all symbols in one exception.
public final class SymbolNotFoundException extends NoSuchElementException {

    @Serial
    private static final long serialVersionUID = 1;

    /// The symbol as it was asked for.
    private final String symbol;
    /// The library as the message names it.
    private final String library;
    /// Exported symbols with near names.
    private final ArrayList<String> similar;
    /// All symbols that are missing.
    private final ArrayList<String> symbols;
    private final transient SymbolReport report; // for a message of several

    private SymbolNotFoundException(String symbol, String library, SymbolReport report) {
        super(report.message());
        this.symbol = symbol;
        this.library = library;
        this.similar = new ArrayList<>(report.similar());
        this.symbols = new ArrayList<>(List.of(symbol));
        this.report = report;
    }

    private SymbolNotFoundException(String message, List<String> symbols, String library, List<String> similar) {
        super(message);
        this.symbol = symbols.getFirst();
        this.library = library;
        this.similar = new ArrayList<>(similar);
        this.symbols = new ArrayList<>(symbols);
        this.report = null;
    }

    /// {@return one exception for several}
    ///
    /// @param missing one at least, by what each is, such as `function: summ`
    static SymbolNotFoundException all(SequencedMap<String, SymbolNotFoundException> missing) {
        SymbolNotFoundException first = missing.firstEntry().getValue();
        if (missing.size() == 1) {
            return first;
        }
        SequencedMap<String, SymbolReport> reports = new LinkedHashMap<>();
        List<String> symbols = new ArrayList<>();
        missing.forEach((what, each) -> {
            reports.put(what, each.report);
            symbols.addAll(each.symbols);
        });
        String message = SymbolReport.message(reports, first.library);
        return new SymbolNotFoundException(message, symbols, first.library, first.similar);
    }

    /// @param undefined what the library uses, and nothing has; one at least
    static SymbolNotFoundException undefined(String library, List<Undefined.Use> undefined) {
        List<String> symbols = undefined.stream().map(Undefined.Use::symbol).distinct().toList();
        return new SymbolNotFoundException(Undefined.message(library, undefined), symbols, library, List.of());
    }

    /// The wider type lets the JVM verify the class that throws this without loading this one.
    ///
    /// @param symbols which were tried in order, none of which is there
    static RuntimeException of(List<String> symbols, String library, List<Path> files) {
        return new SymbolNotFoundException(symbols.getFirst(), library, SymbolReport.of(symbols, library, files));
    }

    /// {@return the symbol as it was asked for; of several names, and of several symbols, the first}
    public String symbol() {
        return symbol;
    }

    /// {@return all symbols that are missing, in the order of the message; one unless a whole library was looked at;
    /// unmodifiable}
    public List<String> symbols() {
        return Collections.unmodifiableList(symbols);
    }

    /// {@return the library that was asked, as the message names it}
    public String library() {
        return library;
    }

    /// {@return the symbols nearest to [#symbol] that the library does export, the nearest first, five at most;
    /// unmodifiable}
    public List<String> similar() {
        return Collections.unmodifiableList(similar);
    }
}

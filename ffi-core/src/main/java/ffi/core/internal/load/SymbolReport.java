// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import ffi.core.internal.Facts;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What is to be said of a symbol that a library does not export.
public final class SymbolReport {

    private static final int AT_MOST = 5;

    private final List<String> similar = new ArrayList<>();
    private final String message;

    /// @param library how the library is called in the message
    /// @param files   what it consists of, as far as that is known
    public SymbolReport(String symbol, String library, List<Path> files) {
        List<String> exports = new ArrayList<>();
        for (Path file : files) {
            exports.addAll(Elf.read(file).exports());
        }
        String mangled = symbol.length() + symbol;
        for (String export : exports) {
            if (!symbol.isEmpty() && isMangled(export, mangled) && similar.size() < AT_MOST) {
                similar.add(export);
            }
        }
        boolean cpp = !similar.isEmpty();
        for (String near : Similar.to(symbol, exports)) {
            if (!similar.contains(near) && similar.size() < AT_MOST) {
                similar.add(near);
            }
        }
        message = Facts.of("Symbol not found", symbol)
                .add("library", library)
                .addAll("similar", similar)
                .hint(cpp ? "C++ exports a function under its own name only when it is declared extern \"C\"" : null)
                .toString();
    }

    /// {@return the nearest names that the library exports, five at most}
    public List<String> similar() {
        return similar;
    }

    public String message() {
        return message;
    }

    /// In the Itanium C++ ABI a mangled name begins with `_Z` and has each identifier behind its length.
    private static boolean isMangled(String export, String identifier) {
        int at = export.startsWith("_Z") ? export.indexOf(identifier, 2) : -1;
        return at > 0 && !Character.isDigit(export.charAt(at - 1));
    }
}

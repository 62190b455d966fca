// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import ffi.core.internal.Facts;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// What is to be said of a symbol that a library does not export.
public final class SymbolReport {

    private static final int AT_MOST = 5;

    private static final String FOR_CXX =
            "C++ exports a function under its own name only when it is declared extern \"C\"";

    private final List<String> similar = new ArrayList<>();
    private final List<String> mangled = new ArrayList<>();
    private final List<String> alike = new ArrayList<>();
    private final String message;

    private static final Recent<SymbolReport> RECENT = new Recent<>();

    /// {@return what is to be said of a symbol, or was said of it a moment ago}
    public static SymbolReport of(List<String> symbols, String library, List<Path> files) {
        List<Object> key = Recent.key(List.copyOf(symbols), library);
        for (Path file : files) {
            Recent.addFile(file.toFile(), key);
        }
        return RECENT.get(key, () -> new SymbolReport(symbols, library, files));
    }

    /// @param symbols which were tried in order
    /// @param library how the library is called in the message
    /// @param files   what it consists of, as far as that is known
    private SymbolReport(List<String> symbols, String library, List<Path> files) {
        List<String> exports = new ArrayList<>();
        for (Path file : files) {
            exports.addAll(Elf.read(file).exports());
        }
        List<String> near = new ArrayList<>();
        List<String> quoted = new ArrayList<>();
        for (String symbol : symbols) {
            addMangled(symbol, exports, mangled);
            near.addAll(Similar.to(symbol, exports));
            quoted.add(Facts.quoted(symbol));
        }
        for (String name : near) {
            if (!mangled.contains(name) && !alike.contains(name) && mangled.size() + alike.size() < AT_MOST) {
                alike.add(name);
            }
        }
        similar.addAll(mangled);
        similar.addAll(alike);
        message = Facts.of("Symbol not found: " + String.join(", ", quoted))
                .add("library", library)
                .addEach("similar", spelled(mangled))
                .addAll("similar", alike)
                .hint(hint())
                .toString();
    }

    private String hint() {
        return mangled.isEmpty() ? null : FOR_CXX;
    }

    /// {@return what is to be said of several symbols that are missing at once}
    ///
    /// @param missing by what each is, such as `function: summ`
    /// @param library how the library is called in the message
    public static String message(SequencedMap<String, SymbolReport> missing, String library) {
        Facts facts = Facts.of("Symbols not found: " + missing.size()).add("library", library);
        String hint = null;
        for (Map.Entry<String, SymbolReport> each : missing.entrySet()) {
            int colon = each.getKey().indexOf(": ");
            SymbolReport report = each.getValue();
            List<String> names = new ArrayList<>(spelled(report.mangled));
            names.addAll(report.alike);
            facts.add(each.getKey().substring(0, colon), each.getKey().substring(colon + 2)
                    + (names.isEmpty() ? "" : " (similar: " + String.join(", ", names) + ")"));
            hint = hint == null ? report.hint() : hint;
        }
        return facts.hint(hint).toString();
    }

    /// Adds those of C++'s whose last identifier is this symbol's, which may be spelled as in C++.
    private static void addMangled(String symbol, List<String> exports, List<String> mangled) {
        String path = symbol.indexOf('(') > 0 ? symbol.substring(0, symbol.indexOf('(')) : symbol;
        String identifier = path.substring(path.lastIndexOf(':') + 1);
        for (String export : exports) {
            if (!identifier.isEmpty() && isMangled(export, identifier.length() + identifier)
                    && mangled.size() < AT_MOST && !mangled.contains(export)) {
                mangled.add(export);
            }
        }
    }

    /// {@return each as it is in C++, and the name under which it is exported; or that alone where no runtime tells}
    private static List<String> spelled(List<String> mangled) {
        if (mangled.isEmpty()) {
            return mangled;
        }
        List<String> spelled = new ArrayList<>();
        try (Demangler demangler = new Demangler()) {
            for (String name : mangled) {
                String known = demangler.demangle(name);
                spelled.add(known == null ? name : known + ", which is exported as " + name);
            }
        }
        return spelled;
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

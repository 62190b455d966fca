// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import ffi.core.internal.Facts;
import ffi.core.internal.Platform;

import java.io.File;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// What is to be said of a search that found nothing: every place with its reason, what was perhaps meant, what helps.
public final class LoadReport {

    private static final String NOT_ALLOWED = "Library not allowed";
    private static final String ARCHITECTURE = ", this JVM is ";

    private final SequencedMap<String, String> tried = new LinkedHashMap<>();
    private final List<String> missing = new ArrayList<>();
    private final List<String> similar = new ArrayList<>();
    private final String message;
    private boolean exists;
    private boolean noexec;
    private String hint;
    private String entry;
    private String property;

    private static final Recent<LoadReport> RECENT = new Recent<>();

    /// {@return what is to be said of a search that found nothing, or was said of one that met the same a moment ago}
    public static LoadReport of(String name, String version, LibrarySearch search) {
        List<Object> key = Recent.key(name, version, search.flags(), search.needsDirectory(), search.entry(),
                search.isDenied());
        for (LibrarySearch.Attempt attempt : search.attempts()) {
            key.add(attempt);
            if (attempt.file() != null) {
                Recent.addFile(new File(attempt.file()), key);
            }
        }
        return RECENT.get(key, () -> new LoadReport(name, version, search));
    }

    /// @param name    the user's own word
    /// @param version what the user asked for behind it, or null
    private LoadReport(String name, String version, LibrarySearch search) {
        boolean searched = !LibraryFiles.isPath(name) && !name.startsWith(LibrarySearch.RESOURCE)
                && name.indexOf('\0') < 0 && !LibraryFiles.isTooLong(version == null ? name : name.concat(version));
        for (LibrarySearch.Attempt attempt : search.attempts()) {
            tried.putIfAbsent(attempt.place(), explain(attempt, search.flags()));
        }
        exists |= search.needsDirectory();
        entry = search.entry() == null ? null : AllowList.written(search.entry());
        property = search.isDenied() ? Access.DENY_PROPERTY : Access.PROPERTY;
        if (!exists) {
            similar.addAll(SimilarFiles.to(name));
            hint = searched ? "name its directory with -Dffi.library.path=DIR" : null;
        } else if (entry != null) {
            hint = remedy();
        } else if (search.needsDirectory()) {
            hint = "name a directory to write to and execute from with -D" + LibraryCache.PROPERTY + "=DIR";
        } else if (noexec && hint == null) {
            hint = "move it to where it may be executed from";
        }
        if (LibraryFiles.isUnnameable(name) || isUnnameable(searched)) {
            hint = "start java with LC_ALL=C.UTF-8: with this locale, file names are "
                    + System.getProperty("sun.jnu.encoding");
        }
        Facts facts = Facts.of(entry != null ? NOT_ALLOWED : exists ? "Library not loaded" : "Library not found", name)
                .add("version", version == null ? null : Facts.shortened(version));
        for (Map.Entry<String, String> each : tried.entrySet()) {
            facts.add("tried", Facts.shortened(each.getKey()) + " (" + each.getValue() + ")");
        }
        if (!exists && tried.keySet().stream().anyMatch(LoadReport::isRelative)) {
            facts.add("absolute", isRelative(name) ? Facts.shortened(absolute(name)) : null)
                    .add("working directory", Facts.shortened(absolute("")));
        }
        message = facts.addEach("missing", missing).addEach("similar", similar)
                .add(list(), entry == null ? null : listed()).hint(hint).toString();
    }

    /// Whether a directory has a name that this locale's file names lack, so that the library was not found in it, or
    /// what it is in truth could not be told.
    private boolean isUnnameable(boolean searched) {
        return !exists ? searched && LibraryFiles.isUnnameable(Access.property("ffi.library.path"))
                : entry != null && tried.keySet().stream().anyMatch(LoadReport::leadsToUnnameable);
    }

    private static boolean leadsToUnnameable(String place) {
        if (!LibraryFiles.isPath(place) || place.startsWith(LibrarySearch.RESOURCE)) {
            return false;
        }
        try {
            return LibraryFiles.isUnnameable(new File(place).getAbsolutePath())
                    || LibraryFiles.isUnnameable(Path.of(place).toRealPath().toString());
        } catch (IOException | InvalidPathException nowhere) {
            return false;
        }
    }

    private static boolean isRelative(String place) {
        return LibraryFiles.isPath(place) && !place.startsWith(LibrarySearch.RESOURCE) && place.indexOf('\0') < 0
                && !place.contains(":/") && !LibraryFiles.isTooLong(place) && !new File(place).isAbsolute();
    }

    private static String absolute(String place) {
        String path = new File(place).getAbsolutePath();
        Path plain = LibraryFiles.path(path);
        return plain == null ? path : plain.normalize().toString();
    }

    /// A search that may have come to a good end.
    private LoadReport(LibrarySearch search) {
        message = "";
        for (LibrarySearch.Attempt attempt : search.attempts()) {
            tried.putIfAbsent(attempt.place(), explain(attempt, search.flags()));
        }
    }

    /// {@return each place that was tried before a library was found, with what was wrong there}
    static SequencedMap<String, String> tried(LibrarySearch search) {
        return new LoadReport(search).tried;
    }

    private LoadReport() {
        exists = true;
        String denied = Access.DENY_LIST == null ? null : Access.DENY_LIST.ofStandard();
        entry = denied == null ? "c" : AllowList.written(denied);
        property = denied == null ? Access.PROPERTY : Access.DENY_PROPERTY;
        message = Facts.of(NOT_ALLOWED, "").add(list(), listed()).hint(remedy()).toString();
    }

    /// {@return what is to be said when the running program and the C runtime may not be searched}
    public static LoadReport standardNotAllowed() {
        return new LoadReport();
    }

    private LoadReport(Admission.Refusal refusal, String library) {
        exists = true;
        entry = AllowList.written(refusal.entry());
        property = refusal.denied() ? Access.DENY_PROPERTY : Access.PROPERTY;
        String symbol = refusal.symbol();
        boolean nowhere = refusal.file().equals(Admission.OF_OTHERS);
        message = (symbol == null ? Facts.of("Function not allowed") : Facts.of("Symbol not allowed", symbol))
                .add("library", library).add("lies in", refusal.file())
                .add(list(), listed())
                .hint(nowhere ? "ask for it by the library that exports it" : remedy()).toString();
    }

    /// {@return what is to be said of a symbol that lies in a file which the lists do not admit}
    ///
    /// @param library that was asked, or null
    public static LoadReport symbolNotAllowed(Admission.Refusal refusal, String library) {
        return new LoadReport(refusal, library);
    }

    private boolean isDenied() {
        return Access.DENY_PROPERTY.equals(property);
    }

    private String list() {
        return isDenied() ? "denied" : "allowed";
    }

    private String listed() {
        List<String> entries = isDenied() ? denied() : allowed();
        return entries.isEmpty() ? "nothing" : String.join(", ", entries);
    }

    private String remedy() {
        return (isDenied() ? "take " + entry + " out of -D" : "add " + entry + " to -D") + property;
    }

    /// {@return what `-Dffi.allow` lacks so that it admits the library, or what of `-Dffi.deny` refuses it; null if it
    /// is neither}
    public String entry() {
        return entry;
    }

    /// {@return the property of the list that refuses the library}
    public String property() {
        return property;
    }

    /// {@return what `-Dffi.allow` admits; nothing if there is no such list}
    public List<String> allowed() {
        return Access.LIST == null ? List.of() : Access.LIST.entries();
    }

    /// {@return what `-Dffi.deny` refuses}
    public List<String> denied() {
        return Access.DENY_LIST == null ? List.of() : Access.DENY_LIST.entries();
    }

    /// {@return each place that was tried, with what was wrong there}
    public SequencedMap<String, String> tried() {
        return tried;
    }

    /// {@return whether the library was found, and not loaded}
    public boolean exists() {
        return exists;
    }

    public List<String> similar() {
        return similar;
    }

    public String message() {
        return message;
    }

    private String explain(LibrarySearch.Attempt attempt, int flags) {
        String problem = attempt.problem();
        if (attempt.file() == null) {
            boolean nothing = problem.equals(FileKind.NO_FILE) || problem.equals(LibrarySearch.NO_RESOURCE)
                    || problem.equals(LibrarySearch.TOO_LONG)
                    || attempt.place().indexOf('\0') >= 0;
            exists |= !nothing;
            architecture(problem);
            return problem;
        }
        String reason = LoaderError.of(attempt.file(), flags);
        boolean path = LibraryFiles.isPath(attempt.file());
        String own = LoaderError.beginning(attempt.file());
        if (reason == null) {
            exists = true;
            return "refused by the system's loader";
        }
        if (path) {
            exists = true;
        } else if (!Platform.WINDOWS) {
            exists |= !reason.startsWith(own); // of a file it has found by itself the loader gives the whole path
        } else {
            exists |= !reason.startsWith("error 126:"); // the module or one of its dependencies is not there
        }
        if (!attempt.waits()) {
            dependency(attempt.file(), reason.startsWith(own) ? "" : reason);
        }
        if (reason.contains("`GLIBC_")) {
            hint = "it was built for a newer C library than this system has";
        }
        if (path && hasToken(attempt.file())) {
            hint = "move it to a path without $";
            reason += "; the loader has put something else for the $ in its path";
        }
        if (path && Mounts.isNoexec(attempt.file())) {
            noexec = true;
            reason += "; mounted noexec";
        }
        return reason.startsWith(own) ? reason.substring(own.length()) : reason;
    }

    /// ld.so(8), "Dynamic string tokens": they are replaced in what dlopen(3) is given as well.
    static boolean hasToken(String file) {
        for (String token : Platform.LINUX ? List.of("ORIGIN", "LIB", "PLATFORM") : List.<String>of()) {
            if (file.contains("$" + token) || file.contains("${" + token + "}")) {
                return true;
            }
        }
        return false;
    }

    private void architecture(String problem) {
        int end = problem.indexOf(ARCHITECTURE);
        if (problem.startsWith("is for ") && end > 0) {
            String other = problem.substring("is for ".length(), end);
            hint = "take the library's build for " + Platform.ARCH
                    + (other.equals("x86_64") || other.equals("aarch64") ? ", or a JVM for " + other : "");
        }
    }

    /// The loader names the library that is missing; only the file itself tells whether it is the one that needs it.
    private void dependency(String file, String reason) {
        String name = LoaderError.missing(reason);
        String by = "";
        for (String needed : LibraryFiles.isPath(file) ? needed(file) : List.<String>of()) {
            if (name == null ? reason.contains(" " + needed + ":") : needed.equals(name)) { // the first is musl's form
                name = needed;
                by = ", needed by " + file;
            }
        }
        if (name != null) {
            if (missing.isEmpty() || !missing.getLast().startsWith(name)) {
                missing.add(name + by);
            }
            String denied = Access.DENY_LIST == null ? null : Access.DENY_LIST.ofName(List.of(name));
            hint = denied != null ? "take " + AllowList.written(denied) + " out of -D" + Access.DENY_PROPERTY
                    : "install " + name + ", or name its directory in " + (Platform.MACOS ? "DYLD_LIBRARY_PATH"
                    : Platform.WINDOWS ? "PATH" : "LD_LIBRARY_PATH") + " before java starts";
        }
    }

    private static List<String> needed(String file) {
        Path path = LibraryFiles.path(file);
        return path == null ? List.of() : Elf.read(path).needed();
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import ffi.core.internal.Platform;
import ffi.core.internal.Restricted;
import ffi.core.internal.jfr.LibraryLoadEvent;
import ffi.core.internal.jfr.Recorder;

import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;

/// One search for one library: goes from place to place until the loader takes a file, and remembers every try.
///
/// Why the loader refused a file is asked only once all has failed, by [LoadReport]; the search itself is kept free of
/// whatever is slow to start.
public final class LibrarySearch {

    /// How a name begins that is a resource.
    public static final String RESOURCE = "classpath:";

    static final String TOO_LONG = "is longer than a path can be";
    static final String NO_RESOURCE = "no such resource";
    static final String NOT_ALLOWED = "is not allowed";
    static final String DENIED = "is denied";
    static final String MAY_BE_DENIED = "may be denied: ask for it by its path";
    static final String SYSTEM_DIRECTORIES = " in the system's directories";

    /// One place that was tried.
    ///
    /// @param place   the file or resource as the user will recognize it
    /// @param file    what the loader was given, or null if it never came to that
    /// @param problem what was wrong, or null if the loader knows
    /// @param waits   whether it only lacks what the next attempt is for
    record Attempt(String place, String file, String problem, boolean waits) {}

    private final Arena arena; // null if it is only asked what would be admitted
    private final int flags;
    private final LibraryLoadEvent event; // null if it is not recorded
    private final List<Attempt> attempts = new ArrayList<>();
    private SymbolLookup symbols;
    private Admission admission;
    private String opened;
    private String place;
    private String source;
    private boolean needsDirectory;
    private String name; // while it is searched for
    private String resource; // while it is opened
    private boolean unpacked; // from a jar, while it is opened
    private String entry;
    private boolean denied; // by that entry, and not for the lack of it

    /// @param flags those of [Dlopen], or 0
    public LibrarySearch(Arena arena, int flags) {
        this.arena = arena;
        this.flags = flags;
        event = arena != null && Recorder.isOn() ? LibraryLoadEvent.begun() : null;
    }

    /// {@return whether the lists admit what this name would open now; nothing is opened for that}
    ///
    /// @param name of any form but the empty one
    public static boolean isAllowed(String name) {
        LibrarySearch question = new LibrarySearch(null, 0);
        if (Access.isFree() || question.byName(name, null)) {
            return true;
        }
        return question.entry == null // so there is no such library
                && (Access.LIST == null || question.name != null && question.admitsSearched(name));
    }

    /// {@return whether the lists admit this file, be it there or not}
    public static boolean isAllowedFile(String path) {
        return Access.isFree() || new LibrarySearch(null, 0).byFile(path);
    }

    boolean isQuestion() {
        return arena == null;
    }

    /// Ends the search, for the flight recorder.
    ///
    /// @param name    what was searched for
    /// @param version of that, or null
    public void end(String name, String version) {
        if (event != null) {
            int tried = attempts.size() + (opened == null ? 0 : 1);
            event.ended(version == null ? name : name + " " + version, opened, tried);
        }
    }

    int flags() {
        return flags;
    }

    /// {@return the symbols of what was found}
    public SymbolLookup symbols() {
        return symbols;
    }

    /// {@return the path of what was found, or a bare file name if the system found it by itself}
    public String opened() {
        return opened;
    }

    /// {@return each place that was tried until it was found, with what became of it}
    public SequencedMap<String, String> tried() {
        SequencedMap<String, String> tried = LoadReport.tried(this);
        tried.put(place, "opened");
        return tried;
    }

    /// {@return the address of what was unpacked, or null}
    public String source() {
        return source;
    }

    void unpackedFrom(String url) {
        source = url;
    }

    /// {@return what `-Dffi.allow` lacks so that it admits the first that was refused, or what of `-Dffi.deny` refuses
    /// it, or null if all were admitted}
    String entry() {
        return entry;
    }

    /// {@return whether the first that was refused is in `-Dffi.deny`}
    boolean isDenied() {
        return denied;
    }

    /// Says that a library was found in a jar, but no directory to unpack it into.
    void needDirectory() {
        needsDirectory = true;
    }

    boolean needsDirectory() {
        return needsDirectory;
    }

    List<Attempt> attempts() {
        return attempts;
    }

    /// Searches for a name of any form.
    ///
    /// @param version what stands behind the file's name, or null
    /// @return whether it was found
    public boolean byName(String name, String version) {
        if (name.indexOf('\0') >= 0) {
            return missed(name, "a file name holds no NUL");
        }
        if (name.startsWith(RESOURCE)) {
            String resource = name.substring(RESOURCE.length());
            return byResource(version == null ? resource : Platform.versioned(resource, version), null);
        }
        if (LibraryFiles.isPath(name)) {
            return byFile(version == null ? name : Platform.versioned(name, version));
        }
        if (LibraryFiles.isTooLong(version == null ? name : name.concat(version))) {
            return missed(name, TOO_LONG);
        }
        this.name = name;
        List<String> files = LibraryFiles.names(name, version);
        return inDirectories(LibraryFiles.ownDirectories(), files)
                || inJars(files)
                || inDirectories(LibraryFiles.javaDirectories(), files)
                || bySystem(files)
                || byVersion(files);
    }

    /// Opens exactly this file.
    ///
    /// @return whether the loader took it
    public boolean byFile(String path) {
        if (path.indexOf('\0') >= 0) {
            return missed(path, "a file name holds no NUL");
        }
        if (LibraryFiles.isTooLong(path)) {
            return missed(path, TOO_LONG);
        }
        File file = new File(path);
        boolean asked = isQuestion() && name == null && resource == null; // for a path, whatever is there
        String problem = asked ? null : FileKind.problem(file);
        if (problem != null) {
            return missed(path, problem);
        }
        boolean bare = !LibraryFiles.isPath(path); // the loader would search for it
        return load(path, bare || Platform.WINDOWS ? file.getAbsolutePath() : path);
    }

    /// Opens a resource.
    ///
    /// @param loader finds it; null for the thread's context loader, and after that this class's own
    /// @return whether the loader took it
    public boolean byResource(String resource, ClassLoader loader) {
        this.resource = resource.startsWith("/") ? resource.substring(1) : resource;
        boolean taken = Resources.open(this.resource, loader, this);
        if (isQuestion() && name == null && !taken && entry == null) { // there is no such resource
            taken = admitsUnpacked();
        }
        this.resource = null;
        return taken;
    }

    /// Opens a file that was unpacked from the resource.
    ///
    /// @return whether the loader took it
    boolean byUnpacked(String path) {
        unpacked = true;
        boolean taken = byFile(path);
        unpacked = false;
        return taken;
    }

    private boolean inDirectories(List<String> directories, List<String> files) {
        for (String directory : directories) {
            for (String file : files) {
                if (byFile(new File(directory, file).getPath())) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean inJars(List<String> files) {
        for (String file : files) {
            String folder = "natives/".concat(Platform.OS).concat("-").concat(Platform.ARCH).concat("/");
            if (byResource(folder.concat(file), null)) {
                return true;
            }
        }
        return false;
    }

    private boolean bySystem(List<String> files) {
        for (String file : files) {
            String written = Access.DENY_LIST == null ? null : deniedByName(List.of(file));
            if (written != null) {
                deny(written);
                missed(file, DENIED);
            } else if (Access.isFree() || !Platform.LINUX ? load(file, file) : inSystemDirectories(file)) {
                return true;
            }
        }
        return false;
    }

    /// With a list, a file has to be known before it is opened. The system's loader follows links that only it finds,
    /// and takes a library that is loaded already from anywhere, if it bears the name.
    private boolean inSystemDirectories(String file) {
        boolean found = false;
        for (String directory : SystemDirectories.list()) {
            String path = new File(directory, file).getPath();
            if (FileKind.problem(new File(path)) == null) {
                found = true;
                if (load(path, path)) {
                    return true;
                }
            }
        }
        return !found && missed(file.concat(SYSTEM_DIRECTORIES), FileKind.NO_FILE);
    }

    /// For `libz.so` where there is only `libz.so.1`, or where `libm.so` is a script for the linker.
    private boolean byVersion(List<String> files) {
        if (!Platform.LINUX) {
            return false;
        }
        for (String file : files) {
            List<String> directories = new ArrayList<>(LibraryFiles.ownDirectories());
            directories.addAll(LibraryFiles.javaDirectories());
            directories.addAll(SystemDirectories.list());
            for (String directory : directories) {
                File newest = LibraryFiles.newest(directory, file);
                if (newest != null && load(newest.getPath(), newest.getPath())) {
                    return true;
                }
            }
            missed(file.concat(".*").concat(SYSTEM_DIRECTORIES), FileKind.NO_FILE);
        }
        return false;
    }

    /// {@return the symbols of a file, or null if the system's loader refuses it}
    static SymbolLookup opened(String file, int flags, Arena arena) {
        return flags == 0 ? Restricted.libraryLookup(file, arena) : Dlopen.open(file, flags, arena);
    }

    private boolean load(String place, String path) {
        String file = Access.isFree() ? path : admitted(place, path);
        if (file == null || isQuestion()) {
            return file != null;
        }
        SymbolLookup found = opened(file, flags, arena);
        if (found == null && Platform.LINUX && LibraryFiles.isPath(file)) {
            found = Companions.open(place, file, flags, arena, attempts);
        } else if (found == null) {
            attempts.add(new Attempt(place, file, null, false));
        }
        if (found == null || !Access.isFree() && !isAdmitted(place, file)) {
            return false;
        }
        symbols = UnloadGate.guard(found, arena);
        opened = file;
        this.place = place;
        return true;
    }

    /// {@return whether what was opened is what the lists have admitted, and no other file that was put there since}
    private boolean isAdmitted(String place, String file) {
        if (!Platform.LINUX) {
            admission = Admission.ofLibrary(null, file);
            return true;
        }
        LoadedFile loaded = LoadedFile.opened(file);
        boolean named = Access.LIST != null && (admitsSearched(new File(file).getName())
                || resource != null && Access.LIST.admitsResource(resource));
        Admission.Refusal refusal = loaded == null ? new Admission.Refusal(null, "no file", file, false)
                : Admission.opened(loaded, named, unpacked);
        if (refusal == null) {
            admission = Admission.ofLibrary(loaded, file);
            return true;
        }
        if (refusal.denied()) {
            deny(refusal.entry());
        } else if (entry == null) {
            entry = refusal.entry();
        }
        return missed(place, (refusal.denied() ? DENIED : NOT_ALLOWED) + ": it became " + refusal.file()
                + " while it was opened, and its initializers may have run");
    }

    /// {@return the judge of its symbols, or null if there is no list}
    public Admission admission() {
        return admission;
    }

    /// {@return what the loader is given in place of a file: of one that is asked for where it is, that very path}
    private String admitted(String place, String file) {
        Path real = LibraryFiles.isPath(file) ? real(file) : null;
        if (Access.DENY_LIST != null && isDenied(place, file, real)) {
            return null;
        }
        if (Access.LIST == null || admitsSearched(new File(file).getName())
                || resource != null && Access.LIST.admitsResource(resource)) {
            boolean asked = Access.DENY_LIST != null && real != null && !unpacked;
            return asked ? real.toString() : file;
        }
        if (real != null && Access.LIST.admitsFile(real) && !LoadReport.hasToken(real.toString())) {
            return real.toString(); // with a token the loader would open another file than this
        }
        String path = real == null ? place : real.toString();
        refused(place, path.equals(place) ? null : real, path);
        return null;
    }

    private Path real(String file) {
        Path real = AllowList.real(file);
        try {
            return real == null && isQuestion() ? AllowList.resolved(Path.of(file)) : real;
        } catch (InvalidPathException nowhere) {
            return null;
        }
    }

    private boolean isDenied(String place, String file, Path real) {
        List<String> names = new ArrayList<>();
        names.add(new File(file).getName());
        if (real != null && real.getFileName() != null) {
            names.add(real.getFileName().toString());
        }
        String byName = deniedByName(names);
        String written = byName != null || unpacked ? byName : Access.DENY_LIST.ofFile(file, real);
        if (written == null) {
            return false;
        }
        deny(written);
        if (real == null) {
            missed(place, byName != null ? DENIED : MAY_BE_DENIED);
        } else {
            missed(place, real.toString().equals(place) ? DENIED : DENIED + ": it is " + real);
        }
        return true;
    }

    /// {@return the entry that refuses the name that is searched for, any of these, or the resource; or null}
    private String deniedByName(List<String> files) {
        List<String> names = new ArrayList<>(files);
        if (name != null) {
            names.addAll(LibraryFiles.names(name, null));
        }
        String written = Access.DENY_LIST.ofName(names);
        return written == null && resource != null ? Access.DENY_LIST.ofResource(resource) : written;
    }

    private void deny(String written) {
        if (entry == null) {
            entry = written;
            denied = true;
        }
    }

    private boolean admitsSearched(String file) {
        return name != null && Access.LIST.admitsName(LibraryFiles.names(name, null), file);
    }

    /// {@return whether a resource may be unpacked}; where it would be does not matter.
    boolean admitsUnpacked() {
        String file = resource.substring(resource.lastIndexOf('/') + 1);
        String written = Access.DENY_LIST == null ? null : deniedByName(List.of(file));
        if (written != null) {
            deny(written);
            return missed(RESOURCE.concat(resource), DENIED);
        }
        return Access.LIST == null || admitsSearched(file) || Access.LIST.admitsResource(resource)
                || refused(RESOURCE.concat(resource), null, null);
    }

    /// @param real what the place is in truth, or null
    /// @param path the entry that admits what was asked for by its path
    private boolean refused(String place, Path real, String path) {
        if (entry == null) {
            entry = name != null ? name : resource != null ? RESOURCE.concat(resource) : path;
        }
        return missed(place, real == null ? NOT_ALLOWED : NOT_ALLOWED + ": it is " + real);
    }

    boolean missed(String place, String problem) {
        attempts.add(new Attempt(place, null, problem, false));
        return false;
    }
}

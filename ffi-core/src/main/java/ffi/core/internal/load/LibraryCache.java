// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import ffi.core.internal.Platform;
import ffi.core.internal.Restricted;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.Channels;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.ZipException;

/// Where libraries out of jars are kept as files, since the system's loader opens nothing else.
///
/// A folder of the cache is named by the SHA-256 of what the jar's directory says of its files. A file is written under
/// another name and renamed when it is whole, so any number of processes may do this at once, and one that dies leaves
/// nothing half done. Only its user can write there, so what is there already is believed by owner, permissions and
/// length; a start that finds all in place reads none of it.
final class LibraryCache {

    /// The property that names the first directory to try.
    static final String PROPERTY = "ffi.cache.dir";

    private static final boolean POSIX = Path.of("").getFileSystem().supportedFileAttributeViews().contains("unix");
    private static final FileAttribute<?>[] PRIVATE_DIRECTORY = attributes("rwx------");
    private static final FileAttribute<?>[] PRIVATE_FILE = attributes("rw-------");
    private static final Set<Path> PREPARED = ConcurrentHashMap.newKeySet(); // the folders this process went through

    private LibraryCache() {}

    /// A directory for the cache.
    ///
    /// @param shared whether its user chose it, and so answers for who else may write there
    record Root(Path directory, boolean shared) {}

    /// {@return the directories to try, in order; those that no file can have are left out}
    static List<Root> roots() {
        List<Root> roots = new ArrayList<>();
        add(Access.property(PROPERTY), null, true, roots);
        String home = Access.property("user.home");
        String caches = System.getenv(Platform.WINDOWS ? "LOCALAPPDATA" : "XDG_CACHE_HOME");
        if (caches != null && new File(caches).isAbsolute()) { // the XDG specification: a relative one is ignored
            add(caches, "isthmus", false, roots);
        } else if (new File(home).isAbsolute()) {
            add(home, Platform.MACOS ? "Library/Caches/isthmus" : ".cache/isthmus", false, roots);
        }
        String user = Access.property("user.name").replace(File.separatorChar, '_');
        add(Access.property("java.io.tmpdir"), "isthmus-".concat(user), false, roots);
        add(".isthmus", null, false, roots);
        return roots;
    }

    private static void add(String directory, String below, boolean shared, List<Root> roots) {
        Path path = LibraryFiles.path(below == null ? directory : directory + File.separatorChar + below);
        if (path != null && !directory.isEmpty()) {
            roots.add(new Root(path.toAbsolutePath(), shared));
        }
    }

    /// Makes sure that a folder's files are in the cache, and {@return the library's own}
    ///
    /// @throws ZipException if the fault is the jar's, so that no other directory will do either
    static Path unpack(NativeFolder folder, Root root) throws IOException {
        Path directory = root.directory().resolve(folder.key());
        Path library = directory.resolve(folder.file());
        if (PREPARED.contains(directory) && holds(library, folder.bytes(folder.file()))) { // somebody may tidy up
            return library;
        }
        if (root.directory().getParent() != null) {
            Files.createDirectories(root.directory().getParent());
        }
        createPrivate(root.directory());
        if (!root.shared()) {
            requireOwn(root.directory());
            requireSafeWay(root.directory());
        }
        createPrivate(directory);
        requireOwn(directory);
        PartFiles.clear(directory);
        for (String name : folder.names()) {
            Path target = directory.resolve(name);
            if (!holds(target, folder.bytes(name))) {
                write(folder, name, target, root.directory());
            }
        }
        PREPARED.add(directory);
        return library;
    }

    private static boolean holds(Path file, long bytes) throws IOException {
        try {
            if (POSIX) {
                Status status = Status.of(file);
                return status.isRegular() && status.bytes() == bytes && objection(status) == null;
            }
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return attributes.isRegularFile() && attributes.size() == bytes;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static void write(NativeFolder folder, String name, Path target, Path root) throws IOException {
        PartFiles.clearAll(root);
        try (PartFiles part = PartFiles.create(target.getParent(), PRIVATE_FILE)) {
            folder.copy(name, Channels.newOutputStream(part.channel()));
            part.channel().force(true); // its length is believed from now on, also when the power fails
            Files.move(part.file(), target, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static void createPrivate(Path directory) throws IOException {
        try {
            Files.createDirectory(directory, PRIVATE_DIRECTORY);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) {
                throw e;
            }
        }
    }

    private static void requireOwn(Path directory) throws IOException {
        if (!POSIX) {
            return;
        }
        Status status = Status.of(directory);
        String objection = status.isDirectory() ? objection(status) : "is a link";
        if (objection != null) {
            throw new FileSystemException(directory.toString(), null, objection);
        }
    }

    /// Whoever can write to a directory can put another one in the place of what lies in it, unless it is sticky.
    private static void requireSafeWay(Path directory) throws IOException {
        Path above = POSIX ? directory.toRealPath().getParent() : null;
        for (; above != null; above = above.getParent()) {
            Status status = Status.of(above);
            if ((status.mode() & Status.OTHERS_WRITE) != 0 && (status.mode() & Status.STICKY) == 0) {
                throw new FileSystemException(directory.toString(), null,
                        "can be replaced by other users, who may write to " + above);
            }
        }
    }

    /// What others can write to need not be what was written there, nor stay what it was when looked at. Owners are
    /// compared by their numbers: the name of a user is what a property says.
    private static String objection(Status status) {
        if ((status.mode() & (Status.GROUP_WRITE | Status.OTHERS_WRITE)) != 0) {
            return "can be written by other users";
        }
        return status.user() == 0 || status.user() == Self.USER ? null : "belongs to another user, " + status.user();
    }

    /// What stat(2) says of a file, or of a link itself, at one moment.
    private record Status(int mode, int user, long bytes) {
        static final int STICKY = 01000;
        static final int GROUP_WRITE = 020;
        static final int OTHERS_WRITE = 02;

        static Status of(Path file) throws IOException {
            Map<String, Object> all = Files.readAttributes(file, "unix:mode,uid,size", LinkOption.NOFOLLOW_LINKS);
            return new Status((int) all.get("mode"), (int) all.get("uid"), (long) all.get("size"));
        }

        boolean isRegular() {
            return (mode & 0170000) == 0100000;
        }

        boolean isDirectory() {
            return (mode & 0170000) == 0040000;
        }
    }

    /// The user that this process writes files as: geteuid(2).
    private static final class Self {
        static final int USER = user();

        private static int user() {
            try {
                MemorySegment geteuid = Linker.nativeLinker().defaultLookup().findOrThrow("geteuid");
                return (int) Restricted.downcallHandle(geteuid, FunctionDescriptor.of(ValueLayout.JAVA_INT))
                        .invokeExact();
            } catch (IllegalCallerException e) {
                throw e;
            } catch (Throwable e) {
                throw new AssertionError(e); // the handle's own type is as it is called
            }
        }
    }

    /// {@return what a message says of a failed access, without the path, which it has already}
    static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> FileKind.NO_FILE;
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "is no directory";
            case FileSystemException f when f.getReason() != null -> f.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }

    private static FileAttribute<?>[] attributes(String permissions) {
        return POSIX
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}

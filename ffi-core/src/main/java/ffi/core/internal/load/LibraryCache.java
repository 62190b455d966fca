// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import ffi.core.internal.Platform;

import java.io.File;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
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

    private static final boolean POSIX = Path.of("").getFileSystem().supportedFileAttributeViews().contains("posix");
    private static final Class<? extends BasicFileAttributes> ATTRIBUTES =
            POSIX ? PosixFileAttributes.class : BasicFileAttributes.class;
    private static final FileAttribute<?>[] PRIVATE_DIRECTORY = attributes("rwx------");
    private static final FileAttribute<?>[] PRIVATE_FILE = attributes("rw-------");
    private static final Set<Path> PREPARED = ConcurrentHashMap.newKeySet(); // the folders this process went through

    private LibraryCache() {}

    /// A directory for the cache.
    ///
    /// @param shared whether its user chose it, and so answers for who else may write there
    record Root(Path directory, boolean shared) {}

    /// {@return the directories to try, in order}
    static List<Root> roots() {
        List<Root> roots = new ArrayList<>();
        String chosen = Access.property(PROPERTY);
        if (!chosen.isEmpty()) {
            roots.add(new Root(Path.of(chosen).toAbsolutePath(), true));
        }
        String home = Access.property("user.home");
        String caches = System.getenv(Platform.WINDOWS ? "LOCALAPPDATA" : "XDG_CACHE_HOME");
        if (caches != null && Path.of(caches).isAbsolute()) { // the XDG specification: a relative one is ignored
            roots.add(new Root(Path.of(caches, "isthmus"), false));
        } else if (!home.isEmpty() && Path.of(home).isAbsolute()) {
            roots.add(new Root(Path.of(home, Platform.MACOS ? "Library/Caches" : ".cache", "isthmus"), false));
        }
        String user = Access.property("user.name").replace(File.separatorChar, '_');
        Path temporary = Path.of(Access.property("java.io.tmpdir"), "isthmus-".concat(user));
        roots.add(new Root(temporary.toAbsolutePath(), false));
        roots.add(new Root(Path.of(".isthmus").toAbsolutePath(), false));
        return roots;
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
        }
        createPrivate(directory);
        requireOwn(directory);
        for (String name : folder.names()) {
            Path target = directory.resolve(name);
            if (!holds(target, folder.bytes(name))) {
                write(folder, name, target);
            }
        }
        PREPARED.add(directory);
        return library;
    }

    private static boolean holds(Path file, long bytes) throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(file, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return false;
        }
        return attributes.isRegularFile() && attributes.size() == bytes
                && !(attributes instanceof PosixFileAttributes posix && objection(posix) != null);
    }

    private static void write(NativeFolder folder, String name, Path target) throws IOException {
        Path whole = Files.createTempFile(target.getParent(), ".", ".part", PRIVATE_FILE);
        try {
            try (FileChannel channel = FileChannel.open(whole, StandardOpenOption.WRITE)) {
                folder.copy(name, Channels.newOutputStream(channel));
                channel.force(true); // its length is believed from now on, also when the power fails
            }
            Files.move(whole, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(whole);
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
        PosixFileAttributes attributes =
                Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        String objection = attributes.isDirectory() ? objection(attributes) : "is a link";
        if (objection != null) {
            throw new FileSystemException(directory.toString(), null, objection);
        }
    }

    /// What others can write to need not be what was written there, nor stay what it was when looked at.
    private static String objection(PosixFileAttributes attributes) throws IOException {
        Set<PosixFilePermission> permissions = attributes.permissions();
        if (permissions.contains(PosixFilePermission.GROUP_WRITE)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            return "can be written by other users";
        }
        UserPrincipal owner = attributes.owner();
        String name = owner.getName();
        boolean own = name.equals(Access.property("user.name")) || name.equals("root") || isThisProcess(owner);
        return own ? null : "belongs to user " + name;
    }

    /// In a container the user may have no name.
    private static boolean isThisProcess(UserPrincipal owner) throws IOException {
        Path process = Path.of("/proc/self");
        return Files.exists(process) && Files.getOwner(process).equals(owner);
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

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A file of the cache while it is written, under a name of its own.
///
/// It is locked for as long as a process writes it; so one that is not locked was left by a process that was killed,
/// and is deleted by the next that unpacks something.
///
/// @param lock held until the file has its last name, or is given up
record PartFiles(Path file, FileChannel channel, FileLock lock) implements AutoCloseable {

    private static final String SUFFIX = ".part";
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet(); // a second look would end the lock of the first

    static PartFiles create(Path directory, FileAttribute<?>[] permissions) throws IOException {
        while (true) {
            Path file = Files.createTempFile(directory, ".", SUFFIX, permissions);
            OWN.add(file);
            FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
            FileLock lock = lock(channel);
            if (Files.exists(file)) {
                return new PartFiles(file, channel, lock);
            }
            channel.close(); // another process took it for one that was left, before it was locked
            OWN.remove(file);
        }
    }

    /// {@return the lock, or null where the file system has none}
    private static FileLock lock(FileChannel channel) {
        try {
            return channel.lock();
        } catch (IOException noLocks) {
            return null;
        }
    }

    /// Deletes what killed processes have left in any folder of the cache.
    static void clearAll(Path root) {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(root, "[0-9a-f]*")) {
            for (Path folder : folders) {
                if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                    clear(folder);
                }
            }
        } catch (IOException unreadable) {
            return; // they are in nobody's way
        }
    }

    /// Deletes what killed processes have left in a folder.
    static void clear(Path directory) {
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(directory, ".*" + SUFFIX)) {
            for (Path part : parts) {
                if (!OWN.contains(part) && Files.isRegularFile(part, LinkOption.NOFOLLOW_LINKS)) {
                    clearOne(part);
                }
            }
        } catch (IOException unreadable) {
            return; // they are in nobody's way
        }
    }

    private static void clearOne(Path part) {
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE);
                FileLock free = channel.tryLock()) {
            if (free != null) {
                Files.deleteIfExists(part);
            }
        } catch (IOException | OverlappingFileLockException inUse) {
            return;
        }
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            Files.deleteIfExists(file);
        } finally {
            OWN.remove(file);
        }
    }
}

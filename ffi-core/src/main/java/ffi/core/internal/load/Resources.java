// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.zip.ZipException;

/// Opens libraries that are resources: in place when they are files, and else unpacked.
final class Resources {

    private Resources() {}

    /// Opens a resource whose name begins with no slash, and {@return whether the loader took it}
    ///
    /// @param loader finds it; null for the thread's context loader, and after that this class's own
    static boolean open(String name, ClassLoader loader, LibrarySearch search) {
        URL url = name.isEmpty() || name.endsWith("/") ? null : ClassPath.find(name, loader);
        if (url == null) {
            return search.missed(LibrarySearch.RESOURCE.concat(name), LibrarySearch.NO_RESOURCE);
        }
        if (url.getProtocol().equals("file")) {
            try {
                return search.byFile(new File(url.toURI()).getPath());
            } catch (URISyntaxException | IllegalArgumentException e) {
                return search.missed(url.toString(), String.valueOf(e.getMessage()));
            }
        }
        if (!search.admitsUnpacked()) {
            return false;
        }
        if (search.isQuestion()) {
            return true;
        }
        try (NativeFolder folder = NativeFolder.of(url, name)) {
            return unpacked(folder, search);
        } catch (IOException e) {
            return search.missed(url.toString(), LibraryCache.reason(e));
        }
    }

    /// A directory may forbid what the next allows: to be written, or to hold code that is run.
    private static boolean unpacked(NativeFolder folder, LibrarySearch search) {
        for (LibraryCache.Root root : LibraryCache.roots()) {
            Path file;
            try {
                file = LibraryCache.unpack(folder, root);
            } catch (ZipException damaged) {
                return search.missed(folder.url().toString(), damaged.getMessage());
            } catch (IOException e) {
                search.missed(root.directory().toString(), LibraryCache.reason(e));
                continue;
            }
            int before = search.attempts().size();
            if (search.byUnpacked(file.toString())) {
                search.unpackedFrom(folder.url().toString());
                return true;
            }
            LibrarySearch.Attempt own = search.attempts().get(before); // what it needs from beside it comes after it
            if (own.file() == null
                    || !LoaderError.isForbidden(own.file(), LoaderError.of(own.file(), search.flags()))) {
                return false;
            }
        }
        search.needDirectory();
        return false;
    }
}

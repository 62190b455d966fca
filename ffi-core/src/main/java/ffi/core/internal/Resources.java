// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;

/// Opens libraries that are resources: in place when they are files, and else unpacked.
final class Resources {

    private Resources() {}

    /// Opens a resource, and {@return whether the loader took it}
    ///
    /// @param loader finds it; null for the thread's context loader, and after that this class's own
    static boolean open(String resource, ClassLoader loader, LibrarySearch search) {
        String name = resource.startsWith("/") ? resource.substring(1) : resource;
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
            } catch (IOException e) {
                search.missed(root.directory().toString(), LibraryCache.reason(e));
                continue;
            }
            if (search.byFile(file.toString())) {
                return true;
            }
            LibrarySearch.Attempt last = search.attempts().getLast();
            if (last.file() == null || !LoaderError.isForbidden(last.file(), LoaderError.of(last.file()))) {
                return false;
            }
        }
        search.needDirectory();
        return false;
    }
}

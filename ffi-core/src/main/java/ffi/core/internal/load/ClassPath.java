// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ResolvedModule;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// Finds resources.
///
/// Every library of the system is first looked for in the jars of the program, mostly in vain. For the JDK's own
/// class loader that costs eight milliseconds, since it asks every module of the JDK too; going through the same class
/// path here costs next to nothing. All other class loaders are asked as usual.
final class ClassPath {

    private ClassPath() {}

    /// {@return the address of a resource, or null}
    ///
    /// @param loader finds it; null for the thread's context loader, and after that this class's own
    static URL find(String name, ClassLoader loader) {
        if (loader != null) {
            return loader.getResource(name);
        }
        ClassLoader system = ClassLoader.getSystemClassLoader();
        ClassLoader own = ClassPath.class.getClassLoader();
        ClassLoader context = Thread.currentThread().getContextClassLoader(); // null on a thread that C made
        URL found = null;
        if (context != null && context != system) {
            found = context.getResource(name);
        }
        if (found == null && own != system && own != context) {
            found = own.getResource(name);
        }
        if (found == null && (own == system || context == system)) {
            found = isLinkedIntoRuntime() ? system.getResource(name) : search(name);
        }
        return found;
    }

    /// In an image made by `jlink` the program's modules are no files.
    private static boolean isLinkedIntoRuntime() {
        Module module = ClassPath.class.getModule();
        if (!module.isNamed() || module.getLayer() == null) {
            return false;
        }
        for (ResolvedModule resolved : module.getLayer().configuration().modules()) {
            if (resolved.name().equals(module.getName())) {
                URI location = resolved.reference().location().orElse(null);
                return location == null || !location.getScheme().equals("file");
            }
        }
        return true;
    }

    private static URL search(String name) {
        Set<File> seen = new HashSet<>();
        String path = Access.property("java.class.path");
        for (int start = 0; start < path.length();) {
            int end = path.indexOf(File.pathSeparatorChar, start);
            end = end < 0 ? path.length() : end;
            URL found = in(new File(path.substring(start, end)), name, seen);
            if (found != null) {
                return found;
            }
            start = end + 1;
        }
        for (ResolvedModule module : ModuleLayer.boot().configuration().modules()) {
            URI location = module.reference().location().orElse(null);
            if (location != null && location.getScheme().equals("file")) {
                URL found = in(new File(location), name, seen);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    private static URL in(File entry, String name, Set<File> seen) {
        if (!seen.add(entry)) {
            return null;
        }
        try {
            if (entry.isDirectory() || entry.getPath().isEmpty()) {
                File file = new File(entry, name);
                File place = entry.getPath().isEmpty() ? new File(name).getAbsoluteFile() : file;
                return place.isFile() ? place.toURI().toURL() : null;
            }
            return entry.isFile() ? inJar(entry, name, seen) : null;
        } catch (IOException unreadable) { // as the class loaders do, which pass over what is no jar
            return null;
        }
    }

    private static URL inJar(File jar, String name, Set<File> seen) throws IOException {
        String further;
        try (ZipFile zip = new ZipFile(jar)) {
            ZipEntry entry = zip.getEntry(name);
            if (entry != null && !entry.isDirectory()) {
                return jarUrl(jar, name);
            }
            further = classPath(zip);
        }
        for (String relative : further.split(" ")) {
            if (!relative.isEmpty()) {
                URI uri = jar.getAbsoluteFile().toURI().resolve(relative);
                URL found = "file".equals(uri.getScheme()) ? in(new File(uri.getPath()), name, seen) : null;
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    private static URL jarUrl(File jar, String name) throws IOException {
        try { // a URI of several arguments escapes what a URL can not hold
            return URI.create("jar:" + jar.getAbsoluteFile().toURI() + "!/" + new URI(null, null, name, null)).toURL();
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    /// What the `Class-Path` attribute of a jar names; `java -jar` programs have their whole class path there.
    private static String classPath(ZipFile zip) throws IOException {
        ZipEntry manifest = zip.getEntry("META-INF/MANIFEST.MF");
        if (manifest == null) {
            return "";
        }
        try (InputStream in = zip.getInputStream(manifest)) {
            byte[] bytes = in.readAllBytes();
            if (!new String(bytes, StandardCharsets.ISO_8859_1).contains("Class-Path")) {
                return "";
            }
            String path = new Manifest(new ByteArrayInputStream(bytes))
                    .getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            return path == null ? "" : path;
        }
    }
}

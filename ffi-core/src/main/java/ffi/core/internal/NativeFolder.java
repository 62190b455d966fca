// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/// A library inside a jar, with the files that stand beside it there.
///
/// A library finds what it depends on through `$ORIGIN`, the directory of its own file, so they travel together. Class
/// files are left where they are.
final class NativeFolder implements Closeable {

    private final JarFile jar; // null when the address is not one of a jar: then the library is alone
    private final URL url;
    private final String file;
    private final Map<String, String> entries = new TreeMap<>();
    private final Map<String, String> digests = new TreeMap<>();

    private NativeFolder(URL url, JarFile jar, String entry) throws IOException {
        this.url = url;
        this.jar = jar;
        String folder = entry.substring(0, entry.lastIndexOf('/') + 1);
        this.file = entry.substring(folder.length());
        entries.put(file, entry);
        if (jar != null) {
            for (Enumeration<JarEntry> all = jar.entries(); all.hasMoreElements();) {
                JarEntry each = all.nextElement();
                String name = each.getName().substring(each.getName().startsWith(folder) ? folder.length() : 0);
                if (each.getName().startsWith(folder) && !each.isDirectory() && isPlain(name)) {
                    entries.put(name, each.getName());
                }
            }
        }
        for (String name : entries.keySet()) {
            try (InputStream in = open(name)) {
                digests.put(name, digest(in));
            }
        }
    }

    /// Reads what the address of a resource leads to.
    static NativeFolder of(URL url, String resource) throws IOException {
        URLConnection connection = url.openConnection();
        connection.setUseCaches(false); // a shared jar would have to stay open for ever
        if (!(connection instanceof JarURLConnection inJar)) {
            return new NativeFolder(url, null, resource);
        }
        JarFile jar = inJar.getJarFile();
        try {
            return new NativeFolder(url, jar, inJar.getEntryName());
        } catch (IOException | RuntimeException e) {
            jar.close();
            throw e;
        }
    }

    /// The name of a jar's entry is made by whoever made the jar: it must not lead out of the directory.
    private static boolean isPlain(String name) {
        return name.indexOf('/') < 0 && name.indexOf('\\') < 0 && name.indexOf(':') < 0 && name.indexOf('\0') < 0
                && !name.isEmpty() && !name.equals(".") && !name.equals("..") && !name.endsWith(".class");
    }

    /// {@return the name of the library's file}
    String file() {
        return file;
    }

    /// {@return the SHA-256 of each file by its name}
    Map<String, String> digests() {
        return digests;
    }

    /// {@return the SHA-256 of all names and contents}
    String key() {
        MessageDigest all = sha256();
        for (Map.Entry<String, String> each : digests.entrySet()) {
            String line = each.getKey() + "\0" + each.getValue() + "\n";
            all.update(line.getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(all.digest());
    }

    /// {@return the content of a file}
    InputStream open(String name) throws IOException {
        return jar == null ? url.openStream() : jar.getInputStream(jar.getJarEntry(entries.get(name)));
    }

    /// {@return the SHA-256 of all that a stream still has}
    static String digest(InputStream in) throws IOException {
        DigestInputStream digesting = new DigestInputStream(in, sha256());
        byte[] buffer = new byte[1 << 16];
        while (digesting.read(buffer) >= 0) {
            continue;
        }
        return HexFormat.of().formatHex(digesting.getMessageDigest().digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e); // every Java platform has it
        }
    }

    @Override
    public void close() throws IOException {
        if (jar != null) {
            jar.close();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import ffi.core.internal.Facts;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipException;

/// A library inside a jar, with the files that stand beside it there.
///
/// A library finds what it depends on through `$ORIGIN`, the directory of its own file, so they travel together. Class
/// files are left where they are. A jar lists the length and the CRC-32 of all that is in it, so nothing is inflated
/// until it is written somewhere.
final class NativeFolder implements Closeable {

    private static final long LARGE = 64 << 20; // bytes, below which nothing is too dense
    private static final long DENSEST = 200; // libraries are packed to a third, rarely to a tenth
    private static final long LONGEST = 1 << 30; // bytes of what does not say how long it is
    private static final String UNNAMEABLE = "a file of this name cannot be here: with this locale, file names are ";

    private final JarFile jar; // null when the address is not one of a jar: then the library is alone
    private final URL url;
    private final String file;
    private final Map<String, Content> contents = new TreeMap<>();
    private final String key;

    /// What a file has to hold.
    ///
    /// @param entry where it is in the jar, or null
    /// @param bytes how long it is
    /// @param sum   its CRC-32, or its SHA-256 where no CRC-32 is known, in hexadecimal
    private record Content(JarEntry entry, long bytes, String sum) {}

    private NativeFolder(URL url, JarFile jar, String entry) throws IOException {
        this.url = url;
        this.jar = jar;
        String folder = entry.substring(0, entry.lastIndexOf('/') + 1);
        this.file = entry.substring(folder.length());
        if (LibraryFiles.path(file) == null) {
            throw new FileSystemException(file, null, UNNAMEABLE + System.getProperty("sun.jnu.encoding"));
        }
        contents.put(file, content(entry));
        if (jar != null) {
            for (Enumeration<JarEntry> all = jar.entries(); all.hasMoreElements();) {
                JarEntry each = all.nextElement();
                String name = each.getName().substring(each.getName().startsWith(folder) ? folder.length() : 0);
                boolean beside = each.getName().startsWith(folder) && !each.isDirectory() && isPlain(name);
                boolean nameable = LibraryFiles.path(name) != null; // else nobody could ask for it
                if (beside && !name.equals(file) && nameable && !isDenied(each.getName())) {
                    contents.put(name, content(each.getName()));
                }
            }
        }
        this.key = key(contents);
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

    /// What is not unpacked is not opened for the library beside it.
    private static boolean isDenied(String resource) {
        DenyList list = Access.DENY_LIST;
        return list != null && (list.ofResource(resource) != null
                || list.ofName(List.of(resource.substring(resource.lastIndexOf('/') + 1))) != null);
    }

    /// Asked by name, since in a jar of several releases another entry may stand behind it than the listed one.
    private Content content(String name) throws IOException {
        JarEntry entry = jar == null ? null : jar.getJarEntry(name);
        if (entry != null && entry.getCrc() >= 0 && entry.getSize() >= 0) {
            long packed = Math.max(1, entry.getCompressedSize());
            if (entry.getSize() > LARGE && entry.getSize() / packed > DENSEST) {
                throw new ZipException(Facts.shortened(name) + " is refused: " + packed + " bytes that become "
                        + entry.getSize() + " are no library");
            }
            return new Content(entry, entry.getSize(), Long.toHexString(entry.getCrc()));
        }
        MessageDigest digest = sha256();
        byte[] buffer = new byte[1 << 16];
        long bytes = 0;
        try (InputStream in = open(entry)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
                bytes += count;
                if (bytes > LONGEST) {
                    throw new ZipException(Facts.shortened(name) + " is refused: it has no length, and more than "
                            + LONGEST + " bytes");
                }
            }
        }
        return new Content(entry, bytes, HexFormat.of().formatHex(digest.digest()));
    }

    private InputStream open(JarEntry entry) throws IOException {
        return entry == null ? url.openStream() : jar.getInputStream(entry);
    }

    private static String key(Map<String, Content> contents) {
        StringBuilder all = new StringBuilder();
        for (Map.Entry<String, Content> each : contents.entrySet()) {
            Content content = each.getValue();
            all.append(each.getKey()).append('\0');
            all.append(content.bytes()).append('\0').append(content.sum()).append('\n');
        }
        return HexFormat.of().formatHex(sha256().digest(all.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e); // every Java platform has it
        }
    }

    /// {@return where the library was found}
    URL url() {
        return url;
    }

    /// {@return the name of the library's file}
    String file() {
        return file;
    }

    /// {@return the names of all files}
    Iterable<String> names() {
        return contents.keySet();
    }

    /// {@return how long a file is, in bytes}
    long bytes(String name) {
        return contents.get(name).bytes();
    }

    /// {@return the SHA-256 of all names, lengths and checksums}
    String key() {
        return key;
    }

    /// Writes a file's content, whose checksum nobody compares later.
    ///
    /// @throws ZipException if it is not what the jar says of it
    void copy(String name, OutputStream out) throws IOException {
        Content content = contents.get(name);
        try (CheckedInputStream in = new CheckedInputStream(open(content.entry()), new CRC32())) {
            byte[] buffer = new byte[1 << 16];
            long bytes = 0;
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                bytes += count;
                if (bytes > content.bytes()) {
                    break; // what inflates to more than it says would fill the disk
                }
                out.write(buffer, 0, count);
            }
            long crc = content.entry() == null ? -1 : content.entry().getCrc();
            if (bytes != content.bytes() || crc >= 0 && crc != in.getChecksum().getValue()) {
                throw new ZipException(name + " is damaged: it is not what the jar's directory says");
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (jar != null) {
            jar.close();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.security.CodeSource;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipFile;

/// What the class file of an interface names, read once for each.
///
/// The texts of its constant pool are looked at where they stand: a model of the file, and a string of each text, takes
/// the first call of a program milliseconds where the interface is large.
public final class ClassText {

    /// The answers go with the class.
    private static final ClassValue<ClassText> KNOWN = new ClassValue<>() {
        @Override
        protected ClassText computeValue(Class<?> type) {
            return read(type);
        }
    };

    private static final byte[] NULLABLE = "Nullable;".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] PREFIX = "ffi/core/Prefix;".getBytes(StandardCharsets.ISO_8859_1);

    private static final int FIRST_ENTRY = 10; // behind the magic number, the version and the number of entries
    private static final int TEXT = 1;
    private static final String SIZES = "000559933555500435533"; // of the other entries in bytes, by their tags

    private final ClassModel nullable;
    private final boolean prefix;

    private ClassText(ClassModel nullable, boolean prefix) {
        this.nullable = nullable;
        this.prefix = prefix;
    }

    /// {@return the file of a class that names any annotation `Nullable`; null if it names none, or can not be read}
    static ClassModel ofNullable(Class<?> type) {
        return KNOWN.get(type).nullable;
    }

    /// {@return whether a class may have the annotation `Prefix`: if its file names it, or can not be read}
    public static boolean mayHavePrefix(Class<?> type) {
        return KNOWN.get(type).prefix;
    }

    /// A class that was made at run time has no file, nor has one whose jar was replaced meanwhile: nothing is known
    /// then.
    private static ClassText read(Class<?> type) {
        try {
            byte[] file = bytes(type);
            if (file != null) {
                return new ClassText(
                        names(file, NULLABLE) ? ClassFile.of().parse(file) : null, names(file, PREFIX));
            }
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
            // no class file
        }
        return new ClassText(null, true);
    }

    /// Whether a text of the constant pool ends in a word.
    private static boolean names(byte[] file, byte[] word) {
        int last = word.length - 1;
        int entries = unsignedShort(file, FIRST_ENTRY - 2);
        int at = FIRST_ENTRY;
        for (int entry = 1; entry < entries; entry++) {
            int tag = file[at];
            if (tag == TEXT) {
                int end = at + 3 + unsignedShort(file, at + 1);
                if (file[end - 1] == word[last] && file[end - 2] == word[last - 1] && endsIn(file, at + 3, end, word)) {
                    return true;
                }
                at = end;
            } else {
                int size = SIZES.charAt(tag) - '0';
                if (size == 9) { // a long and a double count as two
                    entry++;
                }
                at += size;
            }
        }
        return false;
    }

    private static boolean endsIn(byte[] file, int begin, int end, byte[] word) {
        if (end - begin < word.length) {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            if (file[end - word.length + i] != word[i]) {
                return false;
            }
        }
        return true;
    }

    private static int unsignedShort(byte[] file, int at) {
        return (file[at] & 0xff) << 8 | file[at + 1] & 0xff;
    }

    private static byte[] bytes(Class<?> type) throws IOException {
        String name = type.getName();
        File jar = jar(type);
        if (jar != null) {
            try (JarFile opened = new JarFile(jar, false, ZipFile.OPEN_READ, JarFile.runtimeVersion())) {
                JarEntry entry = opened.getJarEntry(name.replace('.', '/').concat(".class"));
                if (entry != null) {
                    return opened.getInputStream(entry).readAllBytes();
                }
            } catch (IOException e) {
                // the class loader may still have what was there
            }
        }
        try (InputStream file = type.getResourceAsStream(name.substring(name.lastIndexOf('.') + 1).concat(".class"))) {
            return file == null ? null : file.readAllBytes();
        }
    }

    /// {@return the jar that the class is of, or null if it is of none that is a file}
    ///
    /// Which the class loader has open already, so that it costs little to read. The way by [Class#getResourceAsStream]
    /// asks the loaders of the platform first, and makes a connection of a URL; each is the first of its kind to do so.
    private static File jar(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        URL location = source == null ? null : source.getLocation();
        if (location == null || !location.getProtocol().equals("file") || !location.getPath().endsWith(".jar")) {
            return null;
        }
        try {
            File jar = new File(location.toURI());
            return jar.isFile() ? jar : null;
        } catch (URISyntaxException | IllegalArgumentException e) {
            return null;
        }
    }
}

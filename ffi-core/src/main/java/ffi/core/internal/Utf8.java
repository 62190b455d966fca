// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Writes UTF-8 with a closing NUL straight into native memory, without a temporary array.
final class Utf8 {

    private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    private static final int SHORT = 32; // characters
    private static final long LOW = 0x0101_0101_0101_0101L;
    private static final long HIGH = 0x8080_8080_8080_8080L;

    private Utf8() {}

    /// {@return the address of the text's copy}
    ///
    /// An unpaired surrogate becomes `?`, as [String#getBytes(java.nio.charset.Charset)] has it.
    ///
    /// ASCII is copied many characters at a time: a long text by the JDK, which else would make a temporary array of
    /// it, a short one here, since the way there costs more than it saves. Nothing tells beforehand whether a text is
    /// ASCII, so a thread goes by the last one it gave to C.
    static long write(String text, Scratch scratch, String type) {
        int length = text.length();
        long start = scratch.allocate(3L * length + 1, 1);
        if (scratch.ascii && (length > SHORT ? writeLong(text, length, start) : writeShort(text, length, start))) {
            return start;
        }
        scratch.ascii = writeEach(text, start, type) == start + length;
        return start;
    }

    /// The JDK looks for a NUL, and copies, many bytes at a time. Where it put the closing NUL tells whether the text
    /// is ASCII: any other has more bytes than characters, but for unpaired surrogates.
    ///
    /// @return false if a NUL is in the text, or not all characters are ASCII
    private static boolean writeLong(String text, int length, long to) {
        if (text.indexOf(0) >= 0) {
            return false;
        }
        Memory.ALL.setString(to, text, StandardCharsets.UTF_8);
        return Memory.ALL.get(JAVA_BYTE, to + length) == 0;
    }

    /// Copies in pieces, of which the last overlaps the one before it: that spares a loop.
    ///
    /// @return whether all characters are ASCII and none is NUL; if not, what was written is no copy
    private static boolean writeShort(String text, int length, long to) {
        if (LITTLE && length >= 8) {
            Memory.ALL.set(JAVA_BYTE, to + length, (byte) 0);
            return writeEight(text, 0, to) == 0
                    && (length <= 16 || writeEight(text, 8, to) == 0)
                    && (length <= 24 || writeEight(text, 16, to) == 0)
                    && writeEight(text, length - 8, to) == 0;
        }
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if ((char) (c - 1) >= 0x7f) { // NUL too: one less is the largest
                return false;
            }
            Memory.ALL.set(JAVA_BYTE, to + i, (byte) c);
        }
        Memory.ALL.set(JAVA_BYTE, to + length, (byte) 0);
        return true;
    }

    /// {@return 0 if all eight characters are ASCII and none is NUL}
    private static long writeEight(String text, int at, long to) {
        int a = text.charAt(at);
        int b = text.charAt(at + 1);
        int c = text.charAt(at + 2);
        int d = text.charAt(at + 3);
        int e = text.charAt(at + 4);
        int f = text.charAt(at + 5);
        int g = text.charAt(at + 6);
        int h = text.charAt(at + 7);
        long word = Integer.toUnsignedLong(a | b << 8 | c << 16 | d << 24)
                | (long) (e | f << 8 | g << 16 | h << 24) << 32;
        Memory.ALL.set(JAVA_LONG_UNALIGNED, to + at, word);
        return (a | b | c | d | e | f | g | h) & ~0x7f | word - LOW & HIGH;
    }

    /// Copies any text.
    ///
    /// @return the address of the closing NUL
    private static long writeEach(String text, long start, String type) {
        int length = text.length();
        long at = start;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                if (c == 0) {
                    throw Text.nulInside(type, text, i);
                }
                put(at++, c);
            } else if (c < 0x800) {
                put(at++, 0xc0 | c >> 6);
                put(at++, 0x80 | c & 0x3f);
            } else if (!Character.isSurrogate(c)) {
                put(at++, 0xe0 | c >> 12);
                put(at++, 0x80 | c >> 6 & 0x3f);
                put(at++, 0x80 | c & 0x3f);
            } else if (Character.isHighSurrogate(c) && i + 1 < length
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                int point = Character.toCodePoint(c, text.charAt(++i));
                put(at++, 0xf0 | point >> 18);
                put(at++, 0x80 | point >> 12 & 0x3f);
                put(at++, 0x80 | point >> 6 & 0x3f);
                put(at++, 0x80 | point & 0x3f);
            } else {
                put(at++, '?');
            }
        }
        put(at, 0);
        return at;
    }

    private static void put(long address, int value) {
        Memory.ALL.set(JAVA_BYTE, address, (byte) value);
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.nio.ByteOrder;

/// Writes UTF-8 with a closing NUL straight into native memory, without a temporary array.
final class Utf8 {

    private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    private static final long LOW = 0x0101_0101_0101_0101L;
    private static final long HIGH = 0x8080_8080_8080_8080L;

    private Utf8() {}

    /// {@return the address of the text's copy}
    ///
    /// An unpaired surrogate becomes `?`, as [String#getBytes(java.nio.charset.Charset)] has it.
    static long write(String text, Scratch scratch, String type) {
        int length = text.length();
        long start = scratch.allocate(3L * length + 1, 1);
        int i = 0;
        if (LITTLE) {
            for (; i + 8 <= length; i += 8) { // eight ASCII characters are one store
                long a = text.charAt(i);
                long b = text.charAt(i + 1);
                long c = text.charAt(i + 2);
                long d = text.charAt(i + 3);
                long e = text.charAt(i + 4);
                long f = text.charAt(i + 5);
                long g = text.charAt(i + 6);
                long h = text.charAt(i + 7);
                long word = a | b << 8 | c << 16 | d << 24 | e << 32 | f << 40 | g << 48 | h << 56;
                // of ASCII bytes, one less is negative for a NUL only
                if (((a | b | c | d | e | f | g | h) & ~0x7f | word - LOW & HIGH) != 0) {
                    return writeEach(text, i, start, start + i, type);
                }
                Memory.ALL.set(JAVA_LONG_UNALIGNED, start + i, word);
            }
        }
        for (; i < length; i++) {
            char c = text.charAt(i);
            if ((char) (c - 1) >= 0x7f) { // NUL too: one less is the largest
                return writeEach(text, i, start, start + i, type);
            }
            Memory.ALL.set(JAVA_BYTE, start + i, (byte) c);
        }
        Memory.ALL.set(JAVA_BYTE, start + i, (byte) 0);
        return start;
    }

    private static long writeEach(String text, int from, long start, long to, String type) {
        int length = text.length();
        long at = to;
        for (int i = from; i < length; i++) {
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
        return start;
    }

    private static void put(long address, int value) {
        Memory.ALL.set(JAVA_BYTE, address, (byte) value);
    }
}

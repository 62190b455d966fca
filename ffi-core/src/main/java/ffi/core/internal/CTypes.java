// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import ffi.core.internal.Misfit.Kind;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/// The types whose width is the platform's: LP64 on Unix, LLP64 on Windows. Both are 64-bit; so is every platform that
/// `java.lang.foreign` runs on.
public final class CTypes {

    private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    public static final Charset UTF_16 = LITTLE ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE;
    public static final Charset WIDE = Platform.WINDOWS
            ? UTF_16 : LITTLE ? StandardCharsets.UTF_32LE : StandardCharsets.UTF_32BE;
    public static final int WIDE_UNIT = Platform.WINDOWS ? 2 : 4;

    public static final Passage USIZE = new Passage("usize", long.class, ValueLayout.JAVA_LONG, true,
            new Within("usize", 0, Long.MAX_VALUE, -1), List.of());
    public static final Passage LONG = cLong(Platform.WINDOWS);
    public static final Passage ULONG = cULong(Platform.WINDOWS);
    public static final Passage WCHAR = wchar(Platform.WINDOWS);

    private CTypes() {}

    /// {@return `long` of either data model, so that the other one can be tested here}
    static Passage cLong(boolean llp64) {
        return llp64
                ? new Passage("cLong", long.class, ValueLayout.JAVA_INT, false,
                        new Within("cLong", Integer.MIN_VALUE, Integer.MAX_VALUE, -1), List.of())
                : new Passage("cLong", long.class, ValueLayout.JAVA_LONG, false, null, List.of());
    }

    /// {@return `unsigned long` of either data model}
    static Passage cULong(boolean llp64) {
        return llp64
                ? new Passage("cULong", long.class, ValueLayout.JAVA_INT, true,
                        new Within("cULong", 0, 0xffff_ffffL, 0xffff_ffffL), List.of())
                : new Passage("cULong", long.class, ValueLayout.JAVA_LONG, true, null, List.of());
    }

    /// {@return `wchar_t` of either data model}
    static Passage wchar(boolean llp64) {
        return llp64
                ? new Passage("wchar", int.class, ValueLayout.JAVA_CHAR, true,
                        new Within("wchar", 0, 0xffff, 0xffff), List.of())
                : new Passage("wchar", int.class, ValueLayout.JAVA_INT, false, null, List.of());
    }

    /// {@return the bytes of a NUL in this charset}
    public static int unit(Charset charset) {
        String name = charset.name().toUpperCase(Locale.ROOT);
        return name.contains("UTF-16") ? 2 : name.contains("UTF-32") ? 4 : 1;
    }

    /// A number that Java carries in a wider, or a signed, type.
    ///
    /// @param mask the bits of a carrier that count, when it comes filled up by its sign
    record Within(String name, long least, long most, long mask) implements Conversion.Checked {
        @Override
        public long lower(long value) {
            if (value < least || value > most) {
                throw new Misfit(Kind.RANGE, name, least + " to " + most, Long.toString(value));
            }
            return value;
        }

        @Override
        public long raise(long carrier) {
            long value = carrier & mask;
            if (value < least || value > most) {
                throw new Misfit(Kind.RESULT, name, least + " to " + most, Long.toUnsignedString(value));
            }
            return value;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_CHAR_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import ffi.core.internal.Misfit.Kind;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/// Text that ends with a NUL, as C has it: copied to C, and copied from C.
///
/// @param name     as the user spells the type
/// @param charset  of the text in C
/// @param unit     bytes of the NUL: 1, 2 or 4
/// @param nullable whether null stands for NULL; without it either is a [Misfit]
/// @param free     takes the address of a result once it has been copied; null if C keeps the text
/// @param size     bytes of the memory that it lies in, with its NUL, or -1 if that is as large as it needs to be
public record Text(String name, Charset charset, int unit, boolean nullable, Release free, long size)
        implements Conversion.OfLong {

    public Text(String name, Charset charset, int unit, boolean nullable, Release free) {
        this(name, charset, unit, nullable, free, -1);
    }

    @Override
    public boolean allocates() {
        return true;
    }

    @Override
    public Text orNull(String name) {
        return new Text(name, charset, unit, true, free, size);
    }

    @Override
    public Text owned(String name, Release free) {
        return new Text(name, charset, unit, nullable, free, size);
    }

    public Text sized(String name, long size) {
        return new Text(name, charset, unit, nullable, free, size);
    }

    @Override
    public long lower(Object value, Scratch scratch) {
        if (!(value instanceof String text)) {
            return none(value);
        }
        if (size >= 0) {
            long start = scratch.allocate(size, unit);
            place(text, Memory.ALL, start);
            return start;
        }
        return charset == StandardCharsets.UTF_8 ? Utf8.write(text, scratch, name) : encode(text, scratch);
    }

    private long encode(String text, Scratch scratch) {
        byte[] bytes = bytes(text);
        long start = scratch.allocate((long) bytes.length + unit, unit);
        write(bytes, Memory.ALL, start);
        return start;
    }

    @Override
    public long store(Object value, SegmentAllocator allocator) {
        if (!(value instanceof String)) {
            return none(value);
        }
        if (allocator instanceof Scratch.Room(Scratch scratch, Sharing _)) {
            return lower(value, scratch);
        }
        if (size >= 0) {
            MemorySegment segment = Pointers.requireNative(name, allocator.allocate(size, unit));
            place((String) value, segment, 0);
            return segment.address();
        }
        byte[] bytes = bytes((String) value);
        MemorySegment segment = allocator.allocate((long) bytes.length + unit, unit);
        if (!segment.isNative()) {
            throw new Misfit(Kind.ARGUMENT, name, "an allocator outside of the heap", segment.toString());
        }
        write(bytes, segment, 0);
        return segment.address();
    }

    /// The compiler sees to it that a value is a text, but not where types are erased.
    private long none(Object value) {
        if (value != null) {
            throw new Misfit(Kind.ARGUMENT, name, "a String", value.getClass().getTypeName());
        }
        if (!nullable) {
            throw new Misfit(Kind.NULL, name, "a String", "null");
        }
        return 0;
    }

    /// Writes it to memory of its size, with zeros to the end.
    private void place(String text, MemorySegment segment, long offset) {
        byte[] bytes = bytes(text);
        if (bytes.length + unit > size) {
            throw new Misfit(Kind.ARGUMENT, name, "text of at most "
                    + Math.max(size - unit, 0) + " bytes before its NUL",
                    "text of " + bytes.length + " bytes");
        }
        segment.asSlice(offset, size).fill((byte) 0);
        MemorySegment.copy(bytes, 0, segment, JAVA_BYTE, offset, bytes.length);
    }

    /// Text in place.
    record Inline(Text text) implements Cell {
        @Override
        public MemoryLayout layout() {
            ValueLayout unit = text.unit == 1 ? JAVA_BYTE : text.unit == 2
                    ? ValueLayout.JAVA_CHAR : ValueLayout.JAVA_INT;
            return MemoryLayout.sequenceLayout(text.size / text.unit, unit);
        }

        @Override
        public Object get(MemorySegment segment, long offset) {
            byte[] bytes = segment.asSlice(offset, text.size).toArray(JAVA_BYTE);
            int end = 0;
            while (end + text.unit <= bytes.length && !isNul(bytes, end)) {
                end += text.unit;
            }
            return new String(bytes, 0, end, text.charset);
        }

        private boolean isNul(byte[] bytes, int at) {
            for (int i = 0; i < text.unit; i++) {
                if (bytes[at + i] != 0) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public void set(MemorySegment segment, long offset, Object value, SegmentAllocator room) {
            if (!(value instanceof String string)) {
                throw new Misfit(Kind.NOTHING, text.name, "a String", String.valueOf(value));
            }
            text.place(string, segment, offset);
        }
    }

    private void write(byte[] bytes, MemorySegment segment, long offset) {
        MemorySegment.copy(bytes, 0, segment, JAVA_BYTE, offset, bytes.length);
        for (int i = 0; i < unit; i++) {
            segment.set(JAVA_BYTE, offset + bytes.length + i, (byte) 0);
        }
    }

    /// What the charset can not say becomes its replacement, as [String#getBytes(Charset)] does.
    private byte[] bytes(String text) {
        int nul = text.indexOf('\0');
        if (nul >= 0) {
            throw nulInside(name, text, nul);
        }
        return text.getBytes(charset);
    }

    static Misfit nulInside(String name, String text, int at) {
        String shown = text.length() <= 60 ? Facts.quoted(text) : "a text of " + text.length() + " characters";
        return new Misfit(Kind.ARGUMENT, name, "text without NUL, which ends it for C",
                shown + " with a NUL at index " + at);
    }

    @Override
    public Object raise(long address) {
        if (address == 0) {
            if (!nullable) {
                throw new Misfit(Kind.NULL, name, "text", "NULL");
            }
            return null;
        }
        if (free == null) {
            return read(address);
        }
        try {
            return read(address);
        } finally {
            free.release(address);
        }
    }

    /// What is no text in the charset becomes U+FFFD, as [String#String(byte\[\], Charset)] does.
    private String read(long address) {
        if (size >= 0) {
            return (String) new Inline(this).get(Memory.ALL, address);
        }
        if (unit == 1 && charset == StandardCharsets.UTF_8) {
            return Memory.ALL.getString(address);
        }
        long end = address;
        while (unitAt(end) != 0) {
            end += unit;
        }
        if (charset == StandardCharsets.UTF_32LE || charset == StandardCharsets.UTF_32BE) {
            return readCodePoints(address, end);
        }
        byte[] bytes = new byte[Math.toIntExact(end - address)];
        MemorySegment.copy(Memory.ALL, JAVA_BYTE, address, bytes, 0, bytes.length);
        return new String(bytes, charset);
    }

    /// The JDK's decoder takes a leading U+FEFF for a mark of the byte order, and drops it, though the charset says the
    /// order.
    private String readCodePoints(long address, long end) {
        ValueLayout.OfInt layout = JAVA_INT_UNALIGNED.withOrder(
                charset == StandardCharsets.UTF_32LE ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        StringBuilder text = new StringBuilder((int) Math.min(end - address >> 2, 1 << 20));
        for (long at = address; at < end; at += Integer.BYTES) {
            int codePoint = Memory.ALL.get(layout, at);
            boolean isText = Character.isValidCodePoint(codePoint) && (codePoint < 0xd800 || codePoint > 0xdfff);
            text.appendCodePoint(isText ? codePoint : 0xfffd);
        }
        return text.toString();
    }

    private int unitAt(long address) {
        return switch (unit) {
            case 1 -> Memory.ALL.get(JAVA_BYTE, address);
            case 2 -> Memory.ALL.get(JAVA_CHAR_UNALIGNED, address);
            default -> Memory.ALL.get(JAVA_INT_UNALIGNED, address);
        };
    }
}

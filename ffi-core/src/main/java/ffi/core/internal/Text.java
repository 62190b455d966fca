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
/// @param padded   whether text may fill that memory, and has no NUL then
public record Text(
        String name, Charset charset, int unit, boolean nullable, Release free, long size, boolean padded)
        implements Conversion.OfLong {

    private static final int LARGE = 1 << 20; // characters that are not encoded only to be counted
    private static final int LONGEST = Integer.MAX_VALUE - 8; // bytes, as long as arrays of the JVM can be

    public Text(String name, Charset charset, int unit, boolean nullable, Release free) {
        this(name, charset, unit, nullable, free, -1, false);
    }

    @Override
    public boolean allocates() {
        return true;
    }

    @Override
    public Text orNull(String name) {
        return new Text(name, charset, unit, true, free, size, padded);
    }

    @Override
    public Text owned(String name, Release free) {
        return new Text(name, charset, unit, nullable, free, size, padded);
    }

    /// @param count in elements, which have [#unit] bytes each
    public Text sized(String name, long count) {
        return new Text(name, charset, unit, nullable, free, Math.multiplyExact(count, unit), padded);
    }

    /// {@return this text, which may fill its memory; null if its memory is as large as it needs to be}
    public Text padded(String name) {
        return size < 0 ? null : new Text(name, charset, unit, nullable, free, size, true);
    }

    /// {@return whether it lies in memory in place, and not behind a pointer, as what is given back does}
    boolean isInPlace() {
        return size >= 0 && free == null;
    }

    @Override
    public long lower(Object value, Scratch scratch) {
        if (!(value instanceof String text)) {
            return none(value);
        }
        if (size >= 0) {
            long start = scratch.allocate(size, unit);
            place(text, Memory.ALL.asSlice(start, size), false);
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
            place((String) value, segment.asSlice(0, size), false);
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
    ///
    /// @param isBack whether it was read there before: text that filled the memory then may do so again
    private void place(String text, MemorySegment place, boolean isBack) {
        if (text.length() > LARGE && (long) text.length() * unit / 2 > size) { // at least so many bytes, in any charset
            throw tooLong(text.length() + " characters");
        }
        byte[] bytes = bytes(text);
        if (bytes.length > (padded ? size : size - unit) && !(isBack && bytes.length == size)) {
            throw tooLong(elements(bytes.length));
        }
        MemorySegment.copy(bytes, 0, place, JAVA_BYTE, 0, bytes.length);
        place.asSlice(bytes.length).fill((byte) 0);
    }

    private Misfit tooLong(String found) {
        return new Misfit(Kind.ARGUMENT, name, "text of at most "
                + (padded ? elements(size) : elements(Math.max(size - unit, 0)) + " before its NUL"),
                "text of ".concat(found));
    }

    private String elements(long bytes) {
        return unit == 1 ? bytes + " bytes" : bytes / unit + " elements of " + unit + " bytes";
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
            MemorySegment place = segment.asSlice(offset, text.size);
            return text.decode(place, 0, text.end(place, 0, text.size));
        }

        @Override
        public void set(MemorySegment segment, long offset, Object value, SegmentAllocator room) {
            if (!(value instanceof String string)) {
                throw new Misfit(value == null ? Kind.NOTHING : Kind.ARGUMENT, text.name, "a String",
                        value == null ? "null" : value.getClass().getTypeName());
            }
            text.place(string, segment.asSlice(offset, text.size), room == Given.NO_ROOM);
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
        return decode(Memory.ALL, address, end(Memory.ALL, address, Long.MAX_VALUE));
    }

    /// {@return the text that ends with the first NUL of this memory; null if there is none}
    public String terminated(MemorySegment memory) {
        long limit = memory.byteSize() / unit * unit;
        long end = end(memory, 0, limit);
        return end == limit ? null : decode(memory, 0, end);
    }

    /// {@return the text of all of this memory, a NUL being a character like others}
    public String whole(MemorySegment memory) {
        return decode(memory, 0, memory.byteSize());
    }

    /// {@return where the first NUL is, or else the limit, which is a multiple of the unit above the offset}
    private long end(MemorySegment memory, long offset, long limit) {
        long end = offset;
        while (end != limit && unitAt(memory, end) != 0) {
            end += unit;
        }
        return end;
    }

    private String decode(MemorySegment memory, long from, long to) {
        if (to - from > LONGEST) {
            throw new Misfit(Kind.RESULT, name, "text of at most " + LONGEST + " bytes",
                    "text of " + (to - from) + " bytes");
        }
        if (charset == StandardCharsets.UTF_32LE || charset == StandardCharsets.UTF_32BE) {
            return decodeCodePoints(memory, from, to);
        }
        byte[] bytes = new byte[(int) (to - from)];
        MemorySegment.copy(memory, JAVA_BYTE, from, bytes, 0, bytes.length);
        return new String(bytes, charset);
    }

    /// The JDK's decoder takes a leading U+FEFF for a mark of the byte order, and drops it, though the charset says the
    /// order.
    private String decodeCodePoints(MemorySegment memory, long from, long to) {
        ValueLayout.OfInt layout = JAVA_INT_UNALIGNED.withOrder(
                charset == StandardCharsets.UTF_32LE ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        StringBuilder text = new StringBuilder((int) Math.min(to - from >> 2, 1 << 20));
        for (long at = from; at < to; at += Integer.BYTES) {
            int codePoint = memory.get(layout, at);
            boolean isText = Character.isValidCodePoint(codePoint) && (codePoint < 0xd800 || codePoint > 0xdfff);
            text.appendCodePoint(isText ? codePoint : 0xfffd);
        }
        return text.toString();
    }

    private int unitAt(MemorySegment memory, long offset) {
        return switch (unit) {
            case 1 -> memory.get(JAVA_BYTE, offset);
            case 2 -> memory.get(JAVA_CHAR_UNALIGNED, offset);
            default -> memory.get(JAVA_INT_UNALIGNED, offset);
        };
    }
}

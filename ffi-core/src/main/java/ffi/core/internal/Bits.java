// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/// Where a bit-field lies, on a machine whose lowest byte comes first.
///
/// Only the bytes that have bits of the field are touched: another thread may be at work on the next ones.
/// Source: ISO C11, section 3.14, "memory location".
///
/// @param offset of the first byte
/// @param bytes  that it lies in, 1 to 9
/// @param shift  the bit of the first byte that it begins with, 0 to 7
/// @param width  in bits, 1 to 64
/// @param signed whether the highest bit is a sign
public record Bits(long offset, int bytes, int shift, int width, boolean signed) {

    /// @param start in bits
    public static Bits of(long start, int width, boolean signed) {
        int shift = (int) (start & 7);
        return new Bits(start >>> 3, (shift + width + 7) / 8, shift, width, signed);
    }

    public Bits plus(long bytes) {
        return new Bits(Math.addExact(offset, bytes), this.bytes, shift, width, signed);
    }

    public long get(MemorySegment segment) {
        long value = switch (bytes) {
            case 1 -> segment.get(JAVA_BYTE, offset) >>> shift;
            case 2 -> segment.get(JAVA_SHORT_UNALIGNED, offset) >>> shift;
            case 4 -> segment.get(JAVA_INT_UNALIGNED, offset) >>> shift;
            case 8 -> segment.get(JAVA_LONG_UNALIGNED, offset) >>> shift;
            default -> gathered(segment);
        };
        return signed ? value << 64 - width >> 64 - width : value << 64 - width >>> 64 - width;
    }

    private long gathered(MemorySegment segment) {
        long value = 0;
        for (int i = bytes; i-- > 1;) { // the lowest bits of a ninth byte are the highest of the field
            value |= (segment.get(JAVA_BYTE, offset + i) & 0xffL) << 8 * i - shift;
        }
        return value | (segment.get(JAVA_BYTE, offset) & 0xff) >>> shift;
    }

    /// Writes the lowest bits of a value.
    public void set(MemorySegment segment, long value) {
        long mask = -1L >>> 64 - width;
        long bits = value & mask;
        switch (bytes) {
            case 1 -> {
                int rest = segment.get(JAVA_BYTE, offset) & ~(int) (mask << shift);
                segment.set(JAVA_BYTE, offset, (byte) (rest | bits << shift));
            }
            case 2 -> {
                int rest = segment.get(JAVA_SHORT_UNALIGNED, offset) & ~(int) (mask << shift);
                segment.set(JAVA_SHORT_UNALIGNED, offset, (short) (rest | bits << shift));
            }
            case 4 -> {
                int rest = segment.get(JAVA_INT_UNALIGNED, offset) & ~(int) (mask << shift);
                segment.set(JAVA_INT_UNALIGNED, offset, (int) (rest | bits << shift));
            }
            case 8 -> {
                long rest = segment.get(JAVA_LONG_UNALIGNED, offset) & ~(mask << shift);
                segment.set(JAVA_LONG_UNALIGNED, offset, rest | bits << shift);
            }
            default -> scatter(segment, bits, mask);
        }
    }

    private void scatter(MemorySegment segment, long bits, long mask) {
        for (int i = 0; i < bytes; i++) {
            int at = 8 * i - shift;
            byte ours = (byte) (at < 0 ? mask << -at : mask >>> at);
            byte new8 = (byte) (at < 0 ? bits << -at : bits >>> at);
            segment.set(JAVA_BYTE, offset + i, (byte) (segment.get(JAVA_BYTE, offset + i) & ~ours | new8));
        }
    }

    /// {@return whether a value is not cut off}
    public boolean fits(long value) {
        return (signed ? value << 64 - width >> 64 - width : value << 64 - width >>> 64 - width) == value;
    }

    /// {@return such as `0 to 7`}
    public String range() {
        return signed ? (-1L << width - 1) + " to " + ((1L << width - 1) - 1)
                : "0 to " + Long.toUnsignedString(-1L >>> 64 - width);
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

/// Where C's compilers place the fields of a struct, one after the other.
///
/// Source: System V ABI for AMD64, section 3.1.2; AAPCS64, section 10.1.8; where these are silent, what gcc does
/// (`place_field` in stor-layout.c), with which clang agrees. For Microsoft's rules: "C Bit Fields" in their language
/// reference, and what gcc does for `__attribute__((ms_struct))`.
public final class Placement {

    /// Whether bit-fields are placed as Microsoft's compilers place them, unless something else is asked for.
    public static final boolean MICROSOFT = Platform.WINDOWS;

    private static final boolean UNNAMED_ALIGN = Platform.ARCH.equals("aarch64"); // AAPCS64, section 10.1.8.2

    private final boolean union;
    private boolean packed;
    private boolean microsoft = MICROSOFT;
    private long most = Long.MAX_VALUE; // alignment that #pragma pack admits
    private long alignment = 1;
    private long end; // in bits
    private long unit; // bytes of the type of Microsoft's bit-fields that precede, or 0
    private long left; // bits of it

    public Placement(boolean union) {
        this.union = union;
    }

    /// As `__attribute__((packed))`.
    public void pack() {
        packed = true;
    }

    /// As `#pragma pack(n)`.
    public void pack(long most) {
        this.most = most;
    }

    /// As `__attribute__((aligned(n)))`.
    public void align(long least) {
        alignment = Math.max(alignment, least);
    }

    public void useMicrosoft() {
        microsoft = true;
    }

    public boolean isMicrosoft() {
        return microsoft;
    }

    /// {@return the offset of a field in bytes}
    ///
    /// @param natural alignment, in bytes as all sizes here
    /// @param forced  alignment that is asked for, or 0
    public long place(long size, long natural, long forced) {
        closeUnit();
        long aligned = aligned(natural, forced);
        alignment = Math.max(alignment, aligned);
        if (union) {
            end = Math.max(end, Math.multiplyExact(size, 8L));
            return 0;
        }
        long start = up(end, Math.multiplyExact(aligned, 8L));
        end = Math.addExact(start, Math.multiplyExact(size, 8L));
        return start / 8;
    }

    private long aligned(long natural, long forced) {
        if (MICROSOFT) { // whose __declspec(align) is not capped; gcc's ms_struct caps it
            return Math.max(packed ? 1 : Math.min(natural, most), forced);
        }
        return packed ? Math.max(1, forced) : Math.min(Math.max(natural, forced), most);
    }

    /// {@return the offset of a bit-field in bits; of one of no width it means nothing}
    ///
    /// @param size    of its type, in bytes, to which the type is aligned
    /// @param width   in bits
    /// @param isNamed whether it has a name
    public long placeBits(long size, long width, boolean isNamed, long forced) {
        return microsoft ? placeMicrosoft(size, width, forced) : placeSystemV(size, width, isNamed, forced);
    }

    private long placeSystemV(long size, long width, boolean isNamed, long forced) {
        if (width == 0) { // which no packing touches
            end = union ? end : up(end, 8 * Math.max(size, forced));
            alignment = UNNAMED_ALIGN ? Math.max(alignment, size) : alignment;
            return end;
        }
        long extra = packed ? forced : Math.min(forced, most);
        if (isNamed || UNNAMED_ALIGN) {
            alignment = Math.max(Math.max(alignment, extra), packed ? 1 : Math.min(size, most));
        }
        if (union) {
            end = Math.max(end, up(width, 8));
            return 0;
        }
        long start = extra > 0 ? up(end, 8 * extra) : end;
        // A pack of any number allows it.
        if (!packed && most == Long.MAX_VALUE && start % (8 * size) + width > 8 * size) {
            start = up(start, 8 * size);
        }
        end = start + width;
        return start;
    }

    private long placeMicrosoft(long size, long width, long forced) {
        long aligned = aligned(size, forced);
        if (width == 0) {
            if (unit != 0) { // else it is not heeded
                closeUnit();
                end = up(end, 8 * aligned);
                alignment = Math.max(alignment, Math.max(aligned, Math.min(size, most))); // packed or not
            }
            return end;
        }
        alignment = Math.max(alignment, aligned);
        if (union) {
            end = Math.max(end, MICROSOFT ? 8 * size : up(width, 8)); // gcc's ms_struct only aligns the whole
            return 0;
        }
        if (unit != size || left < width || forced > 0) {
            closeUnit();
            end = up(end, 8 * aligned);
            unit = size;
            left = 8 * size;
        }
        long start = end;
        end += width;
        left -= width;
        return start;
    }

    /// What is left of a unit stays empty.
    private void closeUnit() {
        end += left;
        left = 0;
        unit = 0;
    }

    /// {@return the size of the whole in bytes}
    public long size() {
        return up(end + left, Math.multiplyExact(alignment, 8L)) / 8;
    }

    public long alignment() {
        return alignment;
    }

    private static long up(long at, long to) {
        return Math.addExact(at, to - 1) / to * to;
    }
}

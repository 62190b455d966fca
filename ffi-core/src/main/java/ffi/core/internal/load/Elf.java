// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What a 64-bit ELF library says of itself: its own name, what it needs, what it exports.
///
/// Read for messages only. Source: System V ABI (gABI), chapters 4 "Sections", "Symbol Table" and 5 "Dynamic Section".
///
/// @param soname  the name under which programs ask for it, or null
/// @param needed  the names of the libraries it depends on
/// @param exports the names of the functions and variables that others may use
public record Elf(String soname, List<String> needed, List<String> exports) {

    private static final Elf NOTHING = new Elf(null, List.of(), List.of());
    private static final int LONGEST_SECTION = 1 << 27; // bytes; what claims more is no library one could load
    private static final int SHT_DYNAMIC = 6;
    private static final int SHT_DYNSYM = 11;
    private static final int DT_NEEDED = 1;
    private static final int DT_SONAME = 14;

    /// Reads a file; what is no ELF library, or a damaged one, says nothing.
    public static Elf read(Path file) {
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer header = section(channel, 0, 64, ByteOrder.BIG_ENDIAN);
            if (header.getInt(0) != 0x7f454c46 || header.get(4) != 2) {
                return NOTHING;
            }
            header.order(header.get(5) == 2 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
            return read(channel, header);
        } catch (IOException | IndexOutOfBoundsException | ArithmeticException damaged) {
            return NOTHING;
        }
    }

    private static Elf read(FileChannel channel, ByteBuffer header) throws IOException {
        ByteOrder order = header.order();
        int entrySize = Short.toUnsignedInt(header.getShort(58));
        int count = Short.toUnsignedInt(header.getShort(60));
        ByteBuffer sections = section(channel, header.getLong(40), (long) entrySize * count, order);
        String soname = null;
        List<String> needed = new ArrayList<>();
        List<String> exports = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int at = i * entrySize;
            int type = sections.getInt(at + 4);
            if (type != SHT_DYNAMIC && type != SHT_DYNSYM) {
                continue;
            }
            ByteBuffer content = content(channel, sections, at);
            ByteBuffer names = content(channel, sections, sections.getInt(at + 40) * entrySize);
            if (type == SHT_DYNSYM) {
                exported(content, names, exports);
                continue;
            }
            for (int entry = 0; entry + 16 <= content.limit(); entry += 16) {
                long tag = content.getLong(entry);
                if (tag == DT_NEEDED) {
                    needed.add(name(names, content.getLong(entry + 8)));
                } else if (tag == DT_SONAME) {
                    soname = name(names, content.getLong(entry + 8));
                }
            }
        }
        return new Elf(soname, List.copyOf(needed), List.copyOf(exports));
    }

    /// A symbol is exported when it is defined here, not local, and visible.
    private static void exported(ByteBuffer symbols, ByteBuffer names, List<String> exports) {
        for (int symbol = 0; symbol + 24 <= symbols.limit(); symbol += 24) {
            int binding = symbols.get(symbol + 4) >> 4 & 15;
            int kind = symbols.get(symbol + 4) & 15;
            int visibility = symbols.get(symbol + 5) & 3;
            boolean defined = symbols.getShort(symbol + 6) != 0;
            boolean functionOrData = kind <= 2 || kind == 10; // 10: an indirect function, as strlen is in glibc
            if (defined && binding != 0 && functionOrData && (visibility == 0 || visibility == 3)) {
                exports.add(name(names, Integer.toUnsignedLong(symbols.getInt(symbol))));
            }
        }
    }

    private static ByteBuffer content(FileChannel channel, ByteBuffer sections, int at) throws IOException {
        return section(channel, sections.getLong(at + 24), sections.getLong(at + 32), sections.order());
    }

    private static ByteBuffer section(FileChannel channel, long offset, long size, ByteOrder order)
            throws IOException {
        if (offset < 0 || size < 0 || size > LONGEST_SECTION || size > channel.size() - offset) {
            throw new IndexOutOfBoundsException(offset);
        }
        ByteBuffer section = ByteBuffer.allocate((int) size).order(order);
        while (section.hasRemaining() && channel.read(section, offset + section.position()) >= 0) {
            continue;
        }
        return section.flip();
    }

    private static String name(ByteBuffer names, long offset) {
        int start = Math.toIntExact(offset);
        int end = start;
        while (names.get(end) != 0) {
            end++;
        }
        return new String(names.array(), start, end - start, StandardCharsets.UTF_8);
    }
}

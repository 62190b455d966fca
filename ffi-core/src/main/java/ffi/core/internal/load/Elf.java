// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// What a 64-bit ELF library says of itself: its own name, what it needs, what it exports, of which build it is.
///
/// Read for messages only. Source: System V ABI (gABI), chapters 4 "Sections", "Symbol Table" and 5 "Dynamic Section",
/// "Note Section"; for the build id the option `--build-id` of ld(1); Linux Standard Base, "Symbol Versioning".
///
/// @param soname  the name under which programs ask for it, or null
/// @param needed  the names of the libraries it depends on
/// @param exports the names of the functions and variables that others may use
/// @param imports the functions and variables that it uses and does not have, but for those that it can do without;
///                none if it says that it is to be bound at once, for then the loader has found them all
/// @param buildId what the linker made of its content, in hexadecimal, or null
public record Elf(
        String soname, List<String> needed, List<String> exports, List<Import> imports, String buildId) {

    /// @param version of its library, or null if any will do
    public record Import(String symbol, String version) {}

    private static final Elf NOTHING = new Elf(null, List.of(), List.of(), List.of(), null);
    private static final int LONGEST_SECTION = 1 << 27; // bytes; what claims more is no library one could load
    private static final int LONGEST_NAMES = 1 << 26; // bytes of all names together, each of which could be a section
    private static final int LONGEST_BUILD_ID = 64; // bytes, where linkers make 20
    private static final int SHT_DYNAMIC = 6;
    private static final int SHT_NOTE = 7;
    private static final int SHT_DYNSYM = 11;
    private static final int SHT_GNU_VERNEED = 0x6ffffffe;
    private static final int SHT_GNU_VERSYM = 0x6fffffff;
    private static final int STB_GLOBAL = 1;
    private static final int DT_NEEDED = 1;
    private static final int DT_SONAME = 14;
    private static final int DT_BIND_NOW = 24;
    private static final int DT_FLAGS = 30;
    private static final int DF_BIND_NOW = 8;
    private static final int DT_FLAGS_1 = 0x6ffffffb;
    private static final int DF_1_NOW = 1;
    private static final int NT_GNU_BUILD_ID = 3;

    /// Reads a file; what is no ELF library, or a damaged one, says nothing.
    public static Elf read(Path file) {
        return read(file, true);
    }

    /// Reads what a file needs and not what it exports, which of some are a hundred thousand names.
    static Elf readNeeds(Path file) {
        return read(file, false);
    }

    private static Elf read(Path file, boolean exports) {
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer header = section(channel, 0, 64, ByteOrder.BIG_ENDIAN);
            if (header.getInt(0) != 0x7f454c46 || header.get(4) != 2) {
                return NOTHING;
            }
            header.order(header.get(5) == 2 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
            return new Reader(channel, header, exports).read();
        } catch (IOException | IndexOutOfBoundsException | ArithmeticException damaged) {
            return NOTHING;
        }
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

    private static final class Reader {
        private final FileChannel channel;
        private final boolean listsExports;
        private final int entrySize;
        private final int count;
        private final ByteBuffer sections;
        private String soname;
        private final List<String> needed = new ArrayList<>();
        private final List<String> exports = new ArrayList<>();
        private final List<Import> imports = new ArrayList<>();
        private final Map<Integer, String> versions = new HashMap<>(); // by their numbers
        private boolean bindsAtOnce;
        private ByteBuffer versionOf; // of each symbol its version's number, or null
        private String buildId;
        private int nameBytes;

        Reader(FileChannel channel, ByteBuffer header, boolean listsExports) throws IOException {
            this.channel = channel;
            this.listsExports = listsExports;
            entrySize = Short.toUnsignedInt(header.getShort(58));
            count = Short.toUnsignedInt(header.getShort(60));
            sections = section(channel, header.getLong(40), (long) entrySize * count, header.order());
        }

        Elf read() throws IOException {
            boolean dynamic = false; // there is one of each
            boolean symbols = false;
            for (int i = 0; i < count; i++) {
                int at = i * entrySize;
                int type = sections.getInt(at + 4);
                if (type == SHT_DYNAMIC && !dynamic) {
                    dynamic = true;
                    depends(content(at), namesOf(at));
                } else if (type == SHT_GNU_VERSYM) {
                    versionOf = content(at);
                } else if (type == SHT_GNU_VERNEED) {
                    versioned(content(at), namesOf(at));
                } else if (type == SHT_NOTE && buildId == null) {
                    noted(content(at));
                }
            }
            for (int i = 0; i < count && (listsExports || !bindsAtOnce); i++) {
                int at = i * entrySize;
                if (sections.getInt(at + 4) == SHT_DYNSYM && !symbols) {
                    symbols = true;
                    listed(content(at), namesOf(at));
                }
            }
            return new Elf(soname, List.copyOf(needed), List.copyOf(exports), List.copyOf(imports), buildId);
        }

        private void depends(ByteBuffer content, ByteBuffer names) {
            for (int entry = 0; entry + 16 <= content.limit(); entry += 16) {
                long tag = content.getLong(entry);
                if (tag == DT_NEEDED) {
                    needed.add(name(names, content.getLong(entry + 8)));
                } else if (tag == DT_SONAME) {
                    soname = name(names, content.getLong(entry + 8));
                } else if (tag == DT_BIND_NOW || tag == DT_FLAGS && (content.getLong(entry + 8) & DF_BIND_NOW) != 0
                        || tag == DT_FLAGS_1 && (content.getLong(entry + 8) & DF_1_NOW) != 0) {
                    bindsAtOnce = true;
                }
            }
        }

        /// For each library the versions that are needed of it, two chains of records.
        private void versioned(ByteBuffer content, ByteBuffer names) {
            int next = 1; // a step of 0 ends a chain; and no chain is longer than what it is written in
            for (int at = 0, steps = 0; next != 0 && steps < content.limit(); at += next, steps++) {
                next = content.getInt(at + 12);
                int step = 1;
                for (int entry = at + content.getInt(at + 8); step != 0 && steps < content.limit(); steps++) {
                    step = content.getInt(entry + 12);
                    versions.put((int) content.getShort(entry + 6), name(names, content.getInt(entry + 8)));
                    entry += step;
                }
            }
        }

        private String version(int symbol) {
            return versionOf == null || 2 * symbol + 2 > versionOf.limit() ? null
                    : versions.get((int) versionOf.getShort(2 * symbol));
        }

        /// A symbol is exported when it is defined here, not local, and visible.
        private void listed(ByteBuffer symbols, ByteBuffer names) {
            for (int symbol = 0; symbol + 24 <= symbols.limit(); symbol += 24) {
                int binding = symbols.get(symbol + 4) >> 4 & 15;
                int kind = symbols.get(symbol + 4) & 15;
                int visibility = symbols.get(symbol + 5) & 3;
                boolean defined = symbols.getShort(symbol + 6) != 0;
                // 6: a thread-local variable; 10: an indirect function, as strlen is in glibc
                boolean functionOrData = kind <= 2 || kind == 6 || kind == 10;
                if (!defined && binding == STB_GLOBAL && !bindsAtOnce) {
                    String name = name(names, Integer.toUnsignedLong(symbols.getInt(symbol)));
                    imports.add(new Import(name, version(symbol / 24)));
                }
                if (listsExports && defined && binding != 0 && functionOrData && (visibility == 0 || visibility == 3)) {
                    exports.add(name(names, Integer.toUnsignedLong(symbols.getInt(symbol))));
                }
            }
        }

        /// A note is the lengths of its owner's name and of its content, its type, and those two, each filled up to 4.
        private void noted(ByteBuffer notes) {
            long at = 0;
            while (at + 12 <= notes.limit()) {
                int head = (int) at;
                long nameBytes = Integer.toUnsignedLong(notes.getInt(head));
                long bytes = Integer.toUnsignedLong(notes.getInt(head + 4));
                long start = at + 12 + (nameBytes + 3 & -4);
                boolean gnu = nameBytes == 4 && start <= notes.limit() && notes.get(head + 12) == 'G'
                        && notes.get(head + 13) == 'N' && notes.get(head + 14) == 'U' && notes.get(head + 15) == 0;
                if (gnu && notes.getInt(head + 8) == NT_GNU_BUILD_ID) {
                    boolean whole = bytes <= LONGEST_BUILD_ID && start + bytes <= notes.limit();
                    buildId = whole && bytes > 0
                            ? HexFormat.of().formatHex(notes.array(), (int) start, (int) (start + bytes)) : null;
                    return;
                }
                at = start + (bytes + 3 & -4);
            }
        }

        private ByteBuffer content(int at) throws IOException {
            return section(channel, sections.getLong(at + 24), sections.getLong(at + 32), sections.order());
        }

        private ByteBuffer namesOf(int at) throws IOException {
            return content(sections.getInt(at + 40) * entrySize);
        }

        private String name(ByteBuffer names, long offset) {
            int start = Math.toIntExact(offset);
            int end = start;
            while (names.get(end) != 0) {
                end++;
            }
            nameBytes = Math.addExact(nameBytes, end - start);
            if (nameBytes > LONGEST_NAMES) {
                throw new IndexOutOfBoundsException(nameBytes);
            }
            return new String(names.array(), start, end - start, StandardCharsets.UTF_8);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import ffi.core.internal.Facts;
import ffi.core.internal.Platform;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// What a file is by its first bytes, asked before it is given to the loader.
///
/// The JVM prints a warning about stack guards when it is made to load what is no library, and the system's loader
/// says of the wrong architecture only that there is no such file. It maps a file that is cut off, and the JVM dies of
/// the first access beyond the file's end. Sources: ELF-64 Object File Format 1.5 ("ELF
/// Header", "Program Header", "Dynamic Section"), the gABI's list of machines, Microsoft's "PE Format", Apple's
/// `mach-o/loader.h`.
public final class FileKind {

    /// The problem of a file that is not there.
    public static final String NO_FILE = "no such file";

    private static final String EMPTY = "is empty";
    private static final int ELF_HEADER = 64;
    private static final int PROGRAM_HEADER = 56;
    private static final int MOST_PROGRAM_HEADERS = 1000; // libraries have a dozen; glibc puts them on the stack
    private static final int PT_LOAD = 1;
    private static final int PT_DYNAMIC = 2;
    private static final int PT_GNU_RELRO = 0x6474e552;
    private static final int LARGEST_PAGE = 1 << 16; // bytes, to which a linker may fill it up
    private static final int LONGEST_DYNAMIC = 1 << 16; // bytes, where libraries have hundreds
    private static final int DT_GNU_HASH = 0x6ffffef5;
    /// A bit for each tag that is mandatory: STRTAB, SYMTAB, STRSZ, SYMENT.
    private static final long NEEDED = 1L << 5 | 1L << 6 | 1L << 10 | 1L << 11;
    /// A bit for each tag that says an address in the file: HASH, STRTAB, SYMTAB, RELA, INIT, FINI, REL, JMPREL,
    /// INIT_ARRAY, FINI_ARRAY, RELR.
    private static final long POINTERS = 1L << 4 | 1L << 5 | 1L << 6 | 1L << 7 | 1L << 12 | 1L << 13 | 1L << 17
            | 1L << 23 | 1L << 25 | 1L << 26 | 1L << 36;

    private FileKind() {}

    /// {@return why a file can not be a library for this JVM, or null if it looks like one}
    public static String problem(File file) {
        if (!file.isFile()) {
            return file.isDirectory() ? "is a directory" : file.exists() ? "is no regular file" : NO_FILE;
        }
        if (file.length() == 0) { // of what the kernel makes up, such as /proc/kmsg, a read may wait for ever
            return EMPTY;
        }
        byte[] head = new byte[1024]; // the header of a Windows library lies a few hundred bytes in
        try (RandomAccessFile in = new RandomAccessFile(file, "r")) { // which the JVM has used for its jars
            int length = fill(head, in);
            String problem = problem(head, length);
            return problem == null && number(head, 0, 4, true) == 0x7f454c46L
                    ? cutOff(head, length, in, file.length()) : problem;
        } catch (IOException e) {
            return "cannot be read: ".concat(String.valueOf(e.getMessage()));
        }
    }

    /// {@return what is wrong if a 64-bit ELF file ends before what the loader would map of it, or null}
    private static String cutOff(byte[] head, int length, RandomAccessFile in, long bytes) throws IOException {
        if (length < ELF_HEADER) {
            return "is cut off: " + bytes + " bytes";
        }
        boolean big = head[5] == 2;
        long offset = number(head, 32, 8, big);
        int count = (int) number(head, 56, 2, big);
        if (number(head, 54, 2, big) != PROGRAM_HEADER || count > MOST_PROGRAM_HEADERS) {
            return "is damaged: no library has " + count + " program headers of " + number(head, 54, 2, big) + " bytes";
        }
        int tableBytes = count * PROGRAM_HEADER;
        long end = end(offset, tableBytes);
        if (end <= bytes) {
            boolean follows = end <= length; // the header, as it mostly does
            int start = follows ? (int) offset : 0;
            ByteBuffer table = ByteBuffer.wrap(follows ? head : part(in, offset, tableBytes))
                    .order(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
            for (int at = start; at < start + tableBytes; at += PROGRAM_HEADER) {
                long size = table.getLong(at + 32);
                if (table.getInt(at) == PT_LOAD && size != 0) {
                    end = Math.max(end, end(table.getLong(at + 8), size));
                }
            }
            if (end <= bytes) {
                return damaged(table, start, start + tableBytes, in);
            }
        }
        long sections = end(number(head, 40, 8, big), number(head, 58, 2, big) * number(head, 60, 2, big));
        long whole = Math.max(end, sections); // the list of sections usually is the last that is in the file
        return whole == Long.MAX_VALUE ? "is damaged: its headers lead beyond the end of any file"
                : "is cut off: " + bytes + " bytes of " + whole;
    }

    /// What the loader believes without a look, of its way to the names: the order of what it maps, one over the other
    /// if it must, and where the dynamic section is, which it reads up to its end.
    private static String damaged(ByteBuffer table, int start, int end, RandomAccessFile in) throws IOException {
        // Where each begins and ends, in memory and in the file.
        long[] segments = new long[3 * (end - start) / PROGRAM_HEADER];
        int count = 0;
        long mapped = 0; // up to here
        int dynamic = -1;
        int constant = -1; // once it is relocated
        for (int at = start; at < end; at += PROGRAM_HEADER) {
            int type = table.getInt(at);
            if (type == PT_LOAD) {
                long address = table.getLong(at + 16);
                long inFile = table.getLong(at + 32);
                long inMemory = table.getLong(at + 40);
                if (address < mapped || inMemory < inFile) {
                    return "is damaged: its segments overlap";
                }
                mapped = end(address, inMemory);
                segments[count++] = address;
                segments[count++] = mapped;
                segments[count++] = end(address, inFile);
            } else if (type == PT_DYNAMIC) {
                dynamic = at;
            } else if (type == PT_GNU_RELRO) {
                constant = at;
            }
        }
        if (constant >= 0) {
            long address = table.getLong(constant + 16);
            int segment = segment(segments, count, address, 1);
            if (segment < 0 || end(address, table.getLong(constant + 40)) - LARGEST_PAGE > segments[segment + 1]) {
                return "is damaged: what becomes constant is in none of its segments";
            }
        }
        if (dynamic < 0) {
            return null; // the loader says so
        }
        long address = table.getLong(dynamic + 16);
        int segment = segment(segments, count, address, 2);
        if (segment < 0) {
            return "is damaged: its dynamic section is in none of its segments";
        }
        long offset = 0;
        for (int at = start; offset == 0 && at < end; at += PROGRAM_HEADER) {
            if (table.getInt(at) == PT_LOAD && table.getLong(at + 16) == segments[segment]) {
                offset = table.getLong(at + 8) + address - segments[segment];
            }
        }
        long size = Math.min(segments[segment + 2] - address, LONGEST_DYNAMIC);
        ByteBuffer entries = ByteBuffer.wrap(part(in, offset, (int) size)).order(table.order());
        int needed = 0;
        for (int at = 0; at + 16 <= size; at += 16) {
            long tag = entries.getLong(at);
            if (tag == 0) {
                return Long.bitCount(NEEDED) == needed ? null : "is damaged: its dynamic section lacks what all have";
            }
            boolean known = tag > 0 && tag < Long.SIZE;
            boolean pointer = known ? (POINTERS >>> tag & 1) == 1 : tag == DT_GNU_HASH;
            if (pointer && segment(segments, count, entries.getLong(at + 8), 2) < 0) {
                return "is damaged: its dynamic section leads out of its segments";
            }
            needed += known ? (int) (NEEDED >>> tag & 1) : 0;
        }
        return "is damaged: its dynamic section has no end";
    }

    /// {@return where the segment begins that has an address, or -1}
    ///
    /// @param end 1 in the memory, 2 in the file
    private static int segment(long[] segments, int count, long address, int end) {
        for (int i = 0; i < count; i += 3) {
            if (address >= segments[i] && address < segments[i + end]) {
                return i;
            }
        }
        return -1;
    }

    private static byte[] part(RandomAccessFile in, long offset, int size) throws IOException {
        byte[] part = new byte[size];
        in.seek(offset);
        if (fill(part, in) < size) {
            throw new IOException("it changes at this moment");
        }
        return part;
    }

    /// {@return how many bytes there were}
    private static int fill(byte[] bytes, RandomAccessFile in) throws IOException {
        int count = 0;
        for (int read = 0; read >= 0 && count < bytes.length; count += Math.max(read, 0)) {
            read = in.read(bytes, count, bytes.length - count);
        }
        return count;
    }

    /// {@return where something ends in a file, or the greatest number if that is nowhere}
    private static long end(long offset, long size) {
        return offset < 0 || size < 0 || offset > Long.MAX_VALUE - size ? Long.MAX_VALUE : offset + size;
    }

    static String problem(byte[] head, int length) {
        String system;
        String machine;
        if (length >= 20 && number(head, 0, 4, true) == 0x7f454c46L) {
            boolean big = head[5] == 2;
            long type = number(head, 16, 2, big);
            if (type == 1 || type == 4) {
                return type == 1 ? "is an object file, not linked to a library" : "is a core dump";
            }
            system = "linux";
            machine = head[4] == 2 ? elfMachine((int) number(head, 18, 2, big), big)
                    : "32-bit " + elfMachine((int) number(head, 18, 2, big), big);
        } else if (length >= 8 && number(head, 0, 4, false) == 0xfeedfacfL) {
            long type = number(head, 4, 4, false);
            system = "macos";
            machine = type == 0x01000007L ? "x86_64" : type == 0x0100000cL ? "aarch64" : "machine " + type;
        } else if (length >= 8 && number(head, 0, 4, true) == 0xcafebabeL && number(head, 4, 4, true) < 20) {
            system = "macos"; // several architectures in one: a Java class file has a version where this has a count
            machine = Platform.ARCH;
        } else if (length >= 64 && head[0] == 'M' && head[1] == 'Z') {
            long header = number(head, 60, 4, false);
            system = "windows";
            machine = header + 6 > length
                    ? Platform.ARCH : windowsMachine((int) number(head, (int) header + 4, 2, false));
        } else {
            return length == 0 ? EMPTY : "is no library: it begins with " + beginning(head, length);
        }
        boolean elf = !Platform.MACOS && !Platform.WINDOWS; // Linux, and whatever else is Unix
        if (elf ? !system.equals("linux") : !system.equals(Platform.OS)) {
            return "is a library of " + system + ", this system is " + Platform.OS;
        }
        return machine.equals(Platform.ARCH) ? null : "is for " + machine + ", this JVM is " + Platform.ARCH;
    }

    private static String elfMachine(int machine, boolean big) {
        return switch (machine) {
            case 3 -> "i386";
            case 8 -> "mips";
            case 21 -> big ? "ppc64" : "ppc64le";
            case 22 -> "s390x";
            case 40 -> "arm";
            case 62 -> "x86_64";
            case 183 -> "aarch64";
            case 243 -> "riscv64";
            case 247 -> "bpf";
            case 258 -> "loongarch64";
            default -> "machine " + machine;
        };
    }

    private static String windowsMachine(int machine) {
        return switch (machine) {
            case 0x14c -> "i386";
            case 0x8664 -> "x86_64";
            case 0xaa64 -> "aarch64";
            default -> "machine " + machine;
        };
    }

    private static long number(byte[] bytes, int offset, int size, boolean big) {
        long number = 0;
        for (int i = 0; i < size; i++) {
            number = number << 8 | bytes[big ? offset + i : offset + size - 1 - i] & 0xff;
        }
        return number;
    }

    /// The first line in quotes when it is text, or else the first four bytes in hexadecimal.
    private static String beginning(byte[] head, int length) {
        int end = 0;
        while (end < length && end < 24 && head[end] >= ' ' && head[end] < 127) {
            end++;
        }
        if (end >= 4) {
            return Facts.quoted(new String(head, 0, end, StandardCharsets.US_ASCII));
        }
        StringBuilder bytes = new StringBuilder();
        for (int i = 0; i < Math.min(length, 4); i++) {
            bytes.append(i == 0 ? "" : " ").append(Character.forDigit(head[i] >> 4 & 15, 16))
                    .append(Character.forDigit(head[i] & 15, 16));
        }
        return bytes.toString();
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import ffi.core.internal.Facts;
import ffi.core.internal.Platform;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// What a file is by its first bytes, asked before it is given to the loader.
///
/// The JVM prints a warning about stack guards when it is made to load what is no library, and the system's loader
/// says of the wrong architecture only that there is no such file. It maps a file that is cut off, and the JVM dies of
/// the first access beyond the file's end. Sources: ELF-64 Object File Format 1.5 ("ELF
/// Header"), the gABI's list of machines, Microsoft's "PE Format", Apple's `mach-o/loader.h`.
public final class FileKind {

    /// The problem of a file that is not there.
    public static final String NO_FILE = "no such file";

    private static final int ELF_HEADER = 64;
    private static final int PROGRAM_HEADER = 56;
    private static final int MOST_PROGRAM_HEADERS = 1000; // libraries have a dozen; glibc puts them on the stack
    private static final int PT_LOAD = 1;

    private FileKind() {}

    /// {@return why a file can not be a library for this JVM, or null if it looks like one}
    public static String problem(File file) {
        if (!file.isFile()) {
            return file.isDirectory() ? "is a directory" : file.exists() ? "is no regular file" : NO_FILE;
        }
        byte[] head = new byte[1024]; // the header of a Windows library lies a few hundred bytes in
        try (FileInputStream in = new FileInputStream(file)) {
            int length = in.readNBytes(head, 0, head.length);
            String problem = problem(head, length);
            return problem == null && number(head, 0, 4, true) == 0x7f454c46L
                    ? cutOff(head, length, in, file.length()) : problem;
        } catch (IOException e) {
            return "cannot be read: ".concat(String.valueOf(e.getMessage()));
        }
    }

    /// {@return what is wrong if a 64-bit ELF file ends before what the loader would map of it, or null}
    private static String cutOff(byte[] head, int length, FileInputStream in, long bytes) throws IOException {
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
            byte[] table = head;
            int start = (int) offset;
            if (end > length) { // it mostly follows the header
                table = new byte[tableBytes];
                start = 0;
                in.getChannel().position(offset);
                if (in.readNBytes(table, 0, tableBytes) < tableBytes) {
                    return "is cut off: it changes at this moment";
                }
            }
            for (int at = start; at < start + tableBytes; at += PROGRAM_HEADER) {
                long size = number(table, at + 32, 8, big);
                if (number(table, at, 4, big) == PT_LOAD && size != 0) {
                    end = Math.max(end, end(number(table, at + 8, 8, big), size));
                }
            }
        }
        if (end <= bytes) {
            return null;
        }
        long sections = end(number(head, 40, 8, big), number(head, 58, 2, big) * number(head, 60, 2, big));
        long whole = Math.max(end, sections); // the list of sections usually is the last that is in the file
        return whole == Long.MAX_VALUE ? "is damaged: its headers lead beyond the end of any file"
                : "is cut off: " + bytes + " bytes of " + whole;
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
            return length == 0 ? "is empty" : "is no library: it begins with " + beginning(head, length);
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

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import ffi.core.internal.Linking;
import ffi.core.internal.Memory;
import ffi.core.internal.Platform;
import ffi.core.internal.Restricted;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// What the system knows of the memory at a symbol's address; it is asked once for each variable.
///
/// What a symbol is, and its size, is known where there is glibc, by dladdr1(3), which looks at the symbol table that
/// is in memory anyway. Whether it can be written is known on Linux, by proc_pid_maps(5): constants with pointers in
/// them are made read-only by the loader once it has put them right, of which the file says little. Elsewhere nothing
/// is known.
///
/// @param fault    why no variable is there, or null
/// @param bytes    the size of the variable, or 0 if it is not known
/// @param writable whether it can be written, as far as is known
public record SymbolMemory(String fault, long bytes, boolean writable) {

    private static final Path MAPS = Path.of("/proc/self/maps");
    private static final int STT_FUNC = 2;
    private static final int STT_GNU_IFUNC = 10;
    private static final int SYMBOL = 24; // bytes of an Elf64_Sym
    private static final int DT_HASH = 4;
    private static final int DT_STRTAB = 5;
    private static final int DT_SYMTAB = 6;
    private static final int DT_GNU_HASH = 0x6ffffef5;
    private static final String FUNCTION = "a function";
    private static final String THREAD_LOCAL = "a thread-local variable, another one for each thread";

    /// @param symbol   its name
    /// @param exported whether the system's loader has found it, and not a function of the user's
    public static SymbolMemory of(MemorySegment address, String symbol, boolean exported) {
        Entry entry = Platform.LINUX ? entry(address, symbol) : Entry.UNKNOWN;
        if (entry.fault != null && (exported || entry.inLibrary)) {
            return new SymbolMemory(entry.fault, 0, false);
        }
        String permissions = Platform.LINUX ? permissions(address.address(), Math.max(1, entry.bytes)) : null;
        if (permissions == null) {
            return new SymbolMemory(null, entry.bytes, true);
        }
        String fault = permissions.isEmpty() ? "no memory of this process"
                : permissions.charAt(2) == 'x' && permissions.charAt(1) != 'w' ? FUNCTION : null;
        return new SymbolMemory(fault, entry.bytes, !permissions.isEmpty() && permissions.charAt(1) == 'w');
    }

    /// {@return what helps against the fault, or null}
    public String hint() {
        return fault == THREAD_LOCAL ? "ask a function of C's for its value or its address"
                : fault == FUNCTION ? "declare it as a function" : null;
    }

    /// {@return whether the loaded libraries have a variable, and no function, of this name at an address}
    public static boolean isVariable(MemorySegment address, String symbol) {
        return Platform.LINUX && entry(address, symbol).bytes > 0;
    }

    /// What dladdr1(3) says.
    private record Entry(String fault, long bytes, boolean inLibrary) {
        static final Entry UNKNOWN = new Entry(null, 0, true);
        /// An address that the loader gave, but in no library: each thread has its own copy elsewhere.
        static final Entry NOWHERE = new Entry(THREAD_LOCAL, 0, false);
    }

    /// `Dl_info` is the file's name, its address, the symbol's name, its address; an `Elf64_Sym` has its kind at 4, the
    /// section at 6, and its size at 16. All are read as longs, since each layout that is new to a process costs it
    /// time.
    private static Entry entry(MemorySegment address, String symbol) {
        if (Loader.DLADDR1 == null) {
            return Entry.UNKNOWN;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(40, 8); // and behind it the address of the entry
            long found = (long) Linking.handle(Loader.SHAPE).invokeExact(Loader.DLADDR1,
                    address.address(), info.address(), info.address() + 32, Loader.RTLD_DL_SYMENT);
            if ((int) found == 0) {
                return Entry.NOWHERE;
            }
            long at = info.get(ValueLayout.JAVA_LONG, 32);
            if (at == 0 || info.get(ValueLayout.JAVA_LONG, 24) != address.address()) {
                return Entry.UNKNOWN;
            }
            MemorySegment entry = Restricted.reinterpret(MemorySegment.ofAddress(at), 24);
            long kind = entry.get(ValueLayout.JAVA_LONG, 0) >>> 32 & 15;
            if (kind == STT_FUNC || kind == STT_GNU_IFUNC) {
                return new Entry(FUNCTION, 0, true);
            }
            String name = Restricted.reinterpret(MemorySegment.ofAddress(info.get(ValueLayout.JAVA_LONG, 16)),
                    Integer.MAX_VALUE).getString(0);
            // Another name of the same address may be a part of this variable only.
            return new Entry(null, name.equals(symbol) ? entry.get(ValueLayout.JAVA_LONG, 16)
                    : sizeOfAlias(address.address(), symbol, info), true);
        } catch (Throwable e) {
            throw new AssertionError(e); // the handle's own type is as it is called
        }
    }

    /// {@return the size of the symbol with this name and address in the library that has the address; 0 if there is
    /// none}
    ///
    /// Source: gABI, chapter 5 "Dynamic Section" and "Hash Table"; for the other table, `do_lookup_x` in glibc's
    /// dl-lookup.c. A `link_map` is what the library's addresses were moved by, its name, and its dynamic section.
    private static long sizeOfAlias(long address, String symbol, MemorySegment info) throws Throwable {
        long found = (long) Linking.handle(Loader.SHAPE).invokeExact(Loader.DLADDR1,
                address, info.address(), info.address() + 32, Loader.RTLD_DL_LINKMAP);
        if ((int) found == 0) {
            return 0;
        }
        long map = info.get(ValueLayout.JAVA_LONG, 32);
        long moved = word(map);
        long names = 0;
        long symbols = 0;
        long hashes = 0;
        long oldHashes = 0;
        for (long at = word(map + 16); word(at) != 0; at += 16) {
            long value = word(at + 8);
            long there = Long.compareUnsigned(value, moved) < 0 ? value + moved : value; // some loaders leave offsets
            switch ((int) word(at)) {
                case DT_STRTAB -> names = there;
                case DT_SYMTAB -> symbols = there;
                case DT_HASH -> oldHashes = there;
                case DT_GNU_HASH -> hashes = there;
                default -> {
                    continue;
                }
            }
        }
        if (names == 0 || symbols == 0) {
            return 0;
        }
        return hashes != 0 ? sizeByHash(address - moved, symbol, names, symbols, hashes)
                : oldHashes != 0 ? sizeByScan(address - moved, symbol, names, symbols, number(oldHashes + 4)) : 0;
    }

    private static long sizeByHash(long offset, String symbol, long names, long symbols, long hashes) {
        int hash = 5381;
        for (byte letter : symbol.getBytes(StandardCharsets.UTF_8)) {
            hash = hash * 33 + (letter & 0xff);
        }
        long buckets = number(hashes);
        long first = number(hashes + 4);
        long table = hashes + 16 + number(hashes + 8) * Long.BYTES;
        if (buckets == 0) {
            return 0;
        }
        long index = number(table + Integer.toUnsignedLong(hash) % buckets * Integer.BYTES);
        long chain = table + buckets * Integer.BYTES;
        for (long last = 0; index >= first && last == 0; index++) {
            long known = number(chain + (index - first) * Integer.BYTES);
            last = known & 1;
            if ((known | 1) == (Integer.toUnsignedLong(hash) | 1) && isIt(offset, symbol, names, symbols, index)) {
                return word(symbols + index * SYMBOL + 16);
            }
        }
        return 0;
    }

    private static long sizeByScan(long offset, String symbol, long names, long symbols, long count) {
        for (long index = 1; index < count; index++) {
            if (isIt(offset, symbol, names, symbols, index)) {
                return word(symbols + index * SYMBOL + 16);
            }
        }
        return 0;
    }

    /// Two versions of a symbol have one name and two addresses.
    private static boolean isIt(long offset, String symbol, long names, long symbols, long index) {
        long entry = symbols + index * SYMBOL;
        return word(entry + 8) == offset && Memory.ALL.getString(names + number(entry)).equals(symbol);
    }

    private static long word(long address) {
        return Memory.ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, address);
    }

    private static long number(long address) {
        return Integer.toUnsignedLong(Memory.ALL.get(ValueLayout.JAVA_INT_UNALIGNED, address));
    }

    /// {@return the permissions that all of this memory has, such as `rw-p`; empty if some is not mapped; null if the
    /// system does not say}
    private static String permissions(long address, long bytes) {
        List<String> mappings;
        try {
            mappings = KernelLines.of(MAPS); // paths are bytes, and not of interest
        } catch (IOException | SecurityException e) {
            return null;
        }
        char[] all = "rwx".toCharArray();
        long at = address;
        for (String mapping : mappings) {
            int dash = mapping.indexOf('-');
            int blank = mapping.indexOf(' ', dash);
            long start = Long.parseUnsignedLong(mapping, 0, dash, 16);
            long end = Long.parseUnsignedLong(mapping, dash + 1, blank, 16);
            if (Long.compareUnsigned(start, at) <= 0 && Long.compareUnsigned(at, end) < 0) {
                for (int i = 0; i < all.length; i++) {
                    all[i] = mapping.charAt(blank + 1 + i) == all[i] ? all[i] : '-';
                }
                at = end;
                if (Long.compareUnsigned(address + bytes, end) <= 0) {
                    return new String(all);
                }
            }
        }
        return "";
    }

    /// Called as functions of four numbers are, which a library is likely to have as well, so that it is linked
    /// already.
    private static final class Loader {
        static final String SHAPE = "JJJJ_J";
        static final long RTLD_DL_SYMENT = 1;
        static final long RTLD_DL_LINKMAP = 2;
        static final MemorySegment DLADDR1 = Linker.nativeLinker().defaultLookup().find("dladdr1").orElse(null);
    }
}

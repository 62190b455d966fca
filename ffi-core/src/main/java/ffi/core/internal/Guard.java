// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Optional;

/// Machine code in front of a function pointer: it goes on to the JDK's stub, or once the JVM is ending returns the
/// error value by itself.
///
/// A call that comes when the JVM has ended, by `atexit` or by a thread of the library's, aborts the process or waits
/// for ever in the JDK's stub. No Java code can prevent that, so this is native code, which needs no JVM:
///
/// ```
/// int guard(...) {
///     if (!ended) goto *stub;
///     if (cleared) return memset(first argument, 0, cleared); // a struct that is returned in memory
///     return error;                                           // in rax and in xmm0; rdx and xmm1 are 0
/// }
/// ```
///
/// A mapping is a page of code, which is read-only before it becomes executable, and a page of data. Sources: System V
/// ABI for x86-64, 3.2.3 "Parameter Passing" and "Returning of Values"; mmap(2), mprotect(2). On other machines, and
/// where the system refuses executable memory, there are no guards, and the JDK's stub is what native code calls.
final class Guard {

    private static final int PAGE = 4096;
    private static final int CODE = 64; // bytes of each guard
    private static final int COUNT = PAGE / CODE;
    private static final int RECORDS = PAGE + 64; // the flag has a line of the cache for itself
    private static final int RECORD = 32;
    private static final int STUB = 0;
    private static final int GENERAL = 8;
    private static final int FLOATING = 16;
    private static final int CLEARED = 24;
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int PROT_EXEC = 4;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;

    private static long[] mappings = {};
    private static int used = COUNT; // of the last mapping
    private static boolean refused = !Platform.LINUX || !Platform.ARCH.equals("x86_64");
    private static boolean ended;

    private final long code;
    private final long record;

    private Guard(long mapping, int index) {
        code = mapping + (long) index * CODE;
        record = mapping + RECORDS + (long) index * RECORD;
    }

    /// {@return a guard of a stub, or null where there can be none}
    static synchronized Guard of(MemorySegment stub) {
        if (used == COUNT && !refused) {
            refused = !map();
        }
        if (refused) {
            return null;
        }
        Guard guard = new Guard(mappings[mappings.length - 1], used++);
        Memory.ALL.set(JAVA_LONG_UNALIGNED, guard.record + STUB, stub.address());
        return guard;
    }

    /// {@return what native code is given}
    MemorySegment pointer() {
        return MemorySegment.ofAddress(code);
    }

    /// {@return where there is code that goes on to a function, and returns 0 instead when the JVM is ending; or 0}
    static long of(long function) {
        Guard guard = of(MemorySegment.ofAddress(function));
        return guard == null ? 0 : guard.code;
    }

    /// Says what native code gets when the JVM has ended.
    void returns(Outcome outcome) {
        Memory.ALL.set(JAVA_LONG_UNALIGNED, record + GENERAL, outcome.general);
        Memory.ALL.set(JAVA_LONG_UNALIGNED, record + FLOATING, outcome.floatingBits);
        Memory.ALL.set(JAVA_LONG_UNALIGNED, record + CLEARED, outcome.inMemory);
    }

    /// Lets no call through from now on.
    static synchronized void end() {
        ended = true;
        for (long mapping : mappings) {
            Memory.ALL.set(JAVA_INT_UNALIGNED, mapping + PAGE, 1);
        }
        VarHandle.fullFence();
    }

    private static boolean map() {
        long mapping = call("mmap", 0, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE_ANONYMOUS, -1);
        if (mapping == -1 || mapping == 0) {
            return false;
        }
        for (int i = 0; i < COUNT; i++) {
            write(mapping, i);
        }
        if ((int) call("mprotect", mapping, PAGE, PROT_READ | PROT_EXEC, 0, 0) != 0) {
            call("munmap", mapping, 2 * PAGE, 0, 0, 0);
            return false;
        }
        Memory.ALL.set(JAVA_INT_UNALIGNED, mapping + PAGE, ended ? 1 : 0);
        if (mappings.length == 0) {
            CallbacksEnd.register();
        }
        long[] more = Arrays.copyOf(mappings, mappings.length + 1);
        more[mappings.length] = mapping;
        mappings = more;
        used = 0;
        return true;
    }

    private static void write(long mapping, int index) {
        Assembler to = new Assembler(mapping + (long) index * CODE);
        long record = mapping + RECORDS + (long) index * RECORD;
        to.bytes(0x83, 0x3d).relative(mapping + PAGE, 1).bytes(0); // cmp dword [flag], 0
        to.bytes(0x75, 0x06);                                      // jne over the jump
        to.bytes(0xff, 0x25).relative(record + STUB, 0);           // jmp [stub]
        to.bytes(0x48, 0x8b, 0x0d).relative(record + CLEARED, 0);  // mov rcx, [cleared]
        to.bytes(0x48, 0x8b, 0x05).relative(record + GENERAL, 0);  // mov rax, [general]
        to.bytes(0x31, 0xd2);                                      // xor edx, edx
        to.bytes(0xf2, 0x0f, 0x10, 0x05).relative(record + FLOATING, 0); // movsd xmm0, [floating]
        to.bytes(0x0f, 0x57, 0xc9);                                // xorps xmm1, xmm1
        to.bytes(0x48, 0x85, 0xc9);                                // test rcx, rcx
        to.bytes(0x74, 0x0a);                                      // je to the end
        to.bytes(0x48, 0x89, 0xfa);                                // mov rdx, rdi
        to.bytes(0x31, 0xc0);                                      // xor eax, eax
        to.bytes(0xf3, 0xaa);                                      // rep stosb
        to.bytes(0x48, 0x89, 0xd0);                                // mov rax, rdx
        to.bytes(0xc3);                                            // ret
    }

    /// Writes instructions one behind the other.
    private static final class Assembler {
        private long at;

        Assembler(long start) {
            at = start;
        }

        Assembler bytes(int... bytes) {
            for (int each : bytes) {
                Memory.ALL.set(JAVA_BYTE, at++, (byte) each);
            }
            return this;
        }

        /// An operand in memory, which is addressed from the end of the instruction.
        ///
        /// @param behind how many bytes of the instruction are behind this operand
        Assembler relative(long address, int behind) {
            Memory.ALL.set(JAVA_INT_UNALIGNED, at, (int) (address - at - 4 - behind));
            at += 4;
            return this;
        }
    }

    /// Calls by the shape that [Headstart] has linked; -1 if there is no such function.
    private static long call(String function, long a, long b, long c, long d, long e) {
        Optional<MemorySegment> address = Linker.nativeLinker().defaultLookup().find(function);
        return address.isEmpty() ? -1 : Rare.call(address.get(), a, b, c, d, e, 0);
    }
}

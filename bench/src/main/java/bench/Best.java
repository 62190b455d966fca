// SPDX-License-Identifier: Apache-2.0
package bench;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import bench.Structs.Triple;
import bench.Structs.Wide;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.IntBinaryOperator;

/// `java.lang.foreign` tuned by hand, at the price of all that it checks: pointers are longs, and memory is kept.
@SuppressWarnings("restricted")
final class Best {
    /// The whole address space, a constant: the JIT has nothing left to check.
    static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final ValueLayout.OfLong LITTLE =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final MethodHandle STR_LEN = Raw.link("str_len", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
    static final MethodHandle CONCAT = Raw.link("concat", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG));
    static final MethodHandle FREE_STR = Raw.link("free_str", FunctionDescriptor.ofVoid(JAVA_LONG));

    /// Two doubles in a struct go as two doubles do, by the conventions of System V and AArch64, though not of Windows.
    static final MethodHandle DISTANCE = Raw.link(
            "distance", FunctionDescriptor.of(JAVA_DOUBLE, JAVA_DOUBLE, JAVA_DOUBLE, JAVA_DOUBLE, JAVA_DOUBLE));
    static final MethodHandle MIDPOINT = Raw.link(
            "midpoint", FunctionDescriptor.of(Raw.POINT, JAVA_DOUBLE, JAVA_DOUBLE, JAVA_DOUBLE, JAVA_DOUBLE));

    static final MethodHandle SUM_INTS = Raw.link("sum_ints", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG));
    static final MethodHandle HASH = Raw.link("hash", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
    static final MethodHandle REVERSE =
            Raw.link("reverse_int_array", FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG));
    static final MethodHandle DIVIDE =
            Raw.link("divide", FunctionDescriptor.ofVoid(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    static final MethodHandle APPLY =
            Raw.link("apply", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT));
    static final MethodHandle APPLY_TIMES =
            Raw.link("apply_times", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT));
    static final MethodHandle FAIL = Raw.link("fail_with", FunctionDescriptor.of(JAVA_INT, JAVA_INT),
            Linker.Option.captureCallState("errno"));
    static final long ERRNO =
            Linker.Option.captureStateLayout().byteOffset(PathElement.groupElement("errno"));

    /// Any function of two ints: one handle for a call site that serves many.
    static final MethodHandle OF_INTS =
            Linker.nativeLinker().downcallHandle(FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    static final MethodHandle QSORT = standard(
            "qsort", FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    static final MethodHandle SNPRINTF = standard("snprintf",
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_DOUBLE),
            Linker.Option.firstVariadicArg(3));
    static final long FORMAT = Arena.global().allocateFrom("%d: %.1f").address();

    private Best() {}

    private static MethodHandle standard(String symbol, FunctionDescriptor type, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(symbol), type, options);
    }

    /// Where one result after the other comes back: a record, because the JIT trusts its field.
    record Kept(MemorySegment segment) implements SegmentAllocator {
        static Kept of(MemoryLayout layout) {
            return new Kept(Arena.ofAuto().allocate(layout));
        }

        @Override
        public MemorySegment allocate(long bytes, long alignment) {
            return segment;
        }
    }

    /// A function pointer made once, which calls the function of the moment.
    static final class Slot {
        private final long address = Raw.stub(this::call, Arena.global()).address();
        private IntBinaryOperator function;

        private int call(int a, int b) {
            return function.applyAsInt(a, b);
        }

        /// {@return its address}
        long set(IntBinaryOperator function) {
            this.function = function;
            return address;
        }
    }

    /// Writes UTF-8 and a NUL, and makes no array for what is short.
    ///
    /// @param text without surrogates
    /// @return an address after it
    static long put(long address, String text) {
        int length = text.length();
        if (length > 32) {
            ALL.setString(address, text, StandardCharsets.UTF_8); // ASCII is copied as it is
            return address + 3L * length + 1;
        }
        int ascii = 0;
        while (ascii + 8 <= length && putEight(address + ascii, text, ascii)) {
            ascii += 8;
        }
        long at = address + ascii;
        for (int i = ascii; i < length; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                ALL.set(JAVA_BYTE, at++, (byte) c);
            } else if (c < 0x800) {
                ALL.set(JAVA_BYTE, at++, (byte) (0xC0 | c >> 6));
                ALL.set(JAVA_BYTE, at++, (byte) (0x80 | c & 0x3F));
            } else {
                ALL.set(JAVA_BYTE, at++, (byte) (0xE0 | c >> 12));
                ALL.set(JAVA_BYTE, at++, (byte) (0x80 | c >> 6 & 0x3F));
                ALL.set(JAVA_BYTE, at++, (byte) (0x80 | c & 0x3F));
            }
        }
        ALL.set(JAVA_BYTE, at++, (byte) 0);
        return at;
    }

    /// {@return whether all are ASCII}
    private static boolean putEight(long address, String text, int from) {
        long a = text.charAt(from);
        long b = text.charAt(from + 1);
        long c = text.charAt(from + 2);
        long d = text.charAt(from + 3);
        long e = text.charAt(from + 4);
        long f = text.charAt(from + 5);
        long g = text.charAt(from + 6);
        long h = text.charAt(from + 7);
        ALL.set(LITTLE, address, a | b << 8 | c << 16 | d << 24 | e << 32 | f << 40 | g << 48 | h << 56);
        return (a | b | c | d | e | f | g | h) < 0x80;
    }

    static void put(MemorySegment segment, Triple triple) {
        segment.set(JAVA_DOUBLE, 0, triple.a());
        segment.set(JAVA_DOUBLE, 8, triple.b());
        segment.set(JAVA_DOUBLE, 16, triple.c());
    }

    static void put(MemorySegment segment, Wide wide) {
        segment.set(JAVA_LONG, 0, wide.a());
        segment.set(JAVA_LONG, 8, wide.b());
        segment.set(JAVA_LONG, 16, wide.c());
        segment.set(JAVA_LONG, 24, wide.d());
        segment.set(JAVA_LONG, 32, wide.e());
        segment.set(JAVA_LONG, 40, wide.f());
        segment.set(JAVA_LONG, 48, wide.g());
        segment.set(JAVA_LONG, 56, wide.h());
    }
}

// SPDX-License-Identifier: Apache-2.0
package bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import bench.Structs.Point;
import bench.Structs.Triple;
import bench.Structs.Wide;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.nio.file.Path;
import java.util.function.IntBinaryOperator;

/// What everything is compared with: `java.lang.foreign` as it is written by hand.
@SuppressWarnings("restricted")
final class Raw {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup LIBRARY = SymbolLookup.libraryLookup(
            Path.of(System.getProperty("ffi.library.path"), System.mapLibraryName("sum")), Arena.global());

    /// A `char *` that may be read, as jextract declares it.
    private static final AddressLayout TEXT =
            ADDRESS.withTargetLayout(MemoryLayout.sequenceLayout(Long.MAX_VALUE, JAVA_BYTE));
    private static final FunctionDescriptor SUM_TYPE = FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT);

    static final MethodHandle NOOP = link("noop", FunctionDescriptor.ofVoid());
    static final MethodHandle SUM = link("sum", SUM_TYPE);
    static final MethodHandle SUM2 = link("sum2", SUM_TYPE);
    static final MethodHandle SUM3 = link("sum3", SUM_TYPE);
    static final MethodHandle SUM4 = link("sum4", SUM_TYPE);
    static final MethodHandle CRITICAL_SUM = link("sum", SUM_TYPE, Linker.Option.critical(false));
    static final MethodHandle FSUM = link("fsum", FunctionDescriptor.of(JAVA_DOUBLE, JAVA_DOUBLE, JAVA_DOUBLE));
    static final MethodHandle SUM8 = link("sum8", FunctionDescriptor.of(
            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    static final MethodHandle STR_LEN = link("str_len", FunctionDescriptor.of(JAVA_LONG, TEXT));
    static final MethodHandle CONCAT = link("concat", FunctionDescriptor.of(TEXT, TEXT, TEXT));
    static final MethodHandle FREE_STR = link("free_str", FunctionDescriptor.ofVoid(TEXT));

    static final StructLayout POINT = MemoryLayout.structLayout(JAVA_DOUBLE.withName("x"), JAVA_DOUBLE.withName("y"));
    static final StructLayout TRIPLE = MemoryLayout.structLayout(
            JAVA_DOUBLE.withName("a"), JAVA_DOUBLE.withName("b"), JAVA_DOUBLE.withName("c"));
    static final StructLayout WIDE = MemoryLayout.structLayout(
            JAVA_LONG.withName("a"), JAVA_LONG.withName("b"), JAVA_LONG.withName("c"), JAVA_LONG.withName("d"),
            JAVA_LONG.withName("e"), JAVA_LONG.withName("f"), JAVA_LONG.withName("g"), JAVA_LONG.withName("h"));
    static final MethodHandle DISTANCE = link("distance", FunctionDescriptor.of(JAVA_DOUBLE, POINT, POINT));
    static final MethodHandle MIDPOINT = link("midpoint", FunctionDescriptor.of(POINT, POINT, POINT));
    static final MethodHandle BUMP = link("bump_double3", FunctionDescriptor.of(TRIPLE, TRIPLE));
    static final MethodHandle FLIP = link("flip_bytes_64", FunctionDescriptor.of(WIDE, WIDE));

    private static final FunctionDescriptor SUM_INTS_TYPE = FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG);
    private static final FunctionDescriptor HASH_TYPE = FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG);
    private static final FunctionDescriptor REVERSE_TYPE = FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG);
    static final MethodHandle SUM_INTS = link("sum_ints", SUM_INTS_TYPE);
    static final MethodHandle CRITICAL_SUM_INTS = link("sum_ints", SUM_INTS_TYPE, Linker.Option.critical(true));
    static final MethodHandle HASH = link("hash", HASH_TYPE);
    static final MethodHandle CRITICAL_HASH = link("hash", HASH_TYPE, Linker.Option.critical(true));
    static final MethodHandle REVERSE = link("reverse_int_array", REVERSE_TYPE);
    static final MethodHandle CRITICAL_REVERSE = link("reverse_int_array", REVERSE_TYPE, Linker.Option.critical(true));
    static final MethodHandle DIVIDE = link("divide", FunctionDescriptor.ofVoid(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));

    static final MethodHandle APPLY = link("apply", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
    static final MethodHandle APPLY_TIMES = link("apply_times", FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_INT));
    static final MethodHandle QSORT = LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow("qsort"),
            FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS));
    private static final MethodHandle OPERATION = up(IntBinaryOperator.class, "applyAsInt", SUM_TYPE);
    private static final AddressLayout INT = ADDRESS.withTargetLayout(JAVA_INT);
    private static final FunctionDescriptor COMPARE_TYPE = FunctionDescriptor.of(JAVA_INT, INT, INT);
    private static final MethodHandle COMPARE = up(Compare.class, "compare", COMPARE_TYPE);
    private static final FunctionDescriptor COMPARE_LONGS_TYPE = FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle COMPARE_LONGS = up(CompareLongs.class, "compare", COMPARE_LONGS_TYPE);
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    interface Compare {
        int compare(MemorySegment a, MemorySegment b);
    }

    interface CompareLongs {
        int compare(long a, long b);
    }

    private Raw() {}

    static MemorySegment stub(IntBinaryOperator operation, Arena arena) {
        return LINKER.upcallStub(OPERATION.bindTo(operation), SUM_TYPE, arena);
    }

    static MemorySegment compareStub(Compare compare, Arena arena) {
        return LINKER.upcallStub(COMPARE.bindTo(compare), COMPARE_TYPE, arena);
    }

    static MemorySegment compareLongsStub(CompareLongs compare, Arena arena) {
        return LINKER.upcallStub(COMPARE_LONGS.bindTo(compare), COMPARE_LONGS_TYPE, arena);
    }

    /// {@return what lies anywhere}
    static int intAt(long address) {
        return ALL.get(JAVA_INT, address);
    }

    static MemorySegment allocate(Arena arena, Point point) {
        MemorySegment segment = arena.allocate(POINT);
        segment.set(JAVA_DOUBLE, 0, point.x());
        segment.set(JAVA_DOUBLE, 8, point.y());
        return segment;
    }

    static Point point(MemorySegment segment) {
        return new Point(segment.get(JAVA_DOUBLE, 0), segment.get(JAVA_DOUBLE, 8));
    }

    static MemorySegment allocate(Arena arena, Triple triple) {
        MemorySegment segment = arena.allocate(TRIPLE);
        segment.set(JAVA_DOUBLE, 0, triple.a());
        segment.set(JAVA_DOUBLE, 8, triple.b());
        segment.set(JAVA_DOUBLE, 16, triple.c());
        return segment;
    }

    static Triple triple(MemorySegment segment) {
        return new Triple(
                segment.get(JAVA_DOUBLE, 0), segment.get(JAVA_DOUBLE, 8), segment.get(JAVA_DOUBLE, 16));
    }

    static MemorySegment allocate(Arena arena, Wide wide) {
        MemorySegment segment = arena.allocate(WIDE);
        segment.set(JAVA_LONG, 0, wide.a());
        segment.set(JAVA_LONG, 8, wide.b());
        segment.set(JAVA_LONG, 16, wide.c());
        segment.set(JAVA_LONG, 24, wide.d());
        segment.set(JAVA_LONG, 32, wide.e());
        segment.set(JAVA_LONG, 40, wide.f());
        segment.set(JAVA_LONG, 48, wide.g());
        segment.set(JAVA_LONG, 56, wide.h());
        return segment;
    }

    static Wide wide(MemorySegment segment) {
        return new Wide(segment.get(JAVA_LONG, 0), segment.get(JAVA_LONG, 8), segment.get(JAVA_LONG, 16),
                segment.get(JAVA_LONG, 24), segment.get(JAVA_LONG, 32), segment.get(JAVA_LONG, 40),
                segment.get(JAVA_LONG, 48), segment.get(JAVA_LONG, 56));
    }

    private static MethodHandle up(Class<?> face, String method, FunctionDescriptor type) {
        try {
            return MethodHandles.lookup().findVirtual(face, method, type.toMethodType());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    static MethodHandle link(String symbol, FunctionDescriptor type, Linker.Option... options) {
        return LINKER.downcallHandle(LIBRARY.findOrThrow(symbol), type, options);
    }

    static long address(String symbol) {
        return LIBRARY.findOrThrow(symbol).address();
    }
}

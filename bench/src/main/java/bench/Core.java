// SPDX-License-Identifier: Apache-2.0
package bench;

import static ffi.core.NativeType.ADDRESS;
import static ffi.core.NativeType.CSTRING;
import static ffi.core.NativeType.F64;
import static ffi.core.NativeType.I32;
import static ffi.core.NativeType.I64;
import static ffi.core.NativeType.USIZE;
import static ffi.core.NativeType.VOID;
import static ffi.core.NativeType.array;
import static ffi.core.NativeType.callback;
import static ffi.core.NativeType.out;
import static ffi.core.NativeType.pointer;
import static ffi.core.NativeType.struct;

import bench.Structs.Point;
import bench.Structs.Triple;
import bench.Structs.Wide;
import ffi.core.Bindings;
import ffi.core.CType;
import ffi.core.Const;
import ffi.core.Critical;
import ffi.core.Downcall;
import ffi.core.NativeLibrary;
import ffi.core.NativeType;
import ffi.core.Out;
import ffi.core.Owned;
import ffi.core.Pointer;
import ffi.core.Signature;
import ffi.core.Symbol;
import ffi.core.Upcall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Comparator;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import java.util.function.IntBinaryOperator;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/// The faces that Java has: handles, functional interfaces, and an interface bound to the library.
final class Core {
    private static final NativeLibrary LIBRARY = NativeLibrary.open("sum", Arena.global());

    private static final Signature SUM_TYPE = Signature.of(I32, I32, I32);

    static final Downcall NOOP = LIBRARY.downcall("noop", VOID);
    static final Downcall SUM = LIBRARY.downcall("sum", SUM_TYPE);
    static final Downcall SUM2 = LIBRARY.downcall("sum2", SUM_TYPE);
    static final Downcall SUM3 = LIBRARY.downcall("sum3", SUM_TYPE);
    static final Downcall SUM4 = LIBRARY.downcall("sum4", SUM_TYPE);
    static final Downcall CRITICAL_SUM = LIBRARY.downcall("sum", SUM_TYPE.asCritical());
    static final Downcall FSUM = LIBRARY.downcall("fsum", F64, F64, F64);
    static final Downcall SUM8 = LIBRARY.downcall("sum8", I64, I64, I64, I64, I64, I64, I64, I64, I64);
    static final Downcall STR_LEN = LIBRARY.downcall("str_len", USIZE, CSTRING);
    static final Downcall CONCAT = LIBRARY.downcall(
            "concat", CSTRING.owned(LIBRARY.downcall("free_str", VOID, ADDRESS)), CSTRING, CSTRING);

    private static final NativeType<Point> POINT = struct(Point.class);
    private static final NativeType<Triple> TRIPLE = struct(Triple.class);
    private static final NativeType<Wide> WIDE = struct(Wide.class);
    static final Downcall DISTANCE = LIBRARY.downcall("distance", F64, POINT, POINT);
    static final Downcall MIDPOINT = LIBRARY.downcall("midpoint", POINT, POINT, POINT);
    static final Downcall BUMP = LIBRARY.downcall("bump_double3", TRIPLE, TRIPLE);
    static final Downcall FLIP = LIBRARY.downcall("flip_bytes_64", WIDE, WIDE);

    private static final Signature SUM_INTS_TYPE = Signature.of(I64, array(int[].class).asConst(), USIZE);
    private static final Signature HASH_TYPE = Signature.of(I32, array(byte[].class).asConst(), USIZE);
    private static final Signature REVERSE_TYPE = Signature.of(VOID, array(int[].class), USIZE);
    static final Downcall SUM_INTS = LIBRARY.downcall("sum_ints", SUM_INTS_TYPE);
    static final Downcall CRITICAL_SUM_INTS = LIBRARY.downcall("sum_ints", SUM_INTS_TYPE.asCritical());
    static final Downcall HASH = LIBRARY.downcall("hash", HASH_TYPE);
    static final Downcall CRITICAL_HASH = LIBRARY.downcall("hash", HASH_TYPE.asCritical());
    static final Downcall REVERSE = LIBRARY.downcall("reverse_int_array", REVERSE_TYPE);
    static final Downcall CRITICAL_REVERSE = LIBRARY.downcall("reverse_int_array", REVERSE_TYPE.asCritical());
    static final NativeType<IntBinaryOperator> OPERATION = callback(IntBinaryOperator.class);
    @SuppressWarnings({"unchecked", "rawtypes"}) // a class literal has no type arguments
    static final NativeType<Comparator<Pointer<Integer>>> COMPARE =
            (NativeType) callback(Comparator.class, I32, pointer(I32), pointer(I32));
    @SuppressWarnings({"unchecked", "rawtypes"}) // as above
    static final NativeType<Comparator<MemorySegment>> COMPARE_SEGMENTS =
            (NativeType) callback(Comparator.class, I32, ADDRESS, ADDRESS);
    static final Downcall APPLY = LIBRARY.downcall("apply", I32, OPERATION, I32, I32);
    static final Downcall APPLY_TIMES = LIBRARY.downcall("apply_times", I64, OPERATION, I32);
    static final Downcall QSORT = NativeLibrary.standard().downcall(
            "qsort", VOID, array(int[].class), USIZE, USIZE, COMPARE);
    static final Downcall QSORT_SEGMENTS = NativeLibrary.standard().downcall(
            "qsort", VOID, array(int[].class), USIZE, USIZE, COMPARE_SEGMENTS);
    static final Downcall DIVIDE = LIBRARY.downcall("divide", VOID, I32, I32, out(I32), out(I32));

    private Core() {}

    /// [Downcall#handle()]
    static final class Handle {
        static final MethodHandle NOOP = Core.NOOP.handle();
        static final MethodHandle SUM = Core.SUM.handle();
        static final MethodHandle SUM2 = Core.SUM2.handle();
        static final MethodHandle SUM3 = Core.SUM3.handle();
        static final MethodHandle SUM4 = Core.SUM4.handle();
        static final MethodHandle CRITICAL_SUM = Core.CRITICAL_SUM.handle();
        static final MethodHandle FSUM = Core.FSUM.handle();
        static final MethodHandle SUM8 = Core.SUM8.handle();
        static final MethodHandle STR_LEN = Core.STR_LEN.handle();
        static final MethodHandle CONCAT = Core.CONCAT.handle();
        static final MethodHandle DISTANCE = Core.DISTANCE.handle();
        static final MethodHandle MIDPOINT = Core.MIDPOINT.handle();
        static final MethodHandle BUMP = Core.BUMP.handle();
        static final MethodHandle FLIP = Core.FLIP.handle();
        static final MethodHandle SUM_INTS = Core.SUM_INTS.handle();
        static final MethodHandle CRITICAL_SUM_INTS = Core.CRITICAL_SUM_INTS.handle();
        static final MethodHandle HASH = Core.HASH.handle();
        static final MethodHandle CRITICAL_HASH = Core.CRITICAL_HASH.handle();
        static final MethodHandle REVERSE = Core.REVERSE.handle();
        static final MethodHandle CRITICAL_REVERSE = Core.CRITICAL_REVERSE.handle();
        static final MethodHandle DIVIDE = Core.DIVIDE.handle();
        static final MethodHandle APPLY = Core.APPLY.handle();
        static final MethodHandle APPLY_TIMES = Core.APPLY_TIMES.handle();
        static final MethodHandle QSORT = Core.QSORT.handle();
        static final MethodHandle QSORT_SEGMENTS = Core.QSORT_SEGMENTS.handle();

        private Handle() {}
    }

    interface EightLongs {
        long sum(long a, long b, long c, long d, long e, long f, long g, long h);
    }

    interface OfInts {
        long sum(int[] values, long count);
    }

    interface OfBytes {
        int hash(byte[] bytes, long count);
    }

    interface Reversal {
        void reverse(int[] values, long count);
    }

    interface Division {
        void divide(int a, int b, Out<Integer> quotient, Out<Integer> remainder);
    }

    interface Application {
        int apply(IntBinaryOperator operation, int a, int b);
    }

    interface Repetition {
        long apply(IntBinaryOperator operation, int times);
    }

    interface Sorting<T> {
        void sort(int[] values, long count, long size, Comparator<T> compare);
    }

    /// [Downcall#as]
    static final class Function {
        static final Runnable NOOP = Core.NOOP.as(Runnable.class);
        static final IntBinaryOperator SUM = Core.SUM.as(IntBinaryOperator.class);
        static final IntBinaryOperator SUM2 = Core.SUM2.as(IntBinaryOperator.class);
        static final IntBinaryOperator SUM3 = Core.SUM3.as(IntBinaryOperator.class);
        static final IntBinaryOperator SUM4 = Core.SUM4.as(IntBinaryOperator.class);
        static final IntBinaryOperator CRITICAL_SUM = Core.CRITICAL_SUM.as(IntBinaryOperator.class);
        static final DoubleBinaryOperator FSUM = Core.FSUM.as(DoubleBinaryOperator.class);
        static final EightLongs SUM8 = Core.SUM8.as(EightLongs.class);
        @SuppressWarnings("unchecked") // a class literal has no type arguments
        static final ToLongFunction<String> STR_LEN = Core.STR_LEN.as(ToLongFunction.class);
        @SuppressWarnings("unchecked") // as above
        static final BinaryOperator<String> CONCAT = Core.CONCAT.as(BinaryOperator.class);
        @SuppressWarnings("unchecked") // as above
        static final ToDoubleBiFunction<Point, Point> DISTANCE = Core.DISTANCE.as(ToDoubleBiFunction.class);
        @SuppressWarnings("unchecked") // as above
        static final BinaryOperator<Point> MIDPOINT = Core.MIDPOINT.as(BinaryOperator.class);
        @SuppressWarnings("unchecked") // as above
        static final UnaryOperator<Triple> BUMP = Core.BUMP.as(UnaryOperator.class);
        @SuppressWarnings("unchecked") // as above
        static final UnaryOperator<Wide> FLIP = Core.FLIP.as(UnaryOperator.class);
        static final OfInts SUM_INTS = Core.SUM_INTS.as(OfInts.class);
        static final OfInts CRITICAL_SUM_INTS = Core.CRITICAL_SUM_INTS.as(OfInts.class);
        static final OfBytes HASH = Core.HASH.as(OfBytes.class);
        static final OfBytes CRITICAL_HASH = Core.CRITICAL_HASH.as(OfBytes.class);
        static final Reversal REVERSE = Core.REVERSE.as(Reversal.class);
        static final Reversal CRITICAL_REVERSE = Core.CRITICAL_REVERSE.as(Reversal.class);
        static final Division DIVIDE = Core.DIVIDE.as(Division.class);
        static final Application APPLY = Core.APPLY.as(Application.class);
        static final Repetition APPLY_TIMES = Core.APPLY_TIMES.as(Repetition.class);
        @SuppressWarnings("unchecked") // as above
        static final Sorting<Pointer<Integer>> QSORT = Core.QSORT.as(Sorting.class);
        @SuppressWarnings("unchecked") // as above
        static final Sorting<MemorySegment> QSORT_SEGMENTS = Core.QSORT_SEGMENTS.as(Sorting.class);

        private Function() {}
    }

    interface Library {
        void noop();

        int sum(int a, int b);

        @Critical
        @Symbol("sum")
        int criticalSum(int a, int b);

        double fsum(double a, double b);

        long sum8(long a, long b, long c, long d, long e, long f, long g, long h);

        @CType("size_t")
        long str_len(String text);

        @Owned("free_str")
        String concat(String a, String b);

        double distance(Point a, Point b);

        Point midpoint(Point a, Point b);

        Triple bump_double3(Triple triple);

        Wide flip_bytes_64(Wide wide);

        long sum_ints(@Const int[] values, @CType("size_t") long count);

        @Critical
        @Symbol("sum_ints")
        long criticalSumInts(@Const int[] values, @CType("size_t") long count);

        int hash(@Const byte[] bytes, @CType("size_t") long count);

        @Critical
        @Symbol("hash")
        int criticalHash(@Const byte[] bytes, @CType("size_t") long count);

        void reverse_int_array(int[] values, @CType("size_t") long count);

        @Critical
        @Symbol("reverse_int_array")
        void criticalReverse(int[] values, @CType("size_t") long count);

        void divide(int a, int b, Out<Integer> quotient, Out<Integer> remainder);

        int apply(IntBinaryOperator operation, int a, int b);

        long apply_times(IntBinaryOperator operation, int times);
    }

    interface Standard {
        void qsort(int[] values, @CType("size_t") long count, @CType("size_t") long size,
                Comparator<Pointer<Integer>> compare);

        @Symbol("qsort")
        void sortSegments(int[] values, @CType("size_t") long count, @CType("size_t") long size,
                Comparator<MemorySegment> compare);
    }

    static final Standard STANDARD = Bindings.bind(Standard.class, NativeLibrary.standard());

    /// {@return a function that C keeps}
    static IntBinaryOperator registered(IntBinaryOperator operation) {
        return Upcall.of(OPERATION, operation, Arena.global());
    }

    static final Library BOUND = bound(Library.class);

    /// [Bindings#bind]
    static <T> T bound(Class<T> face) {
        return Bindings.bind(face, LIBRARY);
    }
}

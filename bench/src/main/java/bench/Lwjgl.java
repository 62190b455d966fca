// SPDX-License-Identifier: Apache-2.0
package bench;

import static org.lwjgl.system.ffm.FFM.ffmConfig;
import static org.lwjgl.system.ffm.FFM.ffmConfigBuilder;
import static org.lwjgl.system.ffm.FFM.ffmGenerate;
import static org.lwjgl.system.ffm.FFM.ffmStruct;
import static org.lwjgl.system.ffm.FFM.ffmUpcall;
import static org.lwjgl.system.ffm.FFM.float64;
import static org.lwjgl.system.ffm.FFM.int64_t;

import bench.Structs.Point;
import bench.Structs.Triple;
import bench.Structs.Wide;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandles;
import java.nio.file.Path;
import org.lwjgl.system.SegmentStack;
import org.lwjgl.system.ffm.FFMByValue;
import org.lwjgl.system.ffm.FFMCaptureCallState;
import org.lwjgl.system.ffm.FFMCharset;
import org.lwjgl.system.ffm.FFMCritical;
import org.lwjgl.system.ffm.FFMFirstVariadicArg;
import org.lwjgl.system.ffm.FFMName;
import org.lwjgl.system.ffm.FFMNullable;
import org.lwjgl.system.ffm.FFMPointer;
import org.lwjgl.system.ffm.StructBinder;
import org.lwjgl.system.ffm.UpcallBinder;

/// The nearest rival: LWJGL's binder for interfaces, as its documentation has it used, with its stack for memory.
@SuppressWarnings("restricted")
final class Lwjgl {
    static {
        SymbolLookup library = SymbolLookup.libraryLookup(
                Path.of(System.getProperty("ffi.library.path"), System.mapLibraryName("sum")), Arena.global())
                .or(Linker.nativeLinker().defaultLookup());
        ffmConfig(Lwjgl.class, ffmConfigBuilder(MethodHandles.lookup()).withSymbolLookup(library).build());
    }

    static final Library LIBRARY = ffmGenerate(Library.class);

    private Lwjgl() {}

    /// {@return what C returned, whose size the binder does not know}
    static String text(MemorySegment segment) {
        return segment.reinterpret(Long.MAX_VALUE).getString(0);
    }

    static MemorySegment stub(Operation operation, Arena arena) {
        return Operation.BINDER.allocate(arena, operation);
    }

    static MemorySegment compareStub(Compare compare, Arena arena) {
        return Compare.BINDER.allocate(arena, compare);
    }

    /// {@return memory that stays}
    static TripleView triple() {
        return TripleView.BINDER.allocate(Arena.global());
    }

    @FFMCharset(FFMCharset.Type.UTF8)
    public interface Library {
        void noop();

        int sum(int a, int b);

        @FFMCritical
        @FFMName("sum")
        int criticalSum(int a, int b);

        double fsum(double a, double b);

        long sum8(long a, long b, long c, long d, long e, long f, long g, long h);

        long str_len(String text);

        MemorySegment concat(MemorySegment a, MemorySegment b);

        void free_str(@FFMNullable MemorySegment text);

        double distance(@FFMByValue PointView a, @FFMByValue PointView b);

        @FFMByValue
        PointView midpoint(SegmentStack stack, @FFMByValue PointView a, @FFMByValue PointView b);

        @FFMByValue
        TripleView bump_double3(SegmentStack stack, @FFMByValue TripleView triple);

        @FFMByValue
        WideView flip_bytes_64(SegmentStack stack, @FFMByValue WideView wide);

        long sum_ints(MemorySegment values, long count);

        @FFMCritical(true)
        @FFMName("sum_ints")
        long criticalSumInts(@FFMNullable MemorySegment values, long count); // it takes the heap's address 0 for NULL

        int hash(MemorySegment bytes, long count);

        @FFMCritical(true)
        @FFMName("hash")
        int criticalHash(@FFMNullable MemorySegment bytes, long count);

        void reverse_int_array(MemorySegment values, long count);

        @FFMCritical(true)
        @FFMName("reverse_int_array")
        void criticalReverse(@FFMNullable MemorySegment values, long count);

        void divide(int a, int b, MemorySegment quotient, MemorySegment remainder);

        int apply(MemorySegment operation, int a, int b);

        @FFMName("apply")
        int applyLambda(Arena arena, Operation operation, int a, int b);

        long apply_times(MemorySegment operation, int times);

        void qsort(MemorySegment values, long count, long size, MemorySegment compare);

        int fail_with(@FFMCaptureCallState("errno") MemorySegment state, int code);

        int snprintf(MemorySegment buffer, long size, String format, @FFMFirstVariadicArg int i, double d);
    }

    @FunctionalInterface
    public interface Operation {
        UpcallBinder<Operation> BINDER = ffmUpcall(Operation.class);

        int invoke(int a, int b);
    }

    @FunctionalInterface
    public interface Compare {
        UpcallBinder<Compare> BINDER = ffmUpcall(Compare.class);

        int invoke(@FFMPointer long a, @FFMPointer long b);
    }

    public interface PointView {
        StructBinder<PointView> BINDER =
                ffmStruct(PointView.class).m("x", float64).m("y", float64).build();

        double x();

        double y();

        PointView x(double x);

        PointView y(double y);

        static PointView of(Point point, SegmentStack stack) {
            return BINDER.malloc(stack).x(point.x()).y(point.y());
        }

        default Point copy() {
            return new Point(x(), y());
        }
    }

    public interface TripleView {
        StructBinder<TripleView> BINDER =
                ffmStruct(TripleView.class).m("a", float64).m("b", float64).m("c", float64).build();

        double a();

        double b();

        double c();

        TripleView a(double a);

        TripleView b(double b);

        TripleView c(double c);

        static TripleView of(Triple triple, SegmentStack stack) {
            return BINDER.malloc(stack).a(triple.a()).b(triple.b()).c(triple.c());
        }

        default Triple copy() {
            return new Triple(a(), b(), c());
        }
    }

    public interface WideView {
        StructBinder<WideView> BINDER = ffmStruct(WideView.class).m("a", int64_t).m("b", int64_t).m("c", int64_t)
                .m("d", int64_t).m("e", int64_t).m("f", int64_t).m("g", int64_t).m("h", int64_t).build();

        long a();

        long b();

        long c();

        long d();

        long e();

        long f();

        long g();

        long h();

        WideView a(long a);

        WideView b(long b);

        WideView c(long c);

        WideView d(long d);

        WideView e(long e);

        WideView f(long f);

        WideView g(long g);

        WideView h(long h);

        static WideView of(Wide wide, SegmentStack stack) {
            return BINDER.malloc(stack).a(wide.a()).b(wide.b()).c(wide.c()).d(wide.d())
                    .e(wide.e()).f(wide.f()).g(wide.g()).h(wide.h());
        }

        default Wide copy() {
            return new Wide(a(), b(), c(), d(), e(), f(), g(), h());
        }
    }
}

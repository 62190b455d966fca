// SPDX-License-Identifier: Apache-2.0
package bench;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.lwjgl.system.SegmentStack.stackPush;

import ffi.core.Pointer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Comparator;
import java.util.function.IntBinaryOperator;
import kotlin.jvm.functions.Function2;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.system.SegmentStack;
import org.openjdk.jmh.annotations.Benchmark;

/// Functions of Java that C calls: kept by C, or given to a call.
public class UpcallBench extends Inputs {
    private final MemorySegment stub = Raw.stub((i, j) -> i + j, Arena.global());
    private final MemorySegment lwjgl = Lwjgl.stub((i, j) -> i + j, Arena.global());
    private final IntBinaryOperator registered = Core.registered((i, j) -> i + j);
    private final Function2<Integer, Integer, Integer> kotlin = DslKt.registered();

    private final MemorySegment compareStub = Raw.compareStub(
            (u, v) -> Integer.compare(u.get(JAVA_INT, 0), v.get(JAVA_INT, 0)), Arena.global());
    private final MemorySegment compareLongsStub = Raw.compareLongsStub(
            (u, v) -> Integer.compare(Raw.intAt(u), Raw.intAt(v)), Arena.global());
    private final MemorySegment compareLwjgl = Lwjgl.compareStub(
            (u, v) -> Integer.compare(MemoryUtil.memGetInt(u), MemoryUtil.memGetInt(v)), Arena.global());
    private final Comparator<Pointer<Integer>> compare = (u, v) -> u.get().compareTo(v.get());
    private final Comparator<MemorySegment> compareSegments =
            (u, v) -> Integer.compare(Raw.intAt(u.address()), Raw.intAt(v.address()));

    @Benchmark
    public int registered_raw() throws Throwable {
        return (int) Raw.APPLY.invokeExact(stub, a, b);
    }

    @Benchmark
    public int registered_lwjgl() {
        return Lwjgl.LIBRARY.apply(lwjgl, a, b);
    }

    @Benchmark
    public int registered_handle() throws Throwable {
        return (int) Core.Handle.APPLY.invokeExact(registered, a, b);
    }

    @Benchmark
    public int registered_function() {
        return Core.Function.APPLY.apply(registered, a, b);
    }

    @Benchmark
    public int registered_interface() {
        return Core.BOUND.apply(registered, a, b);
    }

    @Benchmark
    public int registered_object() {
        return Dsl.INSTANCE.getApply().invoke(kotlin, a, b);
    }

    @Benchmark
    public int registered_bind() {
        return DslKt.bound.apply(kotlin, a, b);
    }

    @Benchmark
    public int lambda_raw() throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            return (int) Raw.APPLY.invokeExact(Raw.stub(adding(a), arena), a, b);
        }
    }

    @Benchmark
    public int lambda_lwjgl() {
        int c = a;
        try (Arena arena = Arena.ofConfined()) {
            return Lwjgl.LIBRARY.applyLambda(arena, (i, j) -> i + j + c, a, b);
        }
    }

    @Benchmark
    public int lambda_handle() throws Throwable {
        return (int) Core.Handle.APPLY.invokeExact(adding(a), a, b);
    }

    @Benchmark
    public int lambda_function() {
        return Core.Function.APPLY.apply(adding(a), a, b);
    }

    @Benchmark
    public int lambda_interface() {
        return Core.BOUND.apply(adding(a), a, b);
    }

    @Benchmark
    public int lambda_object() {
        return Dsl.INSTANCE.getApply().invoke(DslKt.adding(a), a, b);
    }

    @Benchmark
    public int lambda_bind() {
        return DslKt.bound.apply(DslKt.adding(a), a, b);
    }

    @Benchmark
    public long times_raw() throws Throwable {
        return (long) Raw.APPLY_TIMES.invokeExact(stub, TIMES);
    }

    @Benchmark
    public long times_lwjgl() {
        return Lwjgl.LIBRARY.apply_times(lwjgl, TIMES);
    }

    @Benchmark
    public long times_handle() throws Throwable {
        return (long) Core.Handle.APPLY_TIMES.invokeExact(registered, TIMES);
    }

    @Benchmark
    public long times_function() {
        return Core.Function.APPLY_TIMES.apply(registered, TIMES);
    }

    @Benchmark
    public long times_interface() {
        return Core.BOUND.apply_times(registered, TIMES);
    }

    @Benchmark
    public long times_object() {
        return Dsl.INSTANCE.getApplyTimes().invoke(kotlin, TIMES);
    }

    @Benchmark
    public long times_bind() {
        return DslKt.bound.apply_times(kotlin, TIMES);
    }

    @Benchmark
    public int sort_raw() throws Throwable {
        int[] values = values();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocateFrom(JAVA_INT, values);
            Raw.QSORT.invokeExact(copy, (long) values.length, 4L, compareStub);
            MemorySegment.copy(copy, JAVA_INT, 0, values, 0, values.length);
        }
        return values[1];
    }

    @Benchmark
    public int sort_lwjgl() {
        int[] values = values();
        try (SegmentStack stack = stackPush()) {
            MemorySegment copy = stack.allocateFrom(JAVA_INT, values);
            Lwjgl.LIBRARY.qsort(copy, values.length, 4, compareLwjgl);
            MemorySegment.copy(copy, JAVA_INT, 0, values, 0, values.length);
        }
        return values[1];
    }

    @Benchmark
    public int sort_handle() throws Throwable {
        int[] values = values();
        Core.Handle.QSORT.invokeExact(values, (long) values.length, 4L, compare);
        return values[1];
    }

    @Benchmark
    public int sort_function() {
        int[] values = values();
        Core.Function.QSORT.sort(values, values.length, 4, compare);
        return values[1];
    }

    @Benchmark
    public int sort_interface() {
        int[] values = values();
        Core.STANDARD.qsort(values, values.length, 4, compare);
        return values[1];
    }

    @Benchmark
    public int sort_object() {
        int[] values = values();
        C.INSTANCE.getQsort().invoke(values, (long) values.length, 4L, DslKt.compare);
        return values[1];
    }

    @Benchmark
    public int sort_bind() {
        int[] values = values();
        DslKt.boundC.qsort(values, values.length, 4, DslKt.compare);
        return values[1];
    }

    @Benchmark
    public int sortSegments_raw() throws Throwable {
        int[] values = values();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocateFrom(JAVA_INT, values);
            Raw.QSORT.invokeExact(copy, (long) values.length, 4L, compareLongsStub);
            MemorySegment.copy(copy, JAVA_INT, 0, values, 0, values.length);
        }
        return values[1];
    }

    @Benchmark
    public int sortSegments_handle() throws Throwable {
        int[] values = values();
        Core.Handle.QSORT_SEGMENTS.invokeExact(values, (long) values.length, 4L, compareSegments);
        return values[1];
    }

    @Benchmark
    public int sortSegments_function() {
        int[] values = values();
        Core.Function.QSORT_SEGMENTS.sort(values, values.length, 4, compareSegments);
        return values[1];
    }

    @Benchmark
    public int sortSegments_interface() {
        int[] values = values();
        Core.STANDARD.sortSegments(values, values.length, 4, compareSegments);
        return values[1];
    }

    @Benchmark
    public int sortSegments_object() {
        int[] values = values();
        C.INSTANCE.getSortSegments().invoke(values, (long) values.length, 4L, DslKt.compareSegments);
        return values[1];
    }

    @Benchmark
    public int sortSegments_bind() {
        int[] values = values();
        DslKt.boundC.sortSegments(values, values.length, 4, DslKt.compareSegments);
        return values[1];
    }
}

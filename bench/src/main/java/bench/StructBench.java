// SPDX-License-Identifier: Apache-2.0
package bench;

import static org.lwjgl.system.SegmentStack.stackPush;

import bench.Structs.Point;
import bench.Structs.Triple;
import bench.Structs.Wide;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import org.lwjgl.system.SegmentStack;
import org.openjdk.jmh.annotations.Benchmark;

/// Structs by value: from records, and to a record.
public class StructBench extends Inputs {

    @Benchmark
    public double distance_raw() throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            return (double) Raw.DISTANCE.invokeExact(Raw.allocate(arena, p), Raw.allocate(arena, q));
        }
    }

    @Benchmark
    public double distance_lwjgl() {
        try (SegmentStack stack = stackPush()) {
            return Lwjgl.LIBRARY.distance(Lwjgl.PointView.of(p, stack), Lwjgl.PointView.of(q, stack));
        }
    }

    @Benchmark
    public double distance_handle() throws Throwable {
        return (double) Core.Handle.DISTANCE.invokeExact(p, q);
    }

    @Benchmark
    public double distance_function() {
        return Core.Function.DISTANCE.applyAsDouble(p, q);
    }

    @Benchmark
    public double distance_interface() {
        return Core.BOUND.distance(p, q);
    }

    @Benchmark
    public double distance_object() {
        return Dsl.INSTANCE.getDistance().invoke(p, q);
    }

    @Benchmark
    public double distance_bind() {
        return DslKt.bound.distance(p, q);
    }

    @Benchmark
    public Point midpoint_raw() throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            return Raw.point((MemorySegment) Raw.MIDPOINT.invokeExact(
                    (SegmentAllocator) arena, Raw.allocate(arena, p), Raw.allocate(arena, q)));
        }
    }

    @Benchmark
    public Point midpoint_lwjgl() {
        try (SegmentStack stack = stackPush()) {
            return Lwjgl.LIBRARY.midpoint(
                    stack, Lwjgl.PointView.of(p, stack), Lwjgl.PointView.of(q, stack)).copy();
        }
    }

    @Benchmark
    public Point midpoint_handle() throws Throwable {
        return (Point) Core.Handle.MIDPOINT.invokeExact(p, q);
    }

    @Benchmark
    public Point midpoint_function() {
        return Core.Function.MIDPOINT.apply(p, q);
    }

    @Benchmark
    public Point midpoint_interface() {
        return Core.BOUND.midpoint(p, q);
    }

    @Benchmark
    public Point midpoint_object() {
        return Dsl.INSTANCE.getMidpoint().invoke(p, q);
    }

    @Benchmark
    public Point midpoint_bind() {
        return DslKt.bound.midpoint(p, q);
    }

    @Benchmark
    public Triple triple_raw() throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            return Raw.triple((MemorySegment) Raw.BUMP.invokeExact(
                    (SegmentAllocator) arena, Raw.allocate(arena, triple)));
        }
    }

    @Benchmark
    public Triple triple_lwjgl() {
        try (SegmentStack stack = stackPush()) {
            return Lwjgl.LIBRARY.bump_double3(stack, Lwjgl.TripleView.of(triple, stack)).copy();
        }
    }

    @Benchmark
    public Triple triple_handle() throws Throwable {
        return (Triple) Core.Handle.BUMP.invokeExact(triple);
    }

    @Benchmark
    public Triple triple_function() {
        return Core.Function.BUMP.apply(triple);
    }

    @Benchmark
    public Triple triple_interface() {
        return Core.BOUND.bump_double3(triple);
    }

    @Benchmark
    public Triple triple_object() {
        return Dsl.INSTANCE.getBump().invoke(triple);
    }

    @Benchmark
    public Triple triple_bind() {
        return DslKt.bound.bump_double3(triple);
    }

    @Benchmark
    public Wide wide_raw() throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            return Raw.wide((MemorySegment) Raw.FLIP.invokeExact(
                    (SegmentAllocator) arena, Raw.allocate(arena, wide)));
        }
    }

    @Benchmark
    public Wide wide_lwjgl() {
        try (SegmentStack stack = stackPush()) {
            return Lwjgl.LIBRARY.flip_bytes_64(stack, Lwjgl.WideView.of(wide, stack)).copy();
        }
    }

    @Benchmark
    public Wide wide_handle() throws Throwable {
        return (Wide) Core.Handle.FLIP.invokeExact(wide);
    }

    @Benchmark
    public Wide wide_function() {
        return Core.Function.FLIP.apply(wide);
    }

    @Benchmark
    public Wide wide_interface() {
        return Core.BOUND.flip_bytes_64(wide);
    }

    @Benchmark
    public Wide wide_object() {
        return Dsl.INSTANCE.getFlip().invoke(wide);
    }

    @Benchmark
    public Wide wide_bind() {
        return DslKt.bound.flip_bytes_64(wide);
    }
}

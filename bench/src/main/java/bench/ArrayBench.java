// SPDX-License-Identifier: Apache-2.0
package bench;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.lwjgl.system.SegmentStack.stackPush;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.system.SegmentStack;
import org.openjdk.jmh.annotations.Benchmark;

/// Arrays: copied to C, or, if the function is critical, where they are; and copied back.
public class ArrayBench extends Inputs {

    @Benchmark
    public long ints_raw() throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            return (long) Raw.SUM_INTS.invokeExact(arena.allocateFrom(JAVA_INT, ints), (long) ints.length);
        }
    }

    @Benchmark
    public long ints_lwjgl() {
        try (SegmentStack stack = stackPush()) {
            return Lwjgl.LIBRARY.sum_ints(stack.allocateFrom(JAVA_INT, ints), ints.length);
        }
    }

    @Benchmark
    public long ints_handle() throws Throwable {
        return (long) Core.Handle.SUM_INTS.invokeExact(ints, (long) ints.length);
    }

    @Benchmark
    public long ints_function() {
        return Core.Function.SUM_INTS.sum(ints, ints.length);
    }

    @Benchmark
    public long ints_interface() {
        return Core.BOUND.sum_ints(ints, ints.length);
    }

    @Benchmark
    public long ints_object() {
        return Dsl.INSTANCE.getSumInts().invoke(ints, (long) ints.length);
    }

    @Benchmark
    public long ints_bind() {
        return DslKt.bound.sum_ints(ints, ints.length);
    }

    @Benchmark
    public long criticalInts_raw() throws Throwable {
        return (long) Raw.CRITICAL_SUM_INTS.invokeExact(MemorySegment.ofArray(ints), (long) ints.length);
    }

    @Benchmark
    public long criticalInts_lwjgl() {
        return Lwjgl.LIBRARY.criticalSumInts(MemorySegment.ofArray(ints), ints.length);
    }

    @Benchmark
    public long criticalInts_handle() throws Throwable {
        return (long) Core.Handle.CRITICAL_SUM_INTS.invokeExact(ints, (long) ints.length);
    }

    @Benchmark
    public long criticalInts_function() {
        return Core.Function.CRITICAL_SUM_INTS.sum(ints, ints.length);
    }

    @Benchmark
    public long criticalInts_interface() {
        return Core.BOUND.criticalSumInts(ints, ints.length);
    }

    @Benchmark
    public long criticalInts_object() {
        return Dsl.INSTANCE.getCriticalSumInts().invoke(ints, (long) ints.length);
    }

    @Benchmark
    public long criticalInts_bind() {
        return DslKt.bound.criticalSumInts(ints, ints.length);
    }

    @Benchmark
    public int bytes_raw() throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            return (int) Raw.HASH.invokeExact(arena.allocateFrom(JAVA_BYTE, bytes), (long) bytes.length);
        }
    }

    @Benchmark
    public int bytes_lwjgl() {
        try (SegmentStack stack = stackPush()) {
            return Lwjgl.LIBRARY.hash(stack.allocateFrom(JAVA_BYTE, bytes), bytes.length);
        }
    }

    @Benchmark
    public int bytes_handle() throws Throwable {
        return (int) Core.Handle.HASH.invokeExact(bytes, (long) bytes.length);
    }

    @Benchmark
    public int bytes_function() {
        return Core.Function.HASH.hash(bytes, bytes.length);
    }

    @Benchmark
    public int bytes_interface() {
        return Core.BOUND.hash(bytes, bytes.length);
    }

    @Benchmark
    public int bytes_object() {
        return Dsl.INSTANCE.getHash().invoke(bytes, (long) bytes.length);
    }

    @Benchmark
    public int bytes_bind() {
        return DslKt.bound.hash(bytes, bytes.length);
    }

    @Benchmark
    public int criticalBytes_raw() throws Throwable {
        return (int) Raw.CRITICAL_HASH.invokeExact(MemorySegment.ofArray(bytes), (long) bytes.length);
    }

    @Benchmark
    public int criticalBytes_lwjgl() {
        return Lwjgl.LIBRARY.criticalHash(MemorySegment.ofArray(bytes), bytes.length);
    }

    @Benchmark
    public int criticalBytes_handle() throws Throwable {
        return (int) Core.Handle.CRITICAL_HASH.invokeExact(bytes, (long) bytes.length);
    }

    @Benchmark
    public int criticalBytes_function() {
        return Core.Function.CRITICAL_HASH.hash(bytes, bytes.length);
    }

    @Benchmark
    public int criticalBytes_interface() {
        return Core.BOUND.criticalHash(bytes, bytes.length);
    }

    @Benchmark
    public int criticalBytes_object() {
        return Dsl.INSTANCE.getCriticalHash().invoke(bytes, (long) bytes.length);
    }

    @Benchmark
    public int criticalBytes_bind() {
        return DslKt.bound.criticalHash(bytes, bytes.length);
    }

    @Benchmark
    public int mebibyte_raw() throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            return (int) Raw.HASH.invokeExact(arena.allocateFrom(JAVA_BYTE, mebibyte), (long) mebibyte.length);
        }
    }

    @Benchmark
    public int mebibyte_lwjgl() {
        ByteBuffer copy = MemoryUtil.memAlloc(mebibyte.length); // its stack has 64 KiB
        try {
            return Lwjgl.LIBRARY.hash(MemorySegment.ofBuffer(copy.put(mebibyte).flip()), mebibyte.length);
        } finally {
            MemoryUtil.memFree(copy);
        }
    }

    @Benchmark
    public int mebibyte_handle() throws Throwable {
        return (int) Core.Handle.HASH.invokeExact(mebibyte, (long) mebibyte.length);
    }

    @Benchmark
    public int mebibyte_function() {
        return Core.Function.HASH.hash(mebibyte, mebibyte.length);
    }

    @Benchmark
    public int mebibyte_interface() {
        return Core.BOUND.hash(mebibyte, mebibyte.length);
    }

    @Benchmark
    public int mebibyte_object() {
        return Dsl.INSTANCE.getHash().invoke(mebibyte, (long) mebibyte.length);
    }

    @Benchmark
    public int mebibyte_bind() {
        return DslKt.bound.hash(mebibyte, mebibyte.length);
    }

    @Benchmark
    public int criticalMebibyte_raw() throws Throwable {
        return (int) Raw.CRITICAL_HASH.invokeExact(MemorySegment.ofArray(mebibyte), (long) mebibyte.length);
    }

    @Benchmark
    public int criticalMebibyte_lwjgl() {
        return Lwjgl.LIBRARY.criticalHash(MemorySegment.ofArray(mebibyte), mebibyte.length);
    }

    @Benchmark
    public int criticalMebibyte_handle() throws Throwable {
        return (int) Core.Handle.CRITICAL_HASH.invokeExact(mebibyte, (long) mebibyte.length);
    }

    @Benchmark
    public int criticalMebibyte_function() {
        return Core.Function.CRITICAL_HASH.hash(mebibyte, mebibyte.length);
    }

    @Benchmark
    public int criticalMebibyte_interface() {
        return Core.BOUND.criticalHash(mebibyte, mebibyte.length);
    }

    @Benchmark
    public int criticalMebibyte_object() {
        return Dsl.INSTANCE.getCriticalHash().invoke(mebibyte, (long) mebibyte.length);
    }

    @Benchmark
    public int criticalMebibyte_bind() {
        return DslKt.bound.criticalHash(mebibyte, mebibyte.length);
    }

    @Benchmark
    public int reversed_raw() throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocateFrom(JAVA_INT, ints);
            Raw.REVERSE.invokeExact(copy, (long) ints.length);
            MemorySegment.copy(copy, JAVA_INT, 0, ints, 0, ints.length);
        }
        return ints[0];
    }

    @Benchmark
    public int reversed_lwjgl() {
        try (SegmentStack stack = stackPush()) {
            MemorySegment copy = stack.allocateFrom(JAVA_INT, ints);
            Lwjgl.LIBRARY.reverse_int_array(copy, ints.length);
            MemorySegment.copy(copy, JAVA_INT, 0, ints, 0, ints.length);
        }
        return ints[0];
    }

    @Benchmark
    public int reversed_handle() throws Throwable {
        Core.Handle.REVERSE.invokeExact(ints, (long) ints.length);
        return ints[0];
    }

    @Benchmark
    public int reversed_function() {
        Core.Function.REVERSE.reverse(ints, ints.length);
        return ints[0];
    }

    @Benchmark
    public int reversed_interface() {
        Core.BOUND.reverse_int_array(ints, ints.length);
        return ints[0];
    }

    @Benchmark
    public int reversed_object() {
        Dsl.INSTANCE.getReverse().invoke(ints, (long) ints.length);
        return ints[0];
    }

    @Benchmark
    public int reversed_bind() {
        DslKt.bound.reverse_int_array(ints, ints.length);
        return ints[0];
    }

    @Benchmark
    public int criticalReversed_raw() throws Throwable {
        Raw.CRITICAL_REVERSE.invokeExact(MemorySegment.ofArray(ints), (long) ints.length);
        return ints[0];
    }

    @Benchmark
    public int criticalReversed_lwjgl() {
        Lwjgl.LIBRARY.criticalReverse(MemorySegment.ofArray(ints), ints.length);
        return ints[0];
    }

    @Benchmark
    public int criticalReversed_handle() throws Throwable {
        Core.Handle.CRITICAL_REVERSE.invokeExact(ints, (long) ints.length);
        return ints[0];
    }

    @Benchmark
    public int criticalReversed_function() {
        Core.Function.CRITICAL_REVERSE.reverse(ints, ints.length);
        return ints[0];
    }

    @Benchmark
    public int criticalReversed_interface() {
        Core.BOUND.criticalReverse(ints, ints.length);
        return ints[0];
    }

    @Benchmark
    public int criticalReversed_object() {
        Dsl.INSTANCE.getCriticalReverse().invoke(ints, (long) ints.length);
        return ints[0];
    }

    @Benchmark
    public int criticalReversed_bind() {
        DslKt.bound.criticalReverse(ints, ints.length);
        return ints[0];
    }
}

// SPDX-License-Identifier: Apache-2.0
package bench;

import static org.lwjgl.system.SegmentStack.stackPush;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.lwjgl.system.SegmentStack;
import org.openjdk.jmh.annotations.Benchmark;

/// Text in, and out: by hand in a confined arena for the time of the call, as `java.lang.foreign` teaches it.
public class TextBench extends Inputs {

    private static long lengthByHand(String text) throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            return (long) Raw.STR_LEN.invokeExact(arena.allocateFrom(text));
        }
    }

    @Benchmark
    public long ascii_raw() throws Throwable {
        return lengthByHand(ascii);
    }

    @Benchmark
    public long ascii_lwjgl() {
        return Lwjgl.LIBRARY.str_len(ascii);
    }

    @Benchmark
    public long ascii_handle() throws Throwable {
        return (long) Core.Handle.STR_LEN.invokeExact(ascii);
    }

    @Benchmark
    public long ascii_function() {
        return Core.Function.STR_LEN.applyAsLong(ascii);
    }

    @Benchmark
    public long ascii_interface() {
        return Core.BOUND.str_len(ascii);
    }

    @Benchmark
    public long ascii_object() {
        return Dsl.INSTANCE.getStrLen().invoke(ascii);
    }

    @Benchmark
    public long ascii_bind() {
        return DslKt.bound.str_len(ascii);
    }

    @Benchmark
    public long hundred_raw() throws Throwable {
        return lengthByHand(hundred);
    }

    @Benchmark
    public long hundred_lwjgl() {
        return Lwjgl.LIBRARY.str_len(hundred);
    }

    @Benchmark
    public long hundred_handle() throws Throwable {
        return (long) Core.Handle.STR_LEN.invokeExact(hundred);
    }

    @Benchmark
    public long hundred_function() {
        return Core.Function.STR_LEN.applyAsLong(hundred);
    }

    @Benchmark
    public long hundred_interface() {
        return Core.BOUND.str_len(hundred);
    }

    @Benchmark
    public long hundred_object() {
        return Dsl.INSTANCE.getStrLen().invoke(hundred);
    }

    @Benchmark
    public long hundred_bind() {
        return DslKt.bound.str_len(hundred);
    }

    @Benchmark
    public long page_raw() throws Throwable {
        return lengthByHand(page);
    }

    @Benchmark
    public long page_lwjgl() {
        return Lwjgl.LIBRARY.str_len(page);
    }

    @Benchmark
    public long page_handle() throws Throwable {
        return (long) Core.Handle.STR_LEN.invokeExact(page);
    }

    @Benchmark
    public long page_function() {
        return Core.Function.STR_LEN.applyAsLong(page);
    }

    @Benchmark
    public long page_interface() {
        return Core.BOUND.str_len(page);
    }

    @Benchmark
    public long page_object() {
        return Dsl.INSTANCE.getStrLen().invoke(page);
    }

    @Benchmark
    public long page_bind() {
        return DslKt.bound.str_len(page);
    }

    @Benchmark
    public long unicode_raw() throws Throwable {
        return lengthByHand(unicode);
    }

    @Benchmark
    public long unicode_lwjgl() {
        return Lwjgl.LIBRARY.str_len(unicode);
    }

    @Benchmark
    public long unicode_handle() throws Throwable {
        return (long) Core.Handle.STR_LEN.invokeExact(unicode);
    }

    @Benchmark
    public long unicode_function() {
        return Core.Function.STR_LEN.applyAsLong(unicode);
    }

    @Benchmark
    public long unicode_interface() {
        return Core.BOUND.str_len(unicode);
    }

    @Benchmark
    public long unicode_object() {
        return Dsl.INSTANCE.getStrLen().invoke(unicode);
    }

    @Benchmark
    public long unicode_bind() {
        return DslKt.bound.str_len(unicode);
    }

    @Benchmark
    public String concat_raw() throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment joined = (MemorySegment) Raw.CONCAT.invokeExact(
                    arena.allocateFrom(hello), arena.allocateFrom(world));
            try {
                return joined.getString(0);
            } finally {
                Raw.FREE_STR.invokeExact(joined);
            }
        }
    }

    @Benchmark
    public String concat_lwjgl() {
        try (SegmentStack stack = stackPush()) {
            MemorySegment joined = Lwjgl.LIBRARY.concat(stack.allocateFrom(hello), stack.allocateFrom(world));
            try {
                return Lwjgl.text(joined);
            } finally {
                Lwjgl.LIBRARY.free_str(joined);
            }
        }
    }

    @Benchmark
    public String concat_handle() throws Throwable {
        return (String) Core.Handle.CONCAT.invokeExact(hello, world);
    }

    @Benchmark
    public String concat_function() {
        return Core.Function.CONCAT.apply(hello, world);
    }

    @Benchmark
    public String concat_interface() {
        return Core.BOUND.concat(hello, world);
    }

    @Benchmark
    public String concat_object() {
        return Dsl.INSTANCE.getConcat().invoke(hello, world);
    }

    @Benchmark
    public String concat_bind() {
        return DslKt.bound.concat(hello, world);
    }
}

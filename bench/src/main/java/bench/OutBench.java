// SPDX-License-Identifier: Apache-2.0
package bench;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.lwjgl.system.SegmentStack.stackPush;

import ffi.core.Out;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.lwjgl.system.SegmentStack;
import org.openjdk.jmh.annotations.Benchmark;

/// Two results through pointers.
public class OutBench extends Inputs {

    @Benchmark
    public int divide_raw() throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment quotient = arena.allocate(JAVA_INT);
            MemorySegment remainder = arena.allocate(JAVA_INT);
            Raw.DIVIDE.invokeExact(dividend, divisor, quotient, remainder);
            return quotient.get(JAVA_INT, 0) ^ remainder.get(JAVA_INT, 0);
        }
    }

    @Benchmark
    public int divide_lwjgl() {
        try (SegmentStack stack = stackPush()) {
            MemorySegment quotient = stack.allocate(JAVA_INT);
            MemorySegment remainder = stack.allocate(JAVA_INT);
            Lwjgl.LIBRARY.divide(dividend, divisor, quotient, remainder);
            return quotient.get(JAVA_INT, 0) ^ remainder.get(JAVA_INT, 0);
        }
    }

    @Benchmark
    public int divide_handle() throws Throwable {
        Out<Integer> quotient = new Out<>();
        Out<Integer> remainder = new Out<>();
        Core.Handle.DIVIDE.invokeExact(dividend, divisor, quotient, remainder);
        return quotient.get() ^ remainder.get();
    }

    @Benchmark
    public int divide_function() {
        Out<Integer> quotient = new Out<>();
        Out<Integer> remainder = new Out<>();
        Core.Function.DIVIDE.divide(dividend, divisor, quotient, remainder);
        return quotient.get() ^ remainder.get();
    }

    @Benchmark
    public int divide_interface() {
        Out<Integer> quotient = new Out<>();
        Out<Integer> remainder = new Out<>();
        Core.BOUND.divide(dividend, divisor, quotient, remainder);
        return quotient.get() ^ remainder.get();
    }

    @Benchmark
    public int divide_object() {
        Out<Integer> quotient = new Out<>();
        Out<Integer> remainder = new Out<>();
        Dsl.INSTANCE.getDivide().invoke(dividend, divisor, quotient, remainder);
        return quotient.get() ^ remainder.get();
    }

    @Benchmark
    public int divide_bind() {
        Out<Integer> quotient = new Out<>();
        Out<Integer> remainder = new Out<>();
        DslKt.bound.divide(dividend, divisor, quotient, remainder);
        return quotient.get() ^ remainder.get();
    }
}

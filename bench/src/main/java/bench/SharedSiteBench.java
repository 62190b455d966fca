// SPDX-License-Identifier: Apache-2.0
package bench;

import ffi.dsl.Fn2;
import java.lang.invoke.MethodHandle;
import java.util.function.IntBinaryOperator;
import org.openjdk.jmh.annotations.Benchmark;

/// One call site that serves four functions of one signature in turn: no function is a constant there. The constant
/// case beside it is `CallBench.sum`.
public class SharedSiteBench extends Inputs {

    private final MethodHandle[] raw = {Raw.SUM, Raw.SUM2, Raw.SUM3, Raw.SUM4};
    private final MethodHandle[] handles =
            {Core.Handle.SUM, Core.Handle.SUM2, Core.Handle.SUM3, Core.Handle.SUM4};
    private final IntBinaryOperator[] functions =
            {Core.Function.SUM, Core.Function.SUM2, Core.Function.SUM3, Core.Function.SUM4};
    private final Sum[] interfaces =
            {Core.bound(Sum1.class), Core.bound(Sum2.class), Core.bound(Sum3.class), Core.bound(Sum4.class)};
    private final Fn2<Integer, Integer, Integer>[] objects = DslKt.sums;
    private final Sum[] bound = DslKt.boundSums;
    private int turn;

    @Benchmark
    public int four_raw() throws Throwable {
        return (int) raw[turn++ & 3].invokeExact(a, b);
    }

    @Benchmark
    public int four_handle() throws Throwable {
        return (int) handles[turn++ & 3].invokeExact(a, b);
    }

    @Benchmark
    public int four_function() {
        return functions[turn++ & 3].applyAsInt(a, b);
    }

    @Benchmark
    public int four_interface() {
        return interfaces[turn++ & 3].of(a, b);
    }

    @Benchmark
    public int four_object() {
        return objects[turn++ & 3].invoke(a, b);
    }

    @Benchmark
    public int four_bind() {
        return bound[turn++ & 3].of(a, b);
    }
}

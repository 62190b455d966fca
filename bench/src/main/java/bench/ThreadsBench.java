// SPDX-License-Identifier: Apache-2.0
package bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Threads;

/// `CallBench.sum` by many threads at once: a call takes no lock and shares nothing.
@Threads(8)
public class ThreadsBench extends Inputs {

    @Benchmark
    public int threads_raw() throws Throwable {
        return (int) Raw.SUM.invokeExact(a, b);
    }

    @Benchmark
    public int threads_lwjgl() {
        return Lwjgl.LIBRARY.sum(a, b);
    }

    @Benchmark
    public int threads_handle() throws Throwable {
        return (int) Core.Handle.SUM.invokeExact(a, b);
    }

    @Benchmark
    public int threads_function() {
        return Core.Function.SUM.applyAsInt(a, b);
    }

    @Benchmark
    public int threads_interface() {
        return Core.BOUND.sum(a, b);
    }

    @Benchmark
    public int threads_object() {
        return Dsl.INSTANCE.getSum().invoke(a, b);
    }

    @Benchmark
    public int threads_bind() {
        return DslKt.bound.sum(a, b);
    }
}

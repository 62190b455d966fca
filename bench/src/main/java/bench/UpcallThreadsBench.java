// SPDX-License-Identifier: Apache-2.0
package bench;

import java.lang.foreign.Arena;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Threads;

/// A lambda given to a call, by many threads at once: the JDK makes its function pointers one after the other.
@Threads(8)
public class UpcallThreadsBench extends Inputs {

    @Benchmark
    public int crowded_raw() throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            return (int) Raw.APPLY.invokeExact(Raw.stub(adding(a), arena), a, b);
        }
    }

    @Benchmark
    public int crowded_lwjgl() {
        int c = a;
        try (Arena arena = Arena.ofConfined()) {
            return Lwjgl.LIBRARY.applyLambda(arena, (i, j) -> i + j + c, a, b);
        }
    }

    @Benchmark
    public int crowded_handle() throws Throwable {
        return (int) Core.Handle.APPLY.invokeExact(adding(a), a, b);
    }

    @Benchmark
    public int crowded_function() {
        return Core.Function.APPLY.apply(adding(a), a, b);
    }

    @Benchmark
    public int crowded_interface() {
        return Core.BOUND.apply(adding(a), a, b);
    }

    @Benchmark
    public int crowded_object() {
        return Dsl.INSTANCE.getApply().invoke(DslKt.adding(a), a, b);
    }

    @Benchmark
    public int crowded_bind() {
        return DslKt.bound.apply(DslKt.adding(a), a, b);
    }
}

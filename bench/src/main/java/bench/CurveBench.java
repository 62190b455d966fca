// SPDX-License-Identifier: Apache-2.0
package bench;

import ffi.dsl.Fn2;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.function.IntBinaryOperator;
import java.util.stream.IntStream;
import kotlin.jvm.functions.Function2;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.infra.BenchmarkParams;

/// Whether a call costs more where much is bound: `bench/run curves` asks for other counts than one.
///
/// Each benchmark makes what its face needs, and no other face's.
public class CurveBench extends Inputs {
    private static final FunctionDescriptor SUM_TYPE = FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);

    /// How many functions are bound, or callbacks live.
    @Param("1")
    public int count = 1;

    private MethodHandle[] handles;
    private Sum[] interfaces;
    private Fn2<Integer, Integer, Integer>[] objects;
    private MemorySegment[] stubs;
    private IntBinaryOperator[] kept;
    private Function2<Integer, Integer, Integer>[] keptByKotlin;
    private int turn;

    public CurveBench() {
        bindFunctions("raw");
        bindFunctions("interface");
        bindFunctions("object");
        keepCallbacks("raw");
        keepCallbacks("interface");
        keepCallbacks("object");
    }

    @Setup
    public void bind(BenchmarkParams benchmark) {
        String[] caseAndFace = benchmark.getBenchmark().replaceFirst(".*\\.", "").split("_");
        if (caseAndFace[0].equals("bound") || caseAndFace[0].equals("turn")) {
            bindFunctions(caseAndFace[1]);
        } else {
            keepCallbacks(caseAndFace[1]);
        }
    }

    private void bindFunctions(String face) {
        switch (face) {
            case "raw" -> handles = range().mapToObj(_ -> called(Raw.link("sum", SUM_TYPE)))
                    .toArray(MethodHandle[]::new);
            case "interface" -> interfaces = range().mapToObj(_ -> called(Core.bound(Sum1.class))).toArray(Sum[]::new);
            default -> objects = ManyKt.functions(count);
        }
    }

    private void keepCallbacks(String face) {
        switch (face) {
            case "raw" -> stubs = range().mapToObj(c -> Raw.stub((i, j) -> i + j + c, Arena.global()))
                    .toArray(MemorySegment[]::new);
            case "interface" -> kept = range().mapToObj(c -> Core.registered((i, j) -> i + j + c))
                    .toArray(IntBinaryOperator[]::new);
            default -> keptByKotlin = ManyKt.kept(count);
        }
    }

    private IntStream range() {
        return IntStream.range(0, count);
    }

    /// Called once, because what is bound late may link no sooner.
    private static MethodHandle called(MethodHandle sum) {
        try {
            int ignored = (int) sum.invokeExact(1, 2);
            return sum;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static Sum called(Sum sum) {
        sum.of(1, 2);
        return sum;
    }

    private int next() {
        return turn = turn + 1 < count ? turn + 1 : 0;
    }

    // --- one function, while the others are there -------------------------------------------------------------------

    @Benchmark
    public int bound_raw() throws Throwable {
        return (int) Raw.SUM.invokeExact(a, b);
    }

    @Benchmark
    public int bound_interface() {
        return Core.BOUND.sum(a, b);
    }

    @Benchmark
    public int bound_object() {
        return Dsl.INSTANCE.getSum().invoke(a, b);
    }

    // --- each in its turn, by one call site -------------------------------------------------------------------------

    @Benchmark
    public int turn_raw() throws Throwable {
        return (int) handles[next()].invokeExact(a, b);
    }

    @Benchmark
    public int turn_interface() {
        return interfaces[next()].of(a, b);
    }

    @Benchmark
    public int turn_object() {
        return objects[next()].invoke(a, b);
    }

    // --- callbacks that C keeps, in turn ----------------------------------------------------------------------------

    @Benchmark
    public int kept_raw() throws Throwable {
        return (int) Raw.APPLY.invokeExact(stubs[next()], a, b);
    }

    @Benchmark
    public int kept_interface() {
        return Core.BOUND.apply(kept[next()], a, b);
    }

    @Benchmark
    public int kept_object() {
        return Dsl.INSTANCE.getApply().invoke(keptByKotlin[next()], a, b);
    }

    // --- a lambda, while they are live ------------------------------------------------------------------------------

    private static IntBinaryOperator adding(int c) {
        return (i, j) -> i + j + c;
    }

    @Benchmark
    public int lent_raw() throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            return (int) Raw.APPLY.invokeExact(Raw.stub(adding(a), arena), a, b);
        }
    }

    @Benchmark
    public int lent_interface() {
        return Core.BOUND.apply(adding(a), a, b);
    }

    @Benchmark
    public int lent_object() {
        return Dsl.INSTANCE.getApply().invoke(DslKt.adding(a), a, b);
    }
}

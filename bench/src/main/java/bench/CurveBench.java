// SPDX-License-Identifier: Apache-2.0
package bench;

import static ffi.core.NativeType.I32;

import ffi.core.Downcall;
import ffi.core.NativeLibrary;
import ffi.dsl.Fn2;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.List;
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
@SuppressWarnings("restricted")
public class CurveBench extends Inputs {
    private static final FunctionDescriptor SUM_TYPE = FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    private static final MethodHandle SUM = Linker.nativeLinker().downcallHandle(SUM_TYPE);
    private static final SymbolLookup SYMBOLS = SymbolLookup.libraryLookup(
            Path.of(System.getProperty("ffi.library.path"), System.mapLibraryName("sum")), Arena.global());
    private static final NativeLibrary LIBRARY = NativeLibrary.open("sum", Arena.global());

    /// How many functions are bound, or callbacks live.
    @Param("1")
    public int count = 1;

    private MemorySegment[] addresses;
    private ByHand[] byHand;
    private IntBinaryOperator[] functions;
    private Fn2<Integer, Integer, Integer>[] objects;
    private MemorySegment[] stubs;
    private IntBinaryOperator[] kept;
    private Function2<Integer, Integer, Integer>[] keptByKotlin;
    private int turn;

    /// A function by hand that knows its name, its types and the like, and is looked up by its first call.
    private static final class ByHand {
        private static final int REFERENCES = 64;

        private MemorySegment address;
        final Object[] rest = new Object[REFERENCES];

        int sum(int a, int b) throws Throwable {
            return (int) SUM.invokeExact(address(), a, b);
        }

        private MemorySegment address() {
            MemorySegment known = address;
            return known != null ? known : (address = SYMBOLS.findOrThrow("sum"));
        }
    }

    public CurveBench() {
        List.of("turn_raw", "turn_held", "turn_function", "turn_object", "kept_raw", "kept_interface", "kept_object")
                .forEach(this::make);
    }

    /// What is bound lives long, so it lies as the garbage collector has put it.
    @Setup
    public void make(BenchmarkParams benchmark) {
        make(benchmark.getBenchmark().replaceFirst(".*\\.", "").replace("lent", "kept"));
        System.gc();
    }

    /// What is bound is called once, because that links it.
    private void make(String benchmark) {
        IntStream each = IntStream.range(0, count);
        switch (benchmark) {
            case "bound_raw" -> each.forEach(_ -> call(Raw.link("sum", SUM_TYPE)));
            case "bound_interface" -> each.forEach(_ -> Core.bound(Sum1.class).of(a, b));
            case "turn_raw" -> addresses = each.mapToObj(_ -> SYMBOLS.findOrThrow("sum"))
                    .toArray(MemorySegment[]::new);
            case "turn_held" -> byHand = each.mapToObj(_ -> called(new ByHand())).toArray(ByHand[]::new);
            case "turn_function" -> functions = each.mapToObj(_ -> called(LIBRARY.downcall("sum", I32, I32, I32)))
                    .toArray(IntBinaryOperator[]::new);
            case "bound_object", "turn_object" -> objects = ManyKt.functions(count);
            case "kept_raw" -> stubs = each.mapToObj(c -> Raw.stub((i, j) -> i + j + c, Arena.global()))
                    .toArray(MemorySegment[]::new);
            case "kept_interface" -> kept = each.mapToObj(c -> Core.registered((i, j) -> i + j + c))
                    .toArray(IntBinaryOperator[]::new);
            case "kept_object" -> keptByKotlin = ManyKt.kept(count);
            default -> throw new IllegalArgumentException(benchmark);
        }
    }

    private void call(MethodHandle sum) {
        try {
            int ignored = (int) sum.invokeExact(a, b);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private IntBinaryOperator called(Downcall sum) {
        IntBinaryOperator function = sum.as(IntBinaryOperator.class);
        function.applyAsInt(a, b);
        return function;
    }

    private ByHand called(ByHand function) {
        try {
            int ignored = function.sum(a, b);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        return function;
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

    /// One handle for the shape, which takes the address, and a table of addresses: as good as it can be by hand. An
    /// array of handles would be compiled for each of them.
    @Benchmark
    public int turn_raw() throws Throwable {
        return (int) SUM.invokeExact(addresses[next()], a, b);
    }

    /// An object for each, of as many bytes as one of ours: what the machine's memory has to do with it.
    @Benchmark
    public int turn_held() throws Throwable {
        return byHand[next()].sum(a, b);
    }

    @Benchmark
    public int turn_function() {
        return functions[next()].applyAsInt(a, b);
    }

    @Benchmark
    public int turn_object() {
        return objects[next()].invoke(a, b);
    }

    // --- a callback that C keeps, among others ---------------------------------------------------------------------

    @Benchmark
    public int kept_raw() throws Throwable {
        return (int) Raw.APPLY.invokeExact(stubs[0], a, b);
    }

    @Benchmark
    public int kept_interface() {
        return Core.BOUND.apply(kept[0], a, b);
    }

    @Benchmark
    public int kept_object() {
        return Dsl.INSTANCE.getApply().invoke(keptByKotlin[0], a, b);
    }

    // --- a lambda, while they are live ------------------------------------------------------------------------------

    private static IntBinaryOperator plus(int c) {
        return (i, j) -> i + j + c;
    }

    @Benchmark
    public int lent_raw() throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            return (int) Raw.APPLY.invokeExact(Raw.stub(plus(a), arena), a, b);
        }
    }

    @Benchmark
    public int lent_interface() {
        return Core.BOUND.apply(plus(a), a, b);
    }

    @Benchmark
    public int lent_object() {
        return Dsl.INSTANCE.getApply().invoke(DslKt.adding(a), a, b);
    }
}

// SPDX-License-Identifier: Apache-2.0
package bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Warmup;

/// Calls that suspend, from a coroutine of `Dispatchers.Default` to a thread that may block, and back; and scopes of
/// memory.
@Warmup(iterations = 10, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 40, time = 100, timeUnit = TimeUnit.MILLISECONDS)
public class SuspendBench extends Inputs {

    private static final int TIMES = 1_000;

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public int suspend_raw() {
        return SuspendingKt.byHand(TIMES, a, b);
    }

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public int suspend_object() {
        return SuspendingKt.byObject(TIMES, a, b);
    }

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public int suspend_bind() {
        return SuspendingKt.byInterface(TIMES, a, b);
    }

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public int suspend_function() {
        return SuspendingKt.byOffThread(TIMES, a, b);
    }

    /// `CompletableFuture.supplyAsync`, by a pool of as many threads as are needed.
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public int future_raw() {
        return SuspendingKt.futureByHand(TIMES, a, b);
    }

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public int future_interface() {
        return SuspendingKt.byFuture(TIMES, a, b);
    }

    /// `Arena.ofShared` and three allocations.
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public long scope_raw() {
        return SuspendingKt.scopesByHand(TIMES);
    }

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public long scope_object() {
        return SuspendingKt.scopes(TIMES);
    }

    /// A `coroutineScope`.
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public long empty_raw() {
        return SuspendingKt.emptyByHand(TIMES);
    }

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public long empty_object() {
        return SuspendingKt.empty(TIMES);
    }
}

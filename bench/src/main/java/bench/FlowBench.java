// SPDX-License-Identifier: Apache-2.0
package bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/// A flow of what a thread of C's sends. Both ways have a buffer of 64 and block C's thread when it is full.
///
/// One invocation takes as long as an iteration, so the invocations before the measurement are a few dozen, while all
/// this is still being compiled: it took sixty until the times fell no more.
@Warmup(iterations = 10, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 40, time = 100, timeUnit = TimeUnit.MILLISECONDS)
public class FlowBench extends Inputs {

    private static final int VALUES = 100_000;
    private static final int FIRST = 60;

    @Setup
    public void warmUp(BenchmarkParams measured) {
        for (int i = 0; i < FIRST; i++) {
            if (measured.getBenchmark().endsWith("_raw")) {
                flow_raw();
            } else {
                flow_object();
            }
        }
    }

    /// By a channel that blocks, as a `callbackFlow` has it.
    @Benchmark
    @OperationsPerInvocation(VALUES)
    public int flow_raw() {
        return SuspendingKt.flowByHand(VALUES);
    }

    @Benchmark
    @OperationsPerInvocation(VALUES)
    public int flow_object() {
        return SuspendingKt.flowOfC(VALUES);
    }
}

// SPDX-License-Identifier: Apache-2.0
package bench;

import org.openjdk.jmh.annotations.Benchmark;

/// Numbers in, a number out: what a call costs by itself.
public class CallBench extends Inputs {

    @Benchmark
    public void noop_raw() throws Throwable {
        Raw.NOOP.invokeExact();
    }

    @Benchmark
    public void noop_lwjgl() {
        Lwjgl.LIBRARY.noop();
    }

    @Benchmark
    public void noop_handle() throws Throwable {
        Core.Handle.NOOP.invokeExact();
    }

    @Benchmark
    public void noop_function() {
        Core.Function.NOOP.run();
    }

    @Benchmark
    public void noop_interface() {
        Core.BOUND.noop();
    }

    @Benchmark
    public void noop_object() {
        Dsl.INSTANCE.getNoop().invoke();
    }

    @Benchmark
    public void noop_bind() {
        DslKt.bound.noop();
    }

    @Benchmark
    public int sum_raw() throws Throwable {
        return (int) Raw.SUM.invokeExact(a, b);
    }

    @Benchmark
    public int sum_lwjgl() {
        return Lwjgl.LIBRARY.sum(a, b);
    }

    @Benchmark
    public int sum_handle() throws Throwable {
        return (int) Core.Handle.SUM.invokeExact(a, b);
    }

    @Benchmark
    public int sum_function() {
        return Core.Function.SUM.applyAsInt(a, b);
    }

    @Benchmark
    public int sum_interface() {
        return Core.BOUND.sum(a, b);
    }

    @Benchmark
    public int sum_object() {
        return Dsl.INSTANCE.getSum().invoke(a, b);
    }

    @Benchmark
    public int sum_bind() {
        return DslKt.bound.sum(a, b);
    }

    @Benchmark
    public int critical_raw() throws Throwable {
        return (int) Raw.CRITICAL_SUM.invokeExact(a, b);
    }

    @Benchmark
    public int critical_lwjgl() {
        return Lwjgl.LIBRARY.criticalSum(a, b);
    }

    @Benchmark
    public int critical_handle() throws Throwable {
        return (int) Core.Handle.CRITICAL_SUM.invokeExact(a, b);
    }

    @Benchmark
    public int critical_function() {
        return Core.Function.CRITICAL_SUM.applyAsInt(a, b);
    }

    @Benchmark
    public int critical_interface() {
        return Core.BOUND.criticalSum(a, b);
    }

    @Benchmark
    public int critical_object() {
        return Dsl.INSTANCE.getCriticalSum().invoke(a, b);
    }

    @Benchmark
    public int critical_bind() {
        return DslKt.bound.criticalSum(a, b);
    }

    @Benchmark
    public double fsum_raw() throws Throwable {
        return (double) Raw.FSUM.invokeExact(x, y);
    }

    @Benchmark
    public double fsum_lwjgl() {
        return Lwjgl.LIBRARY.fsum(x, y);
    }

    @Benchmark
    public double fsum_handle() throws Throwable {
        return (double) Core.Handle.FSUM.invokeExact(x, y);
    }

    @Benchmark
    public double fsum_function() {
        return Core.Function.FSUM.applyAsDouble(x, y);
    }

    @Benchmark
    public double fsum_interface() {
        return Core.BOUND.fsum(x, y);
    }

    @Benchmark
    public double fsum_object() {
        return Dsl.INSTANCE.getFsum().invoke(x, y);
    }

    @Benchmark
    public double fsum_bind() {
        return DslKt.bound.fsum(x, y);
    }

    @Benchmark
    public long sum8_raw() throws Throwable {
        return (long) Raw.SUM8.invokeExact(l1, l2, l3, l4, l5, l6, l7, l8);
    }

    @Benchmark
    public long sum8_lwjgl() {
        return Lwjgl.LIBRARY.sum8(l1, l2, l3, l4, l5, l6, l7, l8);
    }

    @Benchmark
    public long sum8_handle() throws Throwable {
        return (long) Core.Handle.SUM8.invokeExact(l1, l2, l3, l4, l5, l6, l7, l8);
    }

    @Benchmark
    public long sum8_function() {
        return Core.Function.SUM8.sum(l1, l2, l3, l4, l5, l6, l7, l8);
    }

    @Benchmark
    public long sum8_interface() {
        return Core.BOUND.sum8(l1, l2, l3, l4, l5, l6, l7, l8);
    }

    @Benchmark
    public long sum8_object() {
        return Dsl.INSTANCE.getSum8().invoke(l1, l2, l3, l4, l5, l6, l7, l8);
    }

    @Benchmark
    public long sum8_bind() {
        return DslKt.bound.sum8(l1, l2, l3, l4, l5, l6, l7, l8);
    }
}

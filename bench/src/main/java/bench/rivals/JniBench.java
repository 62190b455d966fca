// SPDX-License-Identifier: Apache-2.0
package bench.rivals;

import bench.Inputs;
import bench.Structs.Point;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.IntBinaryOperator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Threads;

/// JNI by hand: a C function for every call, written for it.
///
/// Left out: `critical`, because the JDK has had no critical natives since 18. A callback is no function pointer here:
/// C has one function, which calls the Java object that the call brought, so `lambda` makes nothing.
public class JniBench extends Inputs {
    private static final int C = 16; // bytes: where the third field is

    private final ByteBuffer memory = Jni.allocate(24).order(ByteOrder.nativeOrder());
    private final ByteBuffer middle = Jni.allocate(16).order(ByteOrder.nativeOrder());
    private final long addressOfMiddle = Jni.address(middle);
    private final IntBinaryOperator add = (i, j) -> i + j;
    private final IntBinaryOperator compare = Integer::compare;

    public JniBench() {
        memory.putDouble(0, x);
        Jni.keep(add);
    }

    @Benchmark
    public void noop_jni() {
        Jni.noop();
    }

    @Benchmark
    public int sum_jni() {
        return Jni.sum(a, b);
    }

    @Benchmark
    @Threads(8)
    public int threads_jni() {
        return Jni.sum(a, b);
    }

    @Benchmark
    public double fsum_jni() {
        return Jni.fsum(x, y);
    }

    @Benchmark
    public long sum8_jni() {
        return Jni.sum8(l1, l2, l3, l4, l5, l6, l7, l8);
    }

    @Benchmark
    public long ascii_jni() {
        return Jni.strLen(ascii);
    }

    @Benchmark
    public long hundred_jni() {
        return Jni.strLen(hundred);
    }

    @Benchmark
    public long page_jni() {
        return Jni.strLen(page);
    }

    @Benchmark
    public long unicode_jni() {
        return Jni.strLen(unicode);
    }

    @Benchmark
    public String concat_jni() {
        return Jni.concat(hello, world);
    }

    @Benchmark
    public double distance_jni() {
        return Jni.distance(p.x(), p.y(), q.x(), q.y());
    }

    @Benchmark
    public Point midpoint_jni() {
        Jni.midpoint(p.x(), p.y(), q.x(), q.y(), addressOfMiddle);
        return new Point(middle.getDouble(0), middle.getDouble(Double.BYTES));
    }

    @Benchmark
    public double read_jni() {
        return memory.getDouble(0);
    }

    @Benchmark
    public void write_jni() {
        memory.putDouble(C, y);
    }

    @Benchmark
    public long ints_jni() {
        return Jni.sumInts(ints);
    }

    @Benchmark
    public long criticalInts_jni() {
        return Jni.criticalSumInts(ints);
    }

    @Benchmark
    public int bytes_jni() {
        return Jni.hash(bytes);
    }

    @Benchmark
    public int criticalBytes_jni() {
        return Jni.criticalHash(bytes);
    }

    @Benchmark
    public int mebibyte_jni() {
        return Jni.hash(mebibyte);
    }

    @Benchmark
    public int criticalMebibyte_jni() {
        return Jni.criticalHash(mebibyte);
    }

    @Benchmark
    public int registered_jni() {
        return Jni.applyKept(a, b);
    }

    @Benchmark
    public int lambda_jni() {
        return Jni.apply(adding(a), a, b);
    }

    @Benchmark
    public long times_jni() {
        return Jni.applyTimes(add, TIMES);
    }

    @Benchmark
    public int sort_jni() {
        int[] values = values();
        Jni.sort(values, compare);
        return values[1];
    }

    @Benchmark
    public int errno_jni() {
        return Jni.fail(a);
    }

    @Benchmark
    public String print_jni() {
        byte[] text = new byte[64];
        return new String(text, 0, Jni.print(text, a, x), StandardCharsets.US_ASCII);
    }
}

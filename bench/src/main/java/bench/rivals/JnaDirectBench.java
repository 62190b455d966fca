// SPDX-License-Identifier: Apache-2.0
package bench.rivals;

import bench.Structs.Point;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Threads;

/// JNA by native methods of a class, which it calls its direct mapping, and its faster one.
///
/// Left out: `print`, because a direct method takes no variable arguments.
public class JnaDirectBench extends JnaInputs {
    @Benchmark
    public void noop_jnaDirect() {
        Jna.Direct.noop();
    }

    @Benchmark
    public int sum_jnaDirect() {
        return Jna.Direct.sum(a, b);
    }

    @Benchmark
    @Threads(8)
    public int threads_jnaDirect() {
        return Jna.Direct.sum(a, b);
    }

    @Benchmark
    public double fsum_jnaDirect() {
        return Jna.Direct.fsum(x, y);
    }

    @Benchmark
    public long sum8_jnaDirect() {
        return Jna.Direct.sum8(l1, l2, l3, l4, l5, l6, l7, l8);
    }

    @Benchmark
    public long ascii_jnaDirect() {
        return Jna.Direct.str_len(Jna.text(ascii));
    }

    @Benchmark
    public long hundred_jnaDirect() {
        return Jna.Direct.str_len(Jna.text(hundred));
    }

    @Benchmark
    public long page_jnaDirect() {
        return Jna.Direct.str_len(Jna.text(page));
    }

    @Benchmark
    public long unicode_jnaDirect() {
        return Jna.Direct.str_len(Jna.text(unicode));
    }

    @Benchmark
    public String concat_jnaDirect() {
        Pointer joined = Jna.Direct.concat(Jna.text(hello), Jna.text(world));
        try {
            return joined.getString(0, "UTF-8");
        } finally {
            Jna.Direct.free_str(joined);
        }
    }

    @Benchmark
    public double distance_jnaDirect() {
        return Jna.Direct.distance(from, to);
    }

    @Benchmark
    public Point midpoint_jnaDirect() {
        return Jna.Direct.midpoint(from, to).copy();
    }

    @Benchmark
    public double read_jnaDirect() {
        return read();
    }

    @Benchmark
    public void write_jnaDirect() {
        write();
    }

    @Benchmark
    public long ints_jnaDirect() {
        return Jna.Direct.sum_ints(ints, ints.length);
    }

    @Benchmark
    public int bytes_jnaDirect() {
        return Jna.Direct.hash(bytes, bytes.length);
    }

    @Benchmark
    public int mebibyte_jnaDirect() {
        return Jna.Direct.hash(mebibyte, mebibyte.length);
    }

    @Benchmark
    public int registered_jnaDirect() {
        return Jna.Direct.apply(add, a, b);
    }

    @Benchmark
    public int lambda_jnaDirect() {
        return Jna.Direct.apply(addingToo(a), a, b);
    }

    @Benchmark
    public long times_jnaDirect() {
        return Jna.Direct.apply_times(add, TIMES);
    }

    @Benchmark
    public int sort_jnaDirect() {
        int[] values = values();
        Jna.DirectStandard.qsort(values, values.length, 4, compare);
        return values[1];
    }

    @Benchmark
    public int errno_jnaDirect() {
        return Jna.Direct.fail_with(a) == -1 ? Native.getLastError() : 0;
    }
}

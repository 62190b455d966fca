// SPDX-License-Identifier: Apache-2.0
package bench.rivals;

import bench.Structs.Point;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Threads;

/// JNA by an interface, its usual way.
public class JnaBench extends JnaInputs {
    @Benchmark
    public void noop_jna() {
        Jna.SUM.noop();
    }

    @Benchmark
    public int sum_jna() {
        return Jna.SUM.sum(a, b);
    }

    @Benchmark
    @Threads(8)
    public int threads_jna() {
        return Jna.SUM.sum(a, b);
    }

    @Benchmark
    public double fsum_jna() {
        return Jna.SUM.fsum(x, y);
    }

    @Benchmark
    public long sum8_jna() {
        return Jna.SUM.sum8(l1, l2, l3, l4, l5, l6, l7, l8);
    }

    @Benchmark
    public long ascii_jna() {
        return Jna.SUM.str_len(Jna.text(ascii));
    }

    @Benchmark
    public long hundred_jna() {
        return Jna.SUM.str_len(Jna.text(hundred));
    }

    @Benchmark
    public long page_jna() {
        return Jna.SUM.str_len(Jna.text(page));
    }

    @Benchmark
    public long unicode_jna() {
        return Jna.SUM.str_len(Jna.text(unicode));
    }

    @Benchmark
    public String concat_jna() {
        Pointer joined = Jna.SUM.concat(Jna.text(hello), Jna.text(world));
        try {
            return joined.getString(0, "UTF-8");
        } finally {
            Jna.SUM.free_str(joined);
        }
    }

    @Benchmark
    public double distance_jna() {
        return Jna.SUM.distance(from, to);
    }

    @Benchmark
    public Point midpoint_jna() {
        return Jna.SUM.midpoint(from, to).copy();
    }

    @Benchmark
    public double read_jna() {
        return read();
    }

    @Benchmark
    public void write_jna() {
        write();
    }

    @Benchmark
    public long ints_jna() {
        return Jna.SUM.sum_ints(ints, ints.length);
    }

    @Benchmark
    public int bytes_jna() {
        return Jna.SUM.hash(bytes, bytes.length);
    }

    @Benchmark
    public int mebibyte_jna() {
        return Jna.SUM.hash(mebibyte, mebibyte.length);
    }

    @Benchmark
    public int registered_jna() {
        return Jna.SUM.apply(add, a, b);
    }

    @Benchmark
    public int lambda_jna() {
        return Jna.SUM.apply(addingToo(a), a, b);
    }

    @Benchmark
    public long times_jna() {
        return Jna.SUM.apply_times(add, TIMES);
    }

    @Benchmark
    public int sort_jna() {
        int[] values = values();
        Jna.STANDARD.qsort(values, values.length, 4, compare);
        return values[1];
    }

    @Benchmark
    public int errno_jna() {
        return Jna.SUM.fail_with(a) == -1 ? Native.getLastError() : 0;
    }

    @Benchmark
    public String print_jna() {
        byte[] buffer = new byte[64];
        Jna.STANDARD.snprintf(buffer, 64, "%d: %.1f", a, x);
        return Native.toString(buffer, "US-ASCII");
    }
}

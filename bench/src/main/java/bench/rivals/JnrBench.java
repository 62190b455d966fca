// SPDX-License-Identifier: Apache-2.0
package bench.rivals;

import bench.Inputs;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import jnr.ffi.LastError;
import jnr.ffi.Pointer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Threads;

/// JNR-FFI.
///
/// Left out: `distance` and `midpoint`, because it passes no struct by value, and `critical`, because it can pin an
/// array but not leave out the transition. A lambda's function pointer is freed by the garbage collector, for want of
/// another way.
public class JnrBench extends Inputs {
    private final Jnr.Triple memory = new Jnr.Triple(Jnr.RUNTIME);
    private final Jnr.Operation add = (i, j) -> i + j;
    private final Jnr.Comparison compare = (u, v) -> Integer.compare(u.getInt(0), v.getInt(0));
    private final Pointer stub = Jnr.stub(add);
    private final Pointer compareStub = Jnr.compareStub(compare);

    public JnrBench() {
        memory.a.set(x);
    }

    private static Jnr.Operation addingToo(int c) {
        return (i, j) -> i + j + c;
    }

    @Benchmark
    public void noop_jnr() {
        Jnr.LIBRARY.noop();
    }

    @Benchmark
    public int sum_jnr() {
        return Jnr.LIBRARY.sum(a, b);
    }

    @Benchmark
    @Threads(8)
    public int threads_jnr() {
        return Jnr.LIBRARY.sum(a, b);
    }

    @Benchmark
    public double fsum_jnr() {
        return Jnr.LIBRARY.fsum(x, y);
    }

    @Benchmark
    public long sum8_jnr() {
        return Jnr.LIBRARY.sum8(l1, l2, l3, l4, l5, l6, l7, l8);
    }

    @Benchmark
    public long ascii_jnr() {
        return Jnr.LIBRARY.str_len(Jnr.text(ascii));
    }

    @Benchmark
    public long hundred_jnr() {
        return Jnr.LIBRARY.str_len(Jnr.text(hundred));
    }

    @Benchmark
    public long page_jnr() {
        return Jnr.LIBRARY.str_len(Jnr.text(page));
    }

    @Benchmark
    public long unicode_jnr() {
        return Jnr.LIBRARY.str_len(Jnr.text(unicode));
    }

    @Benchmark
    public String concat_jnr() {
        Pointer joined = Jnr.LIBRARY.concat(Jnr.text(hello), Jnr.text(world));
        try {
            return joined.getString(0, Integer.MAX_VALUE, StandardCharsets.UTF_8);
        } finally {
            Jnr.LIBRARY.free_str(joined);
        }
    }

    @Benchmark
    public double read_jnr() {
        return memory.a.get();
    }

    @Benchmark
    public void write_jnr() {
        memory.c.set(y);
    }

    @Benchmark
    public long ints_jnr() {
        return Jnr.LIBRARY.sum_ints(ints, ints.length);
    }

    @Benchmark
    public long criticalInts_jnr() {
        return Jnr.PINNING.sum_ints(ints, ints.length);
    }

    @Benchmark
    public int bytes_jnr() {
        return Jnr.LIBRARY.hash(bytes, bytes.length);
    }

    @Benchmark
    public int criticalBytes_jnr() {
        return Jnr.PINNING.hash(bytes, bytes.length);
    }

    @Benchmark
    public int mebibyte_jnr() {
        return Jnr.LIBRARY.hash(mebibyte, mebibyte.length);
    }

    @Benchmark
    public int criticalMebibyte_jnr() {
        return Jnr.PINNING.hash(mebibyte, mebibyte.length);
    }

    @Benchmark
    public int registered_jnr() {
        return Jnr.LIBRARY.apply(stub, a, b);
    }

    @Benchmark
    public int lambda_jnr() {
        Jnr.Operation adding = addingToo(a);
        try {
            return Jnr.LIBRARY.apply(adding, a, b);
        } finally {
            Reference.reachabilityFence(adding); // JNR holds it weakly, and would call null once it is collected
        }
    }

    @Benchmark
    public long times_jnr() {
        return Jnr.LIBRARY.apply_times(stub, TIMES);
    }

    @Benchmark
    public int sort_jnr() {
        int[] values = values();
        Jnr.STANDARD.qsort(values, values.length, 4, compareStub);
        return values[1];
    }

    @Benchmark
    public int errno_jnr() {
        return Jnr.LIBRARY.fail_with(a) == -1 ? LastError.getLastError(Jnr.RUNTIME) : 0;
    }

    @Benchmark
    public String print_jnr() {
        byte[] buffer = new byte[64];
        int length = Jnr.STANDARD.snprintf(buffer, 64, "%d: %.1f", a, x);
        return new String(buffer, 0, length, StandardCharsets.US_ASCII);
    }
}

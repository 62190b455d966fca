// SPDX-License-Identifier: Apache-2.0
package bench.rivals;

import bench.Inputs;
import bench.Structs.Point;
import java.nio.charset.StandardCharsets;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Threads;

/// JavaCPP, whose C++ is generated when this is built.
///
/// Left out: `critical`, because it can pin an array but not leave out the transition. A struct is an object made
/// ahead, as its own examples have it. Its pointers are not left to the garbage collector: they are closed, or live as
/// long as the process, which saves two thirds of the time of what makes one.
public class JavaCppBench extends Inputs {
    static {
        System.setProperty("org.bytedeco.javacpp.nopointergc", "true");
    }

    private static final class Adding extends JavaCpp.Operation {
        private final int c;

        Adding(int c) {
            this.c = c;
        }

        @Override
        public int call(int a, int b) {
            return a + b + c;
        }
    }

    private static final class Add extends JavaCpp.Operation {
        @Override
        public int call(int a, int b) {
            return a + b;
        }
    }

    private static final class Compare extends JavaCpp.Comparison {
        @Override
        public int call(IntPointer a, IntPointer b) {
            return Integer.compare(a.get(), b.get());
        }
    }

    private static final JavaCpp.Operation ADD = new Add(); // one for all: a type has ten function pointers at a time
    private static final JavaCpp.Comparison COMPARE = new Compare();

    private final JavaCpp.Point from = new JavaCpp.Point().x(p.x()).y(p.y());
    private final JavaCpp.Point to = new JavaCpp.Point().x(q.x()).y(q.y());
    private final JavaCpp.Triple memory = new JavaCpp.Triple().a(x);

    @Benchmark
    public void noop_javacpp() {
        JavaCpp.noop();
    }

    @Benchmark
    public int sum_javacpp() {
        return JavaCpp.sum(a, b);
    }

    @Benchmark
    @Threads(8)
    public int threads_javacpp() {
        return JavaCpp.sum(a, b);
    }

    @Benchmark
    public double fsum_javacpp() {
        return JavaCpp.fsum(x, y);
    }

    @Benchmark
    public long sum8_javacpp() {
        return JavaCpp.sum8(l1, l2, l3, l4, l5, l6, l7, l8);
    }

    @Benchmark
    public long ascii_javacpp() {
        return JavaCpp.str_len(ascii);
    }

    @Benchmark
    public long hundred_javacpp() {
        return JavaCpp.str_len((hundred + '\0').getBytes(StandardCharsets.UTF_8));
    }

    @Benchmark
    public long page_javacpp() {
        return JavaCpp.str_len((page + '\0').getBytes(StandardCharsets.UTF_8));
    }

    @Benchmark
    public long unicode_javacpp() {
        return JavaCpp.str_len(unicode);
    }

    @Benchmark
    public String concat_javacpp() {
        BytePointer joined = JavaCpp.concat(hello, world);
        try {
            return joined.getString(StandardCharsets.UTF_8);
        } finally {
            JavaCpp.free_str(joined);
        }
    }

    @Benchmark
    public double distance_javacpp() {
        return JavaCpp.distance(from, to);
    }

    @Benchmark
    public Point midpoint_javacpp() {
        try (JavaCpp.Point middle = JavaCpp.midpoint(from, to)) {
            return new Point(middle.x(), middle.y());
        }
    }

    @Benchmark
    public double read_javacpp() {
        return memory.a();
    }

    @Benchmark
    public void write_javacpp() {
        memory.c(y);
    }

    @Benchmark
    public long ints_javacpp() {
        return JavaCpp.sum_ints(ints, ints.length);
    }

    @Benchmark
    public long criticalInts_javacpp() {
        return JavaCpp.criticalSumInts(ints, ints.length);
    }

    @Benchmark
    public int bytes_javacpp() {
        return JavaCpp.hash(bytes, bytes.length);
    }

    @Benchmark
    public int criticalBytes_javacpp() {
        return JavaCpp.criticalHash(bytes, bytes.length);
    }

    @Benchmark
    public int mebibyte_javacpp() {
        return JavaCpp.hash(mebibyte, mebibyte.length);
    }

    @Benchmark
    public int criticalMebibyte_javacpp() {
        return JavaCpp.criticalHash(mebibyte, mebibyte.length);
    }

    @Benchmark
    public int registered_javacpp() {
        return JavaCpp.apply(ADD, a, b);
    }

    @Benchmark
    public int lambda_javacpp() {
        try (Adding adding = new Adding(a)) {
            return JavaCpp.apply(adding, a, b);
        }
    }

    @Benchmark
    public long times_javacpp() {
        return JavaCpp.apply_times(ADD, TIMES);
    }

    @Benchmark
    public int sort_javacpp() {
        int[] values = values();
        JavaCpp.qsort(values, values.length, 4, COMPARE);
        return values[1];
    }

    @Benchmark
    public int errno_javacpp() {
        return JavaCpp.errno_of_failure(a);
    }

    @Benchmark
    public String print_javacpp() {
        byte[] buffer = new byte[64];
        int length = JavaCpp.snprintf(buffer, 64, "%d: %.1f", a, x);
        return new String(buffer, 0, length, StandardCharsets.US_ASCII);
    }
}

// SPDX-License-Identifier: Apache-2.0
package bench;

import bench.Structs.Point;
import bench.Structs.Triple;
import bench.Structs.Wide;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.IntBinaryOperator;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What every benchmark is given, and how it is measured.
///
/// A benchmark is named `case_face`, so that JMH, which goes by name, measures the faces of one case one after the
/// other. Its inputs are fields that are not final, because the JIT would work with a constant before C ever saw it;
/// and large numbers, because the boxes of small ones are there already, and a face that makes boxes would go
/// unnoticed. Iterations are many and short, because whatever else the machine does then spoils some of them and not
/// the median.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 10, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 50, time = 50, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 3, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--illegal-native-access=deny"})
public abstract class Inputs {
    /// The calls of a callback in one call.
    protected static final int TIMES = 1_000;

    private static final byte[] MEBIBYTE = new byte[1 << 20]; // one for all threads: it is only read

    static {
        new Random(42).nextBytes(MEBIBYTE);
    }

    protected int a = 1_003;
    protected int b = 1_004;
    protected double x = 1.5;
    protected double y = 2.5;
    protected long l1 = 1_001;
    protected long l2 = 1_002;
    protected long l3 = 1_003;
    protected long l4 = 1_004;
    protected long l5 = 1_005;
    protected long l6 = 1_006;
    protected long l7 = 1_007;
    protected long l8 = 1_008;
    protected String ascii = "sixteen letters!";
    protected String hundred = "a hundred characters".repeat(5);
    protected String page = "sixteen letters!".repeat(256); // 4 KiB
    protected String unicode = "na\u00efve caf\u00e9 \u2013 \u65e5\u672c"; // 15 characters, 23 bytes
    protected String hello = "Hello, ";
    protected String world = "world!";
    protected Point p = new Point(1.5, 2.5);
    protected Point q = new Point(4.5, 6.5);
    protected Triple triple = new Triple(1.5, 2.5, 3.5);
    protected Wide wide = new Wide(1_001, 1_002, 1_003, 1_004, 1_005, 1_006, 1_007, 1_008);
    protected int[] ints = IntStream.range(1_000, 2_000).toArray();
    protected byte[] bytes = hundred.repeat(11).substring(0, 1024).getBytes(StandardCharsets.US_ASCII);
    protected byte[] mebibyte = MEBIBYTE;
    protected int dividend = 1_234_567;
    protected int divisor = 1_001;
    protected int[] shuffled = new Random(42).ints(1_000).toArray();

    /// {@return what is not sorted, in place of what has been}
    protected final int[] values() {
        System.arraycopy(shuffled, 0, ints, 0, ints.length);
        return ints;
    }

    /// {@return a function of which the JIT does not know what it adds}
    protected static IntBinaryOperator adding(int c) {
        return (i, j) -> i + j + c;
    }
}

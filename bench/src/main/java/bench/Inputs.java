// SPDX-License-Identifier: Apache-2.0
package bench;

import bench.Structs.Point;
import bench.Structs.Triple;
import bench.Structs.Wide;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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
/// and large numbers, because the boxes of small ones are there already, and a face that makes boxes would go unnoticed.
/// Iterations are many and short, because whatever else the machine does then spoils some of them and not the median.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 10, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 50, time = 50, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 3, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--illegal-native-access=deny"})
public abstract class Inputs {
    int a = 1_003;
    int b = 1_004;
    double x = 1.5;
    double y = 2.5;
    long l1 = 1_001;
    long l2 = 1_002;
    long l3 = 1_003;
    long l4 = 1_004;
    long l5 = 1_005;
    long l6 = 1_006;
    long l7 = 1_007;
    long l8 = 1_008;
    String ascii = "sixteen letters!";
    String hundred = "a hundred characters".repeat(5);
    String unicode = "na\u00efve caf\u00e9 \u2013 \u65e5\u672c"; // 15 characters, 23 bytes
    String hello = "Hello, ";
    String world = "world!";
    Point p = new Point(1.5, 2.5);
    Point q = new Point(4.5, 6.5);
    Triple triple = new Triple(1.5, 2.5, 3.5);
    Wide wide = new Wide(1_001, 1_002, 1_003, 1_004, 1_005, 1_006, 1_007, 1_008);
    int[] ints = IntStream.range(1_000, 2_000).toArray();
    byte[] bytes = hundred.repeat(11).substring(0, 1024).getBytes(StandardCharsets.US_ASCII);
    int dividend = 1_234_567;
    int divisor = 1_001;
    int[] shuffled = new Random(42).ints(1_000).toArray();
}

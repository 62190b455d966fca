// SPDX-License-Identifier: Apache-2.0
package bench;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import bench.Structs.Point;
import bench.Structs.Triple;
import bench.Structs.Wide;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Threads;

/// What is left to win over [Raw] by hand: one object a thread holds all memory, and nothing is checked.
///
/// Left out: what is a call and nothing else (`noop`, `sum`, `fsum`, `sum8`, `threads`, and all that is critical),
/// because [Raw] has it at its best.
public class BestBench extends Inputs {
    private static final int C = 16; // bytes: where the third field is
    private static final int KEPT = (1 << 20) + 64; // bytes: a mebibyte is the most that is passed

    private final MemorySegment kept = Arena.ofAuto().allocate(KEPT, 16);
    private final long memory = kept.address();
    private final long struct = Arena.global().allocate(Raw.TRIPLE).address();
    private final Best.Kept point = Best.Kept.of(Raw.POINT);
    private final long atPoint = point.segment().address();
    private final Best.Kept ofTriple = Best.Kept.of(Raw.TRIPLE);
    private final Best.Kept bumped = Best.Kept.of(Raw.TRIPLE);
    private final Best.Kept ofWide = Best.Kept.of(Raw.WIDE);
    private final Best.Kept flipped = Best.Kept.of(Raw.WIDE);
    private final MemorySegment state = Arena.ofAuto().allocate(Linker.Option.captureStateLayout());
    private final Best.Slot slot = new Best.Slot();
    private final long stub = Raw.stub((i, j) -> i + j, Arena.global()).address();
    private final long compareStub = Raw.compareLongsStub(
            (u, v) -> Integer.compare(Raw.intAt(u), Raw.intAt(v)), Arena.global()).address();
    private final long[] addresses =
            {Raw.address("sum"), Raw.address("sum2"), Raw.address("sum3"), Raw.address("sum4")};
    private int turn;

    public BestBench() {
        Best.ALL.set(JAVA_DOUBLE, struct, x);
    }

    private long length(String text) throws Throwable {
        long ignored = Best.put(memory, text);
        return (long) Best.STR_LEN.invokeExact(memory);
    }

    private int hash(byte[] bytes) throws Throwable {
        MemorySegment.copy(bytes, 0, Best.ALL, JAVA_BYTE, memory, bytes.length);
        return (int) Best.HASH.invokeExact(memory, (long) bytes.length);
    }

    @Benchmark
    public int four_best() throws Throwable {
        return (int) Best.OF_INTS.invokeExact(MemorySegment.ofAddress(addresses[turn++ & 3]), a, b);
    }

    @Benchmark
    public long ascii_best() throws Throwable {
        return length(ascii);
    }

    @Benchmark
    public long hundred_best() throws Throwable {
        return length(hundred);
    }

    @Benchmark
    public long page_best() throws Throwable {
        return length(page);
    }

    @Benchmark
    public long unicode_best() throws Throwable {
        return length(unicode);
    }

    @Benchmark
    public String concat_best() throws Throwable {
        long second = Best.put(memory, hello);
        long ignored = Best.put(second, world);
        long joined = (long) Best.CONCAT.invokeExact(memory, second);
        try {
            return Best.ALL.getString(joined);
        } finally {
            Best.FREE_STR.invokeExact(joined);
        }
    }

    @Benchmark
    public double distance_best() throws Throwable {
        return (double) Best.DISTANCE.invokeExact(p.x(), p.y(), q.x(), q.y());
    }

    @Benchmark
    public Point midpoint_best() throws Throwable {
        MemorySegment ignored = (MemorySegment) Best.MIDPOINT.invokeExact(
                (SegmentAllocator) point, p.x(), p.y(), q.x(), q.y());
        return new Point(Best.ALL.get(JAVA_DOUBLE, atPoint), Best.ALL.get(JAVA_DOUBLE, atPoint + 8));
    }

    @Benchmark
    public Triple triple_best() throws Throwable {
        Best.put(ofTriple.segment(), triple);
        MemorySegment ignored = (MemorySegment) Raw.BUMP.invokeExact((SegmentAllocator) bumped, ofTriple.segment());
        return Raw.triple(bumped.segment());
    }

    @Benchmark
    public Wide wide_best() throws Throwable {
        Best.put(ofWide.segment(), wide);
        MemorySegment ignored = (MemorySegment) Raw.FLIP.invokeExact((SegmentAllocator) flipped, ofWide.segment());
        return Raw.wide(flipped.segment());
    }

    @Benchmark
    public double read_best() {
        return Best.ALL.get(JAVA_DOUBLE, struct);
    }

    @Benchmark
    public void write_best() {
        Best.ALL.set(JAVA_DOUBLE, struct + C, y);
    }

    @Benchmark
    public long ints_best() throws Throwable {
        MemorySegment.copy(ints, 0, Best.ALL, JAVA_INT, memory, ints.length);
        return (long) Best.SUM_INTS.invokeExact(memory, (long) ints.length);
    }

    @Benchmark
    public int bytes_best() throws Throwable {
        return hash(bytes);
    }

    @Benchmark
    public int mebibyte_best() throws Throwable {
        return hash(mebibyte);
    }

    @Benchmark
    public int reversed_best() throws Throwable {
        MemorySegment.copy(ints, 0, Best.ALL, JAVA_INT, memory, ints.length);
        Best.REVERSE.invokeExact(memory, (long) ints.length);
        MemorySegment.copy(Best.ALL, JAVA_INT, memory, ints, 0, ints.length);
        return ints[0];
    }

    @Benchmark
    public int divide_best() throws Throwable {
        Best.DIVIDE.invokeExact(dividend, divisor, memory, memory + 4);
        return Best.ALL.get(JAVA_INT, memory) ^ Best.ALL.get(JAVA_INT, memory + 4);
    }

    @Benchmark
    public int registered_best() throws Throwable {
        return (int) Best.APPLY.invokeExact(stub, a, b);
    }

    @Benchmark
    public int lambda_best() throws Throwable {
        return (int) Best.APPLY.invokeExact(slot.set(adding(a)), a, b);
    }

    @Benchmark
    @Threads(8)
    public int crowded_best() throws Throwable {
        return (int) Best.APPLY.invokeExact(slot.set(adding(a)), a, b);
    }

    @Benchmark
    public long times_best() throws Throwable {
        return (long) Best.APPLY_TIMES.invokeExact(stub, TIMES);
    }

    @Benchmark
    public int sort_best() throws Throwable {
        int[] values = values();
        MemorySegment.copy(values, 0, Best.ALL, JAVA_INT, memory, values.length);
        Best.QSORT.invokeExact(memory, (long) values.length, 4L, compareStub);
        MemorySegment.copy(Best.ALL, JAVA_INT, memory, values, 0, values.length);
        return values[1];
    }

    @Benchmark
    public int errno_best() throws Throwable {
        int result = (int) Best.FAIL.invokeExact(state, a);
        return result == -1 ? state.get(JAVA_INT, Best.ERRNO) : 0;
    }

    @Benchmark
    public String print_best() throws Throwable {
        int ignored = (int) Best.SNPRINTF.invokeExact(memory, 64L, Best.FORMAT, a, x);
        return Best.ALL.getString(memory);
    }
}

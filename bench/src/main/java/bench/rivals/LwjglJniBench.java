// SPDX-License-Identifier: Apache-2.0
package bench.rivals;

import static org.lwjgl.system.JNI.invokeI;
import static org.lwjgl.system.JNI.invokePI;
import static org.lwjgl.system.JNI.invokePJ;
import static org.lwjgl.system.JNI.invokePP;
import static org.lwjgl.system.JNI.invokePPI;
import static org.lwjgl.system.JNI.invokePPJ;
import static org.lwjgl.system.JNI.invokePPP;
import static org.lwjgl.system.JNI.invokePPPPPPPPP;
import static org.lwjgl.system.JNI.invokePPPPV;
import static org.lwjgl.system.JNI.invokePV;
import static org.lwjgl.system.JNI.invokeV;
import static org.lwjgl.system.MemoryStack.stackPush;
import static org.lwjgl.system.MemoryUtil.memASCII;
import static org.lwjgl.system.MemoryUtil.memAddress;
import static org.lwjgl.system.MemoryUtil.memAlloc;
import static org.lwjgl.system.MemoryUtil.memFree;
import static org.lwjgl.system.MemoryUtil.memGetDouble;
import static org.lwjgl.system.MemoryUtil.memPutAddress;
import static org.lwjgl.system.MemoryUtil.memPutDouble;
import static org.lwjgl.system.MemoryUtil.memPutInt;
import static org.lwjgl.system.MemoryUtil.memPutLong;
import static org.lwjgl.system.MemoryUtil.memUTF8;
import static org.lwjgl.system.MemoryUtil.nmemCalloc;
import static org.lwjgl.system.libffi.LibFFI.nffi_call;

import bench.Inputs;
import bench.Structs.Point;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import org.lwjgl.system.MemoryStack;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Threads;

/// LWJGL's `JNI.invoke` functions and its stack, as its bindings use them. `fsum`, structs and `snprintf` have no such
/// function and go by its libffi.
///
/// On JDK 25 LWJGL implements `JNI` by `java.lang.foreign`, in spite of its name, and this is measured. The same over
/// JNI: `bench/run jmh LwjglJniBench -jvmArgsAppend -Djdk.util.jar.enableMultiRelease=false`.
///
/// Left out: `errno`, because no such function keeps it; `critical`, and arrays where they are, because none has these
/// types.
public class LwjglJniBench extends Inputs {
    private static final int C = 16; // bytes: where the third field is

    private static final LwjglJni.Operation ADD = new LwjglJni.Add();
    private static final LwjglJni.Comparison COMPARE = new LwjglJni.Compare();

    private final long memory = nmemCalloc(1, 24);

    public LwjglJniBench() {
        memPutDouble(memory, x);
    }

    private static long length(String text) {
        try (MemoryStack stack = stackPush()) {
            stack.nUTF8(text, true);
            return invokePP(stack.getPointerAddress(), LwjglJni.STR_LEN);
        }
    }

    @Benchmark
    public void noop_lwjglJni() {
        invokeV(LwjglJni.NOOP);
    }

    @Benchmark
    public int sum_lwjglJni() {
        return invokeI(a, b, LwjglJni.SUM);
    }

    @Benchmark
    @Threads(8)
    public int threads_lwjglJni() {
        return invokeI(a, b, LwjglJni.SUM);
    }

    @Benchmark
    public double fsum_lwjglJni() {
        try (MemoryStack stack = stackPush()) {
            long values = stack.nmalloc(8, 24);
            long arguments = stack.nmalloc(8, 16);
            memPutDouble(values + 8, x);
            memPutDouble(values + 16, y);
            memPutAddress(arguments, values + 8);
            memPutAddress(arguments + 8, values + 16);
            nffi_call(LwjglJni.FSUM_TYPE.address(), LwjglJni.FSUM, values, arguments);
            return memGetDouble(values);
        }
    }

    @Benchmark
    public long sum8_lwjglJni() {
        return invokePPPPPPPPP(l1, l2, l3, l4, l5, l6, l7, l8, LwjglJni.SUM8); // a pointer goes as a long does
    }

    @Benchmark
    public long ascii_lwjglJni() {
        return length(ascii);
    }

    @Benchmark
    public long hundred_lwjglJni() {
        return length(hundred);
    }

    @Benchmark
    public long page_lwjglJni() {
        return length(page);
    }

    @Benchmark
    public long unicode_lwjglJni() {
        return length(unicode);
    }

    @Benchmark
    public String concat_lwjglJni() {
        try (MemoryStack stack = stackPush()) {
            stack.nUTF8(hello, true);
            long first = stack.getPointerAddress();
            stack.nUTF8(world, true);
            long second = stack.getPointerAddress();
            long joined = invokePPP(first, second, LwjglJni.CONCAT);
            try {
                return memUTF8(joined);
            } finally {
                invokePV(joined, LwjglJni.FREE_STR);
            }
        }
    }

    @Benchmark
    public double distance_lwjglJni() {
        try (MemoryStack stack = stackPush()) {
            long values = stack.nmalloc(8, 40);
            long arguments = stack.nmalloc(8, 16);
            LwjglJni.put(values + 8, p);
            LwjglJni.put(values + 24, q);
            memPutAddress(arguments, values + 8);
            memPutAddress(arguments + 8, values + 24);
            nffi_call(LwjglJni.DISTANCE_TYPE.address(), LwjglJni.DISTANCE, values, arguments);
            return memGetDouble(values);
        }
    }

    @Benchmark
    public Point midpoint_lwjglJni() {
        try (MemoryStack stack = stackPush()) {
            long values = stack.nmalloc(8, 48);
            long arguments = stack.nmalloc(8, 16);
            LwjglJni.put(values + 16, p);
            LwjglJni.put(values + 32, q);
            memPutAddress(arguments, values + 16);
            memPutAddress(arguments + 8, values + 32);
            nffi_call(LwjglJni.MIDPOINT_TYPE.address(), LwjglJni.MIDPOINT, values, arguments);
            return new Point(memGetDouble(values), memGetDouble(values + 8));
        }
    }

    @Benchmark
    public double read_lwjglJni() {
        return memGetDouble(memory);
    }

    @Benchmark
    public void write_lwjglJni() {
        memPutDouble(memory + C, y);
    }

    @Benchmark
    public long ints_lwjglJni() {
        try (MemoryStack stack = stackPush()) {
            return invokePPJ(memAddress(stack.ints(ints)), (long) ints.length, LwjglJni.SUM_INTS);
        }
    }

    @Benchmark
    public int bytes_lwjglJni() {
        try (MemoryStack stack = stackPush()) {
            return invokePPI(memAddress(stack.bytes(bytes)), (long) bytes.length, LwjglJni.HASH);
        }
    }

    @Benchmark
    public int mebibyte_lwjglJni() {
        ByteBuffer copy = memAlloc(mebibyte.length); // its stack has 64 KiB
        try {
            return invokePPI(memAddress(copy.put(mebibyte).flip()), (long) mebibyte.length, LwjglJni.HASH);
        } finally {
            memFree(copy);
        }
    }

    @Benchmark
    public int registered_lwjglJni() {
        return invokePI(ADD.address(), a, b, LwjglJni.APPLY);
    }

    @Benchmark
    public int lambda_lwjglJni() {
        try (LwjglJni.Operation adding = new LwjglJni.Adding(a)) {
            return invokePI(adding.address(), a, b, LwjglJni.APPLY);
        }
    }

    @Benchmark
    public long times_lwjglJni() {
        return invokePJ(ADD.address(), TIMES, LwjglJni.APPLY_TIMES);
    }

    @Benchmark
    public int sort_lwjglJni() {
        int[] values = values();
        try (MemoryStack stack = stackPush()) {
            IntBuffer copy = stack.ints(values);
            invokePPPPV(memAddress(copy), values.length, 4L, COMPARE.address(), LwjglJni.QSORT);
            copy.get(0, values);
        }
        return values[1];
    }

    @Benchmark
    public String print_lwjglJni() {
        try (MemoryStack stack = stackPush()) {
            stack.nASCII("%d: %.1f", true);
            long format = stack.getPointerAddress();
            long buffer = stack.nmalloc(64);
            long values = stack.nmalloc(8, 48);
            long arguments = stack.nmalloc(8, 40);
            memPutAddress(values + 8, buffer);
            memPutLong(values + 16, 64);
            memPutAddress(values + 24, format);
            memPutInt(values + 32, a);
            memPutDouble(values + 40, x);
            for (int i = 0; i < 5; i++) {
                memPutAddress(arguments + 8L * i, values + 8L + 8L * i);
            }
            nffi_call(LwjglJni.SNPRINTF_TYPE.address(), LwjglJni.SNPRINTF, values, arguments);
            return memASCII(buffer);
        }
    }
}

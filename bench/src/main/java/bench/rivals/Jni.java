// SPDX-License-Identifier: Apache-2.0
package bench.rivals;

import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.IntBinaryOperator;

/// The natives of `src/main/c/jni.c`.
final class Jni {
    static {
        load();
    }

    private Jni() {}

    @SuppressWarnings("restricted")
    private static void load() {
        try {
            System.load(Path.of(Jni.class.getResource(System.mapLibraryName("rivals")).toURI()).toString());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    static native void noop();

    static native int sum(int a, int b);

    static native double fsum(double a, double b);

    static native long sum8(long a, long b, long c, long d, long e, long f, long g, long h);

    static native long strLen(byte[] text, int bytes);

    static long strLen(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return strLen(bytes, bytes.length);
    }

    static native String concat(byte[] a, int aBytes, byte[] b, int bBytes);

    static String concat(String a, String b) {
        byte[] aBytes = a.getBytes(StandardCharsets.UTF_8);
        byte[] bBytes = b.getBytes(StandardCharsets.UTF_8);
        return concat(aBytes, aBytes.length, bBytes, bBytes.length);
    }

    /// {@return the bytes written}
    static native int print(byte[] text, int i, double d);

    static native double distance(double px, double py, double qx, double qy);

    /// @param middle where the result goes
    static native void midpoint(double px, double py, double qx, double qy, long middle);

    /// {@return memory that is never freed}
    static native ByteBuffer allocate(int bytes);

    static native long address(ByteBuffer buffer);

    static native long sumInts(int[] values);

    static native long criticalSumInts(int[] values);

    static native int hash(byte[] bytes);

    static native int criticalHash(byte[] bytes);

    static native int apply(IntBinaryOperator function, int a, int b);

    /// Keeps it for [#applyKept].
    static native void keep(IntBinaryOperator function);

    static native int applyKept(int a, int b);

    static native long applyTimes(IntBinaryOperator function, int times);

    static native void sort(int[] values, IntBinaryOperator compare);

    /// {@return errno}
    static native int fail(int code);
}

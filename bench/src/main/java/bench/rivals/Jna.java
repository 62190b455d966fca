// SPDX-License-Identifier: Apache-2.0
package bench.rivals;

import bench.Structs;
import com.sun.jna.Callback;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/// JNA's two ways to declare a library: an interface, and native methods of a class.
final class Jna {
    private static final Map<String, Object> OPTIONS = Map.of(Library.OPTION_STRING_ENCODING, "UTF-8");
    private static final String LIBSUM =
            Path.of(System.getProperty("ffi.library.path"), System.mapLibraryName("sum")).toString();
    private static final String C = com.sun.jna.Platform.C_LIBRARY_NAME;

    static final Sum SUM = Native.load(LIBSUM, Sum.class, OPTIONS);
    static final Standard STANDARD = Native.load(C, Standard.class, OPTIONS);

    private Jna() {}

    /// {@return a C string: JNA takes it in a fifth of the time of a `String`, which it gives memory of its own}
    static byte[] text(String text) {
        return (text + '\0').getBytes(StandardCharsets.UTF_8);
    }

    public interface Operation extends Callback {
        int invoke(int a, int b);
    }

    public interface Comparison extends Callback {
        int invoke(Pointer a, Pointer b);
    }

    /// Its fields go to C at each call, so an object serves many.
    @Structure.FieldOrder({"x", "y"})
    public static class Point extends Structure implements Structure.ByValue {
        public double x;
        public double y;

        public Point() {}

        Point(Structs.Point point) {
            x = point.x();
            y = point.y();
        }

        Structs.Point copy() {
            return new Structs.Point(x, y);
        }
    }

    public interface Sum extends Library {
        void noop();

        int sum(int a, int b);

        double fsum(double a, double b);

        long sum8(long a, long b, long c, long d, long e, long f, long g, long h);

        long str_len(byte[] text);

        Pointer concat(byte[] a, byte[] b);

        void free_str(Pointer text);

        double distance(Point a, Point b);

        Point midpoint(Point a, Point b);

        long sum_ints(int[] values, long count);

        int hash(byte[] bytes, long count);

        int apply(Operation operation, int a, int b);

        long apply_times(Operation operation, int times);

        int fail_with(int code);
    }

    public interface Standard extends Library {
        void qsort(int[] values, long count, long size, Comparison compare);

        int snprintf(byte[] buffer, long size, String format, Object... rest);
    }

    /// The natives of libsum.
    static final class Direct {
        static {
            Native.register(Direct.class, NativeLibrary.getInstance(LIBSUM, OPTIONS));
        }

        private Direct() {}

        static native void noop();

        static native int sum(int a, int b);

        static native double fsum(double a, double b);

        static native long sum8(long a, long b, long c, long d, long e, long f, long g, long h);

        static native long str_len(byte[] text);

        static native Pointer concat(byte[] a, byte[] b);

        static native void free_str(Pointer text);

        static native double distance(Point a, Point b);

        static native Point midpoint(Point a, Point b);

        static native long sum_ints(int[] values, long count);

        static native int hash(byte[] bytes, long count);

        static native int apply(Operation operation, int a, int b);

        static native long apply_times(Operation operation, int times);

        static native int fail_with(int code);
    }

    /// The natives of the standard library.
    static final class DirectStandard {
        static {
            Native.register(DirectStandard.class, NativeLibrary.getInstance(C, OPTIONS));
        }

        private DirectStandard() {}

        static native void qsort(int[] values, long count, long size, Comparison compare);
    }
}

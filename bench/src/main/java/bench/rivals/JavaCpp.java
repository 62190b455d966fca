// SPDX-License-Identifier: Apache-2.0
package bench.rivals;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FunctionPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.annotation.ByVal;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Const;
import org.bytedeco.javacpp.annotation.CriticalRegion;
import org.bytedeco.javacpp.annotation.Name;
import org.bytedeco.javacpp.annotation.NoException;
import org.bytedeco.javacpp.annotation.Platform;

/// `src/main/c/rivals.h` as JavaCPP declares it, which makes the JNI code of it when this is built.
///
/// With the macro, text goes by JNI's own UTF-8, in half the time of the default, which calls `String.getBytes` from C.
@Platform(include = "rivals.h", define = "MODIFIED_UTF8_STRING")
@NoException
public class JavaCpp {
    static {
        Loader.load();
    }

    private JavaCpp() {}

    public static native void noop();

    public static native int sum(int a, int b);

    public static native double fsum(double a, double b);

    @Cast("int64_t")
    public static native long sum8(@Cast("int64_t") long a, @Cast("int64_t") long b, @Cast("int64_t") long c,
            @Cast("int64_t") long d, @Cast("int64_t") long e, @Cast("int64_t") long f, @Cast("int64_t") long g,
            @Cast("int64_t") long h);

    @Cast("size_t")
    public static native long str_len(String text);

    /// For a long text, which JNI's own UTF-8 takes nine times as long for.
    ///
    /// @param text with a NUL at its end
    @Cast("size_t")
    public static native long str_len(@Cast("const char*") byte[] text);

    @Cast("char*")
    public static native BytePointer concat(String a, String b);

    public static native void free_str(@Cast("char*") BytePointer text);

    public static native double distance(@ByVal Point a, @ByVal Point b);

    @ByVal
    public static native Point midpoint(@ByVal Point a, @ByVal Point b);

    public static native long sum_ints(@Const int[] values, @Cast("size_t") long count);

    @CriticalRegion
    @Name("sum_ints")
    public static native long criticalSumInts(@Const int[] values, @Cast("size_t") long count);

    public static native int hash(@Cast("const uint8_t*") byte[] bytes, @Cast("size_t") long count);

    @CriticalRegion
    @Name("hash")
    public static native int criticalHash(@Cast("const uint8_t*") byte[] bytes, @Cast("size_t") long count);

    public static native int apply(Operation operation, int a, int b);

    public static native long apply_times(Operation operation, int times);

    public static native void qsort(int[] values, @Cast("size_t") long count, @Cast("size_t") long size,
            Comparison compare);

    public static native int errno_of_failure(int code);

    public static native int snprintf(@Cast("char*") byte[] buffer, @Cast("size_t") long size, String format, int i,
            double d);

    public static class Point extends Pointer {
        static {
            Loader.load();
        }

        public Point() {
            super((Pointer) null);
            allocate();
        }

        public Point(Pointer pointer) {
            super(pointer);
        }

        private native void allocate();

        public native double x();

        public native Point x(double x);

        public native double y();

        public native Point y(double y);
    }

    public static class Triple extends Pointer {
        static {
            Loader.load();
        }

        public Triple() {
            super((Pointer) null);
            allocate();
        }

        public Triple(Pointer pointer) {
            super(pointer);
        }

        private native void allocate();

        public native double a();

        public native Triple a(double a);

        public native double c();

        public native Triple c(double c);
    }

    public static class Operation extends FunctionPointer {
        static {
            Loader.load();
        }

        protected Operation() {
            allocate();
        }

        public Operation(Pointer pointer) {
            super(pointer);
        }

        private native void allocate();

        public native int call(int a, int b);
    }

    public static class Comparison extends FunctionPointer {
        static {
            Loader.load();
        }

        protected Comparison() {
            allocate();
        }

        public Comparison(Pointer pointer) {
            super(pointer);
        }

        private native void allocate();

        public native int call(@Cast("const void*") IntPointer a, @Cast("const void*") IntPointer b);
    }
}

// SPDX-License-Identifier: Apache-2.0
package bench.rivals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import jnr.ffi.LibraryLoader;
import jnr.ffi.LibraryOption;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.Struct;
import jnr.ffi.annotations.Delegate;
import jnr.ffi.annotations.Encoding;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.LongLong;
import jnr.ffi.annotations.Out;
import jnr.ffi.annotations.Pinned;
import jnr.ffi.annotations.SaveError;
import jnr.ffi.types.size_t;

/// JNR-FFI's interfaces: errno is saved only where it is read, and arrays say which way they go.
final class Jnr {
    static final Runtime RUNTIME = Runtime.getSystemRuntime();
    private static final String LIBSUM =
            Path.of(System.getProperty("ffi.library.path"), System.mapLibraryName("sum")).toString();

    static final Library LIBRARY = load(Library.class, LIBSUM);
    static final Pinning PINNING = load(Pinning.class, LIBSUM);
    static final Standard STANDARD = load(Standard.class, "c");

    private Jnr() {}

    /// {@return a C string: JNR takes it sooner than a `CharSequence`, which it encodes character by character}
    static byte[] text(String text) {
        return (text + '\0').getBytes(StandardCharsets.UTF_8);
    }

    private static <T> T load(Class<T> face, String library) {
        return LibraryLoader.create(face).failImmediately().option(LibraryOption.IgnoreError, true).load(library);
    }

    static Pointer stub(Operation operation) {
        return RUNTIME.getClosureManager().getClosurePointer(Operation.class, operation);
    }

    static Pointer compareStub(Comparison compare) {
        return RUNTIME.getClosureManager().getClosurePointer(Comparison.class, compare);
    }

    public interface Operation {
        @Delegate
        int call(int a, int b);
    }

    public interface Comparison {
        @Delegate
        int call(Pointer a, Pointer b);
    }

    public static final class Triple extends Struct {
        final Double a = new Double();
        final Double b = new Double();
        final Double c = new Double();

        Triple(Runtime runtime) {
            super(runtime);
        }
    }

    public interface Library {
        void noop();

        int sum(int a, int b);

        double fsum(double a, double b);

        @LongLong
        long sum8(@LongLong long a, @LongLong long b, @LongLong long c, @LongLong long d, @LongLong long e,
                @LongLong long f, @LongLong long g, @LongLong long h);

        @size_t
        long str_len(@In byte[] text);

        Pointer concat(@In byte[] a, @In byte[] b);

        void free_str(Pointer text);

        @LongLong
        long sum_ints(@In int[] values, @size_t long count);

        int hash(@In byte[] bytes, @size_t long count);

        int apply(Pointer operation, int a, int b);

        int apply(Operation operation, int a, int b);

        @LongLong
        long apply_times(Pointer operation, int times);

        @SaveError
        int fail_with(int code);
    }

    /// With the arrays where they are.
    public interface Pinning {
        @LongLong
        long sum_ints(@In @Pinned int[] values, @size_t long count);

        int hash(@In @Pinned byte[] bytes, @size_t long count);
    }

    public interface Standard {
        void qsort(int[] values, @size_t long count, @size_t long size, Pointer compare);

        int snprintf(@Out byte[] buffer, @size_t long size, @In @Encoding("UTF-8") CharSequence format,
                Object... rest);
    }
}

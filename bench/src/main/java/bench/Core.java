// SPDX-License-Identifier: Apache-2.0
package bench;

import static ffi.core.NativeType.ADDRESS;
import static ffi.core.NativeType.CSTRING;
import static ffi.core.NativeType.F64;
import static ffi.core.NativeType.I32;
import static ffi.core.NativeType.I64;
import static ffi.core.NativeType.USIZE;
import static ffi.core.NativeType.VOID;

import ffi.core.Bindings;
import ffi.core.CType;
import ffi.core.Critical;
import ffi.core.Downcall;
import ffi.core.NativeLibrary;
import ffi.core.Owned;
import ffi.core.Signature;
import ffi.core.Symbol;
import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandle;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import java.util.function.IntBinaryOperator;
import java.util.function.ToLongFunction;

/// The faces that Java has: handles, functional interfaces, and an interface bound to the library.
final class Core {
    private static final NativeLibrary LIBRARY = NativeLibrary.open("sum", Arena.global());

    private static final Signature SUM_TYPE = Signature.of(I32, I32, I32);

    static final Downcall NOOP = LIBRARY.downcall("noop", VOID);
    static final Downcall SUM = LIBRARY.downcall("sum", SUM_TYPE);
    static final Downcall SUM2 = LIBRARY.downcall("sum2", SUM_TYPE);
    static final Downcall SUM3 = LIBRARY.downcall("sum3", SUM_TYPE);
    static final Downcall SUM4 = LIBRARY.downcall("sum4", SUM_TYPE);
    static final Downcall CRITICAL_SUM = LIBRARY.downcall("sum", SUM_TYPE.asCritical());
    static final Downcall FSUM = LIBRARY.downcall("fsum", F64, F64, F64);
    static final Downcall SUM8 = LIBRARY.downcall("sum8", I64, I64, I64, I64, I64, I64, I64, I64, I64);
    static final Downcall STR_LEN = LIBRARY.downcall("str_len", USIZE, CSTRING);
    static final Downcall CONCAT = LIBRARY.downcall(
            "concat", CSTRING.owned(LIBRARY.downcall("free_str", VOID, ADDRESS)), CSTRING, CSTRING);

    private Core() {}

    /// [Downcall#handle()]
    static final class Handle {
        static final MethodHandle NOOP = Core.NOOP.handle();
        static final MethodHandle SUM = Core.SUM.handle();
        static final MethodHandle SUM2 = Core.SUM2.handle();
        static final MethodHandle SUM3 = Core.SUM3.handle();
        static final MethodHandle SUM4 = Core.SUM4.handle();
        static final MethodHandle CRITICAL_SUM = Core.CRITICAL_SUM.handle();
        static final MethodHandle FSUM = Core.FSUM.handle();
        static final MethodHandle SUM8 = Core.SUM8.handle();
        static final MethodHandle STR_LEN = Core.STR_LEN.handle();
        static final MethodHandle CONCAT = Core.CONCAT.handle();

        private Handle() {}
    }

    interface EightLongs {
        long sum(long a, long b, long c, long d, long e, long f, long g, long h);
    }

    /// [Downcall#as]
    static final class Function {
        static final Runnable NOOP = Core.NOOP.as(Runnable.class);
        static final IntBinaryOperator SUM = Core.SUM.as(IntBinaryOperator.class);
        static final IntBinaryOperator SUM2 = Core.SUM2.as(IntBinaryOperator.class);
        static final IntBinaryOperator SUM3 = Core.SUM3.as(IntBinaryOperator.class);
        static final IntBinaryOperator SUM4 = Core.SUM4.as(IntBinaryOperator.class);
        static final IntBinaryOperator CRITICAL_SUM = Core.CRITICAL_SUM.as(IntBinaryOperator.class);
        static final DoubleBinaryOperator FSUM = Core.FSUM.as(DoubleBinaryOperator.class);
        static final EightLongs SUM8 = Core.SUM8.as(EightLongs.class);
        @SuppressWarnings("unchecked") // a class literal has no type arguments
        static final ToLongFunction<String> STR_LEN = Core.STR_LEN.as(ToLongFunction.class);
        @SuppressWarnings("unchecked") // as above
        static final BinaryOperator<String> CONCAT = Core.CONCAT.as(BinaryOperator.class);

        private Function() {}
    }

    interface Library {
        void noop();

        int sum(int a, int b);

        @Critical
        @Symbol("sum")
        int criticalSum(int a, int b);

        double fsum(double a, double b);

        long sum8(long a, long b, long c, long d, long e, long f, long g, long h);

        @CType("size_t")
        long str_len(String text);

        @Owned("free_str")
        String concat(String a, String b);
    }

    static final Library BOUND = bound(Library.class);

    /// [Bindings#bind]
    static <T> T bound(Class<T> face) {
        return Bindings.bind(face, LIBRARY);
    }
}

// SPDX-License-Identifier: Apache-2.0
package bench;

import static ffi.core.NativeType.CSTRING;
import static ffi.core.NativeType.F64;
import static ffi.core.NativeType.I32;
import static ffi.core.NativeType.I8;
import static ffi.core.NativeType.USIZE;
import static ffi.core.NativeType.array;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.lwjgl.system.SegmentStack.stackPush;

import ffi.core.Bindings;
import ffi.core.NativeLibrary;
import ffi.core.NativeType;
import ffi.core.Signature;
import ffi.core.Symbol;
import ffi.core.Variadic;
import ffi.core.WithErrno;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import org.lwjgl.system.SegmentStack;
import org.openjdk.jmh.annotations.Benchmark;

/// What C leaves in `errno`, and functions of any arguments.
public class ErrnoBench extends Inputs {

    /// By hand: memory of an arena for each call.
    @SuppressWarnings("restricted")
    private static final class ByHand {
        static final StructLayout STATE = Linker.Option.captureStateLayout();
        static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));
        static final MethodHandle FAIL = Raw.link("fail_with", FunctionDescriptor.of(JAVA_INT, JAVA_INT),
                Linker.Option.captureCallState("errno"));
        static final MethodHandle PRINT = Linker.nativeLinker().downcallHandle(
                Linker.nativeLinker().defaultLookup().findOrThrow("snprintf"),
                FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, JAVA_INT, JAVA_DOUBLE),
                Linker.Option.firstVariadicArg(3));
    }

    @FunctionalInterface
    interface Failing {
        WithErrno<Integer> fail(int code);
    }

    interface Bound {
        @Symbol("fail_with") WithErrno<Integer> fail(int code);
    }

    interface Printing {
        int print(byte[] buffer, long size, String format, int i, double d);
    }

    interface Formatting {
        int snprintf(byte[] buffer, long size, String format, Object... rest);
    }

    private static final NativeType<byte[]> BYTES = array(byte[].class, I8);
    private static final MethodHandle FAIL = NativeLibrary.open("sum", Arena.global())
            .downcall("fail_with", I32.withErrno(), I32).handle();
    private static final Failing FUNCTION = NativeLibrary.open("sum", Arena.global())
            .downcall("fail_with", I32.withErrno(), I32).as(Failing.class);
    private static final Bound BOUND = Bindings.bind(Bound.class, "sum");
    private static final Printing PRINT = NativeLibrary.standard().downcall(
            "snprintf", Signature.of(I32, BYTES, USIZE, CSTRING, I32, F64).asVariadic(3)).as(Printing.class);
    private static final Variadic ANY = NativeLibrary.standard().downcall(
            "snprintf", Signature.of(I32, BYTES, USIZE, CSTRING).asVariadic(3)).variadic();
    private static final Formatting FORMATTING = Bindings.bind(Formatting.class, "");

    @Benchmark
    public int errno_raw() throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(ByHand.STATE);
            int result = (int) ByHand.FAIL.invokeExact(state, a);
            return result == -1 ? (int) ByHand.ERRNO.get(state, 0L) : 0;
        }
    }

    @Benchmark
    public int errno_lwjgl() {
        try (SegmentStack stack = stackPush()) {
            MemorySegment state = stack.allocate(ByHand.STATE);
            return Lwjgl.LIBRARY.fail_with(state, a) == -1 ? (int) ByHand.ERRNO.get(state, 0L) : 0;
        }
    }

    @Benchmark
    public int errno_handle() throws Throwable {
        WithErrno<?> result = (WithErrno<?>) (Object) FAIL.invokeExact(a);
        return (int) result.value() == -1 ? result.errno().code() : 0;
    }

    @Benchmark
    public int errno_function() {
        WithErrno<Integer> result = FUNCTION.fail(a);
        return result.value() == -1 ? result.errno().code() : 0;
    }

    @Benchmark
    public int errno_interface() {
        WithErrno<Integer> result = BOUND.fail(a);
        return result.value() == -1 ? result.errno().code() : 0;
    }

    @Benchmark
    public int errno_object() {
        WithErrno<Integer> result = Dsl.INSTANCE.getFail().invoke(a);
        return result.value() == -1 ? result.errno().code() : 0;
    }

    @Benchmark
    public String print_raw() throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(64);
            int ignored = (int) ByHand.PRINT.invokeExact(buffer, 64L, arena.allocateFrom("%d: %.1f"), a, x);
            return buffer.getString(0);
        }
    }

    @Benchmark
    public String print_lwjgl() {
        try (SegmentStack stack = stackPush()) {
            MemorySegment buffer = stack.allocate(64);
            int ignored = Lwjgl.LIBRARY.snprintf(buffer, 64, "%d: %.1f", a, x);
            return buffer.getString(0);
        }
    }

    private static String text(byte[] buffer, int length) {
        return new String(buffer, 0, length, StandardCharsets.US_ASCII);
    }

    @Benchmark
    public String print_function() {
        byte[] buffer = new byte[64];
        return text(buffer, PRINT.print(buffer, 64, "%d: %.1f", a, x));
    }

    @Benchmark
    public String print_handle() {
        byte[] buffer = new byte[64];
        return text(buffer, (int) ANY.call(buffer, 64L, "%d: %.1f", a, x));
    }

    @Benchmark
    public String print_interface() {
        byte[] buffer = new byte[64];
        return text(buffer, FORMATTING.snprintf(buffer, 64, "%d: %.1f", a, x));
    }

    @Benchmark
    public String print_object() {
        byte[] buffer = new byte[64];
        return text(buffer, C.INSTANCE.getSnprintf().invoke(buffer, 64L, "%d: %.1f", new Object[] {a, x}));
    }
}

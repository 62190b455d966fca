// SPDX-License-Identifier: Apache-2.0
package alone;

import static ffi.core.NativeType.CSTRING;
import static ffi.core.NativeType.I32;
import static ffi.core.NativeType.I64;
import static ffi.core.NativeType.USIZE;
import static ffi.core.NativeType.handle;

import ffi.core.BindingException;
import ffi.core.Bindings;
import ffi.core.CType;
import ffi.core.Critical;
import ffi.core.Downcall;
import ffi.core.NativeLibrary;
import ffi.core.NativeType;
import ffi.core.OrNull;
import ffi.core.Owned;
import ffi.core.Symbol;
import ffi.core.SymbolNotFoundException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntBinaryOperator;
import java.util.function.ToLongFunction;

/// The Java user's program: ffi-core alone, no Kotlin on the class path.
final class Golden {

    record Counter(MemorySegment segment) {} // a struct that only C knows

    enum Mode { READ, WRITE, APPEND }

    enum Permission { EXECUTABLE, WRITABLE, READABLE }

    interface LibSum { // method names are C names, Java types say the C types; what they cannot say, an annotation does
        int sum(int a, int b);

        @Symbol("doubleSum")
        double add(double a, double b);

        @Owned
        String concatenateStrings(String a, String b);

        @Critical
        @CType("uint32_t")
        int hash(MemorySegment data, @CType("size_t") long length);

        @OrNull
        String returnNullString();

        Counter counter_new(int first);

        int counter_next(Counter counter);

        void counter_free(Counter counter);

        Mode next_mode(Mode mode);

        Set<Permission> permissions_all();

        CompletableFuture<Integer> slow_sum(int a, int b);

        default int twice(int a) {
            return sum(a, a);
        }
    }

    private Golden() {}

    public static void main(String[] args) throws Throwable {
        LibSum libSum = Bindings.bind(LibSum.class, "sum");
        System.out.println(libSum.sum(1, 2));
        System.out.println(libSum.add(1.1, 2.2));
        System.out.println(libSum.concatenateStrings("foo", "bär"));
        System.out.println(libSum.twice(21));
        System.out.println(libSum.slow_sum(3, 4).thenApply(n -> n + 1).get());
        System.out.println(libSum.returnNullString());
        Counter counter = libSum.counter_new(41);
        System.out.println(libSum.counter_next(counter) + libSum.counter_next(counter));
        libSum.counter_free(counter);
        System.out.println(libSum.next_mode(Mode.READ) + " " + libSum.permissions_all());
        System.out.println(libSum);

        try (Arena arena = Arena.ofConfined()) {
            NativeLibrary library = NativeLibrary.open("libsum", arena); // unloaded with the arena
            Downcall sum = library.downcall("sum", I32, I32, I32);
            int three = (int) sum.handle().invokeExact(1, 2);
            IntBinaryOperator plus = sum.as(IntBinaryOperator.class);
            Object dynamic = sum.call(1, 2);
            System.out.println(three + plus.applyAsInt(3, 4) + (int) dynamic);
            System.out.println(Integer.toHexString(libSum.hash(arena.allocateFrom("abc"), 3)));

            NativeType<Duration> seconds = I64.map(Duration::ofSeconds, Duration::toSeconds);
            System.out.println(library.downcall("echo_i64", seconds, seconds).call(Duration.ofMinutes(2)));
            NativeType<Counter> type = handle("Counter", Counter::new, Counter::segment);
            Object made = library.downcall("counter_new", type, I32).call(7);
            System.out.println(library.downcall("counter_next", I32, type).call(made));
            NativeType<Set<Permission>> flags = NativeType.flags(Permission.class);
            System.out.println(library.downcall("echo_uint", flags, flags).call(EnumSet.of(Permission.READABLE)));
        }

        @SuppressWarnings("unchecked")
        ToLongFunction<String> strlen =
                NativeLibrary.standard().downcall("strlen", USIZE, CSTRING).as(ToLongFunction.class);
        System.out.println(strlen.applyAsLong("four"));

        try {
            NativeLibrary.standard().downcall("strlne", USIZE, CSTRING);
        } catch (SymbolNotFoundException e) {
            System.out.println(e.getMessage());
        }
        try {
            Bindings.bind(java.util.Iterator.class, "sum");
        } catch (BindingException e) {
            System.out.println(e.getMessage().lines().findFirst().orElseThrow());
        }
        try {
            System.out.println(Class.forName("kotlin.Unit"));
        } catch (ClassNotFoundException e) {
            System.out.println("no " + e.getMessage());
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package samples.golden;

import static ffi.core.NativeType.*;

import ffi.core.*;
import java.lang.foreign.Arena;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntBinaryOperator;

/// A bit of everything. These declarations and their uses may grow, and never shrink.
class Golden {

    record Point(double x, double y) {} // travels by value, converted by generated code

    interface LibSum { // method names are C names, Java types say the C types; what they cannot say, an annotation does
        int sum(int a, int b);

        @Symbol("doubleSum")
        double add(double a, double b);

        @Owned
        String concatenateStrings(String a, String b);

        double distance(Point a, Point b);

        Point midpoint(Point a, Point b);

        int apply(IntBinaryOperator operation, int a, int b); // a lambda lives for the call

        @Critical
        int hash(@Const byte[] data, @CType("size_t") long length);

        CompletableFuture<Integer> slow_sum(int a, int b); // off the caller's thread; cancel() reaches the native call

        default int twice(int a) {
            return sum(a, a);
        }
    }

    public static void main(String[] args) throws Throwable {
        LibSum libSum = Bindings.bind(LibSum.class, "sum");
        System.out.println(libSum.sum(1, 2));
        System.out.println(libSum.concatenateStrings("foo", "bar"));
        System.out.println(libSum.midpoint(new Point(1, 2), new Point(4, 6)));
        System.out.println(libSum.apply((a, b) -> a * b, 6, 7));
        System.out.println(libSum.slow_sum(3, 4).thenApply(n -> n + 1).get());

        try (Arena arena = Arena.ofConfined()) {
            NativeLibrary library = NativeLibrary.open("libsum", arena); // unloaded with the arena
            Downcall sum = library.downcall("sum", I32, I32, I32);
            int three = (int) sum.handle().invokeExact(1, 2);
            IntBinaryOperator plus = sum.as(IntBinaryOperator.class);
            Object dynamic = sum.call(1, 2);
            System.out.println(three + plus.applyAsInt(3, 4) + (int) dynamic);

            Downcall distance = library.downcall("distance", F64, struct(Point.class), struct(Point.class));
            System.out.println(distance.call(new Point(1, 2), new Point(4, 6)));

            Pointer<Integer> three32 = I32.allocate(arena, 3);
            three32.set(0, 42);
            System.out.println(three32.get() + three32.get(2));

            IntBinaryOperator kept = Upcall.of(IntBinaryOperator.class, (a, b) -> a - b, arena); // as long as the arena
            System.out.println(libSum.apply(kept, 5, 3));
        }

        System.out.println(libSum.distance(new Point(1, 2), new Point(4, 6)));
        System.out.println(Integer.toHexString(libSum.hash(new byte[] {1, 2, 3}, 3)));
        System.out.println(libSum.add(1.5, 3.0));
        System.out.println(libSum.twice(21));
    }
}

// Output:
// 3
// foobar
// Point[x=2.5, y=4.0]
// 42
// 8
// 13
// 5.0
// 42
// 2
// 5.0
// 56cf37ab
// 4.5
// 42

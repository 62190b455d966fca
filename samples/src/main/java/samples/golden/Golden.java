// SPDX-License-Identifier: Apache-2.0
package samples.golden;

import static ffi.core.NativeType.*;

import ffi.core.*;
import java.lang.foreign.Arena;
import java.util.function.IntBinaryOperator;

/// A bit of everything. These declarations and their uses may grow, and never shrink.
class Golden {

    interface LibSum { // method names are C names, Java types say the C types; what they cannot say, an annotation does
        int sum(int a, int b);

        @Symbol("doubleSum")
        double add(double a, double b);

        @Owned
        String concatenateStrings(String a, String b);

        default int twice(int a) {
            return sum(a, a);
        }
    }

    public static void main(String[] args) throws Throwable {
        LibSum libSum = Bindings.bind(LibSum.class, "sum");
        System.out.println(libSum.sum(1, 2));
        System.out.println(libSum.concatenateStrings("foo", "bar"));

        try (Arena arena = Arena.ofConfined()) {
            NativeLibrary library = NativeLibrary.open("libsum", arena); // unloaded with the arena
            Downcall sum = library.downcall("sum", I32, I32, I32);
            int three = (int) sum.handle().invokeExact(1, 2);
            IntBinaryOperator plus = sum.as(IntBinaryOperator.class);
            Object dynamic = sum.call(1, 2);
            System.out.println(three + plus.applyAsInt(3, 4) + (int) dynamic);
        }

        System.out.println(libSum.add(1.5, 3.0));
        System.out.println(libSum.twice(21));
    }
}

// Output:
// 3
// foobar
// 13
// 4.5
// 42

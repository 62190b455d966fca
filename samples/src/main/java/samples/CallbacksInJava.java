// SPDX-License-Identifier: Apache-2.0
package samples;

import ffi.core.*;
import java.lang.foreign.Arena;
import java.util.function.IntBinaryOperator;
import java.util.function.ToIntBiFunction;

/// A functional interface is a function pointer, whose types say C's.
class CallbacksInJava {

    interface LibC {
        void qsort(int[] numbers, @CType("size_t") long count, @CType("size_t") long size,
                ToIntBiFunction<Pointer<Integer>, Pointer<Integer>> compare);
    }

    interface LibSum {
        void setCallback(IntBinaryOperator operation); // C keeps it
        int runCallback(int a, int b);
        IntBinaryOperator operation_for(int which); // a function pointer of C's
    }

    public static void main(String[] args) {
        int[] numbers = {3, 1, 2};
        Bindings.bind(LibC.class, "").qsort(numbers, 3, 4, (a, b) -> b.get() - a.get()); // lives until the call returns
        System.out.println(numbers[0] + " " + numbers[1] + " " + numbers[2]);

        LibSum libSum = Bindings.bind(LibSum.class, "sum");
        try (Arena arena = Arena.ofConfined()) {
            libSum.setCallback(Upcall.of(IntBinaryOperator.class, (a, b) -> a - b, arena)); // and this until here
            System.out.println(libSum.runCallback(5, 3));
        }
        System.out.println(libSum.operation_for(1).applyAsInt(6, 7));
    }
}

// Output:
// 3 2 1
// 2
// 42

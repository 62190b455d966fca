// SPDX-License-Identifier: Apache-2.0
package startup;

import static ffi.core.NativeType.I32;

import ffi.core.NativeLibrary;
import java.lang.foreign.Arena;
import java.util.function.IntBinaryOperator;

/// One function: a functional interface of ffi-core.
public final class FirstFunction {
    private static final IntBinaryOperator SUM2 = NativeLibrary.open("sum", Arena.global())
            .downcall("sum2", I32, I32, I32).as(IntBinaryOperator.class);

    private FirstFunction() {}

    public static int run() {
        return SUM2.applyAsInt(1, 2);
    }

    public static void main(String[] arguments) {
        System.out.println(run());
    }
}

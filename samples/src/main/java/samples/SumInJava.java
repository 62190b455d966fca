// SPDX-License-Identifier: Apache-2.0
package samples;

import ffi.core.*;

/// A library as an interface: each method is a function of C. This needs ffi-core alone, and no Kotlin.
public final class SumInJava {

    interface LibSum {
        int sum(int a, int b);

        double doubleSum(double a, double b);

        @Symbol("return_opposite")
        boolean opposite(boolean value);

        @CType("uint64_t")
        long testbigint(@CType("uint64_t") long value);

        @Owned
        String concatenateStrings(String a, String b);
    }

    public static void main(String[] args) {
        LibSum libSum = Bindings.bind(LibSum.class, "sum");
        int sum = libSum.sum(1, 2);
        double doubleSum = libSum.doubleSum(1.5, 3.0);
        boolean opposite = libSum.opposite(false);
        String large = Long.toUnsignedString(libSum.testbigint(-1));
        String text = libSum.concatenateStrings("foo", "bar");

        System.out.printf("Java:   int %d, double %s, boolean %s, unsigned long %s, String %s%n",
                sum, doubleSum, opposite, large, text);
    }
}

// Output:
// Java:   int 3, double 4.5, boolean true, unsigned long 18446744073709551615, String foobar

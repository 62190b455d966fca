// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import java.lang.invoke.MethodHandle;
import java.util.function.BinaryOperator;

/// Calls that only Java can write, since Kotlin has another opinion of the type of an expression.
final class ExactCalls {

    private ExactCalls() {}

    /// A generic interface whose method Java gives a bridge.
    interface Plus extends BinaryOperator<Integer> {
        @Override
        Integer apply(Integer a, Integer b);
    }

    /// An interface whose one method may be confused with ours.
    interface Where {
        long address();
    }

    interface Make {
        Object make();
    }

    /// An abstract class as a face.
    abstract static class Adder {
        public abstract int add(int a, int b);

        int twice(int a) {
            return add(a, a);
        }

        @Override
        public String toString() {
            return "adds";
        }
    }

    static int sum(MethodHandle sum, int a, int b) throws Throwable {
        return (int) sum.invokeExact(a, b);
    }

    static String text(MethodHandle concatenate, String a, String b) throws Throwable {
        return (String) concatenate.invokeExact(a, b);
    }

    static void nothing(MethodHandle noop) throws Throwable {
        noop.invokeExact();
    }

    static Object mapped(MethodHandle echo, Object value) throws Throwable {
        return (Object) echo.invokeExact(value);
    }

    static long inexact(MethodHandle sum, short a, Integer b) throws Throwable {
        return (long) sum.invoke(a, b);
    }
}

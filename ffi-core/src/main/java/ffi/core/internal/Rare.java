// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// The first calls of functions whose shape no other function has had linked.
///
/// To link a shape takes milliseconds, and a program that starts calls most of its functions a few times at most. On
/// System V for x86-64 a function looks only at those registers that its arguments are in, and these are handed out in
/// one order, whatever the other arguments are. So one handle that fills six general registers and four of floating
/// point serves every function of numbers and addresses that needs no more, and a second one those that return a
/// floating point number. It takes its arguments out of arrays, and so microseconds, where the function's own takes
/// nanoseconds.
///
/// Where that handle is still to be linked, the first shapes of a process are linked instead: a program with few is to
/// have no more than these.
public final class Rare {

    /// How many calls of a function go this way: fewer than take as long as the linking.
    public static final int CALLS = 64;

    static final int LINKED_AT_ONCE = 3;
    static final int GENERAL_REGISTERS = 6;
    static final int FLOATING_REGISTERS = 4;
    private static final MemorySegment.Scope GLOBAL = Arena.global().scope();

    /// What fills all registers, by what it returns; [Headstart] may have linked the first.
    static final String GENERAL = "JJJJJJDDDD_J";
    static final String FLOATING = "JJJJJJDDDD_D";

    /// Null until they are needed. No constants: what fails in the initializer of a class, for want of stack or memory,
    /// fails for ever.
    private static MethodHandle general;
    private static MethodHandle floating;

    private Rare() {}

    /// Calls a function, as generated code would.
    ///
    /// @param arguments as C's carriers, in boxes
    /// @param function  its [Target], or the [Address] of that
    /// @return the result in its box, `true` for none; null if the function has not been called, and is to be called by
    ///         its own handle from now on
    public static Object call(Object[] arguments, Object function) {
        Target target = function instanceof Address address ? address.target() : (Target) function;
        long address = target.rare();
        if (address == 0) {
            return null;
        }
        Call call = target.call();
        long[] general = new long[GENERAL_REGISTERS];
        double[] floating = new double[FLOATING_REGISTERS];
        int generals = 0;
        int floatings = 0;
        for (int i = 0; i < arguments.length; i++) {
            Object argument = arguments[i];
            if (call.parameters().get(i).carrier() == MemorySegment.class) {
                MemorySegment segment = Pointers.address(argument, function, i);
                if (!segment.scope().equals(GLOBAL)) { // only the JDK's own way keeps it alive
                    target.often();
                    return null;
                }
                general[generals++] = segment.address();
            } else if (argument instanceof Double number) {
                floating[floatings++] = number;
            } else if (argument instanceof Float number) { // which is the lower half of its register
                floating[floatings++] = Double.longBitsToDouble(Float.floatToRawIntBits(number) & 0xffffffffL);
            } else {
                general[generals++] = filled(argument, call.parameters().get(i).unsigned());
            }
        }
        Object result = call(MemorySegment.ofAddress(address), general, floating, call.result().carrier());
        Pending.check(function);
        return result;
    }

    /// Has the JVM link the call of a handle like [#general], of which there need not be one yet.
    static void prepare() {
        try {
            general(null, MemorySegment.NULL, new long[GENERAL_REGISTERS], new double[FLOATING_REGISTERS]);
        } catch (Throwable thereIsNone) {
            Pending.check(null); // the last class that such a call needs
        }
    }

    private static long general(MethodHandle handle, MemorySegment function, long[] g, double[] f) throws Throwable {
        return (long) handle.invokeExact(function, g[0], g[1], g[2], g[3], g[4], g[5], f[0], f[1], f[2], f[3]);
    }

    /// {@return whether [#call(MemorySegment, long, long, long, long, long, long)] links nothing any more}
    public static boolean isReady() {
        return Linking.isLinked(GENERAL);
    }

    /// {@return what a function of the system returns in a general register}
    public static long call(MemorySegment function, long a, long b, long c, long d, long e, long f) {
        try {
            return (long) general().invokeExact(function, a, b, c, d, e, f, 0.0, 0.0, 0.0, 0.0);
        } catch (Throwable thrown) {
            throw Linking.sneak(thrown);
        }
    }

    private static Object call(MemorySegment function, long[] g, double[] f, Class<?> carrier) {
        try {
            if (carrier == double.class || carrier == float.class) {
                double result = (double) floating().invokeExact(
                        function, g[0], g[1], g[2], g[3], g[4], g[5], f[0], f[1], f[2], f[3]);
                return carrier == double.class ? (Object) result
                        : (Object) Float.intBitsToFloat((int) Double.doubleToRawLongBits(result));
            }
            return cut(general(general(), function, g, f), carrier);
        } catch (Throwable e) {
            throw Linking.sneak(e);
        }
    }

    private static MethodHandle general() {
        MethodHandle known = general;
        if (known == null) {
            general = known = Linking.handle(GENERAL);
        }
        return known;
    }

    private static MethodHandle floating() {
        MethodHandle known = floating;
        if (known == null) {
            floating = known = Linking.handle(FLOATING);
        }
        return known;
    }

    /// As [Carriage#fill].
    private static long filled(Object argument, boolean unsigned) {
        if (argument instanceof Character letter) {
            return letter;
        } else if (argument instanceof Boolean truth) {
            return truth ? 1 : 0;
        } else if (argument instanceof Byte number && unsigned) {
            return number & 0xff;
        } else if (argument instanceof Short number && unsigned) {
            return number & 0xffff;
        }
        return ((Number) argument).longValue();
    }

    /// As [Carriage#cut].
    private static Object cut(long result, Class<?> carrier) {
        if (carrier == void.class) {
            return true;
        } else if (carrier == MemorySegment.class) {
            return MemorySegment.ofAddress(result);
        } else if (carrier == boolean.class) {
            return (result & 0xff) != 0;
        }
        return Carriers.number(carrier, result);
    }
}

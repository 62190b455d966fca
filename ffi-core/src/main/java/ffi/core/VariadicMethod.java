// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Address;
import ffi.core.internal.Facts;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.Arrays;

/// Behind a method that ends in `Object...`.
///
/// A few combinations of arguments that come again and again become code. Each has the JIT compile anew whatever calls
/// the method, so there are no more than a few, and none is replaced.
final class VariadicMethod implements Departure {

    private static final int SHORTCUTS = 4;
    private static final int OFTEN = 2000; // calls, which is about when the JIT itself begins to compile

    /// What makes the calls of the combinations that it knows, and gives the others to [#depart].
    final Address shortcut = new Address(null);

    private final MethodType type;
    private final Combination[] known = new Combination[SHORTCUTS];
    private AnyArguments function;
    private int calls; // several threads may lose some of them

    VariadicMethod(Method method) {
        type = MethodType.methodType(method.getReturnType(), method.getParameterTypes());
    }

    @Override
    public Object depart(Downcall declared, Ending ending, Object[] arguments) {
        if (function == null) {
            declared.requireEllipsis();
            function = new AnyArguments(declared); // of two threads that race here either's will do
        }
        Object[] rest = (Object[]) arguments[arguments.length - 1];
        if (rest == null) {
            throw new NullPointerException(Facts.of("No arguments behind the ... of a function, but null")
                    .add("function", declared)
                    .hint("none are an empty array, and a null of C's is one that holds null")
                    .toString());
        }
        Object[] all = Arrays.copyOf(arguments, arguments.length - 1 + rest.length);
        System.arraycopy(rest, 0, all, arguments.length - 1, rest.length);
        Combination like = function.combination(all);
        if (++calls >= OFTEN) {
            learn(declared, like);
        }
        return function.call(like, all);
    }

    private synchronized void learn(Downcall declared, Combination often) {
        calls = 0;
        int free = 0;
        while (free < SHORTCUTS && known[free] != null && known[free] != often) {
            free++;
        }
        if (free == SHORTCUTS || known[free] == often) {
            return;
        }
        MethodHandle before = (MethodHandle) shortcut.known();
        MethodHandle learned = function.shortcut(often, type, before != null ? before : departing(declared));
        if (learned != null) {
            known[free] = often;
            shortcut.set(learned);
        }
    }

    private MethodHandle departing(Downcall declared) {
        try {
            MethodHandle depart = MethodHandles.lookup().findVirtual(VariadicMethod.class, "depart",
                    MethodType.methodType(Object.class, Downcall.class, Ending.class, Object[].class));
            return MethodHandles.insertArguments(depart, 0, this, declared, null)
                    .asCollector(Object[].class, type.parameterCount()).asType(type);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}

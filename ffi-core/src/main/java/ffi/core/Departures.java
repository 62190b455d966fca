// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Departing;
import ffi.core.internal.Facts;
import ffi.core.internal.Shortcut;
import ffi.core.internal.Target;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;

/// The methods of one interface whose calls another thread makes, and what ends these.
final class Departures {

    private final List<Method> methods;
    private final Leaving[] leaving;

    private record Leaving(Departure departure, Downcall function) {}

    /// @param methods all abstract ones of the interface
    Departures(List<Method> methods) {
        this.methods = methods;
        leaving = new Leaving[methods.size()];
    }

    void add(Method method, Departure departure, Downcall function) {
        if (function.signature().critical()) {
            throw BindingException.of("A critical function in a thread of its own", method,
                    "take one of both: critical is for what is done within microseconds");
        }
        leaving[methods.indexOf(method)] = new Leaving(departure, function);
    }

    /// {@return what makes the calls of each method; null for those that do so themselves}
    ///
    /// @param targets the functions behind all methods
    List<Departing> departing(List<Target> targets) {
        List<Departing> departing = new ArrayList<>();
        for (int i = 0; i < leaving.length; i++) {
            departing.add(leaving[i] == null ? null : departing(leaving[i], methods.get(i), targets));
        }
        return departing;
    }

    private Departing departing(Leaving leaving, Method method, List<Target> targets) {
        Annotation[] annotations = method.getAnnotations();
        boolean interruptible = JavaTypes.find(annotations, Interruptible.class) != null;
        CancelledBy cancelled = JavaTypes.find(annotations, CancelledBy.class);
        if (interruptible && cancelled != null) {
            throw BindingException.of("A function that ends in two ways", method,
                    "take one of @CancelledBy and @Interruptible");
        }
        if (cancelled == null) {
            Ending ending = interruptible ? Ending.INTERRUPT : null;
            Departing departing = arguments -> leaving.departure.depart(leaving.function, ending, arguments);
            return leaving.departure instanceof VariadicMethod variadic
                    ? new Shortcut(departing, variadic.shortcut) : departing;
        }
        Downcall by = Downcall.of(targets.get(indexOf(cancelled.value(), method)));
        int count = by.signature().parameters().size();
        return arguments -> {
            Object[] first = Arrays.copyOf(arguments, count);
            Ending ending = () -> by.call(first);
            return leaving.departure.depart(
                    leaving.function, cancelled.repeatedly() ? ending : Ending.once(ending), arguments);
        };
    }

    private int indexOf(String name, Method cancelled) {
        Class<?>[] given = cancelled.getParameterTypes();
        for (int i = 0; i < methods.size(); i++) {
            Class<?>[] taken = methods.get(i).getParameterTypes();
            if (leaving[i] == null && isNamed(methods.get(i), name) && taken.length <= given.length
                    && Arrays.equals(taken, 0, taken.length, given, 0, taken.length)) {
                return i;
            }
        }
        throw BindingException.of("Cancelled by no method that could: " + Facts.quoted(name), cancelled,
                "declare it in the same interface, without a future, for the first parameters of this one");
    }

    /// Kotlin puts a hash behind the name of a method that has an unsigned number in it.
    private static boolean isNamed(Method method, String name) {
        String known = method.getName();
        return known.startsWith(name)
                && (known.length() == name.length() || known.charAt(name.length()) == '-');
    }

    static boolean isFuture(Class<?> type) {
        return type == CompletableFuture.class || type == CompletionStage.class || type == Future.class;
    }

    /// {@return what the future of a method holds}
    static Type result(Method method) {
        if (method.getGenericReturnType() instanceof ParameterizedType type) {
            Type held = type.getActualTypeArguments()[0];
            return held == Void.class ? void.class : held;
        }
        throw BindingException.of("A future of what?", method, "say its type, such as CompletableFuture<Integer>");
    }

    /// By a future, which is complete as soon as its call is over, or it is cancelled.
    ///
    /// @param threads null for the elastic ones
    record ByFuture(NativeThreads threads) implements Departure {
        @Override
        public Object depart(Downcall function, Ending ending, Object[] arguments) {
            FutureCall call = new FutureCall(function, ending, arguments);
            (threads == null ? NativeThreads.elastic() : threads).execute(call);
            return call.future;
        }
    }

    private static final class FutureCall extends AsyncCall {
        private final CompletableFuture<Object> future = new CompletableFuture<>();
        private final Downcall function;
        private final Object[] arguments;

        FutureCall(Downcall function, Ending ending, Object[] arguments) {
            super(ending);
            this.function = function;
            this.arguments = arguments;
            future.whenComplete((ignored, failure) -> cancel()); // however it was completed, if not by the call
        }

        @Override
        protected Object make() {
            return function.call(arguments);
        }

        @Override
        protected void over(Object result, Throwable thrown) {
            if (thrown == null) {
                if (!future.complete(result)) {
                    discard(result, function);
                }
            } else if (!future.completeExceptionally(thrown)) {
                discard(thrown, function);
            }
        }

        @Override
        protected void neverMade() {
            // by who completed the future
        }
    }
}

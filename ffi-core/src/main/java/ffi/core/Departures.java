// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Departing;
import ffi.core.internal.Facts;
import ffi.core.internal.Linking;
import ffi.core.internal.Shortcut;
import ffi.core.internal.Target;

import java.lang.annotation.Annotation;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;

/// The methods of one interface whose calls another thread makes, and what ends these.
final class Departures {

    private static final String CONTINUATION = "kotlin.coroutines.Continuation";

    private final Class<?> face;
    private final List<Method> methods;
    private final Lookup caller;
    private final Leaving[] leaving;
    private final AtomicReference<Object> bound = new AtomicReference<>();

    private record Leaving(Departure departure, Downcall function) {}

    /// @param methods all abstract ones of the interface
    /// @param caller  sees the interface, if not all can; may be null
    Departures(Class<?> face, List<Method> methods, Lookup caller) {
        this.face = face;
        this.methods = methods;
        this.caller = caller;
        leaving = new Leaving[methods.size()];
    }

    /// Says what the interface is implemented by, on which methods with a body are called.
    void bound(Object implementation) {
        bound.set(implementation);
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
        int index = indexOf(cancelled.value(), method);
        Method body = index < 0 ? bodyOf(cancelled.value(), method) : null;
        Canceller by = body == null ? Downcall.of(targets.get(index))::call : cancellerBy(body);
        int count = (body == null ? methods.get(index) : body).getParameterCount();
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
        return -1;
    }

    /// Calls what cancels.
    private interface Canceller {
        Object call(Object[] arguments);
    }

    /// {@return the method with a body that a method is cancelled by}
    private Method bodyOf(String name, Method cancelled) {
        Class<?>[] given = cancelled.getParameterTypes();
        for (Method method : face.getMethods()) {
            Class<?>[] taken = method.getParameterTypes();
            if (method.isDefault() && isNamed(method, name) && !isFuture(method.getReturnType())
                    && taken.length <= given.length && Arrays.equals(taken, 0, taken.length, given, 0, taken.length)
                    && (taken.length == 0 || !taken[taken.length - 1].getName().equals(CONTINUATION))) {
                return method;
            }
        }
        throw BindingException.of("Cancelled by no method that could: " + Facts.quoted(name), cancelled,
                "declare it in the same interface, abstract or with a body, with the first parameters of this one;"
                        + " it neither returns a future nor suspends");
    }

    private Canceller cancellerBy(Method body) {
        MethodHandle handle;
        try {
            handle = Records.lookup(face, caller).unreflect(body)
                    .asSpreader(Object[].class, body.getParameterCount())
                    .asType(MethodType.methodType(Object.class, Object.class, Object[].class));
        } catch (IllegalAccessException e) {
            throw AbstractMethods.notVisible(face, e);
        }
        return arguments -> {
            try {
                return (Object) handle.invokeExact(bound.get(), arguments);
            } catch (Throwable thrown) {
                throw Linking.sneak(thrown);
            }
        };
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

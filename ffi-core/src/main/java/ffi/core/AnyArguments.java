// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Apart;
import ffi.core.internal.Facts;
import ffi.core.internal.Functions;
import ffi.core.internal.Linking;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// Calls a function with any arguments behind those that C names, and keeps what it was called with lately.
final class AnyArguments {

    private static final int RECENT = 8;
    private static final int MOST = 32; // arguments of a shortcut: no handle has more than 255, some for itself

    private final Downcall function;
    private final int fixed;
    private final int format; // the parameter that is one of printf's, or -1
    private final ConcurrentMap<List<NativeType<?>>, Linked> linked = new ConcurrentHashMap<>();
    private final Combination[] recent = new Combination[RECENT]; // whoever does not find a new one makes it once more
    private int next;

    /// @param exact  takes what C does
    /// @param spread takes objects of any classes that are promoted to it
    record Linked(MethodHandle exact, MethodHandle spread) {}

    AnyArguments(Downcall function) {
        this.function = function;
        fixed = function.signature().fixed();
        format = PrintfFormats.isOne(function.symbol()) && fixed > 0
                && function.signature().parameters().get(fixed - 1).equals(NativeType.CSTRING) ? fixed - 1 : -1;
    }

    Object call(Object[] arguments) {
        return call(combination(arguments), arguments);
    }

    Object call(Combination like, Object[] arguments) {
        try {
            return (Object) like.linked().spread().invokeExact(like.fits() ? fitted(arguments) : arguments);
        } catch (Throwable e) {
            throw Linking.sneak(e);
        }
    }

    /// {@return what these arguments are called with}
    ///
    /// @throws IllegalArgumentException as [Variadic#call] says
    Combination combination(Object[] arguments) {
        for (Combination known : recent) {
            if (known == null) {
                break;
            }
            if (known.isLike(arguments)) {
                return known;
            }
        }
        Combination made = make(arguments);
        synchronized (this) {
            recent[next] = made;
            next = (next + 1) % RECENT;
        }
        return made;
    }

    private Combination make(Object[] arguments) {
        if (arguments.length < fixed) {
            throw new IllegalArgumentException(Facts.of("Wrong number of arguments")
                    .add("function", function)
                    .add("expected", "at least " + fixed)
                    .add("found", arguments.length)
                    .toString());
        }
        Object[] fitted = fitted(arguments);
        boolean fits = false;
        List<NativeType<?>> types = new ArrayList<>();
        Class<?>[] classes = new Class<?>[arguments.length];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = arguments[i] == null ? null : arguments[i].getClass();
            if (i >= fixed) {
                types.add(type(arguments[i], i));
            } else {
                fits |= fitted[i] != arguments[i];
            }
        }
        String text = format >= 0 && arguments[format] instanceof String s ? s : null;
        List<NativeType<?>> fitting = text == null ? types : PrintfFormats.fit(text, types, function, fixed);
        Linked linked = this.linked.computeIfAbsent(fitting, this::link);
        return new Combination(classes, format, text, fits, List.copyOf(fitting), linked);
    }

    private Linked link(List<NativeType<?>> types) {
        MethodHandle exact = function.with(types).handle();
        return new Linked(exact, promoted(exact, types).asSpreader(Object[].class, fixed + types.size())
                .asType(MethodType.methodType(Object.class, Object[].class)));
    }

    /// {@return the same with objects behind the parameters that C names}
    private MethodHandle promoted(MethodHandle exact, List<NativeType<?>> types) {
        MethodHandle promoted = exact;
        for (int i = fixed; i < fixed + types.size(); i++) {
            Class<?> taken = exact.type().parameterType(i);
            if (taken.isPrimitive()) {
                promoted = MethodHandles.filterArguments(promoted, i, Promotion.to(taken));
            } else if (types.get(i - fixed) == NativeType.ADDRESS) {
                promoted = MethodHandles.filterArguments(promoted, i, Promotion.TO_ADDRESS);
            }
        }
        return promoted;
    }

    /// {@return a handle that calls it with one combination, or null if there is none}
    ///
    /// @param type    of a method: what C names, and an array of the rest
    /// @param instead of the same type, is called with any other combination
    MethodHandle shortcut(Combination combination, MethodType type, MethodHandle instead) {
        MethodHandle exact = combination.linked().exact();
        List<Class<?>> named = type.parameterList().subList(0, fixed);
        if (combination.fits() || combination.classes().length > MOST
                || !named.equals(exact.type().parameterList().subList(0, fixed))) {
            return null;
        }
        MethodHandle call = promoted(Apart.of(exact), combination.types())
                .asSpreader(fixed, Object[].class, combination.types().size()).asType(type);
        return MethodHandles.guardWithTest(combination.test(type), call, instead);
    }

    /// {@return the arguments, those that C names as what their types take}
    private Object[] fitted(Object[] arguments) {
        Object[] fitted = arguments.clone();
        List<NativeType<?>> parameters = function.signature().parameters();
        for (int i = 0; i < fixed; i++) {
            Object fits = Arguments.fit(arguments[i], parameters.get(i), function, i);
            if (parameters.get(i).passage().mappings().isEmpty()) {
                fitted[i] = fits;
            }
        }
        return fitted;
    }

    private NativeType<?> type(Object argument, int index) {
        return switch (argument) {
            case Integer _, Short _, Byte _, Character _, Boolean _, Enum<?> _, OpenEnum<?> _ ->
                    NativeType.I32;
            case Long _ -> NativeType.I64;
            case Double _, Float _ -> NativeType.F64;
            case String _ -> NativeType.CSTRING;
            case MemorySegment _, Pointer<?> _ -> NativeType.ADDRESS;
            case Functions _ -> NativeType.ADDRESS;
            case null -> NativeType.ADDRESS.orNull();
            default -> {
                NativeType<?> array = argument.getClass().isArray() ? JavaTypes.known(argument.getClass()) : null;
                if (array == null) {
                    throw new IllegalArgumentException(Facts
                            .of("Argument " + (index + 1) + " is of no class that C takes")
                            .add("function", function)
                            .add("found", Words.of(function).type(argument.getClass()))
                            .hint("a number, constant, text, pointer, function pointer or array; else declare its "
                                    + "type, " + Words.of(function).variadic(fixed))
                            .toString());
                }
                yield array;
            }
        };
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.ArrayPassing;
import ffi.core.internal.BufferPassing;
import ffi.core.internal.CallbackPassing;
import ffi.core.internal.CallbackType;
import ffi.core.internal.Conversion;
import ffi.core.internal.Facts;
import ffi.core.internal.Passage;
import ffi.core.internal.Slot;

import java.lang.annotation.Annotation;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// Makes the types of callbacks.
final class Callbacks {

    /// The interfaces whose method the thread reads just now: one that names itself is read later. Null if none is.
    private static final ThreadLocal<Set<Type>> READING = new ThreadLocal<>();

    static {
        Slot.refusals(Upcall.Refusal.class);
    }

    private Callbacks() {}

    /// {@return the type of a functional interface whose types are Java's}
    ///
    /// @param generic the interface with its type arguments
    /// @param caller  sees what only its package may see; may be null
    static Passage of(Class<?> face, Type generic, Lookup caller) {
        Method method = AbstractMethods.single(face, face.getTypeName());
        Set<Type> reading = READING.get();
        if (reading != null && reading.contains(generic) || namesUnfinished(method)) {
            return later(face, generic, () -> new NativeType<>(of(face, generic, caller)));
        }
        if (reading == null) {
            READING.set(reading = new HashSet<>());
        }
        reading.add(generic);
        try {
            return read(face, generic, method, caller);
        } finally {
            reading.remove(generic);
            if (reading.isEmpty()) {
                READING.remove();
            }
        }
    }

    /// {@return the type of an interface as it stands within its own declaration}
    ///
    /// @param generic the interface with its type arguments, by which two of these are equal
    /// @param type    reads the interface, when the type is first used
    static Passage later(Class<?> face, Type generic, Supplier<? extends NativeType<?>> type) {
        String name = "callback(" + face.getSimpleName() + ")";
        return pointer(name, face, CallbackType.later(name, face, generic, () -> Upcall.callback(type.get())));
    }

    /// Whether a method takes or returns a record whose fields are being read, of which this callback is one.
    private static boolean namesUnfinished(Method method) {
        boolean names = Records.isBeingMade(method.getReturnType());
        for (Class<?> parameter : method.getParameterTypes()) {
            names |= Records.isBeingMade(parameter);
        }
        return names;
    }

    private static Passage pointer(String name, Class<?> face, CallbackType type) {
        return new Passage(name, face, ValueLayout.ADDRESS, false, new CallbackPassing(name, type, false), List.of());
    }

    private static Passage read(Class<?> face, Type generic, Method method, Lookup caller) {
        Map<TypeVariable<?>, Type> variables = variables(generic);
        Type[] parameters = method.getGenericParameterTypes();
        NativeType<?>[] types = new NativeType<?>[parameters.length];
        for (int i = 0; i < types.length; i++) {
            types[i] = type(parameters[i], variables, method.getParameterTypes()[i],
                    method.getParameterAnnotations()[i], new Place("parameter " + (i + 1), method), caller);
        }
        NativeType<?> result = type(method.getGenericReturnType(), variables, method.getReturnType(),
                method.getAnnotations(), new Place("the result", method), caller);
        return of(face, method, Signature.of(result, types), null, caller);
    }

    private static NativeType<?> type(Type type, Map<TypeVariable<?>, Type> known, Class<?> erased,
            Annotation[] annotations, Place place, Lookup caller) {
        Type actual = TypeArguments.resolve(type, known);
        Class<?> raw = actual instanceof Class<?> c ? MethodType.methodType(c).unwrap().returnType()
                : actual instanceof ParameterizedType p ? (Class<?>) p.getRawType() : erased;
        NativeType<?> read = JavaTypes.type(raw, actual, annotations, place, caller);
        return JavaTypes.find(annotations, OrNull.class) != null ? read.orNull() : read;
    }

    /// {@return what stands for the type variables of an interface, and of those that it extends, where it is used}
    private static Map<TypeVariable<?>, Type> variables(Type face) {
        Map<TypeVariable<?>, Type> variables = new HashMap<>();
        bind(face, variables);
        return variables;
    }

    private static void bind(Type given, Map<TypeVariable<?>, Type> variables) {
        Type face = given instanceof WildcardType any ? any.getUpperBounds()[0] : given; // of List<? extends F>
        Class<?> raw = face instanceof ParameterizedType p ? (Class<?>) p.getRawType() : (Class<?>) face;
        if (face instanceof ParameterizedType parameterized) {
            TypeVariable<?>[] declared = raw.getTypeParameters();
            for (int i = 0; i < declared.length; i++) {
                Type argument = parameterized.getActualTypeArguments()[i];
                if (argument instanceof WildcardType wildcard) {
                    argument = wildcard.getLowerBounds().length > 0
                            ? wildcard.getLowerBounds()[0] : wildcard.getUpperBounds()[0];
                }
                variables.put(declared[i],
                        argument instanceof TypeVariable<?> outer ? variables.getOrDefault(outer, outer) : argument);
            }
        }
        for (Type parent : raw.getGenericInterfaces()) {
            bind(parent, variables);
        }
    }

    /// {@return the type of a functional interface with these native types}
    static Passage of(Class<?> face, Signature signature, Lookup caller) {
        return of(face, AbstractMethods.single(face, face.getTypeName()), signature, null, caller);
    }

    private static Passage of(Class<?> face, Method method, Signature signature, Object error, Lookup caller) {
        if (!face.isInterface()) {
            throw BindingException.with(Facts.of("Not an interface: " + face.getTypeName()));
        }
        for (NativeType<?> parameter : signature.parameters()) {
            if (parameter.isOfCall()) {
                throw BindingException.with(Facts.of("A type that C does not give to a callback")
                        .add("type", parameter));
            }
            requireEnd(parameter, signature);
        }
        if (signature.result().isOfCall()) {
            throw BindingException.with(
                    Facts.of("A type that a callback does not return to C").add("type", signature.result()));
        }
        String name = "callback(" + signature + ")";
        AbstractMethods.requireSuitable(method, signature, name);
        CallbackType type = CallbackType.of(name, face, method.getName(),
                MethodType.methodType(method.getReturnType(), method.getParameterTypes()), signature.call(), error,
                caller);
        return pointer(name, face, type);
    }

    /// {@return the type of one method of an interface}
    static CallbackType ofMethod(Class<?> face, Method method) {
        Passage passage = of(face, method, Bindings.declaration(method).signature(), null, null);
        return ((CallbackPassing) passage.conversion()).type();
    }

    private static void requireEnd(NativeType<?> parameter, Signature signature) {
        Conversion conversion = parameter.passage().conversion();
        boolean buffer = conversion instanceof BufferPassing;
        int counter = conversion instanceof ArrayPassing array ? array.counter()
                : conversion instanceof BufferPassing view ? view.counter() : -1;
        if (conversion instanceof ArrayPassing array && !array.hasEnd()
                || conversion instanceof BufferPassing view && view.count() < 0 && counter < 0
                || counter >= signature.parameters().size()) {
            throw BindingException.with(Facts.of((buffer ? "A buffer" : "An array")
                    + " of unknown size, given to a callback")
                    .add("type", parameter)
                    .hint("say how many elements it has: sized(n)" + (buffer ? " or sizedBy(argument)"
                            : ", sizedBy(argument) or terminated()")));
        }
        Passage counting = counter < 0 ? null : signature.parameters().get(counter).passage();
        if (counting != null && (counting.conversion() instanceof OutPassing || !Signature.counts(counting))) {
            throw BindingException.with(Facts.of("A parameter of a callback whose size no other one says")
                    .add("type", parameter)
                    .add("parameter", signature.parameters().get(counter))
                    .hint("sizedBy takes the number of a parameter, from 0, which is an integer"));
        }
    }

    /// {@return the callback with another error value, or null if the value is none of its result's type}
    static Conversion onError(CallbackPassing callback, String name, Object value) {
        Passage result = callback.type().result();
        Object error = carrier(result, value);
        return error == null ? null
                : new CallbackPassing(name, callback.type().withError(name, error), callback.nullable());
    }

    private static Object carrier(Passage passage, Object value) {
        Object unmapped = passage.unmap(value);
        return switch (passage.conversion()) {
            case null -> unmapped instanceof Boolean bool ? (Object) (bool ? 1 : 0)
                    : unmapped instanceof Character c ? (Object) (int) c
                    : unmapped instanceof Number number ? number : null;
            case Conversion.Checked checked -> unmapped instanceof Number n ? checked.lower(n.longValue()) : null;
            case Conversion.OfNumber of -> of.lower(unmapped);
            default -> null;
        };
    }
}

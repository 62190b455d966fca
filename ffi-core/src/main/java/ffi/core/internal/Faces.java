// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// Makes the objects that Java and Kotlin call functions through, and keeps their classes for the next function alike.
public final class Faces {

    private static final Lookup OWN = MethodHandles.lookup();

    /// By the type that the user sees, so that a class lives no longer than that type.
    private static final ClassValue<ConcurrentMap<Key, Functions>> KNOWN = new ClassValue<>() {
        @Override
        protected ConcurrentMap<Key, Functions> computeValue(Class<?> face) {
            return new ConcurrentHashMap<>();
        }
    };

    private record Key(Call call, MethodType type, boolean unloads) {}

    /// A generated class, ready to make a function of a target.
    private record Functions(MethodHandle constructor, Slots slots) {
        Object make(Target target, Object owner) {
            try {
                return (Object) constructor.invokeExact(target, slots.take(), owner);
            } catch (Throwable e) {
                throw Linking.sneak(e);
            }
        }
    }

    /// The face of [#handle]: a class of its own for each type.
    private static final class Exact {}

    private Faces() {}

    /// {@return an object whose one method calls a function}
    ///
    /// @param caller  who may see the face; null if all may
    /// @param face    an interface, or an abstract class with a constructor of at most one parameter
    /// @param method  the abstract one
    /// @param unloads whether the function's library can be unloaded
    /// @param owner   what the face's constructor takes
    /// @throws IllegalAccessException if the face can be seen neither by all nor by the caller
    public static Object function(
            Lookup caller, Class<?> face, Method method, Call call, boolean unloads, Target target, Object owner)
            throws IllegalAccessException {
        MethodType type = MethodType.methodType(method.getReturnType(), method.getParameterTypes());
        Key key = new Key(call, type, unloads);
        Functions functions = KNOWN.get(face).get(key);
        if (functions == null) {
            Lookup host = host(caller, face, type);
            Class<?> superclass = face.isInterface() ? Object.class : face;
            functions = functions(face, key, host, superclass, face.isInterface() ? face : null, method.getName());
        }
        return functions.make(target, owner);
    }

    /// {@return a handle of exactly this type that calls a function}
    public static MethodHandle handle(MethodType type, Call call, boolean unloads, Target target) {
        try {
            Key key = new Key(call, type, unloads);
            Functions functions = KNOWN.get(Exact.class).get(key);
            if (functions == null) {
                functions = functions(Exact.class, key, OWN, Object.class, null, "call");
            }
            Object function = functions.make(target, null);
            return OWN.findVirtual(function.getClass(), "call", type).bindTo(function);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e); // the class is our own
        }
    }

    private static Functions functions(
            Class<?> face, Key key, Lookup host, Class<?> superclass, Class<?> implemented, String method)
            throws IllegalAccessException {
        Slots slots = new Slots();
        Class<?> type = FaceWriter.function(
                host, superclass, implemented, method, key.type, key.call, key.unloads, slots);
        Functions made = new Functions(constructor(host, type), slots);
        Functions earlier = KNOWN.get(face).putIfAbsent(key, made);
        return earlier != null ? earlier : made;
    }

    private static MethodHandle constructor(Lookup host, Class<?> type) throws IllegalAccessException {
        MethodHandle constructor = host.in(type).unreflectConstructor(type.getDeclaredConstructors()[0]);
        if (constructor.type().parameterCount() == 2) {
            constructor = MethodHandles.dropArguments(constructor, 2, Object.class);
        }
        return constructor.asType(MethodType.methodType(Object.class, Target.class, int.class, Object.class));
    }

    /// An interface, each of whose abstract methods calls a function.
    ///
    /// @param text what its `toString` returns
    /// @throws IllegalAccessException if the face can be seen neither by all nor by the caller
    public static Object binding(Lookup caller, Class<?> face, List<Method> methods, List<Call> calls,
            List<? extends Target> targets, boolean unloads, String text) throws IllegalAccessException {
        FaceWriter.Bound[] bound = new FaceWriter.Bound[methods.size()];
        Lookup host = host(caller, face, MethodType.methodType(void.class));
        for (int i = 0; i < bound.length; i++) {
            Method method = methods.get(i);
            MethodType type = MethodType.methodType(method.getReturnType(), method.getParameterTypes());
            bound[i] = new FaceWriter.Bound(method.getName(), type, calls.get(i), targets.get(i));
            if (host == OWN) {
                host = host(caller, face, type);
            }
        }
        Class<?> type = FaceWriter.binding(host, face, List.of(bound), unloads, text);
        try {
            return host.in(type).findConstructor(type, MethodType.methodType(void.class)).invoke();
        } catch (Throwable e) {
            throw Linking.sneak(e);
        }
    }

    /// Where the class is defined: beside us, if the face and the types of its method can be seen from here, which
    /// spares a user's module from seeing our inside; else beside the face.
    private static Lookup host(Lookup caller, Class<?> face, MethodType type) throws IllegalAccessException {
        if (isVisible(face) && isVisible(type.returnType()) && type.parameterList().stream().allMatch(Faces::isVisible)) {
            OWN.lookupClass().getModule().addReads(face.getModule());
            return OWN;
        }
        Module ours = OWN.lookupClass().getModule();
        ours.addReads(face.getModule());
        Lookup host = caller != null ? caller : MethodHandles.privateLookupIn(face, OWN);
        ours.addExports(OWN.lookupClass().getPackageName(), host.lookupClass().getModule());
        return host;
    }

    private static boolean isVisible(Class<?> type) {
        if (type.isPrimitive()) {
            return true;
        }
        if (type.isArray()) {
            return isVisible(type.componentType());
        }
        if (!Modifier.isPublic(type.getModifiers())
                || !type.getModule().isExported(type.getPackageName(), OWN.lookupClass().getModule())) {
            return false;
        }
        ClassLoader ours = OWN.lookupClass().getClassLoader();
        ClassLoader theirs = type.getClassLoader();
        for (ClassLoader loader = ours; loader != null; loader = loader.getParent()) {
            if (loader == theirs) {
                return true;
            }
        }
        return theirs == null;
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Carriers;
import ffi.core.internal.Faces;
import ffi.core.internal.Facts;
import ffi.core.internal.Passage;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/// The methods of a face that a function has to stand behind.
final class AbstractMethods {

    /// Of the faces for which [#single] has found it: the ladder of Kotlin's has few, and a library many functions.
    private static final class Single extends ClassValue<AtomicReference<Method>> {
        static final Single KNOWN = new Single();

        @Override
        protected AtomicReference<Method> computeValue(Class<?> face) {
            return new AtomicReference<>();
        }
    }

    private AbstractMethods() {}

    /// {@return the abstract methods, without those that every object has}
    static List<Method> of(Class<?> face) {
        List<Method> methods = new ArrayList<>();
        boolean inherits = inherits(face);
        for (Method method : face.getMethods()) {
            if (isAbstract(method) && !(inherits && alike(methods, method) != null)) {
                methods.add(method);
            }
        }
        return methods;
    }

    /// {@return the abstract methods that are not among these, since another interface declares one alike}
    static List<Method> repeated(Class<?> face, List<Method> methods) {
        if (!inherits(face)) {
            return List.of();
        }
        List<Method> repeated = new ArrayList<>();
        for (Method method : face.getMethods()) {
            if (isAbstract(method) && !methods.contains(method)) {
                repeated.add(method);
            }
        }
        return repeated;
    }

    private static boolean inherits(Class<?> face) {
        return face.getInterfaces().length > 0 || !face.isInterface();
    }

    private static boolean isAbstract(Method method) {
        return Modifier.isAbstract(method.getModifiers()) && !isOfObject(method);
    }

    /// {@return the method of the same name and the same types, or null}
    static Method alike(List<Method> methods, Method method) {
        for (Method known : methods) {
            if (known.getName().equals(method.getName())
                    && known.getReturnType() == method.getReturnType()
                    && List.of(known.getParameterTypes()).equals(List.of(method.getParameterTypes()))) {
                return known;
            }
        }
        return null;
    }

    private static boolean isOfObject(Method method) {
        return switch (method.getName()) {
            case "toString", "hashCode" -> method.getParameterCount() == 0;
            case "equals" -> method.getParameterCount() == 1 && method.getParameterTypes()[0] == Object.class;
            default -> false;
        };
    }

    static boolean isFunctional(Class<?> face) {
        return !face.isSealed() && of(face).size() == 1;
    }

    static Method single(Class<?> face, Object function) {
        AtomicReference<Method> single = Single.KNOWN.get(face);
        Method known = single.get();
        if (known == null) {
            single.set(known = findSingle(face, function));
        }
        return known;
    }

    private static Method findSingle(Class<?> face, Object function) {
        List<Method> methods = of(face);
        if (methods.size() != 1 || face.isSealed()) {
            throw BindingException.with(Facts.of("Not a functional interface: " + face.getTypeName())
                    .add("function", function)
                    .add("abstract methods", methods.size()));
        }
        if (!face.isInterface() && !isExtensible(face)) {
            throw BindingException.with(Facts.of("Not a class to be extended: " + face.getTypeName())
                    .add("function", function)
                    .hint("it is abstract, with one constructor, which is not private and takes nothing, and its one"
                            + " abstract method is public"));
        }
        return methods.get(0);
    }

    private static boolean isExtensible(Class<?> face) {
        Constructor<?>[] constructors = face.getDeclaredConstructors();
        if (constructors.length != 1 || constructors[0].getParameterCount() != 0
                || Modifier.isPrivate(constructors[0].getModifiers())) {
            return false;
        }
        for (Class<?> type = face; type != null; type = type.getSuperclass()) {
            for (Method method : type.getDeclaredMethods()) {
                if (Modifier.isAbstract(method.getModifiers()) && !Modifier.isPublic(method.getModifiers())) {
                    return false;
                }
            }
        }
        return true;
    }

    /// @throws BindingException if the method takes or returns what the signature has not
    static void requireSuitable(Method method, Signature signature, Object function) {
        Class<?>[] given = method.getParameterTypes();
        boolean suits = given.length == signature.parameters().size()
                && suits(method.getReturnType(), signature.result().passage(), true);
        for (int i = 0; suits && i < given.length; i++) {
            suits = suits(given[i], signature.parameters().get(i).passage(), false);
        }
        if (!suits) {
            throw BindingException.with(Facts.of("A method that can not call this function")
                    .add("function", function)
                    .add("method", BindingException.describe(method))
                    .add("expected", signature.methodType()));
        }
    }

    private static boolean suits(Class<?> given, Passage passage, boolean result) {
        if (given == void.class) {
            return true; // a result may be dropped
        }
        if (passage.layout() == null && passage.mappings().isEmpty()) {
            return !given.isPrimitive(); // null
        }
        if (!passage.mappings().isEmpty()) {
            return true; // what a mapping takes is known to the compiler only
        }
        Class<?> type = passage.javaType();
        if (type.isPrimitive()) {
            return given == type || given.isAssignableFrom(Carriers.boxed(type));
        }
        if (type == Object.class || given == Object.class) {
            return !given.isPrimitive();
        }
        return result ? given.isAssignableFrom(type) : type.isAssignableFrom(given);
    }

    static IllegalArgumentException notVisible(Class<?> face, IllegalAccessException cause) {
        return BindingException.with(Faces.notVisible(face, cause), cause);
    }
}

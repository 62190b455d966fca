// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Nullability;

import java.lang.annotation.Annotation;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;

/// Finds the native types that a method's Java types and annotations stand for.
final class JavaTypes {

    private static final String HINT = "the types are those that NativeType carries: byte, short, int, long, float,"
            + " double, boolean, char, String, MemorySegment, an enum, a Set of an enum, a record of one MemorySegment";

    private static final Map<Class<?>, NativeType<?>> OF_CLASS = Map.ofEntries(
            Map.entry(byte.class, NativeType.I8), Map.entry(short.class, NativeType.I16),
            Map.entry(int.class, NativeType.I32), Map.entry(long.class, NativeType.I64),
            Map.entry(float.class, NativeType.F32), Map.entry(double.class, NativeType.F64),
            Map.entry(boolean.class, NativeType.BOOL), Map.entry(char.class, NativeType.CHAR16),
            Map.entry(void.class, NativeType.VOID), Map.entry(String.class, NativeType.CSTRING),
            Map.entry(MemorySegment.class, NativeType.ADDRESS));

    private JavaTypes() {}

    /// @param known  as in [Bindings#declaration(Method, IntFunction)]; null if nothing is known
    /// @param caller sees what only its package may see; may be null
    static NativeType<?> result(Method method, IntFunction<? extends NativeType<?>> known, Lookup caller) {
        Annotation[] annotations = method.getAnnotations();
        Class<?> returned = method.getReturnType();
        NativeType<?> type = known == null ? null : known.apply(-1);
        if (type == null) {
            type = type(returned, method.getGenericReturnType(), annotations, "the result", method, caller);
        }
        return isNullable(annotations) || !returned.isPrimitive() && Nullability.ofResult(method)
                ? orNull(type, "the result", method) : type;
    }

    /// @param known  as in [#result]
    /// @param caller as in [#result]
    static NativeType<?>[] parameters(
            Method method, IntFunction<? extends NativeType<?>> known, Lookup caller) {
        Class<?>[] given = method.getParameterTypes();
        Type[] generic = method.getGenericParameterTypes();
        Annotation[][] annotations = method.getParameterAnnotations();
        NativeType<?>[] types = new NativeType<?>[given.length];
        for (int i = 0; i < types.length; i++) {
            String position = "parameter ".concat(Integer.toString(i + 1));
            types[i] = known == null ? null : known.apply(i);
            if (types[i] == null) {
                types[i] = type(given[i], generic[i], annotations[i], position, method, caller);
            }
            if (isNullable(annotations[i])
                    || !given[i].isPrimitive() && Nullability.ofParameter(method, i)) {
                types[i] = orNull(types[i], position, method);
            }
        }
        return types;
    }

    private static boolean isNullable(Annotation[] annotations) {
        return annotations.length > 0 && find(annotations, OrNull.class) != null;
    }

    /// {@return an annotation, or null}
    static <A extends Annotation> A find(Annotation[] annotations, Class<A> type) {
        for (Annotation annotation : annotations) {
            if (annotation.annotationType() == type) {
                return type.cast(annotation);
            }
        }
        return null;
    }

    private static NativeType<?> orNull(NativeType<?> type, String position, Method method) {
        if (!type.hasOrNull()) {
            throw BindingException.of("Only a pointer to a value can be null: " + type, method,
                    "take the annotation from " + position);
        }
        return type.orNull();
    }

    private static NativeType<?> type(
            Class<?> type, Type generic, Annotation[] annotations, String position, Method method, Lookup caller) {
        if (annotations.length > 0) { // without any, the class of one need not be loaded
            CType named = find(annotations, CType.class);
            if (named != null) {
                return CNames.type(named.value(), type, position, method);
            }
        }
        NativeType<?> known = OF_CLASS.get(type);
        if (known != null) {
            return known;
        }
        if (type.isEnum()) {
            return enumOf(type);
        }
        if (type == Set.class && generic instanceof ParameterizedType set
                && set.getActualTypeArguments()[0] instanceof Class<?> element && element.isEnum()) {
            return flags(element);
        }
        if (type.isRecord()) {
            RecordComponent[] components = type.getRecordComponents();
            if (components.length == 1 && components[0].getType() == MemorySegment.class) {
                return handle(type, components[0], caller);
            }
        }
        throw BindingException.noType(generic.getTypeName(), position, method, HINT);
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // isEnum() said so
    private static NativeType<?> enumOf(Class<?> type) {
        return NativeType.enumOf((Class) type);
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // isEnum() said so
    private static NativeType<?> flags(Class<?> type) {
        return NativeType.flags((Class) type);
    }

    private static NativeType<?> handle(Class<?> type, RecordComponent segment, Lookup caller) {
        try {
            Lookup lookup = MethodHandles.lookup();
            Module ours = JavaTypes.class.getModule();
            ours.addReads(type.getModule());
            if (!Modifier.isPublic(type.getModifiers()) || !type.getModule().isExported(type.getPackageName(), ours)) {
                lookup = MethodHandles.privateLookupIn(type, caller != null ? caller : lookup);
            }
            MethodHandle make = lookup.unreflectConstructor(type.getDeclaredConstructor(MemorySegment.class));
            MethodHandle get = lookup.unreflect(segment.getAccessor());
            return NativeType.handle(type.getSimpleName(), Handles.function(make), Handles.function(get));
        } catch (IllegalAccessException e) {
            throw AbstractMethods.notVisible(type, e);
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e); // every record has its canonical constructor
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Nullability;

import java.lang.annotation.Annotation;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.nio.Buffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;

/// Finds the native types that a method's Java types and annotations stand for.
final class JavaTypes {

    private static final String HINT = "the types are those that NativeType carries: byte, short, int, long, float,"
            + " double, boolean, char, String, MemorySegment, an enum, a Set of an enum, a record, an array, List,"
            + " Pointer or Out of those, a buffer, a functional interface";

    private static final Map<Class<?>, NativeType<?>> OF_CLASS = Map.ofEntries(
            Map.entry(byte.class, NativeType.I8), Map.entry(short.class, NativeType.I16),
            Map.entry(int.class, NativeType.I32), Map.entry(long.class, NativeType.I64),
            Map.entry(float.class, NativeType.F32), Map.entry(double.class, NativeType.F64),
            Map.entry(boolean.class, NativeType.BOOL), Map.entry(char.class, NativeType.CHAR16),
            Map.entry(void.class, NativeType.VOID), Map.entry(String.class, NativeType.CSTRING),
            Map.entry(MemorySegment.class, NativeType.ADDRESS));

    private JavaTypes() {}

    /// @param result what C returns: the method's own type, or what that holds
    /// @param known  as in [Bindings#declaration(Method, IntFunction)]; null if nothing is known
    /// @param caller sees what only its package may see; may be null
    static NativeType<?> result(
            Method method, Type result, IntFunction<? extends NativeType<?>> known, Lookup caller) {
        Annotation[] annotations = method.getAnnotations();
        Class<?> returned = method.getReturnType();
        boolean held = result != returned && result != method.getGenericReturnType();
        NativeType<?> type = known == null ? null : known.apply(-1);
        if (type == null) {
            Class<?> raw = held ? rawType(result) : returned;
            if (raw == null) {
                throw new Place("the result", method).noType(result.getTypeName(), hint(result));
            }
            type = type(held ? unboxed(raw) : raw, result, annotations, "the result", method, caller);
        }
        // of what is held the class file does not say whether it may be null
        if (isNullable(annotations) || !held && !returned.isPrimitive() && Nullability.ofResult(method)) {
            type = orNull(type, "the result", method);
        }
        return annotations.length > 0 && find(annotations, OrErrno.class) != null ? type.orErrno() : type;
    }

    /// @param count  how many of the method's parameters
    /// @param known  as in [#result]
    /// @param caller as in [#result]
    static NativeType<?>[] parameters(
            Method method, int count, IntFunction<? extends NativeType<?>> known, Lookup caller) {
        Class<?>[] given = method.getParameterTypes();
        Type[] generic = method.getGenericParameterTypes();
        Annotation[][] annotations = method.getParameterAnnotations();
        NativeType<?>[] types = new NativeType<?>[count];
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

    /// {@return whether the classes of a method's types say all that is to be known of its function but the name}
    static boolean isPlain(Method method) {
        Class<?> returned = method.getReturnType();
        boolean refers = !returned.isPrimitive();
        boolean plain = !refers || OF_CLASS.containsKey(returned);
        for (Class<?> type : method.getParameterTypes()) {
            refers |= !type.isPrimitive();
            plain &= type.isPrimitive() || OF_CLASS.containsKey(type);
        }
        if (!plain || method.getAnnotations().length > 0 || method.getTypeParameters().length > 0
                || refers && Nullability.isSaid(method)) {
            return false;
        }
        for (Annotation[] annotations : method.getParameterAnnotations()) {
            if (annotations.length > 0) {
                return false;
            }
        }
        return true;
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
        return type(type, generic, annotations, new Place(position, method), caller);
    }

    /// {@return what a class of Java stands for with its annotations, in a method or a record}
    static NativeType<?> type(Class<?> type, Type generic, Annotation[] annotations, Place place, Lookup caller) {
        // Where there is no annotation its class need not be loaded.
        CType named = annotations.length == 0 ? null : find(annotations, CType.class);
        NativeType<?> known = named == null ? plain(type, generic, caller) : named(named.value(), type, generic, place);
        if (known == null) {
            throw place.noType(generic.getTypeName(), hint(generic));
        }
        return annotations.length == 0 ? known : ArrayWords.of(known, annotations, place);
    }

    private static String hint(Type type) {
        if (type instanceof TypeVariable<?>) {
            return "declare the method in an interface without type parameters: what stands for them is not known here";
        }
        if (type == Void.class) {
            return "only a result can be void, and a method is declared void then";
        } else if (type instanceof Class<?> raw && raw.getTypeParameters().length > 0
                && (holds(raw) || raw == Set.class || raw == WithErrno.class || raw == Ref.class)) {
            return "say what it holds, such as " + raw.getSimpleName() + (raw == Set.class ? "<Mode>, an enum"
                    : raw == Ref.class ? "<Person>, a struct" : "<Integer>");
        }
        Class<?> unboxed = type instanceof Class<?> boxed ? unboxed(boxed) : Object.class;
        return unboxed == type || !unboxed.isPrimitive() ? HINT
                : "declare it " + unboxed + ": a number of C's is never null";
    }

    /// {@return what a class stands for with a type of C's, which is that of the elements if it has any}
    private static NativeType<?> named(String name, Class<?> type, Type generic, Place place) {
        if (type.isArray()) {
            Type element = component(type, generic);
            return NativeType.array(type, type.componentType().isArray() || element instanceof ParameterizedType
                    ? named(name, type.componentType(), element, place)
                    : enumOr(name, type.componentType(), null, place));
        }
        Class<?> of = generic instanceof ParameterizedType parameterized
                ? rawType(parameterized.getActualTypeArguments()[0]) : null;
        if (of != null && (holds(type) || type == WithErrno.class)) {
            Type argument = ((ParameterizedType) generic).getActualTypeArguments()[0];
            NativeType<?> element = of.isArray() || argument instanceof ParameterizedType
                    ? named(name, of, argument, place) : enumOr(name, unboxed(of), null, place);
            return type == WithErrno.class ? element.withErrno() : holding(type, element);
        }
        return enumOr(name, type, of, place);
    }

    /// {@return the elements' type, with its arguments if it is declared with such}
    private static Type component(Class<?> type, Type generic) {
        return generic instanceof GenericArrayType array ? array.getGenericComponentType() : type.componentType();
    }

    private static NativeType<?> enumOr(String name, Class<?> type, Class<?> of, Place place) {
        if (type.isEnum() || of != null && of.isEnum()) {
            NativeType<?> known = EnumTypes.of(type, of, CNames.number(name, type, place));
            if (known != null) {
                return known;
            }
        }
        return CNames.type(name, type, place);
    }

    /// {@return what a type with its annotations stands for where a method does not name it itself, such as the type
    /// argument of a function; null if no native type stands for it}
    static NativeType<?> held(Type type, Annotation[] annotations, Place place, Lookup caller) {
        Class<?> raw = rawType(type);
        if (raw == null) {
            return null;
        }
        CType named = find(annotations, CType.class);
        NativeType<?> known = named == null ? plain(unboxed(raw), type, caller)
                : named(named.value(), unboxed(raw), type, place);
        return known == null ? null : ArrayWords.of(known, annotations, place);
    }

    /// {@return what a class stands for by itself, or null}
    static NativeType<?> known(Class<?> type) {
        return plain(type, type, null);
    }

    private static NativeType<?> plain(Class<?> type, Type generic, Lookup caller) {
        NativeType<?> known = OF_CLASS.get(type);
        if (known != null) {
            return known;
        }
        if (type.isEnum()) {
            return EnumTypes.of(type, null, null);
        }
        if (type == OpenEnum.class || type == OpenFlags.class || type == Set.class) { // records, the first two
            Type argument = generic instanceof ParameterizedType of ? of.getActualTypeArguments()[0] : null;
            return EnumTypes.of(type, argument == null ? null : rawType(argument), null);
        }
        if (type == WithErrno.class) { // a record as well
            return generic instanceof ParameterizedType of ? withErrno(of.getActualTypeArguments()[0], caller) : null;
        }
        if (type.isRecord()) {
            RecordComponent[] components = type.getRecordComponents();
            return components.length == 1 && components[0].getType() == MemorySegment.class
                    ? handle(type, components[0], caller) : Records.struct(type, caller);
        }
        if (type.isArray()) {
            NativeType<?> element = plain(type.componentType(), component(type, generic), caller);
            return element == null ? null : NativeType.array(type, element);
        }
        if (Buffer.class.isAssignableFrom(type)) {
            return NativeType.buffer(type.asSubclass(Buffer.class));
        }
        if (type.isInterface() && !Collection.class.isAssignableFrom(type) && AbstractMethods.isFunctional(type)) {
            return NativeType.of(Callbacks.of(type, generic, caller));
        }
        return generic instanceof ParameterizedType parameterized
                ? generic(type, parameterized.getActualTypeArguments()[0], caller) : null;
    }

    private static NativeType<?> withErrno(Type argument, Lookup caller) {
        Class<?> element = rawType(argument);
        NativeType<?> value = element == null ? null
                : element == Void.class ? NativeType.VOID : plain(unboxed(element), argument, caller);
        return value == null ? null : value.withErrno();
    }

    /// {@return what a class with one type argument stands for, or null}
    private static NativeType<?> generic(Class<?> type, Type argument, Lookup caller) {
        Class<?> element = rawType(argument);
        if (element == null) {
            return null;
        }
        if (type == Ref.class) {
            StructType<?> struct = Records.structType(element);
            return struct == null ? null : struct.byValue();
        }
        NativeType<?> of = type == Pointer.class && Records.isBeingMade(element) ? Records.later(element, caller)
                : holds(type) ? plain(unboxed(element), argument, caller) : null;
        return of == null ? null : holding(type, of);
    }

    private static boolean holds(Class<?> type) {
        return type == List.class || type == Pointer.class || type == Out.class;
    }

    private static NativeType<?> holding(Class<?> type, NativeType<?> element) {
        return type == List.class ? NativeType.list(element)
                : type == Pointer.class ? NativeType.pointer(element) : NativeType.out(element);
    }

    private static Class<?> rawType(Type type) {
        return switch (type) {
            case Class<?> c -> c;
            case ParameterizedType p -> (Class<?>) p.getRawType();
            case WildcardType w -> rawType(w.getUpperBounds()[0]);
            case GenericArrayType a when rawType(a.getGenericComponentType()) instanceof Class<?> of -> of.arrayType();
            default -> null;
        };
    }

    private static Class<?> unboxed(Class<?> type) {
        return MethodType.methodType(type).unwrap().returnType();
    }

    private static NativeType<?> handle(Class<?> type, RecordComponent segment, Lookup caller) {
        try {
            Lookup lookup = Records.lookup(type, caller);
            MethodHandle make = lookup.unreflectConstructor(type.getDeclaredConstructor(MemorySegment.class));
            MethodHandle get = lookup.unreflect(segment.getAccessor());
            return NativeType.handle(type.getSimpleName(), Handles.function(make, type),
                    Handles.function(get, type));
        } catch (IllegalAccessException e) {
            throw AbstractMethods.notVisible(type, e);
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e); // every record has its canonical constructor
        }
    }
}

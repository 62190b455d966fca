// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.ArrayPassing;
import ffi.core.internal.Carriers;
import ffi.core.internal.Conversion;
import ffi.core.internal.Facts;
import ffi.core.internal.Passage;
import ffi.core.internal.StructWriter;

import java.lang.annotation.Annotation;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.invoke.WrongMethodTypeException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Makes struct types of records.
final class Records {

    private static final Lookup OWN = MethodHandles.lookup();

    /// By the record, and with it, so that its class can be unloaded. One that only its caller can see is made anew.
    private static final ClassValue<NativeType<?>> STRUCTS = new ClassValue<>() {
        @Override
        protected NativeType<?> computeValue(Class<?> type) {
            return make(type, null);
        }
    };

    /// The records that this thread is making, for one that holds itself would never end.
    private static final ThreadLocal<Set<Class<?>>> MAKING = ThreadLocal.withInitial(HashSet::new);

    private Records() {}

    /// @param caller sees what only its package may see; may be null
    /// @throws BindingException if a component has no native type, or the record can not be seen
    static NativeType<?> struct(Class<?> type, Lookup caller) {
        if (!type.isRecord()) {
            throw BindingException.with(Facts.of("Not a record: " + type.getTypeName())
                    .hint("a struct by value is a record, whose components are its fields"));
        }
        if (isBeingMade(type)) {
            throw BindingException.with(Facts.of("A struct in itself: " + type.getTypeName())
                    .hint("point to it: Pointer<" + type.getSimpleName() + ">"));
        }
        return caller == null ? STRUCTS.get(type) : make(type, caller);
    }

    /// {@return whether this thread is making it, so that what points to it has to wait}
    static boolean isBeingMade(Class<?> type) {
        return MAKING.get().contains(type);
    }

    /// {@return the type of a record that is being made, which is known when it is first used}
    static NativeType<?> later(Class<?> type, Lookup caller) {
        return NativeType.of(new Passage(
                type.getSimpleName(), type, ValueLayout.JAVA_LONG, false, new Later(type, caller), List.of()));
    }

    private static NativeType<?> make(Class<?> type, Lookup caller) {
        RecordComponent[] components = type.getRecordComponents();
        List<Member> members = new ArrayList<>();
        Class<?>[] classes = new Class<?>[components.length];
        MAKING.get().add(type);
        try {
            Lookup lookup = lookup(type, caller);
            for (int i = 0; i < classes.length; i++) {
                RecordComponent component = components[i];
                classes[i] = component.getType();
                members.add(new Member(component.getName(), member(type, components, i, caller),
                        lookup.unreflect(component.getAccessor())));
            }
            Constructor<?> constructor = type.getDeclaredConstructor(classes);
            return NativeType.of(passage(type.getSimpleName(), type, members, handle(lookup, constructor)));
        } catch (IllegalAccessException e) {
            throw AbstractMethods.notVisible(type, e);
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e); // every record has its canonical constructor
        } finally {
            MAKING.get().remove(type);
        }
    }

    private static MethodHandle handle(Lookup lookup, Constructor<?> constructor) throws IllegalAccessException {
        try {
            return lookup.unreflectConstructor(constructor).asFixedArity();
        } catch (IllegalArgumentException tooMany) { // handles take fewer than constructors do
            throw tooManyFields(
                    constructor.getDeclaringClass().getSimpleName(), constructor.getParameterCount(), tooMany);
        }
    }

    private static IllegalArgumentException tooManyFields(String name, int fields, IllegalArgumentException cause) {
        return BindingException.with(Facts.of("More fields than one constructor can take: " + name)
                .add("fields", fields)
                .hint("view the struct in place"), cause);
    }

    /// {@return a lookup that sees a class and its members}
    ///
    /// @param caller sees what only its module may see; may be null. It is never kept for a class that others see.
    static Lookup lookup(Class<?> type, Lookup caller) throws IllegalAccessException {
        Module ours = Records.class.getModule();
        ours.addReads(type.getModule());
        if (Modifier.isPublic(type.getModifiers()) && type.getModule().isExported(type.getPackageName(), ours)) {
            return OWN; // not the public one, which sees nothing that is exported or opened to this module alone
        }
        if (caller != null) {
            try {
                return MethodHandles.privateLookupIn(type, caller);
            } catch (IllegalAccessException notByCaller) {
                // the package of a record may be open to this module, and closed to the caller's
            }
        }
        return MethodHandles.privateLookupIn(type, OWN);
    }

    private static NativeType<?> member(Class<?> type, RecordComponent[] components, int index, Lookup caller) {
        RecordComponent component = components[index];
        Annotation[] annotations = component.getAnnotations();
        Place place = new Place(component.getName(), type);
        NativeType<?> known = JavaTypes.type(
                component.getType(), component.getGenericType(), annotations, place, caller);
        Length length = JavaTypes.find(annotations, Length.class);
        if (length != null && !length.field().isEmpty()) {
            known = known.sizedBy(index(components, length.field(), place));
        }
        return JavaTypes.find(annotations, OrNull.class) != null || isNullable(annotations) ? known.orNull() : known;
    }

    private static boolean isNullable(Annotation[] annotations) {
        for (Annotation annotation : annotations) {
            if (annotation.annotationType().getSimpleName().equals("Nullable")) {
                return true;
            }
        }
        return false;
    }

    private static int index(RecordComponent[] components, String name, Place place) {
        for (int i = 0; i < components.length; i++) {
            if (components[i].getName().equals(name)) {
                return i;
            }
        }
        throw place.wrong(Facts.of("No field that counts the elements", name), null);
    }

    /// @throws BindingException if a member can not be one
    static Passage passage(String name, Class<?> type, List<Member> members, MethodHandle constructor) {
        if (members.isEmpty()) {
            throw BindingException.with(Facts.of("A struct without fields: " + name)
                    .hint("C has none; a pointer to what only C knows is a handle"));
        }
        List<StructWriter.Member> parts = new ArrayList<>();
        for (Member member : members) {
            requireMember(name, member, members);
            parts.add(member.part());
        }
        Conversion.OfStruct conversion;
        try {
            requireRelated(type, parts, constructor);
            conversion = StructWriter.write(name, type, parts, constructor);
        } catch (BindingException known) {
            throw known;
        } catch (WrongMethodTypeException e) {
            throw BindingException.with(Facts.of("Handles that neither make nor read a struct: " + name)
                    .add("class", type.getTypeName())
                    .add("constructor", constructor.type())
                    .addEach("getter", members.stream().map(m -> m.name() + ": " + m.getter().type()).toList())
                    .hint("the constructor takes the parts in order and returns the object, and a getter takes that and"
                            + " returns its part"), e);
        } catch (IllegalArgumentException tooMuch) {
            if (members.size() > 100) { // of 255 places each takes two at most
                throw tooManyFields(name, members.size(), tooMuch);
            }
            throw BindingException.with(Facts.of("A struct larger than memory can be: " + name), tooMuch);
        }
        return new Passage(name, type, ValueLayout.JAVA_LONG, false, conversion, List.of());
    }

    /// A handle takes any object, and a cast of the JDK's would say later that it is none: what can never be is said
    /// here.
    private static void requireRelated(Class<?> type, List<StructWriter.Member> parts, MethodHandle constructor) {
        MethodType made = constructor.type();
        boolean related = made.parameterCount() == parts.size() && isRelated(made.returnType(), type);
        for (int i = 0; related && i < parts.size(); i++) {
            Class<?> part = Signature.javaType(parts.get(i).passage());
            MethodType got = parts.get(i).getter().type();
            related = got.parameterCount() == 1 && isRelated(type, got.parameterType(0))
                    && isRelated(part, got.returnType()) && isRelated(part, made.parameterType(i));
        }
        if (!related) {
            throw new WrongMethodTypeException("classes that have nothing in common");
        }
    }

    private static boolean isRelated(Class<?> a, Class<?> b) {
        Class<?> one = Carriers.boxed(a);
        Class<?> other = Carriers.boxed(b);
        return a.isPrimitive() && b.isPrimitive() // which the JDK checks
                || one.isAssignableFrom(other) || other.isAssignableFrom(one);
    }

    private static void requireMember(String struct, Member member, List<Member> members) {
        String fault = null;
        member.type().requireRight();
        if (member.type().passage().layout() == null || member.type().isOfCall()) {
            fault = "a type that lies in memory";
        } else if (member.type().owns()) {
            fault = "a type that is not owned, for nobody would know when it is freed";
        } else if (member.type().passage().conversion() instanceof ArrayPassing array && array.counter() >= 0
                && (array.counter() >= members.size()
                || !Signature.counts(members.get(array.counter()).type().passage()))) {
            fault = "a size that another field says, which is an integer";
        }
        if (fault != null) {
            throw BindingException.with(Facts.of("Not the field of a struct: " + struct + "." + member.name())
                    .add("type", member.type())
                    .add("expected", fault));
        }
    }

    /// {@return the struct whose fields a class declares, which it holds in a static field; null if there is none}
    static StructType<?> structType(Class<?> tag) {
        for (Field field : tag.getDeclaredFields()) {
            if (field.getType() == StructType.class && Modifier.isStatic(field.getModifiers())
                    && field.getGenericType() instanceof ParameterizedType of
                    && of.getActualTypeArguments()[0] == tag) {
                try {
                    return (StructType<?>) MethodHandles.privateLookupIn(tag, OWN)
                            .unreflectVarHandle(field).get();
                } catch (IllegalAccessException e) {
                    throw AbstractMethods.notVisible(tag, e);
                }
            }
        }
        return null;
    }
}

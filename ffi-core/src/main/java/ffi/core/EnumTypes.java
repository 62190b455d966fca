// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Conversion;
import ffi.core.internal.Facts;
import ffi.core.internal.Passage;

import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;

/// Makes the types of enum classes.
final class EnumTypes {

    private EnumTypes() {}

    /// @param carrier null for an `int`, of which it is not known whether it has a sign
    static <E extends Enum<E>> NativeType<E> enumeration(
            Class<E> type, NativeType<?> carrier, ToLongFunction<? super E> value) {
        return make(name(type.getSimpleName(), carrier), type, type, carrier, value, false);
    }

    /// @param carrier as above
    static <E extends Enum<E>> NativeType<Set<E>> flags(
            Class<E> type, NativeType<?> carrier, ToLongFunction<? super E> bits) {
        String name = carrier == null ? type.getSimpleName() : type.getSimpleName() + ", " + carrier;
        return make("flags(" + name + ")", type, Set.class, carrier, bits, true);
    }

    private static String name(String type, NativeType<?> carrier) {
        return carrier == null ? type : type + "(" + carrier + ")";
    }

    /// {@return the bits of a constant, if the type has no others: those that it says itself, or one by its place}
    static <E extends Enum<E>> ToLongFunction<E> bits() {
        return constant -> {
            if (constant instanceof Numbered numbered) {
                return numbered.number();
            }
            if (constant.ordinal() >= Long.SIZE) {
                throw BindingException.enumeration(constant.getDeclaringClass(), "more constants than a long has bits");
            }
            return 1L << constant.ordinal();
        };
    }

    private static <E extends Enum<E>, T> NativeType<T> make(String name, Class<E> type, Class<?> javaType,
            NativeType<?> carrier, ToLongFunction<? super E> value, boolean flags) {
        if (carrier != null && !carries(carrier)) {
            return NativeType.wrong(name, carrier.why() != null ? carrier.why() : BindingException.with(
                    Facts.of("Not a carrier of an enumeration: " + carrier)
                            .add("type", type.getTypeName())
                            .hint("name an integer, such as i32 or u8")));
        }
        Passage carried = (carrier == null ? NativeType.I32 : carrier).passage();
        ValueLayout layout = carried.layout();
        Constant.Range range = new Constant.Range((int) layout.byteSize() * 8, carried.unsigned(), carrier == null);
        E[] constants = type.getEnumConstants();
        long[] numbers = new long[constants.length];
        for (int i = 0; i < numbers.length; i++) {
            try {
                numbers[i] = value.applyAsLong(constants[i]);
            } catch (BindingException said) {
                return NativeType.wrong(name, said);
            } catch (RuntimeException thrown) { // an initializer must not fail for it
                return NativeType.wrong(name, BindingException.enumeration(
                        type, constants[i].name() + ", whose value throws " + thrown, thrown));
            }
            if (flags ? !range.hasBits(numbers[i]) : !range.has(numbers[i])) {
                String expected = flags ? range.bits() + " bits" : range.toString();
                return NativeType.wrong(name, beyond(type, constants[i], numbers[i], expected, carrier));
            }
        }
        Conversion conversion = flags ? Constant.ofFlags(name, constants, numbers, range, false)
                : Constant.ofEnum(name, constants, numbers, range, false);
        return new NativeType<>(new Passage(
                name, javaType, layout, carrier == null ? flags : carried.unsigned(), conversion, List.of()));
    }

    private static IllegalArgumentException beyond(
            Class<?> type, Enum<?> constant, long number, String range, NativeType<?> carrier) {
        return BindingException.with(Facts.of("A constant beyond the width of its enumeration")
                .add("type", type.getTypeName())
                .add("carrier", carrier == null ? "int" : carrier.toString())
                .add("expected", range)
                .add("found", constant.name() + " = " + number)
                .hint("name a carrier that has all the constants, as the native enumeration does"));
    }

    /// {@return whether a type is an integer, whose numbers an enumeration can have}
    static boolean carries(NativeType<?> carrier) {
        Passage passage = carrier.passage();
        if (carrier.why() != null || passage.layout() == null || !passage.mappings().isEmpty()
                || passage.capture() != null
                || !(passage.conversion() == null || passage.conversion() instanceof Conversion.Checked)) {
            return false;
        }
        Class<?> type = passage.carrier();
        return type == int.class || type == long.class || type == byte.class || type == short.class
                || type == char.class;
    }

    static <E extends Enum<E>> NativeType<OpenEnum<E>> open(NativeType<E> closed) {
        String name = closed + ".open";
        return opened(closed, name, OpenEnum.class,
                closed.passage().conversion() instanceof Constant.OfEnum e ? e.opened(name) : null);
    }

    static <E extends Enum<E>> NativeType<OpenFlags<E>> openSet(NativeType<Set<E>> closed) {
        String name = closed + ".open";
        return opened(closed, name, OpenFlags.class,
                closed.passage().conversion() instanceof Constant.OfFlags f ? f.opened(name) : null);
    }

    private static <T> NativeType<T> opened(NativeType<?> closed, String name, Class<?> type, Conversion open) {
        Passage passage = closed.passage();
        if (closed.why() != null) {
            return NativeType.wrong(name, closed.why());
        }
        if (open == null || !passage.mappings().isEmpty()) {
            return NativeType.wrong(name,
                    BindingException.notOf(closed, "open", "an enumeration or flags, not mapped"));
        }
        return new NativeType<>(new Passage(
                name, type, passage.layout(), passage.unsigned(), open, List.of(), passage.failure()));
    }

    /// {@return what a class of Java stands for that is an enum, or is made of one; null if it is none}
    ///
    /// @param of      the enum class, of a class with a type argument
    /// @param carrier null for an `int`
    @SuppressWarnings({"unchecked", "rawtypes"}) // isEnum() says so
    static NativeType<?> of(Class<?> type, Class<?> of, NativeType<?> carrier) {
        if (type.isEnum()) {
            return NativeType.enumOf((Class) type, carrier);
        }
        if (of == null || !of.isEnum()) {
            return null;
        }
        return type == Set.class ? NativeType.flags((Class) of, carrier)
                : type == OpenEnum.class ? open(NativeType.enumOf((Class) of, carrier))
                : type == OpenFlags.class ? openSet(NativeType.flags((Class) of, carrier)) : null;
    }
}

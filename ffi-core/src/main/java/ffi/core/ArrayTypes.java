// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.ArrayPassing;
import ffi.core.internal.BufferPassing;
import ffi.core.internal.Conversion;
import ffi.core.internal.Elements;
import ffi.core.internal.Passage;
import ffi.core.internal.Text;

import java.lang.foreign.ValueLayout;
import java.nio.Buffer;
import java.util.List;

/// Makes the types of what holds several values.
final class ArrayTypes {

    /// What the words of arrays are words of.
    private static final String ARRAY = "an array, a list or a buffer";

    private ArrayTypes() {}

    /// {@return the type of an array, with the elements that its class says}
    static <A> NativeType<A> made(Class<A> type) {
        try {
            return new NativeType<>(array(type));
        } catch (IllegalArgumentException why) {
            return NativeType.wrong("array(" + type.getTypeName() + ")", why);
        }
    }

    /// {@return the type of an array, whose elements lie in memory as the element does}
    static <A> NativeType<A> made(Class<A> type, NativeType<?> element) {
        try {
            return new NativeType<>(array(type, element));
        } catch (IllegalArgumentException why) {
            return NativeType.wrong("array(" + element + ")", why);
        }
    }

    static <T> NativeType<List<T>> madeList(NativeType<T> element) {
        try {
            return new NativeType<>(list(element));
        } catch (IllegalArgumentException why) {
            return NativeType.wrong("list(" + element + ")", why);
        }
    }

    static <B extends Buffer> NativeType<B> madeBuffer(Class<B> type) {
        try {
            return new NativeType<>(buffer(type));
        } catch (IllegalArgumentException why) {
            return NativeType.wrong("buffer(" + type.getTypeName() + ")", why);
        }
    }

    private static Passage array(Class<?> type) {
        if (!type.isArray()) {
            throw BindingException.notOf(type.getTypeName(), "elements", "the class of an array");
        }
        NativeType<?> element = JavaTypes.known(type.componentType());
        if (element == null) {
            throw BindingException.notOf(type.getTypeName(), "native type of its elements",
                    "an array of primitives, texts, enums, records or arrays of those, or array(class, element)");
        }
        return array(type, element);
    }

    private static Passage array(Class<?> type, NativeType<?> element) {
        element.requireRight();
        Passage passage = element.passage();
        Class<?> component = type.componentType();
        boolean plain = passage.mappings().isEmpty();
        if (component == null || plain && passage.javaType() != component && passage.javaType() != Object.class
                || !plain && component.isPrimitive()) {
            throw BindingException.notOf(type.getTypeName(), "elements of " + element,
                    (plain ? passage.javaType().getTypeName() : "Object") + "[]");
        }
        Elements elements = component.isPrimitive() && component != boolean.class && passage.conversion() == null
                && isNative(passage.layout())
                ? new Elements.Numbers(passage.layout(), type) : new Elements.Values(cell(element), type);
        return of("array(" + element + ")", elements);
    }

    private static boolean isNative(ValueLayout layout) {
        return layout.order() == java.nio.ByteOrder.nativeOrder();
    }

    private static Passage list(NativeType<?> element) {
        element.requireRight();
        return of("list(" + element + ")", new Elements.Listed(cell(element)));
    }

    private static Passage buffer(Class<? extends Buffer> type) {
        BufferPassing conversion = BufferPassing.of(type);
        if (conversion == null) {
            throw BindingException.notOf(type.getTypeName(), "elements of C's", "ByteBuffer, IntBuffer and the like");
        }
        return new Passage(conversion.name(), type, ValueLayout.ADDRESS, false, conversion, List.of());
    }

    private static ffi.core.internal.Cell cell(NativeType<?> element) {
        if (element.isOfCall()) {
            throw BindingException.notOf(element, "place in memory", "a type with values");
        }
        if (element.passage().conversion() instanceof ArrayPassing array && array.counter() >= 0) {
            throw BindingException.notOf(element, "size that is the same for each row",
                    "rows that are sized(n), terminated, or only written to C");
        }
        return element.cell();
    }

    private static Passage of(String name, Elements elements) {
        return new Passage(name, elements.type(), ValueLayout.JAVA_LONG, false, ArrayPassing.of(name, elements),
                List.of());
    }

    static <T> NativeType<T> constant(NativeType<T> type) {
        String name = type + ".const";
        Conversion conversion = type.passage().conversion();
        return TypeWords.word(type, "const", ARRAY, name, conversion instanceof ArrayPassing array ? array.asConst(name)
                : conversion instanceof BufferPassing buffer ? buffer.asConst(name) : null);
    }

    static <T> NativeType<T> sized(NativeType<T> type, long count) {
        String name = type + ".sized(" + count + ")";
        if (count < 0 || count > Integer.MAX_VALUE) {
            return NativeType.wrong(name,
                    BindingException.notOf(type, "size of " + count, "0 to " + Integer.MAX_VALUE));
        }
        Conversion conversion = type.passage().conversion();
        long element = conversion instanceof ArrayPassing array ? array.elements().layout().byteSize() : 1;
        if (element > 0 && count > Long.MAX_VALUE / element) {
            return NativeType.wrong(name, BindingException.notOf(type, "size of " + count,
                    "0 to " + Long.MAX_VALUE / element + ", with elements of " + element + " bytes"));
        }
        return TypeWords.word(type, "sized", ARRAY, name, conversion instanceof Text text ? text.sized(name, count)
                : conversion instanceof ArrayPassing array ? array.sized(name, count)
                : conversion instanceof BufferPassing buffer ? buffer.sized(name, count) : null);
    }

    static <T> NativeType<T> padded(NativeType<T> type) {
        String name = type + ".padded";
        return TypeWords.word(type, "padded", "text that is sized", name,
                type.passage().conversion() instanceof Text text ? text.padded(name) : null);
    }

    static <T> NativeType<T> sizedBy(NativeType<T> type, int argument) {
        String name = type + ".sizedBy(" + argument + ")";
        if (argument < 0) {
            return NativeType.wrong(name,
                    BindingException.notOf(type, "argument " + argument, "the number of a parameter, from 0"));
        }
        Conversion conversion = type.passage().conversion();
        return TypeWords.word(type, "sizedBy", ARRAY, name,
                conversion instanceof ArrayPassing array ? array.sizedBy(name, argument)
                : conversion instanceof BufferPassing buffer ? buffer.sizedBy(name, argument) : null);
    }

    static <T> NativeType<T> terminated(NativeType<T> type) {
        String name = type + ".terminated";
        return TypeWords.word(type, "terminated", "an array or a list", name,
                type.passage().conversion() instanceof ArrayPassing array ? array.terminated(name) : null);
    }
}

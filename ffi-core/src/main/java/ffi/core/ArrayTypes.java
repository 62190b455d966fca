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
    static final String ARRAY = "an array, a list or a buffer";

    private ArrayTypes() {}

    /// {@return the type of an array, with the elements that its class says}
    static Passage array(Class<?> type) {
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

    /// {@return the type of an array, whose elements lie in memory as the element does}
    static Passage array(Class<?> type, NativeType<?> element) {
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

    static Passage list(NativeType<?> element) {
        element.requireRight();
        return of("list(" + element + ")", new Elements.Listed(cell(element)));
    }

    static Passage buffer(Class<? extends Buffer> type) {
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

    /// {@return the conversion that a word makes of another, or null if it is of no array}
    static Conversion constant(Conversion conversion, String name) {
        return conversion instanceof ArrayPassing array ? array.asConst(name)
                : conversion instanceof BufferPassing buffer ? buffer.asConst(name) : null;
    }

    static Conversion sized(Conversion conversion, String name, long count) {
        return conversion instanceof Text text ? text.sized(name, count)
                : conversion instanceof ArrayPassing array ? array.sized(name, count)
                : conversion instanceof BufferPassing buffer ? buffer.sized(name, count) : null;
    }

    static Conversion sizedBy(Conversion conversion, String name, int argument) {
        return conversion instanceof ArrayPassing array ? array.sizedBy(name, argument)
                : conversion instanceof BufferPassing buffer ? buffer.sizedBy(name, argument) : null;
    }

    static Conversion terminated(Conversion conversion, String name) {
        return conversion instanceof ArrayPassing array ? array.terminated(name) : null;
    }
}

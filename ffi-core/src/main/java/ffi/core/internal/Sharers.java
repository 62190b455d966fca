// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.nio.Buffer;
import java.util.ArrayList;
import java.util.List;

/// Finds out, once for each signature, which parameters may be given one object, so that all other calls are spared
/// the question.
final class Sharers {

    private Sharers() {}

    /// Two parameters that may be one object.
    ///
    /// @param test the method of [Sharing] that compares them, or null if the references tell
    record Pair(int first, int second, String test) {}

    /// {@return whether the native function gets the address of a copy of an object that has an identity in Java}
    static boolean isOne(Conversion conversion) {
        return conversion instanceof ArrayPassing || conversion instanceof ArrayPassing.OnHeap
                || conversion instanceof BufferPassing || isOut(conversion);
    }

    private static boolean isOut(Conversion conversion) {
        return conversion instanceof Conversion.OfLong place && place.isParameter() && place.comesBack();
    }

    private static boolean isOnHeap(Conversion conversion) {
        return conversion instanceof ArrayPassing.OnHeap
                || conversion instanceof BufferPassing buffer && buffer.heap();
    }

    private static boolean isWritten(Conversion conversion) {
        return conversion instanceof Conversion.OfLong number && number.comesBack()
                || conversion instanceof ArrayPassing.OnHeap(ArrayPassing array) && array.back()
                || conversion instanceof BufferPassing buffer && buffer.back();
    }

    /// {@return whether one object can stand inside of another one, so that only the values tell: rows}
    static boolean areNested(List<Passage> parameters) {
        int count = 0;
        boolean written = false;
        boolean nested = false;
        boolean nestedAndWritten = false;
        for (Passage parameter : parameters) {
            Conversion conversion = parameter.conversion();
            if (isOne(conversion)) {
                count++;
                written |= isWritten(conversion);
                if (conversion instanceof ArrayPassing array && array.elements().hold() != null) {
                    nested = true;
                    nestedAndWritten |= array.back();
                }
            }
        }
        return nestedAndWritten || nested && written && count > 1;
    }

    /// {@return the pairs that a call compares}
    static List<Pair> pairs(List<Passage> parameters) {
        List<Pair> pairs = new ArrayList<>();
        for (int j = 1; j < parameters.size(); j++) {
            for (int i = 0; i < j; i++) {
                Conversion first = parameters.get(i).conversion();
                Conversion second = parameters.get(j).conversion();
                if (isOne(first) && isOne(second) && !(isOnHeap(first) && isOnHeap(second))) {
                    add(pairs, i, first, j, second);
                }
            }
        }
        return pairs;
    }

    private static void add(List<Pair> pairs, int i, Conversion first, int j, Conversion second) {
        boolean written = isWritten(first) || isWritten(second);
        Class<?> one = type(first);
        Class<?> other = type(second);
        boolean lists = one == List.class && isListable(other) || other == List.class && isListable(one);
        boolean buffers = one == Buffer.class && isBuffered(other) || other == Buffer.class && isBuffered(one);
        if (written && (lists || buffers)) {
            pairs.add(new Pair(i, j, lists ? "areViews" : "overlap"));
        } else if (one.isAssignableFrom(other) || other.isAssignableFrom(one)) {
            pairs.add(new Pair(i, j, null));
        }
    }

    private static Class<?> type(Conversion conversion) {
        return conversion instanceof ArrayPassing array ? array.elements().type()
                : conversion instanceof ArrayPassing.OnHeap(ArrayPassing array) ? array.elements().type()
                : conversion instanceof BufferPassing ? Buffer.class : Sharers.class; // which is no class of values
    }

    private static boolean isListable(Class<?> type) {
        return type == List.class || Object[].class.isAssignableFrom(type);
    }

    private static boolean isBuffered(Class<?> type) {
        return type == Buffer.class
                || type.isArray() && type.componentType().isPrimitive() && type != boolean[].class;
    }
}

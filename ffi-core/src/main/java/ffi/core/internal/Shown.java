// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// The values of a call as a trace shows them: on one line, of a sensible length, with their declared types.
///
/// No pointer is followed, and what a value's own text throws is shown in its place.
final class Shown {

    private static final int MOST_ELEMENTS = 8;

    private Shown() {}

    /// {@return such as `i32 3`, `cstring "foo"`, `address 0x7f00`}
    static String typed(Passage passage, Object value) {
        String text = value(passage, value);
        return text.startsWith(passage.name()) ? text : passage.name() + " " + text; // a struct begins with its name
    }

    /// {@return such as `3`, `"foo"`, `0x7f00`}
    static String value(Passage passage, Object value) {
        try {
            if (value == null) {
                return passage.conversion() == null ? "null" : "NULL";
            }
            if (passage.unsigned() && passage.mappings().isEmpty() && passage.conversion() == null) {
                return unsigned(value);
            }
            if (passage.mappings().isEmpty() && passage.conversion() instanceof Conversion.OfSegment segment
                    && !(segment instanceof Pointers.OfHandle) // whose function may have effects: it may give it away
                    && !segment.allocates() && !(value instanceof MemorySegment) && !value.getClass().isArray()) {
                return address(segment.lower(value));
            }
            if (passage.conversion() instanceof CallbackPassing && !(value instanceof Functions)) {
                return nameOf(value.getClass()); // its text is but the name and a number
            }
            return shown(value);
        } catch (Throwable e) { // whatever the user's class does, the call goes on
            return "<" + e.getClass().getName() + ">";
        }
    }

    private static String unsigned(Object value) {
        return switch (value) {
            case Integer i -> Integer.toUnsignedString(i);
            case Long l -> Long.toUnsignedString(l);
            case Short s -> Integer.toString(Short.toUnsignedInt(s));
            case Byte b -> Integer.toString(Byte.toUnsignedInt(b));
            default -> shown(value);
        };
    }

    private static String shown(Object value) {
        return switch (value) {
            case null -> "null";
            case String text -> Facts.quoted(text);
            case Character character -> "'" + Facts.line(character.toString()) + "'";
            case MemorySegment segment -> address(segment);
            case Functions function when function.target$() instanceof CallbackType.Pointed pointer ->
                    address(pointer.address());
            case Functions function -> Facts.line(function.target$().toString());
            case Collection<?> collection -> isOfLanguage(collection) ? elements(collection)
                    : nameOf(collection.getClass());
            case Object array when array.getClass().isArray() -> elements(array);
            case Object object when object.getClass().isHidden() -> nameOf(object.getClass());
            default -> Facts.line(String.valueOf(value.toString()));
        };
    }

    private static String address(MemorySegment segment) {
        return segment.isNative() ? segment.address() == 0 ? "NULL" : "0x" + Long.toHexString(segment.address())
                : segment.byteSize() + " bytes on the heap";
    }

    /// Without its package. A lambda's name has a number behind it that is another one each time.
    private static String nameOf(Class<?> type) {
        String name = type.getName();
        String plain = type.isHidden() ? name.substring(0, name.indexOf('/')) : name;
        return plain.substring(plain.lastIndexOf('.') + 1);
    }

    /// One of the user's may be another each time it is asked, and C is to get what it would without.
    private static boolean isOfLanguage(Collection<?> collection) {
        String name = collection.getClass().getName();
        return name.startsWith("java.") || name.startsWith("kotlin.");
    }

    private static String elements(Collection<?> collection) {
        List<Object> some = new ArrayList<>();
        for (Object element : collection) {
            if (some.size() == MOST_ELEMENTS) {
                break;
            }
            some.add(element);
        }
        return elements(some, collection.size());
    }

    private static String elements(Object array) {
        List<Object> some = new ArrayList<>();
        int count = Array.getLength(array);
        for (int i = 0; i < Math.min(count, MOST_ELEMENTS); i++) {
            some.add(Array.get(array, i));
        }
        return elements(some, count);
    }

    private static String elements(List<Object> some, int count) {
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < some.size(); i++) {
            text.append(i == 0 ? "" : ", ").append(shown(some.get(i)));
        }
        return text.append(count > some.size() ? ", … (" + count + " elements)]" : "]").toString();
    }

    /// {@return what was thrown, with the headline of its message}
    static String thrown(Throwable thrown) {
        String message;
        try {
            message = thrown.getMessage();
        } catch (Throwable e) {
            message = "<" + e.getClass().getName() + ">";
        }
        String headline = message == null ? "" : message.lines().findFirst().orElse("");
        return thrown.getClass().getName() + (headline.isEmpty() ? "" : ": " + Facts.line(headline));
    }

    /// {@return a time of so many nanoseconds, with a unit}
    static String time(long nanos) {
        return nanos < 1_000 ? nanos + " ns" : nanos < 1_000_000 ? tenths(nanos / 100) + " µs"
                : nanos < 1_000_000_000 ? tenths(nanos / 100_000) + " ms" : tenths(nanos / 100_000_000) + " s";
    }

    private static String tenths(long tenths) {
        return tenths / 10 + "." + tenths % 10;
    }

    /// {@return the calling thread's name; a virtual one has none}
    static String thread() {
        Thread thread = Thread.currentThread();
        return thread.getName().isEmpty() ? "thread " + thread.threadId() : Facts.line(thread.getName());
    }
}

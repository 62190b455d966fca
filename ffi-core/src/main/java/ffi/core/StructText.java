// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Facts;
import ffi.core.internal.Layouts;
import ffi.core.internal.Text;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SequenceLayout;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A struct as people read it. No pointer is followed, since nobody knows what is at its end.
///
/// @param ref may be null: then there are no values
record StructText(StructType<?> type, Ref<?> ref) {

    private static final int MOST_ELEMENTS = 16;

    // --- values --------------------------------------------------------------------------------------------------

    /// {@return such as `Person{age=42, name="bob"}`}
    String values() {
        StringBuilder text = new StringBuilder(type.name()).append('{');
        List<? extends Field<?, ?>> fields = type.fields();
        for (int i = 0; i < fields.size(); i++) {
            Field<?, ?> field = fields.get(i);
            text.append(i == 0 ? "" : ", ").append(field.name()).append(field.name().isEmpty() ? "" : "=")
                    .append(value(field));
        }
        return text.append('}').toString();
    }

    private String value(Field<?, ?> field) {
        try {
            return shown(field);
        } catch (RuntimeException e) { // closed, too small, no value of its type, or thrown by a function of the user's
            return "<" + e.getClass().getSimpleName() + ">";
        }
    }

    private String shown(Field<?, ?> field) {
        return switch (field) {
            case Fields.Nested<?, ?> nested -> new StructText(nested.nested(), new Ref<>(nested.nested(),
                    ref.segment.asSlice(nested.offset(), nested.size()), ref.room)).values();
            case Fields.Counted<?, ?> counted ->
                    address(ref.segment.get(ValueLayout.JAVA_LONG_UNALIGNED, counted.offset()));
            case Fields.Flexible<?, ?> flexible when hasPointer(flexible.array().elements().layout()) -> "[…]";
            case Fields.Inline<?, ?> inline when hasPointer(inline.cell().layout()) -> pointer(inline);
            default -> plain(valueOf(field));
        };
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // the field is one of the struct's
    private Object valueOf(Field<?, ?> field) {
        return ((Field) field).get(ref);
    }

    private static String plain(Object value) {
        if (value instanceof List<?> list) {
            List<Object> some = new ArrayList<>(list.subList(0, Math.min(list.size(), MOST_ELEMENTS)));
            return elements(some, list.size());
        }
        if (value != null && value.getClass().isArray()) {
            List<Object> some = new ArrayList<>();
            for (int i = 0; i < Math.min(Array.getLength(value), MOST_ELEMENTS); i++) {
                some.add(Array.get(value, i));
            }
            return elements(some, Array.getLength(value));
        }
        return value instanceof Character c ? "'" + c + "'" : Facts.shortened(String.valueOf(value));
    }

    private static String elements(List<Object> some, int count) {
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < some.size(); i++) {
            text.append(i == 0 ? "" : ", ").append(plain(some.get(i)));
        }
        return text.append(count > some.size() ? ", … (" + count + " elements)]" : "]").toString();
    }

    /// Text is shown if it was written by way of this very [Ref]: then its memory is known.
    private String pointer(Fields.Inline<?, ?> field) {
        if (!(field.cell().layout() instanceof AddressLayout)) {
            return raw(field.cell().layout(), field.offset());
        }
        long address = ref.segment.get(ValueLayout.JAVA_LONG_UNALIGNED, field.offset());
        if (field.type().passage().conversion() instanceof Text text && ref.room != null
                && isText(ref.room.at(address), text.unit())) {
            Object value = valueOf(field);
            return value instanceof String string ? Facts.quoted(string) : plain(value);
        }
        return address(address);
    }

    /// Whether C has left the end of the text where it was.
    private static boolean isText(MemorySegment memory, int unit) {
        if (memory == null || !memory.scope().isAlive()) {
            return false;
        }
        for (int i = 1; i <= unit; i++) {
            if (memory.get(ValueLayout.JAVA_BYTE, memory.byteSize() - i) != 0) {
                return false;
            }
        }
        return true;
    }

    private String raw(MemoryLayout layout, long offset) {
        return switch (layout) {
            case AddressLayout _ -> address(ref.segment.get(ValueLayout.JAVA_LONG_UNALIGNED, offset));
            case SequenceLayout s -> {
                List<String> some = new ArrayList<>();
                for (long i = 0; i < Math.min(s.elementCount(), MOST_ELEMENTS); i++) {
                    some.add(raw(s.elementLayout(), offset + i * s.elementLayout().byteSize()));
                }
                yield "[" + String.join(", ", some) + (s.elementCount() > MOST_ELEMENTS
                        ? ", … (" + s.elementCount() + " elements)]" : "]");
            }
            default -> "…";
        };
    }

    private static String address(long address) {
        return address == 0 ? "NULL" : "0x" + Long.toHexString(address);
    }

    private static boolean hasPointer(MemoryLayout layout) {
        return switch (layout) {
            case AddressLayout _ -> true;
            case SequenceLayout s -> hasPointer(s.elementLayout());
            case GroupLayout g -> g.memberLayouts().stream().anyMatch(StructText::hasPointer);
            default -> false;
        };
    }

    // --- the table -----------------------------------------------------------------------------------------------

    /// {@return all fields, one on a line, and what is empty between them}
    String table() {
        long size = type.byteSize();
        StringBuilder text = new StringBuilder(type.toString()).append(": ").append(bytes(size))
                .append(", aligned to ").append(type.byteAlignment())
                .append(row("offset", "size", "field"));
        long empty = rows(text, 0, "");
        if (empty > 0) {
            text.append("\nempty: ").append(extent(empty));
        }
        return text.toString();
    }

    /// {@return the number of bits that nothing uses}
    private long rows(StringBuilder text, long base, String indent) {
        List<Layouts.Part> parts = type.parts();
        List<? extends Field<?, ?>> fields = type.fields();
        long end = 0;
        long empty = 0;
        for (int i = 0; i < parts.size(); i++) {
            Layouts.Part part = parts.get(i);
            if (!type.isUnion()) {
                empty += hole(text, base, indent, end, part.start());
            }
            end = Math.max(end, part.start() + part.width());
            empty += field(text, base, indent, part, fields.get(i));
        }
        return empty + hole(text, base, indent, end, 8 * type.byteSize());
    }

    private long field(StringBuilder text, long base, String indent, Layouts.Part part, Field<?, ?> field) {
        String name = indent + (field.name().isEmpty() ? "(unnamed)" : field.name()) + ": ";
        if (part.layout() == null) {
            text.append(row(at(base, part.start(), true), ":" + part.width(), name + field.type() + shownValue(field)));
            return 0;
        }
        String offset = at(base, part.start(), false);
        String size = Long.toString(part.width() / 8);
        if (field instanceof Fields.Nested<?, ?> nested) {
            text.append(row(offset, size, name + nested.nested()));
            Ref<?> view = view(nested);
            return new StructText(nested.nested(), view).rows(text, base + nested.offset(), indent + "  ");
        }
        text.append(row(offset, size, name + field.type() + shownValue(field)));
        return 0;
    }

    private Ref<?> view(Fields.Nested<?, ?> nested) {
        try {
            return ref == null ? null
                    : new Ref<>(nested.nested(), ref.segment.asSlice(nested.offset(), nested.size()), ref.room);
        } catch (RuntimeException outOfBounds) {
            return null;
        }
    }

    private String shownValue(Field<?, ?> field) {
        return ref == null ? "" : " = " + value(field);
    }

    private static long hole(StringBuilder text, long base, String indent, long from, long to) {
        if (to <= from) {
            return 0;
        }
        boolean bits = (from | to) % 8 != 0;
        text.append(row(at(base, from, bits), bits ? ":" + (to - from) : Long.toString((to - from) / 8),
                indent + "(empty)"));
        return to - from;
    }

    private static String at(long base, long bits, boolean withBit) {
        return base + bits / 8 + (withBit ? "." + bits % 8 : "");
    }

    private static String row(String offset, String size, String field) {
        return String.format(Locale.ROOT, "\n%8s  %4s  %s", offset, size, field);
    }

    private static String extent(long bits) {
        return bits % 8 == 0 ? bytes(bits / 8)
                : bits / 8 == 0 ? bits(bits) : bytes(bits / 8) + " and " + bits(bits % 8);
    }

    private static String bytes(long bytes) {
        return bytes == 1 ? "1 byte" : bytes + " bytes";
    }

    private static String bits(long bits) {
        return bits == 1 ? "1 bit" : bits + " bits";
    }
}

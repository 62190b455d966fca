// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SequenceLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.UnionLayout;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// Makes the layout of a struct of where its fields are, with all padding said.
public final class Layouts {

    /// A field, or a bit-field.
    ///
    /// @param name   null for one without
    /// @param layout of a field; null for a bit-field
    /// @param start  in bits
    /// @param width  in bits
    /// @param unit   bytes of the type of a bit-field
    public record Part(String name, MemoryLayout layout, long start, long width, long unit) {
        long from() {
            return start / 8;
        }

        long to() {
            return (start + width + 7) / 8;
        }
    }

    private final List<MemoryLayout> members = new ArrayList<>();
    private final long alignment;
    private long end;

    private Layouts(long alignment) {
        this.alignment = alignment;
    }

    /// @param parts in the order of their offsets
    public static GroupLayout struct(String name, List<Part> parts, long size, long alignment) {
        Layouts layouts = new Layouts(alignment);
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            if (part.layout != null) {
                layouts.pad(part.from());
                layouts.add(named(aligned(part.layout, alignment, part.from()), part.name));
                continue;
            }
            long to = part.to();
            long unit = part.unit;
            while (i + 1 < parts.size() && parts.get(i + 1).layout == null) { // those that share bytes are one member
                Part next = parts.get(++i);
                to = next.to();
                unit = Math.max(unit, next.unit);
            }
            layouts.addBits(part.from(), to, unit, i + 1 < parts.size() ? parts.get(i + 1).from() : size);
        }
        layouts.pad(size);
        return MemoryLayout.structLayout(layouts.members.toArray(MemoryLayout[]::new))
                .withByteAlignment(alignment).withName(name);
    }

    public static GroupLayout union(String name, List<Part> parts, long size, long alignment) {
        Layouts layouts = new Layouts(alignment);
        for (Part part : parts) {
            if (part.layout != null) {
                layouts.members.add(named(aligned(part.layout, alignment, 0), part.name));
                layouts.end = Math.max(layouts.end, part.layout.byteSize());
            } else {
                Layouts bits = new Layouts(alignment);
                bits.addBits(0, part.to(), part.unit, size);
                layouts.members.addAll(bits.members);
                layouts.end = Math.max(layouts.end, bits.end);
            }
        }
        if (layouts.end < size) {
            layouts.members.add(MemoryLayout.paddingLayout(size));
        }
        return MemoryLayout.unionLayout(layouts.members.toArray(MemoryLayout[]::new))
                .withByteAlignment(alignment).withName(name);
    }

    /// {@return whether a call passes values of both layouts in the same way; null is that of void}
    static boolean areAlike(MemoryLayout one, MemoryLayout other) {
        if (one == null || other == null) {
            return one == other;
        }
        if (one.byteSize() != other.byteSize()) {
            return false;
        }
        List<String> values = new ArrayList<>();
        addValues(one, values);
        List<String> others = new ArrayList<>();
        addValues(other, others);
        return values.equals(others);
    }

    private static void addValues(MemoryLayout layout, List<String> values) {
        switch (layout) {
            case ValueLayout value -> values.add((isFloating(value) ? "floating " : "general ") + value.byteSize());
            case SequenceLayout sequence -> {
                values.add(sequence.elementCount() + " of");
                addValues(sequence.elementLayout(), values);
            }
            case GroupLayout group -> {
                values.add(group instanceof UnionLayout ? "union" : "struct");
                group.memberLayouts().forEach(member -> addValues(member, values));
                values.add("end");
            }
            default -> values.add("padding " + layout.byteSize());
        }
    }

    private static boolean isFloating(ValueLayout layout) {
        return layout.carrier() == float.class || layout.carrier() == double.class;
    }

    private static MemoryLayout named(MemoryLayout layout, String name) {
        return name == null ? layout.withoutName() : layout.withName(name);
    }

    private void add(MemoryLayout member) {
        members.add(member);
        end += member.byteSize();
    }

    private void pad(long to) {
        if (to > end) {
            add(MemoryLayout.paddingLayout(to - end));
        }
    }

    /// Adds the bytes of bit-fields, as numbers of their type where nothing else lies in these: the JDK wants a member
    /// that is as aligned as the struct is.
    private void addBits(long from, long to, long widest, long limit) {
        for (long unit = widest; ; unit /= 2) {
            long start = from / unit * unit;
            long count = (to - start + unit - 1) / unit;
            if (unit == 1 || start >= end && start + count * unit <= limit && unit <= alignment) {
                pad(start);
                ValueLayout number = number(unit);
                add(count == 1 ? number : MemoryLayout.sequenceLayout(count, number));
                return;
            }
        }
    }

    private static ValueLayout number(long bytes) {
        return bytes == 1 ? ValueLayout.JAVA_BYTE : bytes == 2 ? ValueLayout.JAVA_SHORT
                : bytes == 4 ? ValueLayout.JAVA_INT : ValueLayout.JAVA_LONG;
    }

    /// {@return the layout, which the JDK also accepts where packing has put it}
    private static MemoryLayout aligned(MemoryLayout layout, long most, long offset) {
        return layout.byteAlignment() <= most && offset % layout.byteAlignment() == 0 ? layout : relaxed(layout);
    }

    private static MemoryLayout relaxed(MemoryLayout layout) {
        return switch (layout) {
            case SequenceLayout s -> MemoryLayout.sequenceLayout(s.elementCount(), relaxed(s.elementLayout()));
            case StructLayout s -> named(MemoryLayout.structLayout(relaxed(s.memberLayouts())), s.name().orElse(null));
            case UnionLayout u -> named(MemoryLayout.unionLayout(relaxed(u.memberLayouts())), u.name().orElse(null));
            default -> layout.withByteAlignment(1);
        };
    }

    private static MemoryLayout[] relaxed(List<MemoryLayout> layouts) {
        return layouts.stream().map(Layouts::relaxed).toArray(MemoryLayout[]::new);
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.SequenceLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// How a struct travels by value.
///
/// @param layout  as C has it, with all padding said
/// @param classes for System V on x86-64, of each of its one or two words of 8 bytes: `J` for a general register, `D`
///                for one of floating point; or [#MEMORY]
/// @param fault   why it can not travel by value, or null
public record Structure(MemoryLayout layout, String classes, String fault) {

    static final String MEMORY = "M";
    private static final int WORD = 8;

    /// Source: System V ABI for AMD64, section 3.2.3, "Classification".
    public static Structure of(MemoryLayout layout) {
        long bytes = layout.byteSize();
        if (layout.byteAlignment() > WORD) {
            return new Structure(layout, MEMORY, "an alignment of " + layout.byteAlignment() + " bytes");
        }
        if (bytes == 0) {
            return new Structure(layout, MEMORY, "no size");
        }
        if (!Passing.SYSTEM_V && !isNatural(layout)) {
            return new Structure(layout, MEMORY, "a layout other than C's usual one, with bit-fields or packing");
        }
        boolean aligned = isAligned(layout, 0);
        if (bytes > 2 * WORD) {
            return new Structure(layout, MEMORY, null);
        }
        if (!aligned) {
            return new Structure(layout, MEMORY, "fields that are not aligned, in a struct that fits into registers");
        }
        char[] words = "--".substring(0, bytes > WORD ? 2 : 1).toCharArray();
        classify(layout, 0, words);
        // Of unnamed bits only gcc passes it, of padding none does.
        if (words[0] == '-' || words[words.length - 1] == '-') {
            return new Structure(layout, MEMORY, "8 bytes without a field, in a struct that fits into registers");
        }
        return new Structure(layout, new String(words), null);
    }

    /// {@return the same of a struct that has bits without a name: GCC takes them for a field, Clang does not}
    public Structure withUnnamedBits() {
        return isInMemory() || !classes.contains("D") ? this
                : new Structure(layout, MEMORY, "bits without a name beside a number of floating point");
    }

    /// Whether it lies as the JDK wants a struct to lie that it passes itself.
    private static boolean isNatural(MemoryLayout layout) {
        return switch (layout) {
            case ValueLayout v -> v.byteAlignment() == v.byteSize();
            case SequenceLayout s -> isNatural(s.elementLayout());
            case GroupLayout g -> {
                long at = 0;
                long size = 0;
                long alignment = 1;
                for (MemoryLayout member : g.memberLayouts()) {
                    if (member instanceof PaddingLayout padding) {
                        at += padding.byteSize();
                        continue;
                    }
                    long natural = size + member.byteAlignment() - 1 & -member.byteAlignment();
                    if (!isNatural(member) || g instanceof StructLayout && at != natural) {
                        yield false;
                    }
                    at += g instanceof StructLayout ? member.byteSize() : 0;
                    size = g instanceof StructLayout ? at : Math.max(size, member.byteSize());
                    alignment = Math.max(alignment, member.byteAlignment());
                }
                yield layout.byteAlignment() == alignment
                        && layout.byteSize() == (size + alignment - 1 & -alignment);
            }
            case PaddingLayout _ -> true;
        };
    }

    private static boolean isAligned(MemoryLayout layout, long offset) {
        return switch (layout) {
            case ValueLayout v -> offset % v.byteSize() == 0;
            case SequenceLayout s -> s.elementCount() == 0 || isAligned(s.elementLayout(), offset)
                    && (s.elementCount() == 1 || isAligned(s.elementLayout(), offset + s.elementLayout().byteSize()));
            case GroupLayout g -> {
                long at = offset;
                for (MemoryLayout member : g.memberLayouts()) {
                    if (!isAligned(member, at)) {
                        yield false;
                    }
                    at += g instanceof StructLayout ? member.byteSize() : 0;
                }
                yield true;
            }
            case PaddingLayout _ -> true;
        };
    }

    /// A word of which any part is an integer goes by a general register.
    private static void classify(MemoryLayout layout, long offset, char[] words) {
        switch (layout) {
            case ValueLayout v -> {
                int word = (int) (offset / WORD);
                boolean floating = v.carrier() == float.class || v.carrier() == double.class;
                words[word] = floating && words[word] != 'J' ? 'D' : 'J';
            }
            case SequenceLayout s -> {
                for (long i = 0; i < s.elementCount(); i++) {
                    classify(s.elementLayout(), offset + i * s.elementLayout().byteSize(), words);
                }
            }
            case GroupLayout g -> {
                long at = offset;
                List<MemoryLayout> members = g.memberLayouts();
                for (MemoryLayout member : members) {
                    classify(member, at, words);
                    at += g instanceof StructLayout ? member.byteSize() : 0;
                }
            }
            case PaddingLayout _ -> { }
        }
    }

    boolean isInMemory() {
        return classes.equals(MEMORY);
    }

    /// {@return how many of the words go by registers of a kind}
    int count(char kind) {
        int count = 0;
        for (int i = 0; i < classes.length(); i++) {
            count += classes.charAt(i) == kind ? 1 : 0;
        }
        return count;
    }

    /// {@return its size in bytes, in whole words, so that words can be read of it}
    long room() {
        return (layout.byteSize() + WORD - 1) / WORD * WORD;
    }

    long alignment() {
        return WORD;
    }

    /// {@return how many of the slots of a method's arguments it takes at most: each word is a long to the JDK}
    public int slots() {
        return (int) Math.min(room() / WORD * 2, Integer.MAX_VALUE / 2);
    }

    /// {@return a layout of whole words that travels in the same way}
    MemoryLayout words() {
        MemoryLayout[] words = new MemoryLayout[(int) (room() / WORD)];
        for (int i = 0; i < words.length; i++) {
            words[i] = !isInMemory() && classes.charAt(i) == 'D' ? ValueLayout.JAVA_DOUBLE : ValueLayout.JAVA_LONG;
        }
        return MemoryLayout.structLayout(words);
    }
}

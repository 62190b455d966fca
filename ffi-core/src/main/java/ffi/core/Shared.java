// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Carriers;
import ffi.core.internal.Faults;
import ffi.core.internal.Misfit;
import ffi.core.internal.Text;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/// Fields that other threads work at: their numbers, as the machine has them, in more than the plain access.
///
/// A value that is converted goes by a copy of its field, in which its conversion is at work, so that all types have
/// all accesses.
final class Shared {

    private Shared() {}

    private static Fields.Inline<?, ?> inline(Field<?, ?> field, String word) {
        if (field instanceof Fields.Inline<?, ?> inline) {
            return inline;
        }
        if (field instanceof Fields.Wrong<?, ?> wrong) {
            throw BindingException.again(wrong.why());
        }
        throw ((Placed<?, ?>) field).unsupported(word);
    }

    /// {@return a handle of the bits as an integer}
    private static VarHandle handle(Fields.Inline<?, ?> field, String word) {
        return switch (bytes(field, word)) {
            case 1 -> ValueLayout.JAVA_BYTE.varHandle();
            case 2 -> ValueLayout.JAVA_SHORT.varHandle();
            case 4 -> ValueLayout.JAVA_INT.varHandle();
            default -> ValueLayout.JAVA_LONG.varHandle();
        };
    }

    private static int bytes(Fields.Inline<?, ?> field, String word) {
        return (int) field.shared(word).byteSize();
    }

    private static boolean isNumber(ValueLayout layout) {
        return !(layout instanceof AddressLayout || layout instanceof ValueLayout.OfFloat
                || layout instanceof ValueLayout.OfDouble || layout instanceof ValueLayout.OfBoolean);
    }

    static <T> T get(Field<?, T> field, Ref<?> ref, String word) {
        try {
            return read(field, ref, word);
        } catch (RuntimeException thrown) {
            throw ((Placed<?, ?>) field).access(thrown, ref);
        }
    }

    static <T> void set(Field<?, T> field, Ref<?> ref, T value, String word) {
        try {
            write(field, ref, value, word);
        } catch (RuntimeException thrown) {
            throw ((Placed<?, ?>) field).access(thrown, ref);
        }
    }

    static <T> boolean compareAndSet(Field<?, T> field, Ref<?> ref, T expected, T value) {
        try {
            return exchange(field, ref, expected, value);
        } catch (RuntimeException thrown) {
            throw ((Placed<?, ?>) field).access(thrown, ref);
        }
    }

    static <T> T getAndAdd(Field<?, T> field, Ref<?> ref, T delta) {
        try {
            return add(field, ref, delta);
        } catch (RuntimeException thrown) {
            throw ((Placed<?, ?>) field).access(thrown, ref);
        }
    }

    private static <T> T read(Field<?, T> field, Ref<?> ref, String word) {
        Fields.Inline<?, ?> inline = inline(field, word);
        VarHandle handle = handle(inline, word);
        MemorySegment segment = ref.segment;
        long offset = inline.offset();
        int bytes = bytes(inline, word);
        long bits = switch (word) {
            case "getVolatile" -> bytes == 4 ? (int) handle.getVolatile(segment, offset)
                    : bytes == 8 ? (long) handle.getVolatile(segment, offset)
                    : bytes == 2 ? (short) handle.getVolatile(segment, offset)
                    : (byte) handle.getVolatile(segment, offset);
            case "getAcquire" -> bytes == 4 ? (int) handle.getAcquire(segment, offset)
                    : bytes == 8 ? (long) handle.getAcquire(segment, offset)
                    : bytes == 2 ? (short) handle.getAcquire(segment, offset)
                    : (byte) handle.getAcquire(segment, offset);
            default -> bytes == 4 ? (int) handle.getOpaque(segment, offset)
                    : bytes == 8 ? (long) handle.getOpaque(segment, offset)
                    : bytes == 2 ? (short) handle.getOpaque(segment, offset)
                    : (byte) handle.getOpaque(segment, offset);
        };
        return value(inline, bits);
    }

    private static <T> void write(Field<?, T> field, Ref<?> ref, T value, String word) {
        Fields.Inline<?, ?> inline = inline(field, word);
        VarHandle handle = handle(inline, word);
        MemorySegment segment = ref.segment;
        long offset = inline.offset();
        long bits = bits(inline, value, ref.room);
        switch (bytes(inline, word)) {
            case 1 -> {
                switch (word) {
                    case "setVolatile" -> handle.setVolatile(segment, offset, (byte) bits);
                    case "setRelease" -> handle.setRelease(segment, offset, (byte) bits);
                    default -> handle.setOpaque(segment, offset, (byte) bits);
                }
            }
            case 2 -> {
                switch (word) {
                    case "setVolatile" -> handle.setVolatile(segment, offset, (short) bits);
                    case "setRelease" -> handle.setRelease(segment, offset, (short) bits);
                    default -> handle.setOpaque(segment, offset, (short) bits);
                }
            }
            case 4 -> {
                switch (word) {
                    case "setVolatile" -> handle.setVolatile(segment, offset, (int) bits);
                    case "setRelease" -> handle.setRelease(segment, offset, (int) bits);
                    default -> handle.setOpaque(segment, offset, (int) bits);
                }
            }
            default -> {
                switch (word) {
                    case "setVolatile" -> handle.setVolatile(segment, offset, bits);
                    case "setRelease" -> handle.setRelease(segment, offset, bits);
                    default -> handle.setOpaque(segment, offset, bits);
                }
            }
        }
    }

    private static <T> boolean exchange(Field<?, T> field, Ref<?> ref, T expected, T value) {
        Fields.Inline<?, ?> inline = inline(field, "compareAndSet");
        int bytes = bytes(inline, "compareAndSet");
        if (bytes < 4 || inline.type().passage().conversion() instanceof Text) {
            throw inline.unsupported("compareAndSet");
        }
        VarHandle handle = handle(inline, "compareAndSet");
        long before = bits(inline, expected, ref.room);
        long after = bits(inline, value, ref.room);
        return bytes == 4 ? handle.compareAndSet(ref.segment, inline.offset(), (int) before, (int) after)
                : handle.compareAndSet(ref.segment, inline.offset(), before, after);
    }

    private static <T> T add(Field<?, T> field, Ref<?> ref, T delta) {
        Fields.Inline<?, ?> inline = inline(field, "getAndAdd");
        int bytes = bytes(inline, "getAndAdd");
        ValueLayout layout = inline.shared("getAndAdd");
        if (bytes < 4 || !isNumber(layout) || inline.type().passage().conversion() != null
                || layout.order() != ValueLayout.JAVA_INT.order()) {
            throw inline.unsupported("getAndAdd");
        }
        VarHandle handle = handle(inline, "getAndAdd");
        long added = bits(inline, delta, ref.room);
        return value(inline, bytes == 4 ? (int) handle.getAndAdd(ref.segment, inline.offset(), (int) added)
                : (long) handle.getAndAdd(ref.segment, inline.offset(), added));
    }

    /// {@return the value of which C has these bits}
    @SuppressWarnings("unchecked") // a cell is only ever made together with its type
    private static <T> T value(Fields.Inline<?, ?> field, long bits) {
        if (isPlain(field)) {
            return (T) OutPassing.value(field.type().passage(), bits);
        }
        MemorySegment copy = MemorySegment.ofArray(new byte[8]);
        switch (bytes(field, "get")) {
            case 1 -> copy.set(ValueLayout.JAVA_BYTE, 0, (byte) bits);
            case 2 -> copy.set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, (short) bits);
            case 4 -> copy.set(ValueLayout.JAVA_INT_UNALIGNED, 0, (int) bits);
            default -> copy.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, bits);
        }
        try {
            return (T) field.cell().get(copy, 0);
        } catch (Misfit misfit) {
            throw Faults.value(misfit.in(field.toString()));
        }
    }

    /// Whether its bits are those of Java's number, so that there is no need for the copy.
    private static boolean isPlain(Fields.Inline<?, ?> field) {
        ValueLayout layout = field.shared("get");
        return field.type().passage().conversion() == null && layout.order() == ValueLayout.JAVA_INT.order();
    }

    private static long bits(Fields.Inline<?, ?> field, Object value, SegmentAllocator room) {
        if (isPlain(field)) {
            Object unmapped = field.type().passage().unmap(value);
            Class<?> type = Carriers.boxed(field.type().passage().javaType());
            if (!type.isInstance(unmapped)) {
                throw Faults.value(Misfit.none(unmapped, type).in(field.toString()));
            }
            return switch (unmapped) {
                case Integer i -> i;
                case Double d -> Double.doubleToRawLongBits(d);
                case Float f -> Float.floatToRawIntBits(f);
                case Boolean b -> b ? 1 : 0;
                case Character c -> c;
                case Object number -> ((Number) number).longValue();
            };
        }
        MemorySegment copy = MemorySegment.ofArray(new byte[8]);
        try {
            field.cell().set(copy, 0, value, room == null ? new Placed.NoRoom(field) : room);
        } catch (Misfit misfit) {
            throw Faults.value(misfit.in(field.toString()));
        }
        return switch (bytes(field, "set")) {
            case 1 -> copy.get(ValueLayout.JAVA_BYTE, 0);
            case 2 -> copy.get(ValueLayout.JAVA_SHORT_UNALIGNED, 0);
            case 4 -> copy.get(ValueLayout.JAVA_INT_UNALIGNED, 0);
            default -> copy.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
        };
    }
}

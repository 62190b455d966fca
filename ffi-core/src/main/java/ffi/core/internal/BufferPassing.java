// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import ffi.core.internal.Misfit.Kind;

import java.lang.foreign.MemorySegment;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;

/// Buffers: a direct one is C's memory already, one of the heap is copied, as an array is. What C gets begins at the
/// position and ends at the limit.
///
/// @param size     bytes of one element
/// @param back     whether C may write to it
/// @param count    the number of elements of a result, or -1
/// @param counter  the parameter that says the number of elements of a result, or -1
/// @param nullable whether null stands for NULL; without it either is a [Misfit]
/// @param heap     whether C can be given memory of the heap
public record BufferPassing(String name, Class<?> type, int size, boolean back, long count, int counter,
        boolean nullable, boolean heap) implements Conversion.OfSegment {

    /// {@return the conversion of a class of buffers, or null if it is none of C's elements}
    public static BufferPassing of(Class<? extends Buffer> type) {
        int size = type == ByteBuffer.class ? 1
                : type == ShortBuffer.class || type == CharBuffer.class ? 2
                : type == IntBuffer.class || type == FloatBuffer.class ? 4
                : type == LongBuffer.class || type == DoubleBuffer.class ? 8 : 0;
        return size == 0 ? null : new BufferPassing(
                "buffer(" + type.getSimpleName() + ")", type, size, true, -1, -1, false, false);
    }

    @Override
    public BufferPassing orNull(String name) {
        return new BufferPassing(name, type, size, back, count, counter, true, heap);
    }

    @Override
    public BufferPassing critical() {
        return new BufferPassing(name, type, size, back, count, counter, nullable, true);
    }

    public BufferPassing asConst(String name) {
        return new BufferPassing(name, type, size, false, count, counter, nullable, heap);
    }

    public BufferPassing sized(String name, long count) {
        return new BufferPassing(name, type, size, back, count, -1, nullable, heap);
    }

    public BufferPassing sizedBy(String name, int counter) {
        return new BufferPassing(name, type, size, back, -1, counter, nullable, heap);
    }

    @Override
    public boolean allocates() {
        return !heap;
    }

    @Override
    public boolean comesBack() {
        return back && !heap;
    }

    @Override
    public boolean writesThrough() {
        return back;
    }

    @Override
    public MemorySegment lower(Object value) {
        return segment(value);
    }

    @Override
    public MemorySegment lower(Object value, Scratch scratch) {
        MemorySegment segment = segment(value);
        if (segment.isNative()) {
            return segment;
        }
        MemorySegment copy = Memory.ALL.asSlice(scratch.allocate(segment.byteSize(), Long.BYTES), segment.byteSize());
        return copy.copyFrom(segment);
    }

    private MemorySegment segment(Object value) {
        if (value == null) {
            if (nullable) {
                return MemorySegment.NULL;
            }
            throw new Misfit(Kind.NULL, name, "a " + type.getSimpleName(), "null");
        }
        if (!type.isInstance(value)) { // the compiler sees to it that it is one, but not where types are erased
            throw new Misfit(Kind.ARGUMENT, name, "a " + type.getSimpleName(), value.getClass().getTypeName());
        }
        Buffer buffer = (Buffer) value;
        if (count >= 0 && buffer.remaining() != count) {
            throw new Misfit(Kind.ARGUMENT, name, count + " elements", buffer.remaining() + " elements");
        }
        if (back && buffer.isReadOnly()) {
            throw new Misfit(Kind.ARGUMENT, name, "a buffer that C may write to", "one that is read-only");
        }
        if (order(buffer) != ByteOrder.nativeOrder()) {
            throw new Misfit(Kind.ARGUMENT, name, ByteOrder.nativeOrder() + ", as C's numbers are",
                    order(buffer).toString());
        }
        try {
            return MemorySegment.ofBuffer(buffer);
        } catch (IllegalArgumentException noMemory) { // such as that of CharBuffer.wrap(text)
            throw new Misfit(Kind.ARGUMENT, name, "a buffer of memory", buffer.getClass().getTypeName());
        }
    }

    /// Of one byte there is none.
    private static ByteOrder order(Buffer buffer) {
        return switch (buffer) {
            case IntBuffer b -> b.order();
            case LongBuffer b -> b.order();
            case DoubleBuffer b -> b.order();
            case FloatBuffer b -> b.order();
            case ShortBuffer b -> b.order();
            case CharBuffer b -> b.order();
            default -> ByteOrder.nativeOrder();
        };
    }

    @Override
    public void comeBack(Object value, MemorySegment carrier) {
        if (value instanceof Buffer buffer && !buffer.isDirect()) {
            MemorySegment.ofBuffer(buffer).copyFrom(carrier);
        }
    }

    @Override
    public Object raise(MemorySegment carrier) {
        return raise(carrier, count);
    }

    /// A view of C's memory, which is C's to free.
    @Override
    public Object raise(MemorySegment carrier, long count) {
        if (carrier.address() == 0 && (count != 0 || nullable)) {
            if (!nullable) {
                throw new Misfit(Kind.NULL, name, "a buffer", "NULL");
            }
            return null;
        }
        if (count < 0 || count > Integer.MAX_VALUE / size) {
            throw new Misfit(Kind.RESULT, name, "0 to " + Integer.MAX_VALUE / size + " elements", count + " elements");
        }
        ByteBuffer bytes = Restricted.reinterpret(carrier, count * size).asByteBuffer().order(ByteOrder.nativeOrder());
        if (type == ByteBuffer.class) {
            return bytes;
        } else if (type == IntBuffer.class) {
            return bytes.asIntBuffer();
        } else if (type == LongBuffer.class) {
            return bytes.asLongBuffer();
        } else if (type == DoubleBuffer.class) {
            return bytes.asDoubleBuffer();
        } else if (type == FloatBuffer.class) {
            return bytes.asFloatBuffer();
        } else if (type == ShortBuffer.class) {
            return bytes.asShortBuffer();
        }
        return bytes.asCharBuffer();
    }
}

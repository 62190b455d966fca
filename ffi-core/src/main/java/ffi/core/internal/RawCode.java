// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.classfile.AttributeMapper;
import java.lang.classfile.AttributedElement;
import java.lang.classfile.BufWriter;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassReader;
import java.lang.classfile.CustomAttribute;
import java.lang.classfile.MethodBuilder;
import java.lang.classfile.constantpool.ConstantPoolBuilder;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.function.Consumer;

/// The code of a method, put together byte by byte: such as has no branches, or has few, and says itself where they
/// end.
///
/// The JDK's own builder makes an object of each instruction, and then follows the types on the stack, of which a
/// method without branches tells nobody. At the start of a program that takes a tenth of a millisecond for a method:
/// too much for two hundred of them which differ in one index into the constant pool.
final class RawCode extends CustomAttribute<RawCode> implements Consumer<MethodBuilder> {

    // the instructions that are written so; the JDK has their numbers in no public class
    static final int ACONST_NULL = 0x01;
    static final int ICONST_M1 = 0x02;
    static final int ICONST_0 = 0x03;
    static final int LCONST_0 = 0x09;
    static final int SIPUSH = 0x11;
    static final int LDC_W = 0x13;
    static final int ILOAD = 0x15; // and behind it those of long, float, double and references, as of the next two
    static final int ILOAD_0 = 0x1a;
    static final int ALOAD_0 = 0x2a;
    static final int AALOAD = 0x32;
    static final int ISTORE = 0x36; // as ILOAD
    static final int ASTORE_0 = 0x4b;
    static final int AASTORE = 0x53;
    static final int POP = 0x57;
    static final int POP2 = 0x58;
    static final int DUP = 0x59;
    static final int DUP2 = 0x5c;
    static final int DUP2_X1 = 0x5d;
    static final int IADD = 0x60;
    static final int ISHR = 0x7a;
    static final int IAND = 0x7e;
    static final int I2L = 0x85;
    static final int L2I = 0x88;
    static final int I2B = 0x91;
    static final int I2C = 0x92;
    static final int I2S = 0x93;
    static final int LCMP = 0x94;
    static final int IFNE = 0x9a;
    static final int IFEQ = 0x99; // with how many bytes behind its own beginning the place is, as the next one
    static final int IFNULL = 0xc6;
    static final int IRETURN = 0xac;
    static final int LRETURN = 0xad;
    static final int ARETURN = 0xb0;
    static final int RETURN = 0xb1;
    static final int GETSTATIC = 0xb2;
    static final int PUTSTATIC = 0xb3;
    static final int GETFIELD = 0xb4;
    static final int PUTFIELD = 0xb5;
    static final int INVOKEVIRTUAL = 0xb6;
    static final int INVOKESPECIAL = 0xb7;
    static final int INVOKESTATIC = 0xb8;
    static final int NEW = 0xbb;
    static final int ANEWARRAY = 0xbd;
    static final int CHECKCAST = 0xc0;
    private static final int WIDE = 0xc4;

    // how the instructions for values of a type follow those for int
    static final int LONG = 1;
    static final int FLOAT = 2;
    static final int DOUBLE = 3;
    static final int REFERENCE = 4;
    private static final int VOID = 5; // behind those that return only

    private static final int HEAD = 14; // bytes: name of the attribute, its length, stack, locals, length of the code
    private static final int TAIL = 4; // bytes: no handlers, no attributes but frames
    private static final byte[] NO_FRAMES = {};
    private static final int ROOM = 40; // bytes for the code, at first
    private static final int MOST = 65_535; // bytes of code

    private byte[] bytes; // all of the attribute
    private int end;
    private byte[] frames = NO_FRAMES;
    private int fromEnd; // where an index has its place that the methods which share the bytes differ in
    private int index;

    /// Code that is still to be written.
    ///
    /// @param stack  how many slots the stack has at most, where a `long` and a `double` take two
    /// @param locals how many slots the parameters and the local variables have
    RawCode(ConstantPoolBuilder pool, int stack, int locals) {
        super(Mapper.OF_ALL);
        bytes = new byte[HEAD + ROOM + TAIL];
        end = HEAD;
        putShort(bytes, 0, pool.utf8Entry(Mapper.NAME).index());
        putShort(bytes, 6, stack);
        putShort(bytes, 8, locals);
    }

    /// The same code, but for one index.
    ///
    /// @param fromEnd how many bytes before its end the index has its place
    RawCode(RawCode alike, int fromEnd, int index) {
        super(Mapper.OF_ALL);
        bytes = alike.bytes;
        end = alike.end;
        this.fromEnd = fromEnd;
        this.index = index;
    }

    RawCode op(int instruction) {
        if (end + 3 + TAIL > bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * bytes.length);
        }
        bytes[end++] = (byte) instruction;
        return this;
    }

    /// With an operand of one byte.
    RawCode op(int instruction, int operand) {
        op(instruction);
        bytes[end++] = (byte) operand;
        return this;
    }

    /// With an operand of two bytes.
    RawCode wide(int instruction, int operand) {
        op(instruction);
        putShort(bytes, end, operand);
        end += 2;
        return this;
    }

    RawCode op(int instruction, PoolEntry operand) {
        return wide(instruction, operand.index());
    }

    /// {@return how many bytes there are so far}
    int position() {
        return end - HEAD;
    }

    /// Goes on elsewhere, at a place that [#land] tells.
    int jump(int instruction) {
        int at = position();
        wide(instruction, 0);
        return at;
    }

    void land(int jump) {
        putShort(bytes, HEAD + jump + 1, position() - jump);
    }

    RawCode load(int kind, int slot) {
        return slot <= 3 ? op(ILOAD_0 + 4 * kind + slot) : local(ILOAD + kind, slot);
    }

    RawCode store(int kind, int slot) {
        return local(ISTORE + kind, slot);
    }

    private RawCode local(int instruction, int slot) {
        return slot < 256 ? op(instruction, slot) : op(WIDE).wide(instruction, slot);
    }

    /// {@return how the instructions for values of a type follow those for int}
    static int kind(Class<?> type) {
        return type == long.class ? LONG : type == float.class ? FLOAT : type == double.class ? DOUBLE
                : type == void.class ? VOID : type.isPrimitive() ? 0 : REFERENCE;
    }

    static int slots(Class<?> type) {
        return type == long.class || type == double.class ? 2 : 1;
    }

    /// {@return how many slots the parameters of a method have}
    static int slots(MethodType type) {
        int slots = 0;
        for (int i = 0; i < type.parameterCount(); i++) {
            slots += slots(type.parameterType(i));
        }
        return slots;
    }

    /// Says what is on the stack where the branches end.
    ///
    /// @param count  how many places
    /// @param frames each as a class file has it
    RawCode frames(ConstantPoolBuilder pool, int count, byte... frames) {
        this.frames = new byte[frames.length + 8];
        putShort(this.frames, 0, pool.utf8Entry("StackMapTable").index());
        putShort(this.frames, 4, frames.length + 2); // the upper half of the length is 0
        putShort(this.frames, 6, count);
        System.arraycopy(frames, 0, this.frames, 8, frames.length);
        return this;
    }

    /// Writes a method of this code.
    ///
    /// @throws IllegalArgumentException if it is longer than a method can be, as the JDK's own builder does
    void write(ClassBuilder builder, String name, MethodTypeDesc type, int flags) {
        if (position() > MOST) {
            throw new IllegalArgumentException(name + " would have " + position() + " bytes of code");
        }
        ConstantPoolBuilder pool = builder.constantPool();
        builder.withMethod(pool.utf8Entry(name), pool.utf8Entry(type), flags, this);
    }

    @Override
    public void accept(MethodBuilder method) {
        method.with(this);
    }

    private void write(BufWriter buffer) {
        int length = end - HEAD;
        putInt(2, HEAD - 6 + length + TAIL + frames.length);
        putInt(10, length);
        if (fromEnd > 0) {
            putShort(bytes, end - fromEnd, index);
        }
        if (frames.length > 0) {
            putShort(bytes, end + 2, 1);
        }
        buffer.writeBytes(bytes, 0, end + TAIL);
        buffer.writeBytes(frames);
    }

    static void putShort(byte[] bytes, int at, int value) {
        bytes[at] = (byte) (value >> 8);
        bytes[at + 1] = (byte) value;
    }

    private void putInt(int at, int value) {
        putShort(bytes, at, value >> 16);
        putShort(bytes, at + 2, value);
    }

    /// How a class file has it: as the attribute that all code is.
    private static final class Mapper implements AttributeMapper<RawCode> {

        static final String NAME = "Code";
        static final Mapper OF_ALL = new Mapper();

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public RawCode readAttribute(AttributedElement enclosing, ClassReader reader, int position) {
            return null; // which nobody asks for: it is written only
        }

        @Override
        public void writeAttribute(BufWriter buffer, RawCode code) {
            code.write(buffer);
        }

        @Override
        public AttributeStability stability() {
            return AttributeStability.CP_REFS;
        }
    }
}

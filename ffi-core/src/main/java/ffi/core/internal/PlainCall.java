// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static ffi.core.internal.Constants.desc;
import static java.lang.constant.ConstantDescs.CD_MethodHandle;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_long;

import java.lang.classfile.constantpool.ConstantPoolBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodType;
import java.util.Arrays;

/// Writes the body of a method that calls C with numbers and addresses, as [CallWriter] does for all others.
///
/// Most functions of most libraries are such. Their code has no branch, so that it can be [RawCode].
final class PlainCall {

    private static final String SEGMENT = MemorySegment.class.descriptorString();
    private static final ClassDesc CD_MemorySegment = desc(MemorySegment.class);
    private static final ClassDesc CD_Rare = desc(Rare.class);
    private static final MethodTypeDesc MTD_rare = MethodTypeDesc.of(CD_Object, CD_Object.arrayType(), CD_Object);
    private static final int MOST_BESIDES = 5; // local variables, beside the parameters and what was in their boxes
    private static final int FRAME_BESIDES = 7; // bytes
    private static final int BESIDES = 6; // slots of the stack: the handle, the address, what is boxed or checked

    private final FaceWriter face;
    private final int function;
    private final Call call;
    private final MethodType type;
    private final Passing passing;
    private final ConstantPoolBuilder pool;
    private final RawCode code;
    private int address; // a local variable, behind those for what came in boxes

    private PlainCall(FaceWriter face, int function, Passing passing, ConstantPoolBuilder pool, int locals) {
        this.face = face;
        this.function = function;
        this.passing = passing;
        this.pool = pool;
        call = face.call(function);
        type = face.type(function);
        code = new RawCode(pool, 2 * type.parameterCount() + BESIDES, locals + 2 * type.parameterCount() + 3);
    }

    /// Whether it can be written so, where nothing is unloaded and nobody watches.
    static boolean suits(Call call) {
        for (int i = 0; i < call.parameters().size(); i++) {
            if (!isPlain(call.parameters().get(i))) {
                return false;
            }
        }
        return isPlain(call.result()) && call.result().failure() == null;
    }

    private static boolean isPlain(Passage passage) {
        return passage.mappings().isEmpty()
                && (passage.conversion() == null || Pointers.isAddress(passage.conversion()));
    }

    /// @param first  the local variable of the first parameter
    /// @param locals how many slots all parameters of the method have, with those that say which function it is
    static RawCode of(FaceWriter face, int function, ConstantPoolBuilder pool, int first, int locals) {
        PlainCall writer = new PlainCall(face, function, face.call(function).passing(), pool, locals);
        writer.write(first, locals);
        return writer.code;
    }

    private void write(int first, int locals) {
        int[] values = unboxed(first, locals);
        face.loadAddress(code, pool, function);
        code.store(RawCode.LONG, address);
        if (call.isRegistered() && Passing.SYSTEM_V) {
            writeRare(values, first == 1);
        }
        code.op(RawCode.LDC_W, Constants.handle(pool, passing.linkedShape()));
        code.load(RawCode.LONG, address);
        makeSegment();
        StringBuilder descriptor = new StringBuilder("(").append(SEGMENT);
        for (int i = 0; i < values.length; i++) {
            lower(i, values[i]);
            descriptor.append(passing.parameters[i].equals("A") ? SEGMENT : passing.parameters[i]);
        }
        String shape = passing.linkedShape();
        descriptor.append(')').append(shape, shape.length() - 1, shape.length());
        code.op(RawCode.INVOKEVIRTUAL, pool.methodRefEntry(
                pool.classEntry(CD_MethodHandle), pool.nameAndTypeEntry(
                        pool.utf8Entry("invokeExact"), pool.utf8Entry(descriptor.toString()))));
        if (passing.result.equals("V")) {
            code.op(RawCode.POP2);
        } else if (passing.result.equals("A")) {
            makeSegment();
        }
        if (!call.critical()) {
            face.loadTarget(code, pool, function);
            code.op(RawCode.INVOKESTATIC, pool.methodRefEntry(
                    CallWriter.CD_Pending, "check", CallWriter.MTD_check));
        }
        giveResult();
    }

    /// Writes the way by [Rare], for as long as the address is not told.
    ///
    /// ```java
    /// if (address == 0) {
    ///     Object result = Rare.call(new Object[] {a, b}, function);
    ///     if (result != null) {
    ///         return (int) result;
    ///     }
    ///     address = ...
    /// }
    /// ```
    private void writeRare(int[] values, boolean isInstance) {
        int result = address + 2;
        code.load(RawCode.LONG, address).op(RawCode.LCONST_0).op(RawCode.LCMP);
        int known = code.jump(RawCode.IFNE);
        code.wide(RawCode.SIPUSH, values.length).op(RawCode.ANEWARRAY, pool.classEntry(CD_Object));
        for (int i = 0; i < values.length; i++) {
            Class<?> carrier = call.parameters().get(i).carrier();
            code.op(RawCode.DUP).wide(RawCode.SIPUSH, i).load(RawCode.kind(carrier), values[i]);
            box(carrier);
            code.op(RawCode.AASTORE);
        }
        face.loadTarget(code, pool, function);
        code.op(RawCode.INVOKESTATIC, pool.methodRefEntry(CD_Rare, "call", MTD_rare))
                .store(RawCode.REFERENCE, result).load(RawCode.REFERENCE, result);
        int again = code.jump(RawCode.IFNULL);
        Class<?> returned = type.returnType();
        if (returned == void.class) {
            code.op(RawCode.RETURN);
        } else {
            if (call.result().carrier() == void.class) {
                code.op(RawCode.ACONST_NULL);
            } else {
                code.load(RawCode.REFERENCE, result);
                if (returned.isPrimitive()) {
                    ClassDesc boxed = desc(Carriers.boxed(returned));
                    code.op(RawCode.CHECKCAST, pool.classEntry(boxed)).op(RawCode.INVOKEVIRTUAL, pool.methodRefEntry(
                            boxed, returned.getName().concat("Value"), MethodTypeDesc.of(desc(returned))));
                } else if (returned != Object.class) {
                    code.op(RawCode.CHECKCAST, pool.classEntry(desc(returned)));
                }
            }
            code.op(RawCode.IRETURN + RawCode.kind(returned));
        }
        code.land(again);
        int first = code.position();
        face.loadAddress(code, pool, function);
        code.store(RawCode.LONG, address);
        code.land(known);
        byte[] frames = new byte[2 * (3 * (2 * values.length + MOST_BESIDES) + FRAME_BESIDES)];
        int end = frame(frames, 0, first, isInstance, true);
        end = frame(frames, end, code.position() - first - 1, isInstance, false);
        code.frames(pool, 2, Arrays.copyOf(frames, end));
    }

    /// Writes what the local variables hold at the end of a branch.
    ///
    /// @param delta  how far that is from the branch before
    /// @param called whether there is a result as well
    /// @return where the frame ends
    private int frame(byte[] frames, int begin, int delta, boolean isInstance, boolean called) {
        frames[begin] = (byte) 0xff; // all of them are told
        frames[begin + 1] = (byte) (delta >> 8);
        frames[begin + 2] = (byte) delta;
        int at = begin + 5;
        int count = 0;
        if (isInstance) {
            at = local(frames, at, face.self);
            count++;
        }
        for (int i = 0; i < type.parameterCount(); i++, count++) {
            at = local(frames, at, desc(type.parameterType(i)));
        }
        for (ClassDesc further : face.furtherParameters()) {
            at = local(frames, at, further);
            count++;
        }
        for (int i = 0; i < type.parameterCount(); i++) {
            Class<?> primitive = call.parameters().get(i).javaType();
            if (!type.parameterType(i).isPrimitive() && primitive.isPrimitive()) {
                at = local(frames, at, desc(primitive));
                count++;
            }
        }
        at = local(frames, at, CD_long);
        count++;
        if (called) {
            at = local(frames, at, CD_Object);
            count++;
        }
        frames[begin + 3] = (byte) (count >> 8);
        frames[begin + 4] = (byte) count;
        return at + 2; // nothing is on the stack
    }

    /// By the numbers that class files have for them.
    private int local(byte[] frames, int at, ClassDesc held) {
        if (!held.isPrimitive()) {
            int index = pool.classEntry(held).index();
            frames[at] = 7;
            frames[at + 1] = (byte) (index >> 8);
            frames[at + 2] = (byte) index;
            return at + 3;
        }
        frames[at] = (byte) (held.equals(CD_long) ? 4 : held.equals(CD_double) ? 3 : held.equals(CD_float) ? 2 : 1);
        return at + 1;
    }

    private void box(Class<?> carrier) {
        if (carrier.isPrimitive()) {
            ClassDesc boxed = desc(Carriers.boxed(carrier));
            code.op(RawCode.INVOKESTATIC, pool.methodRefEntry(
                    boxed, "valueOf", MethodTypeDesc.of(boxed, desc(carrier))));
        }
    }

    private void makeSegment() {
        code.op(RawCode.INVOKESTATIC, pool.interfaceMethodRefEntry(
                CD_MemorySegment, "ofAddress", CallWriter.MTD_ofAddress));
    }

    /// Takes numbers out of their boxes, as [CallWriter#unbox] does.
    ///
    /// @return the local variables in which the arguments are then
    private int[] unboxed(int first, int locals) {
        int[] values = new int[type.parameterCount()];
        int slot = first;
        address = locals;
        for (int i = 0; i < values.length; i++) {
            Class<?> given = type.parameterType(i);
            Class<?> primitive = call.parameters().get(i).javaType();
            values[i] = slot;
            if (!given.isPrimitive() && primitive.isPrimitive()) {
                ClassDesc boxed = desc(Carriers.boxed(primitive));
                values[i] = address;
                address += primitive == long.class || primitive == double.class ? 2 : 1;
                code.load(RawCode.REFERENCE, slot)
                        .op(RawCode.CHECKCAST, pool.classEntry(boxed))
                        .op(RawCode.INVOKEVIRTUAL, pool.methodRefEntry(
                                boxed, primitive.getName().concat("Value"), MethodTypeDesc.of(desc(primitive))))
                        .store(RawCode.kind(primitive), values[i]);
            }
            slot += given == long.class || given == double.class ? 2 : 1;
        }
        return values;
    }

    private void lower(int index, int value) {
        Passage passage = call.parameters().get(index);
        Class<?> carrier = passage.carrier();
        code.load(RawCode.kind(carrier), value);
        if (passage.conversion() != null) {
            face.loadTarget(code, pool, function);
            code.wide(RawCode.SIPUSH, index).op(RawCode.INVOKESTATIC, pool.methodRefEntry(
                    CallWriter.CD_Pointers, "address", CallWriter.MTD_address));
        } else if (Linking.isNarrow(carrier) && passing.parameters[index].equals("J")) {
            if (passage.unsigned() && carrier == byte.class) { // as Carriage.fill
                code.wide(RawCode.SIPUSH, 0xff).op(RawCode.IAND);
            } else if (passage.unsigned() && carrier == short.class) {
                code.op(RawCode.I2C);
            }
            code.op(RawCode.I2L);
        }
    }

    private void giveResult() {
        Class<?> carrier = call.result().carrier();
        if (Linking.isNarrow(carrier) && passing.result.equals("J")) {
            cut(carrier);
        }
        Class<?> returned = type.returnType();
        if (returned == void.class) {
            if (carrier != void.class) {
                code.op(carrier == long.class || carrier == double.class ? RawCode.POP2 : RawCode.POP);
            }
        } else if (carrier == void.class) {
            code.op(RawCode.ACONST_NULL);
        } else if (!returned.isPrimitive() && carrier.isPrimitive()) {
            box(carrier);
        }
        code.op(RawCode.IRETURN + RawCode.kind(returned));
    }

    /// As [Carriage#cut].
    private void cut(Class<?> carrier) {
        code.op(RawCode.L2I);
        if (carrier == byte.class) {
            code.op(RawCode.I2B);
        } else if (carrier == short.class) {
            code.op(RawCode.I2S);
        } else if (carrier == char.class) {
            code.op(RawCode.I2C);
        } else if (carrier == boolean.class) {
            code.wide(RawCode.SIPUSH, 0xff).op(RawCode.IAND).wide(RawCode.SIPUSH, 0xff).op(RawCode.IADD)
                    .wide(RawCode.SIPUSH, 8).op(RawCode.ISHR);
        }
    }
}

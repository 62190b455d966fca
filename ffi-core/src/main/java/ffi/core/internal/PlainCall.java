// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static ffi.core.internal.Constants.desc;
import static java.lang.constant.ConstantDescs.CD_MethodHandle;

import java.lang.classfile.constantpool.ConstantPoolBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodType;

/// Writes the body of a method that calls C with numbers and addresses, as [CallWriter] does for all others.
///
/// Most functions of most libraries are such. Their code has no branch, so that it can be [RawCode].
final class PlainCall {

    private static final String SEGMENT = MemorySegment.class.descriptorString();
    private static final ClassDesc CD_MemorySegment = desc(MemorySegment.class);
    private static final int BESIDES = 6; // slots of the stack: the handle, the address, what is boxed or checked

    private final FaceWriter face;
    private final int function;
    private final Call call;
    private final MethodType type;
    private final Passing passing;
    private final ConstantPoolBuilder pool;
    private final RawCode code;

    private PlainCall(FaceWriter face, int function, Passing passing, ConstantPoolBuilder pool, int locals) {
        this.face = face;
        this.function = function;
        this.passing = passing;
        this.pool = pool;
        call = face.call(function);
        type = face.type(function);
        code = new RawCode(pool, 2 * type.parameterCount() + BESIDES, locals + 2 * type.parameterCount() + 2);
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
        int address = locals + 2 * type.parameterCount();
        face.loadAddress(code, pool, function);
        code.store(RawCode.LONG, address);
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
        for (int i = 0; i < values.length; i++) {
            Class<?> given = type.parameterType(i);
            Class<?> primitive = call.parameters().get(i).javaType();
            values[i] = slot;
            if (!given.isPrimitive() && primitive.isPrimitive()) {
                ClassDesc boxed = desc(Carriers.boxed(primitive));
                values[i] = locals + 2 * i;
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
            ClassDesc boxed = desc(Carriers.boxed(carrier));
            code.op(RawCode.INVOKESTATIC, pool.methodRefEntry(
                    boxed, "valueOf", MethodTypeDesc.of(boxed, desc(carrier))));
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

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static ffi.core.internal.Constants.desc;
import static java.lang.classfile.ClassFile.ACC_PRIVATE;
import static java.lang.classfile.ClassFile.ACC_STATIC;
import static java.lang.constant.ConstantDescs.CD_MethodHandle;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.constantpool.ConstantPoolBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Writes the body of a method that calls C with numbers and addresses, as [CallWriter] does for all others.
///
/// Most functions of most libraries are such. Their code has no branch, so that it can be [RawCode].
final class PlainCall {

    private static final String SEGMENT = MemorySegment.class.descriptorString();
    private static final ClassDesc CD_MemorySegment = desc(MemorySegment.class);
    private static final ClassDesc CD_Pending = named("Pending"); // by name, which loads no class before its time
    private static final ClassDesc CD_Pointers = named("Pointers");
    private static final ClassDesc CD_Carriers = named("Carriers");
    private static final ClassDesc CD_Rare = named("Rare");
    private static final MethodTypeDesc MTD_check = MethodTypeDesc.of(CD_void, CD_Object);
    private static final MethodTypeDesc MTD_ofAddress = MethodTypeDesc.of(CD_MemorySegment, CD_long);
    private static final MethodTypeDesc MTD_address = MethodTypeDesc.of(CD_MemorySegment, CD_Object, CD_Object, CD_int);
    private static final MethodTypeDesc MTD_rare = MethodTypeDesc.of(CD_Object, CD_Object.arrayType(), CD_Object);
    // what a frame in a class file is, and what a local variable holds by it
    private static final int ALL_LOCALS = 255;
    private static final int INT = 1;
    private static final int FLOAT = 2;
    private static final int DOUBLE = 3;
    private static final int LONG = 4;
    private static final int OBJECT = 7;

    private static final int OF_ADDRESS = 3; // slots: the Address, and its number
    private static final int STACK_BESIDES = 6; // slots: the handle, the address, what is boxed or checked
    private static final int LOCALS_BESIDES = 4; // slots: the address, what says which function it is, a result

    private final FaceWriter face;
    private final int function;
    private final Call call;
    private final MethodType type;
    private final Passing passing;
    private final ConstantPoolBuilder pool;
    private final RawCode code;
    private final int first; // the local variable of the first parameter
    private int free; // the local variable behind all that are in use

    private PlainCall(FaceWriter face, int function, Passing passing, ConstantPoolBuilder pool, int first) {
        this.face = face;
        this.function = function;
        this.passing = passing;
        this.pool = pool;
        this.first = first;
        call = face.call(function);
        type = face.type(function);
        int count = type.parameterCount();
        code = new RawCode(pool, 2 * count + STACK_BESIDES, first + RawCode.slots(type) + 2 * count + LOCALS_BESIDES);
    }

    private static ClassDesc named(String name) {
        return ClassDesc.of(PlainCall.class.getPackageName(), name);
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

    /// Writes the method, and the one beside it that it leaves the first calls to.
    ///
    /// @param first  the local variable of the first parameter
    /// @param rarely the name of the other one
    static void write(FaceWriter face, int function, ClassBuilder builder, String name, MethodTypeDesc type, int flags,
            int first, String rarely) {
        ConstantPoolBuilder pool = builder.constantPool();
        Passing passing = face.call(function).passing();
        PlainCall writer = new PlainCall(face, function, passing, pool, first);
        boolean rare = face.isRare(function);
        MethodTypeDesc rareType = rare ? writer.rareType() : null;
        writer.writeBody(type, rarely, rareType);
        writer.code.write(builder, name, type, flags);
        if (rare) {
            writer = new PlainCall(face, function, passing, pool, first);
            writer.writeRare(name, type, rareType);
            writer.code.write(builder, rarely, rareType, ACC_PRIVATE | flags & ACC_STATIC);
        }
    }

    private void writeBody(MethodTypeDesc called, String rarely, MethodTypeDesc rareType) {
        int further = first + RawCode.slots(type);
        int[] values = unboxed(further);
        int address = further + 1;
        if (first > 0) {
            address = free;
            face.loadAddress(code, pool, function);
            code.store(RawCode.LONG, address);
        }
        if (rareType != null) {
            code.load(RawCode.LONG, address).op(RawCode.LCONST_0).op(RawCode.LCMP);
            int known = code.jump(RawCode.IFNE);
            loadSelf();
            for (int i = 0; i < values.length; i++) {
                code.load(RawCode.kind(call.parameters().get(i).carrier()), values[i]);
            }
            if (first == 0) {
                code.load(RawCode.REFERENCE, further);
            }
            invoke(rarely, rareType);
            code.op(RawCode.IRETURN + RawCode.kind(type.returnType()));
            List<ClassDesc> locals = locals(called);
            for (int i = 0; i < values.length; i++) {
                if (isBoxed(i)) {
                    locals.add(desc(call.parameters().get(i).javaType()));
                }
            }
            if (first > 0) {
                locals.add(CD_long);
            }
            land(known, locals);
        }
        String shape = passing.linkedShape();
        code.op(RawCode.LDC_W, Constants.handle(pool, shape));
        code.load(RawCode.LONG, address);
        makeSegment();
        StringBuilder descriptor = new StringBuilder("(").append(SEGMENT);
        for (int i = 0; i < values.length; i++) {
            lower(i, values[i], further);
            descriptor.append(passing.parameters[i].equals("A") ? SEGMENT : passing.parameters[i]);
        }
        descriptor.append(')').append(shape, shape.length() - 1, shape.length());
        code.op(RawCode.INVOKEVIRTUAL, pool.methodRefEntry(pool.classEntry(CD_MethodHandle),
                pool.nameAndTypeEntry(pool.utf8Entry("invokeExact"), pool.utf8Entry(descriptor.toString()))));
        if (passing.result.equals("V")) {
            code.op(RawCode.POP2);
        } else if (passing.result.equals("A")) {
            makeSegment();
        }
        if (!call.critical()) {
            face.loadTarget(code, pool, further);
            code.op(RawCode.INVOKESTATIC, pool.methodRefEntry(
                    CD_Pending, "check", MTD_check));
        }
        giveResult();
    }

    /// Writes the way by [Rare], for as long as the address is not told. It is a method of its own, so that the other
    /// one stays small.
    ///
    /// ```java
    /// Object result = Rare.call(new Object[] {a, b}, function);
    /// return result != null ? (int) result : call(a, b);
    /// ```
    private void writeRare(String name, MethodTypeDesc called, MethodTypeDesc rareType) {
        int[] values = new int[type.parameterCount()];
        int further = first;
        code.wide(RawCode.SIPUSH, values.length).op(RawCode.ANEWARRAY, pool.classEntry(CD_Object));
        for (int i = 0; i < values.length; i++) {
            Class<?> carrier = call.parameters().get(i).carrier();
            values[i] = further;
            further += RawCode.slots(carrier);
            code.op(RawCode.DUP).wide(RawCode.SIPUSH, i).load(RawCode.kind(carrier), values[i]);
            box(carrier);
            code.op(RawCode.AASTORE);
        }
        int result = further + 1 - first;
        face.loadTarget(code, pool, further);
        code.op(RawCode.INVOKESTATIC, pool.methodRefEntry(CD_Rare, "call", MTD_rare))
                .store(RawCode.REFERENCE, result).load(RawCode.REFERENCE, result);
        int again = code.jump(RawCode.IFNULL);
        giveRare(result);
        List<ClassDesc> locals = locals(rareType);
        locals.add(CD_Object);
        land(again, locals);
        loadSelf();
        for (int i = 0; i < values.length; i++) {
            Class<?> carrier = call.parameters().get(i).carrier();
            code.load(RawCode.kind(carrier), values[i]);
            if (!type.parameterType(i).isPrimitive()) {
                box(carrier);
            }
        }
        if (first == 0) {
            code.load(RawCode.REFERENCE, further).op(RawCode.DUP);
            face.loadAddress(code, pool, function);
        }
        invoke(name, called);
        code.op(RawCode.IRETURN + RawCode.kind(type.returnType()));
    }

    private void giveRare(int result) {
        Class<?> returned = type.returnType();
        if (returned != void.class && call.result().carrier() == void.class) {
            code.op(RawCode.ACONST_NULL);
        } else if (returned.isPrimitive() && returned != void.class) {
            unbox(result, returned);
        } else if (returned != void.class) {
            code.load(RawCode.REFERENCE, result).op(RawCode.CHECKCAST, pool.classEntry(desc(returned)));
        }
        code.op(RawCode.IRETURN + RawCode.kind(returned));
    }

    /// {@return the type of the other method: without boxes}
    private MethodTypeDesc rareType() {
        List<ClassDesc> parameters = new ArrayList<>();
        for (Passage parameter : call.parameters()) {
            parameters.add(desc(parameter.carrier()));
        }
        if (first == 0) {
            parameters.add(FaceWriter.CD_Address);
        }
        return MethodTypeDesc.of(desc(type.returnType()), parameters);
    }

    private void loadSelf() {
        if (first > 0) {
            code.op(RawCode.ALOAD_0);
        }
    }

    private void invoke(String name, MethodTypeDesc called) {
        code.op(first > 0 ? RawCode.INVOKEVIRTUAL : RawCode.INVOKESTATIC,
                pool.methodRefEntry(face.self, name, called));
    }

    /// {@return what the local variables hold when a method of ours begins}
    private List<ClassDesc> locals(MethodTypeDesc own) {
        List<ClassDesc> locals = new ArrayList<>();
        if (first > 0) {
            locals.add(face.self);
        }
        locals.addAll(own.parameterList());
        return locals;
    }

    /// Goes on here after a jump, the only one, with nothing on the stack.
    private void land(int jump, List<ClassDesc> locals) {
        code.land(jump);
        byte[] frame = new byte[3 * locals.size() + 7]; // at most
        frame[0] = (byte) ALL_LOCALS;
        RawCode.putShort(frame, 1, code.position());
        RawCode.putShort(frame, 3, locals.size());
        int end = 5;
        for (ClassDesc local : locals) {
            if (local.isPrimitive()) {
                frame[end++] = (byte) (local.equals(CD_long) ? LONG
                        : local.equals(CD_double) ? DOUBLE : local.equals(CD_float) ? FLOAT : INT);
            } else {
                frame[end] = OBJECT;
                RawCode.putShort(frame, end + 1, pool.classEntry(local).index());
                end += 3;
            }
        }
        code.frames(pool, 1, Arrays.copyOf(frame, end + 2));
    }

    private void box(Class<?> carrier) {
        if (carrier.isPrimitive()) {
            ClassDesc boxed = desc(Carriers.boxed(carrier));
            code.op(RawCode.INVOKESTATIC, pool.methodRefEntry(
                    boxed, "valueOf", MethodTypeDesc.of(boxed, desc(carrier))));
        }
    }

    private void unbox(int slot, Class<?> primitive) {
        ClassDesc boxed = desc(Carriers.boxed(primitive));
        code.load(RawCode.REFERENCE, slot)
                .op(RawCode.CHECKCAST, pool.classEntry(boxed))
                .op(RawCode.INVOKEVIRTUAL, pool.methodRefEntry(
                        boxed, primitive.getName().concat("Value"), MethodTypeDesc.of(desc(primitive))));
    }

    private void makeSegment() {
        code.op(RawCode.INVOKESTATIC, pool.interfaceMethodRefEntry(
                CD_MemorySegment, "ofAddress", MTD_ofAddress));
    }

    /// Takes numbers out of their boxes, as [CallWriter#unbox] does.
    ///
    /// @param further the local variable behind the arguments
    /// @return the local variables in which the arguments are then
    private int[] unboxed(int further) {
        int[] values = new int[type.parameterCount()];
        int slot = first;
        free = first == 0 ? further + OF_ADDRESS : further;
        for (int i = 0; i < values.length; i++) {
            Class<?> given = type.parameterType(i);
            values[i] = slot;
            if (isBoxed(i)) {
                Class<?> primitive = call.parameters().get(i).javaType();
                values[i] = free;
                code.load(RawCode.REFERENCE, slot)
                        .op(RawCode.CHECKCAST, pool.classEntry(desc(Carriers.boxed(primitive))));
                face.loadTarget(code, pool, further);
                code.wide(RawCode.SIPUSH, i)
                        .op(RawCode.INVOKESTATIC, pool.methodRefEntry(
                                CD_Carriers, primitive.getName().concat("Value"), Carriage.unboxing(primitive)))
                        .store(RawCode.kind(primitive), free);
                free += RawCode.slots(primitive);
            }
            slot += RawCode.slots(given);
        }
        return values;
    }

    private boolean isBoxed(int parameter) {
        return !type.parameterType(parameter).isPrimitive()
                && call.parameters().get(parameter).javaType().isPrimitive();
    }

    private void lower(int index, int value, int further) {
        Passage passage = call.parameters().get(index);
        Class<?> carrier = passage.carrier();
        code.load(RawCode.kind(carrier), value);
        if (passage.conversion() != null) {
            face.loadTarget(code, pool, further);
            code.wide(RawCode.SIPUSH, index).op(RawCode.INVOKESTATIC, pool.methodRefEntry(
                    CD_Pointers, "address", MTD_address));
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

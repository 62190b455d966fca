// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static ffi.core.internal.Constants.desc;
import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_PRIVATE;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.constant.ConstantDescs.CD_Long;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.constantpool.ConstantPoolBuilder;
import java.lang.classfile.constantpool.FieldRefEntry;
import java.lang.classfile.constantpool.MethodRefEntry;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;

/// A class whose instances are functions of the same signature. See [Slots] for how it finds their addresses.
final class FunctionWriter extends FaceWriter {

    private static final int ADDRESS = OWN;

    private static final ClassDesc CD_Functions = desc(Functions.class);
    private static final ClassDesc CD_CallbackType = CallWriter.named("CallbackType");
    private static final MethodTypeDesc MTD_equals = MethodTypeDesc.of(CD_boolean, CD_Object);
    private static final MethodTypeDesc MTD_hashCode = MethodTypeDesc.of(CD_int);
    private static final MethodTypeDesc MTD_areSame = MethodTypeDesc.of(CD_boolean, CD_Functions, CD_Object);
    private static final MethodTypeDesc MTD_hash = MethodTypeDesc.of(CD_int, CD_Functions);
    private static final ClassDesc CD_Slots = desc(Slots.class);
    private static final MethodTypeDesc MTD_constructor = MethodTypeDesc.of(CD_void, CD_Target, CD_int);
    private static final MethodTypeDesc MTD_target = MethodTypeDesc.of(CD_Target);
    private static final MethodTypeDesc MTD_address = MethodTypeDesc.of(CD_long);
    private static final MethodTypeDesc MTD_known = MethodTypeDesc.of(CD_Object, CD_int);
    private static final MethodTypeDesc MTD_link = MethodTypeDesc.of(CD_long, CD_Target, CD_int);
    private static final MethodTypeDesc MTD_make = MethodTypeDesc.of(CD_Object, CD_Target, CD_int);

    private final Class<?> superclass;
    private final String method;
    private final String addressMethod;
    private final String callMethod;
    private final String rareMethod;
    private final String sharedMethod;
    private final MethodType type;
    private final Call call;
    private final Slots slots;
    private final boolean watched;

    /// @param face   an interface, or a class with a constructor of no parameters
    /// @param method  the one that calls
    /// @param watched whether its calls are watched
    FunctionWriter(Lookup host, Class<?> face, String method, MethodType type, Call call, boolean unloads,
            boolean watched, Slots slots) {
        super(host, face, unloads);
        this.method = method;
        addressMethod = method.concat("!address"); // Kotlin admits such names as well, but no name is its own beginning
        callMethod = method.concat("!call");
        rareMethod = method.concat("!rare");
        sharedMethod = method.concat("!shared");
        this.type = type;
        this.call = call;
        this.slots = slots;
        this.watched = watched;
        superclass = face.isInterface() ? Object.class : face;
    }

    @Override
    void writeMembers(ClassBuilder builder) {
        builder.withSuperclass(desc(superclass));
        if (face.isInterface()) {
            builder.withInterfaceSymbols(CD_Functions, desc(face));
        } else {
            builder.withInterfaceSymbols(CD_Functions);
        }
        builder.withField("target", CD_Target, ACC_PRIVATE | ACC_FINAL);
        builder.withField("slot", CD_int, ACC_PRIVATE | ACC_FINAL);
        builder.withField("address", addressType, ACC_PRIVATE);
        writeMakers(builder);
        if (unloads) {
            builder.withMethodBody(addressMethod, MethodTypeDesc.of(addressType), ACC_PRIVATE, piece(ADDRESS, 0));
        } else {
            writeSlottedAddress(builder);
        }
        writeCall(builder, method, desc(type), ACC_PUBLIC | ACC_FINAL, 0, 1, rareMethod);
        if (hasShared(0)) {
            builder.withMethodBody(sharedMethod, desc(type), ACC_PRIVATE, piece(SHARED, 0));
        }
        if (watched) {
            builder.withMethodBody(callMethod, desc(type), ACC_PRIVATE, piece(CALL, 0));
        }
    }

    /// Writes what makes a function, and says what it is.
    private void writeMakers(ClassBuilder builder) {
        ConstantPoolBuilder pool = builder.constantPool();
        FieldRefEntry target = pool.fieldRefEntry(self, "target", CD_Target);
        MethodRefEntry constructor = pool.methodRefEntry(self, INIT_NAME, MTD_constructor);
        new RawCode(pool, 2, 3) // the fields first: a superclass may already ask what it is
                .op(RawCode.ALOAD_0).op(RawCode.ALOAD_0 + 1).op(RawCode.PUTFIELD, target)
                .op(RawCode.ALOAD_0).op(RawCode.ILOAD_0 + 2)
                .op(RawCode.PUTFIELD, pool.fieldRefEntry(self, "slot", CD_int)).op(RawCode.ALOAD_0)
                .op(RawCode.INVOKESPECIAL, pool.methodRefEntry(desc(superclass), INIT_NAME, MTD_void))
                .op(RawCode.RETURN).write(builder, INIT_NAME, MTD_constructor, ACC_PRIVATE);
        new RawCode(pool, 3, 1) // of the instance that is no function, but makes them
                .op(RawCode.ALOAD_0).op(RawCode.ACONST_NULL).op(RawCode.ICONST_M1)
                .op(RawCode.INVOKESPECIAL, constructor)
                .op(RawCode.RETURN).write(builder, INIT_NAME, MTD_void, ACC_PRIVATE);
        new RawCode(pool, 4, 3)
                .op(RawCode.NEW, pool.classEntry(self)).op(RawCode.DUP)
                .op(RawCode.ALOAD_0 + 1).op(RawCode.ILOAD_0 + 2).op(RawCode.INVOKESPECIAL, constructor)
                .op(RawCode.ARETURN).write(builder, "make", MTD_make, ACC_PUBLIC | ACC_FINAL);
        new RawCode(pool, 1, 1)
                .op(RawCode.ALOAD_0).op(RawCode.GETFIELD, target)
                .op(RawCode.ARETURN).write(builder, "target$", MTD_target, ACC_PUBLIC | ACC_FINAL);
        if (superclass == Object.class) {
            new RawCode(pool, 1, 1)
                    .op(RawCode.ALOAD_0).op(RawCode.GETFIELD, target)
                    .op(RawCode.INVOKEVIRTUAL, pool.methodRefEntry(CD_Object, "toString", MTD_toString))
                    .op(RawCode.ARETURN).write(builder, "toString", MTD_toString, ACC_PUBLIC | ACC_FINAL);
            new RawCode(pool, 2, 2)
                    .op(RawCode.ALOAD_0).op(RawCode.ALOAD_0 + 1)
                    .op(RawCode.INVOKESTATIC, pool.methodRefEntry(CD_CallbackType, "areSame", MTD_areSame))
                    .op(RawCode.IRETURN).write(builder, "equals", MTD_equals, ACC_PUBLIC | ACC_FINAL);
            new RawCode(pool, 1, 1)
                    .op(RawCode.ALOAD_0)
                    .op(RawCode.INVOKESTATIC, pool.methodRefEntry(CD_CallbackType, "hash", MTD_hash))
                    .op(RawCode.IRETURN).write(builder, "hashCode", MTD_hashCode, ACC_PUBLIC | ACC_FINAL);
        }
    }

    @Override
    void writeOwnBody(CodeBuilder code, int body, int function) {
        writeUnloadableAddress(code);
    }

    private void writeUnloadableAddress(CodeBuilder code) {
        Label known = code.newLabel();
        code.aload(0).getfield(self, "address", CD_MemorySegment).astore(1)
                .aload(1).ifnonnull(known);
        loadTarget(code, 0);
        code.invokestatic(CD_Slots, "segment", MethodTypeDesc.of(CD_MemorySegment, CD_Target)).astore(1)
                .aload(0).aload(1).putfield(self, "address", CD_MemorySegment)
                .labelBinding(known).aload(1).areturn();
    }

    /// Writes the method that finds the address.
    ///
    /// ```java
    /// Object known = slots.known(slot);
    /// return known != null ? (long) known : address != 0 ? address : (address = slots.link(target, slot)); // or start
    /// ```
    private void writeSlottedAddress(ClassBuilder builder) {
        ConstantPoolBuilder pool = builder.constantPool();
        FieldRefEntry slots = constants.field(pool, this.slots, CD_Slots);
        FieldRefEntry slot = pool.fieldRefEntry(self, "slot", CD_int);
        FieldRefEntry address = pool.fieldRefEntry(self, "address", CD_long);
        int object = pool.classEntry(CD_Object).index();
        new RawCode(pool, 6, 1)
                .op(RawCode.GETSTATIC, slots).op(RawCode.ALOAD_0).op(RawCode.GETFIELD, slot)
                .op(RawCode.INVOKEVIRTUAL, pool.methodRefEntry(CD_Slots, "known", MTD_known))
                .op(RawCode.DUP).wide(RawCode.IFNULL, 10) // to the POP
                .op(RawCode.CHECKCAST, pool.classEntry(CD_Long))
                .op(RawCode.INVOKEVIRTUAL, pool.methodRefEntry(CD_Long, "longValue", MTD_address))
                .op(RawCode.LRETURN)
                .op(RawCode.POP).op(RawCode.ALOAD_0).op(RawCode.GETFIELD, address)
                .op(RawCode.DUP2).op(RawCode.LCONST_0).op(RawCode.LCMP).wide(RawCode.IFEQ, 4) // to the POP2
                .op(RawCode.LRETURN)
                .op(RawCode.POP2).op(RawCode.ALOAD_0)
                .op(RawCode.GETSTATIC, slots)
                .op(RawCode.ALOAD_0).op(RawCode.GETFIELD, pool.fieldRefEntry(self, "target", CD_Target))
                .op(RawCode.ALOAD_0).op(RawCode.GETFIELD, slot)
                .op(RawCode.INVOKEVIRTUAL, pool.methodRefEntry(
                        CD_Slots, isRare(0) ? "start" : "link", MTD_link))
                .op(RawCode.DUP2_X1).op(RawCode.PUTFIELD, address).op(RawCode.LRETURN)
                .frames(pool, 2, // one on the stack, which is an object at 21, and a long 12 bytes behind
                        (byte) (64 + 21), (byte) 7, (byte) (object >> 8), (byte) object, (byte) (64 + 11), (byte) 4)
                .write(builder, addressMethod, MTD_address, ACC_PRIVATE);
    }

    @Override
    boolean watches(int function) {
        return watched;
    }

    @Override
    void invokeCall(CodeBuilder code, int function) {
        invoke(code, callMethod);
    }

    @Override
    void invokeShared(CodeBuilder code, int function) {
        invoke(code, sharedMethod);
    }

    private void invoke(CodeBuilder code, String own) {
        code.aload(0);
        for (int i = 0; i < type.parameterCount(); i++) {
            code.loadLocal(TypeKind.from(type.parameterType(i)), code.parameterSlot(i));
        }
        code.invokevirtual(self, own, desc(type));
    }

    @Override
    Call call(int function) {
        return call;
    }

    @Override
    MethodType type(int function) {
        return type;
    }

    @Override
    void loadAddress(CodeBuilder code, int function) {
        code.aload(0).invokevirtual(self, addressMethod, MethodTypeDesc.of(addressType));
    }

    @Override
    void loadTarget(CodeBuilder code, int function) {
        code.aload(0).getfield(self, "target", CD_Target);
    }

    @Override
    void loadAddress(RawCode code, ConstantPoolBuilder pool, int function) {
        code.op(RawCode.ALOAD_0).op(RawCode.INVOKEVIRTUAL, pool.methodRefEntry(self, addressMethod, MTD_address));
    }

    @Override
    void loadTarget(RawCode code, ConstantPoolBuilder pool, int further) {
        code.op(RawCode.ALOAD_0).op(RawCode.GETFIELD, pool.fieldRefEntry(self, "target", CD_Target));
    }
}

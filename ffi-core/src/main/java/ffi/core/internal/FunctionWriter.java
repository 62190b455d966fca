// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static ffi.core.internal.Constants.desc;
import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_PRIVATE;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.constant.ConstantDescs.CD_Long;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;

/// A class whose instances are functions of the same signature. See [Slots] for how it finds their addresses.
final class FunctionWriter extends FaceWriter {

    private static final int CONSTRUCTOR = OWN;
    private static final int FIRST_CONSTRUCTOR = OWN + 1;
    private static final int MAKE = OWN + 2;
    private static final int ADDRESS = OWN + 3;
    private static final int TARGET = OWN + 4;

    private static final String ADDRESS_METHOD = "address!"; // no language has a method of this name to clash with
    private static final String CALL_METHOD = "call!";
    private static final ClassDesc CD_Functions = desc(Functions.class);
    private static final ClassDesc CD_Slots = desc(Slots.class);
    private static final MethodTypeDesc MTD_constructor = MethodTypeDesc.of(CD_void, CD_Target, CD_int);
    private static final MethodTypeDesc MTD_make = MethodTypeDesc.of(CD_Object, CD_Target, CD_int);

    private final Class<?> superclass;
    private final String method;
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
        builder.withMethodBody(INIT_NAME, MTD_constructor, ACC_PRIVATE, piece(CONSTRUCTOR, 0));
        builder.withMethodBody(INIT_NAME, MTD_void, ACC_PRIVATE, piece(FIRST_CONSTRUCTOR, 0));
        builder.withMethodBody("make", MTD_make, ACC_PUBLIC | ACC_FINAL, piece(MAKE, 0));
        builder.withMethodBody("target$", MethodTypeDesc.of(CD_Target), ACC_PUBLIC | ACC_FINAL, piece(TARGET, 0));
        builder.withMethodBody(ADDRESS_METHOD, MethodTypeDesc.of(addressType), ACC_PRIVATE, piece(ADDRESS, 0));
        builder.withMethodBody(method, desc(type), ACC_PUBLIC | ACC_FINAL, piece(watched ? WATCHED : CALL, 0));
        if (watched) {
            builder.withMethodBody(CALL_METHOD, desc(type), ACC_PRIVATE, piece(CALL, 0));
        }
        if (superclass == Object.class) {
            writeToString(builder);
        }
    }

    @Override
    void writeOwnBody(CodeBuilder code, int body, int function) {
        switch (body) {
            case CONSTRUCTOR -> writeConstructor(code);
            case FIRST_CONSTRUCTOR -> // of the instance that is no function, but makes them
                    code.aload(0).aconst_null().iconst_m1()
                            .invokespecial(self, INIT_NAME, MTD_constructor).return_();
            case MAKE -> code.new_(self).dup().aload(1).iload(2)
                    .invokespecial(self, INIT_NAME, MTD_constructor).areturn();
            case TARGET -> {
                loadTarget(code, 0);
                code.areturn();
            }
            default -> {
                if (unloads) {
                    writeUnloadableAddress(code);
                } else {
                    writeSlottedAddress(code);
                }
            }
        }
    }

    private void writeConstructor(CodeBuilder code) {
        // the fields first: a superclass may already ask what it is
        code.aload(0).aload(1).putfield(self, "target", CD_Target);
        code.aload(0).iload(2).putfield(self, "slot", CD_int);
        code.aload(0).invokespecial(desc(superclass), INIT_NAME, MTD_void).return_();
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

    private void writeSlottedAddress(CodeBuilder code) {
        Label slotted = code.newLabel();
        Label late = code.newLabel();
        Label unknown = code.newLabel();
        List<SwitchCase> cases = new ArrayList<>();
        for (int i = 0; i < Slots.COUNT; i++) {
            cases.add(SwitchCase.of(i, code.newLabel()));
        }
        code.aload(0).getfield(self, "slot", CD_int).tableswitch(0, Slots.COUNT - 1, late, cases);
        for (int i = 0; i < Slots.COUNT; i++) {
            code.labelBinding(cases.get(i).target());
            constants.load(code, slots.address(i), CD_Address);
            code.invokevirtual(CD_Address, "known", MethodTypeDesc.of(CD_Object)).goto_(slotted);
        }
        code.labelBinding(slotted).astore(3).aload(3).ifnull(unknown)
                .aload(3).checkcast(CD_Long).invokevirtual(CD_Long, "longValue", MethodTypeDesc.of(CD_long)).lreturn();
        code.labelBinding(late).aload(0).getfield(self, "address", CD_long).lstore(1)
                .lload(1).lconst_0().lcmp().ifeq(unknown).lload(1).lreturn();
        code.labelBinding(unknown);
        constants.load(code, slots, CD_Slots);
        loadTarget(code, 0);
        code.aload(0).getfield(self, "slot", CD_int)
                .invokevirtual(CD_Slots, "link", MethodTypeDesc.of(CD_long, CD_Target, CD_int)).lstore(1)
                .aload(0).lload(1).putfield(self, "address", CD_long)
                .lload(1).lreturn();
    }

    @Override
    boolean watches(int function) {
        return watched;
    }

    @Override
    void invokeCall(CodeBuilder code, int function) {
        code.aload(0);
        for (int i = 0; i < type.parameterCount(); i++) {
            code.loadLocal(TypeKind.from(type.parameterType(i)), code.parameterSlot(i));
        }
        code.invokevirtual(self, CALL_METHOD, desc(type));
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
        code.aload(0).invokevirtual(self, ADDRESS_METHOD, MethodTypeDesc.of(addressType));
    }

    @Override
    void loadTarget(CodeBuilder code, int function) {
        code.aload(0).getfield(self, "target", CD_Target);
    }

    @Override
    void loadText(CodeBuilder code) {
        loadTarget(code, 0);
    }
}

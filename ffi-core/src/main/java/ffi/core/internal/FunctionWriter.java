// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static ffi.core.internal.Constants.desc;
import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_PRIVATE;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;

/// A class whose instances are functions of the same signature.
final class FunctionWriter extends FaceWriter {

    private static final ClassDesc CD_Functions = desc(Functions.class);
    private static final ClassDesc CD_Slots = desc(Slots.class);
    private static final MethodTypeDesc MTD_make = MethodTypeDesc.of(CD_Object, CD_Target, CD_int, CD_Object);

    private final Class<?> superclass;
    private final Class<?> parameter;
    private final String method;
    private final MethodType type;
    private final Call call;
    private final Slots slots;

    /// @param face   an interface, or a class with a constructor of no or one parameter
    /// @param method the one that calls
    FunctionWriter(Lookup host, Class<?> face, String method, MethodType type, Call call, boolean unloads, Slots slots) {
        super(host, face, unloads);
        this.method = method;
        this.type = type;
        this.call = call;
        this.slots = slots;
        superclass = face.isInterface() ? Object.class : face;
        Class<?>[] parameters = superclass.getDeclaredConstructors()[0].getParameterTypes();
        parameter = parameters.length == 0 ? null : parameters[0];
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
        writeConstructors(builder);
        writeMake(builder);
        builder.withMethodBody("address", MethodTypeDesc.of(addressType), ACC_PRIVATE, new Emit() {
            @Override
            public void accept(CodeBuilder code) {
                if (unloads) {
                    writeUnloadable(code);
                } else {
                    writeSlotted(code);
                }
            }
        });
        Emit target = new Emit() {
            @Override
            public void accept(CodeBuilder code) {
                code.aload(0).getfield(self, "target", CD_Target);
            }
        };
        Emit address = new Emit() {
            @Override
            public void accept(CodeBuilder code) {
                code.aload(0).invokevirtual(self, "address", MethodTypeDesc.of(addressType));
            }
        };
        writeCall(builder, method, type, call, address, target);
        if (superclass == Object.class) {
            writeToString(builder, target);
        }
    }

    /// One makes functions, the other is the first instance, which is no function but makes them.
    private void writeConstructors(ClassBuilder builder) {
        MethodTypeDesc all = MethodTypeDesc.of(CD_void, CD_Target, CD_int, CD_Object);
        builder.withMethodBody(INIT_NAME, all, ACC_PRIVATE, new Emit() {
            @Override
            public void accept(CodeBuilder code) {
                // the fields first: a superclass may already ask what it is
                code.aload(0).aload(1).putfield(self, "target", CD_Target);
                code.aload(0).iload(2).putfield(self, "slot", CD_int);
                code.aload(0);
                MethodTypeDesc inherited = MethodTypeDesc.of(CD_void);
                if (parameter != null) {
                    code.aload(3).checkcast(desc(parameter));
                    inherited = MethodTypeDesc.of(CD_void, desc(parameter));
                }
                code.invokespecial(desc(superclass), INIT_NAME, inherited).return_();
            }
        });
        builder.withMethodBody(INIT_NAME, MethodTypeDesc.of(CD_void), ACC_PRIVATE, new Emit() {
            @Override
            public void accept(CodeBuilder code) {
                code.aload(0).aconst_null().iconst_m1().aconst_null().invokespecial(self, INIT_NAME, all).return_();
            }
        });
    }

    private void writeMake(ClassBuilder builder) {
        builder.withMethodBody("make", MTD_make, ACC_PUBLIC | ACC_FINAL, new Emit() {
            @Override
            public void accept(CodeBuilder code) {
                code.new_(self).dup().aload(1).iload(2).aload(3)
                        .invokespecial(self, INIT_NAME, MethodTypeDesc.of(CD_void, CD_Target, CD_int, CD_Object))
                        .areturn();
            }
        });
    }

    private void writeUnloadable(CodeBuilder code) {
        Label known = code.newLabel();
        code.aload(0).getfield(self, "address", CD_MemorySegment).astore(1)
                .aload(1).ifnonnull(known)
                .aload(0).getfield(self, "target", CD_Target)
                .invokeinterface(CD_Target, "link", MethodTypeDesc.of(CD_MemorySegment)).astore(1)
                .aload(0).aload(1).putfield(self, "address", CD_MemorySegment)
                .labelBinding(known).aload(1).areturn();
    }

    private void writeSlotted(CodeBuilder code) {
        Label link = code.newLabel();
        Label[] cases = new Label[Slots.COUNT];
        List<SwitchCase> table = new ArrayList<>();
        for (int i = 0; i < cases.length; i++) {
            cases[i] = code.newLabel();
            table.add(SwitchCase.of(i, cases[i]));
        }
        Label none = code.newLabel();
        Label slotted = code.newLabel();
        code.aload(0).getfield(self, "slot", CD_int).tableswitch(0, cases.length - 1, none, table);
        for (int i = 0; i < cases.length; i++) {
            code.labelBinding(cases[i]);
            loadKnown(code, slots.address(i));
            code.astore(3).goto_(slotted);
        }
        code.labelBinding(slotted).aload(3).ifnull(link).aload(3);
        castAddress(code);
        code.lreturn();
        code.labelBinding(none).aload(0).getfield(self, "address", CD_long).lstore(1)
                .lload(1).lconst_0().lcmp().ifeq(link).lload(1).lreturn();
        code.labelBinding(link);
        constants.load(code, slots, CD_Slots);
        code.aload(0).getfield(self, "target", CD_Target)
                .aload(0).getfield(self, "slot", CD_int)
                .invokevirtual(CD_Slots, "link", MethodTypeDesc.of(CD_long, CD_Target, CD_int)).lstore(1)
                .aload(0).lload(1).putfield(self, "address", CD_long)
                .lload(1).lreturn();
    }
}

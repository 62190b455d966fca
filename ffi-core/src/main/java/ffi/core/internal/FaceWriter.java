// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static ffi.core.internal.Constants.desc;
import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_PRIVATE;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.classfile.ClassFile.ACC_SUPER;
import static java.lang.classfile.ClassFile.ACC_SYNTHETIC;
import static java.lang.constant.ConstantDescs.CD_MethodHandle;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Writes the classes behind faces: what Java or Kotlin calls when it calls C.
final class FaceWriter {

    private static final ClassDesc CD_Target = desc(Target.class);
    private static final ClassDesc CD_Slots = desc(Slots.class);
    private static final ClassDesc CD_Address = desc(Address.class);
    private static final ClassDesc CD_MemorySegment = desc(MemorySegment.class);
    private static final MethodTypeDesc MTD_toString = MethodTypeDesc.of(CD_String);

    private final Constants constants = new Constants();
    private final boolean unloads;
    private final ClassDesc self;
    private final ClassDesc addressType;

    private FaceWriter(Lookup host, String name, boolean unloads) {
        this.unloads = unloads;
        self = ClassDesc.of(host.lookupClass().getPackageName(), name.concat("$Native"));
        addressType = unloads ? CD_MemorySegment : CD_long;
    }

    // --- one function an instance ----------------------------------------------------------------------------------

    /// Writes a class whose instances are functions of the same signature.
    ///
    /// Its constructor takes the [Target], the slot, and what the constructor of the superclass takes.
    ///
    /// @param superclass has a constructor of no, or one, parameter
    static Class<?> function(
            Lookup host, Class<?> superclass, Class<?> face, String method, MethodType type, Call call,
            boolean unloads, Slots slots) throws IllegalAccessException {
        Class<?> named = face != null ? face : superclass;
        FaceWriter writer = new FaceWriter(host, named.getSimpleName(), unloads);
        return writer.define(host, builder -> {
            builder.withSuperclass(desc(superclass));
            if (face != null) {
                builder.withInterfaceSymbols(desc(face));
            }
            writer.functionMembers(builder, superclass, slots);
            builder.withMethodBody(method, desc(type), ACC_PUBLIC | ACC_FINAL, code -> {
                code.aload(0).invokevirtual(writer.self, "address", MethodTypeDesc.of(writer.addressType));
                new CallWriter(code, call, type, writer.constants, writer::loadTarget).write(unloads);
            });
            if (superclass == Object.class) {
                builder.withMethodBody("toString", MTD_toString, ACC_PUBLIC | ACC_FINAL, code -> {
                    writer.loadTarget(code);
                    code.invokevirtual(CD_Object, "toString", MTD_toString).areturn();
                });
            }
        });
    }

    private void loadTarget(CodeBuilder code) {
        code.aload(0).getfield(self, "target", CD_Target);
    }

    private void functionMembers(ClassBuilder builder, Class<?> superclass, Slots slots) {
        builder.withField("target", CD_Target, ACC_PRIVATE | ACC_FINAL);
        builder.withField("slot", CD_int, ACC_PRIVATE | ACC_FINAL);
        builder.withField("address", addressType, ACC_PRIVATE);
        List<ClassDesc> inherited = new ArrayList<>();
        if (superclass != Object.class) {
            for (Class<?> parameter : superclass.getDeclaredConstructors()[0].getParameterTypes()) {
                inherited.add(desc(parameter));
            }
        }
        List<ClassDesc> all = new ArrayList<>(List.of(CD_Target, CD_int));
        all.addAll(inherited);
        builder.withMethodBody(INIT_NAME, MethodTypeDesc.of(CD_void, all), 0, code -> {
            // the fields first: a superclass may already ask what it is
            code.aload(0).aload(1).putfield(self, "target", CD_Target);
            code.aload(0).iload(2).putfield(self, "slot", CD_int);
            code.aload(0);
            if (!inherited.isEmpty()) {
                code.aload(3);
            }
            code.invokespecial(desc(superclass), INIT_NAME, MethodTypeDesc.of(CD_void, inherited)).return_();
        });
        builder.withMethodBody("address", MethodTypeDesc.of(addressType), ACC_PRIVATE, code -> {
            if (unloads) {
                unloadableAddress(code);
            } else {
                slottedAddress(code, slots);
            }
        });
    }

    private void unloadableAddress(CodeBuilder code) {
        Label known = code.newLabel();
        code.aload(0).getfield(self, "address", CD_MemorySegment).astore(1);
        code.aload(1).ifnonnull(known);
        loadTarget(code);
        code.invokeinterface(CD_Target, "link", MethodTypeDesc.of(CD_MemorySegment)).astore(1);
        code.aload(0).aload(1).putfield(self, "address", CD_MemorySegment);
        code.labelBinding(known).aload(1).areturn();
    }

    private void slottedAddress(CodeBuilder code, Slots slots) {
        Label found = code.newLabel();
        Label none = code.newLabel();
        Label known = code.newLabel();
        List<SwitchCase> cases = new ArrayList<>();
        for (int i = 0; i < Slots.COUNT; i++) {
            cases.add(SwitchCase.of(i, code.newLabel()));
        }
        code.aload(0).getfield(self, "slot", CD_int).tableswitch(0, Slots.COUNT - 1, none, cases);
        for (SwitchCase slot : cases) {
            code.labelBinding(slot.target())
                    .loadConstant(constants.of(slots.getter(slot.caseValue()), CD_MethodHandle))
                    .invokevirtual(CD_MethodHandle, "invokeExact", MethodTypeDesc.of(CD_long))
                    .lstore(1).goto_(found);
        }
        code.labelBinding(none).aload(0).getfield(self, "address", CD_long).lstore(1);
        code.labelBinding(found).lload(1).lconst_0().lcmp().ifne(known);
        code.loadConstant(constants.of(slots, CD_Slots));
        loadTarget(code);
        code.aload(0).getfield(self, "slot", CD_int)
                .invokevirtual(CD_Slots, "link", MethodTypeDesc.of(CD_long, CD_Target, CD_int)).lstore(1);
        code.aload(0).lload(1).putfield(self, "address", CD_long);
        code.labelBinding(known).lload(1).lreturn();
    }

    // --- many functions, one instance ------------------------------------------------------------------------------

    /// A method of an interface and the function behind it.
    record Bound(String name, MethodType type, Call call, Target target) {}

    /// Writes a class with one instance, whose methods are the functions of a library.
    ///
    /// @param text what its `toString` returns
    static Class<?> binding(Lookup host, Class<?> face, List<Bound> methods, boolean unloads, String text)
            throws IllegalAccessException {
        FaceWriter writer = new FaceWriter(host, face.getSimpleName(), unloads);
        return writer.define(host, builder -> {
            builder.withSuperclass(CD_Object).withInterfaceSymbols(desc(face));
            builder.withMethodBody(INIT_NAME, MethodTypeDesc.of(CD_void), 0, code ->
                    code.aload(0).invokespecial(CD_Object, INIT_NAME, MethodTypeDesc.of(CD_void)).return_());
            for (Bound method : methods) {
                builder.withMethodBody(method.name, desc(method.type), ACC_PUBLIC | ACC_FINAL,
                        code -> writer.boundMethod(code, method));
            }
            builder.withMethodBody("toString", MTD_toString, ACC_PUBLIC | ACC_FINAL, code ->
                    code.loadConstant(text).areturn());
        });
    }

    private void boundMethod(CodeBuilder code, Bound method) {
        Address address = Address.of(method.target, unloads);
        Label known = code.newLabel();
        code.loadConstant(constants.of(address.getter(), CD_MethodHandle))
                .invokevirtual(CD_MethodHandle, "invokeExact", desc(Address.type(unloads)));
        if (unloads) {
            code.dup().ifnonnull(known).pop();
        } else {
            code.dup2().lconst_0().lcmp().ifne(known).pop2();
        }
        code.loadConstant(constants.of(address, CD_Address))
                .invokevirtual(CD_Address, unloads ? "linkSegment" : "link", MethodTypeDesc.of(addressType))
                .labelBinding(known);
        Consumer<CodeBuilder> target = c -> c.loadConstant(constants.of(method.target, CD_Target));
        new CallWriter(code, method.call, method.type, constants, target).write(unloads);
    }

    // --- both ------------------------------------------------------------------------------------------------------

    private Class<?> define(Lookup host, Consumer<ClassBuilder> members) throws IllegalAccessException {
        byte[] bytes = ClassFile.of().build(self, builder -> {
            builder.withFlags(ACC_FINAL | ACC_SUPER | ACC_SYNTHETIC);
            members.accept(builder);
        });
        return host.defineHiddenClassWithClassData(bytes, constants.data(), false).lookupClass();
    }
}

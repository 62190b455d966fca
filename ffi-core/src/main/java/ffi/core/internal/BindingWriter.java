// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static ffi.core.internal.Constants.desc;
import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_PRIVATE;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.util.List;

/// A class with one instance, whose methods are the functions of a library.
final class BindingWriter extends FaceWriter {

    private static final int CONSTRUCTOR = OWN;
    private static final int TARGETS = OWN + 1;

    private static final ClassDesc CD_Bound = desc(Bound.class);
    private static final ClassDesc CD_Targets = CD_Target.arrayType();

    private final List<Way> methods;
    private final String text;

    /// From a method of an interface to the function behind it.
    record Way(String name, MethodType type, Call call, Target target) {}

    /// @param text what its `toString` returns
    BindingWriter(Lookup host, Class<?> face, List<Way> methods, boolean unloads, String text) {
        super(host, face, unloads);
        this.methods = methods;
        this.text = text;
    }

    @Override
    void writeMembers(ClassBuilder builder) {
        builder.withSuperclass(CD_Object).withInterfaceSymbols(CD_Bound, desc(face));
        builder.withMethodBody(INIT_NAME, MTD_void, ACC_PRIVATE, piece(CONSTRUCTOR, 0));
        builder.withMethodBody("targets", MethodTypeDesc.of(CD_Targets), ACC_PUBLIC | ACC_FINAL, piece(TARGETS, 0));
        for (int i = 0; i < methods.size(); i++) {
            writeCall(builder, methods.get(i).name, methods.get(i).type, i);
        }
        writeToString(builder);
    }

    @Override
    void writeOwnBody(CodeBuilder code, int body) {
        if (body == CONSTRUCTOR) {
            code.aload(0).invokespecial(CD_Object, INIT_NAME, MTD_void).return_();
            return;
        }
        Target[] targets = new Target[methods.size()];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = methods.get(i).target;
        }
        constants.load(code, targets, CD_Targets);
        code.areturn();
    }

    @Override
    Call call(int function) {
        return methods.get(function).call;
    }

    @Override
    MethodType type(int function) {
        return methods.get(function).type;
    }

    @Override
    void loadAddress(CodeBuilder code, int function) {
        Address address = new Address(methods.get(function).target);
        Label known = code.newLabel();
        loadKnown(code, address);
        code.dup().ifnonnull(known).pop();
        constants.load(code, address, CD_Address);
        code.invokevirtual(CD_Address, unloads ? "linkSegment" : "link", MethodTypeDesc.of(CD_Object))
                .labelBinding(known);
        castAddress(code);
    }

    @Override
    void loadTarget(CodeBuilder code, int function) {
        constants.load(code, methods.get(function).target, CD_Target);
    }

    @Override
    void loadText(CodeBuilder code) {
        code.loadConstant(text);
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static ffi.core.internal.Constants.desc;
import static java.lang.classfile.ClassFile.ACC_PRIVATE;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.util.List;

/// A class with one instance, whose methods are the functions of a library.
final class BindingWriter extends FaceWriter {

    private final List<Bound> methods;
    private final String text;

    /// A method of an interface and the function behind it.
    record Bound(String name, MethodType type, Call call, Target target) {}

    /// @param text what its `toString` returns
    BindingWriter(Lookup host, Class<?> face, List<Bound> methods, boolean unloads, String text) {
        super(host, face, unloads);
        this.methods = methods;
        this.text = text;
    }

    @Override
    void writeMembers(ClassBuilder builder) {
        builder.withSuperclass(CD_Object).withInterfaceSymbols(desc(face));
        builder.withMethodBody(INIT_NAME, MethodTypeDesc.of(CD_void), ACC_PRIVATE, new Emit() {
            @Override
            public void accept(CodeBuilder code) {
                code.aload(0).invokespecial(CD_Object, INIT_NAME, MethodTypeDesc.of(CD_void)).return_();
            }
        });
        for (Bound method : methods) {
            writeMethod(builder, method);
        }
        writeToString(builder, new Emit() {
            @Override
            public void accept(CodeBuilder code) {
                code.loadConstant(text);
            }
        });
    }

    private void writeMethod(ClassBuilder builder, Bound method) {
        Address constant = new Address(method.target);
        Emit address = new Emit() {
            @Override
            public void accept(CodeBuilder code) {
                Label known = code.newLabel();
                loadKnown(code, constant);
                code.dup().ifnonnull(known).pop();
                constants.load(code, constant, CD_Address);
                code.invokevirtual(CD_Address, unloads ? "linkSegment" : "link", MethodTypeDesc.of(CD_Object))
                        .labelBinding(known);
                castAddress(code);
            }
        };
        Emit target = new Emit() {
            @Override
            public void accept(CodeBuilder code) {
                constants.load(code, method.target, CD_Target);
            }
        };
        writeCall(builder, method.name, method.type, method.call, address, target);
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static ffi.core.internal.Constants.desc;
import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.classfile.ClassFile.ACC_SUPER;
import static java.lang.classfile.ClassFile.ACC_SYNTHETIC;
import static java.lang.constant.ConstantDescs.CD_Long;
import static java.lang.constant.ConstantDescs.CD_MethodHandle;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_long;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.util.function.Consumer;

/// Writes the class behind a face: what Java or Kotlin calls when it calls C. There is one subclass for each kind.
abstract sealed class FaceWriter implements Consumer<ClassBuilder> permits FunctionWriter, BindingWriter {

    static final ClassDesc CD_Target = desc(Target.class);
    static final ClassDesc CD_Address = desc(Address.class);
    static final ClassDesc CD_MemorySegment = desc(MemorySegment.class);

    private static final MethodTypeDesc MTD_toString = MethodTypeDesc.of(CD_String);

    final Lookup host;
    final Class<?> face;
    final boolean unloads;
    final ClassDesc self;
    final ClassDesc addressType;
    final Constants constants;
    private final Object[] first = new Object[1];

    /// @param host    defines the class, in its own package
    /// @param face    what it implements or extends
    /// @param unloads whether addresses are segments, since they can be unloaded
    FaceWriter(Lookup host, Class<?> face, boolean unloads) {
        this.host = host;
        this.face = face;
        this.unloads = unloads;
        String package_ = host.lookupClass().getPackageName();
        String name = face.getSimpleName().concat("$Native");
        self = ClassDesc.of(package_.isEmpty() ? name : package_.concat(".").concat(name));
        addressType = unloads ? CD_MemorySegment : CD_long;
        constants = new Constants(self, first);
    }

    /// Writes and defines the class.
    ///
    /// @return its first instance
    Object define() throws IllegalAccessException {
        byte[] bytes = ClassFile.of().build(self, this);
        host.defineHiddenClassWithClassData(bytes, constants.data(), true);
        return first[0];
    }

    @Override
    public final void accept(ClassBuilder builder) {
        builder.withFlags(ACC_FINAL | ACC_SUPER | ACC_SYNTHETIC);
        writeMembers(builder);
        constants.write(builder);
    }

    abstract void writeMembers(ClassBuilder builder);

    /// Writes a method that calls C.
    ///
    /// @param address  leaves the address on the stack
    /// @param function leaves the [Target] on the stack
    final void writeCall(
            ClassBuilder builder, String name, MethodType type, Call call, Emit address, Emit function) {
        builder.withMethodBody(name, desc(type), ACC_PUBLIC | ACC_FINAL, new Emit() {
            @Override
            public void accept(CodeBuilder code) {
                address.accept(code);
                new CallWriter(code, call, type, constants, function).write(unloads);
            }
        });
    }

    final void writeToString(ClassBuilder builder, Emit text) {
        builder.withMethodBody("toString", MTD_toString, ACC_PUBLIC | ACC_FINAL, new Emit() {
            @Override
            public void accept(CodeBuilder code) {
                text.accept(code);
                code.invokevirtual(CD_Object, "toString", MTD_toString).areturn();
            }
        });
    }

    /// Leaves on the stack what a call site has as its constant, or null.
    final void loadKnown(CodeBuilder code, Address address) {
        constants.load(code, address, CD_Address);
        code.invokevirtual(CD_Address, "getTarget", MethodTypeDesc.of(CD_MethodHandle))
                .invokevirtual(CD_MethodHandle, "invokeExact", MethodTypeDesc.of(CD_Object));
    }

    final void castAddress(CodeBuilder code) {
        if (unloads) {
            code.checkcast(CD_MemorySegment);
        } else {
            code.checkcast(CD_Long).invokevirtual(CD_Long, "longValue", MethodTypeDesc.of(CD_long));
        }
    }
}

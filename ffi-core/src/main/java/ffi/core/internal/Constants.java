// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_PRIVATE;
import static java.lang.classfile.ClassFile.ACC_STATIC;
import static java.lang.constant.ConstantDescs.CD_Class;
import static java.lang.constant.ConstantDescs.CD_MethodHandle;
import static java.lang.constant.ConstantDescs.CD_MethodHandles_Lookup;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.constantpool.ConstantPoolBuilder;
import java.lang.classfile.constantpool.FieldRefEntry;
import java.lang.classfile.constantpool.MethodHandleEntry;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;

/// The constants of one generated class: objects that exist already, and handles that are linked when first needed.
///
/// An object comes by [Handover] and goes to a static final field; a handle is a dynamic constant. Either is a
/// constant to the JIT, whoever holds the instance. The object at index 0 is an array that takes the first instance, so
/// that nobody needs reflection to make it.
final class Constants {

    private static final ClassDesc CD_Linking = desc(Linking.class);
    private static final ClassDesc CD_Handover = desc(Handover.class);
    private static final MethodTypeDesc MTD_handle =
            MethodTypeDesc.of(CD_MethodHandle, CD_MethodHandles_Lookup, CD_String, CD_Class);
    private static final ClassDesc CD_Objects = CD_Object.arrayType();

    private final ClassDesc self;
    private final List<Object> values = new ArrayList<>();
    private final List<ClassDesc> types = new ArrayList<>();
    private final List<FieldRefEntry> fields = new ArrayList<>();

    /// @param self the generated class
    Constants(ClassDesc self, Object[] first) {
        this.self = self;
        values.add(first);
        types.add(CD_Objects);
        fields.add(null);
    }

    /// Loads this object.
    ///
    /// @param type a class that the generated class can name
    void load(CodeBuilder code, Object value, ClassDesc type) {
        int index = indexOf(value);
        if (index < 0) {
            loadNew(code, value, type);
        } else {
            code.getstatic(fields.get(index));
        }
    }

    /// Loads an object that was not loaded before: an interface of many methods has as many, and none twice.
    void loadNew(CodeBuilder code, Object value, ClassDesc type) {
        FieldRefEntry field = code.constantPool().fieldRefEntry(self, name(values.size()), type);
        values.add(value);
        types.add(type);
        fields.add(field);
        code.getstatic(field);
    }

    private int indexOf(Object value) {
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) == value) {
                return i;
            }
        }
        return -1;
    }

    private static String name(int index) {
        return "c".concat(Integer.toString(index));
    }

    /// Loads the handle of a shape, which is linked when the code is first run.
    ///
    /// The constant is put together by hand: to describe it costs the first call of a program a few milliseconds more.
    static void loadHandle(CodeBuilder code, String shape) {
        ConstantPoolBuilder pool = code.constantPool();
        MethodHandleEntry link = pool.methodHandleEntry(
                MethodHandleInfo.REF_invokeStatic, pool.methodRefEntry(CD_Linking, "handle", MTD_handle));
        code.ldc(pool.constantDynamicEntry(
                pool.bsmEntry(link, List.of()), pool.nameAndTypeEntry(shape, CD_MethodHandle)));
    }

    /// Writes the fields, once all code that needs them is written.
    void writeFields(ClassBuilder builder) {
        for (int i = 1; i < values.size(); i++) {
            FieldRefEntry field = fields.get(i);
            builder.withField(field.name(), field.type(), ACC_PRIVATE | ACC_STATIC | ACC_FINAL);
        }
    }

    /// Writes the class initializer.
    void fill(CodeBuilder code) {
        code.invokestatic(CD_Handover, "take", MethodTypeDesc.of(CD_Objects))
                .astore(0);
        for (int i = 1; i < values.size(); i++) {
            code.aload(0).loadConstant(i).aaload().checkcast(types.get(i)).putstatic(fields.get(i));
        }
        code.aload(0).iconst_0().aaload().checkcast(CD_Objects)
                .iconst_0()
                .new_(self).dup().invokespecial(self, INIT_NAME, MethodTypeDesc.of(CD_void))
                .aastore().return_();
    }

    /// {@return the objects, for the generated class to take}
    Object[] data() {
        return values.toArray();
    }

    static ClassDesc desc(Class<?> type) {
        return ClassDesc.ofDescriptor(type.descriptorString());
    }

    static MethodTypeDesc desc(MethodType type) {
        return MethodTypeDesc.ofDescriptor(type.descriptorString());
    }
}

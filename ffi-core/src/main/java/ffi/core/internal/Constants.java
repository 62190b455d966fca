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
import static java.lang.constant.ConstantDescs.CLASS_INIT_NAME;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.constantpool.ConstantDynamicEntry;
import java.lang.classfile.constantpool.ConstantPoolBuilder;
import java.lang.classfile.constantpool.FieldRefEntry;
import java.lang.classfile.constantpool.MethodHandleEntry;
import java.lang.classfile.constantpool.NameAndTypeEntry;
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

    private static final MethodTypeDesc MTD_void = MethodTypeDesc.of(CD_void);

    private static final ClassDesc CD_Linking = desc(Linking.class);
    private static final ClassDesc CD_Handover = desc(Handover.class);
    private static final MethodTypeDesc MTD_handle =
            MethodTypeDesc.of(CD_MethodHandle, CD_MethodHandles_Lookup, CD_String, CD_Class);
    private static final ClassDesc CD_Objects = CD_Object.arrayType();

    private final ClassDesc self;
    private final List<Object> values = new ArrayList<>();
    private final List<ClassDesc> types = new ArrayList<>();
    private final List<FieldRefEntry> fields = new ArrayList<>();
    private final List<Object> together = new ArrayList<>(); // in one array, which is a constant of its own
    private int array; // the index of that; 0 if there is none

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
        code.getstatic(field(code.constantPool(), value, type));
    }

    /// {@return the field of this object}
    FieldRefEntry field(ConstantPoolBuilder pool, Object value, ClassDesc type) {
        int index = indexOf(value);
        return index < 0 ? fieldOfNew(pool, value, type) : fields.get(index);
    }

    /// Loads an object that was not loaded before: an interface of many methods has as many, and none twice.
    void loadNew(CodeBuilder code, Object value, ClassDesc type) {
        code.getstatic(fieldOfNew(code.constantPool(), value, type));
    }

    /// {@return the field of an object that had none before}
    FieldRefEntry fieldOfNew(ConstantPoolBuilder pool, Object value, ClassDesc type) {
        NameAndTypeEntry field = pool.nameAndTypeEntry(name(values.size()), type);
        return add(pool.fieldRefEntry(pool.classEntry(self), field), value, type);
    }

    /// Takes on an object whose field is known.
    FieldRefEntry add(FieldRefEntry field, Object value, ClassDesc type) {
        values.add(value);
        types.add(type);
        fields.add(field);
        return field;
    }

    /// Loads an object as an element of an array, which is no constant to the JIT: for code that is slow anyway, and
    /// would otherwise have a class of thousands of methods need more fields than its initializer can set.
    void loadSlowly(CodeBuilder code, Object value, ClassDesc type) {
        if (array == 0) {
            array = values.size();
            fieldOfNew(code.constantPool(), together, CD_Objects);
        }
        code.getstatic(fields.get(array)).loadConstant(together.size()).aaload().checkcast(type);
        together.add(value);
    }

    private int indexOf(Object value) {
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) == value) {
                return i;
            }
        }
        return -1;
    }

    /// A name that no method has, whose names other fields have.
    private static String name(int index) {
        return "<".concat(Integer.toString(index));
    }

    /// Loads the handle of a shape, which is linked when the code is first run.
    static void loadHandle(CodeBuilder code, String shape) {
        code.ldc(handle(code.constantPool(), shape));
    }

    /// The constant is put together by hand: to describe it costs the first call of a program a few milliseconds more.
    static ConstantDynamicEntry handle(ConstantPoolBuilder pool, String shape) {
        MethodHandleEntry link = pool.methodHandleEntry(
                MethodHandleInfo.REF_invokeStatic, pool.methodRefEntry(CD_Linking, "handle", MTD_handle));
        return pool.constantDynamicEntry(
                pool.bsmEntry(link, List.of()), pool.nameAndTypeEntry(shape, CD_MethodHandle));
    }

    /// Writes the fields and the class initializer, once all code that needs them is written.
    void write(ClassBuilder builder) {
        ConstantPoolBuilder pool = builder.constantPool();
        RawCode code = new RawCode(pool, 4, 1)
                .op(RawCode.INVOKESTATIC, pool.methodRefEntry(CD_Handover, "take", MethodTypeDesc.of(CD_Objects)))
                .op(RawCode.ASTORE_0);
        for (int i = 1; i < values.size(); i++) {
            FieldRefEntry field = fields.get(i);
            builder.withField(field.name(), field.type(), ACC_PRIVATE | ACC_STATIC | ACC_FINAL);
            code.op(RawCode.ALOAD_0).wide(RawCode.SIPUSH, i).op(RawCode.AALOAD)
                    .op(RawCode.CHECKCAST, pool.classEntry(types.get(i))).op(RawCode.PUTSTATIC, field);
        }
        code.op(RawCode.ALOAD_0).op(RawCode.ICONST_0).op(RawCode.AALOAD)
                .op(RawCode.CHECKCAST, pool.classEntry(CD_Objects)).op(RawCode.ICONST_0)
                .op(RawCode.NEW, pool.classEntry(self)).op(RawCode.DUP)
                .op(RawCode.INVOKESPECIAL, pool.methodRefEntry(self, INIT_NAME, MTD_void))
                .op(RawCode.AASTORE).op(RawCode.RETURN)
                .write(builder, CLASS_INIT_NAME, MTD_void, ACC_STATIC);
    }

    /// {@return the objects, for the generated class to take}
    Object[] data() {
        Object[] data = values.toArray();
        if (array > 0) {
            data[array] = together.toArray();
        }
        return data;
    }

    static ClassDesc desc(Class<?> type) {
        return ClassDesc.ofDescriptor(type.descriptorString());
    }

    static MethodTypeDesc desc(MethodType type) {
        return MethodTypeDesc.ofDescriptor(type.descriptorString());
    }
}

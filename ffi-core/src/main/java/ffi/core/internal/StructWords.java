// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static ffi.core.internal.Constants.desc;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.constant.ConstantDescs.CD_Class;
import static java.lang.constant.ConstantDescs.CD_Double;
import static java.lang.constant.ConstantDescs.CD_Float;
import static java.lang.constant.ConstantDescs.CD_List;
import static java.lang.constant.ConstantDescs.CD_MethodHandle;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// Writes how the words of a small struct are put together in registers, if it has nothing but numbers.
public final class StructWords {

    private static final int WORD = 8; // bytes
    private static final int VALUE = 1; // the parameters' slots
    private static final int INDEX = 2;
    private static final MethodHandle REQUIRED;

    static {
        try {
            REQUIRED = MethodHandles.lookup().findStatic(StructCalls.class, "required",
                    MethodType.methodType(Object.class, String.class, String.class, Object.class));
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    /// A number in a struct, or in a struct in it.
    ///
    /// @param getter takes the outer object
    /// @param offset in bytes
    public record Leaf(Class<?> type, MethodHandle getter, long offset) {}

    private StructWords() {}

    /// Writes the methods, unless the struct has other members than numbers.
    static void write(ClassBuilder builder, String name, Class<?> type, List<StructWriter.Member> members,
            long[] offsets, Structure structure, Constants constants) {
        List<Leaf> leaves = leaves(name, members, offsets);
        if (leaves == null) {
            return;
        }
        builder.withMethodBody("leaves", MethodTypeDesc.of(CD_List), ACC_PUBLIC, code -> {
            constants.load(code, leaves, CD_List);
            code.areturn();
        });
        builder.withMethodBody("general", MethodTypeDesc.of(CD_long, CD_Object, CD_int), ACC_PUBLIC,
                code -> write(code, name, type, leaves, structure, constants, 'J'));
        builder.withMethodBody("floating", MethodTypeDesc.of(CD_double, CD_Object, CD_int), ACC_PUBLIC,
                code -> write(code, name, type, leaves, structure, constants, 'D'));
    }

    private static List<Leaf> leaves(String name, List<StructWriter.Member> members, long[] offsets) {
        List<Leaf> leaves = new ArrayList<>();
        for (int i = 0; i < offsets.length; i++) {
            StructWriter.Member member = members.get(i);
            Passage passage = member.passage();
            if (!passage.mappings().isEmpty()
                    || passage.conversion() == null && passage.layout().order() != ByteOrder.nativeOrder()) {
                return null;
            }
            if (passage.conversion() == null) {
                leaves.add(new Leaf(passage.javaType(), member.getter(), offsets[i]));
            } else if (passage.conversion() instanceof Conversion.OfStruct struct && struct.leaves() != null) {
                MethodHandle outer = MethodHandles.filterReturnValue(
                        member.getter().asType(MethodType.genericMethodType(1)),
                        MethodHandles.insertArguments(REQUIRED, 0, name + "." + member.name(), passage.name()));
                for (Leaf leaf : struct.leaves()) {
                    MethodHandle inner = leaf.getter.asType(MethodType.methodType(leaf.type, Object.class));
                    leaves.add(new Leaf(leaf.type, MethodHandles.filterReturnValue(outer, inner),
                            offsets[i] + leaf.offset));
                }
            } else {
                return null;
            }
        }
        return leaves;
    }

    private static void write(CodeBuilder code, String name, Class<?> type, List<Leaf> leaves, Structure structure,
            Constants constants, char kind) {
        code.aload(VALUE).loadConstant(name);
        constants.load(code, type, CD_Class);
        code.invokestatic(
                desc(StructCalls.class), "requireValue", MethodTypeDesc.of(CD_void, CD_Object, CD_String, CD_Class));
        for (int word = 0; word < structure.classes().length(); word++) {
            if (structure.classes().charAt(word) == kind) {
                Label next = code.newLabel();
                code.iload(INDEX).loadConstant(word).if_icmpne(next);
                writeWord(code, leaves, word, constants, kind);
                code.labelBinding(next);
            }
        }
        if (kind == 'J') {
            code.lconst_0().lreturn(); // not asked for
        } else {
            code.dconst_0().dreturn();
        }
    }

    private static void writeWord(CodeBuilder code, List<Leaf> leaves, int word, Constants constants, char kind) {
        boolean any = false;
        for (Leaf leaf : leaves) {
            if (leaf.offset / WORD != word) {
                continue;
            }
            MethodType type = MethodType.methodType(leaf.type, Object.class);
            constants.loadNew(code, leaf.getter.asType(type), CD_MethodHandle);
            code.aload(VALUE).invokevirtual(CD_MethodHandle, "invokeExact", desc(type));
            if (leaf.type == double.class && kind == 'D') {
                code.dreturn();
                return;
            }
            int shift = (int) (leaf.offset % WORD) * 8;
            widen(code, leaf.type);
            if (shift > 0) {
                code.loadConstant(shift).lshl();
            }
            if (any) {
                code.lor();
            }
            any = true;
        }
        if (!any) {
            code.lconst_0(); // nothing but padding
        }
        if (kind == 'J') {
            code.lreturn();
        } else {
            code.invokestatic(CD_Double, "longBitsToDouble", MethodTypeDesc.of(CD_double, CD_long)).dreturn();
        }
    }

    /// Makes of a number its bits, with zeros above them.
    private static void widen(CodeBuilder code, Class<?> type) {
        if (type == long.class) {
            return;
        } else if (type == double.class) {
            code.invokestatic(CD_Double, "doubleToRawLongBits", MethodTypeDesc.of(CD_long, CD_double));
            return;
        } else if (type == float.class) {
            code.invokestatic(CD_Float, "floatToRawIntBits", MethodTypeDesc.of(CD_int, CD_float));
        }
        code.i2l();
        long mask = type == byte.class ? 0xff : type == short.class ? 0xffff : type == char.class ? 0xffff
                : type == boolean.class ? 1 : 0xffff_ffffL;
        code.loadConstant(mask).land();
    }
}

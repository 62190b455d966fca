// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static ffi.core.internal.Constants.desc;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Writes what becomes of the result of a call.
final class ResultWriter {

    private static final ClassDesc CD_MemorySegment = desc(MemorySegment.class);
    private static final ClassDesc CD_Errors = CallWriter.named("Errors");
    private static final ClassDesc CD_Captured = CallWriter.named("Captured");
    private static final ClassDesc CD_CallbackPassing = CallWriter.named("CallbackPassing");
    private static final ClassDesc CD_OfLong = desc(Conversion.OfLong.class);

    private final CodeBuilder code;
    private final CallWriter writer;
    private final Passage passage;

    ResultWriter(CodeBuilder code, CallWriter writer) {
        this.code = code;
        this.writer = writer;
        passage = writer.call.result();
    }

    /// Makes the result of what the call has left on the stack.
    void write() {
        Class<?> carrier = passage.conversion() instanceof Conversion.OfStruct
                ? writer.carriers.returnType() : passage.carrier();
        if (writer.carriers.returnType() != carrier) {
            Carriage.cut(code, carrier);
        }
        if (passage.failure() != null) {
            throwIfFailed(carrier, passage.conversion() instanceof Conversion.OfLong);
        }
        Class<?> returned = writer.type.returnType();
        if ((passage.conversion() == null || Pointers.isAddress(passage.conversion()))
                && passage.mappings().isEmpty()) {
            Carriage.give(code, carrier, returned);
            return;
        }
        int value = -1;
        if (carrier != void.class) {
            value = code.allocateLocal(TypeKind.from(carrier));
            code.storeLocal(TypeKind.from(carrier), value);
        }
        if (passage.conversion() == null) {
            raiseValue(carrier, value);
        } else {
            Guarded raising = Guarded.begin(code);
            raiseValue(carrier, value);
            raising.caught(CallWriter.CD_Misfit);
            writer.face.loadTarget(code, writer.function);
            CallWriter.fail(code, "result",
                    MethodTypeDesc.of(desc(RuntimeException.class), CallWriter.CD_Misfit, CD_Object));
            raising.end();
        }
    }

    /// A pointer that is NULL and a number that is -1 say that the call has failed.
    private void throwIfFailed(Class<?> carrier, boolean isPointer) {
        Label good = code.newLabel();
        if (carrier == MemorySegment.class) {
            code.dup().invokeinterface(CD_MemorySegment, "address", MethodTypeDesc.of(CD_long)).lconst_0().lcmp();
        } else if (carrier == long.class) {
            code.dup2().loadConstant(isPointer ? 0L : -1L).lcmp();
        } else {
            code.dup().loadConstant(carrier == char.class ? 0xffff : -1).isub();
        }
        code.ifne(good);
        writer.constants.load(code, passage.failure(), CD_Captured);
        writer.face.loadTarget(code, writer.function);
        int count = writer.type.parameterCount();
        code.loadConstant(count).anewarray(CD_Object);
        for (int i = 0; i < count; i++) {
            code.dup().loadConstant(i).loadLocal(TypeKind.from(writer.type.parameterType(i)), code.parameterSlot(i));
            Carriage.box(code, writer.type.parameterType(i));
            code.aastore();
        }
        code.iload(writer.errno).invokestatic(CD_Errors, "failed", MethodTypeDesc.of(
                desc(RuntimeException.class), CD_Captured, CD_Object, CD_Object.arrayType(), CD_int)).athrow();
        code.labelBinding(good);
    }

    private void raiseValue(Class<?> carrier, int value) {
        List<Passage.Mapping> mappings = passage.mappings();
        for (int i = mappings.size(); i-- > 0;) {
            if (mappings.get(i).beside() == null) {
                writer.constants.load(code, mappings.get(i).read(), CallWriter.CD_Function);
            } else {
                writer.constants.load(code, mappings.get(i).beside(), CD_Captured);
            }
        }
        Class<?> raised = raiseUnmapped(carrier, value);
        if (!mappings.isEmpty()) {
            raised = Carriage.box(code, raised);
            for (int i = 0; i < mappings.size(); i++) {
                if (mappings.get(i).beside() == null) {
                    code.invokeinterface(CallWriter.CD_Function, "apply", CallWriter.MTD_apply);
                } else {
                    code.iload(writer.errno).invokeinterface(
                            CD_Captured, "beside", MethodTypeDesc.of(CD_Object, CD_Object, CD_int));
                }
            }
        }
        Carriage.give(code, raised, writer.type.returnType());
    }

    /// {@return the class of what is on the stack then}
    private Class<?> raiseUnmapped(Class<?> carrier, int value) {
        Conversion conversion = passage.conversion();
        if (conversion == null) {
            if (value < 0) {
                code.aconst_null();
                return Object.class;
            }
            code.loadLocal(TypeKind.from(carrier), value);
            return carrier;
        }
        ClassDesc kind = Carriage.kind(conversion);
        writer.constants.load(code, conversion, kind);
        if (conversion instanceof Conversion.OfStruct) {
            StructArguments.raise(code, writer.passing.result, value, writer.room, writer.scratch);
            return Object.class;
        }
        code.loadLocal(TypeKind.from(carrier), value);
        if (conversion instanceof Conversion.Checked) {
            code.conversion(TypeKind.from(carrier), TypeKind.LONG)
                    .invokeinterface(kind, "raise", MethodTypeDesc.of(CD_long, CD_long))
                    .conversion(TypeKind.LONG, TypeKind.from(passage.javaType()));
            return passage.javaType();
        }
        if (conversion instanceof Conversion.OfNumber) {
            Carriage.raise(code, kind, carrier);
            return Object.class;
        }
        if (conversion instanceof CallbackPassing && writer.library >= 0) {
            code.aload(writer.library).invokestatic(CD_CallbackPassing, "raise",
                    MethodTypeDesc.of(CD_Object, kind, CD_MemorySegment, CD_MemorySegment));
            return Object.class;
        }
        int counter = writer.counter();
        if (counter < 0) {
            code.invokeinterface(kind, "raise", MethodTypeDesc.of(CD_Object, desc(carrier)));
            return Object.class;
        }
        loadCount(code, writer);
        code.invokeinterface(kind, "raise", MethodTypeDesc.of(CD_Object, desc(carrier), CD_long));
        return Object.class;
    }

    /// Loads the number of the result's elements, which a parameter says.
    static void loadCount(CodeBuilder code, CallWriter writer) {
        int counter = writer.counter();
        if (writer.call.parameters().get(counter).conversion() instanceof Conversion.OfLong counting) {
            writer.constants.load(code, counting, CD_OfLong);
            code.lload(writer.lowered[counter])
                    .invokeinterface(CD_OfLong, "count", MethodTypeDesc.of(CD_long, CD_long));
        } else {
            code.lload(writer.lowered[counter]);
        }
    }
}

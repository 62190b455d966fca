// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static ffi.core.internal.Constants.desc;
import static java.lang.constant.ConstantDescs.CD_MethodHandle;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.function.Function;

/// Writes the body of one method that calls C: finds the address, lowers the arguments, calls, raises the result.
///
/// The code has no loops and keeps nothing: what does not fit is a constant (a conversion, a mapping, the handle of the
/// shape), so that the JIT sees the whole call as one straight piece.
final class CallWriter {

    private static final ClassDesc CD_MemorySegment = desc(MemorySegment.class);
    private static final ClassDesc CD_Scratch = named("Scratch");
    private static final ClassDesc CD_Faults = named("Faults");
    private static final ClassDesc CD_Misfit = named("Misfit");
    private static final ClassDesc CD_Function = desc(Function.class);
    private static final MethodTypeDesc MTD_apply = MethodTypeDesc.of(CD_Object, CD_Object);

    private final CodeBuilder code;
    private final Call call;
    private final MethodType type;
    private final Constants constants;
    private final FaceWriter face;
    private final int function;
    private final Linking.Shape shape;
    private int scratch;

    /// @param type     of the method that is written
    /// @param function which one of the face's it calls
    CallWriter(CodeBuilder code, Call call, MethodType type, FaceWriter face, int function) {
        this.code = code;
        this.call = call;
        this.type = type;
        this.face = face;
        this.function = function;
        constants = face.constants;
        shape = call.shape();
    }

    /// By its name, so that a class which the call may never need is not loaded for it.
    private static ClassDesc named(String name) {
        return ClassDesc.of(CallWriter.class.getPackageName(), name);
    }

    /// Writes all, with the function's address on the stack: a number, or a segment if the library can be unloaded.
    void write() {
        boolean unloads = face.unloads;
        int address = code.allocateLocal(unloads ? TypeKind.REFERENCE : TypeKind.LONG);
        if (unloads) {
            code.dup();
            face.loadTarget(code, function);
            code.invokestatic(CD_Faults, "requireLoaded",
                    MethodTypeDesc.of(CD_void, CD_MemorySegment, CD_Object)).astore(address);
        } else {
            code.lstore(address);
        }
        Class<?> returned = type.returnType();
        if (!call.allocates()) {
            writeCall(code, address, unloads);
            code.return_(TypeKind.from(returned));
            return;
        }
        scratch = code.allocateLocal(TypeKind.REFERENCE);
        int mark = code.allocateLocal(TypeKind.LONG);
        int value = returned == void.class ? -1 : code.allocateLocal(TypeKind.from(returned));
        code.invokestatic(CD_Scratch, "enter", MethodTypeDesc.of(CD_Scratch)).astore(scratch);
        code.aload(scratch).invokevirtual(CD_Scratch, "top", MethodTypeDesc.of(CD_long)).lstore(mark);
        code.trying(body -> {
            writeCall(body, address, unloads);
            if (value >= 0) {
                body.storeLocal(TypeKind.from(returned), value);
            }
        }, catcher -> catcher.catchingAll(handler -> {
            leave(handler, mark);
            handler.athrow();
        }));
        leave(code, mark);
        if (value >= 0) {
            code.loadLocal(TypeKind.from(returned), value);
        }
        code.return_(TypeKind.from(returned));
    }

    private void leave(CodeBuilder code, int mark) {
        code.aload(scratch).lload(mark).invokevirtual(CD_Scratch, "leave", MethodTypeDesc.of(CD_void, CD_long));
    }

    private void writeCall(CodeBuilder code, int address, boolean unloads) {
        Constants.loadHandle(code, shape);
        if (unloads) {
            code.aload(address);
        } else {
            code.lload(address).invokestatic(
                    CD_MemorySegment, "ofAddress", MethodTypeDesc.of(CD_MemorySegment, CD_long), true);
        }
        for (int i = 0; i < type.parameterCount(); i++) {
            lower(code, i);
        }
        MethodType carriers = shape.carriers().insertParameterTypes(0, MemorySegment.class);
        code.invokevirtual(CD_MethodHandle, "invokeExact", desc(carriers));
        raise(code);
    }

    // --- arguments -----------------------------------------------------------------------------------------------

    private void lower(CodeBuilder code, int index) {
        Passage passage = call.parameters().get(index);
        if (passage.conversion() == null) {
            lowerValue(code, index, passage);
        } else {
            code.trying(body -> lowerValue(body, index, passage),
                    catcher -> catcher.catching(CD_Misfit, handler -> {
                        face.loadTarget(handler, function);
                        handler.loadConstant(index);
                        fail(handler, "argument", MethodTypeDesc.of(
                                desc(RuntimeException.class), CD_Misfit, CD_Object, CD_int));
                    }));
        }
        Class<?> carrier = passage.carrier();
        if (shape.carriers().parameterType(index) != carrier) {
            fill(code, carrier, passage.unsigned());
        }
    }

    private static void fail(CodeBuilder handler, String kind, MethodTypeDesc type) {
        handler.invokestatic(CD_Faults, kind, type).athrow();
    }

    private void lowerValue(CodeBuilder code, int index, Passage passage) {
        Conversion conversion = passage.conversion();
        ClassDesc kind = conversion == null ? null : kind(conversion);
        if (conversion != null) {
            constants.load(code, conversion, kind);
        }
        List<Passage.Mapping> mappings = passage.mappings();
        for (Passage.Mapping mapping : mappings) { // the last one is the first to be applied, so it is on top
            constants.load(code, mapping.write(), CD_Function);
        }
        Class<?> given = type.parameterType(index);
        code.loadLocal(TypeKind.from(given), code.parameterSlot(index));
        if (!mappings.isEmpty()) {
            given = box(code, given);
            for (int i = 0; i < mappings.size(); i++) {
                code.invokeinterface(CD_Function, "apply", MTD_apply);
            }
        }
        if (conversion == null) {
            unbox(code, given, passage.javaType());
        } else if (conversion instanceof Conversion.Checked) {
            unbox(code, given, passage.javaType());
            code.conversion(TypeKind.from(passage.javaType()), TypeKind.LONG)
                    .invokeinterface(kind, "lower", MethodTypeDesc.of(CD_long, CD_long))
                    .conversion(TypeKind.LONG, TypeKind.from(passage.carrier()));
        } else if (conversion instanceof Conversion.OfLong) {
            box(code, given);
            if (conversion.allocates()) {
                code.aload(scratch);
            } else {
                code.aconst_null();
            }
            code.invokeinterface(kind, "lower", MethodTypeDesc.of(CD_long, CD_Object, CD_Scratch));
        } else {
            box(code, given);
            code.invokeinterface(kind, "lower", MethodTypeDesc.of(desc(passage.carrier()), CD_Object));
        }
    }

    /// Fills a carrier up to 64 bits.
    private static void fill(CodeBuilder code, Class<?> carrier, boolean unsigned) {
        if (unsigned && carrier == byte.class) {
            code.loadConstant(0xff).iand();
        } else if (unsigned && carrier == short.class) {
            code.loadConstant(0xffff).iand();
        }
        code.i2l(); // an int too by its sign, as the ABI of RISC-V wants it of an unsigned one as well
    }

    // --- the result ----------------------------------------------------------------------------------------------

    private void raise(CodeBuilder code) {
        Passage passage = call.result();
        Class<?> carrier = passage.carrier();
        if (shape.carriers().returnType() != carrier) {
            cut(code, carrier);
        }
        Class<?> returned = type.returnType();
        if (passage.conversion() == null && passage.mappings().isEmpty()) {
            give(code, carrier, returned);
            return;
        }
        int value = -1;
        if (carrier != void.class) {
            value = code.allocateLocal(TypeKind.from(carrier));
            code.storeLocal(TypeKind.from(carrier), value);
        }
        int from = value;
        if (passage.conversion() == null) {
            raiseValue(code, passage, from, returned);
        } else {
            code.trying(body -> raiseValue(body, passage, from, returned),
                    catcher -> catcher.catching(CD_Misfit, handler -> {
                        face.loadTarget(handler, function);
                        fail(handler, "result",
                                MethodTypeDesc.of(desc(RuntimeException.class), CD_Misfit, CD_Object));
                    }));
        }
    }

    private void raiseValue(CodeBuilder code, Passage passage, int value, Class<?> returned) {
        List<Passage.Mapping> mappings = passage.mappings();
        for (int i = mappings.size(); i-- > 0;) {
            constants.load(code, mappings.get(i).read(), CD_Function);
        }
        Conversion conversion = passage.conversion();
        ClassDesc kind = conversion == null ? null : kind(conversion);
        if (conversion != null) {
            constants.load(code, conversion, kind);
        }
        Class<?> carrier = passage.carrier();
        if (value >= 0) {
            code.loadLocal(TypeKind.from(carrier), value);
        } else {
            code.aconst_null();
        }
        Class<?> raised = Object.class;
        if (conversion == null) {
            raised = value >= 0 ? carrier : Object.class;
        } else if (conversion instanceof Conversion.Checked) {
            code.conversion(TypeKind.from(carrier), TypeKind.LONG)
                    .invokeinterface(kind, "raise", MethodTypeDesc.of(CD_long, CD_long))
                    .conversion(TypeKind.LONG, TypeKind.from(passage.javaType()));
            raised = passage.javaType();
        } else {
            code.invokeinterface(kind, "raise", MethodTypeDesc.of(CD_Object, desc(carrier)));
        }
        if (!mappings.isEmpty()) {
            raised = box(code, raised);
            for (int i = 0; i < mappings.size(); i++) {
                code.invokeinterface(CD_Function, "apply", MTD_apply);
            }
        }
        give(code, raised, returned);
    }

    /// Cuts what came in 64 bits to a carrier: what C left in the other bits is anything.
    private static void cut(CodeBuilder code, Class<?> carrier) {
        code.l2i();
        if (carrier == byte.class) {
            code.i2b();
        } else if (carrier == short.class) {
            code.i2s();
        } else if (carrier == char.class) {
            code.i2c();
        } else if (carrier == boolean.class) { // any of the eight bits makes it true, without a branch
            code.loadConstant(0xff).iand().loadConstant(0xff).iadd().loadConstant(8).ishr();
        }
    }

    /// Makes of the value on the stack what the method returns.
    private static void give(CodeBuilder code, Class<?> value, Class<?> returned) {
        if (returned == void.class) {
            if (value == long.class || value == double.class) {
                code.pop2();
            } else if (value != void.class) {
                code.pop();
            }
        } else if (value == void.class) {
            code.aconst_null();
        } else if (returned.isPrimitive()) {
            unbox(code, value, returned);
        } else {
            box(code, value);
            if (returned != Object.class && !value.isPrimitive()) {
                code.checkcast(desc(returned));
            }
        }
    }

    // --- both ----------------------------------------------------------------------------------------------------

    /// By `instanceof`, for a switch over classes costs the first call of a program a millisecond.
    private static ClassDesc kind(Conversion conversion) {
        return desc(conversion instanceof Conversion.OfLong ? Conversion.OfLong.class
                : conversion instanceof Conversion.OfInt ? Conversion.OfInt.class
                : conversion instanceof Conversion.OfSegment ? Conversion.OfSegment.class
                : Conversion.Checked.class);
    }

    private static Class<?> box(CodeBuilder code, Class<?> value) {
        if (!value.isPrimitive()) {
            return value;
        }
        Class<?> boxed = Carriers.boxed(value);
        code.invokestatic(desc(boxed), "valueOf", MethodTypeDesc.of(desc(boxed), desc(value)));
        return boxed;
    }

    private static void unbox(CodeBuilder code, Class<?> value, Class<?> primitive) {
        if (!value.isPrimitive()) {
            ClassDesc boxed = desc(Carriers.boxed(primitive));
            code.checkcast(boxed).invokevirtual(
                    boxed, primitive.getName().concat("Value"), MethodTypeDesc.of(desc(primitive)));
        }
    }
}

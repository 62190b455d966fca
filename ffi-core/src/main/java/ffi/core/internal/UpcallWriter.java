// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static ffi.core.internal.Constants.desc;
import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_PRIVATE;
import static java.lang.classfile.ClassFile.ACC_PROTECTED;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.classfile.ClassFile.ACC_STATIC;
import static java.lang.classfile.ClassFile.ACC_SUPER;
import static java.lang.classfile.ClassFile.ACC_SYNTHETIC;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_Throwable;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.CLASS_INIT_NAME;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.function.Function;

/// Writes the class of the function pointers of one kind: a [Slot] with the method that C calls. It raises the arguments,
/// calls the function, lowers the result, and lets nothing through to C that is thrown.
final class UpcallWriter {

    private static final ClassDesc CD_Slot = desc(Slot.class);
    private static final ClassDesc CD_CallbackType = desc(CallbackType.class);
    private static final ClassDesc CD_Pending = desc(Pending.class);
    private static final ClassDesc CD_Scratch = desc(Scratch.class);
    private static final ClassDesc CD_StructCalls = desc(StructCalls.class);
    private static final ClassDesc CD_OfLong = desc(Conversion.OfLong.class);
    private static final ClassDesc CD_OfStruct = desc(Conversion.OfStruct.class);
    private static final ClassDesc CD_MemorySegment = desc(MemorySegment.class);
    private static final ClassDesc CD_Function = desc(Function.class);
    private static final MethodTypeDesc MTD_apply = MethodTypeDesc.of(CD_Object, CD_Object);
    private static final MethodTypeDesc MTD_constructor = MethodTypeDesc.of(CD_void, CD_CallbackType);
    private static final String UPCALL = "upcall";

    private final CallbackType kind;
    private final Passing passing;
    private final MethodType carriers;
    private final ClassDesc self;
    private final Object[] first = new Object[1];
    private final Constants constants;
    private final int[] given; // local variables: arrays that go back to C
    private int scratch = -1;
    private int mark;

    private UpcallWriter(CallbackType kind, Passing passing, Lookup host) {
        this.kind = kind;
        this.passing = passing;
        carriers = Linking.upcall(passing).toMethodType();
        String place = host.lookupClass().getPackageName();
        String name = kind.face.getSimpleName().concat("$Callback");
        self = ClassDesc.of(place.isEmpty() ? name : place.concat(".").concat(name));
        constants = new Constants(self, first);
        given = new int[kind.type.parameterCount()];
    }

    /// {@return the first one, which makes the others}
    static Slot define(CallbackType kind, Passing passing, Lookup host) throws IllegalAccessException {
        UpcallWriter writer = new UpcallWriter(kind, passing, host);
        byte[] bytes = ClassFile.of().build(writer.self, writer::write);
        Handover.define(host, bytes, writer.constants.data());
        return (Slot) writer.first[0];
    }

    /// {@return the method that C calls, with the function pointer as its first argument}
    static MethodHandle handle(Slot first, MethodType type) throws IllegalAccessException {
        try {
            return MethodHandles.privateLookupIn(first.getClass(), MethodHandles.lookup())
                    .findVirtual(first.getClass(), UPCALL, type);
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e); // the class is our own
        }
    }

    private void write(ClassBuilder builder) {
        builder.withFlags(ACC_FINAL | ACC_SUPER | ACC_SYNTHETIC | ACC_PUBLIC)
                .withSuperclass(CD_Slot)
                .withMethodBody(INIT_NAME, MethodTypeDesc.of(CD_void), ACC_PRIVATE, code -> code.aload(0).aconst_null()
                        .invokespecial(CD_Slot, INIT_NAME, MTD_constructor).return_())
                .withMethodBody(INIT_NAME, MTD_constructor, ACC_PRIVATE, code -> code.aload(0).aload(1)
                        .invokespecial(CD_Slot, INIT_NAME, MTD_constructor).return_())
                .withMethodBody("make", MethodTypeDesc.of(CD_Slot, CD_CallbackType), ACC_PROTECTED, code -> code
                        .new_(self).dup().aload(1).invokespecial(self, INIT_NAME, MTD_constructor).areturn())
                .withMethodBody(UPCALL, desc(carriers), ACC_PUBLIC, this::writeUpcall);
        constants.writeFields(builder);
        builder.withMethodBody(CLASS_INIT_NAME, MethodTypeDesc.of(CD_void), ACC_STATIC, constants::fill);
    }

    private void writeUpcall(CodeBuilder code) {
        Class<?> returned = carriers.returnType();
        int function = code.allocateLocal(TypeKind.REFERENCE);
        int pending = code.allocateLocal(TypeKind.REFERENCE);
        int result = returned == void.class ? -1 : code.allocateLocal(TypeKind.from(returned));
        for (int i = 0; i < given.length; i++) {
            Conversion conversion = kind.call.parameters().get(i).conversion();
            if (conversion instanceof ArrayPassing array && array.back()) {
                given[i] = code.allocateLocal(TypeKind.REFERENCE);
                code.aconst_null().astore(given[i]);
            }
        }
        if (needsScratch()) {
            scratch = code.allocateLocal(TypeKind.REFERENCE);
            mark = code.allocateLocal(TypeKind.LONG);
        }
        Label tombstone = code.newLabel();
        Label end = code.newLabel();
        code.invokestatic(CD_Pending, "suspend", MethodTypeDesc.of(CD_Pending)).astore(pending);
        code.aload(0).invokevirtual(CD_Slot, "enter", MethodTypeDesc.of(CD_Object)).astore(function);
        code.aload(function).ifnull(tombstone);
        code.trying(body -> {
            body.trying(call -> {
                enterScratch(call);
                writeCall(call, function);
                if (result >= 0) {
                    call.storeLocal(TypeKind.from(returned), result);
                }
                leaveScratch(call);
            }, catcher -> catcher.catchingAll(handler -> {
                int thrown = handler.allocateLocal(TypeKind.REFERENCE);
                handler.astore(thrown);
                if (result >= 0) {
                    loadError(handler);
                    handler.storeLocal(TypeKind.from(returned), result);
                }
                handler.aload(0).aload(thrown)
                        .invokevirtual(CD_Slot, "failed", MethodTypeDesc.of(CD_void, CD_Throwable));
            }));
            body.aload(pending).invokestatic(CD_Pending, "resume", MethodTypeDesc.of(CD_void, CD_Pending));
            body.goto_(end);
        }, catcher -> catcher.catchingAll(handler -> {
            int thrown = handler.allocateLocal(TypeKind.REFERENCE);
            handler.astore(thrown);
            handler.aload(0).aload(thrown).invokevirtual(CD_Slot, "lost", MethodTypeDesc.of(CD_void, CD_Throwable));
            writeError(handler, returned);
        }));
        code.labelBinding(tombstone);
        code.aload(pending).invokestatic(CD_Pending, "resume", MethodTypeDesc.of(CD_void, CD_Pending));
        writeError(code, returned);
        code.labelBinding(end);
        if (result >= 0) {
            code.loadLocal(TypeKind.from(returned), result);
        }
        code.return_(TypeKind.from(returned));
    }

    private boolean needsScratch() {
        boolean needs = kind.call.result().conversion() instanceof Conversion.OfStruct;
        for (Passage parameter : kind.call.parameters()) {
            needs |= parameter.conversion() instanceof Conversion.OfStruct;
        }
        return needs;
    }

    private void enterScratch(CodeBuilder code) {
        if (scratch >= 0) {
            code.invokestatic(CD_Scratch, "enter", MethodTypeDesc.of(CD_Scratch)).astore(scratch)
                    .aload(scratch).invokevirtual(CD_Scratch, "top", MethodTypeDesc.of(CD_long)).lstore(mark);
        }
    }

    /// After an exception the frame below ends this one as well.
    private void leaveScratch(CodeBuilder code) {
        if (scratch >= 0) {
            code.aload(scratch).lload(mark).invokevirtual(CD_Scratch, "leave", MethodTypeDesc.of(CD_void, CD_long));
        }
    }

    private void writeCall(CodeBuilder code, int function) {
        List<Passage> parameters = kind.call.parameters();
        ClassDesc face = desc(kind.face);
        code.aload(function).checkcast(face);
        int carrier = passing.result.equals(Passing.BY_ADDRESS) ? 1 : 0;
        for (int i = 0; i < parameters.size(); i++) {
            raise(code, i, carrier);
            carrier += Passing.isStruct(passing.parameters[i], 0) ? 1 : passing.parameters[i].length();
        }
        if (kind.face.isInterface()) {
            code.invokeinterface(face, kind.method, desc(kind.type));
        } else {
            code.invokevirtual(face, kind.method, desc(kind.type));
        }
        lower(code);
        for (int i = 0; i < given.length; i++) {
            if (given[i] > 0) {
                int at = slot(code, carrierOf(i));
                constants.load(code, parameters.get(i).conversion(), desc(ArrayPassing.class));
                code.aload(given[i]).lload(at)
                        .invokevirtual(desc(ArrayPassing.class), "giveBack", MethodTypeDesc.of(CD_void, CD_Object, CD_long));
            }
        }
    }

    /// {@return the first carrier of a parameter}
    private int carrierOf(int parameter) {
        int carrier = passing.result.equals(Passing.BY_ADDRESS) ? 1 : 0;
        for (int i = 0; i < parameter; i++) {
            carrier += Passing.isStruct(passing.parameters[i], 0) ? 1 : passing.parameters[i].length();
        }
        return carrier;
    }

    private static int slot(CodeBuilder code, int carrier) {
        return code.parameterSlot(carrier);
    }

    // --- arguments -----------------------------------------------------------------------------------------------

    private void raise(CodeBuilder code, int index, int carrier) {
        Passage passage = kind.call.parameters().get(index);
        Class<?> wanted = kind.type.parameterType(index);
        List<Passage.Mapping> mappings = passage.mappings();
        for (int i = mappings.size(); i-- > 0;) {
            constants.load(code, mappings.get(i).read(), CD_Function);
        }
        Class<?> raised = raiseUnmapped(code, passage, index, carrier);
        if (given[index] > 0) {
            code.dup().astore(given[index]);
        }
        if (!mappings.isEmpty()) {
            raised = Carriage.box(code, raised);
            for (int i = 0; i < mappings.size(); i++) {
                code.invokeinterface(CD_Function, "apply", MTD_apply);
            }
        }
        Carriage.give(code, raised, wanted);
    }

    private Class<?> raiseUnmapped(CodeBuilder code, Passage passage, int index, int carrier) {
        Conversion conversion = passage.conversion();
        if (conversion instanceof Conversion.OfStruct struct) {
            raiseStruct(code, struct, passing.parameters[index], carrier);
            return Object.class;
        }
        ClassDesc kindOf = conversion == null ? null : Carriage.kind(conversion);
        if (conversion != null) {
            constants.load(code, conversion, kindOf);
        }
        Class<?> type = passage.carrier();
        Class<?> passed = carriers.parameterType(carrier);
        code.loadLocal(TypeKind.from(passed), slot(code, carrier));
        if (passed != type) {
            Carriage.cut(code, type);
        }
        if (conversion == null) {
            return type;
        }
        if (conversion instanceof Conversion.Checked) {
            code.conversion(TypeKind.from(type), TypeKind.LONG)
                    .invokeinterface(kindOf, "raise", MethodTypeDesc.of(CD_long, CD_long))
                    .conversion(TypeKind.LONG, TypeKind.from(passage.javaType()));
            return passage.javaType();
        }
        if (conversion instanceof Conversion.OfLong sized && sized.counter() >= 0) {
            int counter = sized.counter();
            Class<?> counted = kind.call.parameters().get(counter).carrier();
            Class<?> counting = carriers.parameterType(carrierOf(counter));
            code.loadLocal(TypeKind.from(counting), slot(code, carrierOf(counter)));
            if (counting != counted) {
                Carriage.cut(code, counted);
                Carriage.fill(code, counted, kind.call.parameters().get(counter).unsigned());
            }
            code.invokeinterface(CD_OfLong, "raise", MethodTypeDesc.of(CD_Object, CD_long, CD_long));
            return Object.class;
        }
        code.invokeinterface(kindOf, "raise", MethodTypeDesc.of(CD_Object, desc(type)));
        return Object.class;
    }

    private void raiseStruct(CodeBuilder code, Conversion.OfStruct struct, String tokens, int carrier) {
        constants.load(code, struct, CD_OfStruct);
        if (Passing.isStruct(tokens, 0)) {
            code.aload(slot(code, carrier)).invokeinterface(CD_MemorySegment, "address", MethodTypeDesc.of(CD_long));
        } else {
            int address = code.allocateLocal(TypeKind.LONG);
            code.aload(scratch).loadConstant(struct.structure().room()).loadConstant(struct.structure().alignment())
                    .invokevirtual(CD_Scratch, "allocate", MethodTypeDesc.of(CD_long, CD_long, CD_long)).lstore(address);
            for (int i = 0; i < tokens.length(); i++) {
                Class<?> word = carriers.parameterType(carrier + i);
                code.lload(address).loadConstant(8L * i).ladd()
                        .loadLocal(TypeKind.from(word), slot(code, carrier + i))
                        .invokestatic(CD_StructCalls, "put", MethodTypeDesc.of(CD_void, CD_long, desc(word)));
            }
            code.lload(address);
        }
        code.invokeinterface(CD_OfStruct, "raise", MethodTypeDesc.of(CD_Object, CD_long));
    }

    // --- the result ----------------------------------------------------------------------------------------------

    /// Makes the carrier of what the function returned.
    private void lower(CodeBuilder code) {
        Class<?> returned = kind.type.returnType();
        if (carriers.returnType() == void.class) {
            if (returned != void.class) {
                if (returned == long.class || returned == double.class) {
                    code.pop2();
                } else {
                    code.pop();
                }
            }
            return;
        }
        Passage passage = kind.call.result();
        int value = code.allocateLocal(TypeKind.from(returned));
        code.storeLocal(TypeKind.from(returned), value);
        lowerValue(code, passage, returned, value);
    }

    private void lowerValue(CodeBuilder code, Passage passage, Class<?> returned, int value) {
        Conversion conversion = passage.conversion();
        ClassDesc kindOf = conversion == null ? null : Carriage.kind(conversion);
        if (conversion != null) {
            constants.load(code, conversion, kindOf);
        }
        List<Passage.Mapping> mappings = passage.mappings();
        for (Passage.Mapping mapping : mappings) {
            constants.load(code, mapping.write(), CD_Function);
        }
        code.loadLocal(TypeKind.from(returned), value);
        Class<?> type = returned;
        if (!mappings.isEmpty()) {
            type = Carriage.box(code, type);
            for (int i = 0; i < mappings.size(); i++) {
                code.invokeinterface(CD_Function, "apply", MTD_apply);
            }
        }
        if (conversion instanceof Conversion.OfStruct struct) {
            Carriage.box(code, type);
            code.aload(scratch)
                    .invokeinterface(CD_OfStruct, "lower", MethodTypeDesc.of(CD_long, CD_Object, CD_Scratch));
            giveStruct(code, struct);
            return;
        }
        Class<?> carrier = passage.carrier();
        if (conversion == null) {
            Carriage.unbox(code, type, passage.javaType());
        } else if (conversion instanceof Conversion.Checked) {
            Carriage.unbox(code, type, passage.javaType());
            code.conversion(TypeKind.from(passage.javaType()), TypeKind.LONG)
                    .invokeinterface(kindOf, "lower", MethodTypeDesc.of(CD_long, CD_long))
                    .conversion(TypeKind.LONG, TypeKind.from(carrier));
        } else if (conversion instanceof Conversion.OfLong) {
            Carriage.box(code, type);
            code.aload(0).loadConstant(conversion.free() != null ? 1 : 0)
                    .invokevirtual(CD_Slot, "room", MethodTypeDesc.of(desc(SegmentAllocator.class), CD_boolean))
                    .invokeinterface(kindOf, "store", MethodTypeDesc.of(CD_long, CD_Object, desc(SegmentAllocator.class)));
        } else {
            Carriage.box(code, type);
            code.invokeinterface(kindOf, "lower", MethodTypeDesc.of(desc(carrier), CD_Object));
        }
        if (carriers.returnType() != carrier) {
            Carriage.fill(code, carrier, passage.unsigned());
        }
    }

    /// Makes of a struct's address what C is given.
    private void giveStruct(CodeBuilder code, Conversion.OfStruct struct) {
        if (passing.result.equals(Passing.BY_ADDRESS)) {
            code.lload(slot(code, 0)).loadConstant(struct.structure().layout().byteSize()).invokestatic(
                    CD_StructCalls, "copy", MethodTypeDesc.of(CD_long, CD_long, CD_long, CD_long));
        } else if (Passing.isStruct(passing.result, 0)) {
            code.loadConstant(Passing.SYSTEM_V ? struct.structure().room() : struct.structure().layout().byteSize())
                    .aload(scratch).invokestatic(
                    CD_StructCalls, "leave", MethodTypeDesc.of(CD_MemorySegment, CD_long, CD_long, CD_Scratch));
        } else {
            boolean general = passing.result.equals("J");
            code.invokestatic(CD_StructCalls, general ? "general" : "floating",
                    MethodTypeDesc.of(general ? CD_long : desc(double.class), CD_long));
        }
    }

    private void writeError(CodeBuilder code, Class<?> returned) {
        if (returned != void.class) {
            loadError(code);
        }
        code.return_(TypeKind.from(returned));
    }

    /// Loads what C gets instead of a result.
    private void loadError(CodeBuilder code) {
        Class<?> returned = carriers.returnType();
        if (returned == MemorySegment.class) {
            code.loadConstant(struct(kind.call.result())).invokestatic(
                    CD_StructCalls, "zeros", MethodTypeDesc.of(CD_MemorySegment, CD_long));
        } else if (passing.result.equals(Passing.BY_ADDRESS)) {
            code.lload(slot(code, 0)).loadConstant(struct(kind.call.result())).invokestatic(
                    CD_StructCalls, "clear", MethodTypeDesc.of(CD_long, CD_long, CD_long));
        } else if (returned == double.class) {
            code.loadConstant(kind.error instanceof Number n ? n.doubleValue() : 0.0);
        } else if (returned == float.class) {
            code.loadConstant(kind.error instanceof Number n ? n.floatValue() : 0.0f);
        } else if (returned == long.class) {
            code.loadConstant(kind.error instanceof Number n ? n.longValue() : 0L);
        } else {
            code.loadConstant(kind.error instanceof Number n ? n.intValue() : 0);
        }
    }

    private static long struct(Passage passage) {
        return passage.conversion() instanceof Conversion.OfStruct struct ? struct.structure().room() : 0;
    }
}

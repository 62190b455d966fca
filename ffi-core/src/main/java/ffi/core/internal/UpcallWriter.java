// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static ffi.core.internal.Constants.desc;
import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_PRIVATE;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.classfile.ClassFile.ACC_SUPER;
import static java.lang.classfile.ClassFile.ACC_SYNTHETIC;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.function.Function;

/// Writes the [Receiver] of a type of callback: it raises the arguments, calls the function, and lowers the result.
/// What is thrown there goes to the [Slot] that called it.
final class UpcallWriter {

    private static final ClassDesc CD_Scratch = desc(Scratch.class);
    private static final ClassDesc CD_OfLong = desc(Conversion.OfLong.class);
    private static final ClassDesc CD_ArrayPassing = desc(ArrayPassing.class);
    private static final ClassDesc CD_Given = CallWriter.named("Given");
    private static final ClassDesc CD_MemorySegment = desc(MemorySegment.class);
    private static final ClassDesc CD_OfStruct = desc(Conversion.OfStruct.class);
    private static final ClassDesc CD_Sharing = CallWriter.named("Sharing");
    private static final ClassDesc CD_Function = desc(Function.class);
    private static final MethodTypeDesc MTD_apply = MethodTypeDesc.of(CD_Object, CD_Object);
    private static final MethodTypeDesc MTD_void = MethodTypeDesc.of(CD_void);
    private static final int SLOT = 1; // local variables: after the receiver come the function pointer, the function,
    private static final int FUNCTION = 2; // and the carriers
    private static final int OWN = 2;

    private final CallbackType kind;
    private final Passing passing;
    private final MethodType carriers;
    private final ClassDesc superclass;
    private final ClassDesc self;
    private final Object[] first = new Object[1];
    private final Constants constants;
    private final boolean watched;
    private final int[] given; // local variables: arrays that go back to C
    private final int[] before; // local variables: what these were, if other arguments may lie in the same memory
    private int scratch = -1;
    private int mark;

    private UpcallWriter(CallbackType kind, Passing passing, Stubs stubs, Lookup host, boolean watched) {
        this.kind = kind;
        this.passing = passing;
        this.watched = watched;
        carriers = Linking.upcall(passing).toMethodType();
        superclass = StubWriter.receiver(stubs.shape);
        self = FaceWriter.name(host, kind.face, "$Callback");
        constants = new Constants(self, first);
        given = new int[kind.type.parameterCount()];
        before = new int[given.length];
    }

    /// {@return the one instance}
    ///
    /// @param watched whether its calls are watched
    static Receiver define(CallbackType kind, Passing passing, Stubs stubs, Lookup host, boolean watched)
            throws IllegalAccessException {
        UpcallWriter writer = new UpcallWriter(kind, passing, stubs, host, watched);
        byte[] bytes = ClassFile.of().build(writer.self, writer::write);
        Handover.define(host, bytes, writer.constants.data());
        return (Receiver) writer.first[0];
    }

    private void write(ClassBuilder builder) {
        builder.withFlags(ACC_FINAL | ACC_SUPER | ACC_SYNTHETIC)
                .withSuperclass(superclass)
                .withMethodBody(INIT_NAME, MTD_void, ACC_PRIVATE,
                        code -> code.aload(0).invokespecial(superclass, INIT_NAME, MTD_void).return_())
                .withMethodBody(StubWriter.CALL, StubWriter.call(carriers), ACC_PUBLIC | ACC_FINAL, this::writeCall);
        constants.write(builder);
    }

    private void writeCall(CodeBuilder code) {
        TypeKind returned = TypeKind.from(carriers.returnType());
        int written = 0; // arguments through which the function of Java writes
        for (int i = 0; i < given.length; i++) {
            Conversion conversion = kind.call.parameters().get(i).conversion();
            if (conversion instanceof ArrayPassing array && array.back()) {
                given[i] = code.allocateLocal(TypeKind.REFERENCE);
                written++;
            } else if (conversion instanceof Conversion.OfSegment segment && segment.writesThrough()) {
                written++;
            }
        }
        for (int i = 0; i < given.length; i++) {
            before[i] = given[i] > 0 && written > 1 ? code.allocateLocal(TypeKind.REFERENCE) : 0;
        }
        if (!needsScratch()) {
            writeBody(code);
            code.return_(returned);
            return;
        }
        scratch = code.allocateLocal(TypeKind.REFERENCE);
        mark = code.allocateLocal(TypeKind.LONG);
        code.invokestatic(CD_Scratch, "enter", MethodTypeDesc.of(CD_Scratch)).astore(scratch)
                .aload(scratch).invokevirtual(CD_Scratch, "top", MethodTypeDesc.of(CD_long)).lstore(mark);
        code.trying(body -> {
            writeBody(body);
            leaveScratch(body);
            body.return_(returned);
        }, catcher -> catcher.catchingAll(handler -> {
            leaveScratch(handler);
            handler.athrow();
        }));
    }

    private boolean needsScratch() {
        boolean needs = kind.call.result().conversion() instanceof Conversion.OfStruct;
        for (Passage parameter : kind.call.parameters()) {
            needs |= parameter.conversion() instanceof Conversion.OfStruct;
        }
        return needs;
    }

    private void leaveScratch(CodeBuilder code) {
        code.aload(scratch).lload(mark).invokevirtual(CD_Scratch, "leave", MethodTypeDesc.of(CD_void, CD_long));
    }

    private void writeBody(CodeBuilder code) {
        List<Passage> parameters = kind.call.parameters();
        ClassDesc face = desc(kind.face);
        code.aload(FUNCTION).checkcast(face);
        int carrier = carrierOf(0);
        for (int i = 0; i < parameters.size(); i++) {
            raise(code, i, carrier);
            carrier += Passing.isStruct(passing.parameters[i], 0) ? 1 : passing.parameters[i].length();
        }
        if (watched) {
            invokeWatched(code, face);
        } else {
            invoke(code, face);
        }
        lower(code);
        for (int i = 0; i < given.length; i++) {
            if (given[i] > 0) {
                int at = slot(code, carrierOf(i));
                loadArray(code, i);
                code.aload(given[i]).lload(at);
                if (before[i] > 0) {
                    code.aload(before[i]).invokestatic(CD_Given, "giveBack",
                            MethodTypeDesc.of(CD_void, CD_ArrayPassing, CD_Object, CD_long, CD_MemorySegment));
                } else {
                    code.invokestatic(CD_Given, "giveBack",
                            MethodTypeDesc.of(CD_void, CD_ArrayPassing, CD_Object, CD_long));
                }
            }
        }
    }

    private void loadArray(CodeBuilder code, int parameter) {
        constants.load(code, kind.call.parameters().get(parameter).conversion(), CD_OfLong);
        code.checkcast(CD_ArrayPassing);
    }

    /// With the function and its arguments on the stack.
    private void invoke(CodeBuilder code, ClassDesc face) {
        if (kind.face.isInterface()) {
            code.invokeinterface(face, kind.method, desc(kind.type));
        } else {
            code.invokevirtual(face, kind.method, desc(kind.type));
        }
    }

    private void invokeWatched(CodeBuilder code, ClassDesc face) {
        int[] slots = new int[kind.type.parameterCount()];
        for (int i = slots.length; i-- > 0;) {
            TypeKind type = TypeKind.from(kind.type.parameterType(i));
            slots[i] = code.allocateLocal(type);
            code.storeLocal(type, slots[i]);
        }
        code.pop(); // the function
        WatchWriter.write(code, constants, kind.call, kind.type, slots, "upcall", StubWriter.CD_Slot,
                body -> body.aload(SLOT), body -> {
                    body.aload(FUNCTION).checkcast(face);
                    for (int i = 0; i < slots.length; i++) {
                        body.loadLocal(TypeKind.from(kind.type.parameterType(i)), slots[i]);
                    }
                    invoke(body, face);
                });
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
        return code.parameterSlot(OWN + carrier);
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
            if (List.class.isAssignableFrom(kind.call.parameters().get(index).javaType())) {
                code.astore(given[index]);
                loadArray(code, index);
                code.aload(given[index])
                        .invokestatic(CD_Given, "changeable",
                                MethodTypeDesc.of(CD_Object, CD_ArrayPassing, CD_Object));
            }
            for (int i = 0; i < index; i++) {
                if (given[i] > 0) { // the native function may have passed one array twice
                    code.aload(given[i]).lload(slot(code, carrier)).lload(slot(code, carrierOf(i)))
                            .invokestatic(CD_Sharing, "one",
                                    MethodTypeDesc.of(CD_Object, CD_Object, CD_Object, CD_long, CD_long));
                }
            }
            code.dup().astore(given[index]);
            if (before[index] > 0) {
                loadArray(code, index);
                code.aload(given[index]).lload(slot(code, carrier))
                        .invokestatic(CD_Given, "copy",
                                MethodTypeDesc.of(CD_MemorySegment, CD_ArrayPassing, CD_Object, CD_long))
                        .astore(before[index]);
            }
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
            constants.load(code, struct, CD_OfStruct);
            int[] words = new int[passing.parameters[index].length()];
            for (int i = 0; i < words.length && carrier + i < carriers.parameterCount(); i++) {
                words[i] = slot(code, carrier + i);
            }
            StructArguments.receive(code, struct, passing.parameters[index], words, scratch);
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
        if (conversion instanceof Conversion.OfNumber) {
            Carriage.raise(code, kindOf, type);
            return Object.class;
        }
        int counter = conversion instanceof Conversion.OfLong array ? array.counter()
                : conversion instanceof Conversion.OfSegment buffer ? buffer.counter() : -1;
        if (counter >= 0) {
            Class<?> counted = kind.call.parameters().get(counter).carrier();
            Class<?> counting = carriers.parameterType(carrierOf(counter));
            code.loadLocal(TypeKind.from(counting), slot(code, carrierOf(counter)));
            if (counting != counted) {
                Carriage.cut(code, counted);
                Carriage.fill(code, counted, kind.call.parameters().get(counter).unsigned());
            }
            code.invokeinterface(kindOf, "raise", MethodTypeDesc.of(CD_Object, desc(type), CD_long));
            return Object.class;
        }
        code.invokeinterface(kindOf, "raise", MethodTypeDesc.of(CD_Object, desc(type)));
        return Object.class;
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
            int room = passing.result.equals(Passing.BY_ADDRESS) ? slot(code, 0) : -1; // else there may be no parameter
            StructArguments.give(code, struct, passing.result, room, scratch);
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
        } else if (conversion instanceof Conversion.OfNumber) {
            Carriage.box(code, type);
            Carriage.lower(code, kindOf, carrier);
        } else if (conversion instanceof Conversion.OfLong) {
            Carriage.box(code, type);
            code.aload(SLOT).loadConstant(conversion.free() != null ? 1 : 0)
                    .invokevirtual(StubWriter.CD_Slot, "room",
                            MethodTypeDesc.of(desc(SegmentAllocator.class), CD_boolean))
                    .invokeinterface(kindOf, "store",
                            MethodTypeDesc.of(CD_long, CD_Object, desc(SegmentAllocator.class)));
        } else {
            Carriage.box(code, type);
            code.invokeinterface(kindOf, "lower", MethodTypeDesc.of(desc(carrier), CD_Object));
            if (conversion instanceof Conversion.OfSegment) {
                code.loadConstant(passage.name()).invokestatic(desc(Pointers.class), "open",
                        MethodTypeDesc.of(desc(carrier), desc(carrier), CD_String));
            }
        }
        if (carriers.returnType() != carrier) {
            Carriage.fill(code, carrier, passage.unsigned());
        }
    }
}

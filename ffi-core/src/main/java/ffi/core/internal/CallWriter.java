// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static ffi.core.internal.Constants.desc;
import static java.lang.constant.ConstantDescs.CD_MethodHandle;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
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
    private static final ClassDesc CD_Reference = desc(java.lang.ref.Reference.class);
    private static final ClassDesc CD_Scratch = named("Scratch");
    private static final ClassDesc CD_Faults = named("Faults");
    private static final ClassDesc CD_Carriers = named("Carriers");
    private static final ClassDesc CD_Pending = named("Pending");
    private static final ClassDesc CD_Pointers = named("Pointers");
    private static final ClassDesc CD_Sharing = named("Sharing");
    private static final ClassDesc CD_Call = desc(Call.class);
    static final ClassDesc CD_Misfit = named("Misfit");
    private static final ClassDesc CD_Named = named("Named");
    private static final ClassDesc CD_Apart = named("Apart");
    private static final ClassDesc CD_Ownership = named("Ownership");
    private static final ClassDesc CD_CallbackPassing = named("CallbackPassing");
    static final ClassDesc CD_Function = desc(Function.class);
    static final MethodTypeDesc MTD_apply = MethodTypeDesc.of(CD_Object, CD_Object);
    private static final MethodTypeDesc MTD_given = MethodTypeDesc.of(CD_MemorySegment, CD_MemorySegment, CD_Object);
    private static final MethodTypeDesc MTD_usable =
            MethodTypeDesc.of(CD_MemorySegment, CD_MemorySegment, CD_Object, CD_int);
    private static final MethodTypeDesc MTD_address = MethodTypeDesc.of(CD_MemorySegment, CD_Object, CD_Object, CD_int);

    private final CodeBuilder code;
    final Call call;
    final MethodType type;
    final Constants constants;
    final FaceWriter face;
    final int function;
    final Passing passing;
    final MethodType carriers;
    final int[] values; // local variables: what was lowered, of what comes back
    private final int[] unboxed; // local variables: what came in boxes
    private final int[] held; // local variables: what must not be collected until C has returned
    private final int[] given; // local variables: arguments after their mappings, where objects are compared
    int sharing = -1; // a local variable: the copies, if arguments share them
    final int[] lowered; // local variables: to what it was lowered, of what comes back or counts the result
    int scratch;
    int library = -1; // a local variable: the function's address, if its library can be unloaded
    int errno; // a local variable: the number that the call left behind
    private int mark;
    private boolean late; // whether the frame begins only with the first function that C has no address of
    int room; // a local variable: where a struct comes back by its address

    /// @param type     of the method that is written
    /// @param function which one of the face's it calls
    CallWriter(CodeBuilder code, Call call, MethodType type, FaceWriter face, int function) {
        this.code = code;
        this.call = call;
        this.type = type;
        this.face = face;
        this.function = function;
        constants = face.constants;
        passing = call.passing();
        carriers = Linking.type(passing.shape());
        values = new int[type.parameterCount()];
        lowered = new int[type.parameterCount()];
        held = new int[type.parameterCount()];
        unboxed = new int[type.parameterCount()];
        given = new int[type.parameterCount()];
    }

    /// Leaves the call to another method if two arguments are one object.
    ///
    /// ```java
    /// if (a == b) {
    ///     return shared(a, b);
    /// }
    /// ```
    void compare() {
        List<Sharers.Pair> pairs = call.pairs();
        if (pairs.isEmpty()) {
            return;
        }
        for (Sharers.Pair pair : pairs) {
            unmap(pair.first(), false);
            unmap(pair.second(), false);
        }
        Label shared = code.newLabel();
        Label apart = code.newLabel();
        for (int i = 0; i < pairs.size(); i++) {
            Sharers.Pair pair = pairs.get(i);
            boolean last = i == pairs.size() - 1;
            Label next = last ? apart : code.newLabel();
            loadGiven(pair.first());
            loadGiven(pair.second());
            if (pair.test() != null) {
                code.invokestatic(CD_Sharing, pair.test(), MethodTypeDesc.of(CD_boolean, CD_Object, CD_Object));
                code.ifeq(next);
            } else {
                code.if_acmpne(next);
                if (isNullable(pair.first()) && isNullable(pair.second())) {
                    loadGiven(pair.first());
                    code.ifnull(next);
                }
            }
            if (!last) {
                code.goto_(shared).labelBinding(next);
            }
        }
        code.labelBinding(shared);
        face.invokeShared(code, function);
        code.return_(TypeKind.from(type.returnType())).labelBinding(apart);
    }

    private boolean isNullable(int index) {
        Conversion conversion = call.parameters().get(index).conversion();
        return conversion.nullable() || conversion instanceof ArrayPassing array && array.nullable()
                || conversion instanceof Conversion.OfLong place && place.isParameter();
    }

    private void loadGiven(int index) {
        code.aload(given[index] > 0 ? given[index] : code.parameterSlot(index));
    }

    /// Applies the mappings of an argument, once.
    ///
    /// @param always whether it gets a local variable even without
    private void unmap(int index, boolean always) {
        Passage passage = call.parameters().get(index);
        if (given[index] > 0 || !always && passage.mappings().isEmpty()) {
            return;
        }
        loadUnmapped(index, type.parameterType(index));
        given[index] = code.allocateLocal(TypeKind.REFERENCE);
        code.astore(given[index]);
    }

    private Class<?> loadUnmapped(int index, Class<?> taken) {
        List<Passage.Mapping> mappings = call.parameters().get(index).mappings();
        for (Passage.Mapping mapping : mappings) { // the last one is the first to be applied, so it is on top
            constants.load(code, mapping.write(), CD_Function);
        }
        code.loadLocal(TypeKind.from(taken), unboxed[index] > 0 ? unboxed[index] : code.parameterSlot(index));
        if (mappings.isEmpty()) {
            return taken;
        }
        Class<?> boxed = Carriage.box(code, taken);
        for (int i = 0; i < mappings.size(); i++) {
            code.invokeinterface(CD_Function, "apply", MTD_apply);
        }
        return boxed;
    }

    /// Makes the copies of all arguments that may be one object.
    private void share(CodeBuilder code) {
        int count = type.parameterCount();
        for (int i = 0; i < count; i++) {
            if (Sharers.isOne(call.parameters().get(i).conversion())) {
                unmap(i, true);
            }
        }
        constants.load(code, call, CD_Call);
        code.loadConstant(count).anewarray(CD_Object);
        for (int i = 0; i < count; i++) {
            if (given[i] > 0) {
                code.dup().loadConstant(i).aload(given[i]).aastore();
            }
        }
        code.aload(scratch);
        face.loadTarget(code, function);
        sharing = code.allocateLocal(TypeKind.REFERENCE);
        code.invokestatic(CD_Sharing, "of",
                MethodTypeDesc.of(CD_Sharing, CD_Call, CD_Object.arrayType(), CD_Scratch, CD_Object)).astore(sharing);
    }

    /// By its name, so that a class which the call may never need is not loaded for it.
    static ClassDesc named(String name) {
        return ClassDesc.of(CallWriter.class.getPackageName(), name);
    }

    /// Takes numbers out of their boxes, before anything at which the JIT might have to give up: there it would still
    /// have to know the boxes, and so would keep asking whether each is one of those that the platform has ready.
    void unbox() {
        for (int i = 0; i < type.parameterCount(); i++) {
            Passage passage = call.parameters().get(i);
            Class<?> given = type.parameterType(i);
            if (!given.isPrimitive() && passage.javaType().isPrimitive() && passage.mappings().isEmpty()
                    && (passage.conversion() == null || passage.conversion() instanceof Conversion.Checked)) {
                TypeKind kind = TypeKind.from(passage.javaType());
                code.aload(code.parameterSlot(i));
                unbox(code, given, passage.javaType(), i);
                unboxed[i] = code.allocateLocal(kind);
                code.storeLocal(kind, unboxed[i]);
            }
        }
    }

    private void unbox(CodeBuilder code, Class<?> given, Class<?> primitive, int index) {
        if (!given.isPrimitive()) {
            code.checkcast(desc(Carriers.boxed(primitive)));
            face.loadTarget(code, function);
            code.loadConstant(index).invokestatic(
                    CD_Carriers, primitive.getName().concat("Value"), Carriage.unboxing(primitive));
        }
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
            library = address;
        } else {
            code.lstore(address);
        }
        Class<?> returned = type.returnType();
        if (!call.allocates(passing)) {
            writeCall(code, address, unloads);
            code.return_(TypeKind.from(returned));
            return;
        }
        scratch = code.allocateLocal(TypeKind.REFERENCE);
        mark = code.allocateLocal(TypeKind.LONG);
        late = call.onlyLends(passing);
        int value = returned == void.class ? -1 : code.allocateLocal(TypeKind.from(returned));
        if (late) {
            code.aconst_null().astore(scratch).lconst_0().lstore(mark);
        } else {
            enter(code);
        }
        Guarded frame = Guarded.begin(code);
        writeCall(code, address, unloads);
        if (value >= 0) {
            code.storeLocal(TypeKind.from(returned), value);
        }
        frame.caught(null);
        leave(code);
        code.athrow();
        frame.end();
        leave(code);
        if (value >= 0) {
            code.loadLocal(TypeKind.from(returned), value);
        }
        code.return_(TypeKind.from(returned));
    }

    private void enter(CodeBuilder code) {
        code.invokestatic(CD_Scratch, "enter", MethodTypeDesc.of(CD_Scratch))
                .dup().invokevirtual(CD_Scratch, "top", MethodTypeDesc.of(CD_long)).lstore(mark)
                .astore(scratch); // last: what ends a frame in a handler knows its mark, wherever the stack overflows
    }

    private void leave(CodeBuilder code) {
        Label none = code.newLabel();
        if (late) {
            code.aload(scratch).ifnull(none);
        }
        code.aload(scratch).lload(mark).invokevirtual(CD_Scratch, "leave", MethodTypeDesc.of(CD_void, CD_long));
        code.labelBinding(none);
    }

    private void writeCall(CodeBuilder code, int address, boolean unloads) {
        if (call.shares()) {
            share(code);
        }
        String linked = passing.linkedShape();
        Constants.loadHandle(code, linked);
        if (unloads) {
            code.aload(address);
        } else {
            code.lload(address).invokestatic(
                    CD_MemorySegment, "ofAddress", MethodTypeDesc.of(CD_MemorySegment, CD_long), true);
        }
        boolean allocates = Passing.isStruct(passing.result, 0); // which the linker asks for before the captured state
        if (!allocates) {
            loadCaptured(code);
        }
        if (call.result().conversion() instanceof Conversion.OfStruct struct) {
            room = StructArguments.prepare(code, passing.result, struct, scratch, waits());
        }
        if (allocates) {
            loadCaptured(code);
        }
        for (int i = 0; i < type.parameterCount(); i++) {
            lower(code, i);
        }
        if (passing.capture != null) { // as late as can be, for what lowers may call C
            code.aload(scratch).invokevirtual(CD_Scratch, "clearErrno", MethodTypeDesc.of(CD_void));
        }
        code.invokevirtual(CD_MethodHandle, "invokeExact", desc(Linking.type(linked)));
        if (carriers.returnType() == void.class) {
            code.pop2();
        } else if (passing.result.equals("A")) { // as the JDK itself makes it one
            code.invokestatic(CD_MemorySegment, "ofAddress", MethodTypeDesc.of(CD_MemorySegment, CD_long), true);
        }
        if (passing.capture != null) {
            errno = code.allocateLocal(TypeKind.INT);
            code.aload(scratch).loadConstant(passing.capture.offset())
                    .invokevirtual(CD_Scratch, "captured", MethodTypeDesc.of(CD_int, CD_long)).istore(errno);
            if (face.watches(function)) {
                WatchWriter.captured(code, errno);
            }
        }
        for (int local : held) {
            if (local > 0) {
                code.aload(local)
                        .invokestatic(CD_Reference, "reachabilityFence", MethodTypeDesc.of(CD_void, CD_Object));
            }
        }
        boolean isOurs = call.result().conversion() != null && call.result().conversion().owns();
        if (!waits() && (!isOurs || call.critical())) {
            checkPending(code);
        } else if (carriers.returnType() == void.class) {
            new Settlement(this).write(code);
        } else {
            new Settlement(this).writeBeside(code, isOurs);
        }
        new ResultWriter(code, this).write();
    }

    private void loadCaptured(CodeBuilder code) {
        if (passing.capture != null) {
            code.aload(scratch).invokevirtual(CD_Scratch, "capture", MethodTypeDesc.of(CD_MemorySegment));
        }
    }

    /// Throws what a callback has thrown meanwhile.
    void checkPending(CodeBuilder code) {
        if (!call.critical()) { // such a function does not call back
            face.loadTarget(code, function);
            code.invokestatic(CD_Pending, "check", MethodTypeDesc.of(CD_void, CD_Object));
        }
    }

    // --- arguments -----------------------------------------------------------------------------------------------

    private void lower(CodeBuilder code, int index) {
        Passage passage = call.parameters().get(index);
        if (sharing >= 0 && Sharers.isOne(passage.conversion())) {
            lowerShared(code, index, passage);
            return;
        }
        if (comesBack(passage.conversion())) {
            values[index] = code.allocateLocal(TypeKind.REFERENCE); // here, for what a part allocates ends with it
        }
        if (isHeld(index)) {
            held[index] = code.allocateLocal(TypeKind.REFERENCE);
        }
        if (passage.conversion() == null) {
            lowerValue(code, index, passage);
        } else if (Pointers.isAddress(passage.conversion()) && passage.mappings().isEmpty()) {
            code.aload(code.parameterSlot(index));
            face.loadTarget(code, function);
            code.loadConstant(index).invokestatic(CD_Pointers, "address", MTD_address);
        } else {
            Guarded lowering = Guarded.begin(code);
            lowerValue(code, index, passage);
            lowering.caught(CD_Misfit);
            face.loadTarget(code, function);
            code.loadConstant(index);
            fail(code, "argument", MethodTypeDesc.of(desc(RuntimeException.class), CD_Misfit, CD_Object, CD_int));
            lowering.end();
            if (passage.conversion() instanceof Conversion.OfSegment) {
                if (index == 0 && type.parameterCount() == 1 && !passage.conversion().allocates()) {
                    face.loadTarget(code, function);
                    code.invokestatic(CD_Ownership, "given", MTD_given);
                }
                face.loadTarget(code, function);
                code.loadConstant(index).invokestatic(CD_Pointers, "usable", MTD_usable);
            }
        }
        if (passage.conversion() instanceof Conversion.OfStruct struct) {
            if (!StructArguments.isDirect(struct, passing.parameters[index])) {
                StructArguments.pass(code, passing.parameters[index], struct);
            }
            return;
        }
        Class<?> carrier = passage.carrier();
        boolean fills = Linking.isNarrow(carrier) && passing.parameters[index].equals("J");
        if (fills) {
            Carriage.fill(code, carrier, passage.unsigned());
        }
        if (index == counter()) {
            if (Linking.isNarrow(carrier) && !fills) {
                code.dup().i2l();
            } else {
                code.dup2();
            }
            lowered[index] = code.allocateLocal(TypeKind.LONG);
            code.lstore(lowered[index]);
        } else if (values[index] > 0 && carrier == MemorySegment.class) {
            lowered[index] = code.allocateLocal(TypeKind.REFERENCE);
            code.dup().astore(lowered[index]);
        } else if (values[index] > 0) {
            lowered[index] = code.allocateLocal(TypeKind.LONG);
            code.dup2().lstore(lowered[index]);
        }
    }

    private void lowerShared(CodeBuilder code, int index, Passage passage) {
        held[index] = isHeld(index) ? given[index] : 0;
        boolean isSegment = passage.conversion() instanceof Conversion.OfSegment;
        code.aload(sharing).loadConstant(index).invokevirtual(CD_Sharing, isSegment ? "segment" : "address",
                MethodTypeDesc.of(isSegment ? CD_MemorySegment : CD_long, CD_int));
        if (isSegment) {
            face.loadTarget(code, function);
            code.loadConstant(index).invokestatic(CD_Pointers, "usable", MTD_usable);
        }
        if (index == counter()) {
            lowered[index] = code.allocateLocal(TypeKind.LONG);
            code.dup2().lstore(lowered[index]);
        }
    }

    /// {@return the parameter that counts the elements of the result, or -1}
    int counter() {
        Conversion result = call.result().conversion();
        return result instanceof Conversion.OfLong l ? l.counter()
                : result instanceof Conversion.OfSegment s ? s.counter() : -1;
    }

    static void fail(CodeBuilder handler, String kind, MethodTypeDesc type) {
        handler.invokestatic(CD_Faults, kind, type).athrow();
    }

    private void lowerValue(CodeBuilder code, int index, Passage passage) {
        Conversion conversion = passage.conversion();
        ClassDesc kind = conversion == null ? null : Carriage.kind(conversion);
        if (conversion != null) {
            constants.load(code, conversion, kind);
        }
        Class<?> given;
        if (this.given[index] > 0) {
            given = Object.class;
            code.aload(this.given[index]);
        } else {
            given = loadUnmapped(index, unboxed[index] > 0 ? passage.javaType() : type.parameterType(index));
        }
        if (conversion == null) {
            unbox(code, given, passage.javaType(), index);
        } else if (conversion instanceof Conversion.Checked) {
            unbox(code, given, passage.javaType(), index);
            code.conversion(TypeKind.from(passage.javaType()), TypeKind.LONG)
                    .invokeinterface(kind, "lower", MethodTypeDesc.of(CD_long, CD_long))
                    .conversion(TypeKind.LONG, TypeKind.from(passage.carrier()));
        } else if (conversion instanceof Conversion.OfNumber) {
            Carriage.box(code, given);
            Carriage.lower(code, kind, passage.carrier());
        } else if (conversion instanceof Conversion.OfStruct struct
                && StructArguments.isDirect(struct, passing.parameters[index])) {
            StructArguments.passDirectly(code, passing.parameters[index]);
        } else if (conversion instanceof Conversion.OfLong || conversion instanceof Conversion.OfStruct) {
            Carriage.box(code, given);
            keep(code, index);
            if (conversion.allocates()) {
                code.aload(scratch);
            } else {
                code.aconst_null();
            }
            if (call.isLarge(conversion)) {
                code.invokestatic(CD_Apart, "lower", MethodTypeDesc.of(CD_long, kind, CD_Object, CD_Scratch));
            } else {
                code.invokeinterface(kind, "lower", MethodTypeDesc.of(CD_long, CD_Object, CD_Scratch));
            }
        } else {
            Carriage.box(code, given);
            keep(code, index);
            if (conversion.lends()) {
                lend(code, index, conversion, kind);
            } else if (conversion.allocates()) {
                code.aload(scratch).invokeinterface(
                        kind, "lower", MethodTypeDesc.of(desc(passage.carrier()), CD_Object, CD_Scratch));
            } else {
                code.invokeinterface(kind, "lower", MethodTypeDesc.of(desc(passage.carrier()), CD_Object));
            }
        }
    }

    /// Makes the function pointer of what is on the stack with its conversion.
    private void lend(CodeBuilder code, int index, Conversion conversion, ClassDesc kind) {
        Label known = code.newLabel();
        int value = code.allocateLocal(TypeKind.REFERENCE);
        code.astore(value).aload(value);
        face.loadTarget(code, function);
        code.invokestatic(CD_CallbackPassing, "known", MethodTypeDesc.of(CD_MemorySegment, kind, CD_Object, CD_Named))
                .dup().ifnonnull(known).pop();
        if (late) {
            Label entered = code.newLabel();
            code.aload(scratch).ifnonnull(entered);
            enter(code);
            code.labelBinding(entered);
        }
        constants.load(code, conversion, kind);
        code.aload(value).aload(scratch);
        face.loadTarget(code, function);
        code.loadConstant(index).invokestatic(CD_CallbackPassing, "lend", MethodTypeDesc.of(
                        CD_MemorySegment, kind, CD_Object, CD_Scratch, CD_Named, CD_int))
                .labelBinding(known);
    }

    /// Whether functions of the user's may run between the call and the reading of its result: as C's changes come
    /// back.
    private boolean waits() {
        for (Passage parameter : call.parameters()) {
            if (comesBack(parameter.conversion())) {
                return true;
            }
        }
        return call.shares();
    }

    /// Whether it may hold pointers to memory that the garbage collector frees, which C gets by their numbers.
    private boolean isHeld(int index) {
        Conversion conversion = call.parameters().get(index).conversion();
        return conversion instanceof Conversion.OfStruct struct
                ? struct.leaves() == null
                : conversion instanceof Conversion.OfLong && conversion.allocates() && !(conversion instanceof Text)
                        && !(conversion instanceof ArrayPassing array && array.elements() instanceof Elements.Numbers);
    }

    private static boolean comesBack(Conversion conversion) {
        return conversion instanceof Conversion.OfLong l && l.comesBack()
                || conversion instanceof Conversion.OfSegment s && s.comesBack();
    }

    /// Keeps a value into which C's changes are to come back.
    private void keep(CodeBuilder code, int index) {
        if (values[index] > 0) {
            code.dup().astore(values[index]);
        }
        if (held[index] > 0) {
            code.dup().astore(held[index]);
        }
    }
}

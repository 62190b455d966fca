// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static ffi.core.internal.Constants.desc;
import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_PRIVATE;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.classfile.ClassFile.ACC_SUPER;
import static java.lang.classfile.ClassFile.ACC_SYNTHETIC;
import static java.lang.constant.ConstantDescs.CD_Class;
import static java.lang.constant.ConstantDescs.CD_MethodHandle;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;

/// Writes the class that converts the objects of one class to a struct of C and back: member for member, in straight
/// code, with accessors and constructor as constants.
public final class StructWriter {

    private static final MethodHandles.Lookup OWN = MethodHandles.lookup();
    private static final ClassDesc CD_MemorySegment = desc(MemorySegment.class);
    private static final ClassDesc CD_Cell = desc(Cell.class);
    private static final ClassDesc CD_Structure = desc(Structure.class);
    private static final ClassDesc CD_Misfit = desc(Misfit.class);
    private static final ClassDesc CD_StructCalls = desc(StructCalls.class);
    private static final ClassDesc CD_ArrayPassing = desc(ArrayPassing.class);
    private static final MethodTypeDesc MTD_get = MethodTypeDesc.of(CD_Object, CD_MemorySegment, CD_long);
    private static final MethodTypeDesc MTD_set = MethodTypeDesc.of(
            CD_void, CD_MemorySegment, CD_long, CD_Object, desc(SegmentAllocator.class));
    private static final int SEGMENT = 1; // the parameters' slots
    private static final int OFFSET = 2;
    private static final int VALUE = 4;
    private static final int ROOM = 5;

    /// A part of a struct.
    ///
    /// @param getter takes the object, and returns what the passage takes
    public record Member(String name, Passage passage, MethodHandle getter) {}

    private final String name;
    private final Class<?> type;
    private final List<Member> members;
    private final MethodHandle constructor;
    private final List<Cell> cells = new ArrayList<>();
    private final long[] offsets;
    private final Structure structure;
    private final ClassDesc self = ClassDesc.of(OWN.lookupClass().getPackageName(), "Struct$Native");
    private final Object[] first = new Object[1];
    private final Constants constants = new Constants(self, first);

    private StructWriter(String name, Class<?> type, List<Member> members, MethodHandle constructor) {
        this.name = name;
        this.type = type;
        this.members = members;
        this.constructor = constructor;
        offsets = new long[members.size()];
        List<MemoryLayout> layouts = new ArrayList<>();
        long at = 0;
        long alignment = 1;
        for (int i = 0; i < offsets.length; i++) {
            Cell cell = members.get(i).passage.cell();
            cells.add(cell);
            MemoryLayout layout = cell.layout();
            at = pad(layouts, at, layout.byteAlignment());
            offsets[i] = at;
            layouts.add(layout.withName(members.get(i).name));
            at += layout.byteSize();
            alignment = Math.max(alignment, layout.byteAlignment());
        }
        pad(layouts, at, alignment);
        structure = Structure.of(MemoryLayout.structLayout(layouts.toArray(new MemoryLayout[0])).withName(name));
    }

    private static long pad(List<MemoryLayout> layouts, long at, long alignment) {
        long padding = -at & alignment - 1;
        if (padding > 0) {
            layouts.add(MemoryLayout.paddingLayout(padding));
        }
        return at + padding;
    }

    /// {@return the conversion between objects and a struct}
    ///
    /// @param type        of the objects
    /// @param constructor takes the members' values in order
    public static Conversion.OfStruct write(
            String name, Class<?> type, List<Member> members, MethodHandle constructor) {
        StructWriter writer = new StructWriter(name, type, members, constructor);
        byte[] bytes = ClassFile.of().build(writer.self, writer::write);
        try {
            Handover.define(OWN, bytes, writer.constants.data());
        } catch (IllegalAccessException e) {
            throw new AssertionError(e); // the class is our own
        }
        return (Conversion.OfStruct) writer.first[0];
    }

    private void write(ClassBuilder builder) {
        builder.withFlags(ACC_FINAL | ACC_SUPER | ACC_SYNTHETIC)
                .withSuperclass(CD_Object)
                .withInterfaceSymbols(desc(Conversion.OfStruct.class))
                .withMethodBody(INIT_NAME, MethodTypeDesc.of(CD_void), ACC_PRIVATE,
                        code -> code.aload(0).invokespecial(CD_Object, INIT_NAME, MethodTypeDesc.of(CD_void)).return_())
                .withMethodBody("structure", MethodTypeDesc.of(CD_Structure), ACC_PUBLIC, code -> {
                    constants.load(code, structure, CD_Structure);
                    code.areturn();
                })
                .withMethodBody("layout", MethodTypeDesc.of(desc(MemoryLayout.class)), ACC_PUBLIC, code -> {
                    constants.load(code, structure.layout(), desc(MemoryLayout.class));
                    code.areturn();
                })
                .withMethodBody("get", MTD_get, ACC_PUBLIC, this::writeGet)
                .withMethodBody("set", MTD_set, ACC_PUBLIC, this::writeSet);
        if (structure.fault() == null && !structure.isInMemory()) {
            StructWords.write(builder, name, type, members, offsets, structure, constants);
        }
        constants.write(builder);
    }

    // --- to C ----------------------------------------------------------------------------------------------------

    private void writeSet(CodeBuilder code) {
        code.aload(VALUE).loadConstant(name);
        constants.load(code, type, CD_Class);
        code.invokestatic(CD_StructCalls, "requireValue", MethodTypeDesc.of(CD_void, CD_Object, CD_String, CD_Class));
        for (int i = 0; i < offsets.length; i++) {
            int index = i;
            if (isDirect(i)) {
                writeNumber(code, i);
            } else {
                code.trying(body -> writeValue(body, index), catcher -> catcher.catching(CD_Misfit,
                        handler -> writeFault(handler, index)));
            }
        }
        for (int i = 0; i < offsets.length; i++) {
            int index = i;
            if (members.get(i).passage.conversion() instanceof ArrayPassing array && array.counter() >= 0) {
                code.trying(body -> requireCount(body, array, index), catcher -> catcher.catching(CD_Misfit,
                        handler -> writeFault(handler, index)));
            }
        }
        code.return_();
    }

    /// C would read beyond the end of an array that has fewer elements than the field says which was just written.
    private void requireCount(CodeBuilder code, ArrayPassing array, int index) {
        constants.load(code, array, CD_ArrayPassing);
        loadMember(code, index);
        code.aload(SEGMENT);
        loadCounter(code, array.counter());
        code.invokestatic(CD_StructCalls, "requireCount", MethodTypeDesc.of(
                CD_void, CD_ArrayPassing, CD_Object, CD_MemorySegment, CD_Cell, CD_long, CD_long));
    }

    /// Leaves on the stack how a counter is read: its cell, its offset, and the bits that count.
    private void loadCounter(CodeBuilder code, int counter) {
        Passage passage = members.get(counter).passage;
        long bytes = cells.get(counter).layout().byteSize();
        constants.load(code, cells.get(counter), CD_Cell);
        loadOffset(code, counter);
        code.loadConstant(passage.unsigned() && bytes < Long.BYTES ? (1L << bytes * 8) - 1 : -1L);
    }

    /// The number goes straight to its place.
    private void writeNumber(CodeBuilder code, int index) {
        ValueLayout layout = (ValueLayout) cells.get(index).layout();
        ClassDesc kind = kind(layout);
        code.aload(SEGMENT);
        constants.load(code, layout.withByteAlignment(1), kind);
        loadOffset(code, index);
        loadMember(code, index);
        code.invokeinterface(CD_MemorySegment, "set",
                MethodTypeDesc.of(CD_void, kind, CD_long, desc(layout.carrier())));
    }

    private void writeValue(CodeBuilder code, int index) {
        constants.load(code, cells.get(index), CD_Cell);
        code.aload(SEGMENT);
        loadOffset(code, index);
        loadMember(code, index);
        Class<?> given = given(index);
        if (given.isPrimitive()) {
            ClassDesc boxed = desc(Carriers.boxed(given));
            code.invokestatic(boxed, "valueOf", MethodTypeDesc.of(boxed, desc(given)));
        }
        code.aload(ROOM).invokeinterface(CD_Cell, "set", MTD_set);
    }

    private void loadMember(CodeBuilder code, int index) {
        MethodType type = MethodType.methodType(given(index), Object.class);
        constants.loadNew(code, members.get(index).getter.asType(type), CD_MethodHandle);
        code.aload(VALUE).invokevirtual(CD_MethodHandle, "invokeExact", desc(type));
    }

    // --- from C --------------------------------------------------------------------------------------------------

    private void writeGet(CodeBuilder code) {
        MethodType type = MethodType.methodType(Object.class);
        for (int i = 0; i < offsets.length; i++) {
            type = type.appendParameterTypes(given(i));
        }
        constants.loadNew(code, constructor.asType(type), CD_MethodHandle);
        for (int i = 0; i < offsets.length; i++) {
            int index = i;
            if (isDirect(i)) {
                readNumber(code, i);
            } else {
                int read = code.allocateLocal(java.lang.classfile.TypeKind.REFERENCE);
                code.trying(body -> {
                    readValue(body, index);
                    body.astore(read);
                }, catcher -> catcher.catching(CD_Misfit, handler -> writeFault(handler, index)));
                code.aload(read);
                Class<?> given = given(i);
                if (given.isPrimitive()) {
                    ClassDesc boxed = desc(Carriers.boxed(given));
                    code.checkcast(boxed)
                            .invokevirtual(boxed, given.getName().concat("Value"), MethodTypeDesc.of(desc(given)));
                }
            }
        }
        code.invokevirtual(CD_MethodHandle, "invokeExact", desc(type)).areturn();
    }

    private void readNumber(CodeBuilder code, int index) {
        ValueLayout layout = (ValueLayout) cells.get(index).layout();
        ClassDesc kind = kind(layout);
        code.aload(SEGMENT);
        constants.load(code, layout.withByteAlignment(1), kind);
        loadOffset(code, index);
        code.invokeinterface(CD_MemorySegment, "get", MethodTypeDesc.of(desc(layout.carrier()), kind, CD_long));
    }

    private void readValue(CodeBuilder code, int index) {
        if (!(members.get(index).passage.conversion() instanceof ArrayPassing array) || array.counter() < 0) {
            constants.load(code, cells.get(index), CD_Cell);
            code.aload(SEGMENT);
            loadOffset(code, index);
            code.invokeinterface(CD_Cell, "get", MTD_get);
            return;
        }
        constants.load(code, array, CD_ArrayPassing);
        code.aload(SEGMENT);
        loadOffset(code, index);
        loadCounter(code, array.counter());
        code.invokestatic(CD_StructCalls, "counted", MethodTypeDesc.of(
                CD_Object, CD_ArrayPassing, CD_MemorySegment, CD_long, CD_Cell, CD_long, CD_long));
    }

    // --- both ----------------------------------------------------------------------------------------------------

    private boolean isDirect(int index) {
        Passage passage = members.get(index).passage;
        return passage.conversion() == null && passage.mappings().isEmpty();
    }

    /// The class of the member's value in Java, as far as generated code can name it.
    private Class<?> given(int index) {
        Passage passage = members.get(index).passage;
        return passage.mappings().isEmpty() && passage.javaType().isPrimitive() ? passage.javaType() : Object.class;
    }

    private void loadOffset(CodeBuilder code, int index) {
        code.lload(OFFSET);
        if (offsets[index] > 0) {
            code.loadConstant(offsets[index]).ladd();
        }
    }

    private void writeFault(CodeBuilder handler, int index) {
        handler.loadConstant(name + "." + members.get(index).name)
                .invokestatic(CD_StructCalls, "in", MethodTypeDesc.of(CD_Misfit, CD_Misfit, CD_String)).athrow();
    }

    /// The interface of a layout, by which the methods of a segment are told apart.
    private static ClassDesc kind(ValueLayout layout) {
        return switch (layout) {
            case ValueLayout.OfBoolean _ -> desc(ValueLayout.OfBoolean.class);
            case ValueLayout.OfByte _ -> desc(ValueLayout.OfByte.class);
            case ValueLayout.OfChar _ -> desc(ValueLayout.OfChar.class);
            case ValueLayout.OfShort _ -> desc(ValueLayout.OfShort.class);
            case ValueLayout.OfInt _ -> desc(ValueLayout.OfInt.class);
            case ValueLayout.OfLong _ -> desc(ValueLayout.OfLong.class);
            case ValueLayout.OfFloat _ -> desc(ValueLayout.OfFloat.class);
            case ValueLayout.OfDouble _ -> desc(ValueLayout.OfDouble.class);
            default -> throw new AssertionError(layout); // an address has a conversion
        };
    }
}

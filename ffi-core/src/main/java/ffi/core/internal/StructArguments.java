// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static ffi.core.internal.Constants.desc;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;

/// Writes the part of a call that has to do with structs by value.
final class StructArguments {

    private static final ClassDesc CD_StructCalls = desc(StructCalls.class);
    private static final ClassDesc CD_OfStruct = desc(Conversion.OfStruct.class);
    private static final ClassDesc CD_Scratch = desc(Scratch.class);
    private static final ClassDesc CD_Room = desc(Scratch.Room.class);
    private static final ClassDesc CD_Registers = desc(Scratch.Registers.class);
    private static final ClassDesc CD_MemorySegment = desc(MemorySegment.class);
    private static final int WORD = 8;

    private StructArguments() {}

    /// Leaves on the stack what the handle takes for a struct as the result.
    ///
    /// @param waits whether functions of the user's may run, and call others, before it is read
    /// @return the local variable that holds its address, or -1 if it does not come by address
    static int prepare(CodeBuilder code, String carriers, Conversion.OfStruct struct, int scratch, boolean waits) {
        if (carriers.equals(Passing.BY_ADDRESS)) {
            int room = code.allocateLocal(TypeKind.LONG);
            code.aload(scratch)
                    .loadConstant(struct.structure().room()).loadConstant(struct.structure().alignment())
                    .invokevirtual(CD_Scratch, "allocate", MethodTypeDesc.of(CD_long, CD_long, CD_long))
                    .lstore(room).lload(room);
            return room;
        }
        if (Passing.isStruct(carriers, 0)) {
            code.aload(scratch);
            if (Passing.SYSTEM_V && !waits) {
                code.getfield(CD_Scratch, "registers", CD_Registers);
            } else { // which may write to it while it runs
                code.getfield(CD_Scratch, "allocator", CD_Room);
            }
        }
        return -1;
    }

    /// Whether its words are made without memory.
    static boolean isDirect(Conversion.OfStruct struct, String carriers) {
        return struct.leaves() != null && !Passing.isStruct(carriers, 0);
    }

    /// Makes carriers of a struct, with the conversion and the value on the stack.
    static void passDirectly(CodeBuilder code, String carriers) {
        int value = -1;
        int conversion = -1;
        if (carriers.length() > 1) {
            value = code.allocateLocal(TypeKind.REFERENCE);
            conversion = code.allocateLocal(TypeKind.REFERENCE);
            code.astore(value).dup().astore(conversion).aload(value);
        }
        word(code, carriers.charAt(0), 0);
        if (carriers.length() > 1) {
            code.aload(conversion).aload(value);
            word(code, carriers.charAt(1), 1);
        }
    }

    private static void word(CodeBuilder code, char carrier, int word) {
        code.loadConstant(word).invokeinterface(CD_OfStruct, carrier == 'J' ? "general" : "floating",
                MethodTypeDesc.of(carrier == 'J' ? CD_long : CD_double, CD_Object, CD_int));
    }

    /// Makes carriers of a struct's address, which is on the stack.
    static void pass(CodeBuilder code, String carriers, Conversion.OfStruct struct) {
        if (Passing.isStruct(carriers, 0)) {
            long bytes = Passing.SYSTEM_V ? struct.structure().room() : struct.structure().layout().byteSize();
            code.loadConstant(bytes).invokestatic(
                    CD_StructCalls, "segment", MethodTypeDesc.of(CD_MemorySegment, CD_long, CD_long));
            return;
        }
        int address = -1;
        if (carriers.length() > 1) {
            address = code.allocateLocal(TypeKind.LONG);
            code.dup2().lstore(address);
        }
        load(code, carriers.charAt(0));
        if (carriers.length() > 1) {
            code.lload(address).loadConstant((long) WORD).ladd();
            load(code, carriers.charAt(1));
        }
    }

    private static void load(CodeBuilder code, char carrier) {
        if (carrier == 'J') {
            code.invokestatic(CD_StructCalls, "general", MethodTypeDesc.of(CD_long, CD_long));
        } else {
            code.invokestatic(CD_StructCalls, "floating", MethodTypeDesc.of(CD_double, CD_long));
        }
    }

    /// Makes an object of what the call has returned, with the conversion on the stack.
    ///
    /// @param value the local variable with what the handle has returned, if it did
    /// @param room  as [#prepare] said
    static void raise(CodeBuilder code, String carriers, int value, int room, int scratch) {
        if (carriers.equals(Passing.BY_ADDRESS)) {
            code.lload(room).invokeinterface(CD_OfStruct, "raise", MethodTypeDesc.of(CD_Object, CD_long));
            return;
        }
        ClassDesc carrier;
        if (Passing.isStruct(carriers, 0)) {
            carrier = CD_MemorySegment;
            code.aload(value);
        } else if (carriers.equals("J")) {
            carrier = CD_long;
            code.lload(value);
        } else {
            carrier = CD_double;
            code.dload(value);
        }
        code.aload(scratch).invokestatic(
                CD_StructCalls, "raise", MethodTypeDesc.of(CD_Object, CD_OfStruct, carrier, CD_Scratch));
    }

    // --- where C calls Java --------------------------------------------------------------------------------------

    /// Makes an object of a struct that C has given, with the conversion on the stack.
    ///
    /// @param words the local variables with its carriers
    static void receive(CodeBuilder code, Conversion.OfStruct struct, String carriers, int[] words, int scratch) {
        if (Passing.isStruct(carriers, 0)) {
            code.aload(words[0]).invokeinterface(CD_MemorySegment, "address", MethodTypeDesc.of(CD_long));
        } else {
            int address = code.allocateLocal(TypeKind.LONG);
            code.aload(scratch).loadConstant(struct.structure().room()).loadConstant(struct.structure().alignment())
                    .invokevirtual(CD_Scratch, "allocate", MethodTypeDesc.of(CD_long, CD_long, CD_long))
                    .lstore(address);
            for (int i = 0; i < words.length; i++) {
                boolean general = carriers.charAt(i) == 'J';
                code.lload(address).loadConstant((long) WORD * i).ladd()
                        .loadLocal(general ? TypeKind.LONG : TypeKind.DOUBLE, words[i])
                        .invokestatic(CD_StructCalls, "put",
                                MethodTypeDesc.of(CD_void, CD_long, general ? CD_long : CD_double));
            }
            code.lload(address);
        }
        code.invokeinterface(CD_OfStruct, "raise", MethodTypeDesc.of(CD_Object, CD_long));
    }

    /// Makes of a struct's address, which is on the stack, what C is given as the result.
    ///
    /// @param room the local variable with the address where C wants it, if it wants it by its address
    static void give(CodeBuilder code, Conversion.OfStruct struct, String carriers, int room, int scratch) {
        if (carriers.equals(Passing.BY_ADDRESS)) {
            code.lload(room).loadConstant(struct.structure().layout().byteSize()).invokestatic(
                    CD_StructCalls, "copy", MethodTypeDesc.of(CD_long, CD_long, CD_long, CD_long));
        } else if (Passing.isStruct(carriers, 0)) {
            code.loadConstant(Passing.SYSTEM_V ? struct.structure().room() : struct.structure().layout().byteSize())
                    .aload(scratch).invokestatic(CD_StructCalls, "leave",
                            MethodTypeDesc.of(CD_MemorySegment, CD_long, CD_long, CD_Scratch));
        } else {
            load(code, carriers.charAt(0));
        }
    }
}

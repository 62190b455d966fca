// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static ffi.core.internal.Constants.desc;
import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.classfile.ClassFile.ACC_SUPER;
import static java.lang.classfile.ClassFile.ACC_SYNTHETIC;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.classfile.constantpool.ConstantPoolBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// Writes the class behind a face: what Java or Kotlin calls when it calls C. There is one subclass for each kind.
abstract class FaceWriter implements Consumer<ClassBuilder> {

    static final ClassDesc CD_Target = desc(Target.class);
    static final ClassDesc CD_Named = desc(Named.class);
    static final ClassDesc CD_Address = desc(Address.class);
    static final ClassDesc CD_MemorySegment = desc(MemorySegment.class);
    static final MethodTypeDesc MTD_void = MethodTypeDesc.of(CD_void);

    /// The bodies that all have; those of a subclass begin at [#OWN].
    static final int CALL = 0;
    static final int WATCHED = 1;
    static final int SHARED = 2; // as CALL, for arguments of which two are one object
    static final int OWN = 3;

    private static final AtomicLong PLAIN = new AtomicLong();
    static final MethodTypeDesc MTD_toString = MethodTypeDesc.of(CD_String);

    final Lookup host;
    final Class<?> face;
    final boolean unloads;
    final ClassDesc self;
    final ClassDesc addressType;
    final Constants constants;
    private final Object[] first = new Object[1];

    /// @param host    defines the class, in its own package
    /// @param face    what it implements or extends
    /// @param unloads whether addresses are segments, since they can be unloaded
    FaceWriter(Lookup host, Class<?> face, boolean unloads) {
        this.host = host;
        this.face = face;
        this.unloads = unloads;
        self = name(host, face, "$Native");
        addressType = unloads ? CD_MemorySegment : CD_long;
        constants = new Constants(self, first);
    }

    /// {@return the name of a generated class that belongs to a face}
    static ClassDesc name(Lookup host, Class<?> face, String suffix) {
        String place = host.lookupClass().getPackageName();
        String name = face.getSimpleName().concat(suffix);
        if (!host.hasFullPrivilegeAccess()) { // a class that is not hidden needs a name of its own
            name = name + System.identityHashCode(PLAIN) + "_" + PLAIN.incrementAndGet();
        }
        return ClassDesc.of(place.isEmpty() ? name : place.concat(".").concat(name));
    }

    /// Writes and defines the class.
    ///
    /// @return its first instance
    /// @throws TooLarge if it would be more than a class file can hold
    final Object define() throws IllegalAccessException {
        byte[] bytes;
        try {
            bytes = ClassFile.of().build(self, this);
        } catch (IllegalArgumentException e) {
            throw new TooLarge(e);
        }
        Handover.define(host, bytes, constants.data());
        return first[0];
    }

    @Override
    public final void accept(ClassBuilder builder) {
        builder.withFlags(ACC_FINAL | ACC_SUPER | ACC_SYNTHETIC);
        writeMembers(builder);
        constants.write(builder); // the last, when all code that needs them is written
    }

    final Piece piece(int body, int function) {
        return new Piece(this, body, function);
    }

    /// Whether the first calls of a function may be left to [Rare]: what it is called by must be ready for that.
    final boolean isRare(int function) {
        return Passing.SYSTEM_V && !unloads && !watches(function) && call(function) != null
                && call(function).isRegistered();
    }

    /// Writes the method that calls.
    ///
    /// @param first  the local variable of its first parameter
    /// @param rarely the name of a method beside it, see [Rare]
    final void writeCall(ClassBuilder builder, String name, MethodTypeDesc type, int flags, int function, int first,
            String rarely) {
        if (!unloads && !watches(function) && PlainCall.suits(call(function))) {
            PlainCall.write(this, function, builder, name, type, flags, first, rarely);
        } else {
            builder.withMethodBody(name, type, flags, piece(watches(function) ? WATCHED : CALL, function));
        }
    }

    /// Announces all members but the constants.
    abstract void writeMembers(ClassBuilder builder);

    /// Writes the body that was announced.
    final void writeBody(CodeBuilder code, int body, int function) {
        switch (body) {
            case CALL -> {
                Call call = call(function);
                writeCall(code, Sharers.areNested(call.parameters()) ? call.sharing() : call, function);
            }
            case SHARED -> writeCall(code, call(function).sharing(), function);
            case WATCHED -> writeWatched(code, function);
            default -> writeOwnBody(code, body, function);
        }
    }

    private void writeCall(CodeBuilder code, Call call, int function) {
        CallWriter writer = new CallWriter(code, call, type(function), this, function);
        writer.compare();
        writer.unbox();
        loadAddress(code, function);
        if (watches(function)) {
            WatchWriter.found(code);
        }
        writer.write();
    }

    /// Whether there is a method beside the one that calls, for arguments of which two are one object.
    final boolean hasShared(int function) {
        return !call(function).pairs().isEmpty();
    }

    /// Calls that method, with what the method has that it is in.
    abstract void invokeShared(CodeBuilder code, int function);

    abstract void writeOwnBody(CodeBuilder code, int body, int function);

    private void writeWatched(CodeBuilder code, int function) {
        MethodType type = type(function);
        int[] slots = new int[type.parameterCount()];
        for (int i = 0; i < slots.length; i++) {
            slots[i] = code.parameterSlot(i);
        }
        WatchWriter.write(code, constants, call(function), type, slots, "begin", CD_Named,
                body -> loadTarget(body, function), body -> invokeCall(body, function));
        code.return_(TypeKind.from(type.returnType()));
    }

    /// Whether calls of a function are watched: then the body that calls is a method of its own.
    abstract boolean watches(int function);

    /// Calls that method with the arguments of the method it is in.
    abstract void invokeCall(CodeBuilder code, int function);

    abstract Call call(int function);

    abstract MethodType type(int function);

    /// Leaves the function's address on the stack.
    abstract void loadAddress(CodeBuilder code, int function);

    /// Leaves the function's address on the stack, which is a number; 0 if it [is rare][#isRare].
    abstract void loadAddress(RawCode code, ConstantPoolBuilder pool, int function);

    /// The same as the one below.
    ///
    /// @param further the local variable behind those of the arguments
    abstract void loadTarget(RawCode code, ConstantPoolBuilder pool, int further);

    /// Leaves on the stack what errors name the function by.
    abstract void loadTarget(CodeBuilder code, int function);
}

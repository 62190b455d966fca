// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static ffi.core.internal.Constants.desc;
import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_PRIVATE;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.classfile.ClassFile.ACC_STATIC;
import static java.lang.constant.ConstantDescs.CD_MethodHandle;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.ConstantPoolBuilder;
import java.lang.classfile.constantpool.FieldRefEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A class with one instance, whose methods are the functions of a library.
///
/// What a call does is written once for each signature, as a static method, and the methods that are called from
/// outside only say which function it is: a library has many functions, but few signatures.
final class BindingWriter extends FaceWriter {

    private static final int TARGETS = OWN;
    private static final int ACCESS = OWN + 1;
    private static final int DEPARTURE = OWN + 2;

    private static final ClassDesc CD_Bound = desc(Bound.class);
    private static final ClassDesc CD_Accessor = desc(Accessor.class);
    private static final ClassDesc CD_Targets = CD_Target.arrayType();
    private static final ClassDesc CD_Departing = desc(Departing.class);
    private static final ClassDesc CD_Shortcut = CallWriter.named("Shortcut");
    private static final MethodTypeDesc MTD_depart = MethodTypeDesc.of(CD_Object, CD_Object.arrayType());

    private static final int FIELD_FROM_END = 6; // bytes from the place of the function's field to the end of the code
    private static final int BYTES_OF_NUMBER = 4; // between them, which ask the field for its number

    private final List<Way> methods;
    private final String text;
    private final int[] alike; // for each method the first one whose call is the same
    private final MethodTypeDesc[] types; // of these first ones
    private final MethodTypeDesc[] sharedTypes;
    private final RawCode[] forwarding; // the code of these first ones and all that are alike
    private final Utf8Entry[] descriptors;
    private final Set<String> names = new HashSet<>(); // of fields
    private ClassEntry owner;
    private Utf8Entry addressDescriptor;

    /// From a method of an interface to what is behind it.
    ///
    /// @param call      null if the target is an [Accessor]
    /// @param departing what makes the call instead of the method; null if that does
    /// @param watched   whether its calls are watched
    record Way(String name, MethodType type, Call call, Target target, Departing departing, boolean watched) {

        /// Whether the method calls C itself, by code that it may share with others.
        boolean calls() {
            return call != null && departing == null;
        }

        /// Whether another method of the same type may share its code.
        boolean isLike(Way other) {
            return calls() && other.calls() && watched == other.watched && call.equals(other.call);
        }
    }

    /// @param text what its `toString` returns
    BindingWriter(Lookup host, Class<?> face, List<Way> methods, boolean unloads, String text) {
        super(host, face, unloads);
        this.methods = methods;
        this.text = text;
        alike = alike(methods);
        forwarding = new RawCode[alike.length];
        descriptors = new Utf8Entry[alike.length];
        types = new MethodTypeDesc[alike.length];
        sharedTypes = new MethodTypeDesc[alike.length];
        for (int i = 0; i < alike.length; i++) {
            if (alike[i] == i) {
                types[i] = desc(methods.get(i).type);
            }
            if (alike[i] == i && methods.get(i).calls()) {
                sharedTypes[i] = methods.get(i).watched
                        ? types[i].insertParameterTypes(types[i].parameterCount(), CD_Address)
                        : types[i].insertParameterTypes(types[i].parameterCount(), CD_Address, addressType);
            }
        }
    }

    private static int[] alike(List<Way> methods) {
        int[] alike = new int[methods.size()];
        int[] earlier = new int[alike.length]; // the distinct one before, of the same type; -1 if there is none
        Map<MethodType, Integer> distinct = new HashMap<>();
        for (int i = 0; i < alike.length; i++) {
            MethodType type = methods.get(i).type;
            Integer latest = distinct.get(type);
            int first = latest == null ? -1 : latest;
            while (first >= 0 && !methods.get(i).isLike(methods.get(first))) {
                first = earlier[first];
            }
            alike[i] = first;
            if (first < 0) {
                alike[i] = i;
                earlier[i] = latest == null ? -1 : latest;
                distinct.put(type, i);
            }
        }
        return alike;
    }

    @Override
    void writeMembers(ClassBuilder builder) {
        builder.withSuperclass(CD_Object).withInterfaceSymbols(CD_Bound, desc(face));
        ConstantPoolBuilder pool = builder.constantPool();
        new RawCode(pool, 1, 1)
                .op(RawCode.ALOAD_0)
                .op(RawCode.INVOKESPECIAL, pool.methodRefEntry(CD_Object, INIT_NAME, MTD_void))
                .op(RawCode.RETURN).write(builder, INIT_NAME, MTD_void, ACC_PRIVATE);
        new RawCode(pool, 1, 1)
                .op(RawCode.LDC_W, pool.stringEntry(text))
                .op(RawCode.ARETURN).write(builder, "toString", MTD_toString, ACC_PUBLIC | ACC_FINAL);
        builder.withMethodBody("targets", MethodTypeDesc.of(CD_Targets), ACC_PUBLIC | ACC_FINAL, piece(TARGETS, 0));
        for (int i = 0; i < methods.size(); i++) {
            Way method = methods.get(i);
            if (sharedTypes[i] != null) {
                String shared = shared(i); // of both: their types differ, and a class file has only so many texts
                writeCall(builder, shared, sharedTypes[i], ACC_PRIVATE | ACC_STATIC, i, 0, shared);
            }
            if (sharedTypes[i] != null && hasShared(i)) {
                builder.withMethodBody(ofOne(i), sharedTypes[i], ACC_PRIVATE | ACC_STATIC, piece(SHARED, i));
            }
            if (sharedTypes[i] != null && method.watched) {
                builder.withMethodBody(unwatched(i), sharedTypes[i], ACC_PRIVATE | ACC_STATIC, piece(CALL, i));
            }
            if (method.calls()) {
                writeForwarding(builder, i);
            } else {
                builder.withMethodBody(method.name, types[alike[i]], ACC_PUBLIC | ACC_FINAL,
                        piece(method.departing == null ? ACCESS : DEPARTURE, i));
            }
        }
    }

    /// Writes a method that hands its arguments, and which function it is, on to the code that it shares with others.
    ///
    /// The function's field has the name of the method, which the class file has anyway; unless another has it already.
    private void writeForwarding(ClassBuilder builder, int function) {
        Way method = methods.get(function);
        ConstantPoolBuilder pool = builder.constantPool();
        int first = alike[function];
        if (forwarding[first] == null) {
            forwarding[first] = forwarding(pool, first);
            descriptors[first] = pool.utf8Entry(types[first]);
        }
        if (owner == null) {
            owner = pool.classEntry(self);
            addressDescriptor = pool.utf8Entry(CD_Address);
        }
        String own = method.name;
        while (!names.add(own)) { // with the number, so that many methods of one name are not asked for each other
            own = own.concat("!").concat(Integer.toString(function));
        }
        FieldRefEntry field = pool.fieldRefEntry(
                owner, pool.nameAndTypeEntry(pool.utf8Entry(own), addressDescriptor));
        constants.add(field, new Address(method.target), CD_Address);
        builder.withMethod(pool.utf8Entry(method.name), descriptors[first], ACC_PUBLIC | ACC_FINAL,
                new RawCode(forwarding[first], method.watched ? FIELD_FROM_END : FIELD_FROM_END + BYTES_OF_NUMBER,
                        field.index()));
    }

    /// {@return the code of such a method, with a place for its field}
    private RawCode forwarding(ConstantPoolBuilder pool, int function) {
        MethodType type = methods.get(function).type;
        int slots = 1 + RawCode.slots(type);
        RawCode code = new RawCode(pool, slots + 2, slots);
        int slot = 1;
        for (int i = 0; i < type.parameterCount(); i++) {
            Class<?> given = type.parameterType(i);
            code.load(RawCode.kind(given), slot);
            slot += given == long.class || given == double.class ? 2 : 1;
        }
        code.wide(RawCode.GETSTATIC, 0);
        if (!methods.get(function).watched) {
            code.op(RawCode.DUP);
            loadAddress(code, pool, function);
        }
        return code.op(RawCode.INVOKESTATIC, pool.methodRefEntry(self, shared(function), sharedTypes[function]))
                .op(RawCode.IRETURN + RawCode.kind(type.returnType()));
    }

    /// The method that takes the arguments, and which function it is.
    private static String shared(int function) {
        return "call$".concat(Integer.toString(function));
    }

    private static String unwatched(int function) {
        return "unwatched$".concat(Integer.toString(function));
    }

    private static String ofOne(int function) {
        return "shared$".concat(Integer.toString(function));
    }

    @Override
    boolean watches(int function) {
        return methods.get(function).watched;
    }

    @Override
    void invokeCall(CodeBuilder code, int function) {
        MethodType type = methods.get(function).type;
        for (int i = 0; i < type.parameterCount(); i++) {
            code.loadLocal(TypeKind.from(type.parameterType(i)), code.parameterSlot(i));
        }
        loadTarget(code, function);
        code.invokestatic(self, unwatched(function), sharedTypes[function]);
    }

    @Override
    void invokeShared(CodeBuilder code, int function) {
        MethodType type = methods.get(function).type;
        for (int i = 0; i < type.parameterCount(); i++) {
            code.loadLocal(TypeKind.from(type.parameterType(i)), code.parameterSlot(i));
        }
        loadTarget(code, function);
        if (!watches(function)) {
            loadAddress(code, function);
        }
        code.invokestatic(self, ofOne(function), sharedTypes[function]);
    }

    @Override
    void writeOwnBody(CodeBuilder code, int body, int function) {
        switch (body) {
            case TARGETS -> {
                Target[] targets = new Target[methods.size()];
                for (int i = 0; i < targets.length; i++) {
                    targets[i] = methods.get(i).target;
                }
                constants.load(code, targets, CD_Targets);
                code.areturn();
            }
            case ACCESS -> writeAccess(code, methods.get(function));
            default -> writeDeparture(code, function);
        }
    }

    /// A call that takes microseconds on its way, or any arguments, need not be spared an array.
    private void writeDeparture(CodeBuilder code, int function) {
        Way method = methods.get(function);
        int count = method.type.parameterCount();
        FieldRefEntry departing = constants.fieldOfNew(code.constantPool(), method.departing,
                method.departing instanceof Shortcut ? CD_Shortcut : CD_Departing);
        if (method.departing instanceof Shortcut) {
            writeShortcut(code, method.type, departing);
        }
        code.getstatic(departing);
        code.loadConstant(count).anewarray(CD_Object);
        for (int i = 0; i < count; i++) {
            Class<?> type = method.type.parameterType(i);
            code.dup().loadConstant(i).loadLocal(TypeKind.from(type), code.parameterSlot(i));
            if (type.isPrimitive()) {
                ClassDesc boxed = desc(Carriers.boxed(type));
                code.invokestatic(boxed, "valueOf", MethodTypeDesc.of(boxed, desc(type)));
            }
            code.aastore();
        }
        code.invokeinterface(CD_Departing, "depart", MTD_depart);
        Carriage.give(code, Object.class, method.type.returnType());
        code.return_(TypeKind.from(method.type.returnType()));
    }

    private void writeShortcut(CodeBuilder code, MethodType type, FieldRefEntry shortcut) {
        Label unknown = code.newLabel();
        int handle = code.allocateLocal(TypeKind.REFERENCE);
        code.getstatic(shortcut).invokevirtual(CD_Shortcut, "handle", MethodTypeDesc.of(CD_Address));
        code.invokevirtual(CD_Address, "known", MethodTypeDesc.of(CD_Object)).dup().astore(handle).ifnull(unknown)
                .aload(handle).checkcast(CD_MethodHandle);
        for (int i = 0; i < type.parameterCount(); i++) {
            code.loadLocal(TypeKind.from(type.parameterType(i)), code.parameterSlot(i));
        }
        code.invokevirtual(CD_MethodHandle, "invokeExact", desc(type)).return_(TypeKind.from(type.returnType()))
                .labelBinding(unknown);
    }

    /// Of a variable, whose value is an object to its [Accessor].
    private void writeAccess(CodeBuilder code, Way method) {
        constants.loadNew(code, method.target, CD_Accessor);
        if (method.type.returnType() == void.class) {
            Class<?> given = method.type.parameterType(0);
            code.loadLocal(TypeKind.from(given), code.parameterSlot(0));
            if (given.isPrimitive()) {
                ClassDesc boxed = desc(Carriers.boxed(given));
                code.invokestatic(boxed, "valueOf", MethodTypeDesc.of(boxed, desc(given)));
            }
            code.invokeinterface(CD_Accessor, "write", MethodTypeDesc.of(CD_void, CD_Object)).return_();
            return;
        }
        Class<?> returned = method.type.returnType();
        ClassDesc boxed = desc(returned.isPrimitive() ? Carriers.boxed(returned) : returned);
        code.invokeinterface(CD_Accessor, "read", MethodTypeDesc.of(CD_Object)).checkcast(boxed);
        if (returned.isPrimitive()) {
            code.invokevirtual(boxed, returned.getName().concat("Value"), MethodTypeDesc.of(desc(returned)));
        }
        code.return_(TypeKind.from(returned));
    }

    @Override
    Call call(int function) {
        return methods.get(function).call;
    }

    @Override
    MethodType type(int function) {
        return methods.get(function).type;
    }

    /// The method has it already, to which it is a constant: the shared code would not be compiled by itself without
    /// the way to find out. A watched call finds it itself, for that may fail.
    @Override
    void loadAddress(CodeBuilder code, int function) {
        if (watches(function)) {
            loadTarget(code, function);
            loadNumber(code);
        } else {
            code.loadLocal(TypeKind.from(unloads ? Object.class : long.class),
                    code.parameterSlot(methods.get(function).type.parameterCount() + 1));
        }
    }

    /// Of an [Address] that is on the stack.
    private void loadNumber(CodeBuilder code) {
        code.invokevirtual(CD_Address, unloads ? "segment" : "number", MethodTypeDesc.of(addressType));
    }

    /// Its address, which tells what the target does.
    @Override
    void loadTarget(CodeBuilder code, int function) {
        code.aload(code.parameterSlot(methods.get(function).type.parameterCount()));
    }

    /// Of the [Address] that is on the stack.
    @Override
    void loadAddress(RawCode code, ConstantPoolBuilder pool, int function) {
        code.op(RawCode.INVOKEVIRTUAL, pool.methodRefEntry(
                CD_Address, unloads ? "segment" : isRare(function) ? "start" : "number",
                MethodTypeDesc.of(addressType)));
    }

    @Override
    void loadTarget(RawCode code, ConstantPoolBuilder pool, int further) {
        code.load(RawCode.REFERENCE, further);
    }
}

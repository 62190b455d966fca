// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static ffi.core.internal.Constants.desc;
import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_PRIVATE;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.classfile.ClassFile.ACC_STATIC;
import static java.lang.constant.ConstantDescs.CD_MethodHandle;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;

/// A class with one instance, whose methods are the functions of a library.
///
/// What a call does is written once for each signature, as a static method, and the methods that are called from
/// outside only say which function it is: a library has many functions, but few signatures.
final class BindingWriter extends FaceWriter {

    private static final int CONSTRUCTOR = OWN;
    private static final int TARGETS = OWN + 1;
    private static final int METHOD = OWN + 2;
    private static final int DEPARTURE = OWN + 3;

    private static final ClassDesc CD_Bound = desc(Bound.class);
    private static final ClassDesc CD_Accessor = desc(Accessor.class);
    private static final ClassDesc CD_Targets = CD_Target.arrayType();
    private static final ClassDesc CD_Departing = desc(Departing.class);
    private static final MethodTypeDesc MTD_depart = MethodTypeDesc.of(CD_Object, CD_Object.arrayType());

    private final List<Way> methods;
    private final String text;
    private final int[] alike; // for each method the first one whose call is the same
    private final MethodTypeDesc[] types; // of these first ones
    private final MethodTypeDesc[] sharedTypes;

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
    }

    /// @param text what its `toString` returns
    BindingWriter(Lookup host, Class<?> face, List<Way> methods, boolean unloads, String text) {
        super(host, face, unloads);
        this.methods = methods;
        this.text = text;
        alike = alike(methods);
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
        List<Integer> distinct = new ArrayList<>();
        for (int i = 0; i < alike.length; i++) {
            Way method = methods.get(i);
            alike[i] = i;
            for (int earlier : distinct) {
                if (method.calls() && methods.get(earlier).calls() && method.watched == methods.get(earlier).watched
                        && methods.get(earlier).type.equals(method.type) && method.call.equals(methods.get(earlier).call)) {
                    alike[i] = earlier;
                    break;
                }
            }
            if (alike[i] == i) {
                distinct.add(i);
            }
        }
        return alike;
    }

    @Override
    void writeMembers(ClassBuilder builder) {
        builder.withSuperclass(CD_Object).withInterfaceSymbols(CD_Bound, desc(face));
        builder.withMethodBody(INIT_NAME, MTD_void, ACC_PRIVATE, piece(CONSTRUCTOR, 0));
        builder.withMethodBody("targets", MethodTypeDesc.of(CD_Targets), ACC_PUBLIC | ACC_FINAL, piece(TARGETS, 0));
        for (int i = 0; i < methods.size(); i++) {
            Way method = methods.get(i);
            if (sharedTypes[i] != null) {
                builder.withMethodBody(shared(i), sharedTypes[i], ACC_PRIVATE | ACC_STATIC,
                        piece(method.watched ? WATCHED : CALL, i));
            }
            if (sharedTypes[i] != null && method.watched) {
                builder.withMethodBody(unwatched(i), sharedTypes[i], ACC_PRIVATE | ACC_STATIC, piece(CALL, i));
            }
            int body = method.departing == null ? METHOD : DEPARTURE;
            builder.withMethodBody(method.name, types[alike[i]], ACC_PUBLIC | ACC_FINAL, piece(body, i));
        }
        writeToString(builder);
    }

    /// The method that takes the arguments, and which function it is.
    private static String shared(int function) {
        return "call$".concat(Integer.toString(function));
    }

    private static String unwatched(int function) {
        return "unwatched$".concat(Integer.toString(function));
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
    void writeOwnBody(CodeBuilder code, int body, int function) {
        switch (body) {
            case CONSTRUCTOR -> code.aload(0).invokespecial(CD_Object, INIT_NAME, MTD_void).return_();
            case TARGETS -> {
                Target[] targets = new Target[methods.size()];
                for (int i = 0; i < targets.length; i++) {
                    targets[i] = methods.get(i).target;
                }
                constants.load(code, targets, CD_Targets);
                code.areturn();
            }
            case METHOD -> writeMethod(code, function);
            default -> writeDeparture(code, function);
        }
    }

    /// A call that takes microseconds on its way, or any arguments, need not be spared an array.
    private void writeDeparture(CodeBuilder code, int function) {
        Way method = methods.get(function);
        int count = method.type.parameterCount();
        if (method.departing instanceof Shortcut shortcut) {
            writeShortcut(code, method.type, shortcut);
        }
        constants.loadNew(code, method.departing, CD_Departing);
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

    private void writeShortcut(CodeBuilder code, MethodType type, Shortcut shortcut) {
        Label unknown = code.newLabel();
        int handle = code.allocateLocal(TypeKind.REFERENCE);
        constants.loadNew(code, shortcut.handle(), CD_Address);
        code.invokevirtual(CD_Address, "known", MethodTypeDesc.of(CD_Object)).dup().astore(handle).ifnull(unknown)
                .aload(handle).checkcast(CD_MethodHandle);
        for (int i = 0; i < type.parameterCount(); i++) {
            code.loadLocal(TypeKind.from(type.parameterType(i)), code.parameterSlot(i));
        }
        code.invokevirtual(CD_MethodHandle, "invokeExact", desc(type)).return_(TypeKind.from(type.returnType()))
                .labelBinding(unknown);
    }

    private void writeMethod(CodeBuilder code, int function) {
        Way method = methods.get(function);
        if (method.call == null) {
            writeAccess(code, method);
            return;
        }
        for (int i = 0; i < method.type.parameterCount(); i++) {
            code.loadLocal(TypeKind.from(method.type.parameterType(i)), code.parameterSlot(i));
        }
        constants.loadNew(code, new Address(method.target), CD_Address);
        if (!method.watched) {
            code.dup();
            loadNumber(code);
        }
        code.invokestatic(self, shared(alike[function]), sharedTypes[alike[function]])
                .return_(TypeKind.from(method.type.returnType()));
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

    @Override
    void loadText(CodeBuilder code) {
        code.loadConstant(text);
    }
}

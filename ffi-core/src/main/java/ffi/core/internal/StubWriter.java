// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static ffi.core.internal.Constants.desc;
import static java.lang.classfile.ClassFile.ACC_ABSTRACT;
import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_PRIVATE;
import static java.lang.classfile.ClassFile.ACC_PROTECTED;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.classfile.ClassFile.ACC_SUPER;
import static java.lang.classfile.ClassFile.ACC_SYNTHETIC;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_Throwable;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;

/// Writes the two classes of a shape: the [Slot] that C calls, and the abstract [Receiver] that it calls.
///
/// ```java
/// long upcall(long a, long b) {
///     Pending pending = null;
///     Object claimed = null;
///     Depth depth = null;
///     int before = 0;
///     try {
///         pending = Pending.suspend();
///         Receiver receiver = this.receiver;
///         Object function = function(receiver);
///         if (function == null) {
///             function = claimed = once(receiver);
///         }
///         if (function != null) {
///             depth = enter();
///             depth.calls = (before = depth.calls) + 1;
///             long result = receiver.call(this, function, a, b);
///             if (claimed != null) {
///                 claimed = null;
///                 retire();
///             }
///             Pending.resume(pending);
///             depth.calls = before;
///             return result;
///         }
///         Pending.resume(pending);
///     } catch (Throwable thrown) {
///         try {
///             failed(thrown, pending, depth, before, claimed);
///         } catch (Throwable t) {
///             try { lost(thrown); } catch (Throwable none) {}
///         }
///     }
///     return outcome.general;
/// }
/// ```
final class StubWriter {

    static final String CALL = "call";
    static final ClassDesc CD_Slot = desc(Slot.class);
    private static final String UPCALL = "upcall";
    private static final Lookup OWN = MethodHandles.lookup();
    private static final ClassDesc CD_Receiver = desc(Receiver.class);
    private static final ClassDesc CD_Outcome = desc(Outcome.class);
    private static final ClassDesc CD_Stubs = desc(Stubs.class);
    private static final ClassDesc CD_Pending = desc(Pending.class);
    private static final ClassDesc CD_Depth = desc(Depth.class);
    private static final ClassDesc CD_StructCalls = desc(StructCalls.class);
    private static final ClassDesc CD_MemorySegment = desc(MemorySegment.class);
    private static final MethodTypeDesc MTD_void = MethodTypeDesc.of(CD_void);
    private static final MethodTypeDesc MTD_constructor = MethodTypeDesc.of(CD_void, CD_Stubs);
    private static final MethodTypeDesc MTD_function = MethodTypeDesc.of(CD_Object, CD_Receiver);

    private final ClassDesc self;
    private final ClassDesc receiver;
    private final MethodType carriers;
    private final Object[] first = new Object[1];
    private final Constants constants;

    private StubWriter(String shape, MethodType carriers) {
        this.carriers = carriers;
        self = ClassDesc.of(Slot.class.getPackageName(), "Slot$" + shape);
        receiver = receiver(shape);
        constants = new Constants(self, first);
    }

    /// {@return the class that all receivers of a shape extend}
    static ClassDesc receiver(String shape) {
        return ClassDesc.of(Slot.class.getPackageName(), "Receiver$" + shape);
    }

    /// {@return the type of its method}
    static MethodTypeDesc call(MethodType carriers) {
        return desc(carriers).insertParameterTypes(0, CD_Slot, CD_Object);
    }

    /// {@return the first function pointer, which makes the others}
    static Slot define(String shape, MethodType carriers) {
        StubWriter writer = new StubWriter(shape, carriers);
        try {
            OWN.defineClass(ClassFile.of().build(writer.receiver, writer::writeReceiver)); // one that others can name
            byte[] bytes = ClassFile.of().build(writer.self, writer::write);
            Handover.define(OWN, bytes, writer.constants.data());
        } catch (IllegalAccessException e) {
            throw new AssertionError(e); // the lookup is our own
        }
        return (Slot) writer.first[0];
    }

    /// {@return the method that C calls, with the function pointer as its first argument}
    static MethodHandle handle(Slot first, MethodType type) {
        try {
            return MethodHandles.privateLookupIn(first.getClass(), OWN).findVirtual(first.getClass(), UPCALL, type);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e); // the class is our own
        }
    }

    private void writeReceiver(ClassBuilder builder) {
        builder.withFlags(ACC_PUBLIC | ACC_ABSTRACT | ACC_SUPER | ACC_SYNTHETIC)
                .withSuperclass(CD_Receiver)
                .withMethodBody(INIT_NAME, MTD_void, ACC_PROTECTED,
                        code -> code.aload(0).invokespecial(CD_Receiver, INIT_NAME, MTD_void).return_())
                .withMethod(CALL, call(carriers), ACC_PUBLIC | ACC_ABSTRACT, method -> {});
    }

    private void write(ClassBuilder builder) {
        builder.withFlags(ACC_FINAL | ACC_SUPER | ACC_SYNTHETIC | ACC_PUBLIC)
                .withSuperclass(CD_Slot)
                .withMethodBody(INIT_NAME, MTD_void, ACC_PRIVATE, code -> code.aload(0).aconst_null()
                        .invokespecial(CD_Slot, INIT_NAME, MTD_constructor).return_())
                .withMethodBody(INIT_NAME, MTD_constructor, ACC_PRIVATE, code -> code.aload(0).aload(1)
                        .invokespecial(CD_Slot, INIT_NAME, MTD_constructor).return_())
                .withMethodBody("make", MethodTypeDesc.of(CD_Slot, CD_Stubs), ACC_PROTECTED, code -> code
                        .new_(self).dup().aload(1).invokespecial(self, INIT_NAME, MTD_constructor).areturn())
                .withMethodBody(UPCALL, desc(carriers), ACC_PUBLIC, this::writeUpcall);
        constants.write(builder);
    }

    private void writeUpcall(CodeBuilder code) {
        int pending = code.allocateLocal(TypeKind.REFERENCE);
        int called = code.allocateLocal(TypeKind.REFERENCE);
        int function = code.allocateLocal(TypeKind.REFERENCE);
        int claimed = code.allocateLocal(TypeKind.REFERENCE);
        int depth = code.allocateLocal(TypeKind.REFERENCE);
        int before = code.allocateLocal(TypeKind.INT);
        Class<?> returned = carriers.returnType();
        Label known = code.newLabel();
        Label shared = code.newLabel();
        Label none = code.newLabel();
        Label end = code.newLabel();
        code.aconst_null().astore(pending).aconst_null().astore(claimed).aconst_null().astore(depth)
                .iconst_0().istore(before);
        code.trying(body -> {
            body.invokestatic(CD_Pending, "suspend", MethodTypeDesc.of(CD_Pending)).astore(pending)
                    .aload(0).getfield(CD_Slot, "receiver", CD_Receiver).astore(called)
                    .aload(0).aload(called).invokevirtual(CD_Slot, "function", MTD_function).astore(function)
                    .aload(function).ifnonnull(known)
                    .aload(0).aload(called).invokevirtual(CD_Slot, "once", MTD_function)
                    .dup().astore(claimed).dup().astore(function).ifnull(none)
                    .labelBinding(known)
                    .aload(0).invokevirtual(CD_Slot, "enter", MethodTypeDesc.of(CD_Depth)).dup().astore(depth)
                    .dup().getfield(CD_Depth, "calls", CD_int).dup().istore(before)
                    .iconst_1().iadd().putfield(CD_Depth, "calls", CD_int)
                    .aload(called).checkcast(receiver).aload(0).aload(function);
            for (int i = 0; i < carriers.parameterCount(); i++) {
                body.loadLocal(TypeKind.from(carriers.parameterType(i)), body.parameterSlot(i));
            }
            body.invokevirtual(receiver, CALL, call(carriers))
                    .aload(claimed).ifnull(shared)
                    .aconst_null().astore(claimed) // else what is thrown from here on would retire it again
                    .aload(0).invokevirtual(CD_Slot, "retire", MTD_void)
                    .labelBinding(shared).aload(pending)
                    .invokestatic(CD_Pending, "resume", MethodTypeDesc.of(CD_void, CD_Pending))
                    .aload(depth).iload(before).putfield(CD_Depth, "calls", CD_int) // and nothing more that could throw
                    .return_(TypeKind.from(returned));
            body.labelBinding(none).aload(pending)
                    .invokestatic(CD_Pending, "resume", MethodTypeDesc.of(CD_void, CD_Pending));
            clear(body);
            body.goto_(end);
        }, catcher -> catcher.catchingAll(handler -> {
            int thrown = handler.allocateLocal(TypeKind.REFERENCE);
            handler.astore(thrown);
            handler.trying(body -> {
                body.aload(0).aload(thrown).aload(pending).aload(depth).iload(before).aload(claimed)
                        .invokevirtual(CD_Slot, "failed", MethodTypeDesc.of(
                                CD_void, CD_Throwable, CD_Pending, CD_Depth, CD_int, CD_Object));
                clear(body);
            }, failing -> failing.catchingAll(failed -> {
                failed.pop();
                failed.trying(body -> body.aload(thrown)
                                .invokestatic(CD_Slot, "lost", MethodTypeDesc.of(CD_void, CD_Throwable)),
                        losing -> losing.catchingAll(CodeBuilder::pop)); // with no further call, which could throw
            }));
        }));
        code.labelBinding(end);
        writeError(code);
        code.return_(TypeKind.from(returned));
    }

    /// Clears the struct whose address C gave, if that is what the type does.
    private void clear(CodeBuilder code) {
        if (mayReturnByAddress()) {
            code.lload(code.parameterSlot(0)).aload(0).getfield(CD_Slot, "outcome", CD_Outcome)
                    .getfield(CD_Outcome, "cleared", CD_long)
                    .invokestatic(CD_StructCalls, "clear", MethodTypeDesc.of(CD_long, CD_long, CD_long)).pop2();
        }
    }

    private boolean mayReturnByAddress() {
        return carriers.returnType() == long.class && carriers.parameterCount() > 0
                && carriers.parameterType(0) == long.class;
    }

    /// Loads what C gets instead of a result, without a call.
    private void writeError(CodeBuilder code) {
        Class<?> returned = carriers.returnType();
        if (returned == void.class) {
            return;
        }
        code.aload(0).getfield(CD_Slot, "outcome", CD_Outcome);
        if (returned == MemorySegment.class) {
            code.getfield(CD_Outcome, "segment", CD_MemorySegment);
        } else if (returned == double.class) {
            code.getfield(CD_Outcome, "floating", CD_double);
        } else if (returned == float.class) {
            code.getfield(CD_Outcome, "floating", CD_double).d2f();
        } else if (returned != long.class) {
            code.getfield(CD_Outcome, "general", CD_long).l2i();
        } else if (mayReturnByAddress()) {
            Label plain = code.newLabel();
            Label done = code.newLabel();
            code.getfield(CD_Outcome, "cleared", CD_long).lconst_0().lcmp().ifeq(plain)
                    .lload(code.parameterSlot(0)).goto_(done)
                    .labelBinding(plain).aload(0).getfield(CD_Slot, "outcome", CD_Outcome)
                    .getfield(CD_Outcome, "general", CD_long)
                    .labelBinding(done);
        } else {
            code.getfield(CD_Outcome, "general", CD_long);
        }
    }
}

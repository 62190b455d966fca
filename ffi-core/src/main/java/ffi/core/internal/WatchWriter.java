// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static ffi.core.internal.Constants.desc;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_Throwable;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodType;
import java.util.function.Consumer;

/// Writes what a call that is watched has around it. Code that is not watched has nothing of it.
final class WatchWriter {

    private static final ClassDesc CD_WatchedCall = desc(WatchedCall.class);
    private static final ClassDesc CD_Call = desc(Call.class);
    private static final ClassDesc CD_Objects = CD_Object.arrayType();

    private WatchWriter() {}

    /// Writes the beginning of a call, the call, and its end, and leaves what it returned on the stack.
    ///
    /// @param type      what the call takes and returns
    /// @param slots     the local variables that the arguments are in
    /// @param begin     the method of [WatchedCall] that begins it
    /// @param who       of that method's first parameter
    /// @param loadWho   leaves that on the stack
    /// @param make      makes the call, and leaves what it returned on the stack
    static void write(CodeBuilder code, Constants constants, Call call, MethodType type, int[] slots, String begin,
            ClassDesc who, Consumer<CodeBuilder> loadWho, Consumer<CodeBuilder> make) {
        loadWho.accept(code);
        constants.loadSlowly(code, call, CD_Call);
        code.loadConstant(slots.length).anewarray(CD_Object);
        for (int i = 0; i < slots.length; i++) {
            Class<?> parameter = type.parameterType(i);
            code.dup().loadConstant(i).loadLocal(TypeKind.from(parameter), slots[i]);
            Carriage.box(code, parameter);
            code.aastore();
        }
        int watched = code.allocateLocal(TypeKind.REFERENCE);
        code.invokestatic(CD_WatchedCall, begin, MethodTypeDesc.of(CD_WatchedCall, who, CD_Call, CD_Objects))
                .astore(watched);
        Class<?> returned = type.returnType();
        TypeKind kind = TypeKind.from(returned);
        int result = returned == void.class ? -1 : code.allocateLocal(kind);
        code.trying(body -> {
            make.accept(body);
            if (result >= 0) {
                body.storeLocal(kind, result);
            }
        }, catcher -> catcher.catchingAll(handler -> {
            int thrown = handler.allocateLocal(TypeKind.REFERENCE);
            handler.astore(thrown);
            end(handler, body -> body.aload(watched).aload(thrown)
                    .invokestatic(CD_WatchedCall, "threw", MethodTypeDesc.of(CD_void, CD_WatchedCall, CD_Throwable)));
            handler.aload(thrown).athrow();
        }));
        end(code, body -> {
            body.aload(watched);
            if (result < 0) {
                body.aconst_null();
            } else {
                body.loadLocal(kind, result);
                Carriage.box(body, returned);
            }
            body.invokestatic(CD_WatchedCall, "returned", MethodTypeDesc.of(CD_void, CD_WatchedCall, CD_Object));
        });
        if (result >= 0) {
            code.loadLocal(kind, result);
        }
    }

    /// The call was made: even if there is no stack left to say so, what it returned or threw counts.
    private static void end(CodeBuilder code, Consumer<CodeBuilder> say) {
        code.trying(say::accept, catcher -> catcher.catchingAll(CodeBuilder::pop));
    }

    /// Says that the function's address is known.
    static void found(CodeBuilder code) {
        code.invokestatic(CD_WatchedCall, "found", MethodTypeDesc.of(CD_void));
    }

    /// Says which number the call has left behind.
    static void captured(CodeBuilder code, int errno) {
        code.iload(errno).invokestatic(CD_WatchedCall, "captured", MethodTypeDesc.of(CD_void, CD_int));
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static ffi.core.internal.Constants.desc;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_Throwable;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/// Writes what comes between a call's return and the look at its result: exceptions of callbacks are thrown, and what C
/// has written comes back to its arguments.
final class Settlement {

    private static final ClassDesc CD_Sharing = desc(Sharing.class);
    private static final ClassDesc CD_Comeback = desc(Comeback.class);

    private final CallWriter writer;

    Settlement(CallWriter writer) {
        this.writer = writer;
    }

    /// As [#write], with the result in a local variable meanwhile.
    ///
    /// @param isOurs whether it is to be given back if it can not be returned
    void writeBeside(CodeBuilder code, boolean isOurs) {
        TypeKind kind = TypeKind.from(writer.carriers.returnType());
        int kept = code.allocateLocal(kind);
        code.storeLocal(kind, kept);
        if (isOurs) {
            Guarded settling = Guarded.begin(code);
            write(code);
            settling.caught(null);
            Conversion result = writer.call.result().conversion();
            writer.constants.load(code, result, Carriage.kind(result));
            code.loadLocal(kind, kept);
            if (writer.counter() >= 0) {
                ResultWriter.loadCount(code, writer);
            } else {
                code.loadConstant(-1L);
            }
            code.invokeinterface(Carriage.kind(result), "giveBack", MethodTypeDesc.of(
                    CD_void, desc(writer.carriers.returnType()), CD_long)).athrow();
            settling.end();
        } else {
            write(code);
        }
        code.loadLocal(kind, kept);
    }

    /// Does what is to be done after the call and before its result is looked at.
    void write(CodeBuilder code) {
        checkPending(code);
        if (writer.sharing >= 0) {
            code.aload(writer.sharing).invokevirtual(CD_Sharing, "settle", MethodTypeDesc.of(CD_void));
            return;
        }
        // A local variable: what is thrown in the end, for one argument must not cost the others their values.
        int thrown = -1;
        for (int i = 0; i < writer.type.parameterCount(); i++) {
            if (writer.values[i] > 0 && isNumber(i)) {
                comeBackAsNumber(code, i);
            } else if (writer.values[i] > 0) {
                if (thrown < 0) {
                    thrown = code.allocateLocal(TypeKind.REFERENCE);
                    code.aconst_null().astore(thrown);
                }
                comeBack(code, i, thrown);
            }
        }
        if (thrown >= 0) {
            Label none = code.newLabel();
            code.aload(thrown).ifnull(none).aload(thrown).athrow().labelBinding(none);
        }
    }

    /// Throws what a callback has thrown; then what is owned of the outs is given back, since nobody will read it.
    private void checkPending(CodeBuilder code) {
        boolean owns = false;
        for (Passage parameter : writer.call.parameters()) {
            owns |= parameter.conversion() != null && parameter.conversion().owns();
        }
        if (!owns || writer.call.critical()) {
            writer.checkPending(code);
            return;
        }
        Guarded checking = Guarded.begin(code);
        writer.checkPending(code);
        checking.caught(null);
        if (writer.sharing >= 0) {
            code.aload(writer.sharing).invokevirtual(CD_Sharing, "giveBack", MethodTypeDesc.of(CD_void)).athrow();
            checking.end();
            return;
        }
        for (int i = 0; i < writer.type.parameterCount(); i++) {
            Conversion conversion = writer.call.parameters().get(i).conversion();
            if (conversion instanceof Conversion.OfLong out && out.owns()) {
                writer.constants.load(code, out, Carriage.kind(out));
                code.lload(writer.lowered[i]).loadConstant(-1L).invokeinterface(
                        Carriage.kind(out), "giveBack", MethodTypeDesc.of(CD_void, CD_long, CD_long));
            }
        }
        code.athrow();
        checking.end();
    }

    private boolean isNumber(int index) {
        return writer.call.parameters().get(index).conversion() instanceof Conversion.OfLong place && place.isNumber();
    }

    private void comeBackAsNumber(CodeBuilder code, int index) {
        Conversion conversion = writer.call.parameters().get(index).conversion();
        ClassDesc kind = Carriage.kind(conversion);
        writer.constants.load(code, conversion, kind);
        code.aload(writer.values[index]).lload(writer.lowered[index])
                .invokeinterface(kind, "comeBackAsNumber", MethodTypeDesc.of(CD_void, CD_Object, CD_long));
    }

    /// Takes over what C has written.
    private void comeBack(CodeBuilder code, int index, int thrown) {
        Passage passage = writer.call.parameters().get(index);
        ClassDesc kind = Carriage.kind(passage.conversion());
        writer.constants.load(code, passage.conversion(), kind);
        code.aload(writer.values[index]).loadLocal(TypeKind.from(passage.carrier()), writer.lowered[index])
                .aload(thrown);
        writer.face.loadTarget(code, writer.function);
        code.loadConstant(index).invokestatic(CD_Comeback, "comeBack", MethodTypeDesc.of(
                CD_Throwable, kind, CD_Object, desc(passage.carrier()), CD_Throwable, CD_Object, CD_int))
                .astore(thrown);
    }
}

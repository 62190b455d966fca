// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;

/// A stretch of code whose exceptions are caught behind it.
///
/// What [CodeBuilder#trying] does as well, but by lambdas, and each that is the first of its place costs the first
/// call.
///
/// @param begin  of the stretch
/// @param behind where it goes on
record Guarded(CodeBuilder code, Label begin, Label behind) {

    static Guarded begin(CodeBuilder code) {
        return new Guarded(code, code.newBoundLabel(), code.newLabel());
    }

    /// Ends the stretch; what follows has the exception on the stack, and must not go on to what is behind.
    ///
    /// @param type which exceptions; null for all
    void caught(ClassDesc type) {
        Label end = code.newBoundLabel();
        code.goto_(behind);
        Label handler = code.newBoundLabel();
        if (type == null) {
            code.exceptionCatchAll(begin, end, handler);
        } else {
            code.exceptionCatch(begin, end, handler, type);
        }
    }

    /// Here it goes on.
    void end() {
        code.labelBinding(behind);
    }
}

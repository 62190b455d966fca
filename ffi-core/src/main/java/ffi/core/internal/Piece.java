// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.classfile.CodeBuilder;
import java.util.function.Consumer;

/// The body of a method that a writer is asked for in its turn: which one it is, and for which function.
///
/// One class for all bodies: the first call of a program pays for each further class, and for a lambda twice as much.
record Piece(FaceWriter writer, int body, int function) implements Consumer<CodeBuilder> {
    @Override
    public void accept(CodeBuilder code) {
        writer.writeBody(code, body, function);
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.classfile.BufWriter;
import java.lang.classfile.CustomAttribute;
import java.lang.classfile.MethodBuilder;
import java.lang.classfile.constantpool.ConstantPoolBuilder;
import java.util.function.Consumer;

/// The code of a method without branches, of which all but one index into the constant pool is known.
///
/// What the JDK's builder does for each method, looks at every instruction and follows the types on the stack, takes the
/// start of a program a tenth of a millisecond for each: too much for two hundred methods that differ in a single index.
final class RawCode extends CustomAttribute<RawCode> implements Consumer<MethodBuilder> {

    private static final int HEAD = 14; // bytes before the code: its name, length, stack, locals, length of the code
    private static final int TAIL = 4; // bytes behind it: no handlers, no attributes

    private final byte[] attribute; // shared by methods alike
    private final int fromEnd;
    private final int index;

    /// @param attribute as [#of] makes it
    /// @param fromEnd   how many bytes before the end of the code an index has its place; 0 if there is none
    RawCode(byte[] attribute, int fromEnd, int index) {
        super(Constants.RAW);
        this.attribute = attribute;
        this.fromEnd = fromEnd;
        this.index = index;
    }

    /// {@return the whole attribute around the code of a method}
    ///
    /// @param stack  how many slots the stack has at most, where a `long` and a `double` take two
    /// @param locals how many slots the parameters and the local variables have
    static byte[] of(ConstantPoolBuilder pool, int stack, int locals, byte[] code, int length) {
        byte[] attribute = new byte[HEAD + length + TAIL];
        putShort(attribute, 0, pool.utf8Entry("Code").index());
        putInt(attribute, 2, attribute.length - 6);
        putShort(attribute, 6, stack);
        putShort(attribute, 8, locals);
        putInt(attribute, 10, length);
        System.arraycopy(code, 0, attribute, HEAD, length);
        return attribute;
    }

    static void putShort(byte[] bytes, int at, int value) {
        bytes[at] = (byte) (value >> 8);
        bytes[at + 1] = (byte) value;
    }

    private static void putInt(byte[] bytes, int at, int value) {
        putShort(bytes, at, value >> 16);
        putShort(bytes, at + 2, value);
    }

    @Override
    public void accept(MethodBuilder method) {
        method.with(this);
    }

    void write(BufWriter buffer) {
        if (fromEnd > 0) {
            putShort(attribute, attribute.length - TAIL - fromEnd, index);
        }
        buffer.writeBytes(attribute);
    }
}

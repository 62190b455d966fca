// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static ffi.core.internal.Constants.desc;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/// Writes what calls in either direction do with values on the stack.
final class Carriage {

    private Carriage() {}

    /// Fills a carrier up to 64 bits.
    static void fill(CodeBuilder code, Class<?> carrier, boolean unsigned) {
        if (unsigned && carrier == byte.class) {
            code.loadConstant(0xff).iand();
        } else if (unsigned && carrier == short.class) {
            code.loadConstant(0xffff).iand();
        }
        code.i2l(); // an int too by its sign, as the ABI of RISC-V wants it of an unsigned one as well
    }

    /// Cuts what came in 64 bits to a carrier: what C left in the other bits is anything.
    static void cut(CodeBuilder code, Class<?> carrier) {
        code.l2i();
        if (carrier == byte.class) {
            code.i2b();
        } else if (carrier == short.class) {
            code.i2s();
        } else if (carrier == char.class) {
            code.i2c();
        } else if (carrier == boolean.class) { // any of the eight bits makes it true, without a branch
            code.loadConstant(0xff).iand().loadConstant(0xff).iadd().loadConstant(8).ishr();
        }
    }

    /// Makes of the value on the stack what the method returns.
    static void give(CodeBuilder code, Class<?> value, Class<?> returned) {
        if (returned == void.class) {
            if (value == long.class || value == double.class) {
                code.pop2();
            } else if (value != void.class) {
                code.pop();
            }
        } else if (value == void.class) {
            code.aconst_null();
        } else if (returned.isPrimitive()) {
            unbox(code, value, returned);
        } else {
            box(code, value);
            if (returned != Object.class && !value.isPrimitive()) {
                code.checkcast(desc(returned));
            }
        }
    }

    /// By `instanceof`, for a switch over classes costs the first call of a program a millisecond.
    static ClassDesc kind(Conversion conversion) {
        return desc(conversion instanceof Conversion.OfLong ? Conversion.OfLong.class
                : conversion instanceof Conversion.OfStruct ? Conversion.OfStruct.class
                : conversion instanceof Conversion.OfNumber ? Conversion.OfNumber.class
                : conversion instanceof Conversion.OfSegment ? Conversion.OfSegment.class
                : Conversion.Checked.class);
    }

    /// Makes the carrier of the object on the stack, which lies on its conversion.
    static void lower(CodeBuilder code, ClassDesc number, Class<?> carrier) {
        code.invokeinterface(number, "lower", MethodTypeDesc.of(CD_long, CD_Object))
                .conversion(TypeKind.LONG, TypeKind.from(carrier));
    }

    /// Makes an object of the carrier on the stack, which lies on its conversion.
    static void raise(CodeBuilder code, ClassDesc number, Class<?> carrier) {
        code.conversion(TypeKind.from(carrier), TypeKind.LONG)
                .invokeinterface(number, "raise", MethodTypeDesc.of(CD_Object, CD_long));
    }

    static Class<?> box(CodeBuilder code, Class<?> value) {
        if (!value.isPrimitive()) {
            return value;
        }
        Class<?> boxed = Carriers.boxed(value);
        code.invokestatic(desc(boxed), "valueOf", MethodTypeDesc.of(desc(boxed), desc(value)));
        return boxed;
    }

    /// {@return the type of the methods of [Carriers] that take an argument out of its box}
    static MethodTypeDesc unboxing(Class<?> primitive) {
        return MethodTypeDesc.of(desc(primitive), desc(Carriers.boxed(primitive)), CD_Object, CD_int);
    }

    static void unbox(CodeBuilder code, Class<?> value, Class<?> primitive) {
        if (!value.isPrimitive()) {
            ClassDesc boxed = desc(Carriers.boxed(primitive));
            code.checkcast(boxed).invokevirtual(
                    boxed, primitive.getName().concat("Value"), MethodTypeDesc.of(desc(primitive)));
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Constant;
import ffi.core.internal.Passage;

import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;

/// Makes the types of enum classes.
final class EnumTypes {

    private EnumTypes() {}

    static <E extends Enum<E>> NativeType<E> enumeration(Class<E> type, ToLongFunction<? super E> value) {
        String name = type.getSimpleName();
        Constant.OfEnum conversion = Constant.ofEnum(name, type.getEnumConstants(), value::applyAsLong);
        if (conversion == null) {
            return NativeType.wrong(name,
                    BindingException.enumeration(type, "two constants with one value, or a value beyond 32 bits"));
        }
        return new NativeType<>(new Passage(name, type, ValueLayout.JAVA_INT, false, conversion, List.of()));
    }

    static <E extends Enum<E>> NativeType<Set<E>> flags(Class<E> type) {
        return flags(type, constant -> constant.ordinal() < 32 ? 1L << constant.ordinal() : 0);
    }

    static <E extends Enum<E>> NativeType<Set<E>> flags(Class<E> type, ToLongFunction<? super E> bits) {
        String name = "flags(" + type.getSimpleName() + ")";
        Constant.OfFlags conversion =
                Constant.ofFlags(type.getSimpleName(), type.getEnumConstants(), bits::applyAsLong);
        if (conversion == null) {
            return NativeType.wrong(name,
                    BindingException.enumeration(type, "a constant without a bit, or with one beyond 32 bits"));
        }
        return new NativeType<>(new Passage(name, Set.class, ValueLayout.JAVA_INT, true, conversion, List.of()));
    }
}

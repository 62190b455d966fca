// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static java.lang.constant.ConstantDescs.CD_Class;
import static java.lang.constant.ConstantDescs.CD_MethodHandle;
import static java.lang.constant.ConstantDescs.CD_MethodHandles_Lookup;
import static java.lang.constant.ConstantDescs.CD_MethodType;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.DEFAULT_NAME;

import java.lang.constant.ClassDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;

/// The constants of one generated class: objects that exist already, and handles that are linked when first needed.
///
/// Both are dynamic constants of the class, and so constants to the JIT whoever holds the instance.
final class Constants {

    private static final DirectMethodHandleDesc CLASS_DATA_AT = MethodHandleDesc.ofMethod(
            DirectMethodHandleDesc.Kind.STATIC, ClassDesc.of("java.lang.invoke.MethodHandles"), "classDataAt",
            MethodTypeDesc.of(CD_Object, CD_MethodHandles_Lookup, CD_String, CD_Class, CD_int));

    private static final DirectMethodHandleDesc LINK = MethodHandleDesc.ofMethod(
            DirectMethodHandleDesc.Kind.STATIC, desc(Linking.class), "handle",
            MethodTypeDesc.of(CD_MethodHandle, CD_MethodHandles_Lookup, CD_String, CD_Class, CD_MethodType, CD_int));

    private final List<Object> data = new ArrayList<>();

    /// {@return a constant that is this object}
    ///
    /// @param type a class that the generated class can name
    DynamicConstantDesc<?> of(Object value, ClassDesc type) {
        int index = indexOf(value);
        if (index < 0) {
            index = data.size();
            data.add(value);
        }
        return DynamicConstantDesc.ofNamed(CLASS_DATA_AT, DEFAULT_NAME, type, index);
    }

    private int indexOf(Object value) {
        for (int i = 0; i < data.size(); i++) {
            if (data.get(i) == value) {
                return i;
            }
        }
        return -1;
    }

    /// {@return a constant that is the handle of a shape, linked when the code is first run}
    static DynamicConstantDesc<?> handle(Linking.Shape shape) {
        return DynamicConstantDesc.ofNamed(
                LINK, DEFAULT_NAME, CD_MethodHandle, desc(shape.carriers()), shape.critical() ? 1 : 0);
    }

    /// {@return the objects, as the generated class's data}
    List<Object> data() {
        return data;
    }

    static ClassDesc desc(Class<?> type) {
        return type.describeConstable().orElseThrow();
    }

    static MethodTypeDesc desc(MethodType type) {
        return type.describeConstable().orElseThrow();
    }
}

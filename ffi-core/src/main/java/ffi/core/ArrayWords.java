// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Facts;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;

/// The words of types that annotations say.
final class ArrayWords {

    private ArrayWords() {}

    /// {@return the type with the words that the annotations of its place say}
    static NativeType<?> of(NativeType<?> type, Annotation[] annotations, Place place) {
        NativeType<?> worded = type;
        if (JavaTypes.find(annotations, Const.class) != null) {
            worded = worded.asConst();
        }
        if (JavaTypes.find(annotations, Terminated.class) != null) {
            worded = worded.terminated();
        }
        if (JavaTypes.find(annotations, InOut.class) != null) {
            worded = inout(worded, place);
        }
        Length length = JavaTypes.find(annotations, Length.class);
        if (length != null && length.value() >= 0) {
            worded = worded.sized(length.value());
            worded = length.padded() ? worded.padded() : worded;
        } else if (length != null && length.argument() >= 0) {
            worded = worded.sizedBy(length.argument());
        } else if (length != null && !length.field().isEmpty() && place.of() instanceof Method) {
            throw place.wrong(Facts.of("Only a struct has fields that say a size: " + length.field()),
                    "@Length(4) or @Length(argument = 1)");
        } else if (length != null && length.field().isEmpty()) {
            throw place.wrong(Facts.of("A length that says nothing"),
                    "@Length(4), @Length(argument = 1) or @Length(field = \"n\")");
        }
        return worded;
    }

    private static NativeType<?> inout(NativeType<?> type, Place place) {
        if (type.passage().conversion() instanceof OutPassing out) {
            return type.with("in" + out.name(), out.inout("in" + out.name()));
        }
        throw place.wrong(Facts.of("Only an Out goes in and comes back: " + type), "take the annotation away");
    }
}

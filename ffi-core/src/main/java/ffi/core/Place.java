// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Facts;

import java.lang.reflect.Method;

/// Where a Java type stands that a native type is looked for, as messages say it.
///
/// @param position such as `parameter 2`, or the name of a record's component
/// @param of       the method, or the record
record Place(String position, Object of) {

    IllegalArgumentException noType(String type, String hint) {
        return wrong(Facts.of("No native type for " + type), hint);
    }

    IllegalArgumentException wrong(Facts facts, String hint) {
        return BindingException.with(facts
                .add("as", position)
                .add("of", of instanceof Method method ? BindingException.describe(method)
                        : ((Class<?>) of).getTypeName())
                .hint(hint));
    }
}

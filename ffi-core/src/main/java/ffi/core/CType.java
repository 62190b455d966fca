// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The C type of a parameter, or on a method of its result, where the Java type does not say it.
///
/// It is spelled as in C: `size_t`, `unsigned int`, `uint8_t`, `long`, `wchar_t`, `wchar_t *`, `char16_t *`; any other
/// pointer is an address. The Java type must be the one that carries it, such as `long` for `size_t`; see [NativeType].
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.PARAMETER, ElementType.FIELD, ElementType.RECORD_COMPONENT})
public @interface CType {
    /// {@return the type as C spells it}
    String value();
}

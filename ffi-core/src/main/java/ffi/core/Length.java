// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// How many elements an array, a list or a buffer has: by a number, an argument of the call, or another field. Of text,
/// how many elements the memory has that it lies in; see [NativeType#sized].
///
/// ```java
/// record Matrix(@Length(6) int[] cells) {}                            // int cells[6]
/// record Series(int n, @Length(field = "n") double[] values) {}       // double *values
/// record Tag(@Length(8) @CType("wchar_t *") String name) {}           // wchar_t name[8]
/// record Entry(@Length(value = 8, padded = true) String name) {}      // char name[8], as strncpy(3) leaves it
/// @Length(argument = 0) int[] range(long n);                          // int *
/// ```
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.PARAMETER, ElementType.FIELD, ElementType.RECORD_COMPONENT})
public @interface Length {
    /// {@return the number of elements; in a struct they lie in place}
    int value() default -1;

    /// {@return whether text may fill its memory, and has no NUL then; see [NativeType#padded]}
    boolean padded() default false;

    /// {@return the argument that says the number of elements, from 0: of a result the argument of its call, of a
    /// callback's parameter another argument of the callback}
    int argument() default -1;

    /// {@return the field of the same struct that says the number of elements behind this pointer}
    String field() default "";
}

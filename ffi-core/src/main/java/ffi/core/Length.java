// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// How many elements an array, a list or a buffer has: by a number, an argument of the call, or another field.
///
/// ```java
/// record Matrix(@Length(6) int[] cells) {}                            // int cells[6]
/// record Series(int n, @Length(field = "n") double[] values) {}       // double *values
/// @Length(argument = 0) int[] range(long n);                          // int *
/// ```
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.PARAMETER, ElementType.FIELD, ElementType.RECORD_COMPONENT})
public @interface Length {
    /// {@return the number of elements; in a struct they lie in place}
    int value() default -1;

    /// {@return the argument that says the number of elements of a result, from 0}
    int argument() default -1;

    /// {@return the field of the same struct that says the number of elements behind this pointer}
    String field() default "";
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The result of a bound function becomes ours: it is copied, and then freed.
///
/// By C's `free`, as [NativeType#owned()] does, or by a function of the same library, which takes the pointer.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Owned {
    /// {@return the symbol of the library's function that frees; empty for C's `free`}
    String value() default "";
}

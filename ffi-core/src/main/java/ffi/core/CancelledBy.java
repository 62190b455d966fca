// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The function that ends this one when its caller gives up: `@CancelledBy("sqlite3_interrupt")`.
///
/// For a method that returns a future, or suspends. The function is a method of the same interface, whose parameters
/// are the first ones of this one. It is called as an [Ending] is.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface CancelledBy {

    /// The method's name.
    String value();

    /// Whether it may be called again while the call goes on, as [Ending#repeats].
    boolean repeatedly() default true;
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The name under which the library exports a function or a variable, where the method of a bound interface has another
/// name. Of several names the first that the library exports is taken. No [Prefix] is put before them.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Symbol {
    /// {@return at least one name, in the order in which they are tried}
    String[] value();
}

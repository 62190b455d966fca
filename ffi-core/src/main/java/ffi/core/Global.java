// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A method of a bound interface that reads or writes a variable of the library, and calls no function.
///
/// ```java
/// @Global int call_count();
/// @Global void call_count(int value);
/// ```
///
/// One that reads takes nothing, and returns the value; one that writes takes the value, and returns nothing. The
/// method's name is the symbol, or its [Symbol] says it. Its types, and the annotations of its types, say C's, as of a
/// function. What a use may throw is what [Variable] says. In an interface of Kotlin's a property is a variable without
/// this.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Global {}

// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// How the symbols behind the methods of a bound interface begin, where the methods' names go on.
///
/// ```java
/// @Prefix("sqlite3_")
/// interface Sqlite {
///     String libversion(); // sqlite3_libversion
/// }
/// ```
///
/// A method that an interface inherits has the prefix of where it is declared. An interface of Kotlin's says it to
/// `bind`, and not by this: to look for annotations where there are others costs a program's start tens of
/// milliseconds.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Prefix {
    String value();
}

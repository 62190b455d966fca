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
/// A method that an interface inherits has the prefix of where it is declared. A name that a [Symbol] says has none. A
/// library that is an object of Kotlin's has its prefix as a parameter.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Prefix {
    /// {@return what is put before the names}
    String value();
}

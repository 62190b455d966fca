// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The library need not have a bound function: [Bindings#link] passes over it, and [Bindings#functions] tells whether
/// it is there. A call of one that is not is a [SymbolNotFoundException] all the same.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface IfPresent {}

// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A bound function is called without telling the JVM: faster, but it must be done within microseconds and must not
/// call back. See [Signature#asCritical].
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Critical {}

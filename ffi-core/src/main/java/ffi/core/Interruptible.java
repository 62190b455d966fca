// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A function whose system call is interrupted when its caller gives up, as [Ending#INTERRUPT] does.
///
/// For a method that returns a future, or suspends.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Interruptible {
}

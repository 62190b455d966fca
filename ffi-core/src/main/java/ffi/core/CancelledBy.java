// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The function that ends this one when its caller gives up: `@CancelledBy("sqlite3_interrupt")`.
///
/// For a method that returns a future, or suspends. It names a method of the same interface whose parameters are the
/// first ones of this one: a native function, or a method with a body, which calls what it needs:
///
/// ```java
/// @CancelledBy("stop")
/// CompletableFuture<Integer> sqlite3_step(Statement statement);
///
/// Db sqlite3_db_handle(Statement statement);
///
/// void sqlite3_interrupt(Db db);
///
/// default void stop(Statement statement) {
///     sqlite3_interrupt(sqlite3_db_handle(statement));
/// }
/// ```
///
/// It is called as an [Ending] is. A method with a body that returns a future, or suspends, cannot be named.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface CancelledBy {

    /// The method's name.
    String value();

    /// Whether it may be called again while the call goes on, as [Ending#repeats].
    boolean repeatedly() default true;
}

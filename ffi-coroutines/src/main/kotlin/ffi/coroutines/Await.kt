// SPDX-License-Identifier: Apache-2.0
package ffi.coroutines

import ffi.dsl.Fn0
import ffi.dsl.Fn1
import ffi.dsl.Fn10
import ffi.dsl.Fn11
import ffi.dsl.Fn12
import ffi.dsl.Fn2
import ffi.dsl.Fn3
import ffi.dsl.Fn4
import ffi.dsl.Fn5
import ffi.dsl.Fn6
import ffi.dsl.Fn7
import ffi.dsl.Fn8
import ffi.dsl.Fn9
import java.util.concurrent.Executors
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.withContext

/**
 * Where calls run that may block: a daemon thread of the platform for each call that is under way, kept a minute for
 * the next one.
 *
 * Native code holds on to its thread whatever becomes of the coroutine. So these are neither the few threads of
 * [Default][kotlinx.coroutines.Dispatchers.Default] nor virtual ones, which native code pins.
 */
private object NativeThreads {
    val dispatcher: CoroutineDispatcher = Executors.newCachedThreadPool(
        Thread.ofPlatform().daemon().name("ffi-call-", 1).factory(),
    ).asCoroutineDispatcher()
}

/**
 * Runs [block], which calls C, off the caller's thread, and suspends until it is done.
 *
 * ```
 * val three = offThread { LibSum.sum(1, 2) }
 * ```
 *
 * The caller's dispatcher stays free. Nothing ends the call early: when the coroutine is cancelled, this waits for C to
 * return, drops what it returned, and then throws
 * [CancellationException][kotlinx.coroutines.CancellationException].
 *
 * @throws Throwable whatever [block] throws
 */
public suspend fun <R> offThread(block: () -> R): R = withContext(NativeThreads.dispatcher) { block() }

// The ladder of arities. The rungs differ in nothing but the number of their parameters.

/** Calls this function off the caller's thread, as [offThread] does. */
public suspend fun <R> Fn0<R>.await(): R = offThread { this() }

/** Calls this function off the caller's thread, as [offThread] does. */
public suspend fun <A, R> Fn1<A, R>.await(a: A): R = offThread { this(a) }

/** Calls this function off the caller's thread, as [offThread] does. */
public suspend fun <A, B, R> Fn2<A, B, R>.await(a: A, b: B): R = offThread { this(a, b) }

/** Calls this function off the caller's thread, as [offThread] does. */
public suspend fun <A, B, C, R> Fn3<A, B, C, R>.await(a: A, b: B, c: C): R = offThread { this(a, b, c) }

/** Calls this function off the caller's thread, as [offThread] does. */
public suspend fun <A, B, C, D, R> Fn4<A, B, C, D, R>.await(a: A, b: B, c: C, d: D): R = offThread { this(a, b, c, d) }

/** Calls this function off the caller's thread, as [offThread] does. */
public suspend fun <A, B, C, D, E, R> Fn5<A, B, C, D, E, R>.await(
    a: A, b: B, c: C, d: D, e: E,
): R = offThread { this(a, b, c, d, e) }

/** Calls this function off the caller's thread, as [offThread] does. */
public suspend fun <A, B, C, D, E, F, R> Fn6<A, B, C, D, E, F, R>.await(
    a: A, b: B, c: C, d: D, e: E, f: F,
): R = offThread { this(a, b, c, d, e, f) }

/** Calls this function off the caller's thread, as [offThread] does. */
public suspend fun <A, B, C, D, E, F, G, R> Fn7<A, B, C, D, E, F, G, R>.await(
    a: A, b: B, c: C, d: D, e: E, f: F,
    g: G,
): R = offThread { this(a, b, c, d, e, f, g) }

/** Calls this function off the caller's thread, as [offThread] does. */
public suspend fun <A, B, C, D, E, F, G, H, R> Fn8<A, B, C, D, E, F, G, H, R>.await(
    a: A, b: B, c: C, d: D, e: E, f: F,
    g: G, h: H,
): R = offThread { this(a, b, c, d, e, f, g, h) }

/** Calls this function off the caller's thread, as [offThread] does. */
public suspend fun <A, B, C, D, E, F, G, H, I, R> Fn9<A, B, C, D, E, F, G, H, I, R>.await(
    a: A, b: B, c: C, d: D, e: E, f: F,
    g: G, h: H, i: I,
): R = offThread { this(a, b, c, d, e, f, g, h, i) }

/** Calls this function off the caller's thread, as [offThread] does. */
public suspend fun <A, B, C, D, E, F, G, H, I, J, R> Fn10<A, B, C, D, E, F, G, H, I, J, R>.await(
    a: A, b: B, c: C, d: D, e: E, f: F,
    g: G, h: H, i: I, j: J,
): R = offThread { this(a, b, c, d, e, f, g, h, i, j) }

/** Calls this function off the caller's thread, as [offThread] does. */
public suspend fun <A, B, C, D, E, F, G, H, I, J, K, R> Fn11<A, B, C, D, E, F, G, H, I, J, K, R>.await(
    a: A, b: B, c: C, d: D, e: E, f: F,
    g: G, h: H, i: I, j: J, k: K,
): R = offThread { this(a, b, c, d, e, f, g, h, i, j, k) }

/** Calls this function off the caller's thread, as [offThread] does. */
public suspend fun <A, B, C, D, E, F, G, H, I, J, K, L, R> Fn12<A, B, C, D, E, F, G, H, I, J, K, L, R>.await(
    a: A, b: B, c: C, d: D, e: E, f: F,
    g: G, h: H, i: I, j: J, k: K, l: L,
): R = offThread { this(a, b, c, d, e, f, g, h, i, j, k, l) }

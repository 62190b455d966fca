// SPDX-License-Identifier: Apache-2.0
package ffi.coroutines

import ffi.core.Ending
import ffi.core.NativeThreads
import ffi.dsl.Fn
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
import ffi.dsl.library
import ffi.dsl.threads

/**
 * Runs [block], which calls C, off the caller's thread, and suspends until it is done.
 *
 * ```
 * val three = offThread { LibSum.sum(1, 2) }
 * ```
 *
 * The caller's dispatcher stays free. When the coroutine is cancelled before the block began, it never does. After that
 * [cancelledBy] is what ends it, as of a function that `awaits`; without one this waits for C to return. Either way the
 * result is lost then, or closed if it is [AutoCloseable], and
 * [CancellationException][kotlinx.coroutines.CancellationException] is thrown.
 *
 * @param threads where it runs
 * @param cancelledBy makes C return; called by another thread, again and again until it has
 * @throws Throwable whatever [block] throws
 */
public suspend fun <R> offThread(
    threads: NativeThreads = NativeThreads.elastic(),
    cancelledBy: (() -> Any?)? = null,
    block: () -> R,
): R = offload(block, threads, null, cancelledBy?.let { Ending { val _ = it() } }, false, null, block)

private suspend inline fun <R> Fn.offThread(noinline call: () -> R): R =
    offload(this, library.threads, null, null, false, null, call)

// The ladder of arities. The rungs differ in nothing but the number of their parameters.

/** Calls this function in a thread of its library's, as [offThread] does. */
public suspend fun <R> Fn0<R>.await(): R = offThread { this() }

/** Calls this function in a thread of its library's, as [offThread] does. */
public suspend fun <A, R> Fn1<A, R>.await(a: A): R = offThread { this(a) }

/** Calls this function in a thread of its library's, as [offThread] does. */
public suspend fun <A, B, R> Fn2<A, B, R>.await(a: A, b: B): R = offThread { this(a, b) }

/** Calls this function in a thread of its library's, as [offThread] does. */
public suspend fun <A, B, C, R> Fn3<A, B, C, R>.await(a: A, b: B, c: C): R = offThread { this(a, b, c) }

/** Calls this function in a thread of its library's, as [offThread] does. */
public suspend fun <A, B, C, D, R> Fn4<A, B, C, D, R>.await(a: A, b: B, c: C, d: D): R = offThread { this(a, b, c, d) }

/** Calls this function in a thread of its library's, as [offThread] does. */
public suspend fun <A, B, C, D, E, R> Fn5<A, B, C, D, E, R>.await(
    a: A, b: B, c: C, d: D, e: E,
): R = offThread { this(a, b, c, d, e) }

/** Calls this function in a thread of its library's, as [offThread] does. */
public suspend fun <A, B, C, D, E, F, R> Fn6<A, B, C, D, E, F, R>.await(
    a: A, b: B, c: C, d: D, e: E, f: F,
): R = offThread { this(a, b, c, d, e, f) }

/** Calls this function in a thread of its library's, as [offThread] does. */
public suspend fun <A, B, C, D, E, F, G, R> Fn7<A, B, C, D, E, F, G, R>.await(
    a: A, b: B, c: C, d: D, e: E, f: F,
    g: G,
): R = offThread { this(a, b, c, d, e, f, g) }

/** Calls this function in a thread of its library's, as [offThread] does. */
public suspend fun <A, B, C, D, E, F, G, H, R> Fn8<A, B, C, D, E, F, G, H, R>.await(
    a: A, b: B, c: C, d: D, e: E, f: F,
    g: G, h: H,
): R = offThread { this(a, b, c, d, e, f, g, h) }

/** Calls this function in a thread of its library's, as [offThread] does. */
public suspend fun <A, B, C, D, E, F, G, H, I, R> Fn9<A, B, C, D, E, F, G, H, I, R>.await(
    a: A, b: B, c: C, d: D, e: E, f: F,
    g: G, h: H, i: I,
): R = offThread { this(a, b, c, d, e, f, g, h, i) }

/** Calls this function in a thread of its library's, as [offThread] does. */
public suspend fun <A, B, C, D, E, F, G, H, I, J, R> Fn10<A, B, C, D, E, F, G, H, I, J, R>.await(
    a: A, b: B, c: C, d: D, e: E, f: F,
    g: G, h: H, i: I, j: J,
): R = offThread { this(a, b, c, d, e, f, g, h, i, j) }

/** Calls this function in a thread of its library's, as [offThread] does. */
public suspend fun <A, B, C, D, E, F, G, H, I, J, K, R> Fn11<A, B, C, D, E, F, G, H, I, J, K, R>.await(
    a: A, b: B, c: C, d: D, e: E, f: F,
    g: G, h: H, i: I, j: J, k: K,
): R = offThread { this(a, b, c, d, e, f, g, h, i, j, k) }

/** Calls this function in a thread of its library's, as [offThread] does. */
public suspend fun <A, B, C, D, E, F, G, H, I, J, K, L, R> Fn12<A, B, C, D, E, F, G, H, I, J, K, L, R>.await(
    a: A, b: B, c: C, d: D, e: E, f: F,
    g: G, h: H, i: I, j: J, k: K, l: L,
): R = offThread { this(a, b, c, d, e, f, g, h, i, j, k, l) }

// SPDX-License-Identifier: Apache-2.0
package ffi.coroutines

import ffi.core.Ending
import ffi.dsl.Fn
import ffi.dsl.library
import ffi.dsl.threads
import kotlinx.coroutines.CoroutineDispatcher

/**
 * A function of a native library whose caller suspends, while a thread of the library's calls it; `awaits` makes it.
 *
 * ```
 * val wait = (fn("counter_wait", handle(::Counter)) awaits i32).cancelledBy { counter -> counterStop(counter) }
 * ```
 *
 * **Threads.** The caller's dispatcher stays free. Calls are made in the library's [threads]; [on] says otherwise.
 * Arguments are converted there, so what they are made of must not change meanwhile; a pointer into a confined arena
 * is refused with [WrongThreadException].
 *
 * **Cancellation.** A call that has not begun never does. Of one that is under way C decides, so say what makes it
 * return: `cancelledBy` calls another function, [interruptible] interrupts its system call. Both are tried again and
 * again, after 1 ms, 2 ms, 4 ms and so on, at last every 100 ms, since C may not have come so far yet that it notices.
 * Who called suspends until C has returned, whatever that takes, and only then gets
 * [CancellationException][kotlinx.coroutines.CancellationException]: what the call uses may be freed after it. A
 * [detachable] one does not wait.
 *
 * **What is lost.** The result, even if it came: it is given to [ifLost], or else given back to C, if it is `owned`, or
 * closed, if it is another [AutoCloseable]. What the call threw, by a callback or its types, is
 * [suppressed][Throwable.suppressedExceptions] in the `CancellationException`. So is what `cancelledBy` throws, which
 * then is not tried again.
 *
 * Else a call throws what one of [Fn] does.
 */
public abstract class SuspendFn<R, S> internal constructor(
    /** The function, which may be called without suspending as well. */
    public val fn: Fn,
    internal val manner: Manner<R>,
) {

    /**
     * This function, whose system call is interrupted when its caller is cancelled, so that it fails with `EINTR`.
     *
     * For functions that wait in `read`, `poll`, `nanosleep` and the like, see signal(7), and give up on `EINTR`. The
     * thread gets a signal whose handler does nothing: one that nobody else handles, `SIGURG` first, and none of the
     * JVM's. When the last call that is interrupted has returned, the signal is as it was before. C that begins anew
     * after `EINTR` is not ended: its caller waits for it. If [on] says virtual threads, such a call is made in another
     * thread nevertheless, for a virtual one may change its thread of C's.
     *
     * A call throws [UnsupportedOperationException] on Windows.
     */
    public val interruptible: S get() = with(manner.copy(interruptible = true, once = false))

    /**
     * This function, whose caller does not wait for C when it is cancelled: it goes on at once, and so does C.
     *
     * The arguments are kept until C returns. So is the memory of a [nativeScope] around the call; other memory that C
     * uses must be kept by who owns it, and what the ending uses as well. What the call throws then is logged, unless
     * something ends it.
     */
    public val detachable: S get() = with(manner.copy(detachable = true))

    /**
     * This function, called in threads of a [dispatcher], which it may block, instead of the library's.
     *
     * Where the dispatcher needs no dispatch, as [Unconfined][kotlinx.coroutines.Dispatchers.Unconfined], the caller's
     * own thread makes the call.
     */
    public fun on(dispatcher: CoroutineDispatcher): S = with(manner.copy(dispatcher = dispatcher))

    /**
     * This function, whose result is given to [action] if the call was cancelled, and nobody else gets it.
     *
     * It is for what must be given back to C. It is called once, by any thread; what it throws goes to the uncaught
     * exception handler of that thread.
     */
    public fun ifLost(action: (R) -> Unit): S = with(manner.copy(lost = action))

    internal abstract fun with(manner: Manner<R>): S

    internal suspend fun await(end: (() -> Any?)?, call: () -> R): R =
        offload(fn, fn.library.threads, manner.dispatcher, manner.ending(end), manner.detachable, manner.lost, call)

    /** The declaration, such as `slow_sum: i32 (i32, i32)`. */
    final override fun toString(): String = fn.toString()
}

/** How a suspending function is called, and what becomes of a call that is cancelled. */
internal data class Manner<R>(
    val dispatcher: CoroutineDispatcher? = null,
    val interruptible: Boolean = false,
    val once: Boolean = false,
    val detachable: Boolean = false,
    val lost: ((R) -> Unit)? = null,
) {
    fun endedBy(repeatedly: Boolean): Manner<R> = copy(interruptible = false, once = !repeatedly)

    fun ending(end: (() -> Any?)?): Ending? = when {
        interruptible -> Ending.INTERRUPT
        end == null -> null
        once -> Ending.once { val _ = end() }
        else -> Ending { val _ = end() }
    }
}

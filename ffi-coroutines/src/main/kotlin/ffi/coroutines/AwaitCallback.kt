// SPDX-License-Identifier: Apache-2.0
package ffi.coroutines

import ffi.core.NativeType
import ffi.core.Upcall
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.withContext

/** What registers the callback that [awaitCallback] waits for, and says what it brought. */
public class CallbackScope<R> internal constructor(
    private val life: ScopeLife,
    private val outcome: CompletableDeferred<R>,
) {
    private val cancelling = ArrayList<() -> Unit>()

    /**
     * A function pointer that calls [function] until [awaitCallback] returns.
     *
     * What it throws on a thread that C made is what [awaitCallback] throws; else it is thrown at who called C, as of
     * every callback. C gets the error value of the type either way.
     *
     * @throws IllegalStateException if [awaitCallback] has ended
     */
    public fun <F : Any> stub(type: NativeType<F>, function: F): F =
        Upcall.of(type, function, life.arena()) { _, thrown -> val _ = fail(thrown) }

    /**
     * Says, in the callback, what [awaitCallback] returns.
     *
     * @return whether it was the first, and somebody still waits; else the value is not used
     */
    public fun resume(value: R): Boolean = outcome.complete(value)

    /** Says what [awaitCallback] throws instead; it returns as [resume] does. */
    public fun fail(cause: Throwable): Boolean = outcome.completeExceptionally(cause)

    /**
     * Runs [action] if the coroutine is cancelled, or the block throws, before the callback came: it tells C to give
     * up. The last one is run first, in a thread that it may block, and before the actions of [onClose].
     */
    public fun onCancel(action: () -> Unit) {
        cancelling += action
    }

    /**
     * Runs [action] at the end, whether the callback came or not: it tells C not to call back any more. The last one is
     * run first, all of them before the callback ends, in a thread that they may block.
     */
    public fun onClose(action: () -> Unit): Unit = life.atEnd(action)

    internal fun giveUp() = cancelling.forEach(life::atEnd)
}

/**
 * Suspends until C calls a callback, and returns what that says.
 *
 * ```
 * val answer = awaitCallback<Int> {
 *     val work = LibSum.startWork(20, stub(LibSum.done) { value -> resume(value) })
 *     onClose { LibSum.endWork(work) }
 * }
 * ```
 *
 * [block] registers the callback. It is run once, by the calling coroutine. C may call back before it returns, by any
 * thread, and more than once: the first counts. If the coroutine is cancelled at the same time, either the callback's
 * value is returned, or it is lost, and given to [ifLost]: never both.
 *
 * @param ifLost gets the value that the callback brought if it can not be returned: the coroutine was cancelled, or
 *   the block or one of the actions at the end threw; by any thread
 * @throws CancellationException if the coroutine was cancelled
 * @throws Throwable what [block] throws, or was given to [CallbackScope.fail]
 */
@OptIn(ExperimentalCoroutinesApi::class)
public suspend fun <R> awaitCallback(
    ifLost: ((R) -> Unit)? = null,
    block: suspend CallbackScope<R>.() -> Unit,
): R {
    val life = ScopeLife(currentCoroutineContext()[ScopeLife])
    val outcome = CompletableDeferred<R>()
    val scope = CallbackScope(life, outcome)
    val lose = {
        if (outcome.getCompletionExceptionOrNull() == null) {
            ifLost?.invoke(outcome.getCompleted())
        }
    }
    var thrown: Throwable? = null
    try {
        withContext(life) { scope.block() }
        val _ = outcome.await()
    } catch (e: Throwable) {
        thrown = e
        if (outcome.completeExceptionally(e)) { // from now on the callback comes too late
            scope.giveUp()
        } else {
            life.atEnd(lose)
        }
    }
    val failure = life.end(thrown)
    return when {
        failure == null -> outcome.getCompleted()
        thrown == null -> throw failure.orOf(lose)!!
        else -> throw failure
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.coroutines

import ffi.core.NativeType
import ffi.core.Upcall
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.withContext

/** What registers the callback that [awaitCallback] waits for, and says what it brought. */
public class CallbackScope<R> internal constructor(
    private val life: ScopeLife,
    private val outcome: CompletableDeferred<R>,
) {
    internal var cancelling: (() -> Unit)? = null
        private set

    /**
     * A function pointer that calls [function] until [awaitCallback] returns.
     *
     * What it throws on a thread that C made is what [awaitCallback] throws; else it is thrown at who called C, as of
     * every callback. C gets the error value of the type either way.
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
     * Runs [action] if the coroutine is cancelled before the callback came: it tells C to give up. It is run in a
     * thread that it may block, and before the actions of [onClose].
     */
    public fun onCancel(action: () -> Unit) {
        cancelling = action
    }

    /**
     * Runs [action] at the end, whether the callback came or not: it tells C not to call back any more. The last one is run
     * first, all of them before the callback ends, in a thread that they may block.
     */
    public fun onClose(action: () -> Unit): Unit = life.atEnd(action)
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
 * [block] registers the callback. It is run once, by the calling coroutine. C may call back before it returns, by any thread,
 * and more than once: the first counts. If the coroutine is cancelled at the same time, either the callback's value is
 * returned, or it is lost, and given to [ifLost]: never both.
 *
 * @param ifLost gets the value that the callback brought when the coroutine was cancelled
 * @throws CancellationException if the coroutine was cancelled
 * @throws Throwable what [block] throws, or was given to [CallbackScope.fail]
 */
public suspend fun <R> awaitCallback(
    ifLost: ((R) -> Unit)? = null,
    block: suspend CallbackScope<R>.() -> Unit,
): R {
    val life = ScopeLife(currentCoroutineContext()[ScopeLife])
    val outcome = CompletableDeferred<R>()
    val scope = CallbackScope(life, outcome)
    var thrown: Throwable? = null
    var result: R? = null
    try {
        withContext(life) { scope.block() }
        result = outcome.await()
    } catch (e: Throwable) {
        thrown = e
        giveUp(e, scope, outcome, ifLost)
    }
    life.end(thrown)?.let { throw it }
    @Suppress("UNCHECKED_CAST") // it is what was awaited
    return result as R
}

/** The coroutine does not wait any more: from now on the callback comes too late, unless it has come already. */
@OptIn(ExperimentalCoroutinesApi::class)
private suspend fun <R> giveUp(
    cause: Throwable,
    scope: CallbackScope<R>,
    outcome: CompletableDeferred<R>,
    ifLost: ((R) -> Unit)?,
) {
    if (outcome.completeExceptionally(cause)) {
        scope.cancelling?.let { cancel -> withContext(NonCancellable) { offThread { cancel() } } }
    } else if (outcome.getCompletionExceptionOrNull() == null) {
        ifLost?.invoke(outcome.getCompleted())
    }
}

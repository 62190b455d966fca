// SPDX-License-Identifier: Apache-2.0
package ffi.coroutines

import ffi.core.AsyncCall
import ffi.core.Downcall
import ffi.core.Ending
import ffi.core.NativeThreads
import ffi.core.Signature
import ffi.dsl.Fn
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater
import kotlin.coroutines.Continuation
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException
import kotlin.coroutines.suspendCoroutine
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ThreadContextElement
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.suspendCancellableCoroutine

/**
 * Where calls are made that need no threads of their own: those of [Dispatchers.IO], without its limit. They are threads of
 * the platform, of which there are as many as block, and to go there from `Default` mostly needs no other thread to wake up.
 */
internal val Elastic: CoroutineDispatcher = Dispatchers.IO.limitedParallelism(Int.MAX_VALUE)

/**
 * Makes [call] in one of [threads], and suspends until it is done.
 *
 * @param what for the log, when something is lost
 * @param dispatcher where it is made instead; null if not
 * @param lost what becomes of a result that nobody gets; null if it is closed, if it can be
 */
internal suspend fun <R> offload(
    what: Any,
    threads: NativeThreads,
    dispatcher: CoroutineDispatcher?,
    ending: Ending?,
    detachable: Boolean,
    lost: ((R) -> Unit)?,
    call: () -> R,
): R {
    val context = currentCoroutineContext()
    context.ensureActive()
    val offloaded = Offloaded(what, context, ending, lost, call)
    offloaded.scope?.enter()
    try {
        return suspendCancellableCoroutine { continuation ->
            offloaded.continuation = continuation
            continuation.invokeOnCancellation { offloaded.cancel() }
            try {
                when {
                    dispatcher != null -> dispatcher.run(context, offloaded)
                    threads === NativeThreads.elastic() -> Elastic.dispatch(context, offloaded)
                    else -> threads.execute(offloaded)
                }
            } catch (e: Throwable) { // by threads that are closed, or because there can be no more
                offloaded.cancel()
                throw e
            }
        }
    } catch (e: CancellationException) {
        if (!detachable) {
            offloaded.awaitEnd()
            offloaded.endingFault()?.let(e::addSuppressed)
        }
        throw e
    }
}

private fun CoroutineDispatcher.run(context: CoroutineContext, task: Runnable) =
    if (isDispatchNeeded(context)) dispatch(context, task) else task.run()

/** One call that another thread makes for a coroutine. */
private class Offloaded<R>(
    private val what: Any,
    private val context: CoroutineContext,
    ending: Ending?,
    private val lost: ((R) -> Unit)?,
    private val call: () -> R,
) : AsyncCall(ending) {

    val scope: ScopeLife? = context[ScopeLife]

    lateinit var continuation: CancellableContinuation<R>

    private val site: String? = scope?.let { signatureOf(what) }?.takeIf { it.result().isOwned }?.let { CallSite.now() }
    private var result: Any? = null
    private var failure: Throwable? = null

    /** Null, then [OVER], or before that who waits for it. */
    @Volatile
    private var end: Any? = null

    override fun make() {
        val elements = ThreadElements.enter(context)
        if (site != null) {
            CallSite.OF_CALL.set(site)
        }
        try {
            result = call()
        } catch (e: Throwable) {
            failure = e
        } finally {
            if (site != null) {
                CallSite.OF_CALL.remove()
            }
            ThreadElements.leave(context, elements)
        }
    }

    override fun over(made: Boolean) {
        val failure = failure
        try {
            when {
                !made -> Unit // its coroutine was cancelled before
                failure == null -> @Suppress("UNCHECKED_CAST") (result as R).let { value ->
                    continuation.resume(value) { _, unwanted, _ -> lose(unwanted) }
                }
                continuation.isCancelled -> if (failure !is CancellationException) discard(failure, what)
                else -> continuation.resumeWithException(failure)
            }
        } finally {
            scope?.leave()
            val waiting = END.getAndSet(this, OVER)
            if (waiting != null) {
                @Suppress("UNCHECKED_CAST") // nothing else is put there
                (waiting as Continuation<Unit>).resume(Unit)
            }
        }
    }

    private fun lose(value: R) {
        try {
            if (lost != null) lost.invoke(value) else discard(value, what)
        } catch (e: Throwable) {
            val thread = Thread.currentThread()
            thread.uncaughtExceptionHandler.uncaughtException(thread, e)
        }
    }

    /** Suspends until C has returned, whatever becomes of the coroutine. */
    suspend fun awaitEnd() {
        if (end != null) {
            return
        }
        suspendCoroutine { waiting -> if (!END.compareAndSet(this, null, waiting)) waiting.resume(Unit) }
    }

    companion object {
        private val OVER = Any()
        private val END = AtomicReferenceFieldUpdater.newUpdater(Offloaded::class.java, Any::class.java, "end")
    }
}

private fun signatureOf(function: Any): Signature? = when (function) {
    is Fn -> function.downcall.signature()
    is Downcall -> function.signature()
    else -> null
}

/** What a coroutine's context has for the thread, such as the diagnostic context of a logger, so that callbacks see it. */
private object ThreadElements {

    /** What the thread had before, one after the other; null if the context has nothing for it. */
    fun enter(context: CoroutineContext): ArrayList<Any?>? =
        context.fold(null as ArrayList<Any?>?) { before, element ->
            if (element is ThreadContextElement<*>) {
                (before ?: ArrayList()).also { it += element.updateThreadContext(context) }
            } else {
                before
            }
        }

    fun leave(context: CoroutineContext, before: ArrayList<Any?>?) {
        if (before == null) {
            return
        }
        var last = before.size
        context.fold(emptyList<ThreadContextElement<*>>()) { elements, element ->
            if (element is ThreadContextElement<*>) elements + element else elements
        }.asReversed().forEach { it.restore(context, before[--last]) }
    }

    @Suppress("UNCHECKED_CAST") // it is what the element itself gave
    private fun <S> ThreadContextElement<S>.restore(context: CoroutineContext, before: Any?) =
        restoreThreadContext(context, before as S)
}

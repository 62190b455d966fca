// SPDX-License-Identifier: Apache-2.0
package ffi.coroutines

import ffi.core.AsyncCall
import ffi.core.Downcall
import ffi.core.Ending
import ffi.core.NativeThreads
import ffi.core.Signature
import ffi.dsl.Fn
import ffi.dsl.Handle
import ffi.dsl.OwnedHandle
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
 * Where calls are made that need no threads of their own: those of [Dispatchers.IO], without its limit. They are
 * threads of the platform, of which there are as many as block, and to go there from `Default` mostly needs no other
 * thread to wake up.
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
    val offloaded = Offloaded(what, context, ending, detachable, lost, call)
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
            e.suppress(offloaded.endingFault())
            if (offloaded.continuation.isCancelled) { // else it is what the call threw, or the result came before
                e.suppress(offloaded.failure)
            }
        }
        throw e
    }
}

private fun Throwable.suppress(other: Throwable?) {
    if (other != null && other !== this) {
        addSuppressed(other)
    }
}

private fun CoroutineDispatcher.run(context: CoroutineContext, task: Runnable) =
    if (isDispatchNeeded(context)) dispatch(context, task) else task.run()

/** One call that another thread makes for a coroutine. */
private class Offloaded<R>(
    private val what: Any,
    private val context: CoroutineContext,
    ending: Ending?,
    private val detachable: Boolean,
    private val lost: ((R) -> Unit)?,
    private val call: () -> R,
) : AsyncCall(ending) {

    val scope: ScopeLife? = context[ScopeLife]

    lateinit var continuation: CancellableContinuation<R>

    private val site: String? = scope?.let { signatureOf(what) }?.takeIf { it.result().isOwned }?.let { CallSite.now() }

    /** What the call threw; seen by who has awaited the end. */
    var failure: Throwable? = null
        private set

    /** Null, then [OVER], or before that who waits for it. */
    @Volatile
    private var end: Any? = null

    override fun make(): Any? {
        val elements = ThreadElements(context)
        var made: Any? = null
        var thrown: Throwable? = null
        try {
            elements.enter()
            if (site != null) {
                CallSite.OF_CALL.set(site)
            }
            made = call()
        } catch (e: Throwable) {
            thrown = e
        }
        if (site != null) {
            CallSite.OF_CALL.remove()
        }
        try {
            elements.leave()
        } catch (e: Throwable) {
            if (thrown == null) {
                @Suppress("UNCHECKED_CAST") // it is what the call returned
                lose(made as R)
            }
            thrown = thrown?.apply { suppress(e) } ?: e
        }
        return if (thrown == null) made else throw thrown
    }

    override fun over(result: Any?, thrown: Throwable?) {
        failure = thrown
        try {
            if (thrown == null) {
                @Suppress("UNCHECKED_CAST") // it is what the call returned
                continuation.resume(result as R) { _, unwanted, _ -> lose(unwanted) }
            } else {
                continuation.resumeWithException(thrown) // which does nothing if it is cancelled
                if (detachable && continuation.isCancelled && thrown !is CancellationException) {
                    discard(thrown, what)
                }
            }
        } finally {
            ended()
        }
    }

    override fun neverMade() {
        ended()
    }

    private fun ended() {
        try {
            scope?.leave()
        } finally {
            val waiting = END.getAndSet(this, OVER)
            if (waiting != null) {
                @Suppress("UNCHECKED_CAST") // nothing else is put there
                (waiting as Continuation<Unit>).resume(Unit)
            }
        }
    }

    private fun lose(value: R) {
        try {
            when {
                lost != null -> lost.invoke(value)
                value is OwnedHandle || value is Handle && value !is AutoCloseable -> discard(value.segment, what)
                else -> discard(value, what)
            }
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

/**
 * What a coroutine's context has for the thread, such as the diagnostic context of a logger, so that callbacks see it.
 */
private class ThreadElements(private val context: CoroutineContext) {

    /** Those that have been put in place, and what the thread had before; null if there is none. */
    private var placed: ArrayList<Any?>? = null

    fun enter() = context.fold(Unit) { _, element ->
        if (element is ThreadContextElement<*>) {
            val before = element.updateThreadContext(context)
            (placed ?: ArrayList<Any?>().also { placed = it }).apply {
                add(element)
                add(before)
            }
        }
    }

    /** Puts back what was before, the last first, and all of it even if one throws. */
    fun leave() {
        val placed = placed ?: return
        var thrown: Throwable? = null
        for (i in placed.size - 2 downTo 0 step 2) {
            try {
                restore(placed[i] as ThreadContextElement<*>, placed[i + 1])
            } catch (e: Throwable) {
                thrown = thrown?.apply { suppress(e) } ?: e
            }
        }
        if (thrown != null) throw thrown
    }

    @Suppress("UNCHECKED_CAST") // it is what the element itself gave
    private fun <S> restore(element: ThreadContextElement<S>, before: Any?) =
        element.restoreThreadContext(context, before as S)
}

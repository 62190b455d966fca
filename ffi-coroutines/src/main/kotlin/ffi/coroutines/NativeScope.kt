// SPDX-License-Identifier: Apache-2.0
package ffi.coroutines

import ffi.core.ScopeWatch
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.withContext

/** What a [nativeScope] does when calls that nobody waits for any more still use what is in it. */
public enum class Closing {

    /** It suspends until they have returned, also when it is cancelled. */
    WAITS,

    /**
     * It goes on, and the last of them to return closes what is in the scope, in its thread. What that throws goes to
     * the thread's uncaught exception handler.
     */
    LEAVES,
}

/**
 * A [CoroutineScope] with native memory: what is made in it ends with it.
 *
 * It is an [Arena] whose memory any thread may use, so `alloc`, `stub` and all that takes an arena can be called in it,
 * and in the coroutines that are launched in it. The arena is made by the first use of it: a scope without costs little
 * more than a [coroutineScope][kotlinx.coroutines.coroutineScope].
 */
public class NativeScope internal constructor(
    scope: CoroutineScope,
    private val life: ScopeLife,
) : CoroutineScope by scope, Arena {

    /**
     * Closes [value] when the scope ends, by [close]; the last one is closed first, all of them after the calls and
     * before the memory and the callbacks.
     *
     * ```
     * val counter = owned(LibSum.counterNew(0)) { LibSum.counterFree(it) }
     * ```
     *
     * @throws IllegalStateException if the scope has ended
     */
    public fun <T> owned(value: T, close: (T) -> Unit): T = value.also { life.atEnd { close(it) } }

    /**
     * Closes [value] when the scope ends; it may be closed before only if that may be done twice.
     *
     * @throws IllegalStateException if the scope has ended
     */
    public fun <T : AutoCloseable> owned(value: T): T = owned(value) { it.close() }

    /** Runs [action] when the scope ends, as [owned] does. */
    public fun onClose(action: () -> Unit) {
        life.atEnd(action)
    }

    /** @throws IllegalStateException if the scope has ended */
    override fun allocate(byteSize: Long, byteAlignment: Long): MemorySegment =
        life.allocate(byteSize, byteAlignment)

    /**
     * How long its memory lives.
     *
     * @throws IllegalStateException if it has ended
     */
    override fun scope(): MemorySegment.Scope = life.arena().scope()

    /** @throws UnsupportedOperationException always: it ends with its block */
    override fun close(): Unit = throw UnsupportedOperationException("A native scope ends with its block")
}

/**
 * Runs [block] in a scope whose memory, callbacks, handles and coroutines end together, and returns what it returns.
 *
 * ```
 * nativeScope {
 *     val buffer = alloc(i32, 3)
 *     launch { buffer.value += 1 }
 *     val counter = owned(LibSum.counterNew(0)) { LibSum.counterFree(it) }
 *     withTimeout(1.seconds) { LibSum.wait(counter) }
 * }
 * ```
 *
 * When the block returns, throws or is cancelled, the end comes in this order: the coroutines that were launched in it
 * are awaited, as in a [coroutineScope][kotlinx.coroutines.coroutineScope], cancelled ones as well; then suspending
 * calls that were [detached][SuspendFn.detachable], as [closing] says; then what is [owned][NativeScope.owned] is
 * closed, the last one first; then the memory is freed, and callbacks end. All of it is done, whatever
 * any of it throws: the first exception is thrown, with further ones suppressed, but any other rather than a
 * [CancellationException][kotlinx.coroutines.CancellationException].
 *
 * Pointers into the scope may be used by any thread while it lives, and throw [IllegalStateException] after, as does to
 * make anything in it; what is launched in it then is never run. A call of some thread outside of the scope that uses
 * its memory just then is waited for.
 *
 * The scope is in the context of its coroutines, by which calls find it, so a `flow { }` can not emit from within it:
 * use [channelFlow][kotlinx.coroutines.flow.channelFlow], or [nativeFlow] for callbacks.
 *
 * @param closing whether to wait for detached calls
 * @param onLeak told where each `owned` result of a call in the scope came from that is still open when it has ended,
 *   unless the block returns just that; by any thread; null logs a warning
 */
public suspend fun <R> nativeScope(
    closing: Closing = Closing.WAITS,
    onLeak: ((String) -> Unit)? = null,
    block: suspend NativeScope.() -> R,
): R {
    val results = OwnedResults()
    val life = ScopeLife(currentCoroutineContext()[ScopeLife], results, ScopeWatch.begin("nativeScope"))
    var thrown: Throwable? = null
    var result: R? = null
    try {
        result = withContext(life) { NativeScope(this, life).block() }
    } catch (e: Throwable) {
        thrown = e
    }
    val returned = result // which a closure can have without a box
    if (closing == Closing.WAITS ||
        life.endWhenIdle { life.endNow(null).orOf { results.tell(returned, onLeak) }?.let(::uncaught) }
    ) {
        thrown = life.end(thrown).orOf { results.tell(returned, onLeak) }
    }
    if (thrown != null) {
        throw thrown
    }
    @Suppress("UNCHECKED_CAST") // it was returned
    return returned as R
}

private fun uncaught(thrown: Throwable) {
    val thread = Thread.currentThread()
    thread.uncaughtExceptionHandler.uncaughtException(thread, thrown)
}

private fun OwnedResults.tell(returned: Any?, onLeak: ((String) -> Unit)?) = open(returned).forEach(onLeak ?: ::warn)

private fun warn(leak: String) = System.getLogger("ffi.coroutines").log(
    System.Logger.Level.WARNING,
    """
    Never closed in its native scope
      made: at $leak
      hint: close it, or have the scope do so by owned(...)
    """.trimIndent(),
)

// SPDX-License-Identifier: Apache-2.0
package ffi.coroutines

import ffi.core.OwnedWatch
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.util.function.Consumer
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.resume
import kotlin.coroutines.suspendCoroutine
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.ThreadContextElement
import kotlinx.coroutines.delay
import kotlinx.coroutines.withContext

/**
 * What lives as long as a [nativeScope], and the calls that use it. It is in the context of the scope's coroutines, so that
 * their calls find it.
 */
internal class ScopeLife(private val around: ScopeLife?) :
    AbstractCoroutineContextElement(ScopeLife), ThreadContextElement<Consumer<MemorySegment.Scope>?> {

    companion object Key : CoroutineContext.Key<ScopeLife>

    // all guarded by this
    private var arena: Arena? = null
    private var closers: ArrayList<() -> Unit>? = null
    private var calls = 0
    private var ended = false
    private var onIdle: (() -> Unit)? = null

    private val results = OwnedResults()

    /** The arena, made by who first needs it: a shared one takes microseconds to close. */
    @Synchronized
    fun arena(): Arena {
        requireAlive()
        return arena ?: Arena.ofShared().also { arena = it }
    }

    @Synchronized
    fun atEnd(close: () -> Unit) {
        requireAlive()
        (closers ?: ArrayList<() -> Unit>().also { closers = it }) += close
    }

    /** A call begins that may use what is in the scope; [leave] when it has returned. */
    fun enter() {
        around?.enter()
        try {
            synchronized(this) {
                requireAlive()
                calls++
            }
        } catch (e: IllegalStateException) {
            around?.leave()
            throw e
        }
    }

    fun leave() {
        val last = synchronized(this) { if (--calls == 0) onIdle.also { onIdle = null } else null }
        last?.invoke()
        around?.leave()
    }

    private fun requireAlive() = check(!ended) { "The native scope has ended" }

    /** Whether no call is under way that may use what is in the scope. */
    @get:Synchronized
    val isIdle: Boolean get() = calls == 0

    /** Runs [action] when no call is under way: now, or by the last of them. */
    fun whenIdle(action: () -> Unit) {
        val now = synchronized(this) { if (calls == 0) true else false.also { onIdle = action } }
        if (now) {
            action()
        }
    }

    suspend fun awaitIdle() {
        if (!isIdle) {
            suspendCoroutine { waiting -> whenIdle { waiting.resume(Unit) } }
        }
    }

    /** Ends everything but the memory, the last first; what that throws is added to [thrown]. */
    fun endOwned(thrown: Throwable?): Throwable? {
        val closing = synchronized(this) {
            ended = true
            closers.also { closers = null }
        }
        var all = thrown
        closing?.asReversed()?.forEach { close ->
            try {
                close()
            } catch (e: Throwable) {
                all = all.and(e)
            }
        }
        return all
    }

    /**
     * Ends all of it, in a thread that what is owned may block, and whether the coroutine is cancelled or not.
     *
     * @return what is to be thrown
     */
    suspend fun end(thrown: Throwable?): Throwable? = withContext(NonCancellable) {
        awaitIdle()
        val all = if (owns) offThread { endOwned(thrown) } else endOwned(thrown)
        endMemory()
        all
    }

    @get:Synchronized
    private val owns: Boolean get() = closers != null

    /** Frees the memory; a call of somebody else's that uses it is waited for. */
    suspend fun endMemory() {
        var pause = 1L
        while (!tryEndMemory()) {
            withContext(NonCancellable) { delay(pause) }
            pause = (pause * 2).coerceAtMost(LONGEST_PAUSE)
        }
    }

    /** As [endMemory], where nobody suspends. */
    fun endMemoryBlocking() {
        var pause = 1L
        while (!tryEndMemory()) {
            Thread.sleep(pause)
            pause = (pause * 2).coerceAtMost(LONGEST_PAUSE)
        }
    }

    private fun tryEndMemory(): Boolean {
        val memory = synchronized(this) { arena } ?: return true
        return try {
            memory.close()
            true
        } catch (e: IllegalStateException) { // a call has it
            if (memory.scope().isAlive) false else throw e
        }
    }

    /** Where each `owned` result came from that is still open, but for [returned]. */
    fun leaks(returned: Any?): List<String> = results.open(returned)

    override fun updateThreadContext(context: CoroutineContext): Consumer<MemorySegment.Scope>? =
        OwnedWatch.set(results)

    override fun restoreThreadContext(context: CoroutineContext, oldState: Consumer<MemorySegment.Scope>?) {
        OwnedWatch.set(oldState)
    }

    private fun Throwable?.and(more: Throwable): Throwable =
        if (this == null || this === more) more else apply { addSuppressed(more) }
}

private const val LONGEST_PAUSE = 100L // milliseconds

// SPDX-License-Identifier: Apache-2.0
package ffi.coroutines

import ffi.core.OwnedWatch
import ffi.core.ScopeWatch
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.util.function.Consumer
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.resume
import kotlin.coroutines.suspendCoroutine
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.ThreadContextElement
import kotlinx.coroutines.withContext

/**
 * What lives as long as a [nativeScope], a flow's collection or an awaited callback, and the calls that use it. It is
 * in the context of its coroutines, so that their calls find it.
 *
 * @param around its calls may use what is in that one, too
 * @param results hears of `owned` results; null for nobody
 * @param watch of the flight recorder; null if it is not recorded
 */
internal class ScopeLife(
    private val around: ScopeLife?,
    private val results: OwnedResults? = around?.results,
    private val watch: ScopeWatch? = null,
) : AbstractCoroutineContextElement(ScopeLife), ThreadContextElement<Consumer<MemorySegment.Scope>?> {

    companion object Key : CoroutineContext.Key<ScopeLife>

    // all guarded by this
    private var arena: Arena? = null
    private var closers: ArrayList<() -> Unit>? = null
    private var calls = 0
    private var ended = false
    private var onIdle: (() -> Unit)? = null

    /** The arena, made by who first needs it: a shared one takes microseconds to close. */
    @Synchronized
    fun arena(): Arena {
        requireAlive()
        return arena ?: Arena.ofShared().also { arena = it }
    }

    fun allocate(bytes: Long, alignment: Long): MemorySegment =
        arena().allocate(bytes, alignment).also { watch?.allocated(bytes) }

    @Synchronized
    fun atEnd(close: () -> Unit) {
        requireAlive()
        (closers ?: ArrayList<() -> Unit>().also { closers = it }) += close
    }

    /**
     * A call begins that may use what is in the scope; [leave] when it has returned.
     *
     * @throws IllegalStateException if this scope or one around has ended
     */
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
        val last = synchronized(this) {
            val waiting = if (--calls == 0) onIdle else null
            if (waiting != null) {
                end()
            }
            waiting
        }
        try {
            last?.invoke()
        } finally {
            around?.leave()
        }
    }

    private fun requireAlive() = check(!ended) { "The native scope has ended" }

    private fun end() {
        ended = true
        onIdle = null
    }

    /**
     * When no call is under way, nothing more may be made in it or use it.
     *
     * @param action run by the last of the calls
     * @return whether there was none, so that [action] is not run
     */
    @Synchronized
    fun endWhenIdle(action: (() -> Unit)?): Boolean {
        if (calls == 0) end() else onIdle = action
        return ended
    }

    /**
     * Ends all of it, in a thread that what is owned may block, and whether the coroutine is cancelled or not.
     *
     * @return what is to be thrown
     */
    suspend fun end(thrown: Throwable?): Throwable? =
        if (endWhenIdle(null) && closers == null && tryEndMemory()) thrown else endLater(thrown) // no state to keep

    private suspend fun endLater(thrown: Throwable?): Throwable? =
        withContext(NonCancellable) { // around the other one, which throws when it returns to who is cancelled
            suspendCoroutine { idle -> if (endWhenIdle { idle.resume(Unit) }) idle.resume(Unit) }
            withContext(Elastic) { endNow(thrown) }
        }

    /** As [end] when no call is under way; it may block, also while a call of somebody else's uses the memory. */
    fun endNow(thrown: Throwable?): Throwable? {
        val closing = synchronized(this) { closers.also { closers = null } }
        var all = thrown
        closing?.asReversed()?.forEach { close -> all = all.orOf(close) }
        var pause = 1L
        while (!tryEndMemory()) {
            Thread.sleep(pause)
            pause = (pause * 2).coerceAtMost(LONGEST_PAUSE)
        }
        return all
    }

    /** Frees the memory, unless a call uses it. */
    private fun tryEndMemory(): Boolean {
        val memory = synchronized(this) { arena }
        return try {
            memory?.close()
            watch?.end()
            true
        } catch (e: IllegalStateException) {
            if (memory?.scope()?.isAlive == true) false else throw e
        }
    }

    override fun updateThreadContext(context: CoroutineContext): Consumer<MemorySegment.Scope>? =
        OwnedWatch.set(results)

    override fun restoreThreadContext(context: CoroutineContext, oldState: Consumer<MemorySegment.Scope>?) {
        OwnedWatch.set(oldState)
    }
}

/** What is to be thrown after this, when [action] was done: the first, but nothing hides behind a cancellation. */
internal inline fun Throwable?.orOf(action: () -> Unit): Throwable? =
    try {
        action()
        this
    } catch (e: Throwable) {
        when {
            this == null -> e
            e === this || e is CancellationException -> this
            this is CancellationException -> e
            else -> apply { addSuppressed(e) }
        }
    }

private const val LONGEST_PAUSE = 100L // milliseconds

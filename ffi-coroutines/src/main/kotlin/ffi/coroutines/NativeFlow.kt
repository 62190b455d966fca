// SPDX-License-Identifier: Apache-2.0
package ffi.coroutines

import ffi.core.NativeType
import ffi.core.Upcall
import kotlinx.coroutines.channels.BufferOverflow
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.launch

/** What registers the callbacks of a [nativeFlow], and sends their values. */
public class NativeFlowScope<T> internal constructor(
    private val life: ScopeLife,
    private val mailbox: Mailbox<T>,
) {

    /**
     * A function pointer that calls [function] until the flow ends.
     *
     * What it throws on a thread that C made [fails][fail] the flow; else it is thrown at who called C, as of every
     * callback. C gets the error value of the type either way.
     *
     * @throws IllegalStateException if the flow has ended
     */
    public fun <F : Any> stub(type: NativeType<F>, function: F): F =
        Upcall.of(type, function, life.arena()) { _, thrown -> fail(thrown) }

    /**
     * Emits [value], in a callback: it returns when the value is in the buffer, for which it may block C's thread.
     *
     * The thread that it blocks must not be the one that the collector needs, see [nativeFlow]: that is an
     * [IllegalStateException], at once if the collector itself makes the native call, and after three seconds in which
     * the collector's dispatcher has run nothing.
     *
     * @throws kotlinx.coroutines.CancellationException if nobody collects any more. It ends the callback, which returns
     *   the error value of its type, and goes no further: the native call that it came out of may be somebody else's.
     * @throws IllegalStateException after [end] or [fail]; or if the buffer is full and the collector cannot run,
     *   because this callback blocks its thread
     */
    public fun send(value: T): Unit = mailbox.send(value)

    /** Ends the flow when all that was sent has been emitted. */
    public fun end(): Unit = mailbox.end(null)

    /** As [end], by an exception. The first of them counts. */
    public fun fail(cause: Throwable): Unit = mailbox.end(cause)

    /**
     * Runs [action] when the flow ends, however it does: it tells C not to call back any more. The last one is run
     * first, all of them before the callbacks end, in a thread that they may block.
     */
    public fun onClose(action: () -> Unit): Unit = life.atEnd(action)
}

/**
 * A flow of what C's callbacks send.
 *
 * ```
 * fun ticks(): Flow<Int> = nativeFlow {
 *     val subscription = LibSum.subscribe(stub(LibSum.watch) { tick -> send(tick) })
 *     onClose { LibSum.unsubscribe(subscription) }
 * }
 * ```
 *
 * [block] is run for each collector, in a coroutine beside it. It may return once it has registered the callbacks. The
 * flow goes on until [NativeFlowScope.end] is called, an exception of the block, a callback or the collector ends it,
 * or the collector is cancelled or takes no more. Then what C still sends is refused, the actions of
 * [NativeFlowScope.onClose] are run, and after them the callbacks end.
 *
 * When the collector is slower than C, [capacity] values wait for it, and then [overflow] says what becomes of
 * more: [BufferOverflow.SUSPEND] blocks C's thread, and loses nothing; `DROP_OLDEST` and `DROP_LATEST` lose one. With
 * `DROP_OLDEST` and a capacity of 1 the collector always gets the latest. With a capacity of 0 C's thread waits until
 * the collector is done with its value, so that an exception of the collector reaches that very callback. When C's
 * thread is blocked, as many values again may be on their way to the collector.
 *
 * **C that calls back while it is called,** such as for the progress of long work, must not block the one thread that
 * the collector waits for. So in the block call it suspending, by a function that `awaits` or by [offThread], and then
 * [end][NativeFlowScope.end] the flow. When the collector takes no more, the next callback gets the error value.
 *
 * Operators as [buffer][kotlinx.coroutines.flow.buffer] have buffers of their own, behind this one.
 *
 * @throws IllegalArgumentException if the capacity is negative, or 0 with an overflow that loses values
 */
public fun <T> nativeFlow(
    capacity: Int = 64,
    overflow: BufferOverflow = BufferOverflow.SUSPEND,
    block: suspend NativeFlowScope<T>.() -> Unit,
): Flow<T> {
    require(capacity >= if (overflow == BufferOverflow.SUSPEND) 0 else 1) { "capacity: $capacity, overflow: $overflow" }
    return flow {
        val life = ScopeLife(currentCoroutineContext()[ScopeLife])
        val mailbox = Mailbox<T>(capacity, overflow)
        val source = NativeFlowScope(life, mailbox)
        var thrown: Throwable? = null
        try {
            coroutineScope {
                val producer = launch(life) {
                    try {
                        source.block()
                    } catch (e: Throwable) {
                        source.fail(e)
                    }
                }
                thrown = mailbox.deliver(this@flow) // not thrown here: a coroutineScope may throw a copy
                producer.cancel()
            }
        } catch (e: Throwable) { // it was cancelled
            thrown = thrown ?: e
        }
        life.end(thrown)?.let { throw it }
    }
}

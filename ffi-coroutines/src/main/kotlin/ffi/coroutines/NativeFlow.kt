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
     * What it throws on a thread that C made fails the flow; else it is thrown at who called C, as of every callback. C
     * gets the error value of the type either way.
     */
    public fun <F : Any> stub(type: NativeType<F>, function: F): F =
        Upcall.of(type, function, life.arena()) { _, thrown -> if (thrown !is NobodyReceives) fail(thrown) }

    /**
     * Emits [value], in a callback: it returns when the value is in the buffer, for which it may block C's thread.
     *
     * @throws kotlinx.coroutines.CancellationException if nobody collects any more, so that C gets the error value
     * @throws IllegalStateException after [end]
     */
    public fun send(value: T): Unit = mailbox.send(value)

    /** Ends the flow when all that was sent has been emitted. */
    public fun end(): Unit = mailbox.end()

    /** Ends the flow by an exception, now. */
    public fun fail(cause: Throwable) {
        failure = cause
        mailbox.end()
    }

    /**
     * Runs [action] when the flow ends, however it does: it tells C not to call back any more. The last one is run first, all of
     * them before the callbacks end, in a thread that they may block.
     */
    public fun onClose(action: () -> Unit): Unit = life.atEnd(action)

    @Volatile
    internal var failure: Throwable? = null
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
 * [block] is run for each collector, in a coroutine beside it. It may return once it has registered the callbacks, or, if C calls
 * them in a call that takes long, when that has returned. The flow goes on until [NativeFlowScope.end] is called, C's or the
 * collector's exception ends it, or the collector is cancelled or takes no more. Then the actions of
 * [NativeFlowScope.onClose] are run, and after them the callbacks end.
 *
 * When the collector is slower than C, [capacity] values wait for it, and then [overflow] says what becomes of
 * more: [BufferOverflow.SUSPEND] blocks C's thread, and loses nothing; `DROP_OLDEST` and `DROP_LATEST` lose one. With
 * `DROP_OLDEST` and a capacity of 1 the collector always gets the latest. With a capacity of 0 C's thread waits until the
 * collector is done with its value, so that an exception of the collector reaches that very callback.
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
                val producer = launch(life) { source.block() }
                mailbox.closeAfter { // or C, of which the producer waits, could wait to send
                    var batch = ArrayDeque<T>()
                    while (true) {
                        batch = mailbox.receive(batch) ?: break
                        while (batch.isNotEmpty()) {
                            emit(batch.removeFirst())
                            mailbox.done()
                        }
                    }
                }
                producer.cancel()
            }
            thrown = source.failure
        } catch (e: Throwable) {
            thrown = e
        }
        life.end(thrown)?.let { throw it }
    }
}

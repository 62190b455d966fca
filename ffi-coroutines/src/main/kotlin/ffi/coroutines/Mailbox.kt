// SPDX-License-Identifier: Apache-2.0
package ffi.coroutines

import ffi.core.Upcall
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.resume
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.channels.BufferOverflow
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.flow.FlowCollector
import kotlinx.coroutines.suspendCancellableCoroutine

/**
 * Values on their way from threads of C's to one coroutine.
 *
 * Unlike a channel's, its senders block, which C's threads may, and its receiver takes all that is there at once: a
 * sender that is faster than it costs one lock for each value.
 *
 * @param capacity how many values wait; of 0 a sender waits until the receiver is done with its value
 */
internal class Mailbox<T>(private val capacity: Int, private val overflow: BufferOverflow) {

    private val lock = ReentrantLock()
    private val moved = lock.newCondition() // values have been taken, or it was closed
    private var waiting = ArrayDeque<T>()
    private var blocked = 0 // senders that wait for room
    private var sent = 0L // values, since the beginning
    private var done = 0L // of these, how many the receiver was given and came back from
    private var ended = false
    private var failure: Throwable? = null // why it was ended
    private var closed = false
    private var receiver: CancellableContinuation<Unit>? = null

    @Volatile
    private var collecting: Thread? = null // the one that the receiver was last seen in

    @Volatile
    private var emitting: Thread? = null // the one in which the receiver began to emit a value
    private var context: CoroutineContext? = null // of the receiver

    /**
     * @throws CancellationException if nobody receives any more
     * @throws IllegalStateException if it was ended
     */
    fun send(value: T) {
        val number: Long
        lock.withLock {
            requireReceived()
            check(!ended) { "The flow has been ended" }
            if (capacity > 0 && waiting.size >= capacity) {
                when (overflow) {
                    BufferOverflow.SUSPEND -> awaitRoom()
                    BufferOverflow.DROP_LATEST -> return
                    BufferOverflow.DROP_OLDEST -> waiting.removeFirst()
                }
            }
            waiting.addLast(value)
            number = ++sent
            receiver.also { receiver = null }
        }?.resume(Unit) // which may run the receiver at once, in this thread
        if (capacity == 0) {
            awaitDone(number)
        }
    }

    private fun awaitRoom() {
        blocked++
        try {
            awaitMove { waiting.size < capacity }
        } finally {
            blocked--
        }
    }

    private fun awaitDone(number: Long) = lock.withLock { awaitMove { done >= number } }

    /**
     * Blocks until the receiver has moved on, with the lock held.
     *
     * @throws IllegalStateException if it cannot, because this very thread is what it waits for
     */
    private inline fun awaitMove(hasMoved: () -> Boolean) {
        if (hasMoved()) {
            return
        }
        val doubt = if (collecting === Thread.currentThread()) Doubt() else null
        while (!hasMoved()) {
            requireReceived()
            if (doubt == null) {
                moved.awaitUninterruptibly()
            } else {
                doubt.require()
                val _ = moved.awaitNanos(PAUSE)
            }
        }
        requireReceived()
    }

    /** Whether the receiver can run at all while its own thread waits for it. */
    private inner class Doubt {
        private val deadline = System.nanoTime() + PATIENCE
        private val asked: Boolean

        @Volatile
        private var runs = false

        init {
            if (isBelow()) {
                throw stuck()
            }
            val receiving = context
            val dispatcher = receiving?.get(ContinuationInterceptor) as? CoroutineDispatcher
            asked = dispatcher != null && dispatcher.isDispatchNeeded(receiving)
            if (asked) {
                dispatcher.dispatch(receiving, Runnable { runs = true })
            }
        }

        fun require() {
            if (asked && !runs && System.nanoTime() > deadline) {
                throw stuck()
            }
        }

        /** Whether the receiver itself, which emits a value just now, is what called the native function. */
        private fun isBelow(): Boolean = StackWalker.getInstance().walk { frames ->
            frames.anyMatch { it.className == Mailbox::class.java.name && it.methodName == "deliver" }
        } && emitting === Thread.currentThread()
    }

    private fun stuck() = IllegalStateException(
        """
        The flow's collector cannot run, because a native call blocks its thread
          thread: ${Thread.currentThread().name}
          capacity: $capacity, all of it used
          hint: make the call in offThread { } or by a function that awaits, or give the flow a larger capacity
        """.trimIndent(),
    )

    private fun requireReceived() {
        if (closed) {
            throw NobodyReceives()
        }
    }

    /**
     * No more will be sent; what waits is still received, then also [cause], if it is not null. It counts once.
     */
    fun end(cause: Throwable?) {
        lock.withLock {
            if (ended) {
                return
            }
            ended = true
            failure = cause
            receiver.also { receiver = null }
        }?.resume(Unit)
    }

    /**
     * Emits what is sent until it ends, and then tells all senders that nobody receives any more.
     *
     * @return what is to be thrown
     */
    suspend fun deliver(collector: FlowCollector<T>): Throwable? {
        context = currentCoroutineContext()
        collecting = Thread.currentThread()
        val thrown = try {
            var batch = ArrayDeque<T>()
            while (true) {
                batch = receive(batch) ?: break
                while (batch.isNotEmpty()) {
                    emitting = Thread.currentThread()
                    collector.emit(batch.removeFirst())
                    emitting = null
                    collecting = Thread.currentThread()
                    done()
                }
            }
            failure
        } catch (e: Throwable) {
            e
        }
        close()
        return thrown
    }

    private fun close() = lock.withLock {
        closed = true
        waiting.clear()
        moved.signalAll()
    }

    /**
     * Takes values that wait into [emptied], which was taken before; suspends until there is one.
     *
     * They are all that there are, so that a sender that blocks is not woken for each; but where values may be lost it
     * is one, so that a later one replaces those that were not emitted.
     *
     * @return what to give back next time; null if no more will come
     */
    private suspend fun receive(emptied: ArrayDeque<T>): ArrayDeque<T>? {
        while (true) {
            lock.withLock {
                when {
                    waiting.isEmpty() -> if (isOver()) return null
                    overflow == BufferOverflow.SUSPEND -> return waiting.also {
                        waiting = emptied
                        moved.signalAll()
                    }
                    else -> return emptied.apply { addLast(waiting.removeFirst()) }
                }
            }
            awaitValue()
            collecting = Thread.currentThread()
        }
    }

    private fun isOver() = ended && waiting.isEmpty() && blocked == 0

    /** The receiver comes back from a value. */
    private fun done() {
        if (capacity == 0) {
            lock.withLock {
                done++
                moved.signalAll()
            }
        }
    }

    private suspend fun awaitValue() = suspendCancellableCoroutine { continuation ->
        val ready = lock.withLock {
            if (waiting.isEmpty() && !isOver()) false.also { receiver = continuation } else true
        }
        if (ready) {
            continuation.resume(Unit)
        }
    }
}

/** Has a callback return its error value, since nobody receives what it sends. It goes no further than that. */
internal class NobodyReceives : CancellationException("Nobody collects the flow any more"), Upcall.Refusal

private const val PATIENCE = 3_000_000_000L // nanoseconds until a dispatcher that runs nothing is taken for blocked
private const val PAUSE = 50_000_000L // nanoseconds

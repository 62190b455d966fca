// SPDX-License-Identifier: Apache-2.0
package ffi.coroutines

import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock
import kotlin.coroutines.resume
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.channels.BufferOverflow
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
    private var closed: Throwable? = null
    private var receiver: CancellableContinuation<Unit>? = null

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
            while (waiting.size >= capacity) {
                moved.awaitUninterruptibly()
                requireReceived()
            }
        } finally {
            blocked--
        }
    }

    private fun awaitDone(number: Long) = lock.withLock {
        while (done < number) {
            requireReceived()
            moved.awaitUninterruptibly()
        }
    }

    private fun requireReceived() {
        closed?.let { throw NobodyReceives(it) }
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
        val thrown = try {
            var batch = ArrayDeque<T>()
            while (true) {
                batch = receive(batch) ?: break
                while (batch.isNotEmpty()) {
                    collector.emit(batch.removeFirst())
                    done()
                }
            }
            failure
        } catch (e: Throwable) {
            e
        }
        close(thrown ?: CancellationException("The flow has ended"))
        return thrown
    }

    private fun close(cause: Throwable) = lock.withLock {
        closed = cause
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

/** Thrown in a callback of C's whose values nobody receives any more. */
internal class NobodyReceives(override val cause: Throwable) :
    CancellationException("Nobody collects the flow any more")

// SPDX-License-Identifier: Apache-2.0
package ffi.coroutines

import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock
import kotlin.coroutines.resume
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.channels.BufferOverflow
import kotlinx.coroutines.suspendCancellableCoroutine

/**
 * Values on their way from threads of C's to one coroutine.
 *
 * Unlike a channel's, its senders block, which C's threads may, and its receiver takes all that is there at once: a sender
 * that is faster than it costs one lock for each value.
 *
 * @param capacity how many values wait; of 0 a sender waits until the receiver is done with its value
 */
internal class Mailbox<T>(private val capacity: Int, private val overflow: BufferOverflow) {

    private val lock = ReentrantLock()
    private val moved = lock.newCondition() // values have been taken, or it was closed
    private var waiting = ArrayDeque<T>()
    private var sent = 0L // values, since the beginning
    private var done = 0L // of these, how many the receiver was given and came back from
    private var closed: Throwable? = null
    private var ended = false
    private var receiver: CancellableContinuation<Unit>? = null

    /** @throws CancellationException if nobody receives any more */
    fun send(value: T) {
        val waked = lock.withLock {
            if (capacity > 0 && waiting.size >= capacity) {
                when (overflow) {
                    BufferOverflow.SUSPEND -> awaitRoom()
                    BufferOverflow.DROP_LATEST -> {
                        requireOpen()
                        return
                    }
                    BufferOverflow.DROP_OLDEST -> waiting.removeFirst()
                }
            }
            requireOpen()
            waiting.addLast(value)
            val number = ++sent
            val waked = receiver.also { receiver = null }
            if (capacity == 0) {
                waked?.resume(Unit)
                while (done < number && closed == null) {
                    moved.awaitUninterruptibly()
                }
                requireOpen()
                return
            }
            waked
        }
        waked?.resume(Unit)
    }

    private fun awaitRoom() {
        while (waiting.size >= capacity && closed == null) {
            moved.awaitUninterruptibly()
        }
    }

    private fun requireOpen() {
        closed?.let { throw NobodyReceives(it) }
        check(!ended) { "The flow has been ended" }
    }

    /** No more will be sent; what waits is still received. */
    fun end() {
        lock.withLock {
            ended = true
            receiver.also { receiver = null }
        }?.resume(Unit)
    }

    /** Receives by [receiving], and when that is done, tells all senders that nobody does any more. */
    inline fun closeAfter(receiving: () -> Unit) {
        try {
            receiving()
            close(CancellationException("The flow has ended"))
        } catch (e: Throwable) {
            close(e)
            throw e
        }
    }

    fun close(cause: Throwable) = lock.withLock {
        closed = cause
        waiting.clear()
        moved.signalAll()
    }

    /**
     * Takes all values that wait into [emptied], which was taken before; suspends until there is one.
     *
     * @return what to give back next time; null if no more will come
     */
    suspend fun receive(emptied: ArrayDeque<T>): ArrayDeque<T>? {
        while (true) {
            lock.withLock {
                if (waiting.isNotEmpty()) {
                    return waiting.also {
                        waiting = emptied
                        moved.signalAll()
                    }
                }
                if (ended) {
                    return null
                }
            }
            awaitValue()
        }
    }

    /** The receiver comes back from a value. */
    fun done() {
        if (capacity == 0) {
            lock.withLock {
                done++
                moved.signalAll()
            }
        }
    }

    private suspend fun awaitValue() = suspendCancellableCoroutine<Unit> { continuation ->
        val ready = lock.withLock {
            if (waiting.isEmpty() && !ended) false.also { receiver = continuation } else true
        }
        if (ready) {
            continuation.resume(Unit)
        }
    }
}

/** Thrown in a callback of C's whose values nobody receives any more. */
internal class NobodyReceives(override val cause: Throwable) :
    CancellationException("Nobody collects the flow any more")

// SPDX-License-Identifier: Apache-2.0
package ffi.coroutines

import ffi.core.NativeThreads
import ffi.dsl.Library
import ffi.dsl.fn
import ffi.dsl.handle
import ffi.dsl.i32
import ffi.dsl.void
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import java.util.concurrent.CountDownLatch
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicReference
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.cancel
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.withTimeoutOrNull

private object Missing : Library("sum") {
    val notThere = fn("not_there") awaits void
}

/** Converts its result as late as the spec wants. */
private object Late : Library("sum") {
    val converting = CountDownLatch(1)
    val goOn = CountDownLatch(1)
    private val late = i32.map({
        converting.countDown()
        goOn.await()
        "late $it"
    }, { 0 })
    val slotStops = fn("slot_stops", handle(::Slot)) awaits late
}

/** A caller that gives up, at each moment of a call. */
class CancellationSpec : FunSpec({

    suspend fun cancelled(call: suspend () -> Any?): CancellationException {
        val thrown = AtomicReference<CancellationException>()
        coroutineScope {
            launch(Dispatchers.Default) {
                try {
                    call()
                } catch (e: CancellationException) {
                    thrown.set(e)
                }
            }
        }
        return thrown.get()
    }

    test("a call of who is cancelled already is never made") {
        cancelled {
            currentCoroutineContext().cancel()
            Missing.notThere() // whose symbol nobody looks for
        }.suppressedExceptions.shouldBeEmpty()
    }

    test("a call that waits for its thread never begins, and its caller does not wait") {
        NativeThreads.atMost(1, "full").use { threads ->
            withSlot { slot ->
                coroutineScope {
                    val wait = Slots.wait.fn.downcall
                    val full = async(Dispatchers.Default) { offThread(threads) { wait.call(slot, -1) } }
                    untilWaiting(slot)
                    val begun = AtomicBoolean()
                    val queued = launch(Dispatchers.Default) { offThread(threads) { begun.set(true) } }
                    delay(20.milliseconds)
                    queued.cancelAndJoin()
                    full.isActive shouldBe true
                    Slots.stop(slot)
                    full.await() shouldBe 1
                    offThread(threads) { 1 } shouldBe 1 // the queue goes on
                    begun.get() shouldBe false
                }
            }
        }
    }

    test("a call under way is ended by the function that it is cancelled by") {
        withSlot { slot ->
            val time = measureTime {
                shouldThrow<TimeoutCancellationException> {
                    withTimeout(50.milliseconds) { Slots.stoppable(slot, -1) }
                }.suppressedExceptions.shouldBeEmpty()
            }
            (Slots.stops(slot) > 0) shouldBe true
            time shouldBeLessThan 10.seconds
        }
    }

    test("a time-out may give null") {
        withSlot { slot -> withTimeoutOrNull(10.milliseconds) { Slots.stoppable(slot, -1) } shouldBe null }
    }

    test("C that is deaf at first is told again until it has heard") {
        val counter = Waiting.counterNew(0)
        coroutineScope {
            val call = launch(Dispatchers.Default) {
                Waiting.deafWait.cancelledBy { it, _ -> Waiting.counterStop(it) }(counter, 100_000)
            }
            until { Slots.callsUnderWay() == 1 }
            call.cancelAndJoin()
        }
        Waiting.counterStops(counter) shouldBeGreaterThan 2
        Waiting.counterFree(counter)
    }

    test("what may not be repeated is not") {
        val counter = Waiting.counterNew(0)
        coroutineScope {
            val call = launch(Dispatchers.Default) {
                Waiting.deafWait.cancelledBy(repeatedly = false) { it, _ -> Waiting.counterStop(it) }(counter, 100_000)
            }
            until { Slots.callsUnderWay() == 1 }
            call.cancel()
            delay(300.milliseconds)
            call.isCompleted shouldBe false
            Waiting.counterStops(counter) shouldBe 1
            Waiting.counterStop(counter)
            call.join()
        }
        Waiting.counterStops(counter) shouldBe 2
        Waiting.counterFree(counter)
    }

    test("what the ending throws is suppressed, and it is not tried again") {
        withSlot { slot ->
            val tried = AtomicInteger()
            val broken = IllegalStateException("broken")
            val job = AtomicReference<Job>()
            val thrown = coroutineScope {
                launch(Dispatchers.Default) {
                    untilWaiting(slot)
                    job.get().cancel()
                    delay(50.milliseconds)
                    Slots.stop(slot)
                }
                cancelled {
                    job.set(currentCoroutineContext().job)
                    Slots.wait.cancelledBy { _, _ ->
                        tried.incrementAndGet()
                        throw broken
                    }(slot, -1)
                }
            }
            thrown.suppressedExceptions shouldBe listOf(broken)
            tried.get() shouldBe 1
        }
    }

    test("where nothing ends a call, its caller waits for C") {
        withSlot { slot ->
            coroutineScope {
                val call = launch(Dispatchers.Default) { Slots.wait(slot, -1) }
                untilWaiting(slot)
                call.cancel()
                delay(50.milliseconds)
                call.isCompleted shouldBe false
                Slots.stop(slot)
                call.join()
                call.isCancelled shouldBe true
            }
        }
    }

    test("the caller of a detachable call goes on at once, and so does C") {
        withSlot { slot ->
            val lost = AtomicReference<Int>()
            coroutineScope {
                val call = launch(Dispatchers.Default) { Slots.wait.detachable.ifLost(lost::set)(slot, -1) }
                untilWaiting(slot)
                call.cancelAndJoin()
            }
            lost.get() shouldBe null
            Slots.stop(slot)
            until { lost.get() == 1 }
        }
    }

    test("a call whose result is being converted is over when that is done, and the result is lost") {
        withSlot { slot ->
            val lost = AtomicReference<String>()
            coroutineScope {
                val call = launch(Dispatchers.Default) { Late.slotStops.ifLost(lost::set)(slot) }
                Late.converting.await()
                call.cancel()
                delay(20.milliseconds)
                call.isCompleted shouldBe false
                Late.goOn.countDown()
                call.join()
            }
            lost.get() shouldBe "late 0"
        }
    }

    test("what a callback of the call throws is suppressed when the caller has given up") {
        withSlot { slot ->
            val wrong = IllegalStateException("wrong")
            val thrown = cancelled {
                val job = currentCoroutineContext().job
                Slots.callNow({
                    job.cancel()
                    throw wrong
                }, 1)
            }
            thrown.suppressedExceptions shouldBe listOf(wrong)
            Slots.stop(slot)
        }
    }

    test("a CancellationException that a callback throws is the call's, and cancels nobody") {
        val thrown = cancelled {
            val mine = CancellationException("mine")
            val caught = shouldThrow<CancellationException> { Slots.callNow({ throw mine }, 1) }
            caught.message shouldBe "mine"
            currentCoroutineContext().ensureActive()
            throw CancellationException("came here")
        }
        thrown.message shouldBe "came here"
        thrown.suppressedExceptions.shouldBeEmpty()
    }

    test("a callback of the call may cancel it") {
        withSlot { slot ->
            cancelled {
                val job = currentCoroutineContext().job
                Slots.call.cancelledBy { it, _, _ -> Slots.stop(it) }(slot, {
                    job.cancel()
                    it
                }, 1)
            }
            (Slots.stops(slot) > 0) shouldBe true
        }
    }

    test("a callback of the call may wait for another call") {
        Slots.callNow({ runBlocking { Waiting.slowSum(it, 1) } }, 2) shouldBe 3
    }

    test("a call may be cancelled by more than one, and while it is being ended") {
        withSlot { slot ->
            coroutineScope {
                val ending = CountDownLatch(1)
                val call = launch(Dispatchers.Default) {
                    Slots.wait.cancelledBy { _, _ ->
                        ending.countDown()
                        Thread.sleep(50)
                        Slots.stop(slot)
                    }(slot, -1)
                }
                untilWaiting(slot)
                repeat(10) { launch(Dispatchers.Default) { call.cancel() } }
                ending.await()
                call.cancelAndJoin()
            }
        }
    }

    test("ten thousand calls that are cancelled as they return: neither C nor the ending touches what was freed") {
        val before = Slots.lateTouches()
        val returned = AtomicInteger()
        val cancelled = AtomicInteger()
        coroutineScope {
            repeat(10) { n ->
                launch(Dispatchers.Default) {
                    repeat(1_000) { i ->
                        val call = launch(start = CoroutineStart.UNDISPATCHED) {
                            withSlot { slot ->
                                try {
                                    Slots.stoppable(slot, (i + n) % 4 * 50)
                                    returned.incrementAndGet()
                                } catch (e: CancellationException) {
                                    cancelled.incrementAndGet()
                                    throw e
                                }
                            }
                        }
                        val spins = i % 97 * 20
                        for (spin in 0 until spins) Thread.onSpinWait()
                        call.cancelAndJoin()
                    }
                }
            }
        }
        Slots.lateTouches() shouldBe before
        returned.get() + cancelled.get() shouldBe 10_000
        returned.get() shouldBeGreaterThan 0
        cancelled.get() shouldBeGreaterThan 0
    }
})

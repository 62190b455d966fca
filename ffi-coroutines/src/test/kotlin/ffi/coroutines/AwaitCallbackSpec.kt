// SPDX-License-Identifier: Apache-2.0
package ffi.coroutines

import ffi.core.Upcall
import ffi.dsl.alloc
import ffi.dsl.i32
import ffi.dsl.value
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withTests
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import java.lang.foreign.MemorySegment.NULL
import java.util.Collections.synchronizedList
import java.util.concurrent.atomic.AtomicInteger
import kotlin.random.Random
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.withTimeoutOrNull

/** Has C do work that calls back with 42 after so many microseconds, so often. */
private suspend fun work(
    micros: Int,
    times: Int = 1,
    ifLost: ((Int) -> Unit)? = null,
    callback: CallbackScope<Int>.(Int) -> Unit = { val accepted = resume(it); check(accepted || times > 1) },
): Int = awaitCallback(ifLost) {
    val work = Scoped.startWork(42, micros, times, stub(Scoped.done) { value, _ -> callback(value) }, NULL)
    onClose { Scoped.endWork(work) }
}

/** A callback of C's as what a suspending function returns. */
class AwaitCallbackSpec : FunSpec({

    var late = 0L
    var left = 0L
    beforeTest {
        late = Upcall.lateCalls()
        left = Scoped.blocksLeft
    }
    afterTest {
        Upcall.lateCalls() shouldBe late
        Scoped.blocksLeft shouldBe left
    }

    context("a callback's value is returned") {
        withTests(
            mapOf("by a thread of C's, later" to 2000, "by one, soon" to 1, "at once, by the calling thread" to 0),
        ) { micros -> work(micros) shouldBe 42 }

        test("that comes first, when C calls more than once") {
            val times = AtomicInteger()
            listOf(0, 1).forEach { micros ->
                times.set(0)
                val accepted = synchronizedList(mutableListOf<Boolean>())
                work(micros, times = 3) { accepted += resume(times.incrementAndGet()) } shouldBe 1
                accepted shouldBe listOf(true, false, false).take(accepted.size)
            }
        }

        test("when two threads of C's call at the same moment, of one of them") {
            Scoped.beginRacers(2) shouldBe 2
            repeat(2_000) { round ->
                val accepted = synchronizedList(mutableListOf<Int>())
                val result = awaitCallback<Int> {
                    onClose { Scoped.awaitRace() }
                    Scoped.startRace(stub(Scoped.watch) { if (resume(it)) accepted += it }, 10 * round)
                }
                accepted shouldBe listOf(result)
            }
            Scoped.endRacers()
        }

        test("in any dispatcher") {
            listOf(Dispatchers.Unconfined, Dispatchers.Default, Dispatchers.IO).forEach {
                withContext(it) { work(100) shouldBe 42 }
            }
        }

        test("to many who wait at once") {
            withContext(Dispatchers.Default) { List(100) { async { work(1000) } }.sumOf { it.await() } } shouldBe 4200
        }

        test("may be null") {
            awaitCallback<String?> { resume(null) } shouldBe null
        }
    }

    context("an exception is thrown to who waits") {
        test("that the callback gives") {
            shouldThrow<Exception> { work(100) { fail(Exception("$it")) } }.message shouldBe "42"
        }

        test("that the callback throws, by a thread of C's and by the calling one") {
            listOf(100, 0).forEach { micros ->
                shouldThrow<IllegalStateException> {
                    awaitCallback<Int> {
                        val callback = stub(Scoped.done) { value, _ -> error("$value") }
                        val work = Scoped.startWork(42, micros, 1, callback, NULL)
                        onClose { Scoped.endWork(work) }
                    }
                }.message shouldBe "42"
            }
            Scoped.blocksLeft shouldBe left + 1 // the one of the work that was begun though its callback threw
            left++
        }

        test("that the block throws, when C has been told") {
            val events = mutableListOf<String>()
            shouldThrow<IllegalStateException> {
                awaitCallback<Int> {
                    onCancel { events += "given up" }
                    onClose { events += "closed" }
                    error("block")
                }
            }.message shouldBe "block"
            events shouldBe listOf("given up", "closed")
        }

        test("that closing throws, and the value is lost") {
            val lost = mutableListOf<Int>()
            shouldThrow<IllegalStateException> {
                awaitCallback(lost::add) {
                    onClose { error("one") }
                    onClose { error("two") }
                    resume(42)
                }
            }.apply {
                message shouldBe "two"
                suppressed.map { it.message } shouldBe listOf("one")
            }
            lost shouldBe listOf(42)
        }
    }

    context("a callback that never comes") {
        test("is waited for until the time is over") {
            shouldThrow<TimeoutCancellationException> { withTimeout(20.milliseconds) { work(60_000_000) } }
            withTimeoutOrNull(20.milliseconds) { work(60_000_000) } shouldBe null
        }

        test("is given up in order, off the caller's thread, before its function ends") {
            val caller = Thread.currentThread()
            val events = synchronizedList(mutableListOf<String>())
            fun told(what: String) {
                events += if (Thread.currentThread() === caller) "$what by the caller" else what
            }
            val job = launch(start = CoroutineStart.UNDISPATCHED) {
                awaitCallback<Int> {
                    val callback = stub(Scoped.question) { told("called").let { 0 } }
                    onClose { told("closed first") }
                    onClose { Scoped.askUntil(callback, 1) }
                    onCancel { told("cancelled first") }
                    onCancel { told("cancelled second") }
                }
            }
            job.cancelAndJoin()
            events shouldBe listOf("cancelled second", "cancelled first", "called", "closed first")
        }

        test("is not given up when it came") {
            val events = mutableListOf<String>()
            awaitCallback<Int> {
                onCancel { events += "cancelled" }
                onClose { events += "closed" }
                resume(1)
            } shouldBe 1
            events shouldBe listOf("closed")
        }

        test("lets what closes throw, and all of it is run") {
            val events = synchronizedList(mutableListOf<String>())
            shouldThrow<IllegalStateException> {
                withTimeout(10.milliseconds) {
                    awaitCallback<Int> {
                        onClose { events += "closed" }
                        onCancel { error("giving up") }
                    }
                }
            }.message shouldBe "giving up"
            events shouldBe listOf("closed")
        }
    }

    context("cancelled when the callback comes") {
        suspend fun rounds(
            number: Int,
            callback: CallbackScope<Int>.(Job, Int) -> Boolean,
            cancel: (Job) -> Unit,
        ): Pair<Int, Int> {
            var returns = 0
            var losses = 0
            Scoped.beginRacers(1) shouldBe 1
            withContext(Dispatchers.Default) {
                repeat(number) { round ->
                    val accepted = synchronizedList(mutableListOf<Int>())
                    val returned = synchronizedList(mutableListOf<Int>())
                    val lost = synchronizedList(mutableListOf<Int>())
                    val job = launch(start = CoroutineStart.UNDISPATCHED) {
                        val self = currentCoroutineContext().job
                        returned += awaitCallback<Int>({ lost += it }) {
                            onClose { Scoped.awaitRace() }
                            Scoped.startRace(stub(Scoped.watch) { if (callback(self, it)) accepted += it }, round)
                        }
                    }
                    cancel(job)
                    job.join()
                    check(returned + lost == accepted.toList()) { "$returned, lost: $lost, accepted: $accepted" }
                    returns += returned.size
                    losses += lost.size
                }
            }
            Scoped.endRacers()
            return returns to losses
        }

        test("by another thread: its value is either returned or lost") {
            val (returned, lost) = rounds(20_000, { _, value -> resume(value) }) { job ->
                val end = System.nanoTime() + Random.nextLong(150_000)
                while (System.nanoTime() < end) {
                    Thread.onSpinWait()
                }
                job.cancel()
            }
            println("of 20000 callbacks $returned values were returned, $lost were lost, the others came too late")
            returned shouldBeGreaterThan 0
        }

        test("by the callback itself, before or after") {
            val callbacks: List<CallbackScope<Int>.(Job, Int) -> Boolean> = listOf(
                { job, value -> job.cancel().let { resume(value) } },
                { job, value -> resume(value).also { job.cancel() } },
            )
            callbacks.forEach { callback ->
                val (returned, lost) = rounds(1_000, callback) { }
                println("of 1000 callbacks that cancelled $returned values were returned, $lost were lost")
            }
        }

        test("while what closes is run: the value is returned") {
            val closing = CompletableDeferred<Unit>()
            val lost = mutableListOf<Int>()
            var returned = 0
            val job = launch(Dispatchers.Default) {
                returned = awaitCallback(lost::add) {
                    onClose {
                        closing.complete(Unit)
                        Thread.sleep(30)
                    }
                    resume(42)
                }
            }
            closing.await()
            job.cancelAndJoin()
            returned shouldBe 42
            lost.shouldBeEmpty()
        }

        test("with what it brought given back to C: fifty thousand blocks") {
            withContext(Dispatchers.Default) {
                repeat(50_000) { round ->
                    val job = launch(start = CoroutineStart.UNDISPATCHED) {
                        awaitCallback<Block>({ it.close() }) {
                            Scoped.askUntil(stub(Scoped.question) { if (resume(Scoped.blockNow())) 0 else 1 }, 1)
                            if (round % 20 == 0) {
                                currentCoroutineContext().job.cancel()
                            }
                        }.close()
                    }
                    job.join()
                }
            }
        }
    }

    test("in a native scope it sees the scope's memory, and leaves it") {
        nativeScope {
            val memory = alloc(i32)
            work(100) { memory.value = it; resume(it) } shouldBe 42
            memory.value shouldBe 42
        }
    }

    test("a function that escapes the wait is refused") {
        lateinit var escaped: CallbackScope<Int>
        awaitCallback<Int> {
            escaped = this
            resume(1)
        } shouldBe 1
        escaped.resume(2) shouldBe false
        escaped.fail(CancellationException()) shouldBe false
        shouldThrow<IllegalStateException> { escaped.onClose { } } shouldNotBe null
        shouldThrow<IllegalStateException> { escaped.stub(Scoped.watch) { } } shouldNotBe null
    }

    test("a hundred cancelled waits end their work") {
        withContext(Dispatchers.Default) {
            List(100) { launch { withTimeoutOrNull(1.milliseconds) { work(5.seconds.inWholeMicroseconds.toInt()) } } }
                .forEach { it.join() }
        }
    }
})

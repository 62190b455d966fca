// SPDX-License-Identifier: Apache-2.0
package ffi.coroutines

import ffi.core.Upcall
import ffi.dsl.callback
import ffi.dsl.i32
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withTests
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldBeStrictlyIncreasing
import io.kotest.matchers.ints.shouldBeInRange
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executors
import java.util.concurrent.atomic.AtomicInteger
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.channels.BufferOverflow
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.catch
import kotlinx.coroutines.flow.collect
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.flow.conflate
import kotlinx.coroutines.flow.count
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.retry
import kotlinx.coroutines.flow.shareIn
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.flow.transformWhile
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout

/** What a thread of C's sends: 1, 2, …, each so many microseconds, so often, or without end if [times] is 0. */
private fun ticks(
    micros: Int = 0,
    times: Int = 0,
    capacity: Int = 64,
    overflow: BufferOverflow = BufferOverflow.SUSPEND,
): Flow<Int> = nativeFlow(capacity, overflow) {
    val subscription = Waiting.subscribePaced(
        stub(Waiting.watch) { tick ->
            send(tick)
            if (tick == times) {
                end()
            }
        },
        micros, times,
    )
    onClose { Waiting.unsubscribe(subscription) }
}

/** C asks by a thread of its own, until it gets something else than 0; [asked] is how often. */
private fun questions(asked: CompletableFuture<Int>, times: Int, capacity: Int): Flow<Int> = nativeFlow(capacity) {
    val asking = Scoped.beginAsking(stub(Scoped.question) { question -> send(question).let { 0 } }, times)
    onClose { asked.complete(Scoped.endAsking(asking)) }
}

/** Flows of what C's callbacks send. */
@OptIn(ExperimentalCoroutinesApi::class)
class NativeFlowSpec : FunSpec({

    var late = 0L
    beforeTest { late = Upcall.lateCalls() }
    afterTest {
        Waiting.subscriptionsActive() shouldBe 0
        Upcall.lateCalls() shouldBe late
    }

    context("all that C sends arrives in order when its thread is blocked") {
        withTests(
            mapOf("1 waits" to 1, "64 wait" to 64, "it waits for the collector" to 0),
        ) { capacity ->
            ticks(times = 20_000, capacity = capacity).toList() shouldBe (1..20_000).toList()
        }

        test("a million of them") {
            var next = 1
            ticks(times = 1_000_000).collect { check(it == next++) }
            next shouldBe 1_000_001
        }

        test("from several threads of C's, each in its order") {
            val threads = 4
            val times = 20_000
            val received = nativeFlow {
                val over = AtomicInteger()
                repeat(threads) { thread ->
                    val subscription = Waiting.subscribePaced(
                        stub(Waiting.watch) { tick ->
                            send(thread to tick)
                            if (tick == times && over.incrementAndGet() == threads) {
                                end()
                            }
                        },
                        0, times,
                    )
                    onClose { Waiting.unsubscribe(subscription) }
                }
            }.toList()
            val each = received.groupBy({ it.first }, { it.second })
            each shouldBe (0 until threads).associateWith { (1..times).toList() }
        }
    }

    context("when the collector is slow") {
        test("C's thread is blocked, when the buffer is full") {
            val sent = AtomicInteger()
            val received = mutableListOf<Int>()
            nativeFlow(capacity = 5) {
                val callback = stub(Waiting.watch) { send(it).also { sent.incrementAndGet() } }
                val subscription = Waiting.subscribePaced(callback, 0, 0)
                onClose { Waiting.unsubscribe(subscription) }
            }.take(3).collect {
                received += it
                delay(50)
                sent.get() shouldBeInRange it + 4..it + 10
            }
            received shouldBe listOf(1, 2, 3)
        }

        test("it gets the latest") {
            received(1, BufferOverflow.DROP_OLDEST) shouldBe listOf(1, 1000)
        }

        test("it gets those that came first") {
            received(3, BufferOverflow.DROP_LATEST) shouldBe listOf(1, 2, 3, 4)
        }

        test("it gets those that came last") {
            received(3, BufferOverflow.DROP_OLDEST) shouldBe listOf(1, 998, 999, 1000)
        }
    }

    context("the end") {
        test("comes after what was sent") {
            nativeFlow {
                val callback = stub(Scoped.question) { send(it).let { 0 } }
                offThread { Scoped.askUntil(callback, 10) }
                end()
                shouldThrow<IllegalStateException> { send(11) }.message shouldBe "The flow has been ended"
                fail(IllegalStateException("too late"))
            }.toList() shouldBe (1..10).toList()
        }

        test("by an exception comes after what was sent, too, and it is that very exception") {
            val received = mutableListOf<Int>()
            val thrown = IllegalStateException("thrown")
            shouldThrow<IllegalStateException> {
                nativeFlow {
                    (1..10).forEach(::send)
                    fail(thrown)
                    end()
                }.collect(received::add)
            } shouldBeSameInstanceAs thrown
            received shouldBe (1..10).toList()
        }

        test("does not refuse a thread that is blocked just then") {
            val seen = CompletableDeferred<Unit>()
            val ended = CompletableDeferred<Unit>()
            nativeFlow(capacity = 1) {
                send(1)
                seen.await()
                val sender = Thread.ofPlatform().start { (2..3).forEach(::send) }
                eventually { sender.state == Thread.State.WAITING }
                end()
                ended.complete(Unit)
            }.onEach {
                seen.complete(Unit)
                ended.await()
            }.toList() shouldBe listOf(1, 2, 3)
        }

        test("by a callback that throws in a thread of C's") {
            shouldThrow<IllegalArgumentException> {
                nativeFlow<Int> {
                    val subscription = Waiting.subscribePaced(stub(Waiting.watch) { require(it < 3) { "$it" } }, 100, 0)
                    onClose { Waiting.unsubscribe(subscription) }
                }.collect()
            }.message shouldBe "3"
        }

        test("by a callback that throws in the calling thread, of which C gets the error value") {
            val asked = CompletableFuture<Int>()
            shouldThrow<IllegalArgumentException> {
                nativeFlow<Int> {
                    val callback = stub(Scoped.question) { require(it < 3) { "$it" }.let { 0 } }
                    try {
                        Scoped.askUntil(callback, 10)
                    } finally {
                        asked.complete(0)
                    }
                }.collect()
            }.message shouldBe "3"
            asked.isDone shouldBe true
        }

        test("by a block that throws, after its callbacks were registered") {
            shouldThrow<IllegalStateException> {
                nativeFlow<Int> {
                    val subscription = Waiting.subscribe(stub(Waiting.watch) { send(it) })
                    onClose { Waiting.unsubscribe(subscription) }
                    error("block")
                }.collect()
            }.message shouldBe "block"
        }

        test("by a block that runs out of time") {
            shouldThrow<TimeoutCancellationException> {
                nativeFlow<Int> { withTimeout(10.milliseconds) { awaitCancellation() } }.collect()
            }
        }

        test("runs all that closes, the last first, in a thread that it may block") {
            val events = mutableListOf<String>()
            val caller = Thread.currentThread()
            nativeFlow {
                onClose { events += "first" }
                onClose { events += "second, off the caller's thread: ${Thread.currentThread() !== caller}" }
                send(1)
            }.first() shouldBe 1
            events shouldBe listOf("second, off the caller's thread: true", "first")
        }

        test("throws what closing throws, also when the collector just took no more") {
            shouldThrow<IllegalStateException> {
                nativeFlow {
                    onClose { error("closing") }
                    send(1)
                }.first()
            }.message shouldBe "closing"
        }
    }

    context("the collector") {
        test("takes as many as it wants") {
            ticks().take(1).toList() shouldBe listOf(1)
            ticks(micros = 100).take(10).toList() shouldBe (1..10).toList()
            ticks(capacity = 0).first() shouldBe 1
            ticks().transformWhile { emit(it).let { _ -> it < 3 } }.toList() shouldBe listOf(1, 2, 3)
        }

        test("throws, and it comes out unchanged") {
            val thrown = IllegalStateException("collector")
            val caught = runCatching { ticks().collect { throw thrown } }.exceptionOrNull()
            caught shouldBeSameInstanceAs thrown
            thrown.suppressed.shouldBeEmpty()
            val operated = ticks().catch { error("not its own") }
            runCatching { operated.collect { throw thrown } }.exceptionOrNull() shouldBeSameInstanceAs thrown
        }

        test("is cancelled while it waits, and while C's thread does") {
            listOf(ticks(micros = 1_000_000, times = 1), ticks()).forEach { flow ->
                val job = launch(Dispatchers.Default) { flow.collect { delay(60.seconds) } }
                eventually { Waiting.subscriptionsActive() == 1 }
                delay(20)
                job.cancelAndJoin()
                Waiting.subscriptionsActive() shouldBe 0
            }
        }

        test("runs out of time") {
            shouldThrow<TimeoutCancellationException> {
                withTimeout(20.milliseconds) { ticks(micros = 1000).collect() }
            }
        }

        test("is one of two, each of which has a subscription of its own") {
            val flow = ticks(micros = 200)
            val most = AtomicInteger()
            coroutineScope {
                List(2) {
                    async(Dispatchers.Default) {
                        flow.onEach { most.accumulateAndGet(Waiting.subscriptionsActive(), ::maxOf) }.take(200).toList()
                    }
                }.awaitAll()
            }.forEach { it shouldBe (1..200).toList() }
            most.get() shouldBe 2
        }

        test("comes late: what was sent waits for it") {
            nativeFlow {
                (1..64).forEach(::send)
                end()
            }.toList() shouldBe (1..64).toList()
        }

        test("is of one thread that C's blocks not, in any dispatcher") {
            runBlocking { ticks(times = 1000, capacity = 1).count() } shouldBe 1000
            withContext(Dispatchers.Unconfined) { ticks(times = 1000, capacity = 1).count() } shouldBe 1000
            withContext(Dispatchers.Unconfined) { ticks(capacity = 0).take(1000).count() } shouldBe 1000
            val one = Dispatchers.Default.limitedParallelism(1)
            withContext(one) { ticks(times = 1000, capacity = 0).count() } shouldBe 1000
        }

        test("tells C by the error value that it takes no more") {
            listOf(0, 1, 64).forEach { capacity ->
                val asked = CompletableFuture<Int>()
                questions(asked, 1_000_000, capacity).take(3).toList() shouldBe listOf(1, 2, 3)
                asked.get() shouldBeInRange 3..3 + 2 * capacity + 1
            }
        }

        test("tells that very callback, without a buffer") {
            val asked = CompletableFuture<Int>()
            val thrown = IllegalStateException("collector")
            val caught = runCatching { questions(asked, 10, 0).collect { if (it == 3) throw thrown } }.exceptionOrNull()
            caught shouldBeSameInstanceAs thrown
            asked.get() shouldBe 3
        }
    }

    context("C that calls back while it is called") {
        fun progress(asked: CompletableFuture<Int>, capacity: Int) = nativeFlow(capacity) {
            val callback = stub(Scoped.question) { question -> send(question).let { 0 } }
            asked.complete(
                runCatching { Scoped.awaitAskUntil(callback, 1000) }
                    .onFailure { it.shouldBeInstanceOf<CancellationException>() }.getOrDefault(-1),
            )
            end()
        }

        withTests(mapOf("without a buffer" to 0, "with one" to 4)) { capacity ->
            val asked = CompletableFuture<Int>()
            progress(asked, capacity).toList() shouldBe (1..1000).toList()
            asked.get() shouldBe 1000
        }

        test("is told to stop in the middle") {
            listOf(0, 4).forEach { capacity ->
                val asked = CompletableFuture<Int>()
                withTimeout(10.seconds) { progress(asked, capacity).take(10).count() } shouldBe 10
                asked.get() shouldBe -1
                val job = launch(Dispatchers.Default) { progress(asked, capacity).collect { awaitCancellation() } }
                delay(20)
                withTimeout(10.seconds) { job.cancelAndJoin() }
            }
        }
    }

    context("operators") {
        test("compose") {
            ticks(times = 100).map { it * 2 }.buffer(3).toList() shouldBe (2..200 step 2).toList()
            ticks(micros = 100, times = 50).conflate().onEach { delay(5) }.toList().apply {
                shouldBeStrictlyIncreasing()
                last() shouldBe 50
            }
            ticks(times = 3).combine(ticks(times = 3)) { a, b -> a to b }.toList().last() shouldBe (3 to 3)
            ticks(times = 10).flowOn(Dispatchers.IO).toList() shouldBe (1..10).toList()
        }

        test("keep the context: the block runs where flowOn says, the collector where it is") {
            Executors.newSingleThreadExecutor { Thread(it, "flow") }.asCoroutineDispatcher().use { thread ->
                var block = ""
                withContext(CoroutineName("collector")) {
                    nativeFlow {
                        block = Thread.currentThread().name + ", " + currentCoroutineContext()[CoroutineName]?.name
                        send(1)
                    }.map { currentCoroutineContext()[CoroutineName]?.name }
                        .flowOn(thread + CoroutineName("upstream"))
                        .onEach { currentCoroutineContext()[CoroutineName]?.name shouldBe "collector" }
                        .first() shouldBe "upstream"
                }
                block.substringBefore(" @") + block.substringAfterLast(",") shouldBe "flow upstream"
            }
        }

        test("share one subscription") {
            coroutineScope {
                val sharing = launch(Dispatchers.Default) {
                    val shared = ticks(micros = 500).shareIn(this, SharingStarted.WhileSubscribed())
                    List(3) { async { shared.take(20).toList().apply { shouldBeStrictlyIncreasing() } } }.awaitAll()
                    Waiting.subscriptionsActive() shouldBeInRange 0..1
                    coroutineContext.cancelJob()
                }
                sharing.join()
            }
        }

        test("try again with a new subscription") {
            var tries = 0
            ticks().onEach { if (++tries < 3) error("$tries") }.retry().first() shouldBe 1
            tries shouldBe 3
        }

        test("run in a test's time") {
            runTest {
                ticks(times = 3).onEach { delay(1000.seconds) }.toList() shouldBe listOf(1, 2, 3)
                currentTime shouldBe 3_000_000
            }
        }
    }

    test("C's thread that is blocked does not hold up the end, which joins it") {
        repeat(200) { round ->
            withTimeout(10.seconds) {
                ticks(capacity = round % 3).onEach { delay(1) }.take(2).toList() shouldBe listOf(1, 2)
            }
        }
    }

    test("ten thousand short collections unsubscribe once each") {
        val closed = AtomicInteger()
        val left = Scoped.blocksLeft
        withContext(Dispatchers.Default) {
            repeat(10_000) {
                nativeFlow {
                    val asking = Scoped.beginAsking(stub(Scoped.question) { question -> send(question).let { 0 } }, 100)
                    onClose {
                        closed.incrementAndGet()
                        Scoped.endAsking(asking)
                    }
                }.take(2).count() shouldBe 2
            }
        }
        closed.get() shouldBe 10_000
        Scoped.blocksLeft shouldBe left
    }

    context("when nobody collects any more") {
        test("the callback returns its error value to whoever calls C, and does nothing else") {
            val closing = CompletableDeferred<(Int) -> Int>()
            val closed = CountDownLatch(1)
            val question = callback(i32).returns(i32, onError = -7)
            coroutineScope {
                val first = async(Dispatchers.Default) {
                    nativeFlow<Int> {
                        val asked = stub(question) { send(it).let { 0 } }
                        onClose {
                            closing.complete(asked)
                            closed.await()
                        }
                        send(1)
                    }.first()
                }
                val asked = closing.await()
                repeat(3) { asked(it) shouldBe -7 } // as an unrelated call that makes C call the flow's callback
                closed.countDown()
                first.await() shouldBe 1
            }
        }

        test("no exception is its own cause, however the flow has ended") {
            val thrown = IllegalStateException("by the collector")
            val caught = shouldThrow<IllegalStateException> {
                nativeFlow {
                    val callback = stub(Scoped.question) { send(it).let { 0 } }
                    offThread { Scoped.askUntil(callback, 1_000_000) }
                }.collect { if (it == 3) throw thrown }
            }
            caught shouldBeSameInstanceAs thrown
            caught.stackTraceToString() shouldNotContain "CIRCULAR REFERENCE"
        }
    }

    context("a native call that blocks the thread of the collector fails instead of hanging") {
        val message = """
            The flow's collector cannot run, because a native call blocks its thread
              thread: THREAD
              capacity: CAPACITY, all of it used
              hint: make the call in offThread { } or by a function that awaits, or give the flow a larger capacity
        """.trimIndent()

        fun messageOf(capacity: Int, collect: suspend (Flow<Int>) -> Unit): String {
            val thrown = shouldThrow<IllegalStateException> {
                runBlocking {
                    withTimeout(20.seconds) {
                        collect(
                            nativeFlow(capacity) {
                                val callback = stub(Scoped.question) { send(it).let { 0 } }
                                Scoped.askUntil(callback, 1_000)
                                end()
                            },
                        )
                    }
                }
            }
            return thrown.message!!.replace(Regex("thread: .*"), "thread: THREAD")
        }

        withTests(mapOf("a small buffer" to 4, "no buffer" to 0)) { capacity ->
            messageOf(capacity) { it.toList() } shouldBe message.replace("CAPACITY", "$capacity")
        }

        test("in a dispatcher of one thread") {
            Executors.newSingleThreadExecutor().asCoroutineDispatcher().use { single ->
                messageOf(4) { flow -> withContext(single) { flow.toList() } } shouldBe
                    message.replace("CAPACITY", "4")
            }
        }

        test("and where the collector itself makes the call, at once") {
            val stub = CompletableDeferred<(Int) -> Int>()
            val began = System.nanoTime()
            shouldThrow<IllegalStateException> {
                nativeFlow(capacity = 2) {
                    stub.complete(stub(Scoped.question) { send(it).let { 0 } })
                    send(0)
                }.collect { Scoped.askUntil(stub.await(), 100) }
            }.message!!.lines().first() shouldBe
                "The flow's collector cannot run, because a native call blocks its thread"
            check(System.nanoTime() - began < 2_000_000_000)
        }

        test("but not where another thread of the dispatcher can collect") {
            withContext(Dispatchers.Default) {
                nativeFlow(capacity = 2) {
                    val callback = stub(Scoped.question) { send(it).let { 0 } }
                    Scoped.askUntil(callback, 1_000)
                    end()
                }.count() shouldBe 1_000
            }
        }
    }

    test("a capacity that can not be is refused") {
        shouldThrow<IllegalArgumentException> { nativeFlow<Int>(-1) { } }.message shouldBe
            "capacity: -1, overflow: SUSPEND"
        shouldThrow<IllegalArgumentException> { nativeFlow<Int>(0, BufferOverflow.DROP_LATEST) { } }.message shouldBe
            "capacity: 0, overflow: DROP_LATEST"
    }
})

private fun CoroutineContext.cancelJob() = this[Job]!!.cancel()

/** What a collector gets whose first value takes until a thousand were sent. */
private suspend fun received(capacity: Int, overflow: BufferOverflow): List<Int> {
    val seen = CountDownLatch(1)
    val all = CountDownLatch(1)
    return nativeFlow(capacity, overflow) {
        offThread { Scoped.askUntil(stub(Scoped.question) { send(it).also { seen.await() }.let { 0 } }, 1000) }
        all.countDown()
        end()
    }.onEach {
        seen.countDown()
        withContext(Dispatchers.IO) { all.await() }
    }.toList()
}

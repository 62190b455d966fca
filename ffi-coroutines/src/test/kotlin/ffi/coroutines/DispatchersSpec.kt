// SPDX-License-Identifier: Apache-2.0
@file:OptIn(ExperimentalCoroutinesApi::class, DelicateCoroutinesApi::class)

package ffi.coroutines

import ffi.core.NativeThreads
import ffi.dsl.Library
import ffi.dsl.callback
import ffi.dsl.fn
import ffi.dsl.i32
import ffi.dsl.threads
import ffi.dsl.void
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldMatch
import io.kotest.matchers.string.shouldStartWith
import java.util.concurrent.RejectedExecutionException
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.newSingleThreadContext
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext

private object Gate : Library("sum") {
    val close = fn("close_gate") returns void
    val open = fn("open_gate") returns void
    val waiting = fn("waiting_at_gate") returns i32
    val pass = fn("pass_gate", i32) awaits i32
    val most = fn("most_calls_under_way") returns i32
    val resetMost = fn("reset_most_calls") returns void
}

private class Threaded(where: NativeThreads) : Library("sum") {
    init {
        threads = where
    }

    val slowSum = fn("slow_sum", i32, i32) awaits i32
    val callsInThisThread = fn("calls_in_this_thread") awaits i32
    val function = callback(i32) returns i32
    val call = fn("descend", function, i32) awaits i32
    val plain = fn("calls_in_this_thread") returns i32
}

/** Which thread makes a call. */
class DispatchersSpec : FunSpec({

    suspend fun threadOf(call: suspend ((Int) -> Int, Int) -> Int): Thread {
        lateinit var thread: Thread
        call({ thread = Thread.currentThread(); it }, 1) shouldBe 1
        return thread
    }

    test("while a thousand calls block, the default dispatcher is free") {
        Gate.close()
        withContext(Dispatchers.Default) {
            val calls = List(1_000) { async { Gate.pass(it) } }
            until { Gate.waiting() == 1_000 }
            val latencies = List(101) { measureTime { async(Dispatchers.Default) { }.await() } }
            Gate.open()
            calls.awaitAll().sum() shouldBe 499_500
            latencies.sorted()[50] shouldBeLessThan 50.milliseconds
        }
    }

    test("at most so many calls are under way at once") {
        NativeThreads.atMost(3, "three").use { three ->
            val lib = Threaded(three)
            Gate.resetMost()
            coroutineScope { List(20) { async(Dispatchers.Default) { lib.slowSum(it, 1) } }.awaitAll() } shouldBe
                List(20) { it + 1 }
            Gate.most() shouldBe 3
            threadOf(lib.call::invoke).name shouldMatch "three-[123]"
        }
    }

    test("one thread is always the same") {
        NativeThreads.one("one").use { one ->
            val lib = Threaded(one)
            List(50) { lib.callsInThisThread() } shouldBe List(50) { it + 1 }
            coroutineScope { List(50) { async(Dispatchers.Default) { lib.callsInThisThread() } }.awaitAll() }
                .shouldContainExactlyInAnyOrder(List(50) { it + 51 })
            shouldThrow<IllegalStateException> { lib.call({ error("in the callback") }, 1) }
            offThread(one) { lib.plain() } shouldBe 101
            lib.plain.await() shouldBe 102
            threadOf(lib.call::invoke).name shouldBe "one-1"
        }
    }

    test("threads that are closed refuse, and nothing is left of the call") {
        val threads = NativeThreads.atMost(2, "closed")
        threads.close()
        val lib = Threaded(threads)
        nativeScope { // which ends when no call is under way any more
            shouldThrow<RejectedExecutionException> { lib.slowSum(1, 2) }.message shouldBe """
                The threads are closed
                  threads: closed, at most 2
            """.trimIndent()
            shouldThrow<RejectedExecutionException> { lib.slowSum.detachable(1, 2) }
            shouldThrow<RejectedExecutionException> { offThread(threads) { 1 } }
            currentCoroutineContext().ensureActive()
        }
        lib.slowSum.on(Dispatchers.IO)(1, 2) shouldBe 3
    }

    test("what waits its turn when threads are closed is done") {
        val threads = NativeThreads.one("closing")
        coroutineScope {
            val calls = List(3) { async(Dispatchers.Unconfined) { Threaded(threads).slowSum(it, 1) } }
            threads.close()
            calls.awaitAll() shouldBe listOf(1, 2, 3)
        }
    }

    test("a call can be made on any dispatcher") {
        newSingleThreadContext("mine").use { mine ->
            threadOf(Slots.callNow.on(mine)::invoke).name shouldStartWith "mine"
            withContext(mine) { threadOf(Slots.callNow.on(mine)::invoke) }.name shouldStartWith "mine"
        }
    }

    test("a dispatcher that is closed cancels, as kotlinx.coroutines has it") {
        val mine = newSingleThreadContext("mine")
        mine.close()
        coroutineScope {
            val call = async(Dispatchers.Default) { Slots.callNow.on(mine)({ it }, 1) }
            shouldThrow<CancellationException> { call.await() }
        }
    }

    test("an unconfined call is made by its caller's thread") {
        val caller = Thread.currentThread()
        threadOf(Slots.callNow.on(Dispatchers.Unconfined)::invoke) shouldBe caller
        shouldThrow<IllegalStateException> { Slots.callNow.on(Dispatchers.Unconfined)({ error("thrown") }, 1) }
    }

    test("on a test's dispatcher a call takes no virtual time, and is made in its turn") {
        runTest {
            val sum = Waiting.slowSum.on(StandardTestDispatcher(testScheduler))
            val call = async {
                delay(1.seconds)
                sum(1, 2)
            }
            call.await() shouldBe 3
            currentTime shouldBe 1_000
            Waiting.slowSum(3, 4) shouldBe 7 // the library's threads will do as well
            currentTime shouldBe 1_000
        }
    }

    test("without virtual time passing, a call in real threads is awaited") {
        runTest(timeout = 20.seconds) {
            List(10) { async { Waiting.slowSum(it, 1) } }.awaitAll() shouldBe List(10) { it + 1 }
            currentTime shouldBe Duration.ZERO.inWholeMilliseconds
        }
    }
})

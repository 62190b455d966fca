// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.NativeType.ADDRESS
import ffi.core.NativeType.I32
import ffi.core.NativeType.VOID
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldMatch
import io.kotest.matchers.string.shouldStartWith
import io.kotest.matchers.types.shouldBeInstanceOf
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import java.util.concurrent.CompletionStage
import java.util.concurrent.ExecutionException
import java.util.concurrent.Executors
import java.util.concurrent.Future
import java.util.concurrent.RejectedExecutionException
import java.util.concurrent.TimeUnit
import java.util.concurrent.TimeoutException
import java.util.function.IntUnaryOperator

@Suppress("FunctionName")
interface Futures {
    fun slow_sum(a: Int, b: Int): CompletableFuture<Int>
    fun calls_in_this_thread(): CompletableFuture<Int>
    fun descend(f: IntUnaryOperator, depth: Int): CompletableFuture<Int>

    @Symbol("slow_sum")
    fun stage(a: Int, b: Int): CompletionStage<Int>

    @Symbol("slow_sum")
    fun plain(a: Int, b: Int): Future<Int>

    @Owned
    fun concatenateStrings(a: String, b: String): CompletableFuture<String>

    @OrNull
    fun returnNullString(): CompletableFuture<String>
    fun noop(): CompletableFuture<Void>

    @Owned("block_free")
    fun slot_block(slot: MemorySegment): CompletableFuture<Pointer<Int>>

    @CancelledBy("slot_stop")
    fun slot_wait(slot: MemorySegment, micros: Int): CompletableFuture<Int>
    fun slot_stop(slot: MemorySegment)

    @CancelledBy("stop")
    @Symbol("slot_wait")
    fun waitUntilStopped(slot: MemorySegment, micros: Int): CompletableFuture<Int>
    fun stop(slot: MemorySegment) = slot_stop(slot)

    @IfPresent
    fun not_there(): CompletableFuture<Int>
}

interface Sleeping {
    @Interruptible
    fun usleep(micros: Int): CompletableFuture<Int>
}

interface FutureOfWhat {
    fun sum(a: Int, b: Int): CompletableFuture<*>
}

interface FutureOfDate {
    fun sum(a: Int, b: Int): CompletableFuture<java.util.Date>
}

interface FutureCritical {
    @Critical
    fun sum(a: Int, b: Int): CompletableFuture<Int>
}

interface FutureCancelledByFuture {
    @CancelledBy("sub")
    fun sum(a: Int, b: Int): CompletableFuture<Int>
    fun sub(a: Int, b: Int): CompletableFuture<Int>
}

/** Methods that return a future. */
class FuturesSpec : FunSpec({

    val lib = Bindings.bind(Futures::class.java, "sum")
    val natives = NativeLibrary.open("sum", Arena.global())
    fun call(name: String, result: NativeType<*>, vararg arguments: Any): Any? = natives
        .downcall(name, result, *Array(arguments.size) { ADDRESS }).call(*arguments)

    fun newSlot() = call("slot_new", ADDRESS) as MemorySegment
    fun open() = (call("blocks_given", NativeType.I64) as Long) - (call("blocks_taken", NativeType.I64) as Long)
    fun until(condition: () -> Boolean) {
        val end = System.nanoTime() + 20_000_000_000
        while (!condition()) {
            check(System.nanoTime() < end) { "waited for too long" }
            Thread.sleep(1)
        }
    }
    fun untilWaiting(slot: MemorySegment) = until { call("slot_is_waiting", I32, slot) == 1 }

    test("a future holds what C returns, as the method would") {
        lib.slow_sum(1, 2).get() shouldBe 3
        lib.slow_sum(3, 4).thenApply { it + 1 }.join() shouldBe 8
        lib.stage(1, 2).toCompletableFuture().join() shouldBe 3
        lib.plain(1, 2).get() shouldBe 3
        lib.concatenateStrings("foo", "bar").get() shouldBe "foobar"
        lib.returnNullString().get() shouldBe null
        lib.noop().get() shouldBe null
    }

    test("what the call throws is the cause") {
        shouldThrow<ExecutionException> { lib.not_there().get() }.cause.shouldBeInstanceOf<SymbolNotFoundException>()
        shouldThrow<CompletionException> { lib.descend({ error("thrown") }, 1).join() }.cause?.message shouldBe "thrown"
    }

    test("calls are made in the elastic threads, or those that bind is given") {
        lateinit var name: String
        val tell = IntUnaryOperator { name = Thread.currentThread().name; it }
        lib.descend(tell, 1).join()
        name shouldMatch "ffi-call-\\d+"
        NativeThreads.one("future").use { one ->
            val there = Bindings.bind(Futures::class.java, "sum", one)
            there.descend(tell, 1).join()
            name shouldBe "future-1"
            List(20) { there.calls_in_this_thread() }.map { it.join() } shouldBe List(20) { it + 1 }
            there.slow_sum(1, 2).thenCompose { there.slow_sum(it, 4) }.join() shouldBe 7
        }
    }

    test("threads that are closed refuse a call") {
        val closed = NativeThreads.atMost(2, "closed").apply { close() }
        val there = Bindings.bind(Futures::class.java, "sum", closed)
        shouldThrow<RejectedExecutionException> { there.slow_sum(1, 2) }.message shouldBe """
            The threads are closed
              threads: closed, at most 2
        """.trimIndent()
        shouldThrow<IllegalArgumentException> { NativeThreads.atMost(0, "none") }.message shouldBe "limit < 1: 0"
    }

    test("cancel, a time-out, and another's completion all reach C") {
        val ends: List<(CompletableFuture<Int>) -> Unit> = listOf(
            { it.cancel(false) shouldBe true },
            { shouldThrow<ExecutionException> { it.orTimeout(20, TimeUnit.MILLISECONDS).get() }.cause
                .shouldBeInstanceOf<TimeoutException>() },
            { it.complete(7) shouldBe true },
        )
        for (end in ends) {
            val slot = newSlot()
            val future = lib.slot_wait(slot, -1)
            untilWaiting(slot)
            end(future)
            until { call("slot_stops", I32, slot) as Int > 0 }
            future.isDone shouldBe true
        }
    }

    test("a call is ended by a method with a body") {
        val slot = newSlot()
        val future = lib.waitUntilStopped(slot, -1)
        untilWaiting(slot)
        future.cancel(true)
        until { call("slot_stops", I32, slot) as Int > 0 }
        future.isCancelled shouldBe true
    }

    test("a future that was cancelled says so") {
        val slot = newSlot()
        val future = lib.slot_wait(slot, -1)
        untilWaiting(slot)
        future.cancel(true)
        shouldThrow<CancellationException> { future.get() }
        future.isCancelled shouldBe true
    }

    test("a call that waits for its thread never begins if its future is cancelled") {
        NativeThreads.one("full").use { one ->
            val there = Bindings.bind(Futures::class.java, "sum", one)
            val slot = newSlot()
            val full = there.slot_wait(slot, -1)
            untilWaiting(slot)
            val queued = there.calls_in_this_thread()
            queued.cancel(false)
            lib.slot_stop(slot)
            full.join() shouldBe 1
            there.calls_in_this_thread().join() shouldBe 1
        }
    }

    test("what is ours of a result that nobody gets is given back") {
        val before = open()
        val slot = newSlot()
        val future = lib.slot_block(slot)
        untilWaiting(slot)
        future.cancel(false)
        val given = call("blocks_given", NativeType.I64) as Long
        call("slot_go", VOID, slot)
        until { call("blocks_given", NativeType.I64) as Long > given }
        until { open() == before }
        val kept = lib.slot_block(slot).join()
        open() shouldBe before + 1
        kept.close()
        open() shouldBe before
    }

    test("a system call is interrupted") {
        val time = System.nanoTime()
        NativeThreads.one("sleeping").use { one ->
            val sleeping = Bindings.bind(Sleeping::class.java, "", one)
            val sleep = sleeping.usleep(60_000_000)
            Thread.sleep(50)
            sleep.cancel(false)
            sleeping.usleep(1).join() shouldBe 0 // when the thread is free
        }
        (System.nanoTime() - time < 20_000_000_000) shouldBe true
    }

    test("a virtual thread may wait") {
        Executors.newVirtualThreadPerTaskExecutor().use { virtual ->
            val sums = List(100) { n -> virtual.submit<Int> { lib.slow_sum(n, 1).join() } }
            sums.map { it.get() } shouldBe List(100) { it + 1 }
        }
    }

    test("an ending that is INTERRUPT can not be tried once only") {
        shouldThrow<IllegalArgumentException> { Ending.once(Ending.INTERRUPT) }.message shouldBe
            "a system call is not interrupted only once: it may not have begun yet"
    }

    test("a method that can not be is refused when it is bound, in words that name it") {
        fun messageOf(face: Class<*>) = shouldThrow<BindingException> { Bindings.bind(face, "sum") }.message
        val future = "java.util.concurrent.CompletableFuture"

        messageOf(FutureCritical::class.java) shouldBe """
            A critical function in a thread of its own
              of: $future ffi.core.FutureCritical.sum(int, int)
              hint: take one of both: critical is for what is done within microseconds
        """.trimIndent()
        messageOf(FutureCancelledByFuture::class.java) shouldBe """
            Cancelled by no method that could: "sub"
              of: $future ffi.core.FutureCancelledByFuture.sum(int, int)
              hint: declare it in the same interface, abstract or with a body, with the first parameters of this one;
        """.trimIndent() + " it neither returns a future nor suspends"
        messageOf(FutureOfDate::class.java)!! shouldStartWith """
            No native type for java.util.Date
              as: the result
              of: $future ffi.core.FutureOfDate.sum(int, int)
        """.trimIndent()
        messageOf(FutureOfWhat::class.java)!!.lineSequence().first() shouldBe "No native type for ?"
        messageOf(users.RawFuture::class.java) shouldBe """
            A future of what?
              of: $future users.RawFuture.sum(int, int)
              hint: say its type, such as CompletableFuture<Integer>
        """.trimIndent()
    }
})

// SPDX-License-Identifier: Apache-2.0
package ffi.coroutines

import ffi.core.Pointer
import ffi.dsl.Handle
import ffi.dsl.Library
import ffi.dsl.OwnedHandle
import ffi.dsl.fn
import ffi.dsl.handle
import ffi.dsl.i32
import ffi.dsl.owned
import ffi.dsl.pointer
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import java.lang.foreign.MemorySegment
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicInteger
import java.util.logging.Handler
import java.util.logging.LogRecord
import java.util.logging.Logger
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch

private class LostBlock(override val segment: MemorySegment) : Handle
private class OwnBlock(segment: MemorySegment) : OwnedHandle(segment)
private class ClosingBlock(override val segment: MemorySegment) : Handle, AutoCloseable {
    override fun close() = Slots.blockFree(segment)
}

private object Blocks : Library("sum") {
    val asHandle = fn("slot_block", handle(::Slot)) awaits handle(::LostBlock).owned(Slots.blockFree)
    val asOwnedHandle = fn("slot_block", handle(::Slot)) awaits handle(::OwnBlock).owned(Slots.blockFree)
    val closing = fn("slot_block", handle(::Slot)) awaits handle(::ClosingBlock)
    val notOwned = fn("slot_block", handle(::Slot)) awaits pointer(i32)
    val notOwnedHandle = fn("slot_block", handle(::Slot)) awaits handle(::OwnBlock)
}

/** Results that come too late. */
class LostResultsSpec : FunSpec({

    fun open() = Slots.blocksGiven() - Slots.blocksTaken()

    suspend fun lose(call: suspend (Slot) -> Any?) = withSlot { slot ->
        coroutineScope {
            val job = launch(Dispatchers.Default) { call(slot) }
            untilWaiting(slot)
            job.cancel()
            Slots.go(slot)
            job.join()
        }
    }

    context("what is ours to close is closed:") {
        withData(
            mapOf<String, suspend (Slot) -> Any?>(
                "a pointer" to { slot -> Slots.block(slot) },
                "a handle" to { slot -> Blocks.asHandle(slot) },
                "a handle that can be closed" to { slot -> Blocks.asOwnedHandle(slot) },
                "what closes itself" to { slot -> Blocks.closing(slot) },
                "what a block returns" to { slot -> offThread { Slots.block.fn.downcall.call(slot) } },
            ),
        ) { call ->
            val before = open()
            lose(call)
            open() shouldBe before
        }
    }

    test("what is not ours is left alone, without a word") {
        val logged = ConcurrentLinkedQueue<String>()
        val handler = object : Handler() {
            override fun publish(record: LogRecord) = logged.add(record.message).let { }
            override fun flush() = Unit
            override fun close() = Unit
        }
        val logger = Logger.getLogger("ffi.core")
        logger.addHandler(handler)
        try {
            val before = open()
            lose { slot -> Blocks.notOwned(slot) }
            lose { slot -> Blocks.notOwnedHandle(slot) }
            open() shouldBe before + 2
        } finally {
            logger.removeHandler(handler)
        }
        logged.toList() shouldBe listOf()
    }

    test("ifLost gets it, once, and it is not closed") {
        val before = open()
        val lost = ConcurrentLinkedQueue<Pointer<Int>>()
        lose { slot -> Slots.block.ifLost { lost += it }(slot) }
        lost.size shouldBe 1
        open() shouldBe before + 1
        lost.single().close()
        open() shouldBe before
    }

    test("what ifLost throws goes to the handler of its thread, and the caller is cancelled all the same") {
        val caught = ConcurrentLinkedQueue<String>()
        val usual = Thread.getDefaultUncaughtExceptionHandler()
        Thread.setDefaultUncaughtExceptionHandler { _, e -> caught += "${e.message}" }
        try {
            lose { slot ->
                Slots.block.ifLost {
                    it.close()
                    error("in ifLost")
                }(slot)
            }
            caught.toList() shouldBe listOf("in ifLost")
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(usual)
        }
    }

    test("of a hundred thousand calls whose callers give up, each result is returned or given back, and once") {
        val before = open()
        val givenBefore = Slots.blocksGiven()
        val returned = AtomicInteger()
        val lost = AtomicInteger()
        val failed = ConcurrentLinkedQueue<Throwable>()
        val rawBlock = Slots.rawBlockNow.ifLost {
            lost.incrementAndGet()
            Slots.blockFree(it)
        }
        val handler = CoroutineExceptionHandler { _, e -> failed += e }
        val time = measureTime {
            repeat(100) {
                coroutineScope {
                    repeat(1_000) { i ->
                        val start = if (i % 3 == 0) CoroutineStart.DEFAULT else CoroutineStart.UNDISPATCHED
                        val call = launch(Dispatchers.Default + handler, start) {
                            if (i % 2 == 0) {
                                Slots.blockNow().close()
                            } else {
                                val block = rawBlock()
                                Slots.blockFree(block)
                            }
                            returned.incrementAndGet()
                        }
                        val spins = i % 101 * 5
                        for (spin in 0 until spins) Thread.onSpinWait()
                        call.cancel()
                    }
                }
            }
        }
        failed.toList() shouldBe listOf()
        open() shouldBe before
        val given = Slots.blocksGiven() - givenBefore
        returned.get() shouldBeGreaterThan 0
        lost.get() shouldBeGreaterThan 0
        (returned.get().toLong() + lost.get() <= given) shouldBe true
        time shouldBeLessThan 120.seconds
    }
})

// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.NativeType.I32
import ffi.core.NativeType.VOID
import ffi.core.NativeType.callback
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.longs.shouldBeGreaterThan
import java.lang.foreign.Arena
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicLong
import java.util.function.IntBinaryOperator
import java.util.logging.Level
import java.util.logging.Logger
import kotlin.concurrent.thread
import kotlin.random.Random
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource.Monotonic.markNow

private class Thrown(val id: Int) : Exception(null, null, false, true)

/** Eight threads that register, call, throw and close at random: `mvn -Pstress verify`. */
class CallbackStressSpec : FunSpec({

    val lasts = (System.getProperty("ffi.stress.seconds") ?: "60").toInt().seconds
    val libsum = NativeLibrary.open("sum", Arena.global())
    val lib = Bindings.bind(NastyCallees::class.java, libsum)
    val operation = callback(IntBinaryOperator::class.java).onError(-1)
    val keep = libsum.downcall("keep", VOID, I32, operation)

    test("every call gets its own result, its own exception, or the error value").config(timeout = lasts * 3) {
        val logger = Logger.getLogger("ffi.core")
        val level = logger.level
        logger.level = Level.OFF
        val wrong = ConcurrentLinkedQueue<String>()
        val calls = AtomicLong()
        val seed = Random.nextInt()
        val clear = libsum.downcall("keep", VOID, I32, operation.orNull()) // of what other specs left there
        repeat(8) { clear.call(it, null) }

        fun expect(what: String, expected: Set<Int>, found: Int) {
            if (found !in expected) wrong += "$what: $found, not of $expected (seed $seed)"
        }

        fun worker(number: Int) {
            val random = Random(seed + number)
            val place = 100 + number // its own
            val until = markNow() + lasts
            while (until.hasNotPassedNow() && wrong.size < 10) {
                val id = random.nextInt(1, 1_000_000)
                calls.incrementAndGet()
                when (random.nextInt(9)) {
                    0, 1 -> expect("lambda", setOf(id + 7), lib.apply({ a, b -> a + b + id }, 3, 4))
                    2 -> try {
                        lib.apply({ _, _ -> throw Thrown(id) }, 1, 2)
                        wrong += "nothing was thrown (seed $seed)"
                    } catch (e: Thrown) {
                        expect("exception", setOf(id), e.id)
                    }
                    3 -> expect("nested", setOf(id + 3),
                        lib.apply({ a, b -> lib.apply({ c, d -> c + d + id }, a, b) }, 1, 2))
                    4 -> { // in an arena of its own, fired while it lives and after it
                        Arena.ofConfined().use { arena ->
                            keep.call(place, Upcall.of(operation, IntBinaryOperator { a, b -> a + b + id }, arena))
                            expect("registered", setOf(id + 3), lib.fire(place, 1, 2))
                        }
                        expect("ended", setOf(-1), lib.fire(place, 1, 2))
                    }
                    5 -> { // at a place of all threads, closed while others fire it
                        val arena = Arena.ofShared()
                        keep.call(random.nextInt(8),
                            Upcall.of(operation, IntBinaryOperator { a, b -> a * 31 + b }, arena))
                        if (random.nextBoolean()) Thread.yield()
                        arena.close()
                    }
                    6 -> expect("shared", setOf(-1, -1000, 64), lib.fire(random.nextInt(8), 2, 2))
                    7 -> {
                        keep.call(place, Upcall.once(operation, IntBinaryOperator { a, b -> a + b + id }))
                        expect("once", setOf(id + 3), lib.fire(place, 1, 2))
                        expect("twice", setOf(-1), lib.fire(place, 1, 2))
                    }
                    8 -> if (random.nextInt(20) == 0) {
                        val sum = lib.apply_on_threads(
                            { a, b -> a + b + lib.fire(random.nextInt(8), 2, 2).coerceIn(0, 0) }, 2, 20, 1)
                        if (sum != 60L) wrong += "threads of C's: $sum (seed $seed)"
                    }
                }
            }
        }

        try {
            List(8) { thread { worker(it) } }.forEach(Thread::join)
        } finally {
            logger.level = level
        }
        wrong.toList().shouldBeEmpty()
        calls.get() shouldBeGreaterThan 10_000
        println("${calls.get()} rounds in $lasts, ${Upcall.lateCalls()} late calls")
    }
})

// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.NativeType.callback
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.longs.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldMatch
import java.lang.foreign.Arena
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicReference
import java.util.function.IntBinaryOperator

private val operation = callback(IntBinaryOperator::class.java)

/** Which threads C calls back by. */
class CallbackThreadsSpec : FunSpec({

    val libsum = NativeLibrary.open("sum", Arena.global())
    val lib = Bindings.bind(NastyCallees::class.java, libsum)

    test("a thread that C made is a daemon, named after the library, with a context class loader") {
        val seen = AtomicReference<List<Any?>>()
        lib.apply_on_thread({ _, _ ->
            val thread = Thread.currentThread()
            seen.set(listOf(thread.name, thread.isDaemon, thread.contextClassLoader, thread.isVirtual))
            0
        }, 1, 2)
        val (name, daemon, loader, virtual) = seen.get()
        name as String shouldMatch "sum-\\d+"
        daemon shouldBe true
        loader shouldBe ClassLoader.getSystemClassLoader()
        virtual shouldBe false
    }

    test("so it is when the function was registered before any library was known") {
        val names = ConcurrentHashMap.newKeySet<String>()
        Arena.ofConfined().use { arena ->
            val function = Upcall.of(operation,
                IntBinaryOperator { _, _ -> 0.also { names += Thread.currentThread().name } }, arena)
            lib.apply_on_threads(function, 4, 10, 0) shouldBe 0
        }
        names shouldHaveSize 4
        names.forEach { it shouldMatch "sum-\\d+" }
    }

    test("a thread of Java's keeps its name and its loader") {
        val thread = Thread({ lib.apply({ a, b -> a + b }, 1, 2) }, "mine")
        thread.isDaemon = true
        thread.contextClassLoader = null
        thread.start()
        thread.join()
        thread.name shouldBe "mine"
        val current = Thread.currentThread()
        lib.apply({ _, _ -> if (Thread.currentThread() === current) 1 else 0 }, 1, 2) shouldBe 1
    }

    test("a virtual thread stays the thread that it is") {
        val same = AtomicInteger()
        Thread.ofVirtual().start {
            val current = Thread.currentThread()
            same.set(lib.apply({ _, _ -> if (Thread.currentThread() === current) 1 else 0 }, 1, 2))
        }.join()
        same.get() shouldBe 1
    }

    test("eight threads of C's call one function at once") {
        val calls = AtomicInteger()
        lib.apply_on_threads({ a, b -> calls.incrementAndGet().let { a + b } }, 8, 2000, 1) shouldBe
            (0 until 8).sumOf { (it + 1) * 2000L }
        calls.get() shouldBe 16_000
    }

    test("a thread of C's calls later than the call that registered it") {
        Arena.ofShared().use { arena ->
            lib.apply_later(Upcall.of(operation, IntBinaryOperator { a, b -> a * b }, arena), 6, 7, 20_000)
            lib.await_later() shouldBe 42
        }
        reports {
            lib.apply_later({ a, b -> a * b }, 6, 7, 20_000) // a lambda, which is gone by then
            lib.await_later() shouldBe 0
        } shouldHaveSize 1
    }

    test("a thread of C's calls while the arena closes, and gets either answer") {
        var late = 0L
        val before = Upcall.lateCalls()
        val reported = reports {
            repeat(50) { round ->
                val arena = Arena.ofShared()
                val function = Upcall.of(operation, IntBinaryOperator { _, _ -> 1 }, arena)
                lib.keep(0, function)
                val firing = Thread.startVirtualThread {
                    late += 200 - lib.apply_on_threads({ _, _ -> lib.fire(0, 0, 0) }, 2, 100, 0)
                }
                Thread.sleep(0, round * 20_000)
                arena.close()
                firing.join()
            }
        }
        Upcall.lateCalls() shouldBe before + late
        reported.isEmpty() shouldBe (late == 0L)
    }

    test("a thread of C's with a small stack is enough") {
        lib.apply_on_small_thread({ a, b -> a + b }, 1, 2, 512 * 1024) shouldBe 3
    }

    test("calls within calls go as deep as the stack, and end with an exception") {
        var deepest = 0
        fun down(depth: Int): Int {
            deepest = maxOf(deepest, depth)
            return lib.descend({ down(it + 1) }, depth)
        }
        val thread = AtomicReference<Throwable>()
        Thread(null, {
            repeat(3) {
                try {
                    down(0)
                } catch (e: StackOverflowError) {
                    thread.set(e)
                }
            }
        }, "deep", 4 * 1024 * 1024).apply { start() }.join()
        thread.get()::class shouldBe StackOverflowError::class
        deepest.toLong() shouldBeGreaterThan 100
    }
})

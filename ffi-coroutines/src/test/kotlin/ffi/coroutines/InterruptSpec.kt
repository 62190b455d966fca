// SPDX-License-Identifier: Apache-2.0
package ffi.coroutines

import ffi.core.NativeThreads
import ffi.dsl.Library
import ffi.dsl.address
import ffi.dsl.fn
import ffi.dsl.i32
import ffi.dsl.i64
import ffi.dsl.threads
import ffi.dsl.u32
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.ints.shouldBeInRange
import io.kotest.matchers.shouldBe
import java.lang.foreign.Arena
import java.lang.foreign.Linker
import java.lang.foreign.MemorySegment
import java.lang.foreign.ValueLayout.ADDRESS
import java.util.concurrent.Executors
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicReference
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch

private object Posix : Library("") {
    val usleep = (fn("usleep", u32) awaits i32).interruptible
    val poll = (fn("poll", address, i64, i32) awaits i32).interruptible
    val sigaction = fn("sigaction", i32, address, address) returns i32
}

private const val SIGURG = 23
private const val ACTION_BYTES = 152L // struct sigaction, whose handler comes first

/** System calls that are interrupted when their caller gives up. */
@EnabledIf(OnLinux::class)
class InterruptSpec : FunSpec({

    fun handlerOf(signal: Int): Long = Arena.ofConfined().use { arena ->
        val action = arena.allocate(ACTION_BYTES)
        if (Posix.sigaction(signal, MemorySegment.NULL, action) == 0) action.get(ADDRESS, 0).address() else -1L
    }

    fun allHandlers() = (1..64).associateWith(::handlerOf)

    fun handle(signal: Int, by: MemorySegment) = Arena.ofConfined().use { arena ->
        val action = arena.allocate(ACTION_BYTES)
        action.set(ADDRESS, 0, by)
        Posix.sigaction(signal, action, MemorySegment.NULL) shouldBe 0
    }

    suspend fun interrupted(
        cancelAfter: Duration = 30.milliseconds,
        call: suspend () -> Any?,
    ): Duration = coroutineScope {
        val job = launch(Dispatchers.Default) { call() }
        delay(cancelAfter)
        measureTime { job.cancelAndJoin() }
    }

    test("a sleep, a poll and a read from an empty pipe end at once") {
        interrupted { Posix.usleep(60_000_000u) } shouldBeLessThan 20.seconds
        interrupted { Posix.poll(MemorySegment.NULL, 0, 60_000) } shouldBeLessThan 20.seconds
        val ends = IntArray(2)
        Pipes.pipe(ends) shouldBe 0
        interrupted { Pipes.read(ends[0], ByteArray(8), 8) } shouldBeLessThan 20.seconds
        Pipes.write(ends[1], "x".encodeToByteArray(), 1) shouldBe 1L // and the pipe is as good as before
        Pipes.read(ends[0], ByteArray(8), 8) shouldBe 1L
        ends.forEach { Pipes.close(it) }
    }

    test("a call that nobody gives up is not disturbed") {
        Posix.usleep(1000u) shouldBe 0
    }

    test("a signal that comes before the system call is sent again") {
        repeat(50) { interrupted(Duration.ZERO) { Posix.usleep(60_000_000u) } shouldBeLessThan 20.seconds }
    }

    test("while a call is interrupted one signal has a handler, and after it all are as they were") {
        val before = allHandlers()
        val during = AtomicReference<Map<Int, Long>>()
        coroutineScope {
            val stubborn = launch(Dispatchers.Default) { Slots.sleepThrough.interruptible(400_000) }
            until { Slots.sleepers() == 1 }
            stubborn.cancel()
            until { handlerOf(SIGURG) != 0L || stubborn.isCompleted }
            during.set(allHandlers())
            stubborn.join()
        }
        during.get().filter { (signal, handler) -> handler != before[signal] }.keys shouldBe setOf(SIGURG)
        allHandlers() shouldBe before
    }

    test("a signal that somebody handles is left to him, and another one is taken") {
        val his = Linker.nativeLinker().defaultLookup().findOrThrow("labs")
        handle(SIGURG, his)
        try {
            val before = allHandlers()
            val during = AtomicReference<Map<Int, Long>>()
            coroutineScope {
                val stubborn = launch(Dispatchers.Default) { Slots.sleepThrough.interruptible(400_000) }
                until { Slots.sleepers() == 1 }
                stubborn.cancel()
                until { allHandlers() != before || stubborn.isCompleted }
                during.set(allHandlers())
                stubborn.join()
            }
            val taken = during.get().filter { (signal, handler) -> handler != before[signal] }.keys.single()
            before[taken] shouldBe 0L // nobody's, and so not one of the JVM's
            taken shouldBeInRange 40..62
            allHandlers() shouldBe before
            interrupted { Posix.usleep(60_000_000u) } shouldBeLessThan 20.seconds
        } finally {
            handle(SIGURG, MemorySegment.NULL)
        }
    }

    test("the property ffi.interrupt.signal names the signal") {
        System.setProperty("ffi.interrupt.signal", "45")
        try {
            val before = allHandlers()
            val during = AtomicReference<Map<Int, Long>>()
            coroutineScope {
                val stubborn = launch(Dispatchers.Default) { Slots.sleepThrough.interruptible(400_000) }
                until { Slots.sleepers() == 1 }
                stubborn.cancel()
                until { handlerOf(45) != 0L || stubborn.isCompleted }
                during.set(allHandlers())
                stubborn.join()
            }
            during.get().filter { (signal, handler) -> handler != before[signal] }.keys shouldBe setOf(45)
            allHandlers() shouldBe before
        } finally {
            System.clearProperty("ffi.interrupt.signal")
        }
    }

    test("if it names one of the JVM's, the call is not interrupted, and its caller hears of it") {
        System.setProperty("ffi.interrupt.signal", "11") // SIGSEGV
        try {
            val thrown = AtomicReference<Throwable>()
            interrupted {
                try {
                    Posix.usleep(200_000u)
                } catch (e: CancellationException) {
                    thrown.set(e)
                }
            }
            thrown.get().suppressedExceptions.map { it.message } shouldBe listOf(
                """
                No signal to interrupt a call by
                  ffi.interrupt.signal: 11
                  hint: name one that exists, and that nobody handles
                """.trimIndent(),
            )
        } finally {
            System.clearProperty("ffi.interrupt.signal")
        }
        interrupted { Posix.usleep(60_000_000u) } shouldBeLessThan 20.seconds // it is tried anew
    }

    test("C that begins anew after EINTR is not ended") {
        val times = AtomicInteger(-1)
        coroutineScope {
            val call = launch(Dispatchers.Default) { Slots.sleepThrough.interruptible.ifLost(times::set)(300_000) }
            until { Slots.sleepers() == 1 }
            measureTime { call.cancelAndJoin() } shouldBeGreaterThan 100.milliseconds
        }
        times.get() shouldBeGreaterThan 1
    }

    test("two hundred calls are interrupted at once, and then the signal has no handler") {
        coroutineScope {
            val calls: List<Job> = List(200) { launch(Dispatchers.Default) { Posix.usleep(60_000_000u) } }
            delay(200.milliseconds)
            measureTime {
                calls.forEach { it.cancel() }
                calls.joinAll()
            } shouldBeLessThan 30.seconds
        }
        handlerOf(SIGURG) shouldBe 0L
    }

    test("where virtual threads are said, a thread of the platform makes the call") {
        Executors.newVirtualThreadPerTaskExecutor().asCoroutineDispatcher().use { virtual ->
            val names = ArrayList<String>()
            Slots.callNow.on(virtual)({
                names += "${Thread.currentThread().isVirtual}"
                it
            }, 1)
            Slots.callNow.interruptible.on(virtual)({
                names += "${Thread.currentThread().isVirtual}"
                it
            }, 1)
            names shouldBe listOf("true", "false")
            interrupted { Posix.usleep.on(virtual)(60_000_000u) } shouldBeLessThan 20.seconds
        }
    }

    test("the caller's own thread may be interrupted") {
        interrupted { Posix.usleep.on(Dispatchers.Unconfined)(60_000_000u) } shouldBeLessThan 20.seconds
    }

    test("the threads of a library are as good as any") {
        NativeThreads.one("interrupted").use { thread ->
            object : Library("") {
                val usleep = (fn("usleep", u32) awaits i32).interruptible
            }.apply {
                threads = thread
                interrupted { usleep(60_000_000u) } shouldBeLessThan 20.seconds
                usleep(1000u) shouldBe 0
            }
        }
    }
})

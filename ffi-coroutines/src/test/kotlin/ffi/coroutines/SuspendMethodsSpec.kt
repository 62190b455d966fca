// SPDX-License-Identifier: Apache-2.0
package ffi.coroutines

import ffi.core.BindingException
import ffi.core.Bindings
import ffi.core.CancelledBy
import ffi.core.Critical
import ffi.core.Interruptible
import ffi.core.NativeThreads
import ffi.core.OrNull
import ffi.core.Owned
import ffi.core.Symbol
import ffi.dsl.bind
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch

data class Place(val x: Double, val y: Double)

private interface Base {
    suspend fun slow_sum(a: Int, b: Int): Int
}

private interface Calls : Base {
    suspend fun echo_u8(value: UByte): UByte
    suspend fun testU32(a: UInt, b: UInt): UInt
    suspend fun max_u64(): ULong
    suspend fun echo_bool(value: Boolean): Boolean
    suspend fun noop()
    suspend fun midpoint(a: Place, b: Place): Place
    suspend fun modifyData(buffer: ByteArray, size: Long): Int
    suspend fun calls_in_this_thread(): Int

    @Owned
    suspend fun concatenateStrings(a: String, b: String): String

    @OrNull
    suspend fun returnNullString(): String?

    @Symbol("returnNullString")
    suspend fun textThatMustBe(): String

    @CancelledBy("slot_stop")
    suspend fun slot_wait(slot: Slot, micros: Int): Int
    fun slot_stop(slot: Slot)

    @CancelledBy("stop")
    @Symbol("slot_wait")
    suspend fun waitUntilStopped(slot: Slot, micros: Int): Int
    fun stop(slot: Slot) = slot_stop(slot)

    @Symbol("slot_wait")
    @Detachable
    suspend fun waitDetached(slot: Slot, micros: Int): Int

    @Interruptible
    suspend fun usleep(micros: UInt): Int

    suspend fun twice(a: Int): Int = slow_sum(a, a)
}

private interface CriticalOne {
    @Critical
    suspend fun sum(a: Int, b: Int): Int
}

private interface CancelledByNone {
    @CancelledBy("stop")
    suspend fun sum(a: Int, b: Int): Int
}

private interface CancelledByOther {
    @CancelledBy("stop")
    suspend fun sum(a: Int, b: Int): Int
    fun stop(a: Long)
}

private interface BothWays {
    @Interruptible
    @CancelledBy("stop")
    suspend fun sum(a: Int, b: Int): Int
    fun stop()
}

private interface Blocking {
    @Interruptible
    fun sum(a: Int, b: Int): Int
}

private interface OfDate {
    suspend fun sum(a: Int): java.util.Date
}

private interface UnsignedStop {
    @CancelledBy("slot_stop")
    suspend fun slot_wait(slot: UInt): Int
    fun slot_stop(slot: UInt)
}

/** Suspending methods of interfaces that are bound. */
class SuspendMethodsSpec : FunSpec({

    val calls = bind<Calls>("sum")

    test("types are those of methods that do not suspend") {
        calls.slow_sum(1, 2) shouldBe 3
        calls.echo_u8(255u) shouldBe 255u.toUByte()
        calls.testU32(UInt.MAX_VALUE, 0u) shouldBe UInt.MAX_VALUE
        calls.max_u64() shouldBe ULong.MAX_VALUE
        calls.echo_bool(true) shouldBe true
        calls.noop() shouldBe Unit
        calls.midpoint(Place(1.0, 2.0), Place(4.0, 6.0)) shouldBe Place(2.5, 4.0)
        calls.concatenateStrings("foo", "bar") shouldBe "foobar"
        byteArrayOf(1, 2).also { calls.modifyData(it, 2) } shouldBe byteArrayOf(2, 3)
    }

    test("a result that may be NULL says so by @OrNull") {
        calls.returnNullString() shouldBe null
        shouldThrow<NullPointerException> { calls.textThatMustBe() }
    }

    test("a method with a body stays what it is") {
        calls.twice(3) shouldBe 6
    }

    test("its functions are known, and linked") {
        Bindings.functions(calls).size shouldBe 17
        shouldThrow<NoSuchElementException> { Bindings.link(bind<CancelledByOtherNamed>("sum")) }
    }

    test("calls are made in the threads that bind is given") {
        NativeThreads.one("bound").use { one ->
            val there = bind<Calls>("sum", threads = one)
            List(5) { there.calls_in_this_thread() } shouldBe listOf(1, 2, 3, 4, 5)
        }
    }

    test("a call is ended by the method that its annotation names") {
        withSlot { slot ->
            coroutineScope {
                val call = launch(Dispatchers.Default) { calls.slot_wait(slot, -1) }
                untilWaiting(slot)
                call.cancelAndJoin()
            }
            (Slots.stops(slot) > 0) shouldBe true
        }
    }

    test("a call is ended by a method with a body") {
        withSlot { slot ->
            coroutineScope {
                val call = launch(Dispatchers.Default) { calls.waitUntilStopped(slot, -1) }
                untilWaiting(slot)
                call.cancelAndJoin()
            }
            (Slots.stops(slot) > 0) shouldBe true
        }
    }

    test("a method's system call is interrupted") {
        val libc = bind<Calls>("")
        coroutineScope {
            val call = launch(Dispatchers.Default) { libc.usleep(60_000_000u) }
            measureTime { call.cancelAndJoin() } shouldBeLessThan 20.seconds
        }
    }

    test("a detachable method's caller goes on at once") {
        withSlot { slot ->
            coroutineScope {
                val call = launch(Dispatchers.Default) { calls.waitDetached(slot, -1) }
                untilWaiting(slot)
                call.cancelAndJoin()
            }
            Slots.stops(slot) shouldBe 0
            Slots.stop(slot)
            Thread.sleep(100) // C has the slot still
        }
    }

    test("a method that can not be is refused when it is bound, in words that name it") {
        fun messageOf(bind: () -> Any) = shouldThrow<BindingException> { bind() }.message

        messageOf { bind<CriticalOne>("sum") } shouldBe """
            A critical function in a thread of its own
              of: suspend fun ffi.coroutines.CriticalOne.sum(a: Int, b: Int): Int
              hint: take one of both: critical is for what is done within microseconds
        """.trimIndent()
        for (face in listOf(CancelledByNone::class, CancelledByOther::class)) {
            val none = face == CancelledByNone::class
            messageOf { if (none) bind<CancelledByNone>("sum") else bind<CancelledByOther>("sum") }
                .shouldBe(
                    """
                    Cancelled by no method that could: "stop"
                      of: suspend fun ffi.coroutines.${face.simpleName}.sum(a: Int, b: Int): Int
                      hint: declare it in the same interface, abstract or with a body,
                    """.trimIndent() +
                        " with the first parameters of this one; it neither returns a future nor suspends",
                )
        }
        messageOf { bind<BothWays>("sum") } shouldBe """
            A function that ends in two ways
              of: suspend fun ffi.coroutines.BothWays.sum(a: Int, b: Int): Int
              hint: take one of @CancelledBy and @Interruptible
        """.trimIndent()
        messageOf { bind<Blocking>("sum") } shouldBe """
            A method that ends, but whose caller waits for it
              of: fun ffi.coroutines.Blocking.sum(a: Int, b: Int): Int
              hint: have it return a CompletableFuture, or suspend
        """.trimIndent()
        messageOf { bind<OfDate>("sum") }!!.lineSequence().first() shouldBe "No native type for java.util.Date"
        bind<UnsignedStop>("sum") // the names of whose methods the compiler changes
    }
})

private interface CancelledByOtherNamed {
    @CancelledBy("no_such_stop")
    suspend fun sum(a: Int, b: Int): Int
    fun no_such_stop()
}

// SPDX-License-Identifier: Apache-2.0
package ffi.coroutines

import ffi.core.SymbolNotFoundException
import ffi.dsl.Library
import ffi.dsl.fn
import ffi.dsl.i32
import ffi.dsl.u32
import ffi.dsl.void
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldStartWith
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout

private object LibSum : Library("sum") {
    val sum = fn("sum", i32, i32) returns i32
    val missing = fn("not_there") returns void
}

private object LibC : Library("") {
    val usleep = fn("usleep", u32) returns i32
}

/** Calls off the caller's thread. */
class AwaitSpec : FunSpec({

    test("a function is awaited as it is called") {
        LibSum.sum.await(1, 2) shouldBe 3
    }

    test("a call is moved to a thread of its own") {
        val caller = Thread.currentThread()
        val (result, thread) = offThread { LibSum.sum(3, 4) to Thread.currentThread() }
        result shouldBe 7
        thread shouldNotBe caller
        thread.isVirtual shouldBe false
        thread.isDaemon shouldBe true
        thread.name shouldStartWith "DefaultDispatcher-worker-" // of Dispatchers.IO
    }

    test("an error of the call is thrown to who awaits it") {
        shouldThrow<SymbolNotFoundException> { LibSum.missing.await() }
    }

    test("two hundred calls that block leave the dispatcher of everything else free") {
        withContext(Dispatchers.Default) {
            val calls = List(200) { async { LibC.usleep.await(500_000u) } }
            measureTime { withContext(Dispatchers.Default) { LibSum.sum(1, 2) } } shouldBeLessThan 400.milliseconds
            measureTime { calls.awaitAll() } shouldBeLessThan 30.seconds // 100 if they came one after the other
        }
    }

    test("a cancelled caller waits for C to return") {
        val time = measureTime {
            shouldThrow<TimeoutCancellationException> {
                withTimeout(20.milliseconds) { LibC.usleep.await(200_000u) }
            }
        }
        (time >= 190.milliseconds) shouldBe true
    }
})

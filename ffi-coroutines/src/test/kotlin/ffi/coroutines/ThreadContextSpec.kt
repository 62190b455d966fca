// SPDX-License-Identifier: Apache-2.0
package ffi.coroutines

import ffi.core.NativeThreads
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ThreadContextElement
import kotlinx.coroutines.asContextElement
import kotlinx.coroutines.withContext

/** Puts its name into a log when it enters a thread and when it leaves it; may fail at either. */
private class Logged(
    val name: String,
    private val log: MutableCollection<String>,
    private val entering: () -> Unit = {},
    private val leaving: () -> Unit = {},
) : ThreadContextElement<String> {

    class Key(val name: String) : CoroutineContext.Key<Logged> {
        override fun equals(other: Any?) = other is Key && other.name == name
        override fun hashCode() = name.hashCode()
    }

    override val key = Key(name)

    private val ours get() = Thread.currentThread().name.startsWith("logged")

    override fun updateThreadContext(context: CoroutineContext): String {
        if (ours) {
            entering()
            log += "+$name"
        }
        return "before $name"
    }

    override fun restoreThreadContext(context: CoroutineContext, oldState: String) {
        oldState shouldBe "before $name"
        if (ours) {
            log += "-$name"
            leaving()
        }
    }
}

/** The context that a coroutine has for its thread, such as that of a logger, in the thread that calls C. */
class ThreadContextSpec : FunSpec({

    val diagnostic = ThreadLocal.withInitial { "nothing" }
    val second = ThreadLocal<Int>()

    test("a callback sees it, and afterwards the thread is as it was") {
        NativeThreads.one("context").use { one ->
            offThread(one) { diagnostic.set("the thread's own") }
            withContext(diagnostic.asContextElement("request 7") + second.asContextElement(2)) {
                offThread(one) { "${diagnostic.get()}, ${second.get()}" } shouldBe "request 7, 2"
            }
            offThread(one) { diagnostic.get() to second.get() } shouldBe ("the thread's own" to null)
        }
    }

    test("it is taken back from a thread that throws, too") {
        NativeThreads.one("context").use { one ->
            withContext(diagnostic.asContextElement("request 7")) {
                shouldThrow<IllegalStateException> { offThread(one) { error(diagnostic.get()) } }
                    .message shouldBe "request 7"
            }
            offThread(one) { diagnostic.get() } shouldBe "nothing"
        }
    }

    test("calls by suspending functions see it as well") {
        lateinit var seen: String
        withContext(diagnostic.asContextElement("request 8") + Dispatchers.Default) {
            Slots.callNow({
                seen = diagnostic.get()
                it
            }, 0)
        }
        seen shouldBe "request 8"
    }

    test("of several the last is taken back first") {
        val log = ConcurrentLinkedQueue<String>()
        NativeThreads.one("logged").use { one ->
            withContext(Logged("a", log) + Logged("b", log)) { offThread(one) { log += "call" } }
        }
        log.joinToString(" ") shouldBe "+a +b call -b -a"
    }

    test("where one can not be put in place, nothing is called, and those before it are taken back") {
        val log = ConcurrentLinkedQueue<String>()
        NativeThreads.one("logged").use { one ->
            withContext(Logged("a", log) + Logged("b", log, entering = { error("entering") })) {
                shouldThrow<IllegalStateException> { offThread(one) { log += "call" } }.message shouldBe "entering"
            }
        }
        log.joinToString(" ") shouldBe "+a -a"
    }

    test("where one can not be taken back, the others are, the call throws, and its result is closed") {
        val log = ConcurrentLinkedQueue<String>()
        NativeThreads.one("logged").use { one ->
            withContext(Logged("a", log) + Logged("b", log, leaving = { error("leaving") })) {
                shouldThrow<IllegalStateException> { offThread(one) { AutoCloseable { log += "closed" } } }
                    .message shouldBe "leaving"
                val thrown = shouldThrow<ArithmeticException> { offThread(one) { throw ArithmeticException() } }
                generateSequence<Throwable>(thrown) { it.cause }.last().suppressedExceptions.map { it.message } shouldBe
                    listOf("leaving")
            }
        }
        log.joinToString(" ") shouldBe "+a +b -b -a closed +a +b -b -a"
    }
})

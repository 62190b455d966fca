// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.NativeType.CSTRING
import ffi.core.NativeType.F32
import ffi.core.NativeType.F64
import ffi.core.NativeType.I32
import ffi.core.NativeType.callback
import ffi.core.NativeType.struct
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.throwables.shouldThrowAny
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withTests
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.lang.foreign.Arena
import java.util.concurrent.CancellationException
import java.util.function.Function
import java.util.function.IntBinaryOperator

private class Refused(message: String) : Exception(message)

private val operation = callback(IntBinaryOperator::class.java)

/** What a function of Java's throws while C waits for its result. */
class CallbackExceptionsSpec : FunSpec({

    val libsum = NativeLibrary.open("sum", Arena.global())
    val lib = Bindings.bind(NastyCallees::class.java, libsum)
    fun throwing(what: Throwable) = IntBinaryOperator { _, _ -> throw what }

    context("whatever is thrown arrives at the caller of C as it is") {
        val thrown = mapOf(
            "a checked exception" to Refused("no"),
            "a cancellation" to CancellationException("cancelled"),
            "an exception without a stack trace" to object : RuntimeException(null, null, false, false) {},
            "want of memory" to OutOfMemoryError("none left"),
            "an error" to AssertionError("wrong"),
            "the end of a thread" to InterruptedException("stop"),
        )
        withTests(thrown) { what ->
            shouldThrowAny { lib.apply(throwing(what), 1, 2) } shouldBeSameInstanceAs what
            lib.apply({ a, b -> a + b }, 1, 2) shouldBe 3
        }
    }

    test("an overflow of the stack is thrown to the caller of C") {
        fun forever(n: Int): Int = forever(n + 1) + 1
        shouldThrow<StackOverflowError> { lib.apply({ a, _ -> forever(a) }, 1, 2) }
        lib.apply({ a, b -> a + b }, 1, 2) shouldBe 3
    }

    test("the stack trace names C between the two") {
        val thrown = shouldThrow<Refused> { lib.apply(throwing(Refused("no")), 1, 2) }
        thrown.stackTrace.map { it.toString() } shouldContain "C.apply(Native Method)"
        val direct = shouldThrow<Refused> { lib.apply({ _, _ -> throw Refused("here") }, 1, 2) }
        val at = direct.stackTrace.indexOfFirst { it.className == "C" }
        direct.stackTrace[at].methodName shouldBe "apply"
        direct.stackTrace[at - 1].className.startsWith("ffi.core.CallbackExceptionsSpec") shouldBe true
        direct.stackTrace[at + 1].className.startsWith("ffi.core.CallbackExceptionsSpec") shouldBe true
    }

    test("C gets the error value, and goes on with it") {
        var calls = 0
        val failing = operation.onError(-1)
        val until = libsum.downcall("apply_until_negative", I32, failing, I32)
        shouldThrow<Refused> {
            until.call(IntBinaryOperator { i, _ -> calls++; if (i == 4) throw Refused("stop") else i }, 10)
        }
        calls shouldBe 5
        calls = 0
        shouldThrow<Refused> { lib.apply_until_negative({ _, _ -> calls++; throw Refused("never mind") }, 10) }
        calls shouldBe 10 // 0 is no error to this C function
    }

    test("an error value has the type of the result") {
        val half = callback(Function::class.java, F64, F64).onError(0.5)
        Arena.ofConfined().use { arena ->
            @Suppress("UNCHECKED_CAST")
            val function =
                Upcall.of(half as NativeType<Function<*, *>>, Function<Double, Double> { throw Refused("no") }, arena)
            shouldThrow<Refused> { libsum.downcall("twice_f64", F64, half, F64).call(function, 1.0) }
            val single = callback(Function::class.java, F32, F32).onError(0.5f)
            var second = 0f
            var calls = 0
            shouldThrow<Refused> {
                libsum.downcall("twice_f32", F32, single, F32).call(
                    Function<Float, Float> {
                        if (calls++ == 0) throw Refused("no") else it.also { got -> second = got }
                    }, 1f)
            }
            second shouldBe 0.5f
        }
    }

    test("C gets a struct of zeros, by registers and by its address") {
        fun <T : Any> check(name: String, value: T, zero: T) {
            val type = struct(value.javaClass)
            var calls = 0
            var second: Any? = null
            shouldThrow<Refused> {
                libsum.downcall("twice_$name", type, callback(Function::class.java, type, type), type).call(
                    Function<Any, Any> { if (calls++ == 0) throw Refused("no") else it.also { got -> second = got } },
                    value)
            }
            second shouldBe zero
        }
        check("pair", IntPair(1, 2), IntPair(0, 0))
        check("mixed", Mixed(1.0, 2), Mixed(0.0, 0))
        check("longs2", Longs2(1, 2), Longs2(0, 0))
        check("longs3", Longs3(1, 2, 3), Longs3(0, 0, 0))
    }

    test("what a second callback throws is suppressed by what the first has thrown") {
        val thrown = shouldThrow<Refused> { lib.apply_times({ i, _ -> throw Refused("call $i") }, 4) }
        thrown.message shouldBe "call 0"
        thrown.suppressed.map { it.message } shouldBe listOf("call 1", "call 2", "call 3")
        val always = Refused("the same")
        shouldThrow<Refused> { lib.apply_times(throwing(always), 4) }.suppressed.size shouldBe 0
    }

    test("a function that was registered earlier throws at the caller of what it fires in") {
        Arena.ofConfined().use { arena ->
            lib.keep(0, Upcall.of(operation, throwing(Refused("earlier")), arena))
            val thrown = shouldThrow<Refused> { lib.fire(0, 1, 2) }
            thrown.stackTrace.map { it.toString() } shouldContain "C.fire(Native Method)"
        }
    }

    test("what its class says of itself costs no exception its way") {
        val hostile = listOf(
            object : Exception() { override fun getStackTrace() = error("no trace") },
            object : Exception() {
                override fun setStackTrace(trace: Array<StackTraceElement>) = error("no other trace")
            },
            object : Exception() { override fun toString() = error("no text") },
            object : Exception() { override val message get() = error("no message") },
        )
        hostile.forEach { what ->
            shouldThrowAny { lib.apply(throwing(what), 1, 2) } shouldBeSameInstanceAs what
        }
    }

    test("an exception that is thrown a thousand times names C once") {
        val always = Refused("the same")
        repeat(1000) { shouldThrow<Refused> { lib.apply(throwing(always), 1, 2) } }
        always.stackTrace.count { it.className == "C" } shouldBe 1
    }

    test("of very many exceptions in one call the first ones are suppressed, and the rest is reported") {
        val report = reports {
            val thrown = shouldThrow<Refused> { lib.apply_times({ i, _ -> throw Refused("call $i") }, 70) }
            thrown.suppressed.map { it.message } shouldBe (1..64).map { "call $it" }
        }
        report shouldBe List(5) {
            """
            A callback has thrown after another one of the same call
              first: ffi.core.Refused
              thrown: ffi.core.Refused
            """.trimIndent()
        }
    }

    test("what can not be suppressed by the first one is reported") {
        val quiet = object : RuntimeException(null, null, false, false) {}
        reports {
            shouldThrowAny {
                lib.apply_times({ i, _ -> throw if (i == 0) quiet else Refused("call $i") }, 2)
            } shouldBeSameInstanceAs quiet
        }.single().lines().last() shouldBe "  thrown: ffi.core.Refused"
    }

    test("an exception goes through calls within calls, each of whose callers may take it") {
        val log = mutableListOf<String>()
        shouldThrow<Refused> {
            lib.apply({ _, _ ->
                lib.apply({ _, _ ->
                    lib.apply(throwing(Refused("inmost")), 1, 2)
                }, 1, 2)
            }, 1, 2)
        }.let { thrown -> thrown.stackTrace.count { it.className == "C" } shouldBe 3 }
        lib.apply({ a, b ->
            try {
                lib.apply(throwing(Refused("taken")), 1, 2)
            } catch (e: Refused) {
                log += e.message!!
                a + b
            }
        }, 1, 2) shouldBe 3
        log shouldBe listOf("taken")
    }

    test("a call that a callback makes does not throw what an earlier callback has thrown") {
        val inner = mutableListOf<Int>()
        val thrown = shouldThrow<Refused> {
            lib.apply_times({ i, _ ->
                if (i == 0) throw Refused("first")
                inner += lib.apply({ a, b -> a + b }, i, 10)
                0
            }, 3)
        }
        thrown.message shouldBe "first"
        inner shouldBe listOf(11, 12)
    }

    test("what a function of Java's returns must be of its type") {
        val decorate = libsum.downcall("decorate", CSTRING.orNull().owned(),
            callback(Function::class.java, CSTRING, CSTRING), CSTRING)
        val declared = "decorate: cstring.orNull.owned (callback(cstring (cstring)), cstring)"
        shouldThrow<NullPointerException> { decorate.call(Function<String, String?> { null }, "x") }
            .message shouldBe """
            Not a value of its type in a callback
              function: callback(cstring (cstring)) as argument 1 of $declared
              declared: cstring
              expected: a String
              found: null
              hint: declare it cstring.orNull if NULL is a value of it
        """.trimIndent()
    }

    test("on a thread that C made it goes to the registration's handler, and C gets the error value") {
        Arena.ofConfined().use { arena ->
            val seen = mutableListOf<String>()
            val function = Upcall.of(operation.onError(-5), throwing(Refused("on C's thread")), arena) { _, e ->
                seen += e.message!!
            }
            libsum.downcall("apply_on_thread", I32, operation.onError(-5), I32, I32).call(function, 1, 2) shouldBe -5
            seen shouldBe listOf("on C's thread")
        }
    }

    test("on a thread that C made it goes to the default handler, whose own exceptions end nothing") {
        val before = Thread.getDefaultUncaughtExceptionHandler()
        val seen = mutableListOf<String>()
        val report = try {
            Thread.setDefaultUncaughtExceptionHandler { _, e ->
                seen += e.message!!
                throw Refused("the handler, too")
            }
            reports { lib.apply_on_thread(throwing(Refused("on C's thread")), 1, 2) shouldBe 0 }
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before)
        }
        seen shouldBe listOf("on C's thread")
        val applied = "apply_on_thread: i32 (callback(i32 (i32, i32)), i32, i32)"
        report shouldBe listOf(
            """
            The handler of what a callback has thrown has thrown itself: ffi.core.Refused
              callback: callback(i32 (i32, i32)) as argument 1 of $applied
              thrown: ffi.core.Refused
            """.trimIndent(),
        )
    }

    test("on a thread that C made a call down and up again throws to its own caller") {
        lib.apply_on_thread({ a, b ->
            try {
                lib.apply(throwing(Refused("within")), a, b)
            } catch (e: Refused) {
                e.message!!.length
            }
        }, 1, 2) shouldBe 6
    }
})

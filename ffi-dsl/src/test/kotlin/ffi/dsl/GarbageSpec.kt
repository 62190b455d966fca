// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import com.sun.management.ThreadMXBean
import ffi.core.Out
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import java.lang.foreign.Arena
import java.lang.management.ManagementFactory

private object Scalars : Library("sum") {
    val sum = fn("sum", i32, i32) returns i32
    val u8 = fn("echo_u8", ffi.dsl.u8) returns ffi.dsl.u8
    val u32 = fn("testU32", ffi.dsl.u32, ffi.dsl.u32) returns ffi.dsl.u32
    val u64 = fn("testbigint", ffi.dsl.u64) returns ffi.dsl.u64
    val noop = fn("noop") returns void
    val length = fn("text_bytes", cstring) returns usize
    val next = fn("counter_next", handle(::Counter)) returns i32
    val distance = fn("distance", struct<Point>(), struct<Point>()) returns f64
    val increment = fn("increment", pointer(i32)) returns void
    val divide = fn("divide", i32, i32, out(i32), out(i32)) returns void
}

private interface ScalarsFace {
    fun testU32(a: UInt, b: UInt): UInt
    fun text_bytes(text: String): Long
    fun counter_next(counter: Counter): Int
    fun divide(a: Int, b: Int, quotient: Out<Int>, remainder: Out<Int>)
}

private interface LibC {
    fun snprintf(buffer: ByteArray, size: Long, format: String, vararg rest: Any?): Int
    fun strtol(text: String, end: Out<Long>, base: Int): Long
}

private val face = bind<ScalarsFace>("sum")
private val libc = bind<LibC>("")
private val buffer = ByteArray(64)
private val counter = LibSum.counterNew(0)

private val points = listOf(Point(1.0, 2.0), Point(3.0, 4.0))
private val n = i32.allocate(Arena.global())
private val bob = context(Arena.global()) { Person { it[age] = 1 } }

/** The two numbers that a call wrote, by the way that it takes. */
private inline fun sum(divide: (Out<Int>, Out<Int>) -> Unit): Int {
    val quotient = Out<Int>()
    val remainder = Out<Int>()
    divide(quotient, remainder)
    return quotient.get() + remainder.get()
}

private const val TEXT = "sixteen letters."

/** Calls of one function, many in one method, as the JIT meets them in a program. */
private fun interface Calls {
    fun of(times: Int)
}

/** Once it is compiled, a call through a constant leaves nothing to the garbage collector: the JIT drops the boxes. */
class GarbageSpec : FunSpec({

    val threads = ManagementFactory.getThreadMXBean() as ThreadMXBean
    fun bytesOf(calls: Calls, times: Int): Long {
        val before = threads.currentThreadAllocatedBytes
        calls.of(times)
        return threads.currentThreadAllocatedBytes - before
    }

    withData(
        mapOf(
            "an i32" to Calls { times -> for (i in 0 until times) Scalars.sum(i, 1) },
            "a u8" to Calls { times -> for (i in 0 until times) Scalars.u8(i.toUByte()) },
            "a u32" to Calls { times -> for (i in 0 until times) Scalars.u32(i.toUInt(), 1u) },
            "a u64" to Calls { times -> for (i in 0 until times) Scalars.u64(i.toULong()) },
            "void" to Calls { times -> for (i in 0 until times) Scalars.noop() },
            "a cstring in" to Calls { times -> for (i in 0 until times) Scalars.length(TEXT) },
            "a handle in" to Calls { times -> for (i in 0 until times) Scalars.next(counter) },
            "two structs in" to Calls { times -> for (i in 0 until times) Scalars.distance(points[0], points[1]) },
            "a pointer in" to Calls { times -> for (i in 0 until times) Scalars.increment(n) },
            "a field of a struct" to Calls { times -> for (i in 0 until times) bob[Person.age] += 1 },
            "a UInt of an interface" to Calls { times -> for (i in 0 until times) face.testU32(i.toUInt(), 1u) },
            "a String of an interface" to Calls { times -> for (i in 0 until times) face.text_bytes(TEXT) },
            "a handle of an interface" to Calls { times -> for (i in 0 until times) face.counter_next(counter) },
            "two Outs" to Calls { times -> for (i in 0 until times) sum { q, r -> Scalars.divide(i, 3, q, r) } },
            "two Outs of an interface" to
                Calls { times -> for (i in 0 until times) sum { q, r -> face.divide(i, 3, q, r) } },
            "a String and an Out of an interface" to Calls { times ->
                for (i in 0 until times) {
                    val end = Out<Long>()
                    libc.strtol(TEXT, end, 10)
                    end.get() + 1
                }
            },
            "any arguments of an interface" to
                Calls { times -> for (i in 0 until times) libc.snprintf(buffer, 64, "%d: %.1f", i, i + 0.5) },
        ),
    ) { calls ->
        val end = System.nanoTime() + 20_000_000_000 // how soon the JIT gets there is its own affair
        generateSequence { bytesOf(calls, 50_000) / 50_000 }.first { it == 0L || System.nanoTime() > end } shouldBe 0L
    }
})

// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import com.sun.management.ThreadMXBean
import ffi.core.Out
import java.lang.foreign.Arena
import java.lang.management.ManagementFactory
import java.util.function.BinaryOperator
import java.util.function.IntBinaryOperator
import kotlin.io.path.Path

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
    val operation = callback(i32, i32) returns i32
    val apply = fn("apply", operation, i32, i32) returns i32
    val fail = fn("fail_with", i32) returns i32.withErrno
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

private val downcall = library("sum") { function("sum", i32, i32, i32) }
private val functional = downcall.`as`(IntBinaryOperator::class.java)
@Suppress("UNCHECKED_CAST")
private val boxed = downcall.`as`(BinaryOperator::class.java) as BinaryOperator<Int>
private val plus = Scalars.operation.forever { a, b -> a + b }

private const val TEXT = "sixteen letters."

/** Calls of one function, many in one method, as the JIT meets them in a program. */
private fun interface Calls {
    fun of(times: Int)
}

private const val TIMES = 50_000
private const val ROUNDS = 40 // after one or two of them all is compiled

/** A program that says of each call how many bytes of garbage it leaves, at its least. */
internal object GarbageInOwnJvm {

    private val threads = ManagementFactory.getThreadMXBean() as ThreadMXBean

    private val calls = mapOf(
        "an i32" to Calls { times -> for (i in 0 until times) Scalars.sum(i, 1) },
        "an i32 of a functional interface" to
            Calls { times -> for (i in 0 until times) functional.applyAsInt(i, 1) },
        "an i32 of a functional interface of boxes" to
            Calls { times -> for (i in 0 until times) boxed.apply(i, 1) },
        "errno beside an i32" to Calls { times -> for (i in 0 until times) Scalars.fail(i).errno().code() },
        "a callback that C keeps" to Calls { times -> for (i in 0 until times) Scalars.apply(plus, i, 1) },
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
    )

    val names get() = calls.keys

    private fun bytesOf(calls: Calls): Long {
        val before = threads.currentThreadAllocatedBytes
        calls.of(TIMES)
        return (threads.currentThreadAllocatedBytes - before) / TIMES
    }

    @JvmStatic
    fun main(args: Array<String>) {
        for ((name, calls) in calls) {
            val bytes = generateSequence { bytesOf(calls) }.take(ROUNDS).firstOrNull { it == 0L } ?: bytesOf(calls)
            println("$name: $bytes")
        }
    }

    /**
     * What such a JVM printed.
     *
     * Its callers wait for the JIT. Otherwise they go on meanwhile, and what it knows, and so what it puts in the place
     * of a call, depends on how busy the machine is; once it has left out a call, it does not try again.
     */
    fun printed(): List<String> {
        val process = ProcessBuilder(
            "${Path(System.getProperty("java.home"), "bin", "java")}", "--enable-native-access=ALL-UNNAMED", "-Xbatch",
            "-Dffi.library.path=${System.getProperty("ffi.library.path")}",
            "-cp", System.getProperty("java.class.path"), GarbageInOwnJvm::class.java.name,
        ).redirectErrorStream(true).start()
        return process.inputReader().readLines().also { check(process.waitFor() == 0) { it.joinToString("\n") } }
    }
}

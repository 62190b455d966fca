// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import com.sun.management.ThreadMXBean
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.lang.management.ManagementFactory

/** Calls that go round many functions. */
private class Round(private val functions: List<Fn2<Int, Int, Int>>) {
    private var turn = 0

    fun calls(times: Int): Int {
        var last = 0
        for (i in 0 until times) {
            last = functions[turn](i, 1_000)
            turn = if (turn + 1 < functions.size) turn + 1 else 0
        }
        return last
    }
}

/** What one call costs does not depend on how many functions there are. */
class ManyFunctionsSpec : FunSpec({

    val threads = ManagementFactory.getThreadMXBean() as ThreadMXBean

    test("of ten thousand, each called once before the JIT has compiled any, calls leave no garbage") {
        val library = Library("sum")
        val functions = List(10_000) { library.fn("sum", i32, i32) returns i32 }
        functions.forEach { sum -> sum(1, 2) shouldBe 3 }

        val round = Round(functions)
        fun bytes(): Long {
            val before = threads.currentThreadAllocatedBytes
            round.calls(50_000) shouldBe 50_999
            return (threads.currentThreadAllocatedBytes - before) / 50_000
        }
        val end = System.nanoTime() + 20_000_000_000 // how soon the JIT gets there is its own affair
        generateSequence { bytes() }.first { it == 0L || System.nanoTime() > end } shouldBe 0L
    }
})

// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.long
import io.kotest.property.checkAll
import java.lang.foreign.Arena
import kotlin.concurrent.thread

private object Memory : Library("sum") {
    val sum = fn("sum_i64_array", pointer(i64), usize) returns i64
    val length = fn("text_bytes", pointer(cChar)) returns usize
    val count = fn("count_strings", pointer(cstring.orNull)) returns i32
}

class MemorySpec : FunSpec({

    test("an arena lends memory, which is zero, until its block ends") {
        val kept = arena {
            val three = alloc(i32, 3)
            List(3) { three[it] } shouldBe listOf(0, 0, 0)
            three.value += 1
            three.value shouldBe 1
            shouldThrow<IndexOutOfBoundsException> { three[3] }
            three
        }
        shouldThrow<IllegalStateException> { kept.value }
    }

    test("an arena is freed if its block throws") {
        var kept: Pointer<Int>? = null
        shouldThrow<NoSuchElementException> {
            arena {
                kept = alloc(i32)
                throw NoSuchElementException()
            }
        }
        shouldThrow<IllegalStateException> { kept!!.value }
    }

    test("the memory is its thread's") {
        arena {
            val pointer = alloc(i32)
            var caught: Throwable? = null
            thread { caught = runCatching { pointer.value }.exceptionOrNull() }.join()
            caught!!.javaClass shouldBe WrongThreadException::class.java
        }
    }

    test("values are copied to memory, with what they point to") {
        checkAll(100, Arb.long(-1000L..1000), Arb.long(-1000L..1000)) { a, b ->
            arena { Memory.sum(allocFrom(i64, a, b), 2) } shouldBe a + b
        }
        arena {
            Memory.count(allocFrom(cstring.orNull, "a", "grüß", null)) shouldBe 2
            Memory.length("grüß".toNative()) shouldBe 6L
            Memory.length("grüß".toNative(Charsets.ISO_8859_1)) shouldBe 4L
            pointerTo(Point(1.0, 2.0)).value shouldBe Point(1.0, 2.0)
        }
    }

    test("any arena will do") {
        Arena.ofAuto().use0 { alloc(i32, 2L).count() } shouldBe 2L
    }

    test("a count below zero") {
        arena { shouldThrow<IllegalArgumentException> { alloc(i32, -1) } }
    }
})

private fun <R> Arena.use0(block: context(Arena) () -> R): R = block(this)

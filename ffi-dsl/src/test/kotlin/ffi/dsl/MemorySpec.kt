// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.BindingException
import ffi.core.Pointer
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.long
import io.kotest.property.checkAll
import java.lang.foreign.Arena
import java.lang.foreign.ValueLayout.JAVA_BYTE
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

    test("bytes and text go to memory and come back") {
        arena {
            val bytes = allocFrom(byteArrayOf(104, 105, 0, 33))
            bytes.toByteArray() shouldBe byteArrayOf(104, 105, 0, 33)
            bytes.text() shouldBe "hi"
            "grüß".toNative().text() shouldBe "grüß"
            val name = alloc(cstring.sized(8))
            name.value = "grüß"
            name.segment().toArray(JAVA_BYTE).size shouldBe 8
            name.value shouldBe "grüß"
        }
    }

    test("text that is written through a pointer lies in the arena of the pointer") {
        arena {
            val text = alloc(cstring.orNull)
            text.value = "bob"
            text.value shouldBe "bob"
            val people = alloc(struct(Labelled), 2)
            people[1][Labelled.name] = "ann"
            people[1][Labelled.name] shouldBe "ann"
            pointerTo(people[1]).value[Labelled.name] shouldBe "ann"
        }
    }

    test("the size of a type, and of a struct") {
        sizeOf(i32) shouldBe 4
        sizeOf(array(i16).sized(3)) shouldBe 6
        sizeOf(Labelled) shouldBe 16
        shouldThrow<BindingException> { sizeOf(void) }
    }

    test("any arena will do") {
        Arena.ofAuto().use0 { alloc(i32, 2L).count() } shouldBe 2L
    }

    test("a count below zero") {
        arena { shouldThrow<IllegalArgumentException> { alloc(i32, -1) } }
    }
})

private fun <R> Arena.use0(block: context(Arena) () -> R): R = block(this)

private object Labelled : Struct<Labelled>("Labelled") {
    val age = field("age", i32)
    val name = field("name", cstring.orNull)
}

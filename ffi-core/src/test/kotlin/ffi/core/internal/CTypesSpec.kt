// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal

import ffi.core.NativeLibrary
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withTests
import io.kotest.matchers.shouldBe
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED
import java.lang.invoke.MethodType.methodType

/** The types of the platform that this one is not: C's of Windows, by functions of the same width. */
class CTypesSpec : FunSpec({

    val libsum = NativeLibrary.open("sum", Arena.global())

    class Windows(
        val passage: Passage, val symbol: String, val values: Map<Any, Long>, val beyond: List<Any>, val range: String,
    )

    val types = mapOf(
        "long" to Windows(
            CTypes.cLong(true), "echo_i32",
            mapOf(0L to 0, -1L to -1, 0x7fff_ffffL to 0x7fff_ffff, -0x8000_0000L to -0x8000_0000),
            listOf(0x8000_0000L, -0x8000_0001L, Long.MAX_VALUE, Long.MIN_VALUE), "-2147483648 to 2147483647",
        ),
        "unsigned long" to Windows(
            CTypes.cULong(true), "echo_u32",
            mapOf(0L to 0, 0x7fff_ffffL to 0x7fff_ffff, 0x8000_0000L to -0x8000_0000, 0xffff_ffffL to -1),
            listOf(0x1_0000_0000L, -1L, Long.MAX_VALUE, Long.MIN_VALUE), "0 to 4294967295",
        ),
        "wchar_t" to Windows(
            CTypes.wchar(true), "echo_char16",
            mapOf(0 to 0, 0x7fff to 0x7fff, 0xffff to -1),
            listOf(0x1_0000, -1, Int.MAX_VALUE, Int.MIN_VALUE), "0 to 65535",
        ),
    )

    fun handle(type: Windows) = Faces.handle(
        methodType(type.passage.javaType(), type.passage.javaType()), Call(type.passage, listOf(type.passage), false),
        false, object : Target {
            override fun link(): MemorySegment = libsum.findOrThrow(type.symbol)
            override fun toString() = type.symbol
        },
    )

    context("what fits comes back from C, and what does not is an error, for") {
        withTests(types) { type ->
            for (value in type.values.keys) {
                handle(type).invokeWithArguments(value) shouldBe value
            }
            for (value in type.beyond) {
                shouldThrow<IllegalArgumentException> { handle(type).invokeWithArguments(value) }.message shouldBe """
                    Argument 1 is not a value of its type
                      function: ${type.symbol}
                      declared: ${type.passage.name()}
                      expected: ${type.range}
                      found: $value
                """.trimIndent()
            }
        }
    }

    context("what fits lies in memory as C has it, for") {
        withTests(types) { type ->
            Arena.ofConfined().use { arena ->
                for ((value, bits) in type.values) {
                    val memory = arena.allocate(8)
                    type.passage.cell().set(memory, 0, value) { _, _ -> error("allocates nothing") }
                    val mask = if (type.passage.layout().byteSize() == 2L) 0xffff else -1
                    memory.get(JAVA_INT_UNALIGNED, 0) shouldBe (bits.toInt() and mask)
                    type.passage.cell().get(memory, 0) shouldBe value
                }
                for (value in type.beyond) {
                    shouldThrow<Misfit> { type.passage.cell().set(arena.allocate(8), 0, value) { _, _ -> error("") } }
                }
            }
        }
    }

    test("both data models have these widths") {
        for (llp64 in listOf(true, false)) {
            CTypes.cLong(llp64).layout().byteSize() shouldBe if (llp64) 4 else 8
            CTypes.cULong(llp64).layout().byteSize() shouldBe if (llp64) 4 else 8
            CTypes.wchar(llp64).layout().byteSize() shouldBe if (llp64) 2 else 4
        }
    }

    test("a charset's NUL is as long as its unit") {
        for ((name, unit) in mapOf(
            "UTF-8" to 1, "ISO-8859-1" to 1, "windows-1252" to 1, "GB18030" to 1, "IBM1047" to 1,
            "UTF-16" to 2, "UTF-16LE" to 2, "UTF-16BE" to 2, "x-UTF-16LE-BOM" to 2,
            "UTF-32" to 4, "UTF-32LE" to 4, "X-UTF-32BE-BOM" to 4,
        )) {
            CTypes.unit(charset(name)) shouldBe unit
        }
    }
})

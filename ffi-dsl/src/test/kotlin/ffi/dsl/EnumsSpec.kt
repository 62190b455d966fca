// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.BindingException
import ffi.core.CType
import ffi.core.OpenEnum
import ffi.core.OpenFlags
import ffi.core.Out
import ffi.core.Symbol
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

private enum class Sort(val code: Int) { PLAIN(0), OTHER(3), TOP(200) }

private enum class Flag(val bit: Long) { NONE(0), LOW(1), HIGH(1L shl 63) }

private data class PollFd(
    val fd: Int,
    @CType("short") val events: Set<Sort>,
    @CType("short") val revents: OpenFlags<Sort>,
)

private object LibEnums : Library("sum") {
    val sort = enumOf<Sort>(u8) { it.code }
    val echo = fn("echo_u8", sort) returns sort
    val number = fn("echo_u8", sort) returns u8
    val open = fn("echo_u8", sort.open()) returns sort.open()
    val flags = fn("echo_u64", flags<Flag>(u64) { it.bit }.open()) returns flags<Flag>(u64) { it.bit }.open()
    val closed = fn("echo_u64", flags<Flag>(u64) { it.bit }) returns flags<Flag>(u64) { it.bit }
    val read = fn("kind_out", out(sort.open()), u8) returns void
    val call = fn("with_kind", callback(sort.open()) returns sort, sort) returns sort.open()
    val now = variable("kind_now", sort.open())
}

private interface BoundEnums {
    @Symbol("echo_u8")
    @CType("uint8_t")
    fun echo(@CType("uint8_t") sort: OpenEnum<Sort>): OpenEnum<Sort>

    fun poll_all(polls: List<PollFd>, count: Int): Int
}

/** Enumerations and sets of bits of every width, as Kotlin declares them. */
class EnumsSpec : FunSpec({

    test("a carrier is named by any integer type of Kotlin's") {
        val types = mapOf(
            "i8" to i8, "u8" to u8, "i16" to i16, "u16" to u16, "i32" to i32, "u32" to u32, "i64" to i64, "u64" to u64,
            "uchar" to cUChar, "ushort" to cUShort, "uint" to cUInt, "ulong" to cULong, "ulonglong" to cULongLong,
            "long" to cLong, "usize" to usize, "isize" to isize,
        )
        for ((word, carrier) in types) {
            val type = enumOf<Sort>(carrier)
            type.layout() shouldBe carrier.layout()
            "$type" shouldBe "Sort($carrier)"
            library("sum") { fn("echo_$word", type) returns type }(Sort.TOP) shouldBe Sort.TOP
            val bits = flags<Sort>(carrier)
            library("sum") { fn("echo_$word", bits) returns bits }(setOf(Sort.TOP)) shouldBe setOf(Sort.TOP)
            enumOf<Sort>(u16.bigEndian()).layout() shouldBe u16.bigEndian().layout()
        }
    }

    test("an open enumeration keeps a number without a constant") {
        LibEnums.echo(Sort.TOP) shouldBe Sort.TOP
        LibEnums.number(Sort.TOP) shouldBe 200.toUByte()
        LibEnums.open(Sort.OTHER.open()) shouldBe Sort.OTHER.open()
        val unknown = LibEnums.open(OpenEnum.of(77))
        unknown.number shouldBe 77L
        when (unknown.constant) {
            null -> "unknown"
            else -> "known"
        } shouldBe "unknown"
        LibEnums.open(unknown) shouldBe unknown
        Out<OpenEnum<Sort>>().also { LibEnums.read(it, 9u) }.get() shouldBe OpenEnum.of<Sort>(9)
        LibEnums.call({ Sort.TOP }, Sort.OTHER) shouldBe Sort.TOP.open()
        LibEnums.now.value shouldBe OpenEnum.of<Sort>(2)
        bind<BoundEnums>("sum").echo(OpenEnum.of(250)) shouldBe OpenEnum.of<Sort>(250)
    }

    test("the highest of 64 bits, and bits without a constant, come back") {
        LibEnums.closed(setOf(Flag.HIGH, Flag.LOW)) shouldBe setOf(Flag.HIGH, Flag.LOW)
        LibEnums.closed(setOf(Flag.NONE)) shouldBe setOf(Flag.NONE)
        val open = OpenFlags(setOf(Flag.HIGH), 6)
        LibEnums.flags(open) shouldBe open
    }

    test("a data class has them in a width that an annotation names") {
        struct<PollFd>().layout().byteSize() shouldBe 8
        val polls = mutableListOf(PollFd(1, setOf(Sort.OTHER), OpenFlags.of(setOf())))
        bind<BoundEnums>("sum").poll_all(polls, 1) shouldBe 8
        polls.single().revents shouldBe OpenFlags.of(Sort.OTHER)
    }

    test("a type that is mapped carries nothing") {
        shouldThrow<BindingException> {
            library("sum") { fn("echo_i32", enumOf<Sort>(i32.map({ "$it" }, { it.toInt() }))) returns i32 }(Sort.TOP)
        }.message!!.lines().first() shouldBe "Not a carrier of an enumeration: i32"
    }
})

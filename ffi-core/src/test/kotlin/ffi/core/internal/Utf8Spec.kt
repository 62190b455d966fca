// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal

import ffi.core.NativeLibrary
import ffi.core.NativeType.CSTRING
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.Codepoint
import io.kotest.property.arbitrary.choose
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.map
import io.kotest.property.arbitrary.string
import io.kotest.property.checkAll
import java.lang.foreign.Arena
import java.util.function.BinaryOperator

/** Text is written in pieces by several ways; each must give what the JDK's own encoder gives. */
class Utf8Spec : FunSpec({

    @Suppress("UNCHECKED_CAST")
    val joined = NativeLibrary.open("sum", Arena.global())
        .downcall("concatenateStrings", CSTRING.owned(), CSTRING, CSTRING)
        .`as`(BinaryOperator::class.java) as BinaryOperator<String>

    /** The second text is ASCII, so that the next first one goes the quick way. */
    fun copy(text: String): String = joined.apply(text, "")

    /** Mostly ASCII, so that what is not stands at every place of a piece of eight, also in its upper byte alone. */
    val codepoints = Arb.choose(
        20 to Arb.int(1..0x7f),
        2 to Arb.int(0x80..0xff),
        2 to Arb.int(0x100..0x17f),
        1 to Arb.int(0x100..0xffff),
        1 to Arb.int(0x10000..0x10ffff),
    ).map(::Codepoint)

    fun asEncoded(text: String) = String(text.toByteArray(), Charsets.UTF_8)

    test("a text of any characters and length arrives as the JDK encodes it") {
        checkAll(20_000, Arb.string(0..70, codepoints)) { text -> copy(text) shouldBe asEncoded(text) }
    }

    test("each single character that is not ASCII is seen at each place") {
        for (length in listOf(1, 7, 8, 9, 16, 20, 24, 31, 32, 33, 40, 64, 65)) {
            for (place in 0 until length) {
                for (character in "\u0080\u00ff\u0100\u0141\u017f\u0800\u2013\ud800\uffff") {
                    val text = "A".repeat(place) + character + "A".repeat(length - place - 1)
                    copy(text) shouldBe asEncoded(text)
                }
            }
        }
    }

    test("a NUL is refused at each place, whatever stands beside it") {
        for (length in listOf(1, 7, 8, 9, 16, 31, 32, 33, 65)) {
            for (place in 0 until length) {
                for (filler in listOf("A", "ä", "\u0141")) {
                    val text = filler.repeat(place) + "\u0000" + filler.repeat(length - place - 1)
                    shouldThrow<IllegalArgumentException> { copy(text) }
                }
            }
        }
    }
})

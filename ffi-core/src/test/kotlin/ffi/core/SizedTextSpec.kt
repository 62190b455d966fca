// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.NativeType.CSTRING
import ffi.core.NativeType.I32
import ffi.core.NativeType.UTF16
import ffi.core.NativeType.VOID
import ffi.core.NativeType.WSTRING
import ffi.core.NativeType.array
import ffi.core.NativeType.inout
import ffi.core.NativeType.list
import ffi.core.NativeType.out
import ffi.core.NativeType.struct
import ffi.launched.Ended
import ffi.launched.WriteHugeText
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withContexts
import io.kotest.datatest.withTests
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.of
import io.kotest.property.arbitrary.string
import io.kotest.property.checkAll
import java.lang.foreign.Arena
import java.lang.foreign.ValueLayout.JAVA_BYTE
import java.nio.charset.Charset
import users.SizedText

private val libsum = NativeLibrary.open("sum", Arena.global())

/** A charset, by the bytes that one of its elements has. */
private class Wide(val type: NativeType<String>, val unit: Int, val charset: Charset) {
    /** How many elements a text has. */
    fun count(text: String) = text.toByteArray(charset).size / unit
}

private val wides = listOf(
    Wide(CSTRING, 1, Charsets.UTF_8), Wide(NativeType.cstring(Charsets.ISO_8859_1), 1, Charsets.ISO_8859_1),
    Wide(NativeType.cstring(Charset.forName("GB18030")), 1, Charset.forName("GB18030")),
    Wide(UTF16, 2, Charsets.UTF_16LE), Wide(NativeType.cstring(Charsets.UTF_16BE), 2, Charsets.UTF_16BE),
    Wide(NativeType.cstring(Charsets.UTF_16), 2, Charsets.UTF_16),
    Wide(WSTRING, WSTRING.sized(1).layout().byteSize().toInt(), Charsets.UTF_32LE),
    Wide(NativeType.cstring(Charsets.UTF_32BE), 4, Charsets.UTF_32BE),
).associateBy { "${it.type}" }

/** A place where text of a size can be: it writes one there, and reads it. */
private class Position(val name: String, val trip: (NativeType<String>, String, Arena) -> String)

private object Around {
    fun of(text: NativeType<String>): Triple<StructType<Around>, Field<Around, String>, Field<Around, Int>> {
        val struct = StructType.of<Around>("around")
        struct.field("before", NativeType.I8)
        val name = struct.field("name", text)
        return Triple(struct, name, struct.field("after", I32))
    }
}

private val positions = listOf(
    Position("memory") { type, text, arena -> type.allocateFrom(arena, text).get() },
    Position("a field") { type, text, arena ->
        val (struct, name, after) = Around.of(type)
        val ref = struct.allocate(arena)
        ref.set(after, 0x5555_5555)
        ref.set(name, text)
        ref.get(after) shouldBe 0x5555_5555
        ref.get(name)
    },
    Position("an element") { type, text, arena ->
        val three = list(type).sized(3).allocateFrom(arena, listOf("", text, ""))
        three.get()[1]
    },
    Position("an argument and a result") { type, text, _ ->
        libsum.downcall("echo_pointer", type, type).call(text) as String
    },
    Position("an inout") { type, text, _ ->
        val place = Out(text)
        libsum.downcall("is_null", I32, inout(type)).call(place) shouldBe 0
        place.get()
    },
    Position("an array argument") { type, text, _ ->
        val texts = mutableListOf(text, "", text)
        libsum.downcall("is_null", I32, list(type)).call(texts) shouldBe 0
        texts[1] shouldBe ""
        texts[0] shouldBe texts[2]
        texts[2]
    },
)

/** A text of so many elements, no more and no less. */
private fun text(wide: Wide, count: Int): String = "a".repeat(count - wide.count("a") + 1)

class SizedTextSpec : FunSpec({

    context("sized(n) has memory for n elements") {
        withTests(wides) { wide ->
            for (n in listOf(0L, 1L, 4L, 1000L)) {
                wide.type.sized(n).layout().byteSize() shouldBe n * wide.unit
            }
            wide.type.sized(4).layout().byteAlignment() shouldBe wide.unit
            list(wide.type.sized(4)).sized(3).layout().byteSize() shouldBe 12L * wide.unit
        }
    }

    context("text of n - 1 elements goes into sized(n), and text of n into sized(n).padded()") {
        withContexts(wides) { wide ->
            withTests(positions.associateBy { it.name }) { position ->
                for (n in 2..9) {
                    Arena.ofConfined().use { arena ->
                        val most = text(wide, n - 1)
                        position.trip(wide.type.sized(n.toLong()), most, arena) shouldBe most
                        val full = text(wide, n)
                        shouldThrow<IllegalArgumentException> {
                            position.trip(wide.type.sized(n.toLong()), full, arena)
                        }
                        position.trip(wide.type.sized(n.toLong()).padded(), full, arena) shouldBe full
                        shouldThrow<IllegalArgumentException> {
                            position.trip(wide.type.sized(n.toLong()).padded(), text(wide, n + 1), arena)
                        }
                    }
                }
            }
        }
    }

    test("any text comes back from memory that is large enough, and touches nothing beside it") {
        checkAll(300, Arb.of(wides.values), Arb.string(0..12), Arb.int(0..3)) { wide, any, more ->
            val text = String(any.replace("\u0000", "").toByteArray(wide.charset), wide.charset)
            val count = wide.count(text) + more
            val type = wide.type.sized(count.toLong()).padded()
            Arena.ofConfined().use { arena ->
                val memory = arena.allocate(count.toLong() * wide.unit + 16).fill(0x55)
                type.set(memory, 8, text)
                type.get(memory, 8) shouldBe text
                for (at in listOf(7L, 8L + count * wide.unit)) {
                    memory.get(JAVA_BYTE, at) shouldBe 0x55
                }
            }
        }
    }

    test("structs of C with wide text by value, as records and in place") {
        libsum.downcall("size_of_wide_name", NativeType.USIZE).call() shouldBe
            struct(SizedText.WideName::class.java).layout().byteSize()
        libsum.downcall("size_of_utf16_name", NativeType.USIZE).call() shouldBe
            struct(SizedText.Utf16Name::class.java).layout().byteSize()
        val wide = SizedText.WideName(1, "abc", 2)
        val wideName = struct(SizedText.WideName::class.java)
        libsum.downcall("echo_wide_name", wideName, wideName).call(wide) shouldBe wide
        val utf16 = SizedText.Utf16Name(1, "a\ud83d\ude00", 2)
        val utf16Name = struct(SizedText.Utf16Name::class.java)
        libsum.downcall("echo_utf16_name", utf16Name, utf16Name).call(utf16) shouldBe utf16
    }

    test("C fills an out with as many elements as were declared") {
        for ((function, type) in listOf("fill_text" to CSTRING, "fill_utf16" to UTF16, "fill_wide" to WSTRING)) {
            val fill = libsum.downcall(function, VOID, out(type.sized(5)), I32)
            for ((count, text) in listOf(0 to "", 3 to "abc", 5 to "abcde")) {
                val place = Out<String>()
                fill.call(place, count)
                place.get() shouldBe text
            }
        }
    }

    test("a bound interface counts elements as well") {
        val bound = Bindings.bind(SizedText::class.java, libsum)
        bound.static_wide() shouldBe "abcdefgh"
        bound.wide_units("abc") shouldBe 3
        shouldThrow<IllegalArgumentException> { bound.wide_units("abcd") }.message shouldBe """
            Argument 1 is not a value of its type
              function: wide_units: usize (wstring.sized(4))
              declared: wstring.sized(4)
              expected: text of at most 3 elements of 4 bytes before its NUL
              found: text of 4 elements of 4 bytes
        """.trimIndent()
        bound.echo_tag(SizedText.Tag("abcd", 7)) shouldBe SizedText.Tag("abcd", 7)
        bound.echo_tag(SizedText.Tag("ab", 7)) shouldBe SizedText.Tag("ab", 7)
        shouldThrow<IllegalArgumentException> { bound.echo_tag(SizedText.Tag("abcde", 7)) }.message shouldBe """
            Argument 1 is not a value of its type
              function: echo_tag: Tag (Tag)
              field: Tag.name
              declared: cstring.sized(4).padded
              expected: text of at most 4 bytes
              found: text of 5 bytes
        """.trimIndent()
    }

    test("a callback sees text in place, and gives back what it was given") {
        val tags = mutableListOf(SizedText.Tag("abcd", 1), SizedText.Tag("ab", 2))
        val seen = mutableListOf<String>()
        Bindings.bind(SizedText.Each::class.java, libsum).each_tag(tags.toTypedArray(), 2) { given, _ ->
            seen += given.map { it.name }
        }
        seen shouldBe listOf("abcd", "ab")
        Bindings.bind(SizedText.EachPlain::class.java, libsum).each_tag(
            arrayOf(SizedText.PlainTag("abc", 1)), 1,
        ) { given, _ -> seen += given.map { it.name } }
        seen shouldBe listOf("abcd", "ab", "abc")
    }

    test("padded is a word of text that is sized") {
        for (type in listOf(CSTRING.padded(), I32.padded(), array(IntArray::class.java).sized(3).padded())) {
            shouldThrow<BindingException> { type.layout() }.message!!.lines().last() shouldBe
                "  expected: text that is sized"
        }
        "${WSTRING.sized(3).padded()}" shouldBe "wstring.sized(3).padded"
    }

    test("a C type that no argument can be of is named with what to do instead") {
        shouldThrow<BindingException> { Bindings.bind(SizedText.WithInt128::class.java, "sum") }.message shouldBe """
            A C type that no argument or result can be of: "unsigned __int128"
              as: parameter 1
              of: long users.SizedText${'$'}WithInt128.f(long)
              hint: pass a pointer to it; two longs in its place are wrong where registers have run out, since it is
        """.trimIndent() + " aligned to 16 bytes"
        for (face in listOf(SizedText.WithLongDouble::class.java, SizedText.WithComplex::class.java)) {
            shouldThrow<BindingException> { Bindings.bind(face, "sum") }.message!!.lines().first() shouldBe
                if (face == SizedText.WithComplex::class.java) {
                    "A C type that no argument or result can be of: \"double _Complex\""
                } else {
                    "A C type that no argument or result can be of: \"long double\""
                }
        }
    }

    test("a leading U+FEFF in place is a character") {
        Arena.ofConfined().use { arena ->
            for (type in listOf(WSTRING, UTF16, CSTRING)) {
                type.sized(9).allocateFrom(arena, "\uFEFFabc").get() shouldBe "\uFEFFabc"
            }
        }
    }

    test("text whose bytes no int can count is refused, in a VM of its own") {
        val refused = "text of 536870911 characters"
        WriteHugeText.ended() shouldBe Ended(List(3) { refused }.joinToString("\n") + "\nuntouched", "", 0)
    }

    test("counts of elements up to 2^31 - 1 have sizes beyond an int") {
        WSTRING.sized(Int.MAX_VALUE.toLong()).layout().byteSize() shouldBe Int.MAX_VALUE * 4L
        UTF16.sized(1L shl 30).layout().byteSize() shouldBe (1L shl 31)
        shouldThrow<BindingException> { UTF16.sized(1L shl 31).layout() }
        shouldThrow<BindingException> { UTF16.sized(-1).layout() }
        // read up to its NUL: nobody copies the gigabytes behind it
        libsum.downcall("echo_pointer", UTF16.sized(Int.MAX_VALUE.toLong()), UTF16).call("short") shouldBe "short"
    }
})

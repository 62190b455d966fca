// SPDX-License-Identifier: Apache-2.0
package ffi.core

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withContexts
import io.kotest.datatest.withTests
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.property.Arb
import io.kotest.property.arbitrary.arbitrary
import io.kotest.property.arbitrary.boolean
import io.kotest.property.arbitrary.byte
import io.kotest.property.arbitrary.byteArray
import io.kotest.property.arbitrary.choice
import io.kotest.property.arbitrary.constant
import io.kotest.property.arbitrary.enum
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.long
import io.kotest.property.arbitrary.map
import io.kotest.property.arbitrary.orNull
import io.kotest.property.arbitrary.set
import io.kotest.property.checkAll
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.lang.foreign.ValueLayout.JAVA_BYTE
import java.lang.foreign.ValueLayout.JAVA_LONG
import java.nio.ByteBuffer
import java.nio.CharBuffer
import java.nio.charset.Charset
import java.nio.charset.CharsetDecoder
import java.nio.charset.CharsetEncoder
import java.nio.charset.CoderMalfunctionError
import java.nio.charset.CoderResult
import java.time.Duration
import kotlin.io.path.Path
import kotlin.io.path.exists
import kotlin.io.path.readText
import kotlin.random.nextInt

/** A type, by the name that it has in libsum, with values of it. */
private class Sample<T>(
    val word: String,
    val type: NativeType<T>,
    val values: Arb<T>,
    val isCopied: Boolean = false,
    val key: (T) -> Any? = { it },
) {
    suspend fun forAll(law: (T) -> Unit) = checkAll(100, values) { law(it) }
}

/** What holds for every type. */
private class Law(val name: String, val test: suspend (Sample<Any?>) -> Unit)

private enum class Mode { READ, WRITE, APPEND }

private enum class Status(val code: Long) { FAILED(-7), OK(0), FAR(0xffff_fff0), NEAR(900) }

private enum class Permission { EXECUTABLE, WRITABLE, READABLE }

private class Db(val segment: MemorySegment) {
    override fun equals(other: Any?) = other is Db && other.segment == segment
    override fun hashCode() = segment.hashCode()
}

private val libsum = NativeLibrary.open("sum", Arena.global())

private fun echo(word: String, type: NativeType<*>): Downcall = libsum.downcall("echo_$word", type, type)

private fun number(symbol: String): Long = libsum.downcall(symbol, NativeType.I64).call() as Long

/** Text of characters of every length that UTF-8 has, up to [last]. */
private fun text(last: Int = Character.MAX_CODE_POINT): Arb<String> {
    val limits = listOf(1, 0x80, 0x100, 0x800, 0xe000, 0x10000, Character.MAX_CODE_POINT + 1).filter { it <= last } +
        (last + 1)
    val ranges = limits.zipWithNext { from, next -> if (from == 0x800) 0x800..0xd7ff else from..<next }
    return arbitrary(listOf("", "a".repeat(8), "a".repeat(15) + Char(last.coerceAtMost(0xffff)))) { source ->
        val range = ranges.random(source.random)
        buildString {
            repeat(source.random.nextInt(0, 40)) {
                appendCodePoint(source.random.nextInt(if (it % 3 == 0) range else 1..0x7f))
            }
        }
    }
}

private val bytes = Arb.byte()
private val shorts = Arb.choice(Arb.int().map { it.toShort() }, Arb.constant(Short.MIN_VALUE), Arb.constant(-1))
private val floats = Arb.choice(
    Arb.int().map { Float.fromBits(it) }, Arb.int(0x7f800001..0x7fffffff).map { Float.fromBits(it) },
    Arb.constant(-0.0f), Arb.constant(Float.MIN_VALUE),
)
private val doubles = Arb.choice(
    Arb.long().map { Double.fromBits(it) }, Arb.long(0x7ff0_0000_0000_0001..Long.MAX_VALUE).map { Double.fromBits(it) },
    Arb.constant(-0.0), Arb.constant(Double.MIN_VALUE),
)
private val addresses = Arb.long().map { MemorySegment.ofAddress(it) }
private val mode = NativeType.enumOf(Mode::class.java)
private val db = NativeType.handle("Db", ::Db, Db::segment)
private val seconds = NativeType.I64.map(Duration::ofSeconds, Duration::toSeconds)

@Suppress("UNCHECKED_CAST")
private val samples = listOf(
    Sample("i8", NativeType.I8, bytes), Sample("i16", NativeType.I16, shorts),
    Sample("i32", NativeType.I32, Arb.int()), Sample("i64", NativeType.I64, Arb.long()),
    Sample("u8", NativeType.U8, bytes), Sample("u16", NativeType.U16, shorts),
    Sample("u32", NativeType.U32, Arb.int()), Sample("u64", NativeType.U64, Arb.long()),
    Sample("f32", NativeType.F32, floats) { it.toRawBits() },
    Sample("f64", NativeType.F64, doubles) { it.toRawBits() },
    Sample("bool", NativeType.BOOL, Arb.boolean()),
    Sample("char16", NativeType.CHAR16, Arb.int(0..0xffff).map { it.toChar() }),
    Sample("isize", NativeType.ISIZE, Arb.long()),
    Sample("usize", NativeType.USIZE, Arb.choice(Arb.long(0..Long.MAX_VALUE), Arb.constant(Long.MAX_VALUE))),
    Sample("char", NativeType.C_CHAR, bytes), Sample("short", NativeType.C_SHORT, shorts),
    Sample("int", NativeType.C_INT, Arb.int()), Sample("longlong", NativeType.C_LONG_LONG, Arb.long()),
    Sample("long", NativeType.C_LONG, Arb.int().map { it.toLong() }),
    Sample("ulong", NativeType.C_ULONG, Arb.long(0..0xffff_ffff)),
    Sample("uchar", NativeType.C_UCHAR, bytes), Sample("ushort", NativeType.C_USHORT, shorts),
    Sample("uint", NativeType.C_UINT, Arb.int()), Sample("ulonglong", NativeType.C_ULONG_LONG, Arb.long()),
    Sample("wchar", NativeType.WCHAR, Arb.int(0..0xffff)),
    Sample("pointer", NativeType.ADDRESS, addresses),
    Sample("pointer", NativeType.ADDRESS.orNull(), addresses.map { if (it.address() == 0L) null else it }.orNull(0.1)),
    Sample("pointer", NativeType.CSTRING, text(), isCopied = true),
    Sample("pointer", NativeType.CSTRING.orNull(), text().orNull(0.1), isCopied = true),
    Sample("pointer", NativeType.WSTRING, text(), isCopied = true),
    Sample("pointer", NativeType.UTF16, text(), isCopied = true),
    Sample("pointer", NativeType.UTF16.orNull(), text().orNull(0.1), isCopied = true),
    Sample("pointer", NativeType.cstring(Charsets.ISO_8859_1), text(0xff), isCopied = true),
    Sample("pointer", NativeType.cstring(Charsets.US_ASCII), text(0x7f), isCopied = true),
    Sample("pointer", NativeType.cstring(Charset.forName("GB18030")), text(), isCopied = true),
    Sample("pointer", NativeType.cstring(Charsets.UTF_16BE), text(), isCopied = true),
    Sample("pointer", NativeType.cstring(Charsets.UTF_32LE), text(), isCopied = true),
    Sample("pointer", db, addresses.map { if (it.address() == 0L) Db(MemorySegment.ofAddress(1)) else Db(it) }),
    Sample("pointer", db.orNull(), Arb.long(1..Long.MAX_VALUE).map { Db(MemorySegment.ofAddress(it)) }.orNull(0.1)),
    Sample("int", mode, Arb.enum<Mode>()),
    Sample("int", NativeType.enumOf(Status::class.java, Status::code), Arb.enum<Status>()),
    Sample("uint", NativeType.flags(Permission::class.java), Arb.set(Arb.enum<Permission>(), 0..3)),
    Sample("u8", NativeType.enumOf(Mode::class.java, NativeType.U8), Arb.enum<Mode>()),
    Sample(
        "i16", NativeType.openEnum(NativeType.enumOf(Mode::class.java, NativeType.I16)),
        Arb.int(Short.MIN_VALUE..Short.MAX_VALUE)
            .map { Mode.entries.getOrNull(it)?.let { mode -> OpenEnum.of(mode) } ?: OpenEnum.of(it.toLong()) },
    ),
    Sample(
        "u64", NativeType.openFlags(NativeType.flags(Permission::class.java, NativeType.U64)),
        Arb.set(Arb.enum<Permission>(), 0..3).map { OpenFlags(it, if (it.size == 1) Long.MIN_VALUE else 0x100L) },
    ),
    Sample("i64", seconds, Arb.long().map { Duration.ofSeconds(it) }),
    Sample("i64", seconds.map({ it.negated() }, { it.negated() }), Arb.int().map { Duration.ofSeconds(it.toLong()) }),
    Sample(
        "pointer", NativeType.CSTRING.orNull().map<String?>({ it?.reversed() }, { it?.reversed() }),
        text(0x7f).orNull(0.1), isCopied = true,
    ),
) as List<Sample<Any?>>

private val laws = listOf(
    Law("comes back from C as it went") { sample ->
        val echo = echo(sample.word, sample.type)
        sample.forAll { sample.key(echo.call(it)) shouldBe sample.key(it) }
    },
    Law("comes back from C as it went in a critical call") { sample ->
        val signature = Signature.of(sample.type, sample.type).asCritical()
        val echo = libsum.downcall("echo_${sample.word}", signature)
        sample.forAll { sample.key(echo.call(it)) shouldBe sample.key(it) }
    },
    Law("is an element of an array") { sample ->
        val size = sample.type.layout().byteSize()
        val pick = libsum.downcall("pick_${sample.word}", sample.type, NativeType.ADDRESS, NativeType.USIZE)
        val put = libsum.downcall(
            "put_${sample.word}", NativeType.VOID, NativeType.ADDRESS, NativeType.USIZE, sample.type,
        )
        checkAll(50, Arb.list(sample.values, 1..9)) { values ->
            Arena.ofConfined().use { arena ->
                val array = arena.allocate(size * values.size, 8)
                values.forEachIndexed { i, value -> sample.type.set(array, i * size, value, arena) }
                values.indices.map { sample.key(sample.type.get(array, it * size)) } shouldBe values.map(sample.key)
                values.indices.map { sample.key(pick.call(array, it.toLong())) } shouldBe values.map(sample.key)
                if (!sample.isCopied) { // else the copy's memory ends with the call
                    val other = arena.allocate(size * values.size, 8)
                    values.forEachIndexed { i, value -> put.call(other, i.toLong(), value) }
                    values.indices.map { sample.key(sample.type.get(other, it * size)) } shouldBe values.map(sample.key)
                }
            }
        }
    },
    Law("is a field of a struct, and touches no other") { sample ->
        val offset = number("offset_${sample.word}")
        val after = number("after_${sample.word}")
        offset shouldBe sample.type.layout().byteAlignment()
        after shouldBe offset + sample.type.layout().byteSize()
        val read = libsum.downcall("field_${sample.word}", sample.type, NativeType.ADDRESS)
        val write = libsum.downcall("set_field_${sample.word}", NativeType.VOID, NativeType.ADDRESS, sample.type)
        sample.forAll { value ->
            Arena.ofConfined().use { arena ->
                val struct = arena.allocate(number("size_around_${sample.word}"), 8).fill(0x55)
                sample.type.set(struct, offset, value, arena)
                sample.key(read.call(struct)) shouldBe sample.key(value)
                if (!sample.isCopied) {
                    struct.fill(0x55)
                    write.call(struct, value)
                    sample.key(sample.type.get(struct, offset)) shouldBe sample.key(value)
                }
                (0..<offset).map { struct.get(JAVA_BYTE, it) }.toSet() shouldBe setOf<Byte>(0x55)
                (after..<struct.byteSize()).map { struct.get(JAVA_BYTE, it) }.toSet() shouldBe setOf<Byte>(0x55)
            }
        }
    },
    Law("lies anywhere in memory, be it not aligned") { sample ->
        sample.forAll { value ->
            Arena.ofConfined().use { arena ->
                val memory = arena.allocate(24, 8)
                for (offset in 0L..8L) {
                    sample.type.set(memory, offset, value, arena)
                    sample.key(sample.type.get(memory, offset)) shouldBe sample.key(value)
                }
            }
        }
    },
)

/** A charset whose text can be written and not read: what it gives up at is the first byte. */
private object Unreadable : Charset("x-unreadable", null) {
    override fun contains(cs: Charset) = false
    override fun newEncoder(): CharsetEncoder = Charsets.US_ASCII.newEncoder()
    override fun newDecoder(): CharsetDecoder = object : CharsetDecoder(this, 1f, 1f) {
        override fun decodeLoop(`in`: ByteBuffer, out: CharBuffer): CoderResult = error("can not be read")
    }
}

private fun residentPages(): Long = Path("/proc/self/statm").readText().split(" ")[1].toLong()

/** How values of every type pass between Java and C. */
class TypeLawsSpec : FunSpec({

    context("a value") {
        withContexts(laws.associateBy { it.name }) { law ->
            withTests(samples.groupBy { "${it.type}" }.flatMap { (name, same) ->
                same.mapIndexed { i, sample -> (if (i == 0) name else "$name, mapped $i") to sample }
            }.toMap()) { law.test(it) }
        }
    }

    // --- numbers ---------------------------------------------------------------------------------------------------

    test("u64 is carried bit by bit, also from 2^63") {
        val max = libsum.downcall("max_u64", NativeType.U64).call() as Long
        max.toULong() shouldBe ULong.MAX_VALUE
        val unsigned = NativeType.U64.map({ it.toULong() }, { it.toLong() })
        for (value in listOf(0uL, 1uL, Long.MAX_VALUE.toULong(), 1uL shl 63, ULong.MAX_VALUE)) {
            echo("u64", unsigned).call(value) shouldBe value
        }
    }

    test("-1 is the largest u32, u16 and u8") {
        val wide = libsum.downcall("echo_i64", NativeType.I64, NativeType.U16)
        wide.call((-1).toShort()) shouldBe 65535L
        libsum.downcall("echo_i64", NativeType.I64, NativeType.U8).call((-1).toByte()) shouldBe 255L
        libsum.downcall("testU32", NativeType.U32, NativeType.U32, NativeType.U32).call(-1, 0) shouldBe -1
        libsum.downcall("doubleU32", NativeType.U32, NativeType.U32).call(Int.MIN_VALUE) shouldBe 0
    }

    test("what C leaves in the bits above a narrow result does not count") {
        fun cut(type: NativeType<*>, register: Long) = libsum.downcall("echo_i64", type, NativeType.I64).call(register)
        cut(NativeType.I8, 0x7777_7777_7777_7780) shouldBe Byte.MIN_VALUE
        cut(NativeType.U8, 0x7777_7777_7777_77ff) shouldBe (-1).toByte()
        cut(NativeType.I16, 0x7777_7777_7777_8000) shouldBe Short.MIN_VALUE
        cut(NativeType.U16, 0x7777_7777_7777_ffff) shouldBe (-1).toShort()
        cut(NativeType.I32, 0x7777_7777_8000_0000) shouldBe Int.MIN_VALUE
        cut(NativeType.U32, 0x7777_7777_ffff_ffff) shouldBe -1
        cut(NativeType.CHAR16, 0x7777_7777_7777_ffff) shouldBe '\uffff'
        cut(NativeType.BOOL, 0x7777_7777_7777_7700) shouldBe false
        cut(NativeType.BOOL, 0x0100) shouldBe false
    }

    test("a bool from C that is neither 0 nor 1 is true") {
        libsum.downcall("truth_of_two", NativeType.BOOL).call() shouldBe true
        for (value in 1..255) {
            libsum.downcall("echo_i64", NativeType.BOOL, NativeType.I64).call(value) shouldBe true
            Arena.ofConfined().use { arena ->
                val memory = arena.allocateFrom(JAVA_BYTE, value.toByte())
                NativeType.BOOL.get(memory, 0) shouldBe true
                libsum.downcall("field_bool", NativeType.BOOL, NativeType.ADDRESS)
                    .call(arena.allocate(8).fill(value.toByte())) shouldBe true
            }
        }
    }

    test("a bool of Java's is 0 or 1 in C") {
        val int = libsum.downcall("bool_as_int", NativeType.I32, NativeType.BOOL)
        int.call(true) shouldBe 1
        int.call(false) shouldBe 0
    }

    test("every bit of a NaN is kept, in a register and in memory") {
        for (bits in listOf(0x7fc00001, 0x7fffffff, -1, 0x7f800001, -0x7fffff)) {
            (echo("f32", NativeType.F32).call(Float.fromBits(bits)) as Float).toRawBits() shouldBe bits
        }
        for (bits in listOf(0x7ff8_dead_beef_0001, -1L, 0x7ff0_0000_0000_0001)) {
            (echo("f64", NativeType.F64).call(Double.fromBits(bits)) as Double).toRawBits() shouldBe bits
        }
    }

    test("C's long is 64 bits wide but on Windows, and carried by long everywhere") {
        val width = number("sizeof_long")
        NativeType.C_LONG.layout().byteSize() shouldBe width
        NativeType.C_ULONG.layout().byteSize() shouldBe width
        val (least, most) = if (width == 8L) Long.MIN_VALUE to Long.MAX_VALUE else -0x8000_0000L to 0x7fff_ffffL
        for (value in listOf(least, -1, 0, most)) {
            echo("long", NativeType.C_LONG).call(value) shouldBe value
        }
        if (width == 8L) {
            echo("ulong", NativeType.C_ULONG).call(-1L) shouldBe -1L
        }
    }

    test("size_t has no negative values in Java, so that what does not fit is an error") {
        val size = echo("usize", NativeType.USIZE)
        size.call(Long.MAX_VALUE) shouldBe Long.MAX_VALUE
        shouldThrow<IllegalArgumentException> { size.call(-1L) }.message shouldBe """
            Argument 1 is not a value of its type
              function: echo_usize: usize (usize)
              declared: usize
              expected: 0 to 9223372036854775807
              found: -1
        """.trimIndent()
        val wrapped = libsum.downcall("echo_i64", NativeType.USIZE, NativeType.I64)
        shouldThrow<ArithmeticException> { wrapped.call(-1L) }.message shouldBe """
            The result is not a value of its type
              function: echo_i64: usize (i64)
              declared: usize
              expected: 0 to 9223372036854775807
              found: 18446744073709551615
        """.trimIndent()
        shouldThrow<ArithmeticException> { wrapped.call(Long.MIN_VALUE) }.message!!.lines().last() shouldBe
            "  found: 9223372036854775808"
    }

    test("size_t in memory has the same limits") {
        Arena.ofConfined().use { arena ->
            val memory = arena.allocateFrom(JAVA_LONG, -2)
            shouldThrow<ArithmeticException> { NativeType.USIZE.get(memory, 0) }.message shouldBe """
                Not a value of its type
                  declared: usize
                  expected: 0 to 9223372036854775807
                  found: 18446744073709551614
            """.trimIndent()
            shouldThrow<IllegalArgumentException> { NativeType.USIZE.set(memory, 0, -1) }.message shouldBe """
                Not a value of its type
                  declared: usize
                  expected: 0 to 9223372036854775807
                  found: -1
            """.trimIndent()
        }
    }

    test("wchar_t is a code point, as wide as the platform has it") {
        NativeType.WCHAR.layout().byteSize() shouldBe number("sizeof_wchar")
        echo("wchar", NativeType.WCHAR).call('ß'.code) shouldBe 'ß'.code
        if (number("sizeof_wchar") == 4L) {
            echo("wchar", NativeType.WCHAR).call(0x1f600) shouldBe 0x1f600
        }
    }

    // --- text ------------------------------------------------------------------------------------------------------

    val strcpy = NativeLibrary.standard().let { libc ->
        { type: NativeType<String> -> libc.downcall("strcpy", NativeType.ADDRESS, NativeType.ADDRESS, type) }
    }

    /** The bytes that C sees, up to NUL. */
    fun bytesInC(type: NativeType<String>, text: String): ByteArray = Arena.ofConfined().use { arena ->
        val memory = arena.allocate(4L * text.length + 16).fill(0x55)
        strcpy(type).call(memory, text)
        memory.toArray(JAVA_BYTE).let { it.copyOf(it.indexOf(0)) }
    }

    test("C sees the UTF-8 of any text, with ? for half a surrogate pair") {
        val any = Arb.list(Arb.choice(Arb.int(1..0x7f), Arb.int(1..0xffff), Arb.int(0xd800..0xdfff)), 0..40)
            .map { chars -> String(CharArray(chars.size) { chars[it].toChar() }) }
        checkAll(1000, any) { bytesInC(NativeType.CSTRING, it) shouldBe it.toByteArray() }
    }

    test("what is no UTF-8 is U+FFFD, as new String has it") {
        libsum.downcall("latin1_text", NativeType.CSTRING).call() shouldBe "\ufffd"
        val text = libsum.downcall("echo_pointer", NativeType.CSTRING, NativeType.ADDRESS)
        val nonZero = Arb.byteArray(Arb.int(0..30), Arb.int(1..255).map { it.toByte() })
        checkAll(1000, nonZero) { bytes ->
            Arena.ofConfined().use { text.call(it.allocateFrom(JAVA_BYTE, *bytes, 0)) } shouldBe String(bytes)
        }
    }

    test("cstring takes any charset, and so do its bytes in C") {
        val latin1 = NativeType.cstring(Charsets.ISO_8859_1)
        bytesInC(latin1, "é") shouldBe byteArrayOf(0xe9.toByte())
        bytesInC(NativeType.CSTRING, "é") shouldBe byteArrayOf(0xc3.toByte(), 0xa9.toByte())
        bytesInC(NativeType.cstring(Charset.forName("windows-1252")), "€uro") shouldBe
            byteArrayOf(0x80.toByte()) + "uro".toByteArray()
        libsum.downcall("latin1_text", latin1).call() shouldBe "é"
        libsum.downcall("echo_latin1", latin1.owned(), latin1).call("déjà") shouldBe "déjà"
        val length = libsum.downcall("utf16_length", NativeType.USIZE, NativeType.cstring(Charsets.UTF_16LE))
        length.call("a\ud83d\ude00") shouldBe 3L
    }

    test("what a charset can not say is its replacement") {
        bytesInC(NativeType.cstring(Charsets.ISO_8859_1), "1 €") shouldBe "1 ?".toByteArray()
        bytesInC(NativeType.cstring(Charsets.US_ASCII), "é") shouldBe "?".toByteArray()
    }

    test("cstring of UTF-8 is cstring") {
        NativeType.cstring(Charsets.UTF_8) shouldBeSameInstanceAs NativeType.CSTRING
        "${NativeType.cstring(Charsets.ISO_8859_1)}" shouldBe "cstring(ISO-8859-1)"
    }

    test("a leading U+FEFF is a character, and no mark of the byte order") {
        Arena.ofConfined().use { arena ->
            for (type in listOf(NativeType.WSTRING, NativeType.UTF16, NativeType.CSTRING)) {
                type.allocateFrom(arena, "\uFEFFabc").get() shouldBe "\uFEFFabc"
            }
        }
    }

    test("wstring counts characters as wchar_t does, utf16 as Java does") {
        val emoji = "a\ud83d\ude00"
        libsum.downcall("wide_units", NativeType.USIZE, NativeType.WSTRING).call(emoji) shouldBe
            if (number("sizeof_wchar") == 4L) 2L else 3L
        libsum.downcall("utf16_length", NativeType.USIZE, NativeType.UTF16).call(emoji) shouldBe 3L
    }

    test("NULL is null where the type is orNull, both ways") {
        libsum.downcall("returnNullString", NativeType.CSTRING.orNull()).call() shouldBe null
        libsum.downcall("returnNullWideString", NativeType.WSTRING.orNull()).call() shouldBe null
        libsum.downcall("returnNullUtf16String", NativeType.UTF16.orNull()).call() shouldBe null
        libsum.downcall("counter_none", db.orNull()).call() shouldBe null
        for (type in listOf(NativeType.CSTRING, NativeType.WSTRING, NativeType.UTF16, NativeType.ADDRESS, db)) {
            libsum.downcall("is_null", NativeType.I32, type.orNull()).call(null) shouldBe 1
        }
        libsum.downcall("is_null", NativeType.I32, NativeType.CSTRING.orNull()).call("") shouldBe 0
        "${NativeType.CSTRING.orNull()}" shouldBe "cstring.orNull"
    }

    test("text in memory needs an allocator for what it points to") {
        Arena.ofConfined().use { arena ->
            shouldThrow<IllegalArgumentException> { NativeType.CSTRING.set(arena.allocate(8), 0, "four") }
                .message shouldBe """
                    No memory for what a value points to
                      type: cstring
                      bytes: 5
                      hint: say whose memory it is: set(…, value, allocator)
                """.trimIndent()
        }
    }

    // --- owned -----------------------------------------------------------------------------------------------------

    val counted = libsum.downcall("counted_free", NativeType.VOID, NativeType.ADDRESS)

    /** How many texts C gave and how many it was given back while [block] ran. */
    fun givenAndTaken(block: () -> Unit): Pair<Long, Long> {
        val (given, taken) = number("counted_given") to number("counted_taken")
        block()
        number("counted_strange") shouldBe 0
        return number("counted_given") - given to number("counted_taken") - taken
    }

    test("an owned result is given back once, to the function that is named") {
        val copy = libsum.downcall("counted_copy", NativeType.CSTRING.owned(counted), NativeType.CSTRING)
        givenAndTaken { repeat(10) { copy.call("text $it") shouldBe "text $it" } } shouldBe (10L to 10L)
        val kept = libsum.downcall("counted_copy", NativeType.CSTRING, NativeType.CSTRING)
        givenAndTaken { kept.call("kept") shouldBe "kept" } shouldBe (1L to 0L)
    }

    test("what the function that frees returns is dropped") {
        val returning = libsum.downcall("counted_free", NativeType.I32, NativeType.ADDRESS)
        val copy = libsum.downcall("counted_copy", NativeType.CSTRING.owned(returning), NativeType.CSTRING)
        givenAndTaken { copy.call("text") shouldBe "text" } shouldBe (1L to 1L)
    }

    test("an owned result is given back even when it can not be read") {
        val unreadable = NativeType.cstring(Unreadable).owned(counted)
        val copy = libsum.downcall("counted_copy", unreadable, NativeType.CSTRING)
        givenAndTaken {
            shouldThrow<CoderMalfunctionError> { copy.call("text") }.cause!!.message shouldBe "can not be read"
        } shouldBe (1L to 1L)
        val refused = NativeType.CSTRING.owned(counted).map<Int>({ it.toInt() }, { "$it" })
        val mapped = libsum.downcall("counted_copy", refused, NativeType.CSTRING)
        givenAndTaken { shouldThrow<NumberFormatException> { mapped.call("text") } } shouldBe (1L to 1L)
    }

    test("NULL is never given back") {
        val orNull = libsum.downcall("counted_none", NativeType.CSTRING.orNull().owned(counted))
        givenAndTaken { orNull.call() shouldBe null } shouldBe (0L to 0L)
        val none = libsum.downcall("counted_none", NativeType.CSTRING.owned(counted).orNull())
        givenAndTaken { none.call() shouldBe null } shouldBe (0L to 0L)
        val error = libsum.downcall("counted_none", NativeType.CSTRING.owned(counted))
        givenAndTaken { shouldThrow<NullPointerException> { error.call() } } shouldBe (0L to 0L)
    }

    test("owned alone gives back to C's free").config(enabled = Path("/proc/self/statm").exists()) {
        val heavy = libsum.downcall("heavy_text", NativeType.CSTRING.owned(), NativeType.USIZE)
        val before = residentPages()
        repeat(10_000) { heavy.call(100_000) shouldBe "x" } // a gigabyte
        (residentPages() - before) * 4096 shouldBeLessThan 300_000_000
    }

    /** What is said where a type is used that can not be. */
    fun refused(type: NativeType<*>): String? =
        shouldThrow<BindingException> { Signature.of(NativeType.VOID, type) }.message

    // --- what is made of other types -------------------------------------------------------------------------------

    test("an enum travels as the number of its constant, or as the one that is named") {
        libsum.downcall("next_mode", mode, mode).call(Mode.APPEND) shouldBe Mode.READ
        libsum.downcall("open_mode", NativeType.I32, NativeType.CSTRING, mode).call("abc", Mode.WRITE) shouldBe 103
        val status = NativeType.enumOf(Status::class.java, Status::code)
        libsum.downcall("echo_int", NativeType.I32, status).call(Status.FAILED) shouldBe -7
        libsum.downcall("echo_int", NativeType.I32, status).call(Status.FAR) shouldBe -16
        libsum.downcall("echo_int", status, NativeType.I32).call(900) shouldBe Status.NEAR
        libsum.downcall("echo_int", status, NativeType.I32).call(-16) shouldBe Status.FAR
    }

    test("a set of an enum travels as bits") {
        val set = NativeType.flags(Permission::class.java)
        libsum.downcall("permissions_all", set).call() shouldBe Permission.entries.toSet()
        libsum.downcall("echo_uint", NativeType.U32, set)
            .call(setOf(Permission.READABLE, Permission.EXECUTABLE)) shouldBe 5
        libsum.downcall("echo_uint", set, NativeType.U32).call(0) shouldBe setOf<Permission>()
    }

    test("a constant may be several bits, and is in the set when all of them are") {
        val bits = NativeType.flags(Permission::class.java) { if (it == Permission.READABLE) 6 else it.ordinal + 1L }
        libsum.downcall("echo_uint", bits, NativeType.U32).call(2) shouldBe setOf(Permission.WRITABLE)
        libsum.downcall("echo_uint", bits, NativeType.U32).call(6) shouldBe
            setOf(Permission.WRITABLE, Permission.READABLE)
    }

    test("an enum that is not declared with a carrier is within 32 bits, with or without a sign") {
        refused(NativeType.enumOf(Mode::class.java) { it.ordinal + (1L shl 32) }) shouldBe """
            A constant beyond the width of its enumeration
              type: ffi.core.Mode
              carrier: int
              expected: -2147483648 to 4294967295
              found: READ = 4294967296
              hint: name a carrier that has all the constants, as the native enumeration does
        """.trimIndent()
    }

    test("map reads and writes, the last one nearest to the user") {
        val calls = mutableListOf<String>()
        val twice = NativeType.I32
            .map<Int>({ calls += "read 1"; it + 1 }, { calls += "write 1"; it - 1 })
            .map<Int>({ calls += "read 2"; it * 10 }, { calls += "write 2"; it / 10 })
        libsum.downcall("echo_i32", twice, twice).call(30) shouldBe 30
        calls shouldBe listOf("write 2", "write 1", "read 1", "read 2")
    }

    test("what map's functions throw is thrown by the call, and C is not called") {
        val odd = NativeType.CSTRING.map<String>({ error("no reading") }, { require(it != "no"); it })
        val copy = libsum.downcall("counted_copy", odd, odd)
        givenAndTaken { shouldThrow<IllegalArgumentException> { copy.call("no") } } shouldBe (0L to 0L)
        givenAndTaken {
            shouldThrow<IllegalStateException> { copy.call("yes") }.message shouldBe "no reading"
        } shouldBe (1L to 0L)
    }

    test("the functions of a mapped type get no null when it becomes orNull") {
        val type = NativeType.CSTRING.map<Int>({ it.length }, { "x".repeat(it) }).orNull()
        libsum.downcall("echo_pointer", type, type).call(null) shouldBe null
        libsum.downcall("echo_pointer", type, type).call(3) shouldBe 3
    }

    test("the functions that map a type which is orNull get null, and can return it") {
        val type = NativeType.CSTRING.orNull().map<Int>({ it?.length ?: -1 }, { if (it < 0) null else "x".repeat(it) })
        libsum.downcall("echo_pointer", type, type).call(-1) shouldBe -1
        libsum.downcall("echo_pointer", type, type).call(3) shouldBe 3
        libsum.downcall("is_null", NativeType.I32, type).call(-1) shouldBe 1
        Arena.ofConfined().use { arena ->
            type.allocate(arena).get() shouldBe -1
            val list = NativeType.list(type)
            val numbers = mutableListOf(2, -1, 3)
            libsum.downcall("is_null", NativeType.I32, list).call(numbers) shouldBe 0
            numbers shouldBe listOf(2, -1, 3) // copied back, and no element is lost
        }
        val some = NativeType.list(type).sized(3)
        libsum.downcall("strings_with_null", some).call() shouldBe listOf(3, -1, 5)
    }

    test("a failure rule of a type that is orNull gets null for NULL") {
        val rule = NativeType.CSTRING.orNull().orThrow { if (it == null) NoSuchElementException("nothing") else null }
        shouldThrow<NoSuchElementException> { libsum.downcall("returnNullString", rule).call() }
            .message shouldBe "nothing"
        val pointer = NativeType.pointer(NativeType.I32).orNull()
            .orThrow { if (it == null) NoSuchElementException("no pointer") else null }
        shouldThrow<NoSuchElementException> { libsum.downcall("returnNullString", pointer).call() }
        shouldThrow<NoSuchElementException> {
            libsum.downcall("counter_none", db.orNull().orThrow { if (it == null) NoSuchElementException() else null })
                .call()
        }
        libsum.downcall("static_ints", pointer).call() shouldNotBe null
    }

    test("a handle wraps a pointer that only C looks behind") {
        val new = libsum.downcall("counter_new", db, NativeType.I32)
        val next = libsum.downcall("counter_next", NativeType.I32, db)
        val counter = new.call(41) as Db
        next.call(counter) shouldBe 41
        next.call(counter) shouldBe 42
        libsum.downcall("counter_free", NativeType.VOID, db).call(counter) shouldBe null
    }

    test("an address is any segment outside of the heap, for as long as it is open") {
        val echo = echo("pointer", NativeType.ADDRESS)
        (echo.call(MemorySegment.NULL) as MemorySegment).address() shouldBe 0
        Arena.ofConfined().use { arena ->
            val segment = arena.allocate(64)
            val back = echo.call(segment.asSlice(8)) as MemorySegment
            back.address() shouldBe segment.address() + 8
            back.byteSize() shouldBe 0
        }
        val closed = Arena.ofConfined().use { it.allocate(8) }
        shouldThrow<IllegalStateException> { echo.call(closed) }.message!!
            .replace(Regex("0x[0-9a-f]+"), "0x…") shouldBe """
                Argument 1 is closed already
                  function: echo_pointer: address (address)
                  declared: address
                  found: 8 bytes at 0x…
                  hint: close it, or its arena, after its last use
            """.trimIndent()
        shouldThrow<IllegalArgumentException> { echo.call(MemorySegment.ofArray(ByteArray(8))) }.message!!
            .replace(Regex("heapBase: [^,]*"), "heapBase: ...") shouldBe """
                Argument 1 is not a value of its type
                  function: echo_pointer: address (address)
                  declared: address
                  expected: memory outside of the heap
                  found: MemorySegment{ kind: heap, heapBase: ..., address: 0x0, byteSize: 8 }
            """.trimIndent()
    }

    // --- the types themselves --------------------------------------------------------------------------------------

    test("two types are equal if they convert in the same way") {
        NativeType.CSTRING.orNull() shouldBe NativeType.CSTRING.orNull()
        NativeType.enumOf(Mode::class.java) shouldBe mode
        NativeType.flags(Permission::class.java).hashCode() shouldBe NativeType.flags(Permission::class.java).hashCode()
        NativeType.CSTRING.owned(counted) shouldBe NativeType.CSTRING.owned(counted)
        NativeType.CSTRING shouldNotBe NativeType.CSTRING.orNull()
        NativeType.I8 shouldNotBe NativeType.U8
        mode shouldNotBe NativeType.enumOf(Mode::class.java) { it.ordinal + 1L }
    }

    test("what is not a pointer has no orNull and no owned, and void no layout") {
        refused(NativeType.I32.orNull()) shouldBe """
            A type that has no orNull
              type: i32
              expected: a pointer
        """.trimIndent()
        refused(NativeType.I32.owned()) shouldBe """
            A type that has no owned
              type: i32
              expected: text, a handle, a pointer or an array
        """.trimIndent()
        shouldThrow<BindingException> { NativeType.VOID.layout() }.message shouldBe """
            A type that has no layout
              type: void
              expected: a type with values
        """.trimIndent()
    }

    test("a type that can not be is made all the same, and whoever uses it says why") {
        val wrong = NativeType.I32.owned().orNull().map<Int>({ it }, { it })
        "$wrong" shouldBe "i32.owned"
        val why = """
            A type that has no owned
              type: i32
              expected: text, a handle, a pointer or an array
        """.trimIndent()
        refused(wrong) shouldBe why
        Arena.ofConfined().use { arena ->
            for (use in listOf<() -> Any?>(
                { Signature.of(wrong) }, { wrong.layout() }, { wrong.get(arena.allocate(8), 0) },
                { wrong.set(arena.allocate(8), 0, 1) },
            )) {
                shouldThrow<BindingException> { use() }.message shouldBe why
            }
        }
    }

    test("a function that frees takes one pointer") {
        val sum = libsum.downcall("sum", NativeType.I32, NativeType.I32, NativeType.I32)
        refused(NativeType.CSTRING.owned(sum)) shouldBe """
            A function that frees takes one pointer
              function: sum: i32 (i32, i32)
              hint: declare its parameter address
        """.trimIndent()
    }

    test("an owned type is one of a result") {
        shouldThrow<BindingException> { Signature.of(NativeType.VOID, NativeType.I32, NativeType.CSTRING.owned()) }
            .message shouldBe """
                An owned type is one of a result
                  type: cstring.owned
                  as: parameter 2
            """.trimIndent()
    }
})

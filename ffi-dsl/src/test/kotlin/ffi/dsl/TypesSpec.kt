// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.BindingException
import ffi.core.NativeType
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.boolean
import io.kotest.property.arbitrary.byte
import io.kotest.property.arbitrary.char
import io.kotest.property.arbitrary.double
import io.kotest.property.arbitrary.enum
import io.kotest.property.arbitrary.filter
import io.kotest.property.arbitrary.float
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.long
import io.kotest.property.arbitrary.map
import io.kotest.property.arbitrary.set
import io.kotest.property.arbitrary.short
import io.kotest.property.arbitrary.string
import io.kotest.property.arbitrary.uByte
import io.kotest.property.arbitrary.uInt
import io.kotest.property.arbitrary.uLong
import io.kotest.property.arbitrary.uShort
import io.kotest.property.checkAll
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/** A type, the function of C that gives back what it takes, and values for it: the limits, and any. */
private class Law<T>(
    type: NativeType<T>,
    symbol: String,
    private val limits: List<T>,
    private val any: Arb<T>,
    val name: String = "$type",
    private val bits: (T) -> Any? = { it },
) {
    private val echo = library("sum") { fn(symbol, type) returns type }

    suspend fun check() {
        limits.forEach { bits(echo(it)) shouldBe bits(it) }
        checkAll(200, any) { bits(echo(it)) shouldBe bits(it) }
    }
}

private fun <T> law(type: NativeType<T>, symbol: String, any: Arb<T>, vararg limits: T) =
    Law(type, symbol, limits.asList(), any)

private val seconds = i64.map({ it.seconds }, { it.inWholeSeconds })

class TypesSpec : FunSpec({

    val i64s = Arb.long()
    val counters = i64s.filter { it != 0L }.map { Counter(MemorySegment.ofAddress(it)) }
    val text = Arb.string().map { it.replace("\u0000", "").encodeToByteArray().decodeToString() } // no half characters

    val laws: List<Law<*>> = listOf(
        law(i8, "echo_i8", Arb.byte(), Byte.MIN_VALUE, -1, Byte.MAX_VALUE),
        law(i16, "echo_i16", Arb.short(), Short.MIN_VALUE, -1, Short.MAX_VALUE),
        law(i32, "echo_i32", Arb.int(), Int.MIN_VALUE, -1, Int.MAX_VALUE),
        law(i64, "echo_i64", i64s, Long.MIN_VALUE, -1, Long.MAX_VALUE),
        law(u8, "echo_u8", Arb.uByte(), 0u, 128u, UByte.MAX_VALUE),
        law(u16, "echo_u16", Arb.uShort(), 0u, 32768u, UShort.MAX_VALUE),
        law(u32, "echo_u32", Arb.uInt(), 0u, 1u shl 31, UInt.MAX_VALUE),
        law(u64, "echo_u64", Arb.uLong(), 0u, 1uL shl 63, ULong.MAX_VALUE),
        Law(f32, "echo_f32", listOf(Float.NaN, Float.fromBits(0x7fa12345), -0.0f), Arb.float()) { it.toRawBits() },
        Law(f64, "echo_f64", listOf(Double.NaN, Double.fromBits(0x7ff4_1234_5678_9abc), -0.0), Arb.double()) {
            it.toRawBits()
        },
        law(bool, "echo_bool", Arb.boolean(), true, false),
        law(char16, "echo_char16", Arb.char(), Char.MIN_VALUE, '\uD800', Char.MAX_VALUE),
        law(isize, "echo_isize", i64s, Long.MIN_VALUE, Long.MAX_VALUE),
        law(usize, "echo_usize", Arb.long(min = 0), 0, Long.MAX_VALUE),
        law(cChar, "echo_char", Arb.byte(), Byte.MIN_VALUE, Byte.MAX_VALUE),
        law(cShort, "echo_short", Arb.short(), Short.MIN_VALUE, Short.MAX_VALUE),
        law(cInt, "echo_int", Arb.int(), Int.MIN_VALUE, Int.MAX_VALUE),
        law(cLong, "echo_long", Arb.int().map { it.toLong() }, Int.MIN_VALUE.toLong(), Int.MAX_VALUE.toLong()),
        law(cLongLong, "echo_longlong", i64s, Long.MIN_VALUE, Long.MAX_VALUE),
        law(cUChar, "echo_uchar", Arb.uByte(), UByte.MAX_VALUE),
        law(cUShort, "echo_ushort", Arb.uShort(), UShort.MAX_VALUE),
        law(cUInt, "echo_uint", Arb.uInt(), UInt.MAX_VALUE),
        law(cULong, "echo_ulong", Arb.uInt().map { it.toULong() }, UInt.MAX_VALUE.toULong()),
        law(cULongLong, "echo_ulonglong", Arb.uLong(), ULong.MAX_VALUE),
        law(wchar, "echo_wchar", Arb.char().map { it.code }, 0, 'é'.code),
        law(address, "echo_pointer", i64s.map(MemorySegment::ofAddress), MemorySegment.NULL),
        law(cstring, "echo_text", text, "", "naïve €", "😀"),
        law(cstring.orNull, "echo_text", text, null, ""),
        law(cstring(Charsets.ISO_8859_1), "echo_text", Arb.string().map { it.filter { c -> c in ' '..'ÿ' } }, "é"),
        law(enumOf<Mode>(), "echo_i32", Arb.enum<Mode>(), *Mode.entries.toTypedArray()),
        law(enumOf<Permission> { it.bits }, "echo_i32", Arb.enum<Permission>()),
        law(flags<Mode>(), "echo_u32", Arb.set(Arb.enum<Mode>(), 0..3), emptySet(), Mode.entries.toSet()),
        law(flags<Permission> { it.bits }, "echo_u32", Arb.set(Arb.enum<Permission>(), 0..3), emptySet()),
        Law(handle(::Counter), "echo_pointer", listOf(), counters) { it.segment },
        Law(handle(::Counter).orNull, "echo_pointer", listOf(null), counters) { it?.segment },
        Law(seconds, "echo_i64", listOf(Duration.ZERO), Arb.int().map { it.seconds }, "a type of one's own"),
    )

    withData(laws.associateBy { "${it.name} comes back as it went in" }) { it.check() }

    test("a type is called in messages as it was in the declaration") {
        listOf(
            i8, i16, i32, i64, u8, u16, u32, u64, f32, f64, bool, char16, isize, usize, cChar, cShort, cInt, cLong,
            cLongLong, cUChar, cUShort, cUInt, cULong, cULongLong, wchar, void, cstring, wstring, utf16, address,
        ).joinToString(" ") shouldBe "i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 bool char16 isize usize cChar cShort " +
            "cInt cLong cLongLong cUChar cUShort cUInt cULong cULongLong wchar void cstring wstring utf16 address"
        listOf(
            cstring.orNull, cstring.owned(), cstring.orNull.owned(), cstring(Charsets.ISO_8859_1), handle(::Counter),
            handle(::Counter).orNull, enumOf<Mode>(), flags<Permission> { it.bits },
        ).joinToString(" ") shouldBe "cstring.orNull cstring.owned cstring.orNull.owned cstring(ISO-8859-1) Counter " +
            "Counter.orNull Mode flags(Permission)"
    }

    test("the same words make the same type") {
        handle(::Counter) shouldBe handle(::Counter)
        cstring.orNull shouldBe cstring.orNull
        enumOf<Mode>() shouldBe enumOf<Mode>()
        u32 shouldBe u32
    }

    test("what is signed to C and unsigned here keeps its bits") {
        library("sum") { fn("echo_i32", i32) returns u32 }(-1) shouldBe UInt.MAX_VALUE
        library("sum") { fn("echo_u8", u8) returns i8 }(255u) shouldBe -1
        library("sum") { fn("max_u64") returns u64 }() shouldBe ULong.MAX_VALUE
    }

    test("an unsigned argument has zeros where C's register is wider") {
        library("sum") { fn("echo_i64", u8) returns i64 }(255u) shouldBe 255L
        library("sum") { fn("echo_i64", u16) returns i64 }(65535u) shouldBe 65535L
    }

    test("a truth other than 1 is true") {
        library("sum") { fn("truth_of_two") returns bool }() shouldBe true
        library("sum") { fn("bool_as_int", bool) returns i32 }(true) shouldBe 1
    }

    test("a length is never negative, in either direction") {
        val echo = library("sum") { fn("echo_usize", usize) returns usize }
        shouldThrow<IllegalArgumentException> { echo(-1) }.message shouldBe """
            Argument 1 is not a value of its type
              function: echo_usize: usize (usize)
              declared: usize
              expected: 0 to 9223372036854775807
              found: -1
        """.trimIndent()
        shouldThrow<ArithmeticException> { library("sum") { fn("max_u64") returns usize }() }.message shouldBe """
            The result is not a value of its type
              function: max_u64: usize ()
              declared: usize
              expected: 0 to 9223372036854775807
              found: 18446744073709551615
        """.trimIndent()
    }

    test("void is Unit") {
        LibSum.noop() shouldBe Unit
        library("sum") { function("noop", void) }.call() shouldBe Unit
    }

    test("text of every encoding is joined by C and then freed") {
        val wide = library("sum") { fn("concatenateWideStrings", wstring, wstring) returns wstring.owned() }
        val utf16 = library("sum") { fn("concatenateUtf16Strings", utf16, utf16) returns utf16.owned() }
        LibSum.concatenateStrings("foo€", "😀") shouldBe "foo€😀"
        wide("foo€", "😀") shouldBe "foo€😀"
        utf16("foo€", "😀") shouldBe "foo€😀"
        val byte = library("sum") { fn("text_byte", cstring(Charsets.ISO_8859_1), usize) returns u8 }
        byte("é", 0) shouldBe 0xe9u.toUByte()
    }

    test("text is freed by the function that is named for it") {
        val concat = library("sum") {
            val free = fn("free_str", address) returns void
            fn("concat", cstring, cstring) returns cstring.owned(free)
        }
        repeat(1000) { concat("foo", "bar") shouldBe "foobar" }
        library("sum") { fn("concat", cstring, cstring) returns cstring.orNull.owned() }("a", "b") shouldBe "ab"
    }

    test("NULL is null where it is admitted, and an error elsewhere") {
        LibSum.nothing() shouldBe null
        shouldThrow<NullPointerException> { library("sum") { fn("returnNullString") returns cstring }() }
            .message shouldBe """
            The result is not a value of its type
              function: returnNullString: cstring ()
              declared: cstring
              expected: text
              found: NULL
              hint: declare it cstring.orNull if NULL is a value of it
        """.trimIndent()
        shouldThrow<NullPointerException> { library("sum") { fn("counter_none") returns handle(::Counter) }() }
            .message shouldBe """
            The result is not a value of its type
              function: counter_none: Counter ()
              declared: Counter
              expected: a handle
              found: NULL
              hint: declare it Counter.orNull if NULL is a value of it
        """.trimIndent()
        library("sum") { fn("counter_none") returns handle(::Counter).orNull }() shouldBe null
    }

    test("a mapped pointer that admits NULL does not map it") {
        val length = cstring.map({ it.length }, { "x".repeat(it) })
        library("sum") { fn("returnNullString") returns length.orNull }() shouldBe null
    }

    test("a handle goes from C to C") {
        val counter = LibSum.counterNew(41)
        LibSum.counterNext(counter) shouldBe 41
        LibSum.counterNext(counter) shouldBe 42
        LibSum.counterFree(counter)
    }

    test("a pointer may be to memory of an arena") {
        val length = library("sum") { fn("text_bytes", address) returns usize }
        Arena.ofConfined().use { length(it.allocateFrom("four")) } shouldBe 4L
    }

    test("an enumeration and a set of bits are C's numbers") {
        val open = library("sum") { fn("open_mode", cstring, enumOf<Mode>()) returns i32 }
        open("abc", Mode.APPEND) shouldBe 203
        library("sum") { fn("next_mode", enumOf<Mode>()) returns enumOf<Mode>() }(Mode.APPEND) shouldBe Mode.READ
        val permissions = flags<Permission> { it.bits }
        library("sum") { fn("permissions_all") returns permissions }() shouldBe Permission.entries.toSet()
        shouldThrow<NoSuchElementException> { library("sum") { fn("unknown_mode") returns enumOf<Mode>() }() }
            .message shouldBe """
            The result is not a value of its type
              function: unknown_mode: Mode ()
              declared: Mode
              expected: READ=0, WRITE=1, APPEND=2
              found: 99
              hint: an OpenEnum keeps a number that has no constant
        """.trimIndent()
    }

    test("the highest bit of a set is no sign") {
        val sign = flags<Mode> { 1 shl 31 - it.ordinal }
        library("sum") { fn("echo_u32", sign) returns u32 }(setOf(Mode.READ)) shouldBe (1u shl 31)
    }

    test("an enumeration whose values are none is wrong where it is used, and not where it is made") {
        fun messageOf(type: NativeType<*>): String? {
            val f = library("sum") { fn("echo_i32", i32) returns type }
            return shouldThrow<BindingException> { f(1) }.message
        }

        messageOf(enumOf<Mode> { it.ordinal + 0.9 }) shouldBe """
            Not the constants of a C enumeration
              type: ffi.dsl.Mode
              found: READ = 0.9, which is no whole number
              function: echo_i32: Mode (i32)
        """.trimIndent()
        messageOf(flags<Mode> { if (it == Mode.WRITE) error("none") else 1 }) shouldBe """
            Not the constants of a C enumeration
              type: ffi.dsl.Mode
              found: WRITE, whose value throws java.lang.IllegalStateException: none
              function: echo_i32: flags(Mode) (i32)
        """.trimIndent()
        val throwing = library("sum") { fn("echo_i32", enumOf<Mode> { error("none") }) returns i32 }
        shouldThrow<BindingException> { throwing(Mode.READ) }.cause!!.message shouldBe "none"
        library("sum") { fn("echo_i32", enumOf<Mode> { it.ordinal * 2.0 }) returns i32 }(Mode.APPEND) shouldBe 4
    }
})

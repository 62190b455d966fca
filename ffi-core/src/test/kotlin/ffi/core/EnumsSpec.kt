// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.NativeType.enumOf
import ffi.core.NativeType.flags
import ffi.core.NativeType.list
import ffi.core.NativeType.openEnum
import ffi.core.NativeType.openFlags
import ffi.core.NativeType.out
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import users.Enums
import users.Enums.Event
import users.Enums.Kind
import java.io.ByteArrayOutputStream
import java.io.ObjectInputStream
import java.io.ObjectOutputStream
import java.lang.foreign.Arena
import java.util.function.ToLongFunction

private enum class Alias(val number: Long) { FIRST(1), SECOND(1), NONE(0), TOP(1L shl 63) }

/** Enumerations and sets of bits in integers of every width, closed and open. */
class EnumsSpec : FunSpec({

    val sum = NativeLibrary.open("sum", Arena.global())
    val bound = Bindings.bind(Enums::class.java, "sum")
    val carriers = mapOf(
        "i8" to NativeType.I8, "u8" to NativeType.U8, "i16" to NativeType.I16, "u16" to NativeType.U16,
        "i32" to NativeType.I32, "u32" to NativeType.U32, "i64" to NativeType.I64, "u64" to NativeType.U64,
        "char" to NativeType.C_CHAR, "uchar" to NativeType.C_UCHAR, "short" to NativeType.C_SHORT,
        "ushort" to NativeType.C_USHORT, "int" to NativeType.C_INT, "uint" to NativeType.C_UINT,
        "long" to NativeType.C_LONG, "ulong" to NativeType.C_ULONG, "longlong" to NativeType.C_LONG_LONG,
        "ulonglong" to NativeType.C_ULONG_LONG, "isize" to NativeType.ISIZE, "usize" to NativeType.USIZE,
        "wchar" to NativeType.WCHAR, "char16" to NativeType.CHAR16,
    )
    fun <T> echo(word: String, type: NativeType<T>, value: Any?): Any? =
        sum.downcall("echo_$word", type, type).call(value)
    fun refused(type: NativeType<*>) = shouldThrow<BindingException> { Signature.of(NativeType.VOID, type) }.message

    test("every integer carries an enumeration and a set of bits, in a call and in memory") {
        for ((word, carrier) in carriers) {
            val top = (1L shl (carrier.layout().byteSize() * 8 - 1).toInt())
            val kind = enumOf(Kind::class.java, carrier)
            val bits = flags(
                Kind::class.java, carrier, ToLongFunction { if (it == Kind.LINK) top else 1L shl it.ordinal },
            )
            kind.layout().byteSize() shouldBe carrier.layout().byteSize()
            for (value in Kind.entries) {
                echo(word, kind, value) shouldBe value
                echo(word, openEnum(kind), OpenEnum.of(value)) shouldBe OpenEnum.of(value)
            }
            for (set in listOf(setOf(), setOf(Kind.LINK), setOf(Kind.NONE, Kind.LINK), Kind.entries.toSet())) {
                echo(word, bits, set) shouldBe set
                val open = OpenFlags(set, 0x20)
                echo(word, openFlags(bits), open) shouldBe open
                Arena.ofConfined().use { arena ->
                    bits.allocateFrom(arena, set).get() shouldBe set
                    openFlags(bits).allocateFrom(arena, open).get() shouldBe open
                }
            }
            echo(word, openEnum(kind), OpenEnum.of<Kind>(100)) shouldBe OpenEnum.of<Kind>(100)
            Arena.ofConfined().use { arena ->
                val values = list(openEnum(kind)).sized(3)
                val given = listOf(OpenEnum.of(Kind.LINK), OpenEnum.of(99), OpenEnum.of(Kind.FILE))
                values.layout().byteSize() shouldBe 3 * carrier.layout().byteSize()
                values.allocateFrom(arena, given).get() shouldBe given
            }
        }
    }

    test("an unsigned number is read without a sign, and the highest of 64 bits comes back") {
        val kind = openEnum(enumOf(Kind::class.java, NativeType.U8))
        sum.downcall("echo_u8", kind, NativeType.U8).call(200) shouldBe OpenEnum.of<Kind>(200)
        shouldThrow<IllegalArgumentException> { echo("u8", kind, OpenEnum.of<Kind>(256)) }.message shouldBe """
            Argument 1 is not a value of its type
              function: echo_u8: Kind(u8).open (Kind(u8).open)
              declared: Kind(u8).open
              expected: 0 to 255
              found: 256
        """.trimIndent()
        val wide = enumOf(Alias::class.java, NativeType.U64, Alias::number)
        echo("u64", wide, Alias.TOP) shouldBe Alias.TOP
        echo("u64", openEnum(wide), OpenEnum.of<Alias>(-1)) shouldBe OpenEnum.of<Alias>(-1)
    }

    test("of two constants with one number the first is read, and each is written") {
        val alias = enumOf(Alias::class.java, NativeType.I64, Alias::number)
        echo("i64", alias, Alias.SECOND) shouldBe Alias.FIRST
        sum.downcall("echo_i64", NativeType.I64, alias).call(Alias.SECOND) shouldBe 1L
        val bits = flags(Alias::class.java, NativeType.U64, Alias::number)
        echo("u64", bits, setOf(Alias.NONE)) shouldBe setOf(Alias.NONE)
        echo("u64", bits, setOf(Alias.NONE, Alias.TOP)) shouldBe setOf(Alias.TOP)
    }

    test("a constant beyond the carrier makes a type that says so") {
        refused(enumOf(Kind::class.java, NativeType.U8, ToLongFunction { it.ordinal * 128L })) shouldBe """
            A constant beyond the width of its enumeration
              type: users.Enums${'$'}Kind
              carrier: u8
              expected: 0 to 255
              found: FOLDER = 256
              hint: name a carrier that has all the constants, as the native enumeration does
        """.trimIndent()
        refused(enumOf(Kind::class.java, NativeType.I8, ToLongFunction { it.ordinal - 129L }))!!.lines()[3] shouldBe
            "  expected: -128 to 127"
        refused(openEnum(enumOf(Kind::class.java, NativeType.U16, ToLongFunction { -1L })))!!.lines()[4] shouldBe
            "  found: NONE = -1"
        refused(flags(Event::class.java, NativeType.U8)) shouldBe """
            A constant beyond the width of its enumeration
              type: users.Enums${'$'}Event
              carrier: u8
              expected: 8 bits
              found: TOP = 32768
              hint: name a carrier that has all the constants, as the native enumeration does
        """.trimIndent()
    }

    test("only an integer carries an enumeration") {
        val others = listOf(
            NativeType.BOOL, NativeType.F32, NativeType.CSTRING, NativeType.ADDRESS, NativeType.VOID,
            NativeType.I32.map<Int>({ it }, { it }), enumOf(Kind::class.java), list(NativeType.I32),
        )
        for (other in others) {
            refused(enumOf(Kind::class.java, other))!!.lines().first() shouldBe
                "Not a carrier of an enumeration: $other"
        }
        shouldThrow<BindingException> { Bindings.bind(Enums.Wrong::class.java, "sum") }.message shouldBe """
            Not a carrier of an enumeration: bool
              type: users.Enums${'$'}Kind
              as: parameter 1
              of: void users.Enums${'$'}Wrong.f(users.Enums${'$'}Kind)
              hint: name an integer, such as int or uint8_t
        """.trimIndent()
    }

    test("an unknown number names the constants, and the open enumeration") {
        val kind = sum.downcall("echo_u8", enumOf(Kind::class.java, NativeType.U8), NativeType.U8)
        shouldThrow<NoSuchElementException> { kind.call(250) }.message shouldBe """
            The result is not a value of its type
              function: echo_u8: Kind(u8) (u8)
              declared: Kind(u8)
              expected: NONE=0, FILE=1, FOLDER=2, LINK=3
              found: 250
              hint: an OpenEnum keeps a number that has no constant
        """.trimIndent()
        shouldThrow<NoSuchElementException> {
            sum.downcall("echo_u16", flags(Event::class.java, NativeType.U16), NativeType.U16).call(0x8002)
        }.message shouldBe """
            The result is not a value of its type
              function: echo_u16: flags(Event, u16) (u16)
              declared: flags(Event, u16)
              expected: IN=0x1, OUT=0x4, TOP=0x8000
              found: 0x8002, of which 0x2 is none
              hint: an OpenFlags keeps bits that have no constant
        """.trimIndent()
        val errno = sum.downcall("echo_int", enumOf(java.util.concurrent.TimeUnit::class.java), NativeType.I32)
        shouldThrow<NoSuchElementException> { errno.call(7) }.message!!.lines()[3] shouldBe
            "  expected: NANOSECONDS=0, MICROSECONDS=1, MILLISECONDS=2, SECONDS=3, MINUTES=4, HOURS=5, DAYS=6"
    }

    test("an annotation names the carrier in a bound interface, a record, a variable, an array and a callback") {
        bound.echo_u8(Kind.LINK) shouldBe Kind.LINK
        bound.open(OpenEnum.of(222)) shouldBe OpenEnum.of<Kind>(222)
        bound.flags(OpenFlags(setOf(Event.IN), 1L shl 63)) shouldBe OpenFlags(setOf(Event.IN), 1L shl 63)
        val polls = arrayOf(
            Enums.Poll(3, setOf(Event.IN, Event.TOP), OpenFlags.of(setOf())),
            Enums.Poll(4, setOf(), OpenFlags.of(setOf())),
        )
        bound.poll_all(polls, 2) shouldBe 8
        polls.map { it.revents } shouldBe listOf(OpenFlags.of(Event.IN, Event.TOP), OpenFlags.of(setOf()))
        bound.now() shouldBe Kind.FOLDER
        bound.now(Kind.LINK)
        bound.now() shouldBe Kind.LINK
        bound.now(Kind.FOLDER)
        val open = Out<OpenEnum<Kind>>()
        bound.read(open, 200.toByte())
        open.get() shouldBe OpenEnum.of<Kind>(200)
        val closed = Out<Kind>()
        bound.readClosed(closed, 3)
        closed.get() shouldBe Kind.LINK
        val kinds = arrayOf(Kind.NONE, Kind.FOLDER)
        bound.kinds_next(kinds, 2)
        kinds.toList() shouldBe listOf(Kind.FILE, Kind.LINK)
        val list = mutableListOf(OpenEnum.of(Kind.LINK), OpenEnum.of(7))
        bound.listNext(list, 2)
        list.map { it.number } shouldBe listOf(4L, 8L)
        bound.with_kind({ OpenEnum.of(if (it == Kind.FILE) 3L else 0L) }, Kind.FILE) shouldBe Kind.LINK
        bound.with_flags({ OpenFlags(it.constants, it.unknown or (1L shl 63)) }, OpenFlags.of(Event.OUT)) shouldBe
            OpenFlags(setOf(Event.OUT), 1L shl 63)
    }

    test("a bit-field of a declared width has the sign of its carrier") {
        val struct = StructType.of<Kind>("tag")
        val kind = struct.bits("kind", enumOf(Kind::class.java, NativeType.U8), 2)
        val open = struct.bits("open", openEnum(enumOf(Kind::class.java, NativeType.U8)), 4)
        Arena.ofConfined().use { arena ->
            val ref = struct.allocate(arena)
            ref.set(kind, Kind.LINK)
            ref.set(open, OpenEnum.of(15))
            ref.get(kind) shouldBe Kind.LINK
            ref.get(open) shouldBe OpenEnum.of<Kind>(15)
        }
    }

    test("open values are equal by their constant, or else by their number") {
        OpenEnum.of(Kind.FILE) shouldBe OpenEnum(Kind.FILE, 1)
        OpenEnum.of<Kind>(9) shouldBe OpenEnum.of<Kind>(9)
        OpenEnum.of<Kind>(9).hashCode() shouldBe OpenEnum.of<Kind>(9).hashCode()
        OpenEnum.of<Kind>(9) shouldNotBe OpenEnum.of<Kind>(8)
        OpenEnum.of<Kind>(1) shouldNotBe OpenEnum.of(Kind.FILE)
        "${OpenEnum.of(Kind.FILE)} ${OpenEnum.of<Kind>(9)}" shouldBe "FILE 9"
        "${OpenFlags(setOf(Event.IN), 0x80)} ${OpenFlags.of(Event.IN)}" shouldBe "[IN] + 0x80 [IN]"
        OpenEnum.of(Event.OUT).number shouldBe 4
        enumOf(Kind::class.java, NativeType.U8) shouldBe enumOf(Kind::class.java, NativeType.U8)
        enumOf(Kind::class.java, NativeType.U8) shouldNotBe enumOf(Kind::class.java, NativeType.I8)
        enumOf(Kind::class.java) shouldNotBe openEnum(enumOf(Kind::class.java))
    }

    test("a value that does not fit a signed bit-field names its range") {
        for ((width, range) in listOf(1 to "-1 to 0", 2 to "-2 to 1", 31 to "-1073741824 to 1073741823")) {
            val struct = StructType.of<Any>("narrow")
            val field = struct.bits("n", NativeType.I32, width)
            Arena.ofConfined().use { arena ->
                val ref = struct.allocate(arena)
                for (least in listOf(-1 shl (width - 1), (1 shl (width - 1)) - 1)) {
                    ref.set(field, least)
                    ref.get(field) shouldBe least
                }
                shouldThrow<IllegalArgumentException> { ref.set(field, 1 shl (width - 1)) }
                    .message!!.lines().filter { "expected" in it } shouldBe listOf("  expected: $range")
            }
        }
    }

    test("open values are written to a stream and read again, as enum constants are") {
        fun read(value: Any): Any {
            val bytes = ByteArrayOutputStream()
            ObjectOutputStream(bytes).use { it.writeObject(value) }
            return ObjectInputStream(bytes.toByteArray().inputStream()).use { it.readObject() }
        }
        val values = listOf(
            OpenEnum.of(Kind.LINK), OpenEnum.of<Kind>(77), OpenFlags.of(Event.OUT),
            OpenFlags(emptySet<Event>(), 1L shl 63),
        )
        for (value in values) {
            read(value) shouldBe value
        }
    }

    test("a constant among any arguments is an int") {
        val snprintf = NativeLibrary.open("", Arena.global()).downcall(
            "snprintf",
            Signature.of(NativeType.I32, NativeType.array(ByteArray::class.java), NativeType.USIZE, NativeType.CSTRING)
                .asVariadic(3),
        ).variadic()
        val buffer = ByteArray(32)
        snprintf.call(buffer, 32L, "%d %d %ld", Event.OUT, OpenEnum.of<Kind>(77), Kind.LINK) shouldBe 6
        String(buffer, 0, 6) shouldBe "4 77 3"
    }
})

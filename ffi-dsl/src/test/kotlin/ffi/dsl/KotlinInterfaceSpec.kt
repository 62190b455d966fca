// SPDX-License-Identifier: Apache-2.0
@file:OptIn(ExperimentalUnsignedTypes::class)

package ffi.dsl

import ffi.core.BindingException
import ffi.core.Bindings
import ffi.core.CType
import ffi.core.Const
import ffi.core.Critical
import ffi.core.InOut
import ffi.core.Length
import ffi.core.NativeLibrary
import ffi.core.Out
import ffi.core.Owned
import ffi.core.Pointer
import ffi.core.Symbol
import ffi.core.Terminated
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.uByte
import io.kotest.property.arbitrary.uInt
import io.kotest.property.arbitrary.uLong
import io.kotest.property.arbitrary.uShort
import io.kotest.property.checkAll
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.nio.IntBuffer

private interface Functions {
    fun noop()
    fun noop_in_Kotlin() = noop()
    fun echo_u8(value: UByte): UByte
    fun echo_u16(value: UShort): UShort
    fun echo_u32(value: UInt): UInt
    fun echo_u64(value: ULong): ULong
    fun echo_bool(value: Boolean): Boolean
    fun echo_char16(value: Char): Char
    fun echo_f32(value: Float): Float
    fun testU32(a: UInt, b: UInt): UInt
    fun max_u64(): ULong
    fun returnNullString(): String?
    fun is_null(text: String?): Int
    fun open_mode(path: String, mode: Mode): Int
    fun next_mode(mode: Mode): Mode
    fun counter_new(first: Int): Counter
    fun counter_next(counter: Counter): Int
    fun counter_none(): Counter?
    fun counter_free(counter: Counter)
    fun echo_pointer(pointer: MemorySegment): MemorySegment

    @Owned
    fun concatenateStrings(a: String, b: String): String

    @Symbol("doubleSum")
    fun add(a: Double, b: Double): Double

    @Symbol("testU32")
    fun addUnsigned(a: UInt, b: UInt): UInt

    @Critical
    fun sum(a: Int, b: Int): Int

    @CType("size_t")
    fun text_bytes(text: String): Long

    @Symbol("counter_none")
    fun noneThatMustBe(): Counter

    @Symbol("returnNullString")
    fun textThatMustBe(): String
}

private interface Memories {
    fun midpoint(a: Point, b: Point): Point
    fun modifyData(buffer: ByteArray, size: Long): Int
    fun reverse_u32_array(values: UIntArray, count: Long)
    fun sum_u8_array(@Const values: UByteArray, count: Long): Long
    fun divide(a: Int, b: Int, quotient: Out<Int>, remainder: Out<Int>)
    fun increment(@InOut value: Out<UInt>)
    fun swap(a: Pointer<Int>, b: Pointer<Int>)
    fun static_ints(): Pointer<Int>
    fun same_int(value: Pointer<UInt>?): Pointer<UInt>?
    fun centroid(points: List<Point>, n: Int): Point
    fun count_strings(@Terminated strings: Array<String>): Int
    fun reverse_i32_array(values: IntBuffer, count: Long)
    fun open_thing(thing: Out<Counter>): Int
    fun close_thing(thing: Counter)

    @Owned
    @Length(argument = 0)
    fun range_u32(n: Long): UIntArray

    @Owned
    @Terminated
    fun countdown_i32(from: Long): IntArray

    @Symbol("centroid")
    fun centroidOf(points: Array<Point>, n: Int): Point

    @Owned
    @Length(argument = 1)
    fun primes_below(limit: Int, @CType("size_t") count: Out<Long>): List<Int>
}

internal interface Inherited : FunctionsOfFlags {
    fun sum(a: Int, b: Int): Int
}

interface FunctionsOfFlags {
    @Symbol("echo_u32")
    fun flags(set: Set<Mode>): Set<Mode>

    @Symbol("echo_u32")
    fun openFlags(set: Set<Shape>): Set<Shape>
}

enum class Shape {
    ROUND { override fun toString() = "round" },
    SQUARE,
}

@JvmInline
value class Meters(val value: Int)

interface WithSuspending {
    suspend fun sum(a: Int, b: Int): Int
}

interface WithValueClass {
    fun sum(a: Meters, b: Int): Int
}

interface WithNullableNumber {
    fun sum(a: UInt?, b: Int): Int
}

interface WithHandleInterface {
    fun counter_next(counter: Handle): Int
}

interface WithDate {
    fun f(a: Int, date: java.util.Date): Int
}

interface Marked {
    @Symbol("sum")
    fun `my-sum`(a: Int, b: Int): Int

    @Symbol("doubleSum")
    fun `my-own`(a: Double, b: Double): Double

    @Symbol("testU32")
    fun `unsigned-sum`(a: UInt, b: UInt): UInt

    @Symbol("sum")
    fun `looks-AAAAAAA`(a: Int, b: Int): Int
}

abstract class AbstractHandle(override val segment: MemorySegment) : Handle

interface WithAbstractHandle {
    fun counter_new(first: Int): AbstractHandle
}

interface WithManyNumbers {
    fun f(
        a0: UByte, a1: UByte, a2: UByte, a3: UByte, a4: UByte, a5: UByte, a6: UByte,
        a7: UByte, a8: UByte, a9: UByte, a10: UByte, a11: UByte, a12: UByte, a13: UByte,
        a14: UByte, a15: UByte, a16: UByte, a17: UByte, a18: UByte, a19: UByte, a20: UByte,
    )
}

interface WithManyTypes {
    fun f(
        @CType("uint8_t") a0: UByte, @CType("uint8_t") a1: UByte, @CType("uint8_t") a2: UByte,
        @CType("uint8_t") a3: UByte, @CType("uint8_t") a4: UByte, @CType("uint8_t") a5: UByte,
        @CType("uint8_t") a6: UByte, @CType("uint8_t") a7: UByte, @CType("uint8_t") a8: UByte,
        @CType("uint8_t") a9: UByte, @CType("uint8_t") a10: UByte, @CType("uint8_t") a11: UByte,
        @CType("uint8_t") a12: UByte, @CType("uint8_t") a13: UByte, @CType("uint8_t") a14: UByte,
        @CType("uint8_t") a15: UByte, @CType("uint8_t") a16: UByte, @CType("uint8_t") a17: UByte,
        @CType("uint8_t") a18: UByte, @CType("uint8_t") a19: UByte, @CType("uint8_t") a20: UByte,
    )
}

private interface SumOf<T> {
    fun sum(a: T, b: T): T
}

private interface SumOfInts : SumOf<Int> {
    override fun sum(a: Int, b: Int): Int
}

private interface NamedUnsigned {
    @Symbol("testU32")
    @CType("uint32_t")
    fun add(@CType("unsigned") a: UInt, @CType("unsigned int") b: UInt): UInt
}

private interface WideUnsigned {
    fun testU32(a: UInt, @CType("int64_t") b: UInt): UInt
}

private interface WideUnsignedResult {
    @CType("size_t")
    fun testU32(a: UInt, b: UInt): UInt
}

private interface WideUnsignedOut {
    fun f(@CType("double") out: Out<UInt>)
}

private interface WideUnsignedArray {
    fun f(@CType("uint16_t") bytes: UByteArray)
}

private interface NamedHandle {
    fun counter_next(@CType("int") counter: Counter): Int
}

private interface OwnedNumber {
    @Owned
    fun sum(a: Int, b: Int): Int
}

private interface NullableMode {
    fun next_mode(mode: Mode?): Int
}

private interface SeveralTexts {
    fun f(vararg texts: String): Int
}

class KotlinInterfaceSpec : FunSpec({

    val functions = bind<Functions>("sum")

    test("the types of Kotlin are those of C") {
        functions.noop() shouldBe Unit
        functions.noop_in_Kotlin() shouldBe Unit
        functions.echo_bool(true) shouldBe true
        functions.echo_char16('\uFFFF') shouldBe '\uFFFF'
        functions.echo_f32(1.5f) shouldBe 1.5f
        functions.text_bytes("é") shouldBe 2L
        functions.concatenateStrings("foo", "bar") shouldBe "foobar"
        functions.add(1.0, 2.0) shouldBe 3.0
        functions.sum(1, 2) shouldBe 3
    }

    test("unsigned numbers keep their value, at their limits and anywhere") {
        checkAll(200, Arb.uByte()) { functions.echo_u8(it) shouldBe it }
        checkAll(200, Arb.uShort()) { functions.echo_u16(it) shouldBe it }
        checkAll(200, Arb.uInt()) { functions.echo_u32(it) shouldBe it }
        checkAll(200, Arb.uLong()) { functions.echo_u64(it) shouldBe it }
        functions.testU32(UInt.MAX_VALUE, 2u) shouldBe 1u
        functions.addUnsigned(UInt.MAX_VALUE, 2u) shouldBe 1u
        functions.max_u64() shouldBe ULong.MAX_VALUE
    }

    test("a question mark admits NULL, and without one it is an error") {
        functions.returnNullString() shouldBe null
        functions.is_null(null) shouldBe 1
        functions.is_null("") shouldBe 0
        functions.counter_none() shouldBe null
        shouldThrow<NullPointerException> { functions.textThatMustBe() }
        shouldThrow<NullPointerException> { functions.noneThatMustBe() }.message shouldBe """
            The result is not a value of its type
              function: counter_none: Counter ()
              declared: Counter
              expected: a handle
              found: NULL
              hint: declare it Counter.orNull if NULL is a value of it
        """.trimIndent()
    }

    test("a handle, an enum class and a set of one are types") {
        val counter = functions.counter_new(7)
        functions.counter_next(counter) shouldBe 7
        functions.counter_next(counter) shouldBe 8
        functions.counter_free(counter)
        functions.open_mode("abc", Mode.APPEND) shouldBe 203
        functions.next_mode(Mode.APPEND) shouldBe Mode.READ
        functions.echo_pointer(MemorySegment.ofAddress(42)).address() shouldBe 42L
        val flags = bind<Inherited>("sum")
        flags.flags(setOf(Mode.READ, Mode.APPEND)) shouldBe setOf(Mode.READ, Mode.APPEND)
        flags.openFlags(setOf(Shape.SQUARE)) shouldBe setOf(Shape.SQUARE)
        flags.sum(1, 2) shouldBe 3
    }

    test("data classes, arrays, places and pointers are types") {
        val bound = bind<Memories>("sum")
        bound.midpoint(Point(1.0, 2.0), Point(4.0, 6.0)) shouldBe Point(2.5, 4.0)
        val data = byteArrayOf(1, 2)
        bound.modifyData(data, 2) shouldBe 5
        data.asList() shouldBe listOf<Byte>(2, 3)
        val unsigned = uintArrayOf(1u, UInt.MAX_VALUE)
        bound.reverse_u32_array(unsigned, 2)
        unsigned shouldBe uintArrayOf(UInt.MAX_VALUE, 1u)
        bound.sum_u8_array(ubyteArrayOf(255u, 255u), 2) shouldBe 510L
        val quotient = Out<Int>()
        val remainder = Out<Int>()
        bound.divide(7, 2, quotient, remainder)
        listOf(quotient, remainder).map { it.value } shouldBe listOf(3, 1)
        val place = Out(UInt.MAX_VALUE)
        bound.increment(place)
        place.value shouldBe 0u
        arena {
            val (a, b) = Pair(allocFrom(i32, 1), allocFrom(i32, 2))
            bound.swap(a, b)
            listOf(a.value, b.value) shouldBe listOf(2, 1)
            bound.same_int(allocFrom(u32, UInt.MAX_VALUE))!!.value shouldBe UInt.MAX_VALUE
        }
        bound.same_int(null) shouldBe null
        bound.static_ints().value shouldBe 1
        bound.centroid(listOf(Point(0.0, 0.0), Point(2.0, 4.0)), 2) shouldBe Point(1.0, 2.0)
        bound.centroidOf(arrayOf(Point(0.0, 0.0), Point(2.0, 4.0)), 2) shouldBe Point(1.0, 2.0)
        bound.count_strings(arrayOf("a", "b", "c")) shouldBe 3
        bound.range_u32(3) shouldBe uintArrayOf(0u, 1u, 2u)
        bound.countdown_i32(3).asList() shouldBe listOf(3, 2, 1)
        bound.primes_below(10, Out()) shouldBe listOf(2, 3, 5, 7)
        val buffer = IntBuffer.wrap(intArrayOf(1, 2, 3))
        bound.reverse_i32_array(buffer, 3)
        buffer.array().asList() shouldBe listOf(3, 2, 1)
        val thing = Out<Counter>()
        bound.open_thing(thing) shouldBe 0
        bound.close_thing(thing.value)
    }

    test("an interface is bound to a library for as long as that is open") {
        val arena = Arena.ofConfined()
        val bound = bind<SumFace>(NativeLibrary.open("sum", arena))
        val named = bind<SumFace>("sum", arena)
        bound.sum(1, 2) shouldBe 3
        named.sum(1, 2) shouldBe 3
        arena.close()
        shouldThrow<IllegalStateException> { bound.sum(1, 2) }
        shouldThrow<IllegalStateException> { named.sum(1, 2) }
    }

    test("a number of an interface with type parameters, which the JVM returns as an object") {
        bind<SumOfInts>("sum").sum(1, 2) shouldBe 3
        (bind<SumOfInts>("sum") as SumOf<Int>).sum(1, 2) shouldBe 3
    }

    test("a C type of another width than the unsigned number's is refused") {
        fun messageOf(bind: () -> Any) = shouldThrow<BindingException> { bind() }.message

        bind<NamedUnsigned>("sum").add(1u, 2u) shouldBe 3u
        messageOf { bind<WideUnsigned>("sum") } shouldBe """
            Not the Kotlin type of int64_t: UInt
              as: parameter 2, b
              of: fun ffi.dsl.WideUnsigned.testU32(a: UInt, b: UInt): UInt
              hint: declare it ULong
        """.trimIndent()
        messageOf { bind<WideUnsignedResult>("sum") } shouldBe """
            Not the Kotlin type of size_t: UInt
              as: the result
              of: fun ffi.dsl.WideUnsignedResult.testU32(a: UInt, b: UInt): UInt
              hint: declare it ULong
        """.trimIndent()
        messageOf { bind<WideUnsignedOut>("sum") } shouldBe """
            Not the Kotlin type of double: UInt
              as: parameter 1, out
              of: fun ffi.dsl.WideUnsignedOut.f(out: Out<UInt>)
              hint: declare it Double
        """.trimIndent()
        messageOf { bind<WideUnsignedArray>("sum") } shouldBe """
            Not the Kotlin type of uint16_t: UByte
              as: parameter 1, bytes
              of: fun ffi.dsl.WideUnsignedArray.f(bytes: UByteArray)
              hint: declare it UShort
        """.trimIndent()
        messageOf { bind<NamedHandle>("sum") } shouldBe """
            No C type is named of ffi.dsl.Counter: int
              as: parameter 1, counter
              of: fun ffi.dsl.NamedHandle.counter_next(counter: ffi.dsl.Counter): Int
              hint: take @CType away: the class says the native type
        """.trimIndent()
    }

    test("what is wrong with a method beside its types is said in the words of Kotlin, too") {
        fun messageOf(bind: () -> Any) = shouldThrow<BindingException> { bind() }.message

        messageOf { bind<OwnedNumber>("sum") } shouldBe """
            Only text, a handle, a Pointer or an array can be owned: i32
              of: fun ffi.dsl.OwnedNumber.sum(a: Int, b: Int): Int
              hint: take the annotation from the result
        """.trimIndent()
        messageOf { bind<NullableMode>("sum") } shouldBe """
            Only a pointer to a value can be null: Mode
              of: fun ffi.dsl.NullableMode.next_mode(mode: ffi.dsl.Mode?): Int
              hint: leave out the question mark, or @OrNull, of parameter 1
        """.trimIndent()
        messageOf { bind<SeveralTexts>("sum") } shouldBe """
            A variadic method that no function of C's can stand behind
              of: fun ffi.dsl.SeveralTexts.f(texts: Array<String>): Int
              hint: it ends in vararg of Any?, and returns what C does
        """.trimIndent()
    }

    test("an interface with a type that C has not is refused, in words that name it") {
        fun messageOf(bind: () -> Any) = shouldThrow<BindingException> { bind() }.message

        messageOf { bind<WithSuspending>("sum") } shouldBe """
            A suspending method
              of: suspend fun ffi.dsl.WithSuspending.sum(a: Int, b: Int): Int
              hint: add ffi-coroutines to the class path
        """.trimIndent()
        messageOf { bind<WithValueClass>("sum") } shouldBe """
            A method with a value class
              of: fun ffi.dsl.WithValueClass.sum(a: Int, b: Int): Int
              hint: of those, only unsigned numbers are known
        """.trimIndent()
        messageOf { bind<WithNullableNumber>("sum") } shouldBe """
            A method with a value class
              of: fun ffi.dsl.WithNullableNumber.sum(a: UInt?, b: Int): Int
              hint: of those, only unsigned numbers are known
        """.trimIndent()
        messageOf { bind<WithHandleInterface>("sum") } shouldBe """
            A handle that can not be made: ffi.dsl.Handle
              as: parameter 1, counter
              of: fun ffi.dsl.WithHandleInterface.counter_next(counter: ffi.dsl.Handle): Int
              hint: give it a constructor of one MemorySegment that is visible here
        """.trimIndent()
        messageOf { bind<WithDate>("sum") }!!.lines().take(3).joinToString("\n") shouldBe """
            No native type for java.util.Date
              as: parameter 2, date
              of: fun ffi.dsl.WithDate.f(a: Int, date: java.util.Date): Int
        """.trimIndent()
        messageOf { bind<String>("sum") } shouldBe """
            Not an interface that can be bound: java.lang.String
              hint: it is an interface, neither sealed nor an annotation
        """.trimIndent()
    }


    test("a mark in a name may be its own") {
        val marked = bind<Marked>("sum")
        marked.`my-sum`(1, 2) shouldBe 3
        marked.`my-own`(1.0, 2.0) shouldBe 3.0
        marked.`unsigned-sum`(UInt.MAX_VALUE, 2u) shouldBe 1u
        marked.`looks-AAAAAAA`(1, 2) shouldBe 3
    }

    test("what is unsigned is said by annotations where there are too many numbers") {
        val bytes = List(21) { "a$it: Byte" }.joinToString()
        shouldThrow<BindingException> { bind<WithManyNumbers>("sum") }.message!!
            .replace(Regex("f-.{7}"), "f") shouldBe """
            A method with too many numbers to tell which of them are unsigned: 21
              of: fun ffi.dsl.WithManyNumbers.f($bytes)
              hint: say the type of each by @CType, or declare fewer
        """.trimIndent()
        Bindings.functions(bind<WithManyTypes>("sum")).single().toString() shouldBe
            "f: void (${List(21) { "u8" }.joinToString()})"
    }

    test("a handle of an abstract class is refused") {
        shouldThrow<BindingException> { bind<WithAbstractHandle>("sum") }.message shouldBe """
            A handle that can not be made: ffi.dsl.AbstractHandle
              as: the result
              of: fun ffi.dsl.WithAbstractHandle.counter_new(first: Int): ffi.dsl.AbstractHandle
              hint: name a class that is not abstract
        """.trimIndent()
    }

    // Each method's name says its signature, letter by letter: capitals are unsigned, x is another type, and the result
    // comes behind the underscore. What the compiler made of the name must tell the same.
    val methods = Mangled::class.java.methods
    withData(methods.associateBy { "the name ${it.name} tells which numbers are unsigned" }) { method ->
        val name = method.name.substringBefore('-')
        val expected = name.filter { it != '_' }.map { it.isUpperCase() }
        if (expected.none { it }) {
            Mangling.isMangled(method) shouldBe false
        } else {
            Mangling.nameOf(method) shouldBe name
            Mangling.unsignedOf(method)!!.asList() shouldBe expected
        }
    }
})

@Suppress("FunctionName", "unused") // the names are data
private interface Mangled {
    fun _v()
    fun _B(): UByte
    fun _S(): UShort
    fun _I(): UInt
    fun _L(): ULong
    fun _i(): Int
    fun B_v(a: UByte)
    fun S_v(a: UShort)
    fun I_v(a: UInt)
    fun L_v(a: ULong)
    fun b_B(a: Byte): UByte
    fun B_b(a: UByte): Byte
    fun iI_v(a: Int, b: UInt)
    fun Ii_v(a: UInt, b: Int)
    fun II_v(a: UInt, b: UInt)
    fun ii_i(a: Int, b: Int): Int
    fun LI_i(a: ULong, b: UInt): Int
    fun lI_I(a: Long, b: UInt): UInt
    fun xI_x(a: String, b: UInt): String
    fun Ix_x(a: UInt, b: String?): String?
    fun xx_L(a: String?, b: Mode): ULong
    fun xxI_x(a: Set<Mode>, b: Counter, c: UInt): MemorySegment
    fun bsilBSIL_v(a: Byte, b: Short, c: Int, d: Long, e: UByte, f: UShort, g: UInt, h: ULong)
    fun BbSsIiLl_L(a: UByte, b: Byte, c: UShort, d: Short, e: UInt, f: Int, g: ULong, h: Long): ULong
    fun aA_A(a: IntArray, b: UIntArray): UByteArray
    fun AaI_v(a: ULongArray, b: ShortArray, c: UInt)
    fun fdzcI_d(a: Float, b: Double, c: Boolean, d: Char, e: UInt): Double
    fun lLlLlLlLlLlL_l(
        a: Long, b: ULong, c: Long, d: ULong, e: Long, f: ULong,
        g: Long, h: ULong, i: Long, j: ULong, k: Long, l: ULong,
    ): Long
}

// SPDX-License-Identifier: Apache-2.0
@file:OptIn(ExperimentalUnsignedTypes::class)

package ffi.dsl

import ffi.core.BindingException
import ffi.core.NativeType
import ffi.core.Out
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.boolean
import io.kotest.property.arbitrary.byte
import io.kotest.property.arbitrary.char
import io.kotest.property.arbitrary.double
import io.kotest.property.arbitrary.float
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.long
import io.kotest.property.arbitrary.map
import io.kotest.property.arbitrary.short
import io.kotest.property.arbitrary.uByte
import io.kotest.property.arbitrary.uInt
import io.kotest.property.arbitrary.uLong
import io.kotest.property.arbitrary.uShort
import io.kotest.property.checkAll
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.nio.IntBuffer

private object Arrays : Library("sum") {
    val createArrayI32 = fn("createArrayi32", array(i32).const, i32) returns array(i32).sizedBy(argument = 1).owned()
    val createArrayString =
        fn("createArrayString", array(cstring).const, i32) returns array(cstring).sizedBy(argument = 1).owned()
    val modifyData = fn("modifyData", array(i8), usize) returns i32
    val sumConst = fn("modifyData", array(i8).const, usize) returns i32
    val none = fn("no_ints") returns array(i32).sized(3).orNull
    val noneThatMustBe = fn("no_ints") returns array(i32).sized(3)
    val primes = fn("primes_below", i32, out(usize)) returns array(i32).sizedBy(argument = 1).owned()
    val fill = fn("fill_ints", array(i32), inout(usize)) returns i32
    val countStrings = fn("count_strings", array(cstring).terminated) returns i32
    val reverseStrings = fn("reverse_strings", array(cstring), i32) returns void
    val untilNull = fn("strings_until_null") returns array(cstring).terminated
    val withNull = fn("strings_with_null") returns array(cstring.orNull).sized(3)
    val countdown = fn("countdown_u16", usize) returns array(u16).terminated.owned()
    val countdownList = fn("countdown_i32", usize) returns list(i32).terminated.owned()
    val sumRows = fn("sum_rows", array(array(i32)), i32, i32) returns i64
    val negateRows = fn("negate_rows", array(array(i32)), i32, i32) returns void
    val makeRows = fn("make_rows", i32, i32) returns array(array(i32).sizedBy(argument = 1)).sizedBy(argument = 0)
    val centroid = fn("centroid", array(struct<Point>()).const, i32) returns struct<Point>()
    val reverseBuffer = fn("reverse_i32_array", buffer<IntBuffer>(), usize) returns void
    val staticBuffer = fn("static_buffer") returns buffer<ByteBuffer>().sized(64)
    val critical = fn("reverse_u32_array", array(u32), usize).critical returns void
    val four = fn("reverse_i32_array", array(i32).sized(4), usize) returns void
    val maybe = fn("sum_i32_array", array(i32).orNull, usize) returns i64
}

/** An array of Kotlin is reversed in place by C, whatever it is of. */
private class Reversal<A>(
    type: NativeType<A>,
    name: String,
    private val any: Arb<A>,
    private val list: (A) -> List<Any>,
) {
    private val reverse = library("sum") { fn("reverse_${name}_array", type, usize) returns void }

    suspend fun check() {
        checkAll(50, any) { array ->
            val before = list(array).toList()
            reverse(array, before.size.toLong())
            list(array).toList() shouldBe before.reversed()
        }
    }
}

class ArraysSpec : FunSpec({

    fun <T> any(element: Arb<T>) = Arb.list(element, 0..40)

    withData(
        mapOf<String, Reversal<*>>(
            "i8" to Reversal(array(i8), "i8", any(Arb.byte()).map { it.toByteArray() }) { it.asList() },
            "i16" to Reversal(array(i16), "i16", any(Arb.short()).map { it.toShortArray() }) { it.asList() },
            "i32" to Reversal(array(i32), "i32", any(Arb.int()).map { it.toIntArray() }) { it.asList() },
            "i64" to Reversal(array(i64), "i64", any(Arb.long()).map { it.toLongArray() }) { it.asList() },
            "f32" to Reversal(array(f32), "f32", any(Arb.float()).map { it.toFloatArray() }) {
                it.map(Float::toBits)
            },
            "f64" to Reversal(array(f64), "f64", any(Arb.double()).map { it.toDoubleArray() }) {
                it.map(Double::toBits)
            },
            "bool" to Reversal(array(bool), "bool", any(Arb.boolean()).map { it.toBooleanArray() }) { it.asList() },
            "char16" to Reversal(array(char16), "char16", any(Arb.char()).map { it.toCharArray() }) { it.asList() },
            "u8" to Reversal(array(u8), "u8", any(Arb.uByte()).map { it.toUByteArray() }) { it.asList() },
            "u16" to Reversal(array(u16), "u16", any(Arb.uShort()).map { it.toUShortArray() }) { it.asList() },
            "u32" to Reversal(array(u32), "u32", any(Arb.uInt()).map { it.toUIntArray() }) { it.asList() },
            "u64" to Reversal(array(u64), "u64", any(Arb.uLong()).map { it.toULongArray() }) { it.asList() },
            "cUChar" to Reversal(array(cUChar), "uchar", any(Arb.uByte()).map { it.toUByteArray() }) { it.asList() },
            "cULong" to Reversal(
                array(cULong), "ulong", any(Arb.uInt()).map { l -> l.map { it.toULong() }.toULongArray() },
            ) { it.asList() },
            "usize" to Reversal(array(usize), "usize", any(Arb.long(min = 0)).map { it.toLongArray() }) { it.asList() },
            "a list of i32" to Reversal(list(i32), "i32", any(Arb.int()).map { it.toMutableList() }) { it },
        ).mapKeys { "C changes an array of ${it.key} in place" },
    ) { it.check() }

    test("an array comes back as long as an argument says") {
        Arrays.createArrayI32(intArrayOf(1, 2, 3), 3).asList() shouldBe listOf(1, 2, 3)
        Arrays.createArrayString(listOf("a", "grüß"), 2) shouldBe listOf("a", "grüß")
        Arrays.primes(20, Out<Long>()).asList() shouldBe listOf(2, 3, 5, 7, 11, 13, 17, 19)
    }

    test("what C writes comes back, unless the type is const") {
        val data = byteArrayOf(1, 2, 127)
        Arrays.modifyData(data, 3) shouldBe 2 + 3 - 128
        data.asList() shouldBe listOf<Byte>(2, 3, -128)
        Arrays.sumConst(data, 3)
        data.asList() shouldBe listOf<Byte>(2, 3, -128)
        val texts = mutableListOf("a", "b", "c")
        Arrays.reverseStrings(texts, 3)
        texts shouldBe listOf("c", "b", "a")
    }

    test("a size goes in, and the size that C wanted comes back") {
        val room = IntArray(5)
        val size = Out(5L)
        Arrays.fill(room, size) shouldBe 0
        room.asList() shouldBe listOf(0, 10, 20, 30, 40)
        val wanted = Out(2L)
        Arrays.fill(IntArray(2), wanted) shouldBe -1
        wanted.value shouldBe 5L
    }

    test("NULL is null, or an error") {
        Arrays.none() shouldBe null
        Arrays.maybe(null, 3) shouldBe 0L
        shouldThrow<NullPointerException> { Arrays.noneThatMustBe() }
    }

    test("what ends with zero") {
        Arrays.countStrings(listOf("a", "b")) shouldBe 2
        Arrays.untilNull() shouldBe listOf("one", "", "grüß")
        Arrays.withNull() shouldBe listOf("one", null, "three")
        Arrays.countdown(3).asList() shouldBe listOf<UShort>(3u, 2u, 1u)
        Arrays.countdownList(3) shouldBe listOf(3, 2, 1)
    }

    test("int ** is an array of arrays") {
        val rows = listOf(intArrayOf(1, 2), intArrayOf(3, 4))
        Arrays.sumRows(rows, 2, 2) shouldBe 1L + 2 * 2 + 3 * 3 + 4 * 4
        Arrays.negateRows(rows, 2, 2)
        rows.map { it.asList() } shouldBe listOf(listOf(-1, -2), listOf(-3, -4))
    }

    test("structs one after the other") {
        Arrays.centroid(listOf(Point(0.0, 0.0), Point(2.0, 4.0)), 2) shouldBe Point(1.0, 2.0)
        Arrays.centroid(listOf(), 0) shouldBe Point(0.0, 0.0)
    }

    test("a buffer, of C's memory or not") {
        val direct = ByteBuffer.allocateDirect(12).order(ByteOrder.nativeOrder()).asIntBuffer()
        direct.put(0, intArrayOf(1, 2, 3))
        Arrays.reverseBuffer(direct, 3)
        List(3) { direct[it] } shouldBe listOf(3, 2, 1)
        val heap = IntBuffer.wrap(intArrayOf(1, 2, 3))
        Arrays.reverseBuffer(heap, 3)
        heap.array().asList() shouldBe listOf(3, 2, 1)
        Arrays.staticBuffer().capacity() shouldBe 64
    }

    test("a critical function has the array itself") {
        val values = uintArrayOf(1u, UInt.MAX_VALUE)
        Arrays.critical(values, 2)
        values shouldBe uintArrayOf(UInt.MAX_VALUE, 1u)
    }

    test("an array of another size than declared is refused") {
        shouldThrow<IllegalArgumentException> { Arrays.four(IntArray(3), 3) }.message shouldBe """
            Argument 1 is not a value of its type
              function: reverse_i32_array: void (array(i32).sized(4), usize)
              declared: array(i32).sized(4)
              expected: 4 elements
              found: 3 elements
        """.trimIndent()
    }

    test("arrays are called as they are declared, and equal if so") {
        listOf(
            array(i8), array(u32).const, array(cstring).sized(4), array(f64).sizedBy(argument = 1),
            array(struct<Point>()).terminated, array(array(i32)).owned(), array(bool).orNull, list(u8),
            buffer<IntBuffer>(),
        ).joinToString(" ") shouldBe "array(i8) array(u32).const list(cstring).sized(4) array(f64).sizedBy(1) " +
            "list(Point).terminated list(array(i32)).owned array(bool).orNull list(u8) buffer(IntBuffer)"
        array(u32) shouldBe array(u32)
        array(u32).const.orNull shouldBe array(u32).const.orNull
        array(cstring) shouldBe list(cstring)
    }

    test("what is no array, and an array of what has no values, is reported by the call") {
        fun messageOf(call: () -> Unit) = shouldThrow<BindingException>(call).message

        messageOf { (library("sum") { fn("noop", i32.sized(4)) returns void })(1) } shouldBe """
            A type that has no sized
              type: i32
              expected: an array, a list or a buffer
              function: noop: void (i32.sized(4))
        """.trimIndent()
        messageOf { (library("sum") { fn("noop", array(void)) returns void })(listOf()) } shouldBe """
            A type that has no layout
              type: void
              expected: a type with values
              function: noop: void (list(void))
        """.trimIndent()
        messageOf { (library("sum") { fn("noop", array(out(i32))) returns void })(listOf()) } shouldBe """
            A type that has no place in memory
              type: out(i32)
              expected: a type with values
              function: noop: void (list(out(i32)))
        """.trimIndent()
        val own = u32.map({ it }, { it })
        messageOf { (library("sum") { fn("noop", array(own)) returns void })(uintArrayOf()) } shouldBe """
            A type that has no elements of u32
              type: int[]
              expected: Object[]
              function: noop: void (array(u32))
        """.trimIndent()
        messageOf { (library("sum") { fn("no_ints") returns array(i32) })() } shouldBe """
            A result of unknown size
              type: array(i32)
              hint: say how many elements it has: sized(n), sizedBy(argument) or terminated
              function: no_ints: array(i32) ()
        """.trimIndent()
        messageOf { (library("sum") { fn("sum", i32) returns array(i32).sizedBy(argument = 1) })(1) } shouldBe """
            A result whose size no parameter says
              type: array(i32).sizedBy(1)
              parameter: there is none
              hint: sizedBy takes the number of a parameter, from 0, which is an integer or an out of one
              function: sum: array(i32).sizedBy(1) (i32)
        """.trimIndent()
    }
})

// SPDX-License-Identifier: Apache-2.0
@file:OptIn(ExperimentalUnsignedTypes::class)

package ffi.dsl

import ffi.core.BindingException
import ffi.core.CType
import ffi.core.Const
import ffi.core.Length
import ffi.core.NativeType
import ffi.core.OrNull
import ffi.core.Pointer
import ffi.core.Terminated
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.property.Arb
import io.kotest.property.arbitrary.double
import io.kotest.property.checkAll
import java.lang.foreign.MemorySegment
import java.lang.invoke.MethodHandles

data class Point(val x: Double, val y: Double)

private data class Segment(val a: Point, val b: Point)

private data class Slice(val text: String?, @CType("size_t") val length: Long)

/** `struct bytes_4 { uint8_t b[4]; }` */
private data class Bytes(@Length(4) val b: UByteArray)

private data class Shorts(@Length(3) val v: ShortArray)

private data class Matrix(@Length(6) val cells: IntArray)

private data class Record(val a: UByte, val b: UInt, val c: UShort, val d: Double)

private data class Series(val n: Int, @Length(field = "n") val values: DoubleArray)

private data class NameList(
    @Length(field = "count") @Const val names: List<String>,
    @CType("size_t") val count: Long = names.size.toLong(),
)

@ConsistentCopyVisibility
private data class Hidden private constructor(private val a: Int, internal val b: UInt) {
    val sum get() = a + b.toInt()
    var unrelated = 3

    operator fun component3() = 42

    companion object {
        fun of(a: Int, b: UInt) = Hidden(a, b)
    }
}

private data class Everything(
    val i8: Byte, val i16: Short, val i32: Int, val i64: Long, val u8: UByte, val u16: UShort, val u32: UInt,
    val u64: ULong, val f32: Float, val f64: Double, val bool: Boolean, val char16: Char, val text: String?,
    val address: MemorySegment, val mode: Mode, val modes: Set<Mode>, val handle: Counter?, val point: Point,
    val pointer: Pointer<UInt>?, val points: Pointer<Point>?, @Length(2) val pair: List<Point>,
    @Length(2) val unsigned: ULongArray, @get:CType("size_t") val size: Long, @get:Length(2) val ints: IntArray,
    @OrNull private val secret: String?, @Terminated val texts: Array<String>?,
)

private class Plain(val x: Int)

private data class Itself(val a: Int, val next: Itself?)

private data class Dated(val a: Int, val date: java.util.Date)

private data class Measured(val a: Int, val meters: Meters)

private data class Uncounted(val a: Int, @Length(field = "n") val values: IntArray)

private data class MaybeNumber(val a: Int?)

private data class OnField(@field:CType("size_t") val a: Long)

private data class Unseen(val a: Int)

private data class AroundDated(val dated: Dated)

private object ByValue : Library("sum") {
    val distance = fn("distance", struct<Point>(), struct<Point>()) returns f64
    val midpoint = fn("midpoint", struct<Point>(), struct<Point>()) returns struct<Point>()
    val swapSegment = fn("swap_segment", struct<Segment>()) returns struct<Segment>()
    val sumSlice = fn("sum_slice", struct<Slice>()) returns usize
    val makeSlice = fn("make_slice", i32) returns struct<Slice>()
    val flipBytes = fn("flip_bytes_4", struct<Bytes>()) returns struct<Bytes>()
    val bumpShorts = fn("bump_shorts3", struct<Shorts>()) returns struct<Shorts>()
    val makeMatrix = fn("make_matrix", i32) returns struct<Matrix>()
    val sumRecord = fn("sum_record", struct<Record>()) returns f64
    val makeRecord = fn("make_record", u8, u32, u16, f64) returns struct<Record>()
    val sumSeries = fn("sum_series_by_value", struct<Series>()) returns f64
    val makeSeries = fn("make_series", i32) returns struct<Series>()
    val sumSeriesAt = fn("sum_series", pointer(struct<Series>())) returns f64
    val joinNames = fn("join_names", pointer(struct<NameList>()), cstring) returns cstring.owned()
    val allNames = fn("all_names") returns pointer(struct<NameList>())
    val sumHidden = fn("sum_int2", struct<Hidden>()) returns f64
    val bumpHidden = fn("bump_int2", struct<Hidden>()) returns struct<Hidden>()
}

class StructsSpec : FunSpec({

    test("a data class goes to C and comes back by value") {
        ByValue.distance(Point(0.0, 0.0), Point(3.0, 4.0)) shouldBe 5.0
        ByValue.midpoint(Point(1.0, 2.0), Point(4.0, 6.0)) shouldBe Point(2.5, 4.0)
        val any = Arb.double(-1e100, 1e100)
        checkAll(100, any, any) { x, y -> ByValue.midpoint(Point(x, y), Point(x, y)) shouldBe Point(x, y) }
    }

    test("a data class in a data class is a struct in the struct") {
        val (a, b) = listOf(Point(1.0, 2.0), Point(3.0, 4.0))
        ByValue.swapSegment(Segment(a, b)) shouldBe Segment(b, a)
    }

    test("text, which may be NULL") {
        ByValue.sumSlice(Slice("grüß", 6)) shouldBe 6L + 600L
        ByValue.makeSlice(2) shouldBe Slice("grüß", 6)
        ByValue.makeSlice(3) shouldBe Slice(null, 0)
    }

    test("arrays in place") {
        ByValue.flipBytes(Bytes(ubyteArrayOf(1u, 2u, 3u, 255u))).b shouldBe ubyteArrayOf(255u, 3u, 2u, 1u)
        ByValue.bumpShorts(Shorts(shortArrayOf(1, 2, 3))).v.asList() shouldBe listOf<Short>(2, 4, 6)
        ByValue.makeMatrix(5).cells.asList() shouldBe listOf(5, 6, 7, 8, 9, 10)
    }

    test("unsigned numbers") {
        ByValue.makeRecord(255u, UInt.MAX_VALUE, UShort.MAX_VALUE, 0.5) shouldBe
            Record(255u, UInt.MAX_VALUE, UShort.MAX_VALUE, 0.5)
        ByValue.sumRecord(Record(1u, 2u, 3u, 4.0)) shouldBe 1.0 + 4 + 9 + 16
    }

    test("an array behind a pointer, as long as another property says") {
        ByValue.sumSeries(Series(3, doubleArrayOf(1.0, 2.0, 3.0))) shouldBe 1.0 + 4 + 9
        arena {
            ByValue.sumSeriesAt(pointerTo(Series(3, doubleArrayOf(1.0, 2.0, 3.0)))) shouldBe 1.0 + 4 + 9
            ByValue.joinNames(pointerTo(NameList(listOf("a", "b"))), "-") shouldBe "a-b"
        }
        ByValue.allNames().value shouldBe NameList(listOf("ann", "bob", "eve"))
    }

    test("a class whose constructor and properties are private, with more in it") {
        ByValue.sumHidden(Hidden.of(1, 2u)) shouldBe 5.0
        ByValue.bumpHidden(Hidden.of(1, UInt.MAX_VALUE)) shouldBe Hidden.of(2, 1u)
    }

    test("every kind of property lies in memory and is read again") {
        arena {
            val pointer = alloc(struct<Everything>())
            val counter = LibSum.counterNew(3)
            val everything = Everything(
                1, 2, 3, 4, 255u, UShort.MAX_VALUE, UInt.MAX_VALUE, ULong.MAX_VALUE, 1.5f, 2.5, true, 'é', "grüß",
                MemorySegment.ofAddress(42), Mode.APPEND, setOf(Mode.READ), counter, Point(1.0, 2.0),
                allocFrom(u32, 7u), null, listOf(Point(3.0, 4.0), Point(5.0, 6.0)), ulongArrayOf(1u, ULong.MAX_VALUE),
                99, intArrayOf(8, 9), "secret", arrayOf("x", "y"),
            )
            pointer.set(0, everything, contextOf<java.lang.foreign.Arena>())
            val read = pointer.value
            read.copy(
                handle = everything.handle, unsigned = everything.unsigned, ints = everything.ints,
                texts = everything.texts,
            ) shouldBe everything
            read.unsigned shouldBe everything.unsigned
            read.ints shouldBe everything.ints
            read.texts shouldBe everything.texts
            read.handle!!.segment shouldBe counter.segment
            read.pointer!!.value shouldBe 7u
            LibSum.counterFree(counter)
        }
    }

    test("a type is made once for each class, and called as that") {
        struct<Point>() shouldBeSameInstanceAs struct<Point>()
        struct<Point>() shouldBe struct<Point>()
        "${struct<Point>()} ${pointer(struct<Point>())} ${array(struct<Point>())}" shouldBe
            "Point pointer(Point) list(Point)"
        struct<Segment>().layout().byteSize() shouldBe 32L
    }

    test("what is no struct is reported by the call that needs it") {
        fun messageOf(type: NativeType<*>): String {
            val f = library("sum") { fn("noop") returns type }
            return shouldThrow<BindingException> { f() }.message!!
        }
        messageOf(struct<Plain>()) shouldBe """
            Not a data class: ffi.dsl.Plain
              hint: a struct by value is a data class or a record
              function: noop: Plain ()
        """.trimIndent()
        messageOf(struct<Int>()) shouldBe """
            Not a data class: java.lang.Integer
              hint: a struct by value is a data class or a record
              function: noop: Integer ()
        """.trimIndent()
        messageOf(struct<Itself>()) shouldBe """
            A struct that holds itself: ffi.dsl.Itself
              as: next
              of: ffi.dsl.Itself
              hint: for a pointer to itself declare it an object : Struct
              function: noop: Itself ()
        """.trimIndent()
        messageOf(struct<Measured>()) shouldBe """
            A value class
              as: meters
              of: ffi.dsl.Measured
              hint: of those, only unsigned numbers and their arrays are known
              function: noop: Measured ()
        """.trimIndent()
        messageOf(struct<Uncounted>()) shouldBe """
            No property that counts the elements: "n"
              as: values
              of: ffi.dsl.Uncounted
              hint: the properties are a, values
              function: noop: Uncounted ()
        """.trimIndent()
        messageOf(struct<OnField>()) shouldBe """
            A type of C's that is said of the field only
              as: a
              of: ffi.dsl.OnField
              hint: say it of the property: @CType
              function: noop: OnField ()
        """.trimIndent()
        messageOf(struct<MaybeNumber>()).withoutHint() shouldBe """
            No native type for java.lang.Integer
              as: a
              of: ffi.dsl.MaybeNumber
              function: noop: MaybeNumber ()
        """.trimIndent()
        val dated = """
            No native type for java.util.Date
              as: date
              of: ffi.dsl.Dated
              function: noop:
        """.trimIndent()
        messageOf(struct<Dated>()).withoutHint() shouldBe "$dated Dated ()"
        messageOf(struct<AroundDated>()).withoutHint() shouldBe "$dated AroundDated ()"
        messageOf(pointer(struct<Dated>())).withoutHint() shouldBe "$dated pointer(Dated) ()"
        messageOf(struct(Unseen::class.java, MethodHandles.publicLookup())) shouldBe
            "A class that can not be seen here: ffi.dsl.Unseen\n  function: noop: Unseen ()"
    }
})

private fun String.withoutHint() = lines().filter { !it.startsWith("  hint:") }.joinToString("\n") // it lists all types

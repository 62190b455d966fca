// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.NativeType.C_INT
import ffi.core.NativeType.C_LONG
import ffi.core.NativeType.CSTRING
import ffi.core.NativeType.F32
import ffi.core.NativeType.F64
import ffi.core.NativeType.I16
import ffi.core.NativeType.I32
import ffi.core.NativeType.I64
import ffi.core.NativeType.I8
import ffi.core.NativeType.U64
import ffi.core.NativeType.U8
import ffi.core.NativeType.USIZE
import ffi.core.NativeType.VOID
import ffi.core.NativeType.array
import ffi.core.NativeType.inout
import ffi.core.NativeType.list
import ffi.core.NativeType.pointer
import ffi.core.NativeType.struct
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withTests
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.byteArray
import io.kotest.property.arbitrary.byte
import io.kotest.property.arbitrary.constant
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.checkAll
import users.Structs
import users.Structs.Double2
import users.Structs.Double3
import users.Structs.DoubleI64
import users.Structs.Float2
import users.Structs.Float4
import users.Structs.I64Double
import users.Structs.IntDouble
import users.Structs.IntFloat
import users.Structs.Long2
import users.Structs.Long3
import users.Structs.NestedFloats
import users.Structs.NestedMixed
import users.Structs.Point
import users.Structs.Segment
import users.Structs.Series
import users.Structs.Slice
import java.lang.foreign.Arena
import java.lang.invoke.MethodHandles
import java.lang.invoke.MethodType

/** A record of Kotlin's. */
@JvmRecord
data class KotlinPoint(val x: Double, val y: Double)

@JvmRecord
data class KotlinFloats(@Length(3) val v: FloatArray)

fun interface Distance {
    fun between(a: Point, b: Point): Double
}

fun interface Midpoint {
    fun between(a: KotlinPoint, b: KotlinPoint): KotlinPoint
}

/** Structs that functions take and return by value, as records. */
class StructsByValueSpec : FunSpec({

    val libsum = NativeLibrary.open("sum", Arena.global())
    val point = struct(Point::class.java)

    fun number(value: Int, type: Class<*>): Any = when (type) {
        Byte::class.java -> value.toByte()
        Short::class.java -> value.toShort()
        Int::class.java -> value
        Long::class.java -> value.toLong()
        Float::class.java -> value.toFloat()
        else -> value.toDouble()
    }

    fun typeOf(type: Class<*>): NativeType<*> = when (type) {
        Byte::class.java -> I8
        Short::class.java -> I16
        Int::class.java -> I32
        Long::class.java -> I64
        Float::class.java -> F32
        else -> F64
    }

    // --- each size and class of registers --------------------------------------------------------------------------

    context("a struct of numbers goes to C, comes from C, and both in one call:") {
        withTests(
            listOf(
                Structs.Float1::class.java, Structs.Double1::class.java, Structs.Int1::class.java,
                Structs.Long1::class.java, Structs.Float2::class.java, Structs.Float3::class.java,
                Structs.Float4::class.java, Structs.Double2::class.java, Structs.Double3::class.java,
                Structs.Double4::class.java, Structs.Int2::class.java, Structs.Int3::class.java,
                Structs.Int4::class.java, Structs.Long2::class.java, Structs.Long3::class.java,
                Structs.IntFloat::class.java, Structs.FloatInt::class.java, Structs.DoubleInt::class.java,
                Structs.IntDouble::class.java, Structs.I64Double::class.java, Structs.DoubleI64::class.java,
                Structs.FloatDouble::class.java, Structs.DoubleFloat::class.java, Structs.ByteDouble::class.java,
                Structs.FloatFloatInt::class.java, Structs.FloatIntFloat::class.java,
                Structs.IntFloatFloat::class.java, Structs.DoubleFloatInt::class.java,
                Structs.ByteShortIntLong::class.java, Structs.CharShortIntClong::class.java, Structs.Byte7::class.java,
            ).associateBy { it.simpleName.replace(Regex("(?<=[a-z0-9])(?=[A-Z])"), "_").lowercase() },
        ) { record: Class<*> ->
            val name = record.simpleName.replace(Regex("(?<=[a-z0-9])(?=[A-Z])"), "_").lowercase()
            val type = struct(record)
            val classes = record.recordComponents.map { it.type }
            val constructor = record.declaredConstructors.single()
            val make = libsum.downcall("make_$name", type, *classes.map {
                if (record == Structs.CharShortIntClong::class.java && it == Long::class.java) C_LONG else typeOf(it)
            }.toTypedArray())
            val sum = libsum.downcall("sum_$name", F64, type)
            val bump = libsum.downcall("bump_$name", type, type)
            checkAll(50, Arb.list(Arb.int(-60..60), classes.size..classes.size)) { values ->
                val arguments = values.zip(classes).map { (value, type) -> number(value, type) }
                val struct = constructor.newInstance(*arguments.toTypedArray())
                make.call(*arguments.toTypedArray()) shouldBe struct
                sum.call(struct) shouldBe values.withIndex().sumOf { (i, value) -> (i + 1.0) * value }
                bump.call(struct) shouldBe constructor.newInstance(*values.zip(classes).withIndex()
                    .map { (i, of) -> number(of.first + i + 1, of.second) }.toTypedArray())
            }
        }
    }

    context("a struct that is an array goes to C and comes from C:") {
        withTests(
            mapOf(
                "bytes7" to Structs.Bytes7::class.java, "shorts3" to Structs.Shorts3::class.java,
                "ints3" to Structs.Ints3::class.java, "longs2" to Structs.Longs2::class.java,
                "floats2" to Structs.Floats2::class.java, "floats3" to Structs.Floats3::class.java,
                "floats4" to Structs.Floats4::class.java, "floats5" to Structs.Floats5::class.java,
                "doubles2" to Structs.Doubles2::class.java, "doubles5" to Structs.Doubles5::class.java,
            ).map { (name, record) -> name to (name to record) }.toMap(),
        ) { (name, record) ->
            val type = struct(record)
            val field = record.recordComponents.single()
            val made = libsum.downcall("make_$name", type, typeOf(field.type.componentType))
                .call(number(5, field.type.componentType))
            fun values(struct: Any): List<Int> {
                val values = field.accessor.invoke(struct)
                return List(java.lang.reflect.Array.getLength(values)) {
                    (java.lang.reflect.Array.get(values, it) as Number).toInt()
                }
            }
            val count = Regex("\\d+").find(name)!!.value.toInt()
            values(made) shouldBe List(count) { 5 + it }
            libsum.downcall("sum_$name", F64, type).call(made) shouldBe List(count) { (it + 1.0) * (5 + it) }.sum()
            values(libsum.downcall("bump_$name", type, type).call(made)) shouldBe List(count) { 5 + it + it + 1 }
        }
    }

    context("a struct of so many bytes:") {
        withTests(((1..17) + listOf(20, 24, 32, 40, 64, 100, 128, 200)).associateBy { "$it" }) { size: Int ->
            val same = MethodHandles.identity(ByteArray::class.java)
            val bytes = array(ByteArray::class.java, U8).sized(size.toLong())
            val type = struct("bytes_$size", ByteArray::class.java, listOf(Member("b", bytes, same)), same)
            type.layout().byteSize() shouldBe size
            val fill = libsum.downcall("fill_bytes_$size", type, U8)
            val flip = libsum.downcall("flip_bytes_$size", type, type)
            val sum = libsum.downcall("sum_bytes_$size", U64, type)
            (fill.call(250.toByte()) as ByteArray).toList() shouldBe List(size) { (250 + it).toByte() }
            checkAll(20, Arb.byteArray(Arb.constant(size), Arb.byte())) { values ->
                (flip.call(values) as ByteArray).toList() shouldBe values.reversed()
                sum.call(values) shouldBe
                    values.withIndex().sumOf { (i, value) -> (i + 1L) * java.lang.Byte.toUnsignedInt(value) }
            }
        }
    }

    test("a number before an array in place") {
        val type = struct(Structs.IntFloats3::class.java)
        val made = libsum.downcall("make_int_floats3", type, I32, F32).call(7, 1.5f) as Structs.IntFloats3
        made.n() shouldBe 7
        made.v().toList() shouldBe listOf(1.5f, 2.5f, 3.5f)
        libsum.downcall("sum_int_floats3", F64, type).call(made) shouldBe 7.0 + 2 * 1.5 + 3 * 2.5 + 4 * 3.5
    }

    // --- structs in structs ----------------------------------------------------------------------------------------

    test("a struct in a struct, and several") {
        val segment = struct(Segment::class.java)
        val a = Point(1.0, 2.0)
        val b = Point(3.0, 4.0)
        libsum.downcall("make_segment", segment, point, point).call(a, b) shouldBe Segment(a, b)
        libsum.downcall("swap_segment", segment, segment).call(Segment(a, b)) shouldBe Segment(b, a)
        libsum.downcall("sum_segment", F64, segment).call(Segment(a, b)) shouldBe 1.0 + 4.0 + 9.0 + 16.0
    }

    test("an array of numbers beside a struct, as a list") {
        val type = struct(NestedFloats::class.java)
        val float2 = struct(Float2::class.java)
        val made = NestedFloats(Float2(1f, 2f), listOf(3f, 4f))
        libsum.downcall("make_nested_floats", type, float2, F32).call(Float2(1f, 2f), 3f) shouldBe made
        libsum.downcall("swap_nested_floats", type, type).call(made) shouldBe
            NestedFloats(Float2(3f, 4f), listOf(1f, 2f))
        libsum.downcall("sum_nested_floats", F64, type).call(made) shouldBe 1.0 + 4 + 9 + 16
    }

    test("an array of structs in a struct") {
        val type = struct(NestedMixed::class.java)
        val float2 = struct(Float2::class.java)
        val made = NestedMixed(IntDouble(1, 2.0), 3, listOf(Float2(4f, 5f), Float2(6f, 7f)))
        libsum.downcall("make_nested_mixed", type, struct(IntDouble::class.java), I8, float2, float2)
            .call(IntDouble(1, 2.0), 3.toByte(), Float2(4f, 5f), Float2(6f, 7f)) shouldBe made
        libsum.downcall("swap_nested_mixed", type, type).call(made) shouldBe
            NestedMixed(IntDouble(1, 2.0), 3, listOf(Float2(6f, 7f), Float2(4f, 5f)))
        libsum.downcall("sum_nested_mixed", F64, type).call(made) shouldBe 1.0 + 4 + 9 + 16 + 25 + 36 + 49
    }

    test("text in a struct is copied for the call, and copied from C") {
        val slice = struct(Slice::class.java)
        val sum = libsum.downcall("sum_slice", USIZE, slice)
        sum.call(Slice("grüß", 1)) shouldBe 106L
        sum.call(Slice("x".repeat(100_000), 2)) shouldBe 100_200L
        val make = libsum.downcall("make_slice", slice, I32)
        List(4) { make.call(it) } shouldBe
            listOf(Slice("", 0), Slice("foo", 3), Slice("grüß", 6), Slice(null, 0))
    }

    test("enums, sets of them, truth, text and handles in a struct, in memory") {
        val type = struct(Structs.Mixed::class.java)
        type.layout().byteSize() shouldBe 32
        Arena.ofConfined().use { arena ->
            val thing = Structs.Thing(java.lang.foreign.MemorySegment.ofAddress(4711))
            val mixed = Structs.Mixed(Structs.Color.BLUE, setOf(Structs.Right.WRITE), true, 'ß', "grüß", thing)
            type.allocateFrom(arena, mixed).get() shouldBe mixed
            val empty = Structs.Mixed(Structs.Color.RED, setOf(), false, 'a', null, null)
            type.allocateFrom(arena, empty).get() shouldBe empty
            val strange = type.allocateFrom(arena, empty)
            strange.segment().set(java.lang.foreign.ValueLayout.JAVA_INT, 0, 7)
            shouldThrow<NoSuchElementException> { strange.get() }.message shouldBe """
                Not a value of its type
                  field: Mixed.color
                  declared: Color
                  expected: RED=0, GREEN=1, BLUE=2
                  found: 7
                  hint: an OpenEnum keeps a number that has no constant
            """.trimIndent()
        }
    }

    test("a pointer and the number of what lies there") {
        val series = struct(Series::class.java)
        libsum.downcall("sum_series_by_value", F64, series).call(Series(3, doubleArrayOf(1.0, 2.0, 3.0))) shouldBe 14.0
        libsum.downcall("sum_series_by_value", F64, series).call(Series(0, doubleArrayOf())) shouldBe 0.0
        val made = libsum.downcall("make_series", series, I32).call(3) as Series
        made.values().toList() shouldBe listOf(0.5, 1.5, 2.5)
    }

    test("a number of elements that is not theirs is an error, for C would read beyond") {
        val series = struct(Series::class.java)
        val sum = libsum.downcall("sum_series_by_value", F64, series)
        shouldThrow<IllegalArgumentException> { sum.call(Series(1000, doubleArrayOf(1.0))) }
    }

    // --- among other arguments -------------------------------------------------------------------------------------

    test("after many numbers, where registers run out") {
        val long2 = struct(Long2::class.java)
        val s = Long2(100, 1000)
        fun longs(n: Int) = Array<NativeType<*>>(n) { I64 }
        fun values(n: Int) = Array<Any>(n) { it + 1L }
        fun weighed(n: Int) = (1L..n).sumOf { it * it }
        for (n in 5..7) {
            libsum.downcall("long${n}_long2", I64, *longs(n), long2).call(*values(n), s) shouldBe
                weighed(n) + (n + 1) * 100L + (n + 2) * 1000L
        }
        libsum.downcall("long5_long2_long", I64, *longs(5), long2, I64).call(*values(5), s, 7L) shouldBe
            weighed(5) + 6 * 100 + 7 * 1000 + 8 * 7
        val double2 = struct(Double2::class.java)
        fun doubles(n: Int) = Array<NativeType<*>>(n) { F64 }
        fun reals(n: Int) = Array<Any>(n) { it + 1.0 }
        val d = Double2(100.0, 1000.0)
        libsum.downcall("double7_double2", F64, *doubles(7), double2).call(*reals(7), d) shouldBe
            weighed(7) + 8 * 100.0 + 9 * 1000.0
        libsum.downcall("double7_double2_double", F64, *doubles(7), double2, F64).call(*reals(7), d, 8.0) shouldBe
            weighed(7) + 8 * 100.0 + 9 * 1000.0 + 10 * 8.0
        libsum.downcall("double8_double2", F64, *doubles(8), double2).call(*reals(8), d) shouldBe
            weighed(8) + 9 * 100.0 + 10 * 1000.0
        libsum.downcall("long6_double2", F64, *longs(6), double2).call(*values(6), d) shouldBe
            weighed(6) + 7 * 100.0 + 8 * 1000.0
        libsum.downcall("long6_i64_double", F64, *longs(6), struct(I64Double::class.java), F64)
            .call(*values(6), I64Double(100, 1000.0), 9.0) shouldBe weighed(6) + 7 * 100.0 + 8 * 1000.0 + 9 * 9.0
        libsum.downcall("double8_double_i64", F64, *doubles(8), struct(DoubleI64::class.java), I64)
            .call(*reals(8), DoubleI64(100.0, 1000), 11L) shouldBe weighed(8) + 9 * 100.0 + 10 * 1000.0 + 11 * 11.0
        libsum.downcall("float6_float4", F64, *Array(6) { F32 }, struct(Float4::class.java))
            .call(*Array(6) { it + 1f }, Float4(1f, 2f, 3f, 4f)) shouldBe weighed(6) + 7 * 30.0
    }

    test("four at once, three kinds at once, and a large result") {
        val long2 = struct(Long2::class.java)
        val long3 = struct(Long3::class.java)
        libsum.downcall("long2_long2_long2_long2", I64, long2, long2, long2, long2)
            .call(Long2(1, 2), Long2(3, 4), Long2(5, 6), Long2(7, 8)) shouldBe (1L..8L).sumOf { it * it }
        libsum.downcall("long4_long2_to_long3", long3, I64, I64, I64, I64, long2)
            .call(1L, 2L, 3L, 4L, Long2(5, 6)) shouldBe Long3(5, 25, 61)
        libsum.downcall("long5_long2_to_long3", long3, I64, I64, I64, I64, I64, long2)
            .call(1L, 2L, 3L, 4L, 5L, Long2(6, 7)) shouldBe Long3(5, 50, 85)
        val same = MethodHandles.identity(ByteArray::class.java)
        fun bytes(n: Long) = struct("bytes_$n", ByteArray::class.java,
            listOf(Member("b", array(ByteArray::class.java, U8).sized(n), same)), same)
        libsum.downcall("bytes_3_double3", F64, bytes(3), struct(Double3::class.java))
            .call(byteArrayOf(1, 2, 3), Double3(1.0, 2.0, 3.0)) shouldBe 14.0 + 1400.0
        libsum.downcall("long6_bytes_3", I64, I64, I64, I64, I64, I64, I64, bytes(3), I64)
            .call(1L, 2L, 3L, 4L, 5L, 6L, byteArrayOf(1, 2, 3), 8L) shouldBe 91L + 7 * 14 + 8 * 8
        libsum.downcall(
            "mixed_arguments", F64, I8, struct(Double2::class.java), I16, long3, F32, struct(IntFloat::class.java),
            array(IntArray::class.java).asConst(), bytes(17),
        ).call(
            1.toByte(), Double2(1.0, 2.0), 3.toShort(), Long3(1, 2, 3), 5f, IntFloat(1, 2f), intArrayOf(7),
            ByteArray(17) { 1 },
        ) shouldBe 1 + 2 * 5.0 + 3 * 3 + 4 * 14 + 5 * 5 + 6 * 5 + 7 * 7 + 8 * 153
        libsum.downcall("point_text_int", F64, point, CSTRING, I32).call(Point(1.0, 2.0), "grüß", 3) shouldBe
            1.0 + 20 + 600 + 3000
    }

    // --- Deno's Point, and structs behind pointers -----------------------------------------------------------------

    test("Deno's points: distance 5, midpoint 2.5 and 4") {
        val functions = Bindings.bind(Structs.Functions::class.java, libsum)
        val a = Point(1.0, 2.0)
        val b = Point(4.0, 6.0)
        functions.distance(a, b) shouldBe 5.0
        functions.midpoint(a, b) shouldBe Point(2.5, 4.0)
        libsum.downcall("distance", F64, point, point).`as`(Distance::class.java).between(a, b) shouldBe 5.0
        val kotlin = struct(KotlinPoint::class.java)
        libsum.downcall("midpoint", kotlin, kotlin, kotlin).`as`(Midpoint::class.java)
            .between(KotlinPoint(1.0, 2.0), KotlinPoint(4.0, 6.0)) shouldBe KotlinPoint(2.5, 4.0)
        val handle = libsum.downcall("distance", F64, point, point).handle()
        handle.type() shouldBe MethodType.methodType(Double::class.java, Point::class.java, Point::class.java)
        handle.invokeExact(a, b) as Double shouldBe 5.0
        libsum.downcall("midpoint", Signature.of(point, point, point).asCritical()).call(a, b) shouldBe Point(2.5, 4.0)
    }

    test("an annotation on a component of a Kotlin record counts") {
        val floats = struct(KotlinFloats::class.java)
        floats.layout().byteSize() shouldBe 12
        libsum.downcall("sum_floats3", F64, floats).call(KotlinFloats(floatArrayOf(1f, 2f, 3f))) shouldBe 14.0
    }

    test("several in an array and in a list: read, changed in place, none, and as pointers") {
        val functions = Bindings.bind(Structs.Functions::class.java, libsum)
        val points = arrayOf(Point(0.0, 0.0), Point(3.0, 0.0), Point(0.0, 6.0))
        functions.centroid(points, 3) shouldBe Point(1.0, 2.0)
        functions.centroid(arrayOf(), 0) shouldBe Point(0.0, 0.0)
        functions.centroidOfList(points.asList(), 3) shouldBe Point(1.0, 2.0)
        functions.move_all(points, 2, 1.0, 2.0)
        points.toList() shouldBe listOf(Point(1.0, 2.0), Point(4.0, 2.0), Point(0.0, 6.0))
        val list = points.toMutableList()
        functions.moveList(list, 3, -1.0, -2.0)
        list shouldBe listOf(Point(0.0, 0.0), Point(3.0, 0.0), Point(-1.0, 4.0))
        shouldThrow<IllegalArgumentException> { functions.moveList(java.util.List.of(Point(1.0, 1.0)), 1, 1.0, 1.0) }
        shouldThrow<IllegalArgumentException> { functions.moveList(java.util.List.of(Point(1.0, 1.0)), 1, 0.0, 0.0) }
        val one = Out(Point(1.0, 1.0))
        functions.move(one, 1.0, 2.0)
        one.get() shouldBe Point(2.0, 3.0)
        Arena.ofConfined().use { arena ->
            val here = point.allocateFrom(arena, Point(1.0, 2.0))
            val there = point.allocateFrom(arena, Point(3.0, 4.0))
            val sum = libsum.downcall("sum_points", F64, list(pointer(point).orNull()).asConst(), USIZE)
            sum.call(listOf(here, null, there), 3L) shouldBe 5.0 + 11.0
        }
    }

    // --- the three faces of a call that goes wrong -----------------------------------------------------------------

    context("what is no struct of this type is an error:") {
        val functions = Bindings.bind(Structs.Functions::class.java, libsum)
        val segment = struct(Segment::class.java)

        test("null") {
            shouldThrow<NullPointerException> {
                Structs.Functions::class.java.getMethod("distance", Point::class.java, Point::class.java).let {
                    try { it.invoke(functions, Point(1.0, 2.0), null) }
                    catch (e: java.lang.reflect.InvocationTargetException) { throw e.targetException }
                }
            }.message shouldBe """
                Argument 2 is not a value of its type
                  function: distance: f64 (Point, Point)
                  declared: Point
                  expected: a Point
                  found: null
            """.trimIndent()
            shouldThrow<NullPointerException> {
                libsum.downcall("distance", F64, point, point).call(null, Point(1.0, 2.0))
            }.message!!.lines().first() shouldBe "Argument 1 is not a value of its type"
        }

        test("null in it") {
            shouldThrow<NullPointerException> {
                libsum.downcall("sum_segment", F64, segment).call(Segment(Point(1.0, 2.0), null))
            }.message shouldBe """
                Argument 1 is not a value of its type
                  function: sum_segment: f64 (Segment)
                  field: Segment.b
                  declared: Point
                  expected: a Point
                  found: null
            """.trimIndent()
        }

        test("an array of another length") {
            shouldThrow<IllegalArgumentException> {
                libsum.downcall("sum_floats3", F64, struct(Structs.Floats3::class.java))
                    .call(Structs.Floats3(floatArrayOf(1f)))
            }.message shouldBe """
                Argument 1 is not a value of its type
                  function: sum_floats3: f64 (Floats3)
                  field: Floats3.v
                  declared: array(f32).sized(3)
                  expected: 3 elements
                  found: 1 elements
            """.trimIndent()
        }

        test("another class") {
            shouldThrow<IllegalArgumentException> {
                libsum.downcall("distance", F64, point, point).call(Point(1.0, 2.0), "text")
            }.message shouldBe """
                Argument 2 is not a value of its type
                  function: distance: f64 (Point, Point)
                  declared: Point
                  expected: Point
                  found: String "text"
            """.trimIndent()
        }

        test("a size_t that is negative") {
            shouldThrow<IllegalArgumentException> {
                libsum.downcall("sum_slice", USIZE, struct(Slice::class.java)).call(Slice("a", -1))
            }.message shouldBe """
                Argument 1 is not a value of its type
                  function: sum_slice: usize (Slice)
                  field: Slice.length
                  declared: usize
                  expected: 0 to 9223372036854775807
                  found: -1
            """.trimIndent()
        }

        test("NUL in its text") {
            shouldThrow<IllegalArgumentException> {
                libsum.downcall("sum_slice", USIZE, struct(Slice::class.java)).call(Slice("a\u0000b", 1))
            }.message!!.lines()[2] shouldBe "  field: Slice.text"
        }

        test("an element that is null") {
            shouldThrow<NullPointerException> {
                libsum.downcall("centroid", point, array(Array<Point>::class.java).asConst(), USIZE)
                    .call(arrayOf(Point(1.0, 2.0), null), 2L)
            }.message shouldBe """
                Argument 1 is not a value of its type
                  function: centroid: Point (array(Point).const, usize)
                  declared: Point
                  expected: a Point
                  found: null
            """.trimIndent()
        }
    }

    context("a record that can be no struct says why:") {
        withTests(
            mapOf(
                "without fields" to (Structs.Nothing::class.java to "A struct without fields: Nothing"),
                "a class that C has not" to (Structs.Dated::class.java to "No native type for java.util.Date"),
                "a boxed number" to (Structs.Wrapped::class.java to "No native type for java.lang.Integer"),
                "itself in itself" to (Structs.Endless::class.java to "A struct in itself: users.Structs\$Endless"),
                "a count that is no field" to
                    (Structs.Miscounted::class.java to "No field that counts the elements: \"m\""),
                "a count that is text" to
                    (Structs.CountedByText::class.java to "Not the field of a struct: CountedByText.values"),
                "a count that is no integer" to
                    (Structs.CountedByDouble::class.java to "Not the field of a struct: CountedByDouble.values"),
                "an out" to (Structs.WithOut::class.java to "Not the field of a struct: WithOut.out"),
                "no record" to (String::class.java to "Not a record: java.lang.String"),
            ),
        ) { (record, headline) ->
            shouldThrow<BindingException> { Signature.of(VOID, struct(record)) }.message!!.lines().first() shouldBe
                headline
        }

        test("the whole message") {
            val message = shouldThrow<BindingException> { struct(Structs.Dated::class.java).layout() }.message!!
            message.lines().take(3) shouldBe
                listOf("No native type for java.util.Date", "  as: date", "  of: users.Structs\$Dated")
        }
    }

    test("a record that points to itself is a linked list") {
        val node = struct(Structs.Node::class.java)
        val make = libsum.downcall("make_list", pointer(node), C_INT)
        @Suppress("UNCHECKED_CAST")
        var next = make.call(3) as Pointer<Structs.Node>?
        val first = next
        val values = buildList {
            while (next != null) {
                val here = next.get()
                add(here.value())
                next = here.next()
            }
        }
        values shouldBe listOf(1, 2, 3)
        libsum.downcall("free_list", VOID, pointer(node)).call(first)
    }

    test("inout of a struct keeps what C did not change") {
        val extremes = struct(Structs.Extremes::class.java)
        val widen = libsum.downcall("widen", VOID, inout(extremes), I32)
        val out = Out(Structs.Extremes(1, 2))
        widen.call(out, 10)
        out.get() shouldBe Structs.Extremes(-9, 12)
    }
})

// SPDX-License-Identifier: Apache-2.0
package bench

import bench.Structs.Point
import bench.Structs.Triple
import bench.Structs.Wide
import ffi.core.CType
import ffi.core.Const
import ffi.core.Critical
import ffi.core.NativeLibrary
import ffi.core.Out
import ffi.core.Owned
import ffi.core.Pointer
import ffi.core.Symbol
import ffi.dsl.Library
import ffi.dsl.address
import ffi.dsl.array
import ffi.dsl.bind
import ffi.dsl.callback
import ffi.dsl.const
import ffi.dsl.cstring
import ffi.dsl.f64
import ffi.dsl.fn
import ffi.dsl.forever
import ffi.dsl.i32
import ffi.dsl.i64
import ffi.dsl.i8
import ffi.dsl.out
import ffi.dsl.owned
import ffi.dsl.pointer
import ffi.dsl.struct
import ffi.dsl.usize
import ffi.dsl.value
import ffi.dsl.variadic
import ffi.dsl.void
import ffi.dsl.withErrno
import java.lang.foreign.MemorySegment

/** The object face. A benchmark calls it from Java in just those steps that Kotlin compiles `Dsl.sum(a, b)` to. */
object Dsl : Library("sum") {
    val noop = fn("noop") returns void
    val sum = fn("sum", i32, i32) returns i32
    val sum2 = fn("sum2", i32, i32) returns i32
    val sum3 = fn("sum3", i32, i32) returns i32
    val sum4 = fn("sum4", i32, i32) returns i32
    val criticalSum = fn("sum", i32, i32).critical returns i32
    val fsum = fn("fsum", f64, f64) returns f64
    val sum8 = fn("sum8", i64, i64, i64, i64, i64, i64, i64, i64) returns i64
    val strLen = fn("str_len", cstring) returns usize
    val freeStr = fn("free_str", address) returns void
    val concat = fn("concat", cstring, cstring) returns cstring.owned(freeStr)
    val distance = fn("distance", struct<Point>(), struct<Point>()) returns f64
    val midpoint = fn("midpoint", struct<Point>(), struct<Point>()) returns struct<Point>()
    val bump = fn("bump_double3", struct<Triple>()) returns struct<Triple>()
    val flip = fn("flip_bytes_64", struct<Wide>()) returns struct<Wide>()
    val sumInts = fn("sum_ints", array(i32).const, usize) returns i64
    val criticalSumInts = fn("sum_ints", array(i32).const, usize).critical returns i64
    val hash = fn("hash", array(i8).const, usize) returns i32
    val criticalHash = fn("hash", array(i8).const, usize).critical returns i32
    val reverse = fn("reverse_int_array", array(i32), usize) returns void
    val criticalReverse = fn("reverse_int_array", array(i32), usize).critical returns void
    val divide = fn("divide", i32, i32, out(i32), out(i32)) returns void
    val operation = callback(i32, i32) returns i32
    val apply = fn("apply", operation, i32, i32) returns i32
    val fail = fn("fail_with", i32) returns i32.withErrno
    val applyTimes = fn("apply_times", operation, i32) returns i64
}

object C : Library("") {
    val snprintf = fn("snprintf", array(i8), usize, cstring, variadic) returns i32
    val qsort = fn("qsort", array(i32), usize, usize, callback(pointer(i32), pointer(i32)) returns i32) returns void
    val sortSegments = fn("qsort", array(i32), usize, usize, callback(address, address) returns i32) returns void
}

/** A function of Kotlin's that knows a number. */
fun adding(c: Int): (Int, Int) -> Int = { a, b -> a + b + c }

/** A function of Kotlin's that C keeps. */
fun registered(): (Int, Int) -> Int = Dsl.operation.forever { a, b -> a + b }

@JvmField
val compare: (Pointer<Int>, Pointer<Int>) -> Int = { a, b -> a.value.compareTo(b.value) }

@JvmField
val compareSegments: (MemorySegment, MemorySegment) -> Int =
    { a, b -> Raw.intAt(a.address()).compareTo(Raw.intAt(b.address())) }

interface Bound {
    fun noop()

    fun sum(a: Int, b: Int): Int

    @Critical
    @Symbol("sum")
    fun criticalSum(a: Int, b: Int): Int

    fun fsum(a: Double, b: Double): Double

    fun sum8(a: Long, b: Long, c: Long, d: Long, e: Long, f: Long, g: Long, h: Long): Long

    @CType("size_t")
    fun str_len(text: String): Long

    @Owned("free_str")
    fun concat(a: String, b: String): String

    fun distance(a: Point, b: Point): Double

    fun midpoint(a: Point, b: Point): Point

    fun bump_double3(triple: Triple): Triple

    fun flip_bytes_64(wide: Wide): Wide

    fun sum_ints(@Const values: IntArray, @CType("size_t") count: Long): Long

    @Critical
    @Symbol("sum_ints")
    fun criticalSumInts(@Const values: IntArray, @CType("size_t") count: Long): Long

    fun hash(@Const bytes: ByteArray, @CType("size_t") count: Long): Int

    @Critical
    @Symbol("hash")
    fun criticalHash(@Const bytes: ByteArray, @CType("size_t") count: Long): Int

    fun reverse_int_array(values: IntArray, @CType("size_t") count: Long)

    @Critical
    @Symbol("reverse_int_array")
    fun criticalReverse(values: IntArray, @CType("size_t") count: Long)

    fun divide(a: Int, b: Int, quotient: Out<Int>, remainder: Out<Int>)

    fun apply(operation: (Int, Int) -> Int, a: Int, b: Int): Int

    fun apply_times(operation: (Int, Int) -> Int, times: Int): Long
}

interface BoundC {
    fun qsort(
        values: IntArray, @CType("size_t") count: Long, @CType("size_t") size: Long,
        compare: (Pointer<Int>, Pointer<Int>) -> Int,
    )

    @Symbol("qsort")
    fun sortSegments(
        values: IntArray, @CType("size_t") count: Long, @CType("size_t") size: Long,
        compare: (MemorySegment, MemorySegment) -> Int,
    )
}

/** The interface face, as Kotlin binds it. */
@JvmField
val bound: Bound = bind<Bound>("sum")

@JvmField
val boundC: BoundC = bind<BoundC>(NativeLibrary.standard())

// Four functions of one signature, for a call site that serves them all.

@JvmField
val sums = arrayOf(Dsl.sum, Dsl.sum2, Dsl.sum3, Dsl.sum4)

interface Sum {
    fun of(a: Int, b: Int): Int
}

interface Sum1 : Sum {
    @Symbol("sum")
    override fun of(a: Int, b: Int): Int
}

interface Sum2 : Sum {
    @Symbol("sum2")
    override fun of(a: Int, b: Int): Int
}

interface Sum3 : Sum {
    @Symbol("sum3")
    override fun of(a: Int, b: Int): Int
}

interface Sum4 : Sum {
    @Symbol("sum4")
    override fun of(a: Int, b: Int): Int
}

@JvmField
val boundSums: Array<Sum> = arrayOf(bind<Sum1>("sum"), bind<Sum2>("sum"), bind<Sum3>("sum"), bind<Sum4>("sum"))

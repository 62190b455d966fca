// SPDX-License-Identifier: Apache-2.0
package bench

import ffi.core.CType
import ffi.core.Critical
import ffi.core.Owned
import ffi.core.Symbol
import ffi.dsl.Library
import ffi.dsl.address
import ffi.dsl.bind
import ffi.dsl.cstring
import ffi.dsl.f64
import ffi.dsl.fn
import ffi.dsl.i32
import ffi.dsl.i64
import ffi.dsl.owned
import ffi.dsl.usize
import ffi.dsl.void

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
}

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
}

/** The interface face, as Kotlin binds it. */
@JvmField
val bound: Bound = bind<Bound>("sum")

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

// SPDX-License-Identifier: Apache-2.0
package samples.golden

import ffi.coroutines.*
import ffi.dsl.*
import java.lang.foreign.MemorySegment
import kotlin.time.Duration.Companion.seconds

// A bit of everything. These declarations and their uses may grow, and never shrink.

val sum = library("libsum") { fn("sum", i32, i32) returns i32 }

enum class Mode { READ, WRITE, APPEND }

class Counter(override val segment: MemorySegment) : Handle // an opaque `struct counter *`

val seconds = i64.map({ it.seconds }, { it.inWholeSeconds }) // a user's type is a peer of ours

object LibSum : Library("sum") {
    val sum = fn("sum", i32, i32) returns i32
    val doubleSum = fn("doubleSum", f64, f64) returns f64
    val returnOpposite = fn("return_opposite", bool) returns bool
    val noRet = fn("noRet") returns void
    val testBigint = fn("testbigint", u64) returns u64

    val concatenateStrings = fn("concatenateStrings", cstring, cstring) returns cstring.owned()
    val concatenateWide = fn("concatenateWideStrings", wstring, wstring) returns wstring.owned()
    val nothing = fn("returnNullString") returns cstring.orNull

    val counterNew = fn("counter_new", i32) returns handle(::Counter)
    val counterNext = fn("counter_next", handle(::Counter)) returns i32
    val open = fn("open_mode", cstring, enumOf<Mode>()) returns i32

    val maybe = fn("not_in_old_versions", i32).optional returns i32
}

interface SumApi { // the interface face: C names are method names
    fun sum(a: Int, b: Int): Int
}

suspend fun main() {
    println(sum(1, 2))
    println(LibSum.concatenateStrings("foo", "bar"))
    val none: String? = LibSum.nothing()
    val api = bind<SumApi>("sum")
    println(listOf(1, 2, 3).fold(0, LibSum.sum))

    println(none)
    println(api.sum(3, 4) + LibSum.sum.await(5, 6) + offThread { LibSum.sum(7, 8) })
    println(LibSum.doubleSum(1.5, 3.0))
    println(LibSum.returnOpposite(true))
    println(LibSum.testBigint(ULong.MAX_VALUE))
    println(LibSum.concatenateWide("größer ", "als 😀"))
    val counter = LibSum.counterNew(7)
    println(LibSum.counterNext(counter) + LibSum.counterNext(counter))
    println(LibSum.open("file", Mode.APPEND))
    println(LibSum.maybe.isAvailable)
    println(library("") { fn("imaxabs", seconds) returns seconds }((-90).seconds))
    LibSum.noRet() // prints by itself
}

// Output:
// 3
// foobar
// 6
// null
// 33
// 4.5
// false
// 18446744073709551615
// größer als 😀
// 15
// 204
// false
// 1m 30s
// hello world

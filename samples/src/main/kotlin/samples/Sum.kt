// SPDX-License-Identifier: Apache-2.0
package samples

import ffi.dsl.*

/** A library as an object: each property is a function of C, with Kotlin's types. */
object LibSum : Library("sum") {
    val sum = fn("sum", i32, i32) returns i32
    val doubleSum = fn("doubleSum", f64, f64) returns f64
    val returnOpposite = fn("return_opposite", bool) returns bool
    val testBigint = fn("testbigint", u64) returns u64
    val concatenateStrings = fn("concatenateStrings", cstring, cstring) returns cstring.owned()
}

fun main() {
    val sum: Int = LibSum.sum(1, 2)
    val doubleSum: Double = LibSum.doubleSum(1.5, 3.0)
    val opposite: Boolean = LibSum.returnOpposite(false)
    val large: ULong = LibSum.testBigint(ULong.MAX_VALUE)
    val text: String = LibSum.concatenateStrings("foo", "bar")

    println("Kotlin: Int $sum, Double $doubleSum, Boolean $opposite, ULong $large, String $text")
}

// Output:
// Kotlin: Int 3, Double 4.5, Boolean true, ULong 18446744073709551615, String foobar

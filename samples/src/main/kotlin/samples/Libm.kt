// SPDX-License-Identifier: Apache-2.0
package samples

import ffi.dsl.*

/** The mathematics of C. What is pure arithmetic may be critical: called without telling the JVM, and faster. */
object LibM : Library("m") {
    val cos = fn("cos", f64).critical returns f64
    val pow = fn("pow", f64, f64).critical returns f64
    val hypot = fn("hypot", f64, f64).critical returns f64
    val roundToLong = fn("lround", f64) returns cLong // C's long is a Long on every system
}

fun main() {
    LibM.link() // hear of everything that is missing now, and not by the first calls
    println(LibM.cos(0.0))
    println(LibM.pow(2.0, 10.0))
    println(LibM.hypot(3.0, 4.0))
    println(LibM.roundToLong(2.5))
    println(LibM.functions.joinToString("\n"))
}

// Output:
// 1.0
// 1024.0
// 5.0
// 3
// cos: f64 (f64) critical
// pow: f64 (f64, f64) critical
// hypot: f64 (f64, f64) critical
// lround: cLong (f64)

// SPDX-License-Identifier: Apache-2.0
package samples

import ffi.core.Symbol
import ffi.dsl.*

// Three ways to declare the same functions. A block, for one function: what it ends in is its value.
val sum = library("sum") { fn("sum", i32, i32) returns i32 }

// An object, for a library.
object Arithmetic : Library("sum") {
    val sum = fn("sum", i32, i32) returns i32
    val doubleSum = fn("doubleSum", f64, f64) returns f64
}

// An interface, for mocks, for Java, and for functions of more than twelve parameters.
interface Sums {
    fun sum(a: Int, b: Int): Int

    @Symbol("doubleSum")
    fun add(a: Double, b: Double): Double
}

fun main() {
    val sums = bind<Sums>("sum")
    val faces: List<(Int, Int) -> Int> = listOf(sum, Arithmetic.sum, sums::sum)
    println(faces.map { it(1, 2) })
    println(sums.add(1.5, 3.0) + Arithmetic.doubleSum(1.5, 3.0))
    println(listOf(1, 2, 3).fold(0, sum)) // each is a function as Kotlin's own are

    val dynamic = library("sum") { function("sum", i32, i32, i32) } // for tools: slow, and checked by every call
    println(dynamic.call(1, 2))
}

// Output:
// [3, 3, 3]
// 9.0
// 6
// 3

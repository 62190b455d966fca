// SPDX-License-Identifier: Apache-2.0
package samples

import ffi.dsl.*

/** Functions of C that take a function: a lambda lives until the call returns. */
object Sorting : Library("") {
    private val compare = callback(pointer(i32), pointer(i32)) returns cInt // int (*)(const int *, const int *)
    val qsort = fn("qsort", array(i32), usize, usize, compare) returns void
    val bsearch = fn("bsearch", pointer(i32), pointer(i32), usize, usize, compare) returns pointer(i32).orNull

    private val compareTexts = callback(pointer(cstring), pointer(cstring)) returns cInt
    val qsortTexts = fn("qsort", array(cstring), usize, usize, compareTexts) returns void
}

fun main() = arena {
    val numbers = intArrayOf(3, 1, 2, -5)
    Sorting.qsort(numbers, 4, 4) { a, b -> a.value.compareTo(b.value) }
    println(numbers.toList())

    val words = mutableListOf("pear", "Fig", "apple") // C sorts its pointers, and they come back sorted
    Sorting.qsortTexts(words, 3, 8) { a, b -> a.value.compareTo(b.value, ignoreCase = true) }
    println(words)

    var compared = 0
    val squares = allocFrom(i32, 1, 4, 9, 16, 25, 36, 49)
    val found = Sorting.bsearch(allocFrom(i32, 36), squares, 7, 4) { key, element ->
        compared++
        key.value - element.value
    }
    println("at ${found!! - squares}, compared $compared times")
}

// Output:
// [-5, 1, 2, 3]
// [apple, Fig, pear]
// at 5, compared 2 times

// SPDX-License-Identifier: Apache-2.0
package samples

import ffi.dsl.*

/** What C returns by pointer, and pointers that are kept. */
object LibPointers : Library("sum") {
    val divide = fn("divide", i32, i32, out(i32), out(i32)) returns void
    val swap = fn("swap", inout(i32), inout(i32)) returns void
    val describe = fn("describe", i32, out(cstring.owned().orNull)) returns i32 // the caller frees the text
    val find = fn("find", pointer(i32), usize, i32) returns pointer(i32).orNull
    val staticInts = fn("static_ints") returns pointer(i32)
}

fun main() {
    val (quotient, remainder) = List(2) { Out<Int>() }
    LibPointers.divide(7, 2, quotient, remainder)
    LibPointers.swap(quotient, remainder)
    println("${quotient.value} ${remainder.value}")

    val text = Out<String?>()
    LibPointers.describe(7, text)
    println(text.value)

    val eight = LibPointers.staticInts().sized(8) // C tells the address, and nobody how many there are
    println((eight + 3).value + eight[7])

    arena {
        val numbers = allocFrom(i32, 2, 3, 5, 7)
        val five = LibPointers.find(numbers, 4, 5)!!
        five.value = 50 // it points into our memory
        println("${numbers[2]} at ${five - numbers}, ${LibPointers.find(numbers, 4, 5)}")
    }
}

// Output:
// 1 3
// number 7
// 12
// 50 at 2, null

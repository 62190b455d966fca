// SPDX-License-Identifier: Apache-2.0
package samples

import ffi.dsl.*
import java.nio.ByteBuffer

/** `T *` with several elements: Kotlin's arrays for numbers, and lists for all else. */
object LibArrays : Library("sum") {
    val createArrayI32 = fn("createArrayi32", array(i32).const, i32) returns array(i32).sizedBy(argument = 1).owned()
    val modifyData = fn("modifyData", array(i8), usize) returns i32 // changed in place, so it comes back
    val join = fn("join", array(cstring).const, i32, cstring) returns cstring.owned()
    val stringsUntilNull = fn("strings_until_null") returns array(cstring).terminated
    val primesBelow = fn("primes_below", i32, out(usize)) returns array(i32).sizedBy(argument = 1).owned()
    val sumRows = fn("sum_rows", array(array(i32)).const, i32, i32) returns i64 // int **
    val hash = fn("hash", buffer<ByteBuffer>(), usize).critical returns u32 // no copy, of heap or direct memory
}

fun main() {
    println(LibArrays.createArrayI32(intArrayOf(1, 2, 3), 3).toList())
    val bytes = byteArrayOf(1, 2, 3)
    println("${LibArrays.modifyData(bytes, 3)} ${bytes.toList()}")
    println(LibArrays.join(listOf("a", "b", "c"), 3, ", "))
    println(LibArrays.stringsUntilNull())
    println(LibArrays.primesBelow(20, Out()).toList())
    println(LibArrays.sumRows(listOf(intArrayOf(1, 2), intArrayOf(3, 4)), 2, 2))
    println(LibArrays.hash(ByteBuffer.wrap("isthmus".encodeToByteArray()), 7).toString(16))
}

// Output:
// [1, 2, 3]
// 9 [2, 3, 4]
// a, b, c
// [one, , grüß]
// [2, 3, 5, 7, 11, 13, 17, 19]
// 30
// bee7470

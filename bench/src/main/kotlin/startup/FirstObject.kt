// SPDX-License-Identifier: Apache-2.0
package startup

import ffi.dsl.Library
import ffi.dsl.fn
import ffi.dsl.i32

private object LibSum : Library("sum") {
    val sum2 = fn("sum2", i32, i32) returns i32
}

/** One function: an object of ffi-dsl. */
object FirstObject {

    fun run(): Int = LibSum.sum2(1, 2)

    @JvmStatic
    fun main(arguments: Array<String>) = println(run())
}

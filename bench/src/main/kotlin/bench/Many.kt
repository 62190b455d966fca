// SPDX-License-Identifier: Apache-2.0
package bench

import ffi.dsl.Fn2
import ffi.dsl.Library
import ffi.dsl.fn
import ffi.dsl.forever
import ffi.dsl.i32

private object Declaring : Library("sum")

/** As many functions of an object, each declared and linked for itself. */
fun functions(count: Int): Array<Fn2<Int, Int, Int>> =
    Array(count) { (Declaring.fn("sum", i32, i32) returns i32).also { sum -> sum(1, 2) } }

/** As many functions of Kotlin's that C keeps. */
fun kept(count: Int): Array<(Int, Int) -> Int> =
    Array(count) { i -> Dsl.operation.forever { a, b -> a + b + i } }

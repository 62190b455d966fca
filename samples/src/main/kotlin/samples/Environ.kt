// SPDX-License-Identifier: Apache-2.0
package samples

import ffi.dsl.*

/** Variables of the C library: one that is an array of text, and a number. */
object Program : Library("") {
    val environ = variable("environ", array(cstring).terminated) // char **environ
    var optind by variable("optind", cInt) // int optind
    val setenv = fn("setenv", cstring, cstring, cInt) returns cInt
}

fun main() {
    println(Program.environ.value.any { it.startsWith("PATH=") })
    Program.setenv("ISTHMUS", "between two seas", 1)
    println(Program.environ.value.single { it.startsWith("ISTHMUS=") })
    Program.optind += 2
    println(Program.optind)
}

// Output:
// true
// ISTHMUS=between two seas
// 3

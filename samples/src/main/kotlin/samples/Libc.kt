// SPDX-License-Identifier: Apache-2.0
package samples

import ffi.dsl.*

/** The empty name is the running program with its C runtime: there is no file to be found. */
object LibC : Library("") {
    val getpid = fn("getpid") returns cInt
    val strlen = fn("strlen", cstring) returns usize
    val getenv = fn("getenv", cstring) returns cstring.orNull // NULL is null; without orNull it would be an error
    val atoi = fn("atoi", cstring) returns cInt
}

fun main() {
    println(LibC.getpid().toLong() == ProcessHandle.current().pid())
    println(LibC.strlen("isthmus"))
    println(LibC.strlen("détroit")) // in bytes of UTF-8
    println(LibC.getenv("PATH") == System.getenv("PATH"))
    println(LibC.getenv("NO_SUCH_VARIABLE") ?: "not set")
    println(LibC.atoi("42"))
}

// Output:
// true
// 7
// 8
// true
// not set
// 42

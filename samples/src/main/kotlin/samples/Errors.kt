// SPDX-License-Identifier: Apache-2.0
package samples

import ffi.dsl.*

/** What is missing or wrong is thrown by the call that needs it, and never by a declaration. */
fun main() {
    told { library("native/target/libsun.so") { fn("sum", i32, i32) returns i32 }(1, 2) }
    told { library("libsum") { fn("fibonaci", u32) returns u32 }(20u) }
    told { library("libsum") { fn("returnNullString") returns cstring }() }
    told { library("libsum") { function("sum", i32, i32, i32) }.call(1, 1L shl 32) }
}

private fun told(call: () -> Unit) = try {
    call()
} catch (e: RuntimeException) {
    println("${e.javaClass.simpleName}: ${e.message}".replace(System.getProperty("user.dir"), "/app"))
}

// Output:
// LibraryNotFoundException: Library not found: "native/target/libsun.so"
//   tried: native/target/libsun.so (no such file)
//   absolute: /app/native/target/libsun.so
//   working directory: /app
//   similar: native/target/libsum.so
// SymbolNotFoundException: Symbol not found: "fibonaci"
//   library: native/target/libsum.so
//   similar: fibonacci
// NullPointerException: The result is not a value of its type
//   function: returnNullString: cstring ()
//   declared: cstring
//   expected: text
//   found: NULL
//   hint: declare it cstring.orNull if NULL is a value of it
// IllegalArgumentException: Argument 2 is not a value of its type
//   function: sum: i32 (i32, i32)
//   declared: i32
//   expected: -2147483648 to 2147483647
//   found: 4294967296

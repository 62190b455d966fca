// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import java.lang.foreign.MemorySegment

/** What the specs call, as a user would declare it. */
object LibSum : Library("sum") {
    val sum = fn("sum", i32, i32) returns i32
    val doubleSum = fn("doubleSum", f64, f64) returns f64
    val noop = fn("noop") returns void
    val concatenateStrings = fn("concatenateStrings", cstring, cstring) returns cstring.owned()
    val nothing = fn("returnNullString") returns cstring.orNull
    val maybe = fn("not_in_old_versions", i32).optional returns i32
    val counterNew = fn("counter_new", i32) returns handle(::Counter)
    val counterNext = fn("counter_next", handle(::Counter)) returns i32
    val counterFree = fn("counter_free", handle(::Counter)) returns void
}

class Counter(override val segment: MemorySegment) : Handle

enum class Mode { READ, WRITE, APPEND }

enum class Permission(val bits: Int) { READABLE(4), WRITABLE(2), EXECUTABLE(1) }

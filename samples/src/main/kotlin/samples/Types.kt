// SPDX-License-Identifier: Apache-2.0
package samples

import ffi.dsl.*
import java.lang.foreign.MemorySegment
import kotlin.time.Duration.Companion.seconds

enum class Mode { READ, WRITE, APPEND } // 0, 1, 2
enum class Permission(val bit: Int) { READABLE(4), WRITABLE(2), EXECUTABLE(1) }
class Counter(override val segment: MemorySegment) : Handle // a struct that only C knows

private val permissions = flags<Permission> { it.bit }
private val seconds = i64.map({ it.seconds }, { it.inWholeSeconds }) // a type of one's own is a peer of the others

object LibTypes : Library("sum") {
    val nextMode = fn("next_mode", enumOf<Mode>()) returns enumOf<Mode>()
    val allow = fn("permissions_add", permissions, enumOf<Permission> { it.bit }) returns permissions
    val newCounter = fn("counter_new", cInt) returns handle(::Counter)
    val next = fn("counter_next", handle(::Counter)) returns cInt
    val free = fn("counter_free", handle(::Counter)) returns void
    val concatenateWide = fn("concatenateWideStrings", wstring, wstring) returns wstring.owned()
    val latin1 = fn("latin1_text") returns cstring(Charsets.ISO_8859_1)
}

fun main() = with(LibTypes) {
    println(nextMode(Mode.READ))
    println(allow(setOf(Permission.READABLE), Permission.EXECUTABLE))
    val counter = newCounter(7)
    println("${next(counter)}, ${next(counter)}")
    free(counter)
    println(concatenateWide("größer als ", "😀") + latin1())
    println(library("") { fn("imaxabs", seconds) returns seconds }((-90).seconds))
}

// Output:
// WRITE
// [READABLE, EXECUTABLE]
// 7, 8
// größer als 😀é
// 1m 30s

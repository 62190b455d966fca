// SPDX-License-Identifier: Apache-2.0
package samples

import ffi.core.CType
import ffi.dsl.*
import java.time.LocalDateTime
import java.time.ZoneOffset

/** `struct tm`: its properties are the fields, in their order, and its values are copied. */
data class Tm(
    val second: Int,
    val minute: Int,
    val hour: Int,
    val day: Int,
    val month: Int, // from 0
    val year: Int, // from 1900
    val weekday: Int,
    val yearDay: Int,
    val summer: Int,
    @CType("long") val offset: Long,
    val zone: String?,
)

object Time : Library("") {
    val gmtime = fn("gmtime_r", inout(i64), out(struct<Tm>())) returns address
    val timegm = fn("timegm", inout(struct<Tm>())) returns i64
}

fun main() {
    val tm = Out<Tm>()
    Time.gmtime(Out(1_000_000_000), tm)
    with(tm.value) { println("${1900 + year}-${month + 1}-$day $hour:$minute:$second $zone") }
    println(Time.timegm(Out(tm.value.copy(day = 10)))) // a day later
    println(LocalDateTime.ofEpochSecond(1_000_000_000, 0, ZoneOffset.UTC).dayOfYear == tm.value.yearDay + 1)
}

// Output:
// 2001-9-9 1:46:40 GMT
// 1000086400
// true

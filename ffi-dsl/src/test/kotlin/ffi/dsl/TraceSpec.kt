// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

/** What `-Dffi.trace` logs of Kotlin's faces, with Kotlin's values. */
class TraceSpec : FunSpec({

    fun trace(list: String) = TraceInOwnJvm.log("-Dffi.trace=$list")
        .replace(Regex("""\[[0-9.]+ (ns|µs|ms|s), """), "[TIME, ").replace("ffi.dsl.", "")

    test("functions of an object, of a block, of an interface, and callbacks") {
        val lambda = "callback(u32 (u32)) TraceInOwnJvm\$\$Lambda"
        trace("sum") shouldBe """
            sum.sum(i32 1, i32 2) = i32 3 [TIME, main]
            sum.twice_u32($lambda, u32 1) …
              upcall(u32 1) = u32 0 [TIME, main] as argument 1 of sum.twice_u32
              upcall(u32 0) = u32 4294967295 [TIME, main] as argument 1 of sum.twice_u32
            sum.twice_u32($lambda, u32 1) = u32 4294967295 [TIME, main]
            sum.sum_of(i32 2, i32 3, i64 4) = i64 7 [TIME, main]
            sum.sum(i32 5, i32 6) = i32 11 [TIME, main]
            sum.testU32(u32 4294967295, u32 0) = u32 4294967295 [TIME, main]
            sum.sum(i32 7, i32 8) = i32 15 [TIME, main]
            sum.sum(i32 9, i32 10) = i32 19 [TIME, main]
        """.trimIndent()
    }

    test("a prefix belongs to the name in C, and the running program is c") {
        trace("c.labs") shouldBe "c.labs(cLong -11) = cLong 11 [TIME, main]"
    }

    test("a library that is not named is not logged") {
        trace("other") shouldBe ""
    }
})

// SPDX-License-Identifier: Apache-2.0
package ffi.coroutines

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

/** What `-Dffi.trace` logs of suspending calls, and what the flight recorder has of scopes. */
class TraceSpec : FunSpec({

    test("suspending calls are logged with the thread that makes them") {
        TraceInOwnJvm.printed("calls", "-Dffi.trace=sum")
            .replace(Regex("""\[[0-9.]+ (ns|µs|ms|s), """), "[TIME, ").replace(Regex("""-\d+]"""), "]") shouldBe """
            sum.sum(i32 1, i32 2) = i32 3 [TIME, calls]
            sum.sum(i32 3, i32 4) = i32 7 [TIME, bound]
        """.trimIndent()
    }

    test("arenas and native scopes are events, with the bytes that were allocated") {
        TraceInOwnJvm.printed("scopes") shouldBe """
            arena 12 1
            nativeScope 24 2
            nativeScope 0 0
            nativeScope 0 0
        """.trimIndent()
    }
})

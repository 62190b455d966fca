// SPDX-License-Identifier: Apache-2.0
package samples

import ffi.coroutines.await
import ffi.coroutines.offThread
import ffi.dsl.*
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch

/** A call that waits in C would hold the caller's thread; off that thread, it only suspends the caller. */
object Sleeper : Library("") {
    val usleep = fn("usleep", cUInt) returns cInt
}

suspend fun main() = coroutineScope {
    launch {
        val slept = Sleeper.usleep.await(200_000u)
        println("usleep returns $slept")
    }
    println("meanwhile")
    println(offThread { Sleeper.usleep(1_000u) + Sleeper.usleep(1_000u) }) // several calls at once
}

// Output:
// meanwhile
// 0
// usleep returns 0

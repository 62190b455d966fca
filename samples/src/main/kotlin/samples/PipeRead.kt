// SPDX-License-Identifier: Apache-2.0
package samples

import ffi.coroutines.awaits
import ffi.dsl.*
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.*

/** `read` waits for who writes. A signal interrupts it when its caller is cancelled. */
object PipeRead : Library("") {
    val pipe = fn("pipe", array(cInt).sized(2)) returns cInt
    val write = fn("write", cInt, array(i8).const, usize) returns isize
    val read = (fn("read", cInt, array(i8), usize) awaits isize).interruptible
    val close = fn("close", cInt) returns cInt
}

suspend fun main() = coroutineScope {
    val ends = IntArray(2)
    check(PipeRead.pipe(ends) == 0)
    val (output, input) = ends
    val bytes = ByteArray(16)
    println(withTimeoutOrNull(50.milliseconds) { PipeRead.read(output, bytes, 16) }) // nobody writes
    launch {
        delay(50)
        PipeRead.write(input, "hello".encodeToByteArray(), 5)
    }
    println(PipeRead.read(output, bytes, 16))
    println(bytes.decodeToString(0, 5))
    ends.forEach { PipeRead.close(it) }
}

// Output:
// null
// 5
// hello

// SPDX-License-Identifier: Apache-2.0
package samples

import ffi.coroutines.*
import ffi.dsl.*
import java.nio.*
import kotlin.io.path.*
import kotlinx.coroutines.flow.*

/** Linux tells what happens in a directory by a file whose `read` waits; who takes no more interrupts it. */
object Inotify : Library("") {
    val init = fn("inotify_init1", cInt) returns cInt
    val watch = fn("inotify_add_watch", cInt, cstring, u32) returns cInt
    val read = (fn("read", cInt, array(i8), usize) awaits isize).interruptible
    val close = fn("close", cInt) returns cInt
}

fun changes(directory: String) = channelFlow {
    nativeScope {
        val inotify = owned(Inotify.init(0)) { Inotify.close(it) }
        if (Inotify.watch(inotify, directory, 0x300u) > 0) send("watches") // IN_CREATE | IN_DELETE
        val events = ByteBuffer.allocate(4096).order(ByteOrder.nativeOrder())
        while (true) {
            events.clear().limit(Inotify.read(inotify, events.array(), 4096).toInt())
            while (events.hasRemaining()) { // each a struct inotify_event
                val (_, mask, _, length) = List(4) { events.int }
                val name = String(ByteArray(length).also(events::get)).trimEnd('\u0000')
                send(if (mask == 0x100) "created $name" else "deleted $name")
            }
        }
    }
}

suspend fun main() = with(createTempDirectory()) {
    changes("$this").take(3).onEach { if ("w" in it) resolve("a").createFile().deleteExisting() }.collect(::println)
}
// Output:
// watches
// created a
// deleted a

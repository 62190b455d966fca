// SPDX-License-Identifier: Apache-2.0
package samples

import ffi.dsl.*
import kotlin.io.path.*

object Timespec : Struct<Timespec>("timespec") {
    val seconds = field("tv_sec", i64)
    val nanos = field("tv_nsec", i64)
}

/** Where Linux on x86-64 has the facts about a file. */
object Stat : Struct<Stat>("stat") {
    val device = field("st_dev", u64)
    val inode = field("st_ino", u64)
    val links = field("st_nlink", u64)
    val mode = field("st_mode", u32)
    val ids = field("st_uid", list(u32).sized(2)) // and st_gid
    val special = field("st_rdev", u64) // behind padding, which nobody declares
    val size = field("st_size", i64)
    val blocks = field("st_blksize", array(i64).sized(2)) // and st_blocks
    val accessed = field("st_atim", Timespec)
    val modified = field("st_mtim", Timespec)
    val rest = field("st_ctim", array(i64).sized(5)) // and what is reserved
}

val stat = library("") { fn("stat", cstring, pointer(Stat)) returns cInt }

fun main() = arena {
    val file = Path("LICENSE")
    val found = Stat { check(stat("$file", pointerTo(it)) == 0) }
    println(found[Stat.size] == file.fileSize())
    val modified = found[Stat.modified] // a view of the struct in the struct
    val instant = java.time.Instant.ofEpochSecond(modified[Timespec.seconds], modified[Timespec.nanos])
    println(instant == file.getLastModifiedTime().toInstant())
}

// Output:
// true
// true

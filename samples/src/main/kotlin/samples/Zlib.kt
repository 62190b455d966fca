// SPDX-License-Identifier: Apache-2.0
package samples

import ffi.dsl.*
import java.util.zip.InflaterInputStream
import kotlin.io.path.Path
import kotlin.io.path.readBytes

/** A library of the system: `libz.so.1` on a machine without its development package. */
object Zlib : Library("z") {
    val compressBound = fn("compressBound", cULong) returns cULong
    val compress2 = fn("compress2", array(i8), inout(cULong), array(i8).const, cULong, cInt) returns cInt
    val uncompress = fn("uncompress", array(i8), inout(cULong), array(i8).const, cULong) returns cInt
}

fun main() {
    val file = Path("LICENSE").readBytes()

    val room = ByteArray(Zlib.compressBound(file.size.toULong()).toInt())
    val size = Out(room.size.toULong()) // the room goes in, and what was needed comes out
    check(Zlib.compress2(room, size, file, file.size.toULong(), 9) == 0)
    val packed = room.copyOf(size.value.toInt())
    println("smaller by half: ${packed.size < file.size / 2}")

    val unpacked = ByteArray(file.size)
    check(Zlib.uncompress(unpacked, Out(unpacked.size.toULong()), packed, packed.size.toULong()) == 0)
    println("the same: ${unpacked contentEquals file}")
    println("Java's own zlib agrees: ${InflaterInputStream(packed.inputStream()).readAllBytes() contentEquals file}")
}

// Needs: apt install zlib1g
// Output:
// smaller by half: true
// the same: true
// Java's own zlib agrees: true

// SPDX-License-Identifier: Apache-2.0
package samples

import ffi.dsl.*
import kotlin.io.path.Path
import kotlin.io.path.readBytes

/** A `size_t` whose highest values are errors: a type of one's own turns those into exceptions. */
object Zstd : Library("zstd") {
    private val isError = fn("ZSTD_isError", u64) returns cUInt
    private val errorName = fn("ZSTD_getErrorName", u64) returns cstring
    val size = u64.map({ if (isError(it) == 0u) it.toLong() else error(errorName(it)) }, { it.toULong() })

    val compressBound = fn("ZSTD_compressBound", usize) returns size
    val compress = fn("ZSTD_compress", array(i8), usize, array(i8).const, usize, cInt) returns size
    val decompress = fn("ZSTD_decompress", array(i8), usize, array(i8).const, usize) returns size
    val contentSize = fn("ZSTD_getFrameContentSize", array(i8).const, usize) returns i64 // -1 or -2 is none
}

fun main() {
    val file = Path("LICENSE").readBytes()
    val room = ByteArray(Zstd.compressBound(file.size.toLong()).toInt())
    val packed = room.copyOf(Zstd.compress(room, room.size.toLong(), file, file.size.toLong(), 19).toInt())
    println("smaller by half: ${packed.size < file.size / 2}")

    val unpacked = ByteArray(Zstd.contentSize(packed, packed.size.toLong()).toInt())
    Zstd.decompress(unpacked, unpacked.size.toLong(), packed, packed.size.toLong())
    println("the same: ${unpacked contentEquals file}")
    runCatching { Zstd.decompress(unpacked, 10, packed, packed.size.toLong()) }.onFailure { println(it.message) }
}

// Needs: apt install libzstd1
// Output:
// smaller by half: true
// the same: true
// Destination buffer is too small

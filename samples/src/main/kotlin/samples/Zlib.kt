// SPDX-License-Identifier: Apache-2.0
package samples

import ffi.dsl.*
import java.lang.foreign.Arena
import java.lang.foreign.ValueLayout.JAVA_BYTE
import java.util.zip.CRC32

/** A library of the system: `libz.so.1` on a machine without its development package. */
object Zlib : Library("z") {
    val zlibVersion = fn("zlibVersion") returns cstring
    val crc32 = fn("crc32", cULong, address, cUInt) returns cULong
}

fun main() {
    println("zlib ${Zlib.zlibVersion().substringBefore('.')}")

    val bytes = "isthmus".encodeToByteArray()
    val crc = Arena.ofConfined().use { arena ->
        Zlib.crc32(0u, arena.allocateFrom(JAVA_BYTE, *bytes), bytes.size.toUInt())
    } // the memory is freed here
    println(crc.toString(16))
    println(crc.toLong() == CRC32().apply { update(bytes) }.value)
}

// Needs: apt install zlib1g
// Output:
// zlib 1
// 277fc582
// true

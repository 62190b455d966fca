// SPDX-License-Identifier: Apache-2.0
package samples

import ffi.dsl.*
import java.io.ByteArrayOutputStream
import java.util.zip.DeflaterInputStream
import kotlin.io.path.*

object ZlibInflate : Library("z") {
    val init = fn("inflateInit_", pointer(ZStream), cstring, cInt) returns cInt
    val inflate = fn("inflate", pointer(ZStream), cInt) returns cInt
    val end = fn("inflateEnd", pointer(ZStream)) returns cInt
}

fun main() = arena {
    val file = Path("LICENSE").readBytes()
    val packed = DeflaterInputStream(file.inputStream()).readAllBytes() // by Java's own zlib
    val piece = alloc(array(i8).sized(1024)) // one value, a ByteArray
    val stream = ZStream {
        it[nextIn] = allocFrom(array(i8).sized(packed.size), packed).cast(i8)
        it[availIn] = packed.size.toUInt()
    }
    val unpacked = ByteArrayOutputStream()
    check(ZlibInflate.init(pointerTo(stream), "1", ZStream.structType.byteSize().toInt()) == 0)
    do {
        stream[ZStream.nextOut] = piece.cast(i8)
        stream[ZStream.availOut] = 1024u
        val result = ZlibInflate.inflate(pointerTo(stream), 0)
        check(result >= 0) { stream[ZStream.message] ?: "error $result" }
        unpacked.write(piece.value, 0, 1024 - stream[ZStream.availOut].toInt())
    } while (result != 1) // Z_STREAM_END
    ZlibInflate.end(pointerTo(stream))
    println(unpacked.toByteArray() contentEquals file)
    println(stream[ZStream.totalIn].toInt() == packed.size)
}

// Needs: apt install zlib1g
// Output:
// true
// true

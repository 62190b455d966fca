// SPDX-License-Identifier: Apache-2.0
package samples

import ffi.dsl.*
import java.io.ByteArrayOutputStream
import java.nio.channels.FileChannel
import java.util.zip.InflaterInputStream
import kotlin.io.path.*

object ZlibStream : Library("z") {
    val deflateInit = fn("deflateInit_", pointer(ZStream), cInt, cstring, cInt) returns cInt
    val deflate = fn("deflate", pointer(ZStream), cInt) returns cInt
    val deflateEnd = fn("deflateEnd", pointer(ZStream)) returns cInt
}

fun main() = arena {
    val file = Path("LICENSE")
    val (input, output) = List(2) { alloc(i8, 1024) }
    val stream = ZStream() // shared: we set its pointers, and C moves them on
    val packed = ByteArrayOutputStream()
    check(ZlibStream.deflateInit(pointerTo(stream), 9, "1", ZStream.structType.byteSize().toInt()) == 0)
    FileChannel.open(file).use { channel ->
        do {
            stream[ZStream.nextIn] = input
            val read = channel.read(input.segment().asByteBuffer())
            stream[ZStream.availIn] = maxOf(read, 0).toUInt()
            do {
                stream[ZStream.nextOut] = output
                stream[ZStream.availOut] = 1024u
                ZlibStream.deflate(pointerTo(stream), if (read < 0) 4 else 0) // Z_FINISH or Z_NO_FLUSH
                packed.write(output.cast(array(i8).sized(1024)).value, 0, 1024 - stream[ZStream.availOut].toInt())
            } while (stream[ZStream.availOut] == 0u)
        } while (read >= 0)
    }
    ZlibStream.deflateEnd(pointerTo(stream))
    println(InflaterInputStream(packed.toByteArray().inputStream()).readAllBytes() contentEquals file.readBytes())
}
// Needs: apt install zlib1g
// Output:
// true

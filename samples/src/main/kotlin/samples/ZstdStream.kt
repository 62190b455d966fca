// SPDX-License-Identifier: Apache-2.0
package samples

import ffi.dsl.*
import java.io.ByteArrayOutputStream
import java.lang.foreign.MemorySegment
import kotlin.io.path.*

class Compressor(segment: MemorySegment) : OwnedHandle(segment)
object ZBuffer : Struct<ZBuffer>("ZSTD_inBuffer") { // and ZSTD_outBuffer, which is no other
    val data = field("src", pointer(i8))
    val size = field("size", usize)
    val position = field("pos", usize)
}

object ZstdStream : Library("zstd") {
    private val compressor = handle(::Compressor)
    val free = fn("ZSTD_freeCCtx", compressor) returns usize
    val create = fn("ZSTD_createCCtx") returns compressor.owned(free)
    val compress = fn("ZSTD_compressStream2", compressor, pointer(ZBuffer), pointer(ZBuffer), cInt) returns Zstd.size
}

fun main() = arena {
    val file = Path("LICENSE").readBytes()
    val elements = array(i8).sized(file.size) // in memory one value, a ByteArray
    val input = ZBuffer { it[data] = allocFrom(elements, file).cast(i8); it[size] = file.size.toLong() }
    val piece = alloc(array(i8).sized(512))
    val packed = ByteArrayOutputStream()
    ZstdStream.create().use { compressor ->
        do {
            val output = ZBuffer { it[data] = piece.cast(i8); it[size] = 512 }
            val left = ZstdStream.compress(compressor, pointerTo(output), pointerTo(input), 2) // ZSTD_e_end
            packed.write(piece.value, 0, output[ZBuffer.position].toInt())
        } while (left > 0)
    }
    println(Zstd.contentSize(packed.toByteArray(), packed.size().toLong()) == file.size.toLong())
}
// Needs: apt install libzstd1
// Output:
// true

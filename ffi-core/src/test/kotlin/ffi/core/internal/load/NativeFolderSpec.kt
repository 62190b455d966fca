// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import java.io.OutputStream
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.util.jar.JarEntry
import java.util.jar.JarOutputStream
import java.util.zip.ZipException
import kotlin.io.path.createTempDirectory
import kotlin.io.path.outputStream
import kotlin.io.path.readBytes
import kotlin.io.path.writeBytes

class NativeFolderSpec : FunSpec({

    val directory = createTempDirectory()
    afterSpec { directory.toFile().deleteRecursively() }

    test("what inflates to more than the jar says is given up there") {
        val jar = directory.resolve("bomb.jar")
        JarOutputStream(jar.outputStream()).use { out ->
            out.putNextEntry(JarEntry("n/libbomb.so"))
            repeat(32) { out.write(ByteArray(1 shl 20)) }
            out.closeEntry()
        }
        val bytes = jar.readBytes()
        val central = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN)
        val header = bytes.indices.first { it + 4 <= bytes.size && central.getInt(it) == 0x02014b50 }
        central.getInt(header + 24) shouldBe (32 shl 20)
        central.putInt(header + 24, 1000) // the length, after the CRC-32 and the packed length
        jar.writeBytes(bytes)

        var written = 0L
        val counting = object : OutputStream() {
            override fun write(byte: Int) { written++ }
            override fun write(bytes: ByteArray, start: Int, count: Int) { written += count }
        }
        NativeFolder.of(java.net.URI("jar:${jar.toUri()}!/n/libbomb.so").toURL(), "n/libbomb.so").use { folder ->
            folder.bytes("libbomb.so") shouldBe 1000
            shouldThrow<ZipException> { folder.copy("libbomb.so", counting) }.message shouldBe
                "libbomb.so is damaged: it is not what the jar's directory says"
        }
        written shouldBeLessThan 1001
    }
})

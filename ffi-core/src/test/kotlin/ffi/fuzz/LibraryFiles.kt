// SPDX-License-Identifier: Apache-2.0
package ffi.fuzz

import ffi.core.LibraryNotFoundException
import ffi.core.NativeLibrary
import ffi.core.SymbolNotFoundException
import java.lang.foreign.Arena
import java.nio.ByteBuffer
import java.nio.ByteOrder
import kotlin.io.path.Path
import kotlin.io.path.deleteIfExists
import kotlin.io.path.moveTo
import kotlin.io.path.readBytes
import kotlin.io.path.writeBytes
import kotlin.random.Random

/**
 * Libraries that are damaged: cut off, with headers that are zero or lead anywhere, for another machine.
 *
 * What is wrong in their code or in the tables behind the headers nobody sees but who runs it, so the loader is not
 * given that. What only reads a file, for a message, is given any damage at all.
 */
internal class LibraryFiles : Subject {

    private val whole = Path(System.getProperty("spec.library")).readBytes()
    private val directory = Path(System.getProperty("spec.directory"))
    private val file = directory.resolve("libdamaged.so")
    private val read = directory.resolve("libread.so").also { it.writeBytes(whole) }
    private val library = NativeLibrary.open(read, Arena.global())
    private val headers = whole[56].toInt()
    private val identity = listOf(0, 1, 2, 3, 4, 5, 6, 16, 17, 18, 19, 20, 54, 55, 57) // of the file, and its header

    override fun feed(random: Random, said: (String) -> Unit) {
        val bytes = whole.clone()
        if (random.chance(3)) reads(random, bytes, said) else opens(random, bytes, said)
    }

    private fun opens(random: Random, bytes: ByteArray, said: (String) -> Unit) {
        val numbers = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder())
        val header = 64 + 56 * random.nextInt(headers)
        val damaged = when (random.nextInt(8)) {
            0 -> bytes.copyOf(random.nextInt(bytes.size))
            1 -> bytes.also { it[random.of(identity)] = random.nextInt().toByte() }
            2 -> bytes.also { it.fill(0, header, minOf(header + 56 * random.nextInt(1, 3), 64 + 56 * headers)) }
            3 -> bytes.also { it.fill(0, random.nextInt(64), 64 + 56 * headers) }
            4 -> bytes.also { it.fill(-1, header, header + 56) }
            5, 6 -> bytes.also {
                numbers.putLong(header + random.of(8, 16, 32, 40), random.nextLong() or (1L shl random.nextInt(24, 64)))
            }
            else -> bytes.also { numbers.putLong(random.of(32, 40), random.nextLong() ushr random.nextInt(64)) }
        }
        said("opens ${damaged.size} bytes, of which differ ${damaged.indices.filter { damaged[it] != whole[it] }}")
        file.deleteIfExists() // never written in place: it may be mapped
        file.writeBytes(damaged)
        try {
            Arena.ofConfined().use { NativeLibrary.open(file, it).find("add") }
        } catch (e: LibraryNotFoundException) {
            expect(e.message!!.startsWith("Library not loaded: ")) { e.message!! }
            throw e
        }
    }

    private fun reads(random: Random, bytes: ByteArray, said: (String) -> Unit) {
        val sections = ByteBuffer.wrap(whole).order(ByteOrder.nativeOrder()).getLong(40).toInt()
        repeat(random.nextInt(1, 40)) {
            val at = if (random.chance(2)) random.nextInt(bytes.size) else random.nextInt(sections, bytes.size)
            bytes[at] = random.nextInt().toByte()
        }
        said("reads what differs in ${bytes.indices.filter { bytes[it] != whole[it] }}")
        directory.resolve("new").also { it.writeBytes(bytes) }.moveTo(read, overwrite = true)
        val report = "${library.report()}"
        expect(report.isNotEmpty() && "$read" in report) { report }
        try {
            library.findOrThrow(random.of("ad", "addi", "addd", "_Z3addi"))
        } catch (e: SymbolNotFoundException) {
            expect(e.similar().size <= 5) { "${e.similar()}" }
            throw e
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.fuzz

import ffi.core.Downcall
import ffi.core.NativeLibrary
import ffi.core.NativeType
import ffi.core.Signature
import ffi.core.SymbolNotFoundException
import ffi.core.Variable
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.util.Optional
import kotlin.io.path.Path
import kotlin.random.Random

/** Names of functions and variables: C's, C++'s as they are exported and as they are written, and none. */
internal class Symbols : Subject {

    private val small = NativeLibrary.open(Path(System.getProperty("spec.library")), Arena.global())
    private val large = NativeLibrary.open(Path(System.getProperty("spec.natives"), "libsum.so"), Arena.global())
    private val pieces = listOf(
        "_Z", "3", "add", "ii", "N", "St", "E", "I", "S_", "T_", "9999999999", "::", "(", "int, int", ")", "<", ">",
        "~", "operator+", "std", "_ZN3fooC1Ev", "@", "@GLIBC_2.2.5", "_ZTV", "x", " ",
    )

    private fun Random.symbol(): String = when (nextInt(5)) {
        0 -> of("add", "_Z3addii", "counter", "sum", "call_count", "per_thread", "api_version", "greeting",
            "doubleSum", "abs")
        1, 2 -> List(nextInt(1, 6)) { of(pieces) }.joinToString("")
        else -> List(nextInt(1, 3)) { word() }.joinToString("")
    }

    override fun feed(random: Random, said: (String) -> Unit) {
        val symbol = random.symbol()
        val library = when (random.nextInt(20)) { // to look for similar ones among thousands takes its time
            0 -> large
            1 -> NativeLibrary.standard()
            in 2..5 -> supplied(random)
            else -> small
        }
        said("$symbol of $library")
        try {
            use(random, symbol, library)
        } catch (e: SymbolNotFoundException) {
            expect(e.message!!.startsWith("Symbol not found: \"") && e.similar().size <= 5 * 3) { "${e.message}" }
            throw e
        }
    }

    private fun use(random: Random, symbol: String, library: NativeLibrary) {
        when (random.nextInt(7)) {
            0 -> if (library.find(symbol).isEmpty) throw Expected()
            1 -> library.findOrThrow(symbol)
            2 -> library.downcall(symbol, NativeType.I32, NativeType.I32, NativeType.I32)
            3 -> library.downcall(symbol, NativeType.I32).check()
            4 -> {
                val symbols = List(random.nextInt(4)) { random.symbol() }
                val function = Downcall.declare({ library }, library.scope(), symbols, Signature.of(NativeType.VOID))
                if (!function.isAvailable || "$function".isEmpty()) function.address()
            }
            5 -> {
                val type = random.of(NativeType.I32, NativeType.I64, NativeType.I8, NativeType.VOID,
                    NativeType.CSTRING.owned())
                "${library.variable(symbol, type).get()}"
            }
            else -> {
                val symbols = List(random.nextInt(3)) { random.symbol() }
                val variable = Variable.declare({ library }, library.scope(), symbols, NativeType.I32)
                "${variable.orElse(symbol).optional().isAvailable} ${variable.isWritable} ${variable.get()}"
            }
        }
    }

    private fun supplied(random: Random): NativeLibrary {
        val arena = Arena.ofAuto()
        return NativeLibrary.of(random.word().take(100), { name ->
            when (random.nextInt(6)) {
                0 -> null
                1 -> Optional.empty()
                2 -> Optional.of(MemorySegment.NULL)
                3 -> throw IllegalStateException("no context is current, for ${name.length}")
                else -> Optional.of(arena.allocate(16, 8))
            }
        }, if (random.chance(4)) Arena.ofConfined().also { it.close() } else arena)
    }
}

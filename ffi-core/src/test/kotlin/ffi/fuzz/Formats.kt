// SPDX-License-Identifier: Apache-2.0
package ffi.fuzz

import ffi.core.NativeLibrary
import ffi.core.NativeType.CSTRING
import ffi.core.NativeType.I32
import ffi.core.NativeType.I8
import ffi.core.NativeType.USIZE
import ffi.core.NativeType.array
import ffi.core.Signature
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.math.BigDecimal
import java.math.BigInteger
import java.math.RoundingMode
import kotlin.random.Random

/**
 * Formats of printf and arguments to them: those that belong together, and by chance.
 *
 * What C prints is compared with what is said here of the usual conversions; the others must not end the JVM.
 */
internal class Formats : Subject {

    private val snprintf = NativeLibrary.standard().downcall(
        "snprintf", Signature.of(I32, array(ByteArray::class.java, I8), USIZE, CSTRING).asVariadic(3),
    ).variadic()
    private val text = Arena.global().allocateFrom("in C's memory")

    private class Piece(val format: String, val arguments: List<Any?>, val expected: String?)

    /** Nothing that C would have to follow to where there is no memory. */
    private fun Random.argument(): Any? = when (nextInt(14)) {
        0, 1 -> nextInt()
        2 -> nextInt(-20, 20)
        3 -> nextLong()
        4 -> real()
        5 -> nextFloat()
        6, 7 -> plainText()
        8 -> null
        9 -> text
        10 -> of(nextInt().toByte(), nextInt().toShort(), nextInt(0xD800).toChar(), nextBoolean())
        11 -> of(byteArrayOf(65, 66), byteArrayOf(), byteArrayOf(0), intArrayOf(65, 66), longArrayOf(1),
            doubleArrayOf(1.5))
        12 -> of(arrayOf("a", "b"), charArrayOf('a'), floatArrayOf(1f))
        else -> of(this, java.util.Date(0), listOf(1), Unit, BigInteger.ONE, arrayOf(1), arrayOf(listOf(1)), "a\u0000b")
    }

    private fun Random.real(): Double = when (nextInt(4)) {
        0 -> of(0.0, -0.0, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.MIN_VALUE)
        1 -> nextInt(-1000, 1000) / 8.0
        2 -> nextDouble(-1e9, 1e9)
        else -> nextDouble()
    }

    private fun Random.plainText(): String = of("", "a", "some text", "%d", "ünï", "日本", "x".repeat(nextInt(60)))

    /** A conversion with what it takes, and what C makes of it as far as that is said here. */
    private fun Random.piece(): Piece {
        val left = chance(3)
        val stars = mutableListOf<Any?>()
        val width: Int? = if (chance(2)) nextInt(1, 30) else null
        val widthText = if (width != null && chance(3)) "*".also { stars += width } else "${width ?: ""}"
        fun filled(value: String) =
            if (width == null) value else if (left) value.padEnd(width) else value.padStart(width)
        val flags = if (left) "-" else ""
        return when (nextInt(9)) {
            0 -> of("%%", "text", "\n", "ü").let { Piece(it, listOf(), it.replace("%%", "%")) }
            1 -> nextInt().let {
                val plus = chance(3)
                val number = if (plus && it >= 0) "+$it" else "$it"
                Piece("%$flags${if (plus) "+" else ""}$widthText${of("d", "i")}", stars + it, filled(number))
            }
            2 -> nextInt().let {
                val zero = !left && chance(2)
                val number = Integer.toHexString(it)
                Piece("%$flags${if (zero) "0" else ""}${widthText}x", stars + it,
                    if (zero && width != null) number.padStart(width, '0') else filled(number))
            }
            3 -> nextLong().let {
                val (format, number) = of("ld" to "$it", "lld" to "$it", "jd" to "$it", "zx" to it.toString(16),
                    "lu" to java.lang.Long.toUnsignedString(it), "lo" to java.lang.Long.toOctalString(it))
                Piece("%$flags$widthText$format", stars + it,
                    filled(if (format == "zx") java.lang.Long.toHexString(it) else number))
            }
            4 -> of("a", "some text", "").let { word ->
                val most = nextInt(12)
                val (precision, shown) = when (nextInt(3)) {
                    0 -> "" to word
                    1 -> ".$most" to word.take(most)
                    else -> ".*".also { stars += most } to word.take(most)
                }
                Piece("%$flags$widthText${precision}s", stars + word, filled(shown))
            }
            5 -> real().let { value ->
                val places = nextInt(10)
                Piece("%$flags$widthText.${places}f", stars + value,
                    if (value.isFinite()) filled(fixed(value, places)) else null)
            }
            6 -> ('!' + nextInt(90)).let { Piece("%$flags${widthText}c", stars + it, filled("$it")) }
            7 -> of(byteArrayOf(65, 66, 67), byteArrayOf(65, 66, 67, 0, 65)).let {
                Piece("%$flags${widthText}s", stars + it, filled("ABC"))
            }
            else -> conversion().let { given ->
                Piece("%$given", if ('*' in given) listOf(nextInt(-50, 50), argument()) else listOf(argument()), null)
            }
        }
    }

    /** Rounded as C rounds: the exact value, and of two as near the even one. */
    private fun fixed(value: Double, places: Int): String {
        val sign = if (value.toRawBits() < 0) "-" else ""
        return sign + BigDecimal(value).abs().setScale(places, RoundingMode.HALF_EVEN).toPlainString()
    }

    private fun Random.conversion(): String =
        List(nextInt(4)) { of("-", "+", " ", "#", "0", "'", "I") }.joinToString("") +
        of("", "", "5", "*", "-3", "*1$", "2$") + of("", "", ".3", ".*", ".", ".-1") +
        of("", "", "", "l", "ll", "h", "hh", "j", "z", "t", "L", "q", "lll", "w8", "Z") +
        of("d", "i", "u", "x", "X", "o", "c", "s", "p", "f", "F", "e", "E", "g", "G", "a", "A", "%", "m", "n", "C",
            "S", "b", "B", "$", "1$", "k", "", "ü", "\uD83D\uDE00", "\uD800", "\n")

    override fun feed(random: Random, said: (String) -> Unit) {
        val pieces = List(random.nextInt(5)) { random.piece() }
        val format = pieces.joinToString("") { it.format }
        val arguments = pieces.flatMap { it.arguments }.toMutableList()
        var belongs = true
        if (random.chance(5)) {
            belongs = false
            if (random.chance(2) && arguments.isNotEmpty()) arguments.removeAt(random.nextInt(arguments.size))
            else arguments.add(random.nextInt(arguments.size + 1), random.argument())
        }
        if ('*' in format && (!belongs || pieces.any { it.expected == null })) {
            // a width of thousands of millions is no fault, and takes its time
            arguments.replaceAll { if (it is Int) it % 1000 else it }
        }
        said("$format, ${arguments.map { if (it is Array<*>) it.asList() else it }}")
        val room = random.of(0, 1, 7, 1000)
        val buffer = ByteArray(room)
        val length = snprintf.call(buffer, room.toLong(), format, *arguments.toTypedArray()) as Int
        if (belongs && pieces.all { it.expected != null }) {
            val expected = pieces.joinToString("") { it.expected!! }.toByteArray()
            expect(length == expected.size) { "length $length, expected ${expected.size}: ${String(expected)}" }
            val shown = minOf(length, maxOf(room - 1, 0))
            expect(buffer.take(shown) == expected.take(shown)) {
                "${String(buffer, 0, shown)}, expected ${String(expected)}"
            }
        }
    }
}

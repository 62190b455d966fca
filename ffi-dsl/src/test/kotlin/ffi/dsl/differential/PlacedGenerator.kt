// SPDX-License-Identifier: Apache-2.0
package ffi.dsl.differential

import kotlin.random.Random

/** Draws structs and unions that are viewed in place. */
internal class PlacedGenerator(private val random: Random) {

    private val values = Generator(random)
    private val bitTypes = numbers.filter { it.isBitField }

    private fun chance(percent: Int) = random.nextInt(100) < percent
    private fun <T> List<T>.any() = random(random)

    /** A case: structs, and functions that have to do with them. */
    fun functions(name: String): List<Function> {
        val struct = placed(random.nextInt(1, 4), top = true)
        val others = listOf(struct, struct, if (chance(50)) placed(1, top = true) else values.struct())
        return listOf(values.function("${name}_0", listOf(struct)), values.function("${name}_1", others))
    }

    private fun placed(depth: Int, top: Boolean): Placed {
        val union = chance(20)
        val words = Words(
            union,
            pack = if (chance(25)) listOf(0, 0, 1, 2, 4, 8, 16).any() else null,
            aligned = if (chance(15)) listOf(1, 2, 4, 8, 16, 32).any() else null,
            microsoft = chance(20),
        )
        val entries = MutableList(random.nextInt(1, if (chance(50)) 4 else 10)) { entry(depth) }
        if (entries.all { it is Entry.Bits && it.name == null }) {
            entries += Entry.Plain(newName("m"), numbers.any(), 0)
        }
        if (top && !union && chance(12)) {
            val element = if (chance(30)) values.struct() else (numbers + texts).any()
            entries += Entry.Flexible(newName("m"), element, random.nextInt(0, 6), asList = chance(50))
        }
        val used = entries.indices.filter { i -> entries[i].let { it !is Entry.Bits || it.name != null } }.any()
        return Placed(words, entries, used)
    }

    private fun entry(depth: Int): Entry = when (random.nextInt(14)) {
        in 0..4 -> bits()
        in 5..7 -> if (depth > 0) nested(placed(depth - 1, top = false)) else bits()
        8 -> Entry.Plain(newName("m"), Inline((numbers + pointers).any(), random.nextInt(1, 5), chance(50)), 0)
        9 -> Entry.Plain(newName("m"), if (chance(50)) texts.any() else values.struct(), 0)
        10 -> (numbers + pointers).any().let { shape ->
            Entry.Plain(newName("m"), shape, if (chance(50)) listOf(8, 16, 32).any() else shape.alignment.toInt())
        }
        else -> Entry.Plain(newName("m"), (numbers + pointers).any(), 0)
    }

    private fun nested(struct: Placed): Entry = when (random.nextInt(3)) {
        0 -> Entry.Nested(newName("m"), struct)
        1 -> Entry.Anonymous(struct)
        else -> Entry.Several(newName("m"), struct, random.nextInt(1, 4))
    }

    private fun bits(): Entry {
        val type = bitTypes.any()
        val most = if (type.dsl == "bool") 1 else type.size.toInt() * 8
        return when {
            chance(8) -> Entry.Bits(null, type, 0)
            chance(8) -> Entry.Bits(null, type, random.nextInt(1, most + 1))
            else -> Entry.Bits(newName("m"), type, random.nextInt(1, (if (chance(50)) minOf(most, 6) else most) + 1))
        }
    }
}

/** So many cases in place, each from its own seed. */
internal fun functionsInPlace(seed: Long, count: Int): List<Function> =
    List(count) { PlacedGenerator(Random(seed + it)).functions("p$it") }.flatten()

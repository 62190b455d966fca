// SPDX-License-Identifier: Apache-2.0
package ffi.dsl.differential

import kotlin.random.Random

private const val DEEPEST = 3

/** Draws shapes and functions, each kind of them often enough to be seen in a few hundred. */
internal class Generator(private val random: Random) {

    private fun chance(percent: Int) = random.nextInt(100) < percent
    private fun <T> List<T>.any() = random(random)

    /** A case: a struct, and functions that have to do with it. */
    fun functions(name: String): List<Function> {
        val struct = struct()
        return listOf(function("${name}_0", listOf(struct)), function("${name}_1", listOf(struct, struct())))
    }

    // --- by value ------------------------------------------------------------------------------------------------

    /** Half of them fit into registers, where the ABI is at its most inventive. */
    fun struct(): Struct = struct(if (chance(50)) random.nextLong(1, 17) else random.nextLong(8, 201), DEEPEST)

    private fun struct(bytes: Long, depth: Int): Struct {
        val parts = mutableListOf<Part>()
        val most = random.nextInt(1, 13)
        val narrow = numbers.filter { it.size <= bytes }
        // all floats, or all but one: what else should go by registers of floating point
        val floating = if (chance(25)) listOf(f32, f64).filter { it.size <= bytes }.ifEmpty { null } else null
        var attempts = 0
        while (parts.size < most && attempts++ < 2 * most) {
            val part = if (floating != null && chance(90)) Part.Single(floating.any()) else part(bytes, depth)
            if (Struct(parts + part).size <= bytes) {
                parts += part
            }
        }
        return Struct(parts.ifEmpty { listOf(Part.Single((floating ?: narrow).any())) })
    }

    private fun part(bytes: Long, depth: Int): Part = when {
        bytes >= 16 && chance(6) -> Part.Counted(counters.any(), element(16, depth - 1), chance(50), chance(50))
        else -> Part.Single(member(bytes, depth))
    }

    private fun member(bytes: Long, depth: Int): Shape = when (random.nextInt(12)) {
        0, 1 -> if (depth > 1) struct(random.nextLong(1, bytes + 1), depth - 1) else numbers.any()
        2, 3 -> Inline(element(maxOf(bytes / 2, 1), depth - 1), random.nextInt(1, 6), chance(50))
        4 ->
            if (depth > 1) {
                Inline(Inline(numbers.any(), random.nextInt(1, 4), chance(50)), random.nextInt(1, 4), asList = true)
            } else {
                f32
            }
        5 -> pointers.any()
        6 -> if (chance(50)) placedText() else texts.any()
        else -> numbers.any()
    }

    private fun placedText() = PlacedText(PlacedText.TextUnit.entries.any(), random.nextInt(1, 9), chance(50))

    private fun element(bytes: Long, depth: Int): Shape = when (random.nextInt(5)) {
        0, 1 -> if (depth > 0) struct(random.nextLong(1, bytes + 1), depth) else numbers.any()
        2 -> if (bytes >= 8) (if (chance(30)) placedText() else (pointers + texts).any()) else numbers.any()
        else -> numbers.any()
    }

    private fun scalar(): Shape = when (random.nextInt(10)) {
        0 -> texts.any()
        1 -> pointers.any()
        2, 3 -> if (chance(50)) f32 else f64
        else -> numbers.any()
    }

    private fun elements(shape: Shape, most: Int) = Parameter.Elements(
        shape, random.nextInt(0, most + 1), asList = chance(50), const = chance(50), sized = chance(30),
    )

    private fun byAddress(shape: Shape): Parameter = shape.inMemory() ?: Parameter.Behind(shape)

    fun function(name: String, structs: List<Shape>): Function {
        val parameters = List(random.nextInt(1, if (chance(20)) 20 else 9)) {
            val struct = structs.any()
            when (if (struct.isWhole) random.nextInt(16) else 100) {
                in 0..4 -> if (struct.isPassed) Parameter.Value(struct) else byAddress(struct)
                9, 100 -> byAddress(struct)
                5 -> elements(struct, most = 4)
                6 -> elements((numbers + texts).any(), most = 8)
                7 -> Parameter.Filled(
                    if (chance(60)) struct else if (chance(30)) placedText() else scalar(), reads = chance(50),
                )
                8 -> Parameter.Behind(if (chance(70)) struct else scalar())
                else -> Parameter.Value(scalar())
            }
        }
        val several = parameters.filter { it is Parameter.Elements || it is Parameter.Filled }
        val again = if (several.isEmpty() || !chance(30)) emptyList() else List(random.nextInt(1, 3)) {
            Parameter.Again(several.any())
        }
        // the JDK passes each word of a struct on the stack as a long of its own, and a method of the JVM has 255 slots
        var slots = 0L
        val fitting = (parameters + again).takeWhile { p ->
            slots += if (p is Parameter.Value) (p.shape.size + 7) / 8 * 2 else 2
            slots < 230
        }
        val whole = structs.filter { it.isWhole }.ifEmpty { numbers }
        val result = when (random.nextInt(12)) {
            0 -> Result.Nothing
            1 -> Result.Value(scalar())
            2 -> Result.Behind(if (chance(70)) whole.any() else scalar())
            3 -> {
                val element = if (chance(70)) whole.any() else (numbers + texts).any()
                Result.Elements(element, random.nextInt(0, 5), asList = chance(50))
            }
            else -> whole.any().let { if (it.isPassed) Result.Value(it) else Result.Behind(it) }
        }
        return Function(name, result, fitting, random.nextLong())
    }
}

/** So many cases, each from its own seed. */
internal fun functions(seed: Long, count: Int): List<Function> =
    List(count) { Generator(Random(seed + it)).functions("f$it") }.flatten()

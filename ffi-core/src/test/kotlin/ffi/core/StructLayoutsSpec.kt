// SPDX-License-Identifier: Apache-2.0
package ffi.core

import io.kotest.assertions.withClue
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withTests
import io.kotest.matchers.collections.shouldBeEmpty
import java.lang.foreign.Arena
import java.lang.foreign.GroupLayout
import java.lang.foreign.MemoryLayout
import java.lang.foreign.MemorySegment
import java.lang.foreign.PaddingLayout
import java.lang.foreign.StructLayout
import java.lang.foreign.ValueLayout.JAVA_BYTE
import java.lang.foreign.ValueLayout.JAVA_LONG
import kotlin.io.path.Path
import kotlin.io.path.absolute
import kotlin.io.path.createDirectories
import kotlin.random.Random

/** A scalar that fields can be of. */
private class FieldKind(val type: NativeType<*>, val c: String, val bits: Int, val signed: Boolean,
    val of: (Long) -> Any) {
    val isInteger = !c.startsWith("float") && !c.startsWith("double")

    /** A value of so many bits, as C has it in an int64_t. */
    fun value(random: Random, width: Int): Long {
        val bits = if (random.nextInt(4) == 0) listOf(0L, -1L, 1L shl width - 1).random(random) else random.nextLong()
        return if (signed) bits shl 64 - width shr 64 - width else bits shl 64 - width ushr 64 - width
    }
}

private val kinds = listOf(
    FieldKind(NativeType.I8, "int8_t", 8, true) { it.toByte() },
    FieldKind(NativeType.U8, "uint8_t", 8, false) { it.toByte() },
    FieldKind(NativeType.I16, "int16_t", 16, true) { it.toShort() },
    FieldKind(NativeType.U16, "uint16_t", 16, false) { it.toShort() },
    FieldKind(NativeType.I32, "int32_t", 32, true) { it.toInt() },
    FieldKind(NativeType.U32, "uint32_t", 32, false) { it.toInt() },
    FieldKind(NativeType.I64, "int64_t", 64, true) { it },
    FieldKind(NativeType.U64, "uint64_t", 64, false) { it },
    FieldKind(NativeType.BOOL, "_Bool", 1, false) { it != 0L },
)

/** A member of a struct: a bit-field if it has a width, without a name if it says so; or one of an inner struct. */
private class FieldPart(val kind: FieldKind?, val width: Int?, val named: Boolean, val align: Int,
    val inner: StructShape?, val count: Int) {
    fun c(i: Int): String {
        val aligned = if (align > 0) " __attribute__((aligned($align)))" else ""
        val name = if (named) " f$i" else ""
        val many = if (count > 0) "[$count]" else ""
        return (inner?.let { "${it.tag} f$i$many" } ?: "${kind!!.c}$name${width?.let { " : $it" }.orEmpty()}") +
            "$aligned;"
    }
}

/** A struct by all that is said of it in C. */
private class StructShape(val number: String, val union: Boolean, val words: StructWords, val parts: List<FieldPart>) {
    val tag = "${if (union) "union" else "struct"} s$number"

    val type: StructType<Any> = run {
        val type = if (union) StructType.union<Any>("s$number") else StructType.of("s$number")
        words.say(type)
    }

    val fields: List<Field<Any, *>?> = parts.mapIndexed { i, part ->
        if (part.align > 0) type.align(part.align)
        when {
            part.inner != null && part.count > 0 -> type.field("f$i", part.inner.type, part.count)
            part.inner != null -> type.field("f$i", part.inner.type)
            part.width == null -> type.field("f$i", part.kind!!.type)
            part.named -> type.bits("f$i", part.kind!!.type, part.width)
            else -> null.also { type.bits(part.kind!!.type, part.width) }
        }
    }

    /** The fields that hold a number. */
    val numbers = parts.indices.filter { parts[it].named && parts[it].inner == null }

    private fun declared() = words.c("$tag { ${parts.withIndex().joinToString(" ") { (i, part) -> part.c(i) }} }")

    val source: String get() = buildString {
        append(declared()).append('\n')
        append("void facts_$number(int64_t *out) {\n  $tag s;\n  *out++ = sizeof s; *out++ = _Alignof($tag);\n")
        for ((i, part) in parts.withIndex()) {
            if (!part.named) continue
            if (part.width == null) {
                append("  *out++ = 8 * offsetof($tag, f$i);\n")
            } else {
                append("  memset(&s, 0, sizeof s); s.f$i = -1; *out++ = first(&s, sizeof s);\n")
            }
        }
        append("}\nvoid fill_$number($tag *s, const int64_t *in) {\n")
        numbers.forEach { append("  s->f$it = in[$it];\n") }
        append("}\nvoid read_$number(const $tag *s, int64_t *out) {\n")
        numbers.forEach { append("  out[$it] = s->f$it;\n") }
        append("}\n")
    }
}

/** What is said of a struct as a whole. */
private class StructWords(val name: String, val say: (StructType<Any>) -> StructType<Any>, val c: (String) -> String) {
    val microsoft get() = name.startsWith("Microsoft")
    override fun toString() = name
}

private fun pack(n: Int, what: String) = "#pragma pack(push, $n)\n$what\n#pragma pack(pop)"

private val plain = StructWords("without words", { it }, { "$it;" })
private val words = listOf(
    plain,
    StructWords("packed", { it.packed() }, { "$it __attribute__((packed));" }),
    StructWords("packed to 1", { it.packed(1) }, { pack(1, "$it;") }),
    StructWords("packed to 2", { it.packed(2) }, { pack(2, "$it;") }),
    StructWords("packed to 4", { it.packed(4) }, { pack(4, "$it;") }),
    StructWords("packed to 16", { it.packed(16) }, { pack(16, "$it;") }),
    StructWords("aligned to 16", { it.aligned(16) }, { "$it __attribute__((aligned(16)));" }),
    StructWords("packed, and aligned to 4", { it.packed().aligned(4) }, { "$it __attribute__((packed, aligned(4)));" }),
    StructWords("Microsoft's", { it.msBitFields() }, { "$it __attribute__((ms_struct));" }),
    StructWords("Microsoft's, packed to 1", { it.msBitFields().packed(1) },
        { pack(1, "$it __attribute__((ms_struct));") }),
    StructWords("Microsoft's, packed to 2", { it.packed(2).msBitFields() },
        { pack(2, "$it __attribute__((ms_struct));") }),
    StructWords("Microsoft's, packed to 4", { it.msBitFields().packed(4) },
        { pack(4, "$it __attribute__((ms_struct));") }),
)

private fun shape(number: String, words: StructWords, random: Random, deep: Boolean = true): StructShape {
    val union = random.nextInt(8) == 0 && !words.microsoft // of which gcc and Microsoft think differently
    var bitFields = 0
    val parts = List(random.nextInt(1, 9)) {
        val kind = kinds.random(random)
        val align = if (random.nextInt(10) == 0 && !words.microsoft) 1 shl random.nextInt(1, 5) else 0
        when (val choice = random.nextInt(10)) {
            0, 1 -> FieldPart(kind, null, true, align, null, 0)
            2 if deep ->
                FieldPart(null, null, true, align, shape("${number}_$it", plain, random, deep = false), choice % 3)
            3 -> FieldPart(kind, if (random.nextBoolean()) 0 else random.nextInt(1, kind.bits + 1), false, 0, null, 0)
            else -> {
                bitFields++
                val width = if (random.nextInt(5) == 0) kind.bits else random.nextInt(1, kind.bits + 1)
                FieldPart(kind, width, true, if (random.nextInt(3) == 0) align else 0, null, 0)
            }
        }
    } + FieldPart(kinds[1], null, true, 0, null, 0) // so that it is not empty
    return StructShape(number, union, words, parts)
}

private fun StructShape.withInner(): List<StructShape> = parts.mapNotNull { it.inner } + this

private const val PRELUDE = """
    #include <stdint.h>
    #include <stddef.h>
    #include <string.h>
    static int64_t first(void *memory, size_t bytes) {
        for (size_t i = 0; i < bytes * 8; i++) if (((unsigned char *) memory)[i / 8] >> i % 8 & 1) return i;
        return -1;
    }
"""

/** Where a layout has something other than padding, by byte. */
private fun used(layout: MemoryLayout): BooleanArray = BooleanArray(layout.byteSize().toInt()).also { bytes ->
    fun mark(member: MemoryLayout, at: Int) {
        if (member is GroupLayout) {
            var offset = at
            for (inner in member.memberLayouts()) {
                mark(inner, offset)
                if (member is StructLayout) offset += inner.byteSize().toInt()
            }
        } else if (member !is PaddingLayout) {
            bytes.fill(true, at, at + member.byteSize().toInt())
        }
    }
    mark(layout, 0)
}

private fun bits(field: Field<*, *>): Long =
    if (field is Fields.Bitwise<*, *>) 8 * field.bits().offset() + field.bits().shift() else 8 * field.offset()

private class BuiltStruct(val shape: StructShape, library: NativeLibrary, private val arena: Arena) {
    private val function = { name: String, arity: Int ->
        library.downcall("${name}_${shape.number}", NativeType.VOID, *Array(arity) { NativeType.ADDRESS })
    }
    private val numbers = arena.allocate(JAVA_LONG, 32)

    /** Size and alignment in bytes, and offsets in bits. */
    fun facts(): List<Long> {
        function("facts", 1).call(numbers)
        return List(2 + shape.fields.count { it != null }) { numbers.getAtIndex(JAVA_LONG, it.toLong()) }
    }

    fun ours(): List<Long> =
        listOf(shape.type.byteSize(), shape.type.byteAlignment()) + shape.fields.filterNotNull().map { bits(it) }

    fun values(random: Random): Map<Int, Long> = shape.numbers.associateWith {
        val part = shape.parts[it]
        part.kind!!.value(random, part.width ?: part.kind.bits)
    }

    fun newRef(random: Random): Ref<Any> = shape.type.allocate(arena).also { ref ->
        for (i in 0 until ref.segment().byteSize()) ref.segment().set(JAVA_BYTE, i, random.nextInt().toByte())
    }

    fun fill(ref: Ref<Any>, values: Map<Int, Long>) {
        values.forEach { (i, value) -> numbers.setAtIndex(JAVA_LONG, i.toLong(), value) }
        function("fill", 2).call(ref.segment(), numbers)
    }

    fun read(ref: Ref<Any>): Map<Int, Long> {
        function("read", 2).call(ref.segment(), numbers)
        return shape.numbers.associateWith { numbers.getAtIndex(JAVA_LONG, it.toLong()) }
    }

    @Suppress("UNCHECKED_CAST")
    fun field(i: Int) = shape.fields[i] as Field<Any, Any>
}

/** Random declarations, as this machine's compiler has them. */
@EnabledIf(OnLinux::class)
class StructLayoutsSpec : FunSpec({

    val seed = System.getProperty("ffi.seed")?.toLong() ?: Random.nextLong()
    val random = Random(seed)
    val clue = "to see it again: -Dffi.seed=$seed"
    val arena = Arena.global()

    val shapes = words.withIndex().associate { (w, word) -> word to List(120) { shape("${w}_$it", word, random) } }
    val library by lazy {
        val directory = Path("target", "layouts").absolute().createDirectories()
        val source = PRELUDE + shapes.values.flatten().flatMap { it.withInner() }.joinToString("\n") { it.source }
        NativeLibrary.open(compile(directory, "liblayouts.so", source, "-O1", "-w"), arena)
    }
    fun structs(word: StructWords) = shapes.getValue(word).map { BuiltStruct(it, library, arena) }

    context("every field lies where C has it, in structs that are") {
        withTests(words.associateBy { "$it" }) { word ->
            withClue(clue) {
                structs(word).filter { it.facts() != it.ours() }
                    .map { struct ->
                        val first = struct.shape.source.lines().first { it.contains("struct") || it.contains("union") }
                        "${struct.facts()} but ${struct.ours()}:\n$first\n${struct.shape.type.describe()}"
                    }
                    .shouldBeEmpty()
            }
        }
    }

    context("what Java writes C reads, and the other way round, in structs that are") {
        withTests(words.associateBy { "$it" }) { word ->
            val wrong = mutableListOf<String>()
            for (struct in structs(word)) {
                val ref = struct.newRef(random)
                val values = struct.values(random)
                if (!struct.shape.union) {
                    values.entries.shuffled(random).forEach { (i, value) ->
                        struct.field(i).set(ref, struct.shape.parts[i].kind!!.of(value))
                    }
                    if (struct.read(ref) != values)
                        wrong += "read ${struct.read(ref)}, not $values: ${struct.shape.source}"
                }
                for ((i, value) in values) {
                    struct.fill(ref, mapOf(i to value) + if (struct.shape.union) mapOf() else values - i)
                    if (struct.shape.union) continue
                    val expected = struct.shape.parts[i].kind!!.of(value)
                    val found = struct.field(i).get(ref)
                    if (found != expected) wrong += "f$i is $found, not $expected: ${struct.shape.source}"
                }
            }
            withClue(clue) { wrong.shouldBeEmpty() }
        }
    }

    test("a layout says as used what fields use, and its size and alignment are the struct's") {
        val wrong = shapes.values.flatten().filter { shape ->
            val layout = shape.type.layout()
            val used = used(layout)
            layout.byteSize() != shape.type.byteSize() || shape.type.parts().any { part ->
                (part.start() / 8 until (part.start() + part.width() + 7) / 8).any { byte ->
                    part.layout() !is GroupLayout && !used[byte.toInt()]
                }
            }
        }
        withClue(clue) { wrong.map { "${it.type.layout()}\n${it.type.describe()}" }.shouldBeEmpty() }
    }
})

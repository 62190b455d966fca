// SPDX-License-Identifier: Apache-2.0
package ffi.dsl.differential

import ffi.core.Field
import ffi.core.NativeType
import ffi.core.Pointer
import ffi.core.Ref
import ffi.core.StructType
import java.lang.foreign.Arena
import java.lang.foreign.MemoryLayout.PathElement
import java.lang.foreign.MemorySegment
import java.lang.foreign.SegmentAllocator
import kotlin.random.Random

/** Where values are put that C can look at: the arena of the call for which they are made. */
internal var room: Arena = Arena.global()

/** A member of a struct that is viewed in place. */
internal sealed interface Entry {
    class Plain(val name: String, val shape: Shape, val align: Int) : Entry
    class Nested(val name: String, val struct: Placed) : Entry
    class Several(val name: String, val struct: Placed, val count: Int) : Entry
    class Anonymous(val struct: Placed) : Entry
    class Bits(val name: String?, val shape: Scalar, val width: Int) : Entry
    class Flexible(val name: String, val element: Shape, val count: Int, val asList: Boolean) : Entry
}

/** How the whole is laid out: [pack] is 0 for `packed`, else the number of `#pragma pack`. */
internal class Words(val union: Boolean, val pack: Int?, val aligned: Int?, val microsoft: Boolean)

/** A struct or union that is viewed in place. Of the members of a union only one is used, always the same. */
internal class Placed(val words: Words, val entries: List<Entry>, private val used: Int) : Shape() {
    override val c = newName(if (words.union) "U" else "P")

    override val needs get() = entries.map {
        when (it) {
            is Entry.Plain -> it.shape
            is Entry.Nested -> it.struct
            is Entry.Several -> it.struct
            is Entry.Anonymous -> it.struct
            is Entry.Bits -> it.shape
            is Entry.Flexible -> it.element
        }
    }

    override val declaration: String get() {
        val members = entries.joinToString(" ") {
            when (it) {
                is Entry.Plain -> (if (it.align > 0) "_Alignas(${it.align}) " else "") + "${it.shape.c} ${it.name};"
                is Entry.Nested -> "${it.struct.c} ${it.name};"
                is Entry.Several -> "${it.struct.c} ${it.name}[${it.count}];"
                is Entry.Anonymous -> "${it.struct.c};"
                is Entry.Bits -> "${it.shape.c} ${it.name.orEmpty()} : ${it.width};"
                is Entry.Flexible -> "${it.element.c} ${it.name}[];"
            }
        }
        val attributes = listOfNotNull(
            "packed".takeIf { words.pack == 0 }, words.aligned?.let { "aligned($it)" },
            "ms_struct".takeIf { words.microsoft },
        )
        val attribute = if (attributes.isEmpty()) "" else "__attribute__((${attributes.joinToString()})) "
        val type = "typedef ${if (words.union) "union" else "struct"} $attribute{ $members } $c;"
        val packed = if ((words.pack ?: 0) > 0) "#pragma pack(push, ${words.pack})\n$type\n#pragma pack(pop)" else type
        return packed + "\nstatic NEVER_INLINE void put_$c(const $c *s) { ${statements(Shape::put) { put(it) }} }" +
            "\nstatic NEVER_INLINE void take_$c($c *s) { ${statements(Shape::take) { take(it) }} }"
    }

    private fun put(bits: Entry.Bits) = "{ ${bits.shape.c} t = s->${bits.name}; PUT(t); }"
    private fun take(bits: Entry.Bits) = "{ ${bits.shape.c} t; TAKE(t); s->${bits.name} = t; }"

    private val live get() = if (words.union) listOf(entries[used]) else entries

    private fun statements(of: Shape.(String) -> String, bits: (Entry.Bits) -> String): String =
        live.joinToString(" ") {
            when (it) {
                is Entry.Plain -> it.shape.of("s->${it.name}")
                is Entry.Nested -> it.struct.of("s->${it.name}")
                is Entry.Several -> behind(it.count, "s->${it.name}") { e -> it.struct.of(e) }
                is Entry.Anonymous -> it.struct.statements(of, bits)
                is Entry.Bits -> if (it.name == null) "" else bits(it)
                is Entry.Flexible -> behind(count(it), "s->${it.name}") { e -> it.element.of(e) }
            }
        }

    override fun put(lvalue: String) = "put_$c(&($lvalue));"
    override fun take(lvalue: String) = "take_$c(&($lvalue));"

    override val dsl: String get() = (if (words.union) "union" else "struct") + "(\"$c\"" +
        listOfNotNull(
            words.pack?.let { if (it == 0) "packed" else "packed($it)" }, words.aligned?.let { "aligned($it)" },
            "msBitFields".takeIf { words.microsoft },
        ).joinToString("") { ", $it" } + ") { " +
        entries.joinToString("; ") {
            when (it) {
                is Entry.Plain ->
                    (if (it.align > 0) "align(${it.align})." else "") + "field(\"${it.name}\", ${it.shape.dsl})"
                is Entry.Nested -> "field(\"${it.name}\", ${it.struct.dsl})"
                is Entry.Several -> "field(\"${it.name}\", ${it.struct.dsl}, ${it.count})"
                is Entry.Anonymous -> "anonymous(${it.struct.dsl})"
                is Entry.Bits -> "bits(${it.name?.let { n -> "\"$n\", " }.orEmpty()}${it.shape.dsl}, ${it.width})"
                is Entry.Flexible -> "flexible(\"${it.name}\", ${holder(it.element, it.asList)})"
            }
        } + " }"

    /** The struct itself, and the field of each of its members. */
    private val declared: Pair<StructType<Any>, Map<Entry, Field<Any, Any?>>> by lazy {
        val struct = if (words.union) StructType.union<Any>(c) else StructType.of<Any>(c)
        words.pack?.let { if (it == 0) struct.packed() else struct.packed(it) }
        words.aligned?.let { struct.aligned(it) }
        if (words.microsoft) {
            struct.msBitFields()
        }
        val fields = entries.mapNotNull { entry ->
            when (entry) {
                is Entry.Plain -> {
                    if (entry.align > 0) {
                        struct.align(entry.align)
                    }
                    struct.field(entry.name, entry.shape.type)
                }
                is Entry.Nested -> struct.field(entry.name, entry.struct.struct)
                is Entry.Several -> struct.field(entry.name, entry.struct.struct, entry.count)
                is Entry.Anonymous -> struct.anonymous(entry.struct.struct)
                is Entry.Bits ->
                    if (entry.name != null) struct.bits(entry.name, entry.shape.type, entry.width)
                    else struct.bits(entry.shape.type, entry.width).let { null }
                is Entry.Flexible -> struct.flexible(entry.name, elementsOf(entry.element, entry.asList))
            }?.let { entry to it.any() }
        }
        struct to fields.toMap()
    }

    @Suppress("UNCHECKED_CAST")
    private fun Field<Any, *>.any() = this as Field<Any, Any?>

    val struct: StructType<Any> get() = declared.first
    private val fields: Map<Entry, Field<Any, Any?>> get() = declared.second
    override val type: NativeType<Any?> get() = struct.byValue().any()
    override val size get() = struct.byteSize()
    override val alignment get() = struct.byteAlignment()
    /** At least as many elements as lie in the padding at the end, for all of them are read. */
    private fun count(flexible: Entry.Flexible): Int =
        ((struct.byteSize() - fields.getValue(flexible).offset()) / flexible.element.size).toInt()
            .coerceAtLeast(flexible.count)

    val flexible get() = entries.lastOrNull() as? Entry.Flexible

    override val measures: List<Measure> get() = listOf(
        Measure("sizeof($c)") { struct.byteSize() },
        Measure("sizeof($c)") { struct.layout().byteSize() },
        Measure("_Alignof($c)") { struct.byteAlignment() },
        Measure("_Alignof($c)") { struct.layout().byteAlignment() },
    ) + measures(c, 0) { it }

    private fun measures(of: String, bytes: Long, within: (Field<Any, Any?>) -> Field<*, *>): List<Measure> =
        entries.flatMap { entry ->
            val name = when (entry) {
                is Entry.Plain -> entry.name
                is Entry.Nested -> entry.name
                is Entry.Several -> entry.name
                is Entry.Flexible -> entry.name
                is Entry.Anonymous, is Entry.Bits -> null
            }
            val field = fields[entry]
            when {
                entry is Entry.Anonymous -> entry.struct.measures(of, 0) { within(field!!.then(it).any()) }
                name == null -> emptyList()
                else -> {
                    val path = PathElement.groupElement(name)
                    listOfNotNull(
                        Measure("offsetof($of, $name)") { within(field!!).offset() },
                        Measure("offsetof($of, $name)") { struct.layout().byteOffset(path) }.takeIf { of == c },
                    )
                }
            }
        }

    /** In memory that was full of anything before, its fields set in any order. */
    override fun value(random: Random): Any {
        val ref = struct.allocate(room, flexible?.let { count(it).toLong() } ?: 0)
        ref.segment().copyFrom(MemorySegment.ofArray(random.nextBytes(ref.segment().byteSize().toInt())))
        fill(ref, random)
        return ref
    }

    private fun fill(ref: Ref<Any>, random: Random) {
        for (entry in live.shuffled(random)) {
            val field = fields[entry] ?: continue
            when (entry) {
                is Entry.Plain -> ref.set(field, entry.shape.value(random))
                is Entry.Bits -> ref.set(field, entry.shape.narrow(random, entry.width))
                is Entry.Flexible -> {
                    val values = List(count(entry)) { entry.element.value(random) }
                    ref.set(field, held(values, entry.element, entry.asList))
                }
                is Entry.Several ->
                    if (random.nextBoolean()) ref.set(field, List(entry.count) { entry.struct.value(random) })
                    else (ref.get(field) as List<*>).forEach { entry.struct.fill(it.ref(), random) }
                is Entry.Nested ->
                    when (random.nextInt(3)) {
                        0 -> ref.set(field, entry.struct.value(random))
                        1 -> entry.struct.fill(ref.get(field).ref(), random)
                        else -> entry.struct.fillBy(ref, field, random)
                    }
                is Entry.Anonymous -> entry.struct.fillBy(ref, field, random)
            }
        }
    }

    /** By the fields of this struct as fields of an outer one. */
    private fun fillBy(outer: Ref<Any>, way: Field<Any, Any?>, random: Random) {
        for (entry in live.shuffled(random)) {
            val field = way.then(fields[entry] ?: continue)
            when (entry) {
                is Entry.Plain -> outer.set(field, entry.shape.value(random))
                is Entry.Bits -> outer.set(field, entry.shape.narrow(random, entry.width))
                is Entry.Several -> outer.set(field, List(entry.count) { entry.struct.value(random) })
                is Entry.Nested -> entry.struct.fillBy(outer, field, random)
                is Entry.Anonymous -> entry.struct.fillBy(outer, field, random)
                is Entry.Flexible -> error("nested")
            }
        }
    }

    @Suppress("UNCHECKED_CAST")
    private fun Any?.ref() = this as Ref<Any>

    override fun record(value: Any?, to: Record) {
        val ref = value.ref()
        for (entry in live) {
            val field = fields[entry] ?: continue
            when (entry) {
                is Entry.Plain -> entry.shape.record(ref.get(field), to)
                is Entry.Bits -> entry.shape.record(ref.get(field), to)
                is Entry.Nested -> entry.struct.record(ref.get(field), to)
                is Entry.Several -> (ref.get(field) as List<*>).forEach { entry.struct.record(it, to) }
                is Entry.Anonymous -> entry.struct.recordBy(ref, field, to)
                is Entry.Flexible -> unheld(ref.get(field)).forEach { entry.element.record(it, to) }
            }
        }
    }

    private fun recordBy(outer: Ref<Any>, way: Field<Any, Any?>, to: Record) {
        for (entry in live) {
            val field = way.then(fields[entry] ?: continue)
            when (entry) {
                is Entry.Plain -> entry.shape.record(outer.get(field), to)
                is Entry.Bits -> entry.shape.record(outer.get(field), to)
                is Entry.Nested -> entry.struct.recordBy(outer, field, to)
                is Entry.Several -> (outer.get(field) as List<*>).forEach { entry.struct.record(it, to) }
                is Entry.Anonymous -> entry.struct.recordBy(outer, field, to)
                is Entry.Flexible -> error("nested")
            }
        }
    }

    override val isPassed by lazy { isPassed(type) && !(size <= 16 && isDisputed) }

    /** Unnamed bits, be they none, go by general registers in gcc, and are padding in clang. */
    private val isDisputed: Boolean get() =
        entries.any { it is Entry.Bits && it.name == null } ||
            needs.any { it is Placed && it.isDisputed }
    override val isWhole get() = flexible == null
    override fun inMemory() = InMemory(this)

    override fun smaller(): Sequence<Shape> = sequence {
        for (entry in entries) {
            if (entry is Entry.Nested) {
                yield(entry.struct)
            } else if (entry is Entry.Anonymous) {
                yield(entry.struct)
            }
        }
        for (i in entries.indices) {
            val fewer = entries - entries[i]
            if (fewer.any { it !is Entry.Bits || it.name != null } && (!words.union || i != used)) {
                yield(Placed(words, fewer, if (i < used) used - 1 else used))
            }
        }
        if (words.pack != null) {
            yield(Placed(Words(words.union, null, words.aligned, words.microsoft), entries, used))
        }
        if (words.aligned != null) {
            yield(Placed(Words(words.union, words.pack, null, words.microsoft), entries, used))
        }
        if (words.microsoft) {
            yield(Placed(Words(words.union, words.pack, words.aligned, false), entries, used))
        }
        entries.forEachIndexed { i, entry ->
            val others = when (entry) {
                is Entry.Plain ->
                    (entry.shape.smaller() + entry.shape).map { Entry.Plain(entry.name, it, 0) }
                        .filter { entry.align > 0 || it.shape !== entry.shape }
                is Entry.Nested ->
                    entry.struct.smaller().filterIsInstance<Placed>().map { Entry.Nested(entry.name, it) }
                is Entry.Several -> sequenceOf(Entry.Nested(entry.name, entry.struct)) +
                    entry.struct.smaller().filterIsInstance<Placed>().map { Entry.Several(entry.name, it, entry.count) }
                is Entry.Anonymous -> entry.struct.smaller().filterIsInstance<Placed>().map { Entry.Anonymous(it) }
                is Entry.Bits, is Entry.Flexible -> emptySequence()
            }
            for (other in others) {
                yield(Placed(words, entries.take(i) + other + entries.drop(i + 1), used))
            }
        }
    }
}

/** A value of so many bits. */
private fun Scalar.narrow(random: Random, width: Int): Any? {
    val bits = if (random.nextInt(3) == 0) listOf(0L, 1L, -1L, 1L shl (width - 1)).random(random) else random.nextLong()
    val signed = isSigned
    return ofBits(if (signed) bits shl (64 - width) shr (64 - width) else bits and (-1L ushr (64 - width)))
}

/** A struct behind a pointer, looked at where it is. */
internal class InMemory(override val shape: Placed) : Parameter() {
    override val c get() = "${shape.c} *"
    override val type get() = shape.struct.pointer().any()
    override val dsl get() = "${shape.dsl}.pointer()"
    override fun put(name: String) = shape.put("*$name")
    override fun take(name: String) = shape.take("*$name")
    override fun before(random: Random) = listOf(shape.value(random))
    override fun after(random: Random) = listOf(shape.value(random))
    override fun argument(before: List<Any?>, arena: SegmentAllocator): Any =
        (before.single() as Ref<*>).pointer()
    override fun found(argument: Any?) = listOf(shape.struct.at((argument as Pointer<*>).segment()))
    override fun of(shape: Shape) = if (shape is Placed) InMemory(shape) else Behind(shape)
}

// SPDX-License-Identifier: Apache-2.0
package ffi.dsl.differential

import ffi.core.BindingException
import ffi.core.Member
import ffi.core.NativeType
import ffi.core.OpenEnum
import ffi.core.OpenFlags
import ffi.core.Pointer
import ffi.core.Signature
import java.io.ByteArrayOutputStream
import java.lang.foreign.MemoryLayout.PathElement
import java.lang.foreign.MemorySegment
import java.lang.invoke.MethodHandles
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.nio.charset.Charset
import java.util.concurrent.atomic.AtomicInteger
import kotlin.random.Random

// A type is known to both sides: in C by declarations that the compiler sees, in Kotlin by what the DSL makes of it. A
// value is told from any other by its record: the bytes of its fields one after the other, without padding, and of what
// lies behind pointers. Both sides write and read records, so that they can be compared.

/** Where a record is written. */
internal class Record {
    private val out = ByteArrayOutputStream()

    /** Puts the lowest [size] bytes, in the order in which C has them. */
    fun put(bits: Long, size: Int) {
        val bytes = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(bits).array()
        out.write(bytes, if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) 0 else 8 - size, size)
    }

    fun put(bytes: ByteArray) = out.write(bytes, 0, bytes.size)
    fun toByteArray(): ByteArray = out.toByteArray()
}

/** A number of the compiler's that we must know: an expression of C, and what we say. */
internal class Measure(val c: String, val ours: () -> Long)

internal abstract class Shape {
    /** The name of the type in C. */
    abstract val c: String
    abstract val type: NativeType<Any?>
    /** As it stands in a program in Kotlin. */
    abstract val dsl: String
    abstract val size: Long
    abstract val alignment: Long
    open val needs: List<Shape> get() = emptyList()
    /** What C must know before it knows the name, but after the names of what it [needs]. */
    open val declaration: String? get() = null
    abstract fun value(random: Random): Any?
    abstract fun record(value: Any?, to: Record)
    /** Statements of C that write the record of an lvalue, and that read one. */
    abstract fun put(lvalue: String): String
    abstract fun take(lvalue: String): String
    open val measures: List<Measure> get() = emptyList()
    /** Whether it can be an argument or a result as it is. */
    open val isPassed: Boolean get() = true
    /** Whether C knows its size; what has a flexible array is only ever behind a pointer. */
    open val isWhole: Boolean get() = true
    /** A parameter that points to where it is, if Kotlin looks at it there. */
    open fun inMemory(): Parameter? = null
    /** Shapes with less in them, to find out what a mistake needs. */
    open fun smaller(): Sequence<Shape> = emptySequence()

    fun recordOf(value: Any?): ByteArray = Record().also { record(value, it) }.toByteArray()
    override fun toString() = dsl
}

private val names = AtomicInteger()

/** A name that no type and no variable of C has yet. */
internal fun newName(prefix: String) = prefix + names.incrementAndGet()

/** Whether the library takes it by value; what it refuses is compared behind pointers only. */
internal fun isPassed(type: NativeType<*>): Boolean =
    try {
        Signature.of(NativeType.VOID, type)
        true
    } catch (e: BindingException) {
        if ("by value" in e.message!! || "slots: " in e.message!!) false else throw e
    }

@Suppress("UNCHECKED_CAST")
internal fun NativeType<*>.any(): NativeType<Any?> = this as NativeType<Any?>

/** A value as a person reads it. */
internal fun shown(value: Any?): String = when (value) {
    is Array<*> -> value.joinToString(prefix = "[", postfix = "]") { shown(it) }
    is List<*> -> value.joinToString(prefix = "[", postfix = "]") { shown(it) }
    is ByteArray -> value.asList().toString()
    is ShortArray -> value.asList().toString()
    is IntArray -> value.asList().toString()
    is LongArray -> value.asList().toString()
    is FloatArray -> value.asList().toString()
    is DoubleArray -> value.asList().toString()
    is CharArray -> value.map { it.code }.toString()
    is BooleanArray -> value.asList().toString()
    is MemorySegment -> "0x" + value.address().toString(16)
    is Char -> "'\\u%04x'".format(value.code)
    else -> "$value"
}

internal fun typesOf(shapes: Iterable<Shape>): List<Shape> {
    val all = LinkedHashSet<Shape>()
    fun add(shape: Shape) {
        if (shape !in all) {
            shape.needs.forEach(::add)
            all += shape
        }
    }
    shapes.forEach(::add)
    return all.toList()
}

/** What has no parts. */
internal class Scalar(
    override val dsl: String,
    override val c: String,
    type: NativeType<*>,
    bytes: Int,
    private val limits: List<Long>,
    val ofBits: (Long) -> Any?,
    private val bits: (Any?) -> Long,
    /** The class of an array of them, if it is one of primitives. */
    val arrayClass: Class<*>? = null,
) : Shape() {
    override val type = type.any()
    /** Whether C can have it as a bit-field. */
    val isBitField get() = this !in pointers && this != f32 && this != f64 && "map" !in dsl && "Bit" !in dsl
    val isSigned get() = c !in listOf("size_t", "bool", "char16_t") && !c.startsWith("u")
    override val size = bytes.toLong()
    override val alignment get() = size
    override fun value(random: Random) =
        ofBits(if (random.nextInt(3) == 0) limits.random(random) else random.nextLong())
    override fun record(value: Any?, to: Record) = to.put(bits(value), size.toInt())
    override fun put(lvalue: String) = "PUT($lvalue);"
    override fun take(lvalue: String) = "TAKE($lvalue);"
}

/** Text, or null if [nullable]. */
internal class Chars(private val nullable: Boolean) : Shape() {
    override val dsl = if (nullable) "cstring.orNull" else "cstring"
    override val c = "text"
    override val type = (if (nullable) NativeType.CSTRING.orNull() else NativeType.CSTRING).any()
    override val size = 8L
    override val alignment = 8L

    override fun value(random: Random): Any? = when (random.nextInt(6)) {
        0 -> if (nullable) null else ""
        1 -> "größer \uD83D\uDE00 \u4e2d"
        2 -> "x".repeat(random.nextInt(300))
        else -> String(CharArray(random.nextInt(12)) { ' ' + random.nextInt(94) })
    }

    override fun record(value: Any?, to: Record) {
        if (value == null) {
            return to.put(-1, 4)
        }
        val bytes = (value as String).toByteArray()
        to.put(bytes.size.toLong(), 4)
        to.put(bytes)
    }

    override fun put(lvalue: String) = "put_text($lvalue);"
    override fun take(lvalue: String) = "$lvalue = take_text();"
}

/** Text in place, `char16_t a[n]`: of any length up to [count], with zeros behind it. */
internal class PlacedText(private val unit: TextUnit, private val count: Int, private val padded: Boolean) : Shape() {
    internal enum class TextUnit(val c: String, val dsl: String, val type: NativeType<String>, val charset: Charset) {
        CHAR("char", "cstring", NativeType.CSTRING, Charsets.UTF_8),
        CHAR16("char16_t", "utf16", NativeType.UTF16, Charsets.UTF_16LE),
        WCHAR("wchar_t", "wstring", NativeType.WSTRING, Charsets.UTF_32LE),
    }

    private val bytes = unit.type.sized(1).layout().byteSize()
    override val c = newName("T")
    override val declaration get() = "typedef ${unit.c} $c[$count];"
    override val dsl = "${unit.dsl}.sized($count)" + if (padded) ".padded" else ""
    override val type = unit.type.sized(count.toLong()).let { if (padded) it.padded() else it }.any()
    override val size = bytes * count
    override val alignment = bytes
    override val isPassed get() = false
    override fun value(random: Random): Any? {
        val room = (if (padded) count else count - 1) * bytes
        val letters = listOf("a", "Z", "ß", "\u4e2d", "\uD83D\uDE00")
        var text = ""
        repeat(random.nextInt(count + 1)) {
            val longer = text + letters.random(random)
            text = if (longer.toByteArray(unit.charset).size <= room) longer else text
        }
        return text
    }

    override fun record(value: Any?, to: Record) =
        to.put((value as String).toByteArray(unit.charset).copyOf(size.toInt()))

    override fun put(lvalue: String) = "PUT($lvalue);"
    override fun take(lvalue: String) = "TAKE($lvalue);"
    override fun smaller() = if (count > 1) sequenceOf(PlacedText(unit, 1, padded)) else emptySequence()
}

/** Elements in place, `T a[n]`. */
internal class Inline(val element: Shape, val count: Int, private val asList: Boolean) : Shape() {
    override val c = newName("A")
    override val needs get() = listOf(element)
    override val declaration get() = "typedef ${element.c} $c[$count];"
    override val dsl get() = "${holder(element, asList)}.sized($count)"
    override val type by lazy { elementsOf(element, asList).sized(count.toLong()).any() }
    override val size get() = element.size * count
    override val alignment get() = element.alignment
    override fun value(random: Random) = held(List(count) { element.value(random) }, element, asList)
    override fun record(value: Any?, to: Record) = unheld(value).forEach { element.record(it, to) }
    override fun put(lvalue: String) = behind(count, lvalue, element::put)
    override fun take(lvalue: String) = behind(count, lvalue, element::take)
    override fun smaller() = sequenceOf(element) +
        (if (count > 1) sequenceOf(Inline(element, 1, asList)) else emptySequence()) +
        element.smaller().map { Inline(it, count, asList) }
}

/** Statements for each of so many elements. */
internal fun behind(count: Any, lvalue: String, statement: (String) -> String): String {
    val i = newName("i")
    return "for (int $i = 0; $i < $count; $i++) { ${statement("($lvalue)[$i]")} }"
}

private fun arrayClass(element: Shape): Class<*> = when {
    element is Scalar && element.arrayClass != null -> element.arrayClass
    element is Struct -> Array<Array<Any?>>::class.java
    element is Chars -> Array<String>::class.java
    else -> error(element)
}

/** Whether several of them have an array of their own. */
private fun inArray(element: Shape) =
    element is Scalar && element.arrayClass != null || element is Struct || element is Chars

internal fun elementsOf(element: Shape, asList: Boolean): NativeType<*> =
    if (asList || !inArray(element)) NativeType.list(element.type) else array(arrayClass(element), element.type)

private fun <A> array(type: Class<A>, element: NativeType<*>): NativeType<A> = NativeType.array(type, element)

internal fun holder(element: Shape, asList: Boolean): String =
    if (asList || !inArray(element)) "list(${element.dsl})"
    else "array(${arrayClass(element).simpleName}, ${element.dsl})"

/** These elements as what the type made by [elementsOf] takes; a list can be changed. */
internal fun held(values: List<Any?>, element: Shape, asList: Boolean): Any {
    if (asList || !inArray(element)) {
        return ArrayList(values)
    }
    val array = java.lang.reflect.Array.newInstance(arrayClass(element).componentType, values.size)
    values.forEachIndexed { i, value -> java.lang.reflect.Array.set(array, i, value) }
    return array
}

internal fun unheld(holder: Any?): List<Any?> = when (holder) {
    is List<*> -> holder
    else -> List(java.lang.reflect.Array.getLength(holder)) { java.lang.reflect.Array.get(holder, it) }
}

/** A part of a struct: one member, or two of which one says how many elements lie behind the other. */
internal sealed interface Part {
    class Single(val shape: Shape) : Part
    class Counted(val counter: Scalar, val element: Shape, val counterFirst: Boolean, val asList: Boolean) : Part
}

/** A struct by value; in Kotlin an `Object[]`, since there is no time for a class of each. */
internal class Struct(val parts: List<Part>) : Shape() {
    private data class Field(
        val name: String, val shape: Shape?, val pointee: Shape?, val counter: Int, val asList: Boolean,
    )

    override val c = newName("S")

    private val fields: List<Field> = buildList {
        for (part in parts) {
            val at = size
            when (part) {
                is Part.Single -> add(Field("m$at", part.shape, null, -1, false))
                is Part.Counted -> {
                    val first = Field("m$at", part.counter, null, -1, false)
                    fun pointer(i: Int, counter: Int) = Field("m$i", null, part.element, counter, part.asList)
                    addAll(
                        if (part.counterFirst) listOf(first, pointer(at + 1, at))
                        else listOf(pointer(at, at + 1), Field("m${at + 1}", part.counter, null, -1, false))
                    )
                }
            }
        }
    }

    override val needs get() = fields.map { it.shape ?: it.pointee!! }

    override val isPassed by lazy { isPassed(type) }

    override val measures get() =
        listOf(
            Measure("sizeof($c)") { type.layout().byteSize() },
            Measure("_Alignof($c)") { type.layout().byteAlignment() },
        ) +
            fields.flatMap { (name) ->
                val path = PathElement.groupElement(name)
                listOf(
                    Measure("offsetof($c, $name)") { type.layout().byteOffset(path) },
                    Measure("sizeof((($c *) 0)->$name)") { type.layout().select(path).byteSize() },
                )
            }

    override val declaration: String get() {
        val members = fields.joinToString(" ") { f ->
            if (f.shape != null) "${f.shape.c} ${f.name};" else "${f.pointee!!.c} *${f.name};"
        }
        val puts = fields.joinToString(" ") { f ->
            f.shape?.put("s->${f.name}")
                ?: "{ uint8_t n = s->m${f.counter}; PUT(n); ${behind("n", "s->${f.name}", f.pointee!!::put)} }"
        }
        val takes = fields.joinToString(" ") { f ->
            f.shape?.take("s->${f.name}") ?: ("{ uint8_t n; TAKE(n); s->m${f.counter} = n; " +
                "s->${f.name} = room(n * sizeof *s->${f.name}); ${behind("n", "s->${f.name}", f.pointee!!::take)} }")
        }
        return """
            typedef struct { $members } $c;
            static NEVER_INLINE void put_$c(const $c *s) { $puts }
            static NEVER_INLINE void take_$c($c *s) { $takes }
        """.trimIndent()
    }

    override val dsl get() = "struct(\"$c\", " + fields.joinToString { f ->
        "${f.name} to " + (f.shape?.dsl ?: "${holder(f.pointee!!, f.asList)}.sizedBy(${f.counter})")
    } + ")"

    override val type: NativeType<Any?> by lazy {
        val objects = Array<Any?>::class.java
        val getter = MethodHandles.arrayElementGetter(objects)
        val members = fields.mapIndexed { i, f ->
            Member(
                f.name, f.shape?.type ?: elementsOf(f.pointee!!, f.asList).sizedBy(f.counter),
                MethodHandles.insertArguments(getter, 1, i),
            )
        }
        NativeType.struct(c, objects, members, MethodHandles.identity(objects).asCollector(objects, fields.size)).any()
    }

    override val alignment get() = fields.maxOf { it.shape?.alignment ?: 8 }

    override val size: Long get() {
        var at = 0L
        for (f in fields) {
            val a = f.shape?.alignment ?: 8
            at = (at + a - 1) / a * a + (f.shape?.size ?: 8)
        }
        return (at + alignment - 1) / alignment * alignment
    }

    override fun value(random: Random): Any {
        val values = arrayOfNulls<Any?>(fields.size)
        fields.forEachIndexed { i, f ->
            if (f.shape != null) {
                values[i] = f.shape.value(random)
            }
        }
        fields.forEachIndexed { i, f ->
            if (f.pointee != null) {
                val count = random.nextInt(5)
                values[f.counter] = (fields[f.counter].shape as Scalar).of(count)
                values[i] = held(List(count) { f.pointee.value(random) }, f.pointee, f.asList)
            }
        }
        return values
    }

    override fun record(value: Any?, to: Record) {
        val values = value as Array<*>
        check(values.size == fields.size)
        fields.forEachIndexed { i, f ->
            if (f.shape != null) {
                f.shape.record(values[i], to)
            } else {
                val elements = unheld(values[i])
                to.put(elements.size.toLong(), 1)
                elements.forEach { f.pointee!!.record(it, to) }
            }
        }
    }

    override fun put(lvalue: String) = "put_$c(&($lvalue));"
    override fun take(lvalue: String) = "take_$c(&($lvalue));"

    override fun smaller() = sequence {
        for (part in parts) {
            if (part is Part.Single && part.shape is Struct) {
                yield(part.shape)
            }
        }
        if (parts.size > 1) {
            for (i in parts.indices) {
                yield(Struct(parts - parts[i]))
            }
        }
        parts.forEachIndexed { i, part ->
            if (part is Part.Single) {
                for (shape in part.shape.smaller()) {
                    yield(Struct(parts.take(i) + Part.Single(shape) + parts.drop(i + 1)))
                }
            }
        }
    }
}

private fun Scalar.of(count: Int): Any? = counts.getValue(dsl)(count)

private val counts: Map<String, (Int) -> Any> = mapOf(
    "I8" to { it.toByte() }, "I16" to { it.toShort() }, "i32" to { it }, "i64" to { it.toLong() },
    "usize" to { it.toLong() }, "U32" to { it },
)

private fun signed(it: Any?) = (it as Number).toLong()

private fun integer(
    dsl: String, c: String, type: NativeType<*>, bytes: Int, arrayClass: Class<*>?, of: (Long) -> Any,
    bits: (Any?) -> Long = ::signed,
): Scalar {
    val most = -1L ushr (65 - 8 * bytes)
    return Scalar(dsl, c, type, bytes, listOf(0, 1, -1, most, most.inv(), most + 1), of, bits, arrayClass)
}

private val bytes = ByteArray::class.java
private val shorts = ShortArray::class.java
private val ints = IntArray::class.java
private val longs = LongArray::class.java

private val floatLimits = listOf(-0.0f, 0.0f, Float.MIN_VALUE, Float.MAX_VALUE, Float.NEGATIVE_INFINITY, Float.NaN)
    .map { it.toRawBits().toLong() }
private val doubleLimits = listOf(-0.0, 0.0, Double.MIN_VALUE, Double.MAX_VALUE, Double.NEGATIVE_INFINITY, Double.NaN)
    .map { it.toRawBits() }

internal val f32 = Scalar(
    "f32", "float", NativeType.F32, 4, floatLimits, { Float.fromBits(it.toInt()) },
    { (it as Float).toRawBits().toLong() }, FloatArray::class.java,
)
internal val f64 = Scalar(
    "f64", "double", NativeType.F64, 8, doubleLimits, { Double.fromBits(it) }, { (it as Double).toRawBits() },
    DoubleArray::class.java,
)

internal val counters = listOf(
    integer("I8", "int8_t", NativeType.I8, 1, bytes, { it.toByte() }),
    integer("I16", "int16_t", NativeType.I16, 2, shorts, { it.toShort() }),
    integer("i32", "int32_t", NativeType.I32, 4, ints, { it.toInt() }),
    integer("i64", "int64_t", NativeType.I64, 8, longs, { it }),
    integer("usize", "size_t", NativeType.USIZE, 8, longs, { it and Long.MAX_VALUE }),
    integer("U32", "uint32_t", NativeType.U32, 4, ints, { it.toInt() }),
)

internal val numbers = counters + listOf(
    f32, f64,
    integer("U8", "uint8_t", NativeType.U8, 1, bytes, { it.toByte() }),
    integer("U16", "uint16_t", NativeType.U16, 2, shorts, { it.toShort() }),
    integer("U64", "uint64_t", NativeType.U64, 8, longs, { it }),
    integer("u8", "uint8_t", ffi.dsl.u8, 1, null, { it.toUByte() }) { (it as UByte).toLong() },
    integer("u16", "uint16_t", ffi.dsl.u16, 2, null, { it.toUShort() }) { (it as UShort).toLong() },
    integer("u32", "uint32_t", ffi.dsl.u32, 4, null, { it.toUInt() }) { (it as UInt).toLong() },
    integer("u64", "uint64_t", ffi.dsl.u64, 8, null, { it.toULong() }) { (it as ULong).toLong() },
    integer("cChar", "signed char", NativeType.C_CHAR, 1, bytes, { it.toByte() }),
    integer("cShort", "short", NativeType.C_SHORT, 2, shorts, { it.toShort() }),
    integer("cInt", "int", NativeType.C_INT, 4, ints, { it.toInt() }),
    integer("cLong", "long", NativeType.C_LONG, 8, longs, { it }),
    integer("cULongLong", "unsigned long long", NativeType.C_ULONG_LONG, 8, longs, { it }),
    integer("isize", "intptr_t", NativeType.ISIZE, 8, longs, { it }),
    integer("char16", "char16_t", NativeType.CHAR16, 2, CharArray::class.java, { it.toInt().toChar() }) {
        (it as Char).code.toLong()
    },
    integer("wchar", "wchar_t", NativeType.WCHAR, 4, ints, { it.toInt() }),
    Scalar(
        "bool", "bool", NativeType.BOOL, 1, listOf(0, 1), { it and 1 == 1L }, { if (it as Boolean) 1 else 0 },
        BooleanArray::class.java,
    ),
    integer("i64.map(hex)", "int64_t", NativeType.I64.map({ "%x".format(it) }, { it.toULong(16).toLong() }), 8, null,
        { "%x".format(it) }) { (it as String).toULong(16).toLong() },
) + enumerations()

/** The constants are the lowest eight bits of a set, and the numbers 0 to 7. */
internal enum class Bit { B0, B1, B2, B3, B4, B5, B6, B7 }

/** An open enumeration and an open set of bits in every integer of a fixed width, and a closed set. */
private fun enumerations(): List<Scalar> {
    val carriers = listOf(
        NativeType.I8 to "int8_t", NativeType.U8 to "uint8_t", NativeType.I16 to "int16_t",
        NativeType.U16 to "uint16_t", NativeType.I32 to "int32_t", NativeType.U32 to "uint32_t",
        NativeType.I64 to "int64_t", NativeType.U64 to "uint64_t",
    )
    return carriers.flatMap { (carrier, c) ->
        val size = carrier.layout().byteSize().toInt()
        val unused = 64 - 8 * size
        fun number(it: Long) = if (c[0] == 'u') it shl unused ushr unused else it shl unused shr unused
        fun set(it: Long) = Bit.entries.filter { bit -> it shr bit.ordinal and 1L == 1L }.toSet()
        fun bits(it: Set<*>) = it.sumOf { bit -> 1L shl (bit as Bit).ordinal }
        listOf(
            integer("enumOf<Bit>($carrier).open()", c, NativeType.openEnum(NativeType.enumOf(Bit::class.java, carrier)),
                size, null, { n -> Bit.entries.getOrNull(number(n).coerceIn(-1, 8).toInt())?.let { OpenEnum.of(it) }
                    ?: OpenEnum.of<Bit>(number(n)) }) { (it as OpenEnum<*>).number },
            integer("flags<Bit>($carrier).open()", c, NativeType.openFlags(NativeType.flags(Bit::class.java, carrier)),
                size, null, { OpenFlags(set(it), it shl unused ushr unused and 0xffL.inv()) }) {
                (it as OpenFlags<*>).let { flags -> bits(flags.constants) or flags.unknown }
            },
        )
    } + integer("flags<Bit>(u8)", "uint8_t", NativeType.flags(Bit::class.java, NativeType.U8), 1, null,
        { n -> Bit.entries.filter { n shr it.ordinal and 1L == 1L }.toSet() }) { set ->
        (set as Set<*>).sumOf { 1L shl (it as Bit).ordinal }
    }
}

internal val pointers = listOf(
    Scalar("address", "void *", NativeType.ADDRESS, 8, listOf(0, 1), { MemorySegment.ofAddress(it ushr 17) },
        { (it as MemorySegment).address() }),
    Scalar("pointer(f64)", "double *", NativeType.pointer(NativeType.F64), 8, listOf(8),
        { Pointer.ofAddress(it ushr 17 or 1, NativeType.F64) }, { (it as Pointer<*>).address() }),
    Scalar("pointer(i8).orNull", "int8_t *", NativeType.pointer(NativeType.I8).orNull(), 8, listOf(0),
        { if (it == 0L) null else Pointer.ofAddress(it ushr 17 or 1, NativeType.I8) },
        { if (it == null) 0 else (it as Pointer<*>).address() }),
)

internal val texts = listOf(Chars(nullable = false), Chars(nullable = true))

// SPDX-License-Identifier: Apache-2.0
package ffi.dsl.differential

import ffi.core.NativeType
import ffi.core.Out
import ffi.core.Pointer
import ffi.core.Signature
import ffi.dsl.declare
import ffi.dsl.function
import java.lang.foreign.Arena
import java.lang.foreign.SegmentAllocator
import kotlin.random.Random

/** How an argument travels; C writes a record of what it gets, and reads records of what it gives back. */
internal sealed class Parameter {
    abstract val shape: Shape
    abstract val c: String
    abstract val type: NativeType<Any?>
    abstract val dsl: String
    open val needs: List<Shape> get() = listOf(shape)
    open fun put(name: String): String = ""
    open fun take(name: String): String = ""
    /** The values that go in, and those that come back. */
    open fun before(random: Random): List<Any?> = emptyList()
    open fun after(random: Random): List<Any?> = emptyList()
    abstract fun argument(before: List<Any?>, arena: SegmentAllocator): Any?
    /** The values that came back. */
    open fun found(argument: Any?): List<Any?> = emptyList()
    abstract fun of(shape: Shape): Parameter

    class Value(override val shape: Shape) : Parameter() {
        override val c get() = shape.c
        override val type get() = shape.type
        override val dsl get() = shape.dsl
        override fun put(name: String) = shape.put(name)
        override fun before(random: Random) = listOf(shape.value(random))
        override fun argument(before: List<Any?>, arena: SegmentAllocator) = before.single()
        override fun of(shape: Shape) = if (shape.isPassed) Value(shape) else Behind(shape)
    }

    /** `T *` with several elements. */
    class Elements(
        override val shape: Shape,
        val count: Int,
        val asList: Boolean,
        val const: Boolean,
        val sized: Boolean,
    ) : Parameter() {
        override val c get() = "${shape.c} *"
        override val type by lazy {
            elementsOf(shape, asList).let { if (const) it.asConst() else it }
                .let { if (sized) it.sized(count.toLong()) else it }.any()
        }
        override val dsl get() =
            holder(shape, asList) + (if (const) ".const" else "") + (if (sized) ".sized($count)" else "")
        override fun put(name: String) = behind(count, name, shape::put)
        override fun take(name: String) = if (const) "" else behind(count, name, shape::take)
        override fun before(random: Random) = List(count) { shape.value(random) }
        override fun after(random: Random) = if (const) emptyList() else List(count) { shape.value(random) }
        override fun argument(before: List<Any?>, arena: SegmentAllocator) = held(before, shape, asList)
        override fun found(argument: Any?) = if (const) emptyList() else unheld(argument)
        override fun of(shape: Shape) = Elements(shape, count, asList, const, sized)
    }

    /** `T *` that C fills in, and may have read before. */
    class Filled(override val shape: Shape, val reads: Boolean) : Parameter() {
        override val c get() = "${shape.c} *"
        override val type by lazy { (if (reads) NativeType.inout(shape.type) else NativeType.out(shape.type)).any() }
        override val dsl get() = "${if (reads) "inout" else "out"}(${shape.dsl})"
        override fun put(name: String) = if (reads) shape.put("*$name") else ""
        override fun take(name: String) = shape.take("*$name")
        override fun before(random: Random) = if (reads) listOf(shape.value(random)) else emptyList()
        override fun after(random: Random) = listOf(shape.value(random))
        override fun argument(before: List<Any?>, arena: SegmentAllocator): Any =
            if (reads) Out(before.single()) else Out<Any?>()
        override fun found(argument: Any?) = listOf((argument as Out<*>).get())
        override fun of(shape: Shape) = Filled(shape, reads)
    }

    /** The object that another parameter has got already: C must see one address, and what it writes here counts. */
    class Again(val first: Parameter) : Parameter() {
        override val shape get() = first.shape
        override val c get() = first.c
        override val type get() = first.type
        override val dsl get() = first.dsl
        override fun take(name: String) = first.take(name)
        override fun after(random: Random) = first.after(random)
        override fun argument(before: List<Any?>, arena: SegmentAllocator) = error("that of the first")
        override fun found(argument: Any?) = first.found(argument)
        override fun of(shape: Shape) = Again(first.of(shape))
    }

    /** `T *` to memory that both sides look at. */
    class Behind(override val shape: Shape) : Parameter() {
        override val c get() = "${shape.c} *"
        override val type by lazy { NativeType.pointer(shape.type).any() }
        override val dsl get() = "pointer(${shape.dsl})"
        override fun put(name: String) = shape.put("*$name")
        override fun take(name: String) = shape.take("*$name")
        override fun before(random: Random) = listOf(shape.value(random))
        override fun after(random: Random) = listOf(shape.value(random))
        override fun argument(before: List<Any?>, arena: SegmentAllocator): Any =
            shape.type.allocateFrom(arena, before.single())
        override fun found(argument: Any?) = listOf((argument as Pointer<*>).get())
        override fun of(shape: Shape) = Behind(shape)
    }
}

internal sealed class Result {
    abstract val shape: Shape?
    abstract val c: String
    abstract val type: NativeType<*>
    abstract val dsl: String
    abstract val give: String
    abstract fun values(random: Random): List<Any?>
    abstract fun found(result: Any?): List<Any?>
    abstract fun of(shape: Shape): Result

    object Nothing : Result() {
        override val shape get() = null
        override val c get() = "void"
        override val type get() = ffi.dsl.void
        override val dsl get() = "void"
        override val give get() = ""
        override fun values(random: Random) = emptyList<Any?>()
        override fun found(result: Any?) = emptyList<Any?>()
        override fun of(shape: Shape) = this
    }

    class Value(override val shape: Shape) : Result() {
        override val c get() = shape.c
        override val type get() = shape.type
        override val dsl get() = shape.dsl
        override val give get() = "$c r; memset(&r, 0xa5, sizeof r); ${shape.take("r")} return r;"
        override fun values(random: Random) = listOf(shape.value(random))
        override fun found(result: Any?) = listOf(result)
        override fun of(shape: Shape) = Value(shape)
    }

    class Behind(override val shape: Shape) : Result() {
        override val c get() = "${shape.c} *"
        override val type by lazy { NativeType.pointer(shape.type) }
        override val dsl get() = "pointer(${shape.dsl})"
        override val give get() = "$c r = room(sizeof *r); ${shape.take("*r")} return r;"
        override fun values(random: Random) = listOf(shape.value(random))
        override fun found(result: Any?) = listOf((result as Pointer<*>).get())
        override fun of(shape: Shape) = Behind(shape)
    }

    class Elements(override val shape: Shape, val count: Int, val asList: Boolean) : Result() {
        override val c get() = "${shape.c} *"
        override val type by lazy { elementsOf(shape, asList).sized(count.toLong()) }
        override val dsl get() = "${holder(shape, asList)}.sized($count)"
        override val give get() = "$c r = room($count * sizeof *r); ${behind(count, "r", shape::take)} return r;"
        override fun values(random: Random) = List(count) { shape.value(random) }
        override fun found(result: Any?) = unheld(result)
        override fun of(shape: Shape) = Elements(shape, count, asList)
    }
}

/** A function of C and its declaration in Kotlin; of the values that it is called with, only the [seed] is kept. */
internal class Function(
    val name: String,
    private val result: Result,
    private val parameters: List<Parameter>,
    private val seed: Long,
) : Case {
    override val shapes get() = parameters.flatMap { it.needs } + listOfNotNull(result.shape)

    private val declared get() =
        "${result.c} $name(" + parameters.withIndex().joinToString { (i, p) -> "${p.c} a$i" }.ifEmpty { "void" } + ")"

    override val source: String get() {
        val puts = parameters.withIndex().joinToString(" ") { (i, p) ->
            if (p is Parameter.Again) "{ bool same = a$i == a${firstOf(p)}; PUT(same); }" else p.put("a$i")
        }
        val takes = parameters.withIndex().joinToString(" ") { (i, p) -> p.take("a$i") }
        return "EXPORT $declared { begin(); $puts $takes ${result.give} }"
    }

    private fun firstOf(again: Parameter.Again) = parameters.indexOf(again.first)

    /** Without those that stand for a parameter that is gone. */
    private fun smaller(parameters: List<Parameter>, result: Result = this.result) =
        Function(name, result, parameters.filter { it !is Parameter.Again || it.first in parameters }, seed)

    override val dsl get() =
        "function(\"$name\", ${(listOf(result.dsl) + parameters.map { it.dsl }).joinToString()})"

    override val c get() = "$declared;"

    override fun smaller(): Sequence<Case> = sequence {
        for (i in parameters.indices) {
            yield(smaller(parameters.take(i) + parameters.drop(i + 1)))
        }
        if (result !is Result.Nothing) {
            yield(Function(name, Result.Nothing, parameters, seed))
        }
        parameters.forEachIndexed { i, p ->
            for (shape in p.shape.smaller()) {
                if (p !is Parameter.Again) {
                    yield(smaller(parameters.take(i) + p.of(shape) + parameters.drop(i + 1)))
                }
            }
        }
        for (shape in result.shape?.smaller().orEmpty()) {
            yield(Function(name, result.of(shape), parameters, seed))
        }
    }

    override fun wrong(natives: Natives): String? {
        val types = parameters.map { it.type }.toTypedArray()
        val plain = natives.library.function(name, result.type, *types)
        val critical = natives.library.declare(name, Signature.of(result.type, *types).asCritical())
        val random = Random(seed)
        return wrong(natives, random) { plain.call(*it) }
            ?: wrong(natives, random) { critical.call(*it) }?.let { "critical: $it" }
            ?: (if (seed and 7 == 0L) wrong(natives, random) { plain.handle().invokeWithArguments(*it) } else null)
                ?.let { "by its handle: $it" }
            ?: wrong(natives, random) { plain.call(*it) }?.let { "when it is called again: $it" }
    }

    private fun wrong(natives: Natives, random: Random, call: (Array<Any?>) -> Any?): String? =
        Arena.ofConfined().use { wrong(natives, random, it, call) }

    private fun wrong(natives: Natives, random: Random, arena: Arena, call: (Array<Any?>) -> Any?): String? {
        room = arena
        val before = parameters.map { it.before(random) }
        val after = parameters.map { it.after(random) }
        val results = result.values(random)
        val feed = Record()
        parameters.forEachIndexed { i, p -> after[i].forEach { p.shape.record(it, feed) } }
        results.forEach { result.shape!!.record(it, feed) }
        natives.feed(feed.toByteArray())
        val arguments = mutableListOf<Any?>()
        val written = after.toMutableList() // the last one counts of what C writes to one object
        parameters.forEachIndexed { i, p ->
            arguments += if (p is Parameter.Again) arguments[firstOf(p)] else p.argument(before[i], arena)
            if (p is Parameter.Again) {
                parameters.forEachIndexed { j, q ->
                    if (q === p.first || q is Parameter.Again && q.first === p.first) written[j] = after[i]
                }
            }
        }
        val given = before.mapIndexed { i, values ->
            if (parameters[i] is Parameter.Again) listOf("one address" to byteArrayOf(1))
            else values.map { it to parameters[i].shape.recordOf(it) }
        }
        val returned = call(arguments.toTypedArray())
        var at = 0
        val dump = natives.dump()
        natives.forget()
        parameters.indices.forEach { i ->
            given[i].forEach { (value, expected) ->
                val found = dump.copyOfRange(minOf(at, dump.size), minOf(at + expected.size, dump.size))
                if (!expected.contentEquals(found)) {
                    return mismatch("argument $i, as C sees it", value, expected, found)
                }
                at += expected.size
            }
        }
        if (at != dump.size) {
            return "C has written ${dump.size} bytes about its arguments, not $at"
        }
        parameters.forEachIndexed { i, p ->
            differs("argument $i, as it comes back", p.shape, written[i], p.found(arguments[i]))?.let { return it }
        }
        return result.shape?.let { differs("result", it, results, result.found(returned)) }
    }

    private fun differs(what: String, shape: Shape, expected: List<Any?>, found: List<Any?>): String? {
        if (expected.size != found.size) {
            return "$what: expected ${expected.size} values, found ${found.size}"
        }
        for (i in expected.indices) {
            val bytes = shape.recordOf(expected[i])
            val foundBytes = try {
                shape.recordOf(found[i])
            } catch (e: RuntimeException) { // of a class that it is not
                return "$what: expected ${shown(expected[i])}, found ${shown(found[i])}: $e"
            }
            if (!bytes.contentEquals(foundBytes)) {
                return mismatch("$what, value $i", expected[i], bytes, foundBytes) + "\n  which is: ${shown(found[i])}"
            }
        }
        return null
    }
}

internal fun mismatch(what: String, value: Any?, expected: ByteArray, found: ByteArray) =
    "$what:\n  value:    ${shown(value)}\n  expected: ${expected.toHexString()}\n  found:    ${found.toHexString()}"

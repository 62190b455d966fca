// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.NativeType.ADDRESS
import ffi.core.NativeType.BOOL
import ffi.core.NativeType.CSTRING
import ffi.core.NativeType.F64
import ffi.core.NativeType.I32
import ffi.core.NativeType.I64
import ffi.core.NativeType.I8
import ffi.core.NativeType.U64
import ffi.core.NativeType.USIZE
import ffi.core.NativeType.VOID
import ffi.core.NativeType.array
import ffi.core.NativeType.buffer
import ffi.core.NativeType.callback
import ffi.core.NativeType.enumOf
import ffi.core.NativeType.flags
import ffi.core.NativeType.handle
import ffi.core.NativeType.inout
import ffi.core.NativeType.list
import ffi.core.NativeType.out
import ffi.core.NativeType.pointer
import ffi.core.NativeType.struct
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withTests
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldEndWith
import io.kotest.matchers.string.shouldStartWith
import users.Hostile
import users.Structs
import users.Structs.Thing
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.lang.invoke.MethodHandles
import java.lang.invoke.MethodType
import java.lang.ref.WeakReference
import java.nio.ByteBuffer
import java.nio.IntBuffer
import java.time.Duration
import java.util.Collections.nCopies
import java.util.ConcurrentModificationException

/** What `qsort` calls. */
fun interface Comparing {
    fun compare(a: MemorySegment, b: MemorySegment): Int
}

/** Data that changes, ends or is of another class than it seemed: an exception, never memory that is not ours. */
class HostileDataSpec : FunSpec({

    val ints = array(IntArray::class.java)
    val rows = array(Array<IntArray>::class.java)
    val valueAt = cCall("getValueFromDoublePointer", I32, list(pointer(I32)))
    val address = { type: NativeType<*> -> cCall("getStringFromPtr", ADDRESS, type) }
    val range = cCall("range_i32", pointer(I32).owned(cCall("block_free", VOID, ADDRESS)), USIZE)

    /** Sorts with `qsort`, which calls what changes something. */
    fun sort(type: NativeType<*>, values: Any, count: Long, size: Long, compare: Comparing) {
        NativeLibrary.standard().downcall("qsort", VOID, type, USIZE, USIZE, callback(Comparing::class.java))
            .call(values, count, size, compare)
    }

    /** A list that says one size first, and another one then. */
    fun resized(first: Int, then: Int) = object : AbstractList<Int>() {
        var asked = false
        override val size: Int get() = if (asked) then else first.also { asked = true }
        override fun get(index: Int) = 1
    }

    // --- what changes meanwhile ------------------------------------------------------------------------------------

    test("a list that changes its size while it is given to C") {
        val sum = cCall("sum_ints", I64, list(I32).asConst(), USIZE)
        shouldThrow<ConcurrentModificationException> { sum.call(resized(3, 4), 3L) }.message shouldBe
            "a list that grew while it was given to C"
        shouldThrow<ConcurrentModificationException> { sum.call(resized(3, 2), 3L) }.message shouldBe
            "a list that shrank while it was given to C"
    }

    test("a list that changes its size while C has it") {
        val grown = mutableListOf(1, 2)
        shouldThrow<ConcurrentModificationException> {
            sort(list(I32), grown, 2, 4) { _, _ -> 0.also { grown += 3 } }
        }.message shouldBe "an array that had 2 elements when C got it, and has 3"
        grown shouldBe listOf(1, 2, 3)
        val shrunk = mutableListOf(1, 2)
        shouldThrow<ConcurrentModificationException> {
            sort(list(I32), shrunk, 2, 4) { _, _ -> 0.also { shrunk.removeLast() shouldBe 2 } }
        }.message shouldBe "an array that had 2 elements when C got it, and has 1"
    }

    test("rows that C exchanges: taken over if they are of one length") {
        val reverse = cCall("reverse_strings", VOID, rows, I32)
        val same = arrayOf(intArrayOf(1, 2), intArrayOf(3, 4))
        reverse.call(same, 2)
        same.map { it.toList() } shouldBe listOf(listOf(3, 4), listOf(1, 2))
        shouldThrow<ConcurrentModificationException> {
            reverse.call(arrayOf(intArrayOf(1), intArrayOf(2, 3, 4, 5)), 2)
        }.message shouldBe "an array that had 4 elements when C got it, and has 1"
        shouldThrow<ConcurrentModificationException> {
            cCall("reverse_strings", VOID, list(ints), I32).call(listOf(intArrayOf(1), IntArray(3000)), 2)
        }.message shouldBe "an array that had 3000 elements when C got it, and has 1"
    }

    test("rows that Java replaces while C has them") {
        val values = arrayOf(intArrayOf(1), intArrayOf(2))
        shouldThrow<ConcurrentModificationException> {
            sort(rows, values, 2, ADDRESS.layout().byteSize()) { _, _ -> 0.also { values[0] = IntArray(9) } }
        }.message shouldBe "an array that had 1 elements when C got it, and has 9"
    }

    test("rows that C replaces by its own, whose length nobody knows") {
        shouldThrow<IllegalArgumentException> {
            cCall("ends", VOID, ints.asConst(), USIZE, rows, out(ADDRESS))
                .call(intArrayOf(1, 2), 2L, arrayOf(intArrayOf(1)), Out<MemorySegment>())
        }.message shouldBe """
            Argument 3 is not a value of its type
              function: ends: void (array(i32).const, usize, array(array(i32)), out(address))
              declared: array(array(i32))
              expected: rows that C leaves where they are
              found: another one at index 0
        """.trimIndent()
    }

    test("a list that can not be changed is refused before the call") {
        val count = Out(7L)
        shouldThrow<IllegalArgumentException> {
            cCall("fill_ints", I32, list(I32), inout(USIZE)).call(java.util.List.of(9, 9, 9, 9, 9, 9, 9), count)
        }.message shouldBe """
            Argument 1 is not a value of its type
              function: fill_ints: i32 (list(i32), inout(usize))
              declared: list(i32)
              expected: a list that can be changed, or a type that is const
              found: java.util.ImmutableCollections${'$'}ListN
        """.trimIndent()
        count.get() shouldBe 7L
        cCall("sum_ints", I64, list(I32).asConst(), USIZE).call(java.util.List.of(1, 2), 2L) shouldBe 3L
    }

    test("what the constructors of elements call does not change the result") {
        val points = list(struct(Hostile.Calling::class.java))
        val values = mutableListOf(Hostile.Calling(1.0, 1.0), Hostile.Calling(3.0, 3.0))
        cCall("centroid", struct(Structs.Point::class.java), points, USIZE).call(values, 2L) shouldBe
            Structs.Point(2.0, 2.0)
    }

    // --- what has ended --------------------------------------------------------------------------------------------

    context("what is closed does not get to C inside of") {
        val closed = withArena { I32.allocate(it, 5) }
        val doubles = withArena { F64.allocate(it, 5) }
        val bytes = withArena { it.allocate(4).asByteBuffer() }
        val owned = (range.call(3L) as Pointer<*>).also { it.close() }
        val thing = handle("Thing", ::Thing, Thing::segment)
        class Place {
            val type: StructType<Place> = StructType.of("place")
            val pointer: Field<Place, Pointer<Int>> = type.field("pointer", pointer(I32))
        }
        val place = Place()
        withTests(
            mapOf<String, () -> Any?>(
                "a struct" to {
                    cCall("sum_series_by_value", F64, struct(Hostile.Series::class.java))
                        .call(Hostile.Series(5, doubles))
                },
                "a list" to { valueAt.call(mutableListOf(closed)) },
                "a list, if it was owned" to { valueAt.call(mutableListOf(owned)) },
                "an array" to {
                    cCall("getValueFromDoublePointer", I32, array(arrayOf(closed).javaClass, pointer(I32)))
                        .call(arrayOf(closed))
                },
                "a list of segments" to { address(list(ADDRESS)).call(mutableListOf(closed.segment())) },
                "a list of handles" to { address(list(thing)).call(mutableListOf(Thing(closed.segment()))) },
                "a list of buffers" to { address(list(buffer(ByteBuffer::class.java))).call(mutableListOf(bytes)) },
                "an inout" to { cCall("getValueFromDoublePointer", I32, inout(pointer(I32))).call(Out(closed)) },
                "an inout of a handle" to { address(inout(thing)).call(Out(Thing(closed.segment()))) },
                "a field" to { withArena { place.type.allocate(it).set(place.pointer, closed) } },
            ),
        ) { call ->
            val message = shouldThrow<IllegalStateException> { call() }.message!!
            message.lines().first().endsWith(" is closed already") shouldBe true
            message.lines().last() shouldBe "  hint: close it, or its arena, after its last use"
        }
    }

    test("memory of the garbage collector's lives as long as the call has it, inside of a struct, too") {
        val twice = Bindings.bind(Hostile.Twice::class.java, sumLibrary)
        lateinit var seen: WeakReference<Pointer<Int>>
        fun held() = Hostile.Held(I32.allocate(Arena.ofAuto()).also { seen = WeakReference(it) })
        var alive = 0
        if (ADDRESS.layout().byteSize() == 8L) {
            val one = Hostile.Held(I32.allocate(Arena.global()))
            val same = Hostile.PairFunction { it }
            repeat(20_000) { twice.twice_pair(same, one) } // compiled code forgets what it does not need any more
            twice.twice_pair({
                repeat(3) { System.gc() }
                if (seen.get() != null) alive++
                it
            }, held())
            alive shouldBe 2
        }
    }

    test("owned memory lives as long as a view of it") {
        class Number {
            val type: StructType<Number> = StructType.of("number")
            val value: Field<Number, Int> = type.field("value", I32)
        }
        val number = Number()
        val given = cCall("blocks_given", I64)
        val taken = cCall("blocks_taken", I64)
        val many = cCall("range_i32", pointer(number.type.byValue()).owned(cCall("block_free", VOID, ADDRESS)), USIZE)
        fun blocks() = given.call() as Long - taken.call() as Long
        val before = blocks()
        @Suppress("UNCHECKED_CAST")
        fun view(index: Long) = (many.call(3L) as Pointer<Ref<Number>>).let { it.sized(3)[index] }
        val views = arrayOfNulls<Ref<Number>>(2)
        views[0] = view(2)
        views[1] = view(1).pointer().get()
        repeat(3) {
            System.gc()
            Thread.sleep(20)
        }
        views.map { it!!.get(number.value) } shouldBe listOf(2, 1)
        blocks() shouldBe before + 2
        views.fill(null)
        val end = System.nanoTime() + 10_000_000_000
        while (blocks() > before && System.nanoTime() < end) {
            System.gc()
            Thread.sleep(20)
        }
        blocks() shouldBe before
    }

    // --- sizes and places ------------------------------------------------------------------------------------------

    test("elements of more bytes than there are addresses") {
        val most = Int.MAX_VALUE
        val large = list(list(I8).sized(most.toLong())).sized(most.toLong())
        val values = nCopies(most, nCopies(most, 1.toByte()))
        for (count in listOf(1, 4, 5)) {
            shouldThrow<IllegalArgumentException> {
                cCall("sum_ints", I64, list(large).asConst(), USIZE).call(nCopies(count, values), 0L)
            }.message!!.lines().takeLast(2) shouldBe
                listOf("  expected: elements that fit into memory", "  found: $count of 4611686014132420609 bytes")
        }
    }

    test("more elements of a flexible array than its memory has") {
        withArena { arena ->
            val samples = StructType.of<Any>("samples")
            val count = samples.field("count", NativeType.U8)
            samples.flexible("values", array(DoubleArray::class.java), count)
            val ref = samples.allocate(arena, 2)
            ref.sized(2).pointer().segment().byteSize() shouldBe 24L
            shouldThrow<IndexOutOfBoundsException> { ref.sized(3) }.message shouldBe """
                Beyond the end of a struct
                  struct: struct samples
                  elements: 3
                  bytes: 32, of which there are 24
            """.trimIndent()
        }
    }

    test("structs that are aligned to more than numbers are") {
        class Aligned {
            val type: StructType<Aligned> = StructType.of<Aligned>("aligned").aligned(64)
            val value: Field<Aligned, Int> = type.field("value", I32)
        }
        val type = Aligned().type
        withArena { arena ->
            val value = type.allocate(arena)
            fun remainder(given: Any?) = (given as MemorySegment).address() % 64
            repeat(10) {
                remainder(address(list(type.byValue()).asConst()).call(listOf(value))) shouldBe 0L
                remainder(address(list(type.byValue())).call(mutableListOf(value))) shouldBe 0L
                remainder(address(inout(type.byValue())).call(Out(value))) shouldBe 0L
            }
        }
    }

    test("numbers of the other byte order: by pointer and in a struct that registers take") {
        val quotient = Out<Int>()
        cCall("divide", VOID, I32, I32, out(I32.bigEndian()), out(I32)).call(7, 2, quotient, Out<Int>())
        quotient.get() shouldBe Integer.reverseBytes(3)
        val swap = cCall("swap", VOID, inout(I32.bigEndian()), inout(I32.bigEndian()))
        val both = listOf(Out(1), Out(2)).also { (a, b) -> swap.call(a, b) }
        both.map { it.get() } shouldBe listOf(2, 1)
        val lookup = MethodHandles.publicLookup()
        val members = listOf("a", "b").map {
            Member(it, I32.bigEndian(),
                lookup.findVirtual(Hostile.Pair::class.java, it, MethodType.methodType(Int::class.java)))
        }
        val wire = struct("wire", Hostile.Pair::class.java, members, lookup.findConstructor(
            Hostile.Pair::class.java, MethodType.methodType(Void.TYPE, Int::class.java, Int::class.java)))
        val native = struct(Hostile.Pair::class.java)
        fun twice(inner: NativeType<*>) =
            cCall("twice_pair", wire, callback(Hostile.PairFunction::class.java, inner, inner), wire)
        twice(wire).call(Hostile.PairFunction { Hostile.Pair(it.a + 1, it.b + 1) }, Hostile.Pair(1, 2)) shouldBe
            Hostile.Pair(3, 4)
        twice(native).call(Hostile.PairFunction { it.also { it.a shouldBe Integer.reverseBytes(1) } },
            Hostile.Pair(1, 2)) shouldBe Hostile.Pair(1, 2)
    }

    test("a size in the other byte order is none") {
        shouldThrow<BindingException> { Signature.of(ints.sizedBy(1).owned(), I32, out(U64.bigEndian())) }
            .message shouldBe """
                A result whose size no parameter says
                  type: array(i32).sizedBy(1).owned
                  parameter: out(u64.bigEndian)
                  hint: sizedBy takes the number of a parameter, from 0, which is an integer or an out of one
            """.trimIndent()
    }

    // --- records and classes ---------------------------------------------------------------------------------------

    test("a record whose last component is one of varargs") {
        val varArgs = struct(Hostile.VarArgs::class.java)
        cCall("sum_series_by_value", F64, varArgs).call(Hostile.VarArgs(2, 1.5, 2.0)) shouldBe 5.5
        val series = cCall("make_series", varArgs, I32).call(3) as Hostile.VarArgs
        series.values.toList() shouldBe listOf(0.5, 1.5, 2.5)
    }

    test("a record of more fields than a constructor can be called with") {
        shouldThrow<BindingException> { cCall("noop", VOID, struct(Hostile.Wide::class.java)) }.message shouldBe """
            More fields than one constructor can take: Wide
              fields: 127
              hint: view the struct in place
        """.trimIndent()
    }

    context("what is of another class, where types are erased, is an error that names the function:") {
        val color = Structs.Color::class.java
        withTests(
            nameFn = { "${it.first} of ${it.second.javaClass.simpleName}" },
            Triple(CSTRING, 1, "a String" to "java.lang.Integer"),
            Triple(I32, "x", "Integer" to "java.lang.String"),
            Triple(I64, 1, "Long" to "java.lang.Integer"),
            Triple(BOOL, 1, "Boolean" to "java.lang.Integer"),
            Triple(ADDRESS, 1, "a MemorySegment" to "java.lang.Integer"),
            Triple(pointer(I32), "x", "a Pointer" to "java.lang.String"),
            Triple(enumOf(color), Structs.Right.READ, "a constant" to "users.Structs\$Right.READ"),
            Triple(flags(color), "x", "a set of constants" to "java.lang.String"),
            Triple(struct(Structs.Point::class.java), Structs.Extremes(1, 2), "a Point" to "users.Structs\$Extremes"),
            Triple(struct(Structs.Slice::class.java), 1, "a Slice" to "java.lang.Integer"),
            Triple(ints.sized(1), longArrayOf(1), "int[]" to "long[]"),
            Triple(list(I32).sized(1), intArrayOf(1), "List" to "int[]"),
            Triple(buffer(ByteBuffer::class.java).sized(4), IntBuffer.allocate(1),
                "a ByteBuffer" to "java.nio.HeapIntBuffer"),
            Triple(handle("Thing", ::Thing, Thing::segment), "x", "a handle" to "java.lang.String"),
            Triple(I64.map(Duration::ofSeconds, Duration::toSeconds), "x", "what its map takes" to "java.lang.String"),
        ) { (type, value, words) ->
            for ((container, polluted) in mapOf(list(type) to mutableListOf(value), inout(type) to Out(value))) {
                val message = shouldThrow<IllegalArgumentException> {
                    cCall("returnNullPointer", ADDRESS, container).call(polluted)
                }.message!!
                message shouldStartWith
                    "Argument 1 is not a value of its type\n  function: returnNullPointer: address ($container)\n"
                message shouldEndWith "  expected: ${words.first}\n  found: ${words.second}"
            }
        }
    }
})

// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.NativeType.CSTRING
import ffi.core.NativeType.F32
import ffi.core.NativeType.I32
import ffi.core.NativeType.I64
import ffi.core.NativeType.I8
import ffi.core.NativeType.ISIZE
import ffi.core.NativeType.U8
import ffi.core.NativeType.array
import ffi.core.NativeType.buffer
import ffi.core.NativeType.inout
import ffi.core.NativeType.list
import ffi.core.NativeType.out
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.byte
import io.kotest.property.arbitrary.byteArray
import io.kotest.property.arbitrary.int
import io.kotest.property.checkAll
import java.lang.foreign.Arena
import java.lang.foreign.ValueLayout
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.nio.IntBuffer

/** Takes one object as two arguments. */
interface Twice {
    @Symbol("add_bytes")
    fun addBytes(to: ByteArray, @Const from: ByteArray, count: Int): Long

    @Symbol("add_both")
    fun addBoth(@InOut first: Out<Int>, @InOut second: Out<Int>): Long
}

fun interface AddBytes {
    fun add(to: ByteArray, from: ByteArray, count: Int): Long
}

fun interface UseOfBoth {
    fun use(@Length(2) first: IntArray, @Length(2) second: IntArray)
}

fun interface UseOfOverlap {
    fun use(@Length(argument = 2) first: IntArray, @Length(argument = 2) second: IntArray, count: Int)
}

fun interface UseOfLists {
    fun use(@Length(2) first: MutableList<Int>, @Length(2) second: MutableList<Int>)
}

fun interface UseOfBuffers {
    fun use(@Length(argument = 2) first: IntBuffer, @Length(argument = 2) second: IntBuffer, count: Int)
}

fun interface UseOfArrayAndBuffer {
    fun use(@Length(argument = 2) first: IntArray, @Length(argument = 2) second: IntBuffer, count: Int)
}

fun interface UseOfArrayAndPointer {
    fun use(@Length(argument = 2) first: IntArray, second: Pointer<Int>, count: Int)
}

/** One object that is given as several arguments has one address, as in C. */
class SharingSpec : FunSpec({

    val sum = NativeLibrary.open("sum", Arena.global())
    fun function(symbol: String, vararg types: NativeType<*>) =
        sum.downcall(symbol, if (symbol == "first_text_becomes") I32 else ISIZE, *types)
    val bytes = array(ByteArray::class.java)
    val ints = array(IntArray::class.java)
    val rows = array(Array<IntArray>::class.java)
    val byteBuffer = buffer(ByteBuffer::class.java)
    val intBuffer = buffer(IntBuffer::class.java)

    fun addedToItself(values: ByteArray) = values.map { (2 * it + 1).toByte() }

    // --- arrays ----------------------------------------------------------------------------------------------------

    test("an array that is written by one argument and read by another one") {
        val function = function("add_bytes", bytes, bytes.asConst(), I32)
        val values = byteArrayOf(1, 2, 3)
        function.call(values, values, 3) shouldBe 0L
        values.toList() shouldBe listOf<Byte>(3, 5, 7)
        val other = byteArrayOf(10, 10, 10)
        (function.call(values, other, 3) == 0L) shouldBe false
        values.toList() shouldBe listOf<Byte>(14, 16, 18)
        other.toList() shouldBe listOf<Byte>(10, 10, 10)
    }

    test("the order of the arguments makes no difference") {
        val values = intArrayOf(1)
        function("add_both", ints.asConst(), ints).call(values, values) shouldBe 0L
        values[0] shouldBe 12
        function("add_both", ints, ints.asConst()).call(values, values) shouldBe 0L
        values[0] shouldBe 23
        function("add_both", ints, ints).call(values, values) shouldBe 0L
        values[0] shouldBe 34
        function("distance_between", ints.asConst(), ints.asConst()).call(values, values) shouldBe 0L
    }

    test("every way to declare a function") {
        val bound = Bindings.bind(Twice::class.java, "sum")
        val values = byteArrayOf(1, 2, 3)
        bound.addBytes(values, values, 3) shouldBe 0L
        values.toList() shouldBe listOf<Byte>(3, 5, 7)
        val out = Out(1)
        bound.addBoth(out, out) shouldBe 0L
        out.get() shouldBe 12
        val face = function("add_bytes", bytes, bytes, I32).`as`(AddBytes::class.java)
        face.add(values, values, 3) shouldBe 0L
        values.toList() shouldBe listOf<Byte>(7, 11, 15)
        val handle = function("add_bytes", bytes, bytes, I32).handle()
        handle.invokeWithArguments(values, values, 3) shouldBe 0L
        values.toList() shouldBe listOf<Byte>(15, 23, 31)
    }

    test("elements of another type, a size and an end") {
        val unsigned = array(ByteArray::class.java, U8)
        val values = byteArrayOf(1, 2, 3)
        function("add_bytes", bytes.sized(3), unsigned.asConst().terminated(), I32).call(values, values, 3) shouldBe 0L
        values.toList() shouldBe listOf<Byte>(3, 5, 7)
    }

    test("a critical function, of which one argument is copied for its end") {
        val function = sum.downcall(
            "add_bytes", Signature.of(ISIZE, bytes, bytes.asConst().terminated(), I32).asCritical(),
        )
        val values = byteArrayOf(1, 2, 3)
        function.call(values, values, 3) shouldBe 0L
        values.toList() shouldBe listOf<Byte>(3, 5, 7)
    }

    test("an array in two forms is refused before the call") {
        val values = intArrayOf(1)
        val big = array(IntArray::class.java, I32.bigEndian())
        shouldThrow<IllegalArgumentException> { function("add_both", ints, big).call(values, values) }
            .message shouldBe """
            Argument 2 is not a value of its type
              function: add_both: isize (array(i32), array(${I32.bigEndian()}))
              declared: array(${I32.bigEndian()})
              expected: an object that no other argument passes in another form
              found: that of argument 1: array(i32)
            """.trimIndent()
        values[0] shouldBe 1
    }

    test("texts in an array") {
        val texts = array(Array<String>::class.java)
        val values = arrayOf("a", "b")
        function("first_text_becomes", texts, texts.asConst(), CSTRING).call(values, values, "new") shouldBe 1
        values.toList() shouldBe listOf("new", "b")
    }

    test("an Out, and null twice") {
        val value = Out(1)
        function("add_both", inout(I32), inout(I32)).call(value, value) shouldBe 0L
        value.get() shouldBe 12
        function("add_both", out(I32), inout(I32)).call(value, value) shouldBe 0L
        value.get() shouldBe 23
        function("distance_between", out(I32).orNull(), out(I32).orNull()).call(null, null) shouldBe 0L
        shouldThrow<IllegalArgumentException> {
            function("add_both", inout(I32), out(F32)).call(value, value)
        }
        value.get() shouldBe 23
    }

    // --- lists -----------------------------------------------------------------------------------------------------

    test("a list") {
        val values = mutableListOf(1, 2)
        function("add_both", list(I32), list(I32).asConst()).call(values, values) shouldBe 0L
        values shouldBe listOf(12, 2)
    }

    test("a list that cannot be changed is refused before the call") {
        shouldThrow<IllegalArgumentException> {
            function("add_both", list(I32), ints).call(java.util.List.of(1), intArrayOf(1))
        }.message shouldBe """
            Argument 1 is not a value of its type
              function: add_both: isize (list(i32), array(i32))
              declared: list(i32)
              expected: a list that can be changed, or a type that is const
              found: java.util.ImmutableCollections${'$'}List12
        """.trimIndent()
        shouldThrow<IllegalArgumentException> {
            function("add_both", list(I32), ints)
                .call(java.util.Collections.unmodifiableList(mutableListOf(1)), intArrayOf(1))
        }
        function("distance_between", list(I32).orNull(), ints.orNull()).call(listOf<Int>(), intArrayOf())
    }

    test("a view of a list beside that list is refused before the call") {
        val values = mutableListOf(1, 2, 3)
        shouldThrow<IllegalArgumentException> {
            function("add_both", list(I32), list(I32)).call(values, values.subList(1, 3))
        }.message shouldBe """
            Argument 2 is not a value of its type
              function: add_both: isize (list(i32), list(i32))
              declared: list(i32)
              expected: no view of another argument
              found: java.util.ArrayList${'$'}SubList with elements of argument 1, give a copy of it
        """.trimIndent()
        function("add_both", list(I32), list(I32)).call(values.subList(0, 1), values.subList(1, 3))
        values shouldBe listOf(2, 12, 3)
    }

    // --- buffers ---------------------------------------------------------------------------------------------------

    test("buffers of one array") {
        val function = function("add_bytes", byteBuffer, byteBuffer.asConst(), I32)
        val buffer = ByteBuffer.wrap(byteArrayOf(1, 2, 3))
        function.call(buffer, buffer, 3) shouldBe 0L
        buffer.array().toList() shouldBe listOf<Byte>(3, 5, 7)
        function.call(buffer.duplicate(), buffer.asReadOnlyBuffer(), 3) shouldBe 0L
        buffer.array().toList() shouldBe listOf<Byte>(7, 11, 15)
        function.call(ByteBuffer.wrap(buffer.array(), 1, 2), ByteBuffer.wrap(buffer.array(), 0, 2), 2) shouldBe -1L
        buffer.array().toList() shouldBe listOf<Byte>(7, 19, 35)
        function.call(ByteBuffer.wrap(buffer.array(), 0, 2), ByteBuffer.wrap(buffer.array(), 1, 2), 2) shouldBe 1L
        buffer.array().toList() shouldBe listOf<Byte>(27, 55, 35)
    }

    test("a buffer and the array behind it") {
        val values = byteArrayOf(1, 2, 3, 4)
        val fromBuffer = function("add_bytes", bytes, byteBuffer.asConst(), I32)
        fromBuffer.call(values, ByteBuffer.wrap(values, 1, 3), 3) shouldBe 1L
        values.toList() shouldBe listOf<Byte>(4, 6, 8, 4)
        val toBuffer = function("add_bytes", byteBuffer, bytes.asConst(), I32)
        toBuffer.call(ByteBuffer.wrap(values, 1, 3), values, 3) shouldBe -1L
        values.toList() shouldBe listOf<Byte>(4, 11, 20, 25)
    }

    test("any two ranges of one array do what they do in C") {
        val function = function("add_bytes", byteBuffer, byteBuffer.asConst(), I32)
        checkAll(1000, Arb.byteArray(Arb.int(1..40), Arb.byte()), Arb.int(0..39), Arb.int(0..39), Arb.int(1..40)) {
                values, to, from, count ->
            val length = minOf(count, values.size - to, values.size - from)
            if (length > 0) {
                val expected = values.clone()
                for (i in 0 until length) {
                    expected[to + i] = (expected[to + i] + expected[from + i] + 1).toByte()
                }
                function.call(ByteBuffer.wrap(values, to, length), ByteBuffer.wrap(values, from, length), length)
                values.toList() shouldBe expected.toList()
            }
        }
    }

    test("a view of a buffer in other elements") {
        val values = ByteBuffer.wrap(ByteArray(8)).order(ByteOrder.nativeOrder())
        function("add_both", intBuffer, byteBuffer).call(values.asIntBuffer(), values) shouldBe 0L
        values.getInt(0) shouldBe 11
    }

    // --- rows ------------------------------------------------------------------------------------------------------

    val doubleRows = function("double_rows", rows, I32, I32, ints.orNull())

    test("one row twice, and beside its array") {
        val row = intArrayOf(1, 2)
        doubleRows.call(arrayOf(row, row), 2, 2, null)
        row.toList() shouldBe listOf(4, 8)
        doubleRows.call(arrayOf(row, intArrayOf(0, 0)), 2, 2, row) shouldBe 0L
        row.toList() shouldBe listOf(16, 32)
        function("double_rows", rows.asConst(), I32, I32, ints).call(arrayOf(row), 1, 2, row) shouldBe 0L
        row.toList() shouldBe listOf(64, 128)
        function("double_rows", list(ints), I32, I32, ints.asConst()).call(listOf(row, row).toMutableList(), 2, 2, row)
        row.toList() shouldBe listOf(512, 1024)
    }

    test("rows that the native function exchanges, of which two are one object") {
        val row = intArrayOf(1)
        val values = arrayOf(row, row, intArrayOf(2))
        sum.downcall("reverse_strings", NativeType.VOID, rows, I32).call(values, 3)
        values.map { it[0] } shouldBe listOf(2, 1, 1)
    }

    test("a row in place has the address inside of its array, and must be there once") {
        val inPlace = array(Array<IntArray>::class.java, ints.sized(3))
        val function = function("double_rows_in_place", inPlace, I32, ints.orNull())
        val row = intArrayOf(1, 2, 3)
        val other = intArrayOf(1, 1, 1)
        function.call(arrayOf(other, row), 2, row) shouldBe 12L
        row.toList() shouldBe listOf(3, 5, 7)
        shouldThrow<IllegalArgumentException> { function.call(arrayOf(row, row), 2, null) }.message shouldBe """
            Argument 1 is not a value of its type
              function: double_rows_in_place: isize (array(array(i32).sized(3)), i32, array(i32).orNull)
              declared: array(array(i32).sized(3))
              expected: rows that are in one place each
              found: one object in two places, the second at index 1
        """.trimIndent()
        row.toList() shouldBe listOf(3, 5, 7)
    }

    test("an array that the native function gives to a callback twice") {
        val give = sum.downcall("give_twice", I32, NativeType.callback(UseOfBoth::class.java), I32)
        give.call(
            UseOfBoth { first, second ->
                first[0] += 1
                second[1] += 10
                (first === second) shouldBe true
            },
            5,
        ) shouldBe 21
    }

    test("a list that the native function gives to a callback twice") {
        val give = sum.downcall("give_twice", I32, NativeType.callback(UseOfLists::class.java), I32)
        give.call(
            UseOfLists { first, second ->
                first[0] += 1
                second[1] += 10
                (first === second) shouldBe true
            },
            5,
        ) shouldBe 21
    }

    test("arrays that overlap are given to a callback, and what it writes to either comes back") {
        fun written(face: Class<*>, function: Any): List<Int> {
            val values = intArrayOf(1, 2, 3)
            sum.downcall("give_overlapping", NativeType.VOID, NativeType.callback(face), ints).call(function, values)
            return values.toList()
        }
        written(UseOfOverlap::class.java, UseOfOverlap { first, _, _ -> first[1] = 9 }) shouldBe listOf(1, 9, 3)
        written(UseOfOverlap::class.java, UseOfOverlap { _, second, _ -> second[0] = 9 }) shouldBe listOf(1, 9, 3)
        written(
            UseOfOverlap::class.java,
            UseOfOverlap { first, second, _ ->
                first[0] = 7
                second[1] = 8
            },
        ) shouldBe listOf(7, 2, 8)
        written(UseOfBuffers::class.java, UseOfBuffers { _, second, _ -> second.put(0, 9) }) shouldBe listOf(1, 9, 3)
        written(
            UseOfArrayAndBuffer::class.java,
            UseOfArrayAndBuffer { first, second, count ->
                first[0] = second.get(0) + count
                second.put(0, 9)
            },
        ) shouldBe listOf(4, 9, 3)
        written(
            UseOfArrayAndPointer::class.java,
            UseOfArrayAndPointer { first, second, _ ->
                first[0] = 7
                second.set(9)
            },
        ) shouldBe listOf(7, 9, 3)
    }

    test("memory of the native function's own is shared already") {
        Arena.ofConfined().use { arena ->
            val memory = arena.allocate(ValueLayout.JAVA_INT)
            function("add_both", intBuffer, NativeType.ADDRESS)
                .call(memory.asByteBuffer().order(ByteOrder.nativeOrder()).asIntBuffer(), memory) shouldBe 0L
            memory.get(ValueLayout.JAVA_INT, 0) shouldBe 11
        }
    }
})

// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.NativeType.BOOL
import ffi.core.NativeType.CHAR16
import ffi.core.NativeType.CSTRING
import ffi.core.NativeType.C_CHAR
import ffi.core.NativeType.C_INT
import ffi.core.NativeType.C_LONG
import ffi.core.NativeType.C_LONG_LONG
import ffi.core.NativeType.C_SHORT
import ffi.core.NativeType.C_UCHAR
import ffi.core.NativeType.C_UINT
import ffi.core.NativeType.C_ULONG
import ffi.core.NativeType.C_ULONG_LONG
import ffi.core.NativeType.C_USHORT
import ffi.core.NativeType.F32
import ffi.core.NativeType.F64
import ffi.core.NativeType.I16
import ffi.core.NativeType.I32
import ffi.core.NativeType.I64
import ffi.core.NativeType.I8
import ffi.core.NativeType.ISIZE
import ffi.core.NativeType.U16
import ffi.core.NativeType.U32
import ffi.core.NativeType.U64
import ffi.core.NativeType.U8
import ffi.core.NativeType.USIZE
import ffi.core.NativeType.VOID
import ffi.core.NativeType.WCHAR
import ffi.core.NativeType.WSTRING
import ffi.core.NativeType.array
import ffi.core.NativeType.inout
import ffi.core.NativeType.list
import ffi.core.NativeType.out
import ffi.core.NativeType.pointer
import ffi.core.NativeType.struct
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withContexts
import io.kotest.datatest.withTests
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.long
import io.kotest.property.arbitrary.orNull
import io.kotest.property.arbitrary.string
import io.kotest.property.checkAll
import users.Structs
import java.lang.foreign.Arena

/** A number of C's, and the arrays that hold it. */
private class Numbers(val word: String, val type: NativeType<*>, val array: Class<*>, val of: (Int) -> Any)

fun interface SumOfInts {
    fun sum(values: IntArray, count: Long): Long
}

/** Several values as arrays and lists. */
class ArraysSpec : FunSpec({

    val libsum = NativeLibrary.open("sum", Arena.global())
    val free = libsum.downcall("block_free", VOID, NativeType.ADDRESS)
    val given = libsum.downcall("blocks_given", I64)
    val taken = libsum.downcall("blocks_taken", I64)
    suspend fun leaked(block: suspend () -> Unit): Long {
        val before = given.call() as Long - taken.call() as Long
        block()
        return given.call() as Long - taken.call() as Long - before
    }
    val ints = array(IntArray::class.java)
    val texts = array(Array<String>::class.java)

    fun holding(numbers: Numbers, values: List<Int>): Any {
        val made = java.lang.reflect.Array.newInstance(numbers.array.componentType, values.size)
        values.forEachIndexed { i, value -> java.lang.reflect.Array.set(made, i, numbers.of(value)) }
        return made
    }

    fun elements(array: Any?): List<Any?> = when (array) {
        is List<*> -> array
        else -> List(java.lang.reflect.Array.getLength(array!!)) { java.lang.reflect.Array.get(array, it) }
    }

    val bytes = ByteArray::class.java
    val shorts = ShortArray::class.java
    val longs = LongArray::class.java
    val numbers = listOf(
        Numbers("i8", I8, bytes) { it.toByte() }, Numbers("i16", I16, shorts) { it.toShort() },
        Numbers("i32", I32, IntArray::class.java) { it }, Numbers("i64", I64, longs) { it.toLong() },
        Numbers("u8", U8, bytes) { it.toByte() }, Numbers("u16", U16, shorts) { it.toShort() },
        Numbers("u32", U32, IntArray::class.java) { it }, Numbers("u64", U64, longs) { it.toLong() },
        Numbers("f32", F32, FloatArray::class.java) { it.toFloat() },
        Numbers("f64", F64, DoubleArray::class.java) { it.toDouble() },
        Numbers("bool", BOOL, BooleanArray::class.java) { it % 2 != 0 },
        Numbers("char16", CHAR16, CharArray::class.java) { it.toChar() },
        Numbers("isize", ISIZE, longs) { it.toLong() }, Numbers("usize", USIZE, longs) { it.toLong() },
        Numbers("char", C_CHAR, bytes) { it.toByte() }, Numbers("short", C_SHORT, shorts) { it.toShort() },
        Numbers("int", C_INT, IntArray::class.java) { it }, Numbers("long", C_LONG, longs) { it.toLong() },
        Numbers("longlong", C_LONG_LONG, longs) { it.toLong() }, Numbers("uchar", C_UCHAR, bytes) { it.toByte() },
        Numbers("ushort", C_USHORT, shorts) { it.toShort() }, Numbers("uint", C_UINT, IntArray::class.java) { it },
        Numbers("ulong", C_ULONG, longs) { it.toLong() }, Numbers("ulonglong", C_ULONG_LONG, longs) { it.toLong() },
        Numbers("wchar", WCHAR, IntArray::class.java) { it },
    )

    // --- numbers ---------------------------------------------------------------------------------------------------

    context("an array of") {
        withContexts(numbers.associateBy { it.word }) { kind ->
            val type = array(kind.array, kind.type)
            fun sumOf(values: List<Int>): Any {
                val sum = values.sumOf { if (kind.word == "bool") it % 2 else it }
                return if (kind.word in setOf("f32", "f64")) sum.toDouble() else sum.toLong()
            }
            val result = if (kind.word in setOf("f32", "f64")) F64 else I64

            test("is read, and changed in place") {
                val sum = libsum.downcall("sum_${kind.word}_array", result, type.asConst(), USIZE)
                val reverse = libsum.downcall("reverse_${kind.word}_array", VOID, type, USIZE)
                val reverseConst = libsum.downcall("reverse_${kind.word}_array", VOID, type.asConst(), USIZE)
                checkAll(50, Arb.list(Arb.int(0..100), 0..300)) { values ->
                    val array = holding(kind, values)
                    sum.call(array, values.size.toLong()) shouldBe sumOf(values)
                    reverseConst.call(array, values.size.toLong())
                    elements(array) shouldBe values.map(kind.of)
                    reverse.call(array, values.size.toLong())
                    elements(array) shouldBe values.reversed().map(kind.of)
                }
            }

            test("is read by a critical function that gets the array itself, and changed") {
                val reverse = libsum.downcall(
                    "reverse_${kind.word}_array", Signature.of(VOID, type, USIZE).asCritical())
                for (values in listOf(listOf(), listOf(1), listOf(1, 2, 3))) {
                    val array = holding(kind, values)
                    reverse.call(array, values.size.toLong())
                    elements(array) shouldBe values.reversed().map(kind.of)
                }
            }

            test("is NULL where null may be") {
                val sum = libsum.downcall("sum_${kind.word}_array", result, type.orNull(), USIZE)
                sum.call(null, 100L) shouldBe sumOf(listOf())
                val critical = libsum.downcall(
                    "sum_${kind.word}_array", Signature.of(result, type.asConst().orNull(), USIZE).asCritical())
                critical.call(null, 100L) shouldBe sumOf(listOf())
            }

            test("comes back with the size that an argument says, a constant, or a zero") {
                val range = libsum.downcall("range_${kind.word}", type.sizedBy(0).owned(free), USIZE)
                val three = libsum.downcall("range_${kind.word}", type.sized(3).owned(free), USIZE)
                val countdown = libsum.downcall("countdown_${kind.word}", type.terminated().owned(free), USIZE)
                val list = libsum.downcall(
                    "range_${kind.word}", list(kind.type).sizedBy(0).owned(free), USIZE)
                leaked {
                    for (n in 0..20) {
                        elements(range.call(n.toLong())) shouldBe List(n) { kind.of(it) }
                        list.call(n.toLong()) shouldBe List(n) { kind.of(it) }
                        elements(countdown.call(n.toLong())) shouldBe
                            List(n) { if (kind.word == "bool") true else kind.of(n - it) }
                    }
                    elements(three.call(3L)) shouldBe List(3) { kind.of(it) }
                } shouldBe 0
            }

            test("gets the zero at its end") {
                val length = libsum.downcall("length_${kind.word}_array", USIZE, type.asConst().terminated())
                for (n in 0..20) {
                    length.call(holding(kind, List(n) { 1 })) shouldBe n.toLong()
                }
            }

            test("as a list") {
                val many = list(kind.type)
                libsum.downcall("sum_${kind.word}_array", result, many.asConst(), USIZE)
                    .call(listOf(1, 1, 1).map(kind.of), 3L) shouldBe sumOf(listOf(1, 1, 1))
                val mutable = listOf(0, 1).map(kind.of).toMutableList()
                libsum.downcall("reverse_${kind.word}_array", VOID, many, USIZE).call(mutable, 2L)
                mutable shouldBe listOf(1, 0).map(kind.of)
            }

            test("in memory, in place and behind a pointer") {
                Arena.ofConfined().use { arena ->
                    val inline = type.sized(3)
                    inline.layout().byteSize() shouldBe 3 * kind.type.layout().byteSize()
                    val array = holding(kind, listOf(1, 2, 3))
                    @Suppress("UNCHECKED_CAST")
                    elements((inline as NativeType<Any>).allocateFrom(arena, array).get()) shouldBe elements(array)
                    type.layout().byteSize() shouldBe 8
                    @Suppress("UNCHECKED_CAST")
                    val ended = (type.terminated() as NativeType<Any>)
                        .allocateFrom(arena, holding(kind, listOf(1, 3, 5)))
                    elements(ended.get()) shouldBe elements(holding(kind, listOf(1, 3, 5)))
                }
            }
        }
    }

    test("megabytes go there and back, and the next call has its memory again") {
        val reverse = libsum.downcall("reverse_i32_array", VOID, ints, USIZE)
        for (size in listOf(16 * 1024, 64 * 1024, 65 * 1024, 4 * 1024 * 1024, 10)) {
            val values = IntArray(size) { it }
            reverse.call(values, size.toLong())
            values.first() shouldBe size - 1
            values.last() shouldBe 0
        }
        val rows = Array(1000) { row -> IntArray(1000) { row * it } }
        libsum.downcall("negate_rows", VOID, array(Array<IntArray>::class.java), C_INT, C_INT).call(rows, 1000, 1000)
        rows[999][999] shouldBe -999 * 999
    }

    test("the values of a float array keep the bits of a NaN") {
        val nan = java.lang.Float.intBitsToFloat(0x7fc12345)
        val values = floatArrayOf(nan, 0f)
        libsum.downcall("reverse_f32_array", VOID, array(FloatArray::class.java), USIZE).call(values, 2L)
        java.lang.Float.floatToRawIntBits(values[1]) shouldBe 0x7fc12345
    }

    // --- the size --------------------------------------------------------------------------------------------------

    test("an out parameter says the size") {
        val primes = libsum.downcall("primes_below", ints.sizedBy(1).owned(free), C_INT, out(USIZE))
        val count = Out<Long>()
        leaked {
            (primes.call(30, count) as IntArray).toList() shouldBe listOf(2, 3, 5, 7, 11, 13, 17, 19, 23, 29)
        } shouldBe 0
        count.get() shouldBe 10
        leaked { (primes.call(0, count) as IntArray).toList() shouldBe listOf() } shouldBe 0
    }

    test("room goes in, and what fits comes back") {
        val fill = libsum.downcall("fill_ints", C_INT, ints, inout(USIZE))
        val room = Out(5L)
        val values = IntArray(5)
        fill.call(values, room) shouldBe 0
        values.toList() shouldBe listOf(0, 10, 20, 30, 40)
        val narrow = Out(2L)
        fill.call(IntArray(2), narrow) shouldBe -1
        narrow.get() shouldBe 5
    }

    context("a number of each width says the size:") {
        withTests(
            mapOf<String, NativeType<*>>("u8" to U8, "u16" to U16, "i16" to I16, "i32" to I32, "usize" to USIZE),
        ) { count ->
            val copy = libsum.downcall("createArrayi32", ints.sizedBy(1).owned(free), ints.asConst(), count)
            val values = IntArray(200) { it }
            (copy.call(values, 200) as IntArray).toList() shouldBe values.toList()
        }
    }

    test("a size that can not be is an error") {
        val range = libsum.downcall("range_i32", ints.sizedBy(0), I64)
        shouldThrow<ArithmeticException> {
            libsum.downcall("same_int", ints.sizedBy(1), ints, I64).call(intArrayOf(1), -1L)
        }.message shouldBe """
                The result is not a value of its type
                  function: same_int: array(i32).sizedBy(1) (array(i32), i64)
                  declared: array(i32).sizedBy(1)
                  expected: 0 to 2147483647 elements
                  found: -1 elements
            """.trimIndent()
        range.signature().result() shouldBe ints.sizedBy(0)
    }

    test("NULL for a result is an error, or null, or nothing at all where there are no elements") {
        shouldThrow<NullPointerException> { libsum.downcall("no_ints", ints.sized(3)).call() }.message shouldBe """
            The result is not a value of its type
              function: no_ints: array(i32).sized(3) ()
              declared: array(i32).sized(3)
              expected: an array
              found: NULL
              hint: declare it array(i32).sized(3).orNull if NULL is a value of it
        """.trimIndent()
        libsum.downcall("no_ints", ints.sized(3).orNull()).call() shouldBe null
        libsum.downcall("no_ints", ints.terminated().orNull()).call() shouldBe null
        shouldThrow<NullPointerException> { libsum.downcall("no_ints", ints.terminated()).call() }
        libsum.downcall("no_ints", ints.sized(3).orNull().owned()).call() shouldBe null
        elements(libsum.downcall("no_ints", ints.sized(0)).call()) shouldBe listOf()
        libsum.downcall("no_ints", list(I32).sized(0)).call() shouldBe listOf<Int>()
    }

    // --- texts -----------------------------------------------------------------------------------------------------

    test("texts go to C and come from C: counted, ended, owned") {
        val copy = libsum.downcall(
            "createArrayString", array(Array<String>::class.java, CSTRING.orNull().owned(free)).sizedBy(1).owned(free),
            array(Array<String>::class.java, CSTRING.orNull()).asConst(), C_INT,
        )
        leaked {
            checkAll(50, Arb.list(Arb.string().orNull(0.2), 0..20)) { generated ->
                val values = generated.map { it?.replace("\u0000", "") }
                elements(copy.call(values.toTypedArray(), values.size)) shouldBe values
            }
        } shouldBe 0
        val count = libsum.downcall("count_strings", C_INT, texts.asConst().terminated())
        count.call(arrayOf<String>()) shouldBe 0
        count.call(arrayOf("a", "", "grüß")) shouldBe 3
        libsum.downcall("count_strings", C_INT, list(CSTRING).asConst().terminated()).call(listOf("a", "b")) shouldBe 2
        elements(libsum.downcall("strings_until_null", texts.terminated()).call()) shouldBe listOf("one", "", "grüß")
        val three = array(Array<String>::class.java, CSTRING.orNull()).sized(3)
        elements(libsum.downcall("strings_with_null", three).call()) shouldBe listOf("one", null, "three")
        libsum.downcall("strings_with_null", list(CSTRING.orNull()).sized(3)).call() shouldBe
            listOf("one", null, "three")
        libsum.downcall("join", CSTRING.owned(free), texts.asConst(), C_INT, CSTRING)
            .call(arrayOf("a", "b", "c"), 3, ", ") shouldBe "a, b, c"
        libsum.downcall("count_nulls", C_INT, list(CSTRING.orNull()).asConst(), C_INT)
            .call(listOf("a", null, null), 3) shouldBe 2
        libsum.downcall("total_wide_units", USIZE, array(Array<String>::class.java, WSTRING).asConst(), C_INT)
            .call(arrayOf("foo", "b\ud83d\ude00r"), 2) shouldBe 6L
        leaked {
            val words = array(Array<String>::class.java, CSTRING.owned(free)).terminated().owned(free)
            val split = libsum.downcall("split", words, CSTRING, C_CHAR)
            elements(split.call("one,two,,three", ','.code.toByte())) shouldBe listOf("one", "two", "", "three")
        } shouldBe 0
    }

    test("texts that C puts into another order") {
        val reverse = libsum.downcall("reverse_strings", VOID, texts, C_INT)
        val values = arrayOf("one", "zwei", "trois")
        reverse.call(values, 3)
        values.toList() shouldBe listOf("trois", "zwei", "one")
        val list = mutableListOf("a", "b")
        libsum.downcall("reverse_strings", VOID, list(CSTRING), C_INT).call(list, 2)
        list shouldBe listOf("b", "a")
    }

    test("an element that is NULL and may not be is an error, by whichever side") {
        val copy = libsum.downcall("createArrayString", texts.sizedBy(1), texts.asConst(), C_INT)
        shouldThrow<NullPointerException> { copy.call(arrayOf("a", null), 2) }.message shouldBe """
            Argument 1 is not a value of its type
              function: createArrayString: array(cstring).sizedBy(1) (array(cstring).const, cInt)
              declared: cstring
              expected: a String
              found: null
              hint: declare it cstring.orNull if NULL is a value of it
        """.trimIndent().replace("cInt", "$C_INT")
        shouldThrow<NullPointerException> { libsum.downcall("strings_with_null", texts.sized(3)).call() }
            .message!!.lines().first() shouldBe "The result is not a value of its type"
    }

    // --- arrays of arrays ------------------------------------------------------------------------------------------

    test("rows: pointers to arrays") {
        val rows = array(Array<IntArray>::class.java)
        val values = arrayOf(intArrayOf(1, 2, 3), intArrayOf(4, 5, 6))
        libsum.downcall("sum_rows", I64, rows.asConst(), C_INT, C_INT).call(values, 2, 3) shouldBe
            (1L..6L).sumOf { it * it }
        libsum.downcall("negate_rows", VOID, rows, C_INT, C_INT).call(values, 2, 3)
        values.map { it.toList() } shouldBe listOf(listOf(-1, -2, -3), listOf(-4, -5, -6))
        @Suppress("UNCHECKED_CAST")
        val made = libsum.downcall("make_rows", list(NativeType.pointer(ints.sized(3))).sizedBy(0), C_INT, C_INT)
            .call(2, 3) as List<Pointer<IntArray>>
        made.map { it.get().size } shouldBe listOf(3, 3)
        shouldThrow<BindingException> {
            Signature.of(array(Array<IntArray>::class.java, ints.sizedBy(1)).sizedBy(0), C_INT, C_INT)
        }.message shouldBe "A type that has no size that is the same for each row\n  type: array(i32).sizedBy(1)\n" +
            "  expected: rows that are sized(n), terminated, or only written to C"
        shouldThrow<NullPointerException> {
            libsum.downcall("sum_rows", I64, rows, C_INT, C_INT).call(arrayOf(intArrayOf(1), null), 2, 1)
        }
    }

    test("a matrix in one block, and in a struct") {
        val row = ints.sized(3)
        val cells = array(Array<IntArray>::class.java, row)
        val values = arrayOf(intArrayOf(1, 2, 3), intArrayOf(4, 5, 6))
        val sum = libsum.downcall("sum_cells", I64, cells.asConst(), C_INT).call(values, 2)
        sum shouldBe libsum.downcall("sum_rows", I64, array(Array<IntArray>::class.java), C_INT, C_INT)
            .call(values, 2, 3)
        shouldThrow<IllegalArgumentException> {
            libsum.downcall("sum_cells", I64, cells.asConst(), C_INT).call(arrayOf(intArrayOf(1, 2)), 1)
        }.message!!.lines().takeLast(2) shouldBe listOf("  expected: 3 elements", "  found: 2 elements")
        val same = java.lang.invoke.MethodHandles.identity(Array<IntArray>::class.java)
        val matrix = struct("matrix", Array<IntArray>::class.java, listOf(Member("cells", cells.sized(2), same)), same)
        val transposed = struct("transposed", Array<IntArray>::class.java,
            listOf(Member("cells", array(Array<IntArray>::class.java, ints.sized(2)).sized(3), same)), same)
        libsum.downcall("sum_matrix", I64, matrix).call(values) shouldBe sum
        fun lists(made: Any?) = (made as Array<*>).map { (it as IntArray).toList() }
        lists(libsum.downcall("make_matrix", matrix, C_INT).call(1)) shouldBe listOf(listOf(1, 2, 3), listOf(4, 5, 6))
        lists(libsum.downcall("transpose", transposed, matrix).call(values)) shouldBe
            listOf(listOf(1, 4), listOf(2, 5), listOf(3, 6))
        val out = Out(values)
        libsum.downcall("negate_matrix", VOID, inout(matrix)).call(out)
        lists(out.get()) shouldBe listOf(listOf(-1, -2, -3), listOf(-4, -5, -6))
    }

    // --- records, enums, handles -----------------------------------------------------------------------------------

    test("enums, mapped values and pointers are elements") {
        val colors = array(Array<Structs.Color>::class.java)
        libsum.downcall("sum_int_array", I64, colors.asConst(), USIZE)
            .call(arrayOf(Structs.Color.BLUE, Structs.Color.GREEN), 2L) shouldBe 3L
        val range = libsum.downcall("range_int", colors.sizedBy(0).owned(free), USIZE)
        elements(range.call(3L)) shouldBe Structs.Color.entries
        leaked { shouldThrow<NoSuchElementException> { range.call(4L) } } shouldBe 0
        val seconds = I64.map({ java.time.Duration.ofSeconds(it) }, { it.toSeconds() })
        libsum.downcall("range_i64", list(seconds).sizedBy(0).owned(free), USIZE).call(2L) shouldBe
            listOf(java.time.Duration.ZERO, java.time.Duration.ofSeconds(1))
        val reversed = arrayOf(Structs.Color.BLUE, Structs.Color.GREEN)
        libsum.downcall("reverse_int_array", VOID, colors, USIZE).call(reversed, 2L)
        reversed.toList() shouldBe listOf(Structs.Color.GREEN, Structs.Color.BLUE)
    }

    test("what C writes into an array and is no value of it is an error that names the function and the argument") {
        val colors = array(Array<Structs.Color>::class.java)
        shouldThrow<NoSuchElementException> {
            libsum.downcall("fill_ints", C_INT, colors, inout(USIZE)).call(Array(5) { Structs.Color.RED }, Out(5L))
        }.message!!.lines().take(2) shouldBe listOf(
            "Argument 1 is not a value of its type", "  function: fill_ints: cInt (array(Color), inout(usize))")
    }

    // --- faces -----------------------------------------------------------------------------------------------------

    test("an interface, a functional interface and a handle take arrays, lists and what holds them") {
        val functions = Bindings.bind(Structs.Functions::class.java, libsum)
        functions.sum_ints(intArrayOf(1, 2, 3), 3) shouldBe 6
        functions.sumOfList(listOf(1, 2, 3), 3) shouldBe 6
        val values = intArrayOf(1, 2, 3)
        functions.reverse_i32_array(values, 3)
        values.toList() shouldBe listOf(3, 2, 1)
        functions.range_i32(3).toList() shouldBe listOf(0, 1, 2)
        functions.countdown(3).toList() shouldBe listOf(3, 2, 1)
        functions.count_strings(arrayOf("a", "b")) shouldBe 2
        functions.strings_until_null().toList() shouldBe listOf("one", "", "grüß")
        val sum = libsum.downcall("sum_ints", I64, ints.asConst(), USIZE)
        sum.`as`(SumOfInts::class.java).sum(intArrayOf(1, 2), 2) shouldBe 3
        sum.handle().invokeExact(intArrayOf(1, 2), 2L) as Long shouldBe 3
    }

    // --- what is wrong ---------------------------------------------------------------------------------------------

    context("what is no array of this type is an error:") {
        val sum = libsum.downcall("sum_ints", I64, ints.asConst(), USIZE)
        withTests(
            mapOf(
                "null" to (null to "null"),
                "text" to ("text" to "String \"text\""),
                "another array" to (longArrayOf(1) to "long[]"),
                "a list" to (java.util.ArrayList<Int>() to "java.util.ArrayList"),
            ),
        ) { (argument, found) ->
            val thrown = shouldThrow<RuntimeException> { sum.call(argument, 1L) }
            thrown.message shouldBe """
                Argument 1 is not a value of its type
                  function: sum_ints: i64 (array(i32).const, usize)
                  declared: array(i32).const
                  expected: int[]
                  found: $found
            """.trimIndent() + if (argument == null)
                "\n  hint: declare it array(i32).const.orNull if NULL is a value of it" else ""
        }

        test("another length") {
            shouldThrow<IllegalArgumentException> {
                libsum.downcall("sum_ints", I64, ints.sized(3), USIZE).call(intArrayOf(1), 1L)
            }.message!!.lines().takeLast(2) shouldBe listOf("  expected: 3 elements", "  found: 1 elements")
        }

        test("a list with an element that is none") {
            @Suppress("UNCHECKED_CAST")
            val polluted = listOf("text") as List<Int>
            shouldThrow<IllegalArgumentException> {
                libsum.downcall("sum_ints", I64, list(I32).asConst(), USIZE).call(polluted, 1L)
            }.message!!.lines().take(2) shouldBe
                listOf("Argument 1 is not a value of its type", "  function: sum_ints: i64 (list(i32).const, usize)")
            @Suppress("UNCHECKED_CAST")
            val holey = listOf(null) as List<Int>
            shouldThrow<NullPointerException> {
                libsum.downcall("sum_ints", I64, list(I32).asConst(), USIZE).call(holey, 1L)
            }.message!!.lines().take(2) shouldBe
                listOf("Argument 1 is not a value of its type", "  function: sum_ints: i64 (list(i32).const, usize)")
        }

        test("a number that does not fit its element") {
            shouldThrow<IllegalArgumentException> {
                libsum.downcall("sum_usize_array", I64, array(LongArray::class.java, USIZE).asConst(), USIZE)
                    .call(longArrayOf(1, -1), 2L)
            }.message!!.lines().first() shouldBe "Argument 1 is not a value of its type"
        }

        test("a zero in what a zero ends") {
            shouldThrow<IllegalArgumentException> {
                libsum.downcall("length_i32_array", USIZE, ints.asConst().terminated()).call(intArrayOf(1, 0, 2))
            }
        }
    }

    context("a type that can not be says why:") {
        withTests(
            mapOf<String, Pair<() -> Any, String>>(
                "const of a number" to ({ Signature.of(VOID, I32.asConst()) } to
                    "A type that has no const\n  type: i32\n  expected: an array, a list or a buffer"),
                "sized of a number" to ({ Signature.of(I32.sized(3)) } to
                    "A type that has no sized\n  type: i32\n  expected: an array, a list or a buffer"),
                "terminated of a pointer" to ({ Signature.of(pointer(I32).terminated()) } to
                    "A type that has no terminated\n  type: pointer(i32)\n  expected: an array or a list"),
                "sizedBy of a handle" to ({ Signature.of(NativeType.ADDRESS.sizedBy(0), I32) } to
                    "A type that has no sizedBy\n  type: address\n  expected: an array, a list or a buffer"),
                "a negative size" to ({ Signature.of(ints.sized(-1)) } to
                    "A type that has no size of -1\n  type: array(i32)\n  expected: 0 to 2147483647"),
                "a negative argument" to ({ Signature.of(ints.sizedBy(-1)) } to
                    "A type that has no argument -1\n  type: array(i32)\n" +
                    "  expected: the number of a parameter, from 0"),
                "an array of no class of arrays" to ({ Signature.of(VOID, array(String::class.java)) } to
                    "A type that has no elements\n  type: java.lang.String\n  expected: the class of an array"),
                "elements of another class" to ({ Signature.of(VOID, array(IntArray::class.java, I64)) } to
                    "A type that has no elements of i64\n  type: int[]\n  expected: long[]"),
                "boxed elements" to ({ Signature.of(VOID, array(Array<Int>::class.java)) } to
                    "A type that has no native type of its elements\n  type: java.lang.Integer[]\n" +
                    "  expected: an array of primitives, texts, enums, records or arrays of those, " +
                    "or array(class, element)"),
                "an out in an array" to ({ Signature.of(VOID, list(out(I32))) } to
                    "A type that has no place in memory\n  type: out(i32)\n  expected: a type with values"),
                "void in a list" to ({ Signature.of(VOID, list(VOID)) } to
                    "A type that has no layout\n  type: void\n  expected: a type with values"),
                "a result without a size" to ({ Signature.of(ints, I32) } to
                    "A result of unknown size\n  type: array(i32)\n  hint: say how many elements it has: sized(n)," +
                    " sizedBy(argument) or terminated()"),
                "a size by an argument that there is not" to ({ Signature.of(ints.sizedBy(1), I32) } to
                    "A result whose size no parameter says\n  type: array(i32).sizedBy(1)\n" +
                    "  parameter: there is none\n" +
                    "  hint: sizedBy takes the number of a parameter, from 0, which is an integer or an out of one"),
                "a size by text" to ({ Signature.of(ints.sizedBy(0), CSTRING) } to
                    "A result whose size no parameter says\n  type: array(i32).sizedBy(0)\n  parameter: cstring\n" +
                    "  hint: sizedBy takes the number of a parameter, from 0, which is an integer or an out of one"),
                "a size by a fraction" to ({ Signature.of(ints.sizedBy(0), F64) } to
                    "A result whose size no parameter says\n  type: array(i32).sizedBy(0)\n  parameter: f64\n" +
                    "  hint: sizedBy takes the number of a parameter, from 0, which is an integer or an out of one"),
                "an owned parameter" to ({ Signature.of(VOID, ints.owned()) } to
                    "An owned type is one of a result\n  type: array(i32).owned\n  as: parameter 1"),
                "owned elements of a parameter" to
                    ({ Signature.of(VOID, array(Array<String>::class.java, CSTRING.owned())) } to
                        "An owned type is one of a result\n  type: array(cstring.owned)\n  as: parameter 1"),
                "an inout of what is owned" to ({ Signature.of(VOID, inout(CSTRING.owned())) } to
                    "An owned type is one of a result\n  type: inout(cstring.owned)\n  as: parameter 1"),
                "a parameter that another one counts" to ({ libsum.downcall("noop", VOID, ints.sizedBy(1), I32) } to
                    "Only of a result another parameter says the size\n  type: array(i32).sizedBy(1)\n" +
                    "  as: parameter 1"),
            ),
        ) { (make, message) ->
            shouldThrow<BindingException> { make() }.message shouldBe message
        }
    }
})

// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.NativeType.ADDRESS
import ffi.core.NativeType.BOOL
import ffi.core.NativeType.CHAR16
import ffi.core.NativeType.CSTRING
import ffi.core.NativeType.C_LONG
import ffi.core.NativeType.F32
import ffi.core.NativeType.F64
import ffi.core.NativeType.I16
import ffi.core.NativeType.I32
import ffi.core.NativeType.I64
import ffi.core.NativeType.I8
import ffi.core.NativeType.U16
import ffi.core.NativeType.U32
import ffi.core.NativeType.U64
import ffi.core.NativeType.U8
import ffi.core.NativeType.USIZE
import ffi.core.NativeType.VOID
import ffi.core.NativeType.array
import ffi.core.NativeType.callback
import ffi.core.NativeType.enumOf
import ffi.core.NativeType.handle
import ffi.core.NativeType.`object`
import ffi.core.NativeType.pointer
import ffi.core.NativeType.struct
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withTests
import io.kotest.matchers.shouldBe
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.util.function.Function
import java.util.function.IntBinaryOperator
import java.util.function.IntFunction
import java.util.function.IntUnaryOperator
import java.util.function.ToIntBiFunction
import java.util.function.ToIntFunction

@JvmRecord data class Int1(val a: Int)

@JvmRecord data class IntPair(val a: Int, val b: Int)

@JvmRecord data class XY(val x: Double, val y: Double)

@JvmRecord data class Floats(val a: Float, val b: Float, val c: Float)

@JvmRecord data class Mixed(val d: Double, val i: Long)

@JvmRecord data class IntDouble(val i: Int, val d: Double)

@JvmRecord data class Longs2(val a: Long, val b: Long)

@JvmRecord data class Longs3(val a: Long, val b: Long, val c: Long)

@JvmRecord data class Both(val first: IntBinaryOperator, val second: IntBinaryOperator)

private class Address(val segment: MemorySegment)

private enum class Answer { NO, YES }

fun interface Many {
    @Suppress("LongParameterList")
    fun call(
        a: Byte, b: Short, c: Int, d: Long, e: Long, f: Long, g: Long, h: Long, i: Float, j: Double,
        k: Double, l: Double, m: Double, n: Double, o: Double, p: Double, q: Double, r: Byte,
    ): Double
}

fun interface Late {
    fun call(a: Long, b: Long, c: Long, d: Long, e: Long, s: Longs2, g: Long): Long
}

fun interface Counted {
    fun call(values: IntArray?, count: Long): Long
}

fun interface Filling {
    fun fill(values: IntArray, count: Long)
}

fun interface Listener {
    fun heard(data: Any, value: Int): Int
}

interface Visitor {
    fun begin(name: String)
    fun visit(element: Int): Int
    fun end()
}

@Suppress("FunctionName")
interface CallingBack {
    fun apply(f: IntBinaryOperator, a: Int, b: Int): Int
    fun operation_for(which: Int): IntBinaryOperator
    fun setCallback(f: IntBinaryOperator)
    fun runCallback(a: Int, b: Int): Int
}

/** What C gives a function of Java's, and gets from it. */
class CallbackSpec : FunSpec({

    val libsum = NativeLibrary.open("sum", Arena.global())
    val operation = callback(IntBinaryOperator::class.java)
    val lib = Bindings.bind(CallingBack::class.java, libsum)
    val plus = IntBinaryOperator(Int::plus)

    context("a function of Java's is given to each face") {
        val apply = libsum.downcall("apply", I32, operation, I32, I32)
        val twelve = mapOf<String, (IntBinaryOperator) -> Any?>(
            "a bound interface" to { lib.apply(it, 3, 4) },
            "a method handle" to { apply.handle().invokeWithArguments(it, 3, 4) },
            "the slow door" to { apply.call(it, 3, 4) },
        )
        withTests(twelve) { face ->
            face { a, b -> a * b } shouldBe 12
            face(plus) shouldBe 7
            face(Math::max) shouldBe 4
        }
    }

    context("every scalar goes both ways") {
        data class Scalar(val type: NativeType<*>, val value: Any, val function: (Any?) -> Any?, val twice: Any)
        val scalars = mapOf(
            "i8" to Scalar(I8, 126.toByte(), { ((it as Byte) + 1).toByte() }, (-128).toByte()),
            "i16" to Scalar(I16, (-5).toShort(), { (it as Short * 3).toShort() }, (-45).toShort()),
            "i32" to Scalar(I32, Int.MAX_VALUE, { it as Int + 1 }, Int.MIN_VALUE + 1),
            "i64" to Scalar(I64, Long.MAX_VALUE, { it as Long + 1 }, Long.MIN_VALUE + 1),
            "u8" to Scalar(U8, (-2).toByte(), { ((it as Byte) + 1).toByte() }, 0.toByte()),
            "u16" to Scalar(U16, (-2).toShort(), { (it as Short + 1).toShort() }, 0.toShort()),
            "u32" to Scalar(U32, -2, { it as Int + 1 }, 0),
            "u64" to Scalar(U64, -2L, { it as Long + 1 }, 0L),
            "f32" to Scalar(F32, 0.5f, { it as Float * 3 }, 4.5f),
            "f64" to Scalar(F64, 0.5, { it as Double * 3 }, 4.5),
            "bool" to Scalar(BOOL, true, { !(it as Boolean) }, true),
            "char16" to Scalar(CHAR16, '\ufffe', { it as Char + 1 }, '\u0000'),
            "usize" to Scalar(USIZE, 1L, { it as Long * 5 }, 25L),
            "long" to Scalar(C_LONG, -1L, { it as Long * 5 }, -25L),
            "address" to
                Scalar(ADDRESS.map(MemorySegment::address, MemorySegment::ofAddress), 8L, { it as Long + 8 }, 24L),
        )
        withTests(scalars.mapValues { (name, scalar) -> name to scalar }) { (name, scalar) ->
            val type = callback(Function::class.java, scalar.type, scalar.type)
            val twice = libsum.downcall("twice_$name", scalar.type, type, scalar.type)
            twice.call(Function<Any?, Any?> { scalar.function(it) }, scalar.value) shouldBe scalar.twice
        }
    }

    test("eighteen arguments arrive, in registers and on the stack") {
        val many = libsum.downcall("apply_many", F64, callback(Many::class.java))
        var seen = listOf<Number>()
        many.call(Many { a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r ->
            seen = listOf(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r)
            0.25
        }) shouldBe 0.25
        seen shouldBe listOf<Number>(
            (-1).toByte(), (-2).toShort(), -3, -4L, 5L, 6L, 7L, 8_000_000_000, 9.5f,
            10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 17.0, (-1).toByte(),
        )
    }

    context("a struct goes both ways by value") {
        data class Case<T : Any>(val value: T, val function: (T) -> T, val twice: T)
        val structs = mapOf<String, Case<*>>(
            "int1" to Case(Int1(1), { Int1(it.a + 1) }, Int1(3)),
            "pair" to Case(IntPair(1, -2), { IntPair(it.b, it.a + 1) }, IntPair(2, -1)),
            "point" to Case(XY(1.0, 2.0), { XY(it.x * 2, it.y + 1) }, XY(4.0, 4.0)),
            "floats" to Case(Floats(1f, 2f, 3f), { Floats(it.c, it.a, it.b) }, Floats(2f, 3f, 1f)),
            "mixed" to Case(Mixed(0.5, 7), { Mixed(it.d * 2, it.i - 1) }, Mixed(2.0, 5)),
            "int_double" to Case(IntDouble(7, 0.5), { IntDouble(it.i - 1, it.d * 2) }, IntDouble(5, 2.0)),
            "longs2" to Case(Longs2(1, 2), { Longs2(it.b, it.a + it.b) }, Longs2(3, 5)),
            "longs3" to Case(Longs3(1, 2, 3), { Longs3(it.b, it.c, it.a) }, Longs3(3, 1, 2)),
        )
        withTests(structs.mapValues { (name, case) -> name to case }) { (name, case) ->
            val type = struct(case.value.javaClass)
            val twice = libsum.downcall("twice_$name", type, callback(Function::class.java, type, type), type)
            @Suppress("UNCHECKED_CAST")
            val function = case.function as (Any?) -> Any?
            repeat(3) { twice.call(Function<Any?, Any?> { function(it) }, case.value) shouldBe case.twice }
        }
    }

    test("a struct for which no register is left is found on the stack") {
        val late = libsum.downcall("late_struct", I64, callback(Late::class.java))
        late.call(Late { a, b, c, d, e, s, g -> a + b + c + d + e + s.a * 1000 + s.b * 100_000 + g }) shouldBe
            7_060_023L
    }

    test("text goes both ways, and what C owns is C's to free") {
        val measure = libsum.downcall("measure", I32, callback(ToIntFunction::class.java, I32, CSTRING), CSTRING)
        measure.call(ToIntFunction<String> { it.length }, "grüß €") shouldBe 6
        val nullable = CSTRING.orNull()
        val decorate = libsum.downcall("decorate", nullable.owned(),
            callback(Function::class.java, nullable, nullable), nullable)
        decorate.call(Function<String?, String?> { "<$it>" }, "grüß") shouldBe "<grüß>"
        decorate.call(Function<String?, String?> { it }, null) shouldBe null
        val owned = libsum.downcall("decorate_owned", CSTRING.owned(),
            callback(Function::class.java, CSTRING.owned(), CSTRING), CSTRING)
        owned.call(Function<String, String> { it.repeat(1000) }, "ab") shouldBe "ab".repeat(1000)
    }

    test("an array has as many elements as another argument says, and C sees what is written to it") {
        val counted = callback(Counted::class.java, I64, array(IntArray::class.java).sizedBy(1).orNull(), USIZE)
        val with = libsum.downcall("with_array", I64, counted, USIZE)
        with.call(Counted { values, count -> values!!.sum() * 100L + count }, 4L) shouldBe 1004L
        with.call(Counted { values, count -> if (values == null) -1 else count }, 0L) shouldBe -1L
        val filling = callback(Filling::class.java, VOID, array(IntArray::class.java).sizedBy(1), USIZE)
        libsum.downcall("filled_by", I64, filling, USIZE)
            .call(Filling { values, _ -> values.indices.forEach { values[it] *= 10 } }, 4L) shouldBe 100L
    }

    test("a pointer of C's is written through") {
        val with = libsum.downcall("with_pointer", I32,
            callback(java.util.function.Consumer::class.java, VOID, pointer(I32)), I32)
        with.call(java.util.function.Consumer<Pointer<Int>> { it.set(it.get() * 2) }, 21) shouldBe 42
    }

    test("enums, handles and types of the user's go both ways") {
        val answer = enumOf(Answer::class.java)
        libsum.downcall("twice_i32", answer, callback(Function::class.java, answer, answer), answer)
            .call(Function<Answer, Answer> { Answer.entries[1 - it.ordinal] }, Answer.YES) shouldBe Answer.YES
        val address = handle("Address", ::Address, Address::segment)
        val twice = libsum.downcall("twice_address", address, callback(Function::class.java, address, address), address)
        val next = Function<Address, Address> { Address(MemorySegment.ofAddress(it.segment.address() + 1)) }
        (twice.call(next, Address(MemorySegment.ofAddress(7))) as Address).segment.address() shouldBe 9
    }

    test("a function pointer of C's is a function, and the same pointer for C") {
        val times = lib.operation_for(1)
        times.applyAsInt(6, 7) shouldBe 42
        lib.apply(times, 3, 4) shouldBe 12
        Upcall.address(operation, times) shouldBe Upcall.address(operation, lib.operation_for(1))
        times.toString() shouldBe
            "0x${Upcall.address(operation, times).address().toString(16)}: callback(i32 (i32, i32))"
    }

    test("a callback returns a function pointer, and takes one") {
        val chooses = callback(IntFunction::class.java, operation.orNull(), I32)
        val apply = libsum.downcall("apply_chosen", I32, chooses, I32, I32, I32)
        apply.call(IntFunction<IntBinaryOperator?> { lib.operation_for(it) }, 0, 3, 4) shouldBe 7
        apply.call(IntFunction<IntBinaryOperator?> { null }, 0, 3, 4) shouldBe -1000
        val takes = callback(ToIntBiFunction::class.java, I32, operation, I32)
        libsum.downcall("on_each_level", I32, takes, operation, I32)
            .call(ToIntBiFunction<IntBinaryOperator, Int> { g, a -> g.applyAsInt(a, 5) }, plus, 4) shouldBe 9
    }

    test("of two functions, each is lent or registered") {
        val takes = callback(ToIntBiFunction::class.java, I32, operation, I32)
        val onEachLevel = libsum.downcall("on_each_level", I32, takes, operation, I32)
        val outer = ToIntBiFunction<IntBinaryOperator, Int> { g, a -> g.applyAsInt(a, 5) }
        val outers = listOf(outer, Upcall.of(takes, outer, Arena.global()))
        val inners = listOf(plus, Upcall.of(operation, plus, Arena.global()))
        for (f in outers) for (g in inners) {
            onEachLevel.call(f, g, 4) shouldBe 9
            var onVirtual: Any? = null
            Thread.ofVirtual().start { onVirtual = onEachLevel.call(f, g, 4) }.join()
            onVirtual shouldBe 9
        }
    }

    test("null is NULL where it is declared") {
        val applyOr = libsum.downcall("apply_or", I32, operation.orNull(), I32, I32, I32)
        applyOr.call(null, 1, 2, 9) shouldBe 9
        applyOr.call(plus, 1, 2, 9) shouldBe 3
    }

    test("the callback of the ffi-rs README gets seven parameters, a struct's pointer among them") {
        val seven = callback(SevenParameters::class.java, I32, I32, BOOL, CSTRING, F64,
            array(Array<String>::class.java).sized(2), array(IntArray::class.java).sized(3),
            pointer(struct(FfiRsPerson::class.java)))
        var seen = listOf<Any?>()
        libsum.downcall("callFunction", I32, seven).call(SevenParameters { a, b, c, d, e, f, g ->
            val person = g.get() // all of it is copied, but what is behind its pointers
            seen = listOf(a, b, c, d, e.toList(), f.toList(), person.age, person.name, person.stringArray,
                person.staticBytes, person.boolTrue, person.longVal, person.stackStruct)
            a
        }) shouldBe 100
        seen shouldBe listOf(100, false, "Hello, World!", 100.11, listOf("Hello", "world"), listOf(101, 202, 303),
            23, "tom", listOf("tom"), List(16) { 99.toByte() }, true, 4294967296, Inner(16))
    }

    test("what C has stored is run by another call, as Deno's test does") {
        Arena.ofConfined().use { arena ->
            lib.setCallback(Upcall.of(IntBinaryOperator::class.java, IntBinaryOperator(Int::minus), arena))
            lib.runCallback(5, 3) shouldBe 2
        }
    }

    test("a registered function is Java's to call, too, and goes to any function") {
        Arena.ofConfined().use { arena ->
            val minus = Upcall.of(IntBinaryOperator::class.java, IntBinaryOperator(Int::minus), arena)
            minus.applyAsInt(9, 4) shouldBe 5
            lib.apply(minus, 9, 5) shouldBe 4
        }
    }

    test("functions are fields of a struct: for the call, or for an arena") {
        val both = struct(Both::class.java)
        val run = libsum.downcall("run_both_by_value", I32, both, I32, I32)
        run.call(Both({ a, b -> a + b }, { a, b -> a * b }), 3, 4) shouldBe 7012
        Arena.ofConfined().use { arena ->
            val memory = both.allocateFrom(arena, Both({ a, b -> a - b }, { a, b -> a * b }))
            libsum.downcall("run_both", I32, pointer(both), I32, I32).call(memory, 5, 4) shouldBe 1020
            val read = memory.get()
            read.first.applyAsInt(9, 2) shouldBe 7
        }
    }

    test("an object's methods are a struct of function pointers") {
        val log = mutableListOf<String>()
        val visitor = object : Visitor {
            override fun begin(name: String) {
                log += name
            }

            override fun visit(element: Int) = if (element == 4) -1 else element * 10

            override fun end() {
                log += "end"
            }
        }
        Arena.ofConfined().use { arena ->
            val table = Upcall.table(Visitor::class.java, visitor, arena, "begin", "visit", "end")
            libsum.downcall("walk", I32, ADDRESS, I32).call(table, 10) shouldBe 60
        }
        log shouldBe listOf("elements", "end")
    }

    test("user data is an object, for the call or as long as it is kept") {
        val data = `object`(Any::class.java)
        val listener = callback(Listener::class.java, I32, data, I32)
        val each = libsum.downcall("each_with", I32, listener, data, I32)
        val sums = mutableListOf<Int>()
        val add = Listener { to, value -> value.also { (to as MutableList<*>).let { sums += value } } }
        each.call(add, sums, 3) shouldBe 6
        sums shouldBe listOf(1, 2, 3)

        val addListener = libsum.downcall("add_listener", VOID, listener, data, ADDRESS)
        val emit = libsum.downcall("emit", I32, I32)
        Arena.ofConfined().use { arena ->
            Upcall.keep(sums, arena)
            addListener.call(Upcall.of(listener, add, arena), sums, MemorySegment.NULL)
            emit.call(4) shouldBe 4
            sums shouldBe listOf(1, 2, 3, 4)
        }
        Arena.ofConfined().use { arena ->
            addListener.call(Upcall.of(listener, add, arena), sums, MemorySegment.NULL) // known for this call only
            val gone = libsum.downcall("listened_to", ADDRESS).call() as MemorySegment
            shouldThrow<NoSuchElementException> { emit.call(4) }
                .message!!.replace(Regex("CallbackSpec.*"), "…") shouldBe """
                Not a value of its type in a callback
                  function: callback(i32 (object(Object), i32)) registered at ffi.core.…
                  declared: object(Object)
                  expected: an object that was given to C, and is still alive
                  found: 0x${gone.address().toString(16)}
            """.trimIndent()
        }
    }
})

fun interface SevenParameters {
    @Suppress("LongParameterList")
    fun call(a: Int, b: Boolean, c: String, d: Double, e: Array<String>, f: IntArray, g: Pointer<FfiRsPerson>): Int
}

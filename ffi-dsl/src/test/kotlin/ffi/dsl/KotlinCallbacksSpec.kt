// SPDX-License-Identifier: Apache-2.0
@file:OptIn(ExperimentalUnsignedTypes::class)

package ffi.dsl

import ffi.core.BindingException
import ffi.core.CType
import ffi.core.Length
import ffi.core.Out
import ffi.core.Owned
import ffi.core.Pointer
import ffi.core.Symbol
import ffi.core.Upcall
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.util.function.UnaryOperator

private fun interface Visit {
    fun visit(value: UInt, text: String?): Unit
}

private fun interface TwiceOf<T> {
    fun of(value: T): T
}

private fun interface TwiceText : TwiceOf<String?>

private fun interface OfUnsigned : (UInt) -> UInt

private fun interface OfArray {
    fun sum(@Length(argument = 1) values: UIntArray, @CType("size_t") count: Long): Long
}

private fun interface Filler {
    fun fill(@Length(argument = 1) values: IntArray, @CType("size_t") count: Long)
}

fun interface Next {
    fun next(): Next?
}

fun interface Heads {
    fun turn(): Tails?
}

fun interface Tails {
    fun turn(): Heads?
}

private fun interface StepOf<T> {
    fun step(value: T): StepOf<T>?
}

private fun interface LevelOf<T> {
    fun level(operation: (T, T) -> T, value: T): T
}

private data class Knot(val tie: (Knot) -> Int, val value: Int)

private data class KnotOfInterface(val tie: Tie?, val value: Int)

private fun interface Tie {
    fun tie(knot: KnotOfInterface): Int
}

private typealias Operation = (Int, Int) -> Int

private data class Both(val first: Operation, val second: (Int, Int) -> Int)

private data class LongsOfCallback(val a: Long, val b: Long)

private typealias Twelve = (
    Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int,
) -> Int

/** The functions take and return what their types in Kotlin say; C applies each as it is named. */
private interface Applied {
    fun apply(operation: (Int, Int) -> Int, a: Int, b: Int): Int

    fun sum_of_all(all: Array<(Int, Int) -> Int>, count: Int, a: Int, b: Int): Int

    @Symbol("apply")
    fun applyUnsigned(operation: (UInt, Int) -> UInt, a: Int, b: Int): UInt

    @Symbol("apply")
    fun applyAlias(operation: Operation, a: Int, b: Int): Int

    @Symbol("apply")
    fun applyReceiver(operation: Int.(Int) -> Int, a: Int, b: Int): Int

    @Symbol("apply_or")
    fun applyOr(operation: ((Int, Int) -> Int)?, a: Int, b: Int, otherwise: Int): Int
    fun call_action(action: () -> Unit)
    fun with_pointer(change: (Pointer<Int>) -> Unit, value: Int): Int

    @Symbol("with_pointer")
    fun withUnsigned(change: (Pointer<UInt>) -> Unit, value: UInt): UInt
    fun measure(length: (String) -> Int, text: String): Int

    @Owned
    fun decorate(decorated: (String?) -> String?, text: String?): String?

    @Owned
    @Symbol("decorate")
    fun decorateGeneric(decorated: TwiceOf<String?>, text: String?): String?

    @Owned
    @Symbol("decorate")
    fun decorateText(decorated: TwiceText, text: String?): String?

    @Owned
    @Symbol("decorate")
    fun decorateUnary(decorated: UnaryOperator<String>, text: String): String
    fun twice_i32(f: (Int) -> Int, value: Int): Int

    @Symbol("twice_i32")
    fun twiceMode(f: (Mode) -> Mode, mode: Mode): Mode
    fun twice_u8(f: (UByte) -> UByte, value: UByte): UByte
    fun twice_u16(f: (UShort) -> UShort, value: UShort): UShort
    fun twice_u32(f: (UInt) -> UInt, value: UInt): UInt
    fun twice_u64(f: (ULong) -> ULong, value: ULong): ULong

    @Symbol("twice_u32")
    fun twiceExtending(f: OfUnsigned, value: UInt): UInt

    @Symbol("twice_u64")
    fun twiceGeneric(f: TwiceOf<ULong>, value: ULong): ULong

    @Symbol("twice_longs2")
    fun twiceLongs(f: (LongsOfCallback) -> LongsOfCallback, value: LongsOfCallback): LongsOfCallback

    fun with_array(f: OfArray, count: Long): Long
    fun chosen_by(choose: (Int) -> Operation, which: Int): Operation
    fun on_each_level(f: (Operation, Int) -> Int, operation: Operation, a: Int): Int
    fun operation_for(which: Int): Operation

    @Symbol("on_each_level")
    fun onEachLevelOf(f: LevelOf<UInt>, operation: (UInt, UInt) -> UInt, a: UInt): UInt
    fun call_generator(next: Next): Next?

    @Symbol("call_generator")
    fun turn(heads: Heads): Tails?

    @Symbol("chosen_by")
    fun step(step: StepOf<UInt>, value: UInt): StepOf<UInt>?
    fun tie_knot(knot: Knot): Int

    @Symbol("tie_knot")
    fun tieInterface(knot: KnotOfInterface): Int
    fun run_both_by_value(both: Both, a: Int, b: Int): Int
    fun counter_new(first: Int): Counter
    fun counter_free(counter: Counter)

    @Symbol("call_with")
    fun callWith(f: (Counter) -> Int, counter: Counter): Int

    @Symbol("call_with")
    fun callWithNull(f: (Counter?) -> Int, counter: Counter?): Int
    fun call_visit(visit: Visit, value: UInt, text: String?)
    fun apply12(f: Twelve): Int
    var kept_operation: ((UInt, Int) -> Int)?
}

private interface WithSuspendingCallback {
    fun apply(operation: suspend (Int) -> Int, a: Int): Int
}

private interface WithDates {
    fun apply(a: Int, operation: (UInt, java.util.Date?) -> Int): Int
}

private interface WithNullableInt {
    fun apply(operation: (Int?) -> Unit): Int
}

private interface WithMeters {
    fun apply(operation: (Meters) -> Int): Int
}

private interface WithUnknownSize {
    fun apply(operation: (IntArray, Int) -> Unit): Int
}

private interface WithOut {
    fun apply(operation: (Out<Int>) -> Unit): Int
}

private interface WithNested {
    fun apply(operation: ((java.util.Date) -> Unit) -> Int): Int
}

/** Function types and functional interfaces of bound interfaces are callbacks, with all types of Kotlin. */
class KotlinCallbacksSpec : FunSpec({

    val applied = bind<Applied>("sum")

    test("numbers, signed and unsigned, and Unit") {
        applied.apply({ a, b -> a * b }, 6, 7) shouldBe 42
        applied.applyUnsigned({ a, b -> a + b.toUInt() }, -1, 2) shouldBe 1u
        applied.applyAlias(Int::plus, 6, 7) shouldBe 13
        applied.applyReceiver({ this - it }, 6, 7) shouldBe -1
        var ran = 0
        applied.call_action { ran++ }
        ran shouldBe 1
        applied.twice_u8({ (it - 1u).toUByte() }, 0u) shouldBe 254u.toUByte()
        applied.twice_u16({ (it - 1u).toUShort() }, 0u) shouldBe 65534u.toUShort()
        applied.twice_u32({ it - 1u }, 0u) shouldBe UInt.MAX_VALUE - 1u
        applied.twice_u64({ it - 1u }, 0u) shouldBe ULong.MAX_VALUE - 1u
        applied.twiceExtending({ it - 1u }, 0u) shouldBe UInt.MAX_VALUE - 1u
        applied.twiceGeneric({ it - 1u }, 0u) shouldBe ULong.MAX_VALUE - 1u
    }

    test("text, pointers, enum classes, data classes and handles") {
        applied.measure({ it.length }, "grüß") shouldBe 4
        applied.with_pointer({ it.value *= 2 }, 21) shouldBe 42
        applied.withUnsigned({ it.value -= 1u }, 0u) shouldBe UInt.MAX_VALUE
        applied.twiceMode({ Mode.entries[(it.ordinal + 1) % 3] }, Mode.READ) shouldBe Mode.APPEND
        applied.twiceLongs({ (a, b) -> LongsOfCallback(b, a + 1) }, LongsOfCallback(3, 4)) shouldBe
            LongsOfCallback(4, 5)
        val counter = applied.counter_new(7)
        applied.callWith({ if (it.segment == counter.segment) 1 else 0 }, counter) shouldBe 1
        applied.counter_free(counter)
    }

    test("a question mark within a function type admits NULL") {
        applied.decorate({ it?.let { text -> "<$text>" } }, "grüß") shouldBe "<grüß>"
        applied.decorate({ it?.let { text -> "<$text>" } }, null) shouldBe null
        applied.decorateGeneric({ it?.plus("!") }, null) shouldBe null
        applied.decorateText({ it?.plus("!") }, null) shouldBe null
        applied.decorateText({ it?.plus("!") }, "a") shouldBe "a!"
        applied.decorateUnary({ "$it!" }, "a") shouldBe "a!"
        applied.callWithNull({ if (it == null) 1 else 0 }, null) shouldBe 1
        applied.applyOr(null, 1, 2, 3) shouldBe 3
        applied.applyOr({ a, b -> a - b }, 1, 2, 3) shouldBe -1
        val seen = mutableListOf<Any?>()
        applied.call_visit({ value, text -> seen.add(value); seen.add(text) }, UInt.MAX_VALUE, null)
        applied.call_visit({ value, text -> seen.add(value); seen.add(text) }, 1u, "a")
        seen shouldBe listOf(UInt.MAX_VALUE, null, 1u, "a")
    }

    test("an array whose size another parameter says") {
        applied.with_array({ values, count -> values.sum().toLong() * 10 + count }, 4) shouldBe 104
    }

    test("functions of functions, from C and in structs, and of twelve parameters") {
        applied.chosen_by({ applied.operation_for(it) }, 1)(6, 7) shouldBe 42
        applied.operation_for(1)(2, 3) shouldBe 6
        applied.on_each_level({ operation, a -> operation(a, 1) }, applied.operation_for(0), 4) shouldBe 5
        applied.run_both_by_value(Both(applied.operation_for(0), applied.operation_for(1)), 6, 7) shouldBe
            applied.run_both_by_value(Both({ a, b -> a + b }, { a, b -> a * b }), 6, 7)
        applied.apply12 { a, b, c, d, e, f, g, h, i, j, k, l -> 
            a + b + c + d + e + f + g + h + i + j + k + l
        } shouldBe 78
    }

    test("an interface that names itself, that is named by another one, and that passes on its type argument") {
        Arena.ofConfined().use { arena ->
            lateinit var second: Next
            val first = Upcall.of(Next::class.java, Next { second }, arena)
            second = Upcall.of(Next::class.java, Next { first }, arena)
            applied.call_generator(first) shouldBe second
            applied.call_generator { first } shouldBe first
            applied.call_generator(first)!!.next()!!.next() shouldBe second
            applied.call_generator { null } shouldBe null

            lateinit var heads: Heads
            val tails = Upcall.of(Tails::class.java, Tails { heads }, arena)
            heads = Upcall.of(Heads::class.java, Heads { tails }, arena)
            applied.turn(heads) shouldBe tails
            applied.turn(heads)!!.turn()!!.turn() shouldBe tails
        }
        val values = mutableListOf<UInt>()
        applied.step({ values.add(it); null }, UInt.MAX_VALUE) shouldBe null
        values shouldBe listOf(UInt.MAX_VALUE)
        applied.onEachLevelOf({ operation, a -> operation(a, 1u) }, { a, b -> a + b }, UInt.MAX_VALUE - 4u) shouldBe
            applied.on_each_level({ operation, a -> operation(a, 1) }, { a, b -> a + b }, -5).toUInt()
    }

    test("a function in a data class that takes the data class") {
        applied.tie_knot(Knot({ it.value + 1 }, 41)) shouldBe 42
        applied.tie_knot(Knot({ it.value * 2 }, 21)) shouldBe 42
        applied.tieInterface(KnotOfInterface({ if (it.tie == null) 0 else it.value }, 42)) shouldBe 42
    }

    test("a variable is a function") {
        applied.kept_operation shouldBe null
        applied.kept_operation = LibSum.sum.downcall.address().let { address ->
            (callback(u32, i32) returns i32).at(address)
        }
        applied.kept_operation!!(2u, 3) shouldBe 5
        applied.kept_operation = null
        applied.kept_operation shouldBe null
    }

    fun messageOf(bind: () -> Any) = shouldThrow<BindingException> { bind() }.message

    val outer = "parameter 1 of ((java.util.Date) -> Unit) -> Int, "
    val types = "the types are numbers, signed and unsigned, Boolean, Char, String, MemorySegment, an enum class, a " +
        "Set of one, a Handle, a data class, an array, List, Pointer or Out of those, a buffer, a function type, a " +
        "fun interface"

    withData<Pair<() -> Any, String>>(
        { it.second.lines().first() },
        { bind<WithSuspendingCallback>("sum") } to """
            A function that suspends can not be called by C: suspend (Int) -> Int
              as: parameter 1, operation
              of: fun ffi.dsl.WithSuspendingCallback.apply(operation: suspend (Int) -> Int, a: Int): Int
              hint: declare it without suspend, or have C's calls be a nativeFlow
        """.trimIndent(),
        { bind<WithDates>("sum") } to """
            No native type for java.util.Date?
              as: parameter 2 of (UInt, java.util.Date?) -> Int, parameter 2, operation
              of: fun ffi.dsl.WithDates.apply(a: Int, operation: (UInt, java.util.Date?) -> Int): Int
              hint: $types
        """.trimIndent(),
        { bind<WithNullableInt>("sum") } to """
            Only a pointer can be null, and no value: Int?
              as: parameter 1 of (Int?) -> Unit, parameter 1, operation
              of: fun ffi.dsl.WithNullableInt.apply(operation: (Int?) -> Unit): Int
              hint: declare it Int
        """.trimIndent(),
        { bind<WithMeters>("sum") } to """
            No native type for ffi.dsl.Meters
              as: parameter 1 of (ffi.dsl.Meters) -> Int, parameter 1, operation
              of: fun ffi.dsl.WithMeters.apply(operation: (ffi.dsl.Meters) -> Int): Int
              hint: $types
        """.trimIndent(),
        { bind<WithUnknownSize>("sum") } to """
            An array of unknown size, given to a callback
              type: array(i32)
              as: parameter 1, operation
              of: fun ffi.dsl.WithUnknownSize.apply(operation: (IntArray, Int) -> Unit): Int
              hint: take a fun interface, whose parameter says the size: @Length(argument = 1)
        """.trimIndent(),
        { bind<WithOut>("sum") } to """
            A type that C does not give to a callback
              type: out(i32)
              as: parameter 1, operation
              of: fun ffi.dsl.WithOut.apply(operation: (Out<Int>) -> Unit): Int
              hint: a callback takes values, text, pointers, arrays of a known size and other callbacks
        """.trimIndent(),
        { bind<WithNested>("sum") } to """
            No native type for java.util.Date
              as: parameter 1 of (java.util.Date) -> Unit, ${outer}parameter 1, operation
              of: fun ffi.dsl.WithNested.apply(operation: ((java.util.Date) -> Unit) -> Int): Int
              hint: $types
        """.trimIndent(),
    ) { (bind, message) -> messageOf(bind) shouldBe message }

    test("an array of functions") {
        bind<Applied>("sum").sum_of_all(arrayOf({ a, b -> a + b }, { a, b -> a * b }), 2, 3, 4) shouldBe 19
    }
})

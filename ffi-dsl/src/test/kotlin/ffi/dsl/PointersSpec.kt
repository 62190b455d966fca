// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.Out
import ffi.core.Pointer
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.int
import io.kotest.property.checkAll
import java.lang.foreign.MemorySegment

private class Thing(segment: MemorySegment) : OwnedHandle(segment)

private object Pointers : Library("sum") {
    val divide = fn("divide", i32, i32, out(i32), out(i32)) returns void
    val divideSome = fn("divide", i32, i32, out(i32), out(i32).orNull) returns void
    val increment = fn("increment", pointer(i32)) returns void
    val incrementInOut = fn("increment", inout(i32)) returns void
    val incrementOrZero = fn("increment_or_zero", pointer(i32).orNull) returns i32
    val same = fn("same_int", pointer(i32).orNull) returns pointer(i32).orNull
    val ints = fn("static_ints") returns pointer(i32)
    val end = fn("static_ints_end") returns pointer(i32)
    val nothing = fn("returnNullPointer") returns pointer(i32)
    val outAll = fn(
        "out_all", out(i8), out(i16), out(i32), out(i64), out(f32), out(f64), out(cstring), out(address),
    ) returns i32
    val outUnsigned = fn("increment", inout(u32)) returns void
    val describe = fn("describe", i32, out(cstring.orNull.owned())) returns i32
    val extremesOf = fn("extremes_of", array(i32).const, usize, out(struct<Extremes>())) returns i32
    val widen = fn("widen", inout(struct<Extremes>()), i32) returns void
    val openThing = fn("open_thing", out(handle(::Thing))) returns i32
    val closeThing = fn("close_thing", handle(::Thing)) returns void
    val openOwned = fn("open_thing", out(handle(::Thing).owned(closeThing))) returns i32
    val thingId = fn("thing_id", handle(::Thing)) returns i32
    val thingsOpen = fn("things_open") returns i32
    val counterNew = fn("counter_new", i32) returns handle(::Thing).owned(fn("counter_free", address) returns void)
    val counterNext = fn("counter_next", handle(::Thing)) returns i32
    val range = fn("range_i32", usize) returns pointer(i32).owned()
    val ends = fn("ends", array(i32).const, usize, out(pointer(i32)), out(pointer(i32))) returns void
    val valueOf = fn("getValueFromDoublePointer", pointer(pointer(i32))) returns i32
}

private data class Extremes(val low: Int, val high: Int)

class PointersSpec : FunSpec({

    test("C fills in what it returns through pointers") {
        checkAll(100, Arb.int(), Arb.int(1..Int.MAX_VALUE)) { a, b ->
            val quotient = Out<Int>()
            val remainder = Out<Int>()
            Pointers.divide(a, b, quotient, remainder)
            quotient.value shouldBe a / b
            remainder.value shouldBe a % b
        }
        val quotient = Out<Int>()
        shouldThrow<NoSuchElementException> { quotient.value }.message!!.lines().first() shouldBe
            "No call has filled in this Out"
    }

    test("what is not wanted is null") {
        val value = Out(41)
        Pointers.incrementInOut(value)
        value.value shouldBe 42
        value.value += 1
        value.value shouldBe 43
        Pointers.incrementOrZero(null) shouldBe 0
    }

    test("every type is filled in") {
        val a = Out<Byte>()
        val b = Out<Short>()
        val c = Out<Int>()
        val d = Out<Long>()
        val e = Out<Float>()
        val f = Out<Double>()
        val g = Out<String>()
        val h = Out<MemorySegment>()
        Pointers.outAll(a, b, c, d, e, f, g, h) shouldBe 8
        listOf(a, b, c, d, e, f, g, h).map { it.value } shouldBe
            listOf<Any>((-1).toByte(), (-2).toShort(), -3, -4L, 5.5f, 6.5, "seven", MemorySegment.NULL)
        val unsigned = Out(UInt.MAX_VALUE)
        Pointers.outUnsigned(unsigned)
        unsigned.value shouldBe 0u
    }

    test("text that becomes ours, a struct and a handle are filled in") {
        val text = Out<String?>()
        Pointers.describe(42, text) shouldBe 9
        text.value shouldBe "number 42"
        Pointers.describe(-1, text) shouldBe -1
        text.value shouldBe null
        val extremes = Out<Extremes>()
        Pointers.extremesOf(intArrayOf(3, -1, 7), 3, extremes) shouldBe 0
        extremes.value shouldBe Extremes(-1, 7)
        Pointers.widen(extremes, 10)
        extremes.value shouldBe Extremes(-11, 17)
        val thing = Out<Thing>()
        Pointers.openThing(thing) shouldBe 0
        Pointers.closeThing(thing.value)
    }

    test("a pointer reads and writes C's memory") {
        val ints = Pointers.ints().sized(8)
        List(8) { ints[it] } shouldBe listOf(1, 2, 3, 4, 5, 6, 7, 8)
        ints[2] = 30
        Pointers.ints().sized(8)[2] shouldBe 30
        ints[2] = 3
        val second = ints + 1
        second.value shouldBe 2
        second.value += 40
        ints[1L] shouldBe 42
        ints[1L] = 2
        (Pointers.end() - 1).value shouldBe 8
        (Pointers.end() - 8L) shouldBe Pointers.ints()
        Pointers.end() - Pointers.ints() shouldBe 8L
        shouldThrow<IndexOutOfBoundsException> { Pointers.ints()[8] }.message shouldBe """
            Beyond the bounds of a pointer
              type: i32 *
              index: 8
              elements: 1
              hint: say how many elements lie there: sized(count)
        """.trimIndent()
    }

    test("a pointer goes to C") {
        arena {
            val n = allocFrom(i32, 41)
            Pointers.increment(n)
            n.value shouldBe 42
            Pointers.same(n) shouldBe n
            Pointers.same(null) shouldBe null
            Pointers.valueOf(allocFrom(pointer(i32), n)) shouldBe 42
            Pointers.same(Pointer.ofNull(i32)) shouldBe null
        }
    }

    test("NULL that must not be") {
        shouldThrow<NullPointerException> { Pointers.nothing() }
    }

    test("a pointer as one of another type") {
        arena {
            val bytes = allocFrom(i32, 0x01020304).cast(i8)
            bytes.count() shouldBe 4L
            List(4) { bytes[it] }.toSet() shouldBe setOf<Byte>(1, 2, 3, 4)
            bytes.cast(u32).value shouldBe 0x01020304u
        }
    }

    test("a handle that is ours is given back once, and then is of no use") {
        val counter = Pointers.counterNew(3)
        counter.use { Pointers.counterNext(it) shouldBe 3 }
        shouldThrow<IllegalStateException> { Pointers.counterNext(counter) }
        shouldThrow<IllegalStateException> { counter.release() }
        val open = Pointers.thingsOpen()
        val place = Out<Thing>()
        Pointers.openOwned(place) shouldBe 0
        val thing = place.value
        Pointers.thingsOpen() shouldBe open + 1
        thing.close()
        Pointers.thingsOpen() shouldBe open
        shouldThrow<IllegalStateException> { Pointers.thingId(thing) }
        shouldThrow<IllegalStateException> { LibSum.counterNew(3).release() }
    }

    test("memory that is ours is closed once") {
        val ints = Pointers.range(3).sized(3)
        ints[2] shouldBe 2
        ints.use { it[1] shouldBe 1 }
        shouldThrow<IllegalStateException> { ints[0] }
    }
})

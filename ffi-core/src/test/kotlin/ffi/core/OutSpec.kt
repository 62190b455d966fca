// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.NativeType.ADDRESS
import ffi.core.NativeType.BOOL
import ffi.core.NativeType.CHAR16
import ffi.core.NativeType.CSTRING
import ffi.core.NativeType.C_INT
import ffi.core.NativeType.F32
import ffi.core.NativeType.F64
import ffi.core.NativeType.I16
import ffi.core.NativeType.I32
import ffi.core.NativeType.I64
import ffi.core.NativeType.I8
import ffi.core.NativeType.USIZE
import ffi.core.NativeType.VOID
import ffi.core.NativeType.array
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
import users.Structs
import users.Structs.Extremes
import users.Structs.Thing
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.time.Duration

fun interface Divide {
    fun divide(a: Int, b: Int, quotient: Out<Int>, remainder: Out<Int>)
}

/** What C returns through pointers. */
class OutSpec : FunSpec({

    val libsum = NativeLibrary.open("sum", Arena.global())
    val free = libsum.downcall("block_free", VOID, ADDRESS)
    val given = libsum.downcall("blocks_given", I64)
    val taken = libsum.downcall("blocks_taken", I64)
    fun open() = given.call() as Long - taken.call() as Long
    val thing = handle("Thing", ::Thing, Thing::segment)
    val extremes = struct(Extremes::class.java)
    val ints = array(IntArray::class.java)

    test("numbers come back, by whichever door") {
        val divide = libsum.downcall("divide", VOID, C_INT, C_INT, out(C_INT), out(C_INT))
        val quotient = Out<Int>()
        val remainder = Out<Int>()
        divide.call(-7, 2, quotient, remainder)
        quotient.get() shouldBe -3
        remainder.get() shouldBe -1
        divide.`as`(Divide::class.java).divide(7, 2, quotient, remainder)
        quotient.get() shouldBe 3
        divide.handle().invokeExact(9, 4, quotient, remainder)
        quotient.get() shouldBe 2
        val functions = Bindings.bind(Structs.Functions::class.java, libsum)
        functions.divide(11, 4, quotient, remainder)
        quotient.get() to remainder.get() shouldBe (2 to 3)
        quotient.set(1)
        functions.swap(quotient, remainder)
        quotient.get() to remainder.get() shouldBe (3 to 1)
    }

    test("every type, all in one call") {
        val all = libsum.downcall(
            "out_all", C_INT, out(I8), out(I16), out(I32), out(I64), out(F32), out(F64), out(CSTRING),
            out(ADDRESS.orNull()),
        )
        val outs = List(8) { Out<Any?>() }
        all.call(*outs.toTypedArray()) shouldBe 8
        outs.map { it.get() } shouldBe listOf((-1).toByte(), (-2).toShort(), -3, -4L, 5.5f, 6.5, "seven", null)
        "${outs[6]}" shouldBe "Out(seven)"
        val critical = libsum.downcall("out_all", Signature.of(
            C_INT, out(I8), out(I16), out(I32), out(I64), out(F32), out(F64), out(CSTRING), out(ADDRESS)).asCritical())
        critical.call(*outs.toTypedArray()) shouldBe 8
        outs[7].get() shouldBe MemorySegment.NULL
    }

    test("the value of one that is wrong is an error when it is asked for, and the call's result is kept") {
        val types = arrayOf<NativeType<*>>(out(I8), out(I16), out(I32), out(I64), out(F32), out(F64), out(CSTRING))
        val all = libsum.downcall("out_all", C_INT, *types, out(CSTRING))
        val outs = List(8) { Out<Any?>() }
        all.call(*outs.toTypedArray()) shouldBe 8
        outs[6].get() shouldBe "seven"
        repeat(2) {
            shouldThrow<NullPointerException> { outs[7].get() }.message shouldBe """
                Not a value of its type
                  declared: cstring
                  expected: text
                  found: NULL
                  hint: declare it cstring.orNull if NULL is a value of it
            """.trimIndent()
        }
        "${outs[7]}" shouldBe "Out(NULL, not a value of cstring)"
        outs[7].set("again")
        outs[7].get() shouldBe "again"
    }

    test("a value that its map does not take is an error when it is asked for, too") {
        class Refused : RuntimeException()
        val refusing = I32.map<Int>({ throw Refused() }, { it })
        val divide = libsum.downcall("divide", VOID, C_INT, C_INT, out(refusing), out(I32))
        val out = Out<Int>()
        val other = Out<Int>()
        divide.call(7, 2, out, other)
        other.get() shouldBe 1
        shouldThrow<Refused> { out.get() }
        val seconds = I32.map({ Duration.ofSeconds(it.toLong()) }, { it.toSeconds().toInt() })
        val duration = Out<Duration>()
        libsum.downcall("divide", VOID, C_INT, C_INT, out(seconds), out(I32)).call(60, 2, duration, other)
        duration.get() shouldBe Duration.ofSeconds(30)
    }

    test("an enum that has no constant for it") {
        val divide = libsum.downcall(
            "divide", VOID, C_INT, C_INT, out(NativeType.enumOf(Structs.Color::class.java)), out(I32))
        val color = Out<Structs.Color>()
        val rest = Out<Int>()
        divide.call(4, 2, color, rest)
        color.get() shouldBe Structs.Color.BLUE
        divide.call(14, 2, color, rest)
        rest.get() shouldBe 0
        shouldThrow<NoSuchElementException> { color.get() }
    }

    test("a struct") {
        val of = libsum.downcall("extremes_of", C_INT, ints.asConst(), USIZE, out(extremes))
        val out = Out<Extremes>()
        of.call(intArrayOf(3, -1, 8), 3L, out) shouldBe 0
        out.get() shouldBe Extremes(-1, 8)
        of.call(intArrayOf(), 0L, out) shouldBe -1
        out.get() shouldBe Extremes(0, 0) // nothing was written, and what was there is zero
    }

    test("a struct with an array that another field counts") {
        val series = struct(Structs.Series::class.java)
        val nullable = struct(Structs.NullableSeries::class.java)
        val out = Out<Structs.Series>()
        libsum.downcall("fill_series", VOID, out(series), C_INT).call(out, 3)
        out.get().values().toList() shouldBe listOf(0.5, 1.5, 2.5)
        val scaled = Out(Structs.Series(2, doubleArrayOf(1.0, 2.0)))
        libsum.downcall("scale_series", VOID, inout(series), F64).call(scaled, 3.0)
        scaled.get().values().toList() shouldBe listOf(3.0, 6.0)
        val none = Out<Structs.NullableSeries>()
        libsum.downcall("fill_series", VOID, out(nullable), C_INT).call(none, 0)
        none.get().n() shouldBe 0
    }

    test("text that C allocates, and gives away") {
        val before = open()
        val describe = libsum.downcall("describe", C_INT, C_INT, out(CSTRING.orNull().owned(free)))
        val text = Out<String?>()
        describe.call(42, text) shouldBe 9
        text.get() shouldBe "number 42"
        describe.call(-1, text) shouldBe -1
        text.get() shouldBe null
        open() shouldBe before
    }

    test("text that C writes into room of ours") {
        val into = libsum.downcall("describe_into", C_INT, C_INT, array(ByteArray::class.java), inout(USIZE))
        val room = ByteArray(32)
        val size = Out(32L)
        into.call(7, room, size) shouldBe 0
        String(room, 0, size.get().toInt()) shouldBe "number 7"
        val narrow = Out(3L)
        into.call(7, ByteArray(3), narrow) shouldBe -1
        narrow.get() shouldBe 8
    }

    test("a handle: what is opened through a pointer to a pointer") {
        val openThing = libsum.downcall("open_thing", C_INT, out(thing))
        val openNone = libsum.downcall("open_no_thing", C_INT, out(thing.orNull()))
        val out = Out<Thing?>()
        openThing.call(out) shouldBe 0
        val opened = out.get()
        val id = libsum.downcall("thing_id", C_INT, thing).call(opened) as Int
        (id > 0) shouldBe true
        libsum.downcall("close_thing", VOID, thing).call(opened)
        libsum.downcall("thing_id", C_INT, thing).call(opened) shouldBe -1
        openNone.call(out) shouldBe -1
        out.get() shouldBe null
        libsum.downcall("open_no_thing", C_INT, out(thing)).call(out) shouldBe -1
        shouldThrow<NullPointerException> { out.get() }
    }

    test("pointers into an array of the caller's") {
        Arena.ofConfined().use { arena ->
            val values = I32.allocate(arena, 5)
            repeat(5) { values.set(it.toLong(), it * 10) }
            val ends = libsum.downcall("ends", VOID, pointer(I32), USIZE, out(pointer(I32).orNull()),
                out(pointer(I32).orNull()))
            val first = Out<Pointer<Int>?>()
            val last = Out<Pointer<Int>?>()
            ends.call(values, 5L, first, last)
            first.get() shouldBe values
            last.get()!!.get() shouldBe 40
            last.get() shouldBe values.plus(4)
            ends.call(values, 0L, first, last)
            first.get() shouldBe null
        }
    }

    test("several values at once: an array in place") {
        val pair = out(ints.sized(2))
        val out = Out<IntArray>()
        libsum.downcall("extremes_of", C_INT, ints.asConst(), USIZE, pair).call(intArrayOf(5, 1, 9), 3L, out) shouldBe 0
        out.get().toList() shouldBe listOf(1, 9)
        val both = Out(listOf(1, 2))
        libsum.downcall("widen", VOID, inout(list(I32).sized(2)), C_INT).call(both, 5)
        both.get() shouldBe listOf(-4, 7)
    }

    test("an array that is sized lies in place, one that is owned or terminated behind a pointer") {
        val ints = NativeType.array(IntArray::class.java).sized(3)
        val inPlace = Out<IntArray>()
        libsum.downcall("ints_in_place", VOID, out(ints)).call(inPlace) // int (*)[3]
        inPlace.get() shouldBe intArrayOf(1, 2, 3)
        val behind = Out<IntArray>()
        libsum.downcall("owned_ints", VOID, out(ints.owned())).call(behind) // int **
        behind.get() shouldBe intArrayOf(1, 2, 3)
        ints.layout().byteSize() shouldBe 12
        ints.owned().layout().byteSize() shouldBe 8
        CSTRING.sized(16).owned().layout().byteSize() shouldBe 8
        val texts = Out<List<String>>()
        libsum.downcall("counted_into", I32, out(list(CSTRING).terminated())).call(texts) // char ***
        texts.get() shouldBe listOf("a", "b", "c")
    }

    test("in and out, and null where it is not wanted") {
        libsum.downcall("increment_or_zero", C_INT, inout(I32).orNull()).call(null) shouldBe 0
        val one = Out(1)
        libsum.downcall("increment_or_zero", C_INT, inout(I32).orNull()).call(one) shouldBe 2
        one.get() shouldBe 2
        libsum.downcall("getValueFromDoublePointer", C_INT, inout(array(IntArray::class.java, I32).sized(1)))
            .signature().parameters().single().toString() shouldBe "inout(array(i32).sized(1))"
    }

    test("a value from C that fits no integer") {
        val size = Out<Long>()
        val find = libsum.downcall("divide", VOID, C_INT, C_INT, out(BOOL), out(CHAR16))
        val truth = Out<Boolean>()
        val unit = Out<Char>()
        find.call(7, 1, truth, unit)
        truth.get() shouldBe true
        unit.get() shouldBe '\u0000'
        size.isFilled shouldBe false
        "$size" shouldBe "Out()"
    }

    context("what is no out of this type is an error:") {
        val divide = libsum.downcall("divide", VOID, C_INT, C_INT, out(C_INT), inout(C_INT))

        test("an empty one that goes in") {
            shouldThrow<IllegalArgumentException> { divide.call(1, 1, Out<Int>(), Out<Int>()) }.message shouldBe """
                Argument 4 is not a value of its type
                  function: $divide
                  declared: inout(cInt)
                  expected: an Out with a value
                  found: an empty one
            """.trimIndent()
        }

        test("null") {
            shouldThrow<NullPointerException> { divide.call(1, 1, null, Out(1)) }.message shouldBe """
                Argument 3 is not a value of its type
                  function: $divide
                  declared: out(cInt)
                  expected: an Out
                  found: null
                  hint: declare it out(cInt).orNull if NULL is a value of it
            """.trimIndent()
        }

        test("a value in its place") {
            shouldThrow<IllegalArgumentException> { divide.call(1, 1, 5, Out(1)) }.message shouldBe """
                Argument 3 is not a value of its type
                  function: $divide
                  declared: out(cInt)
                  expected: Out
                  found: Integer 5
            """.trimIndent()
        }

        test("a value of another class in it") {
            @Suppress("UNCHECKED_CAST")
            val polluted = Out("text") as Out<Int>
            shouldThrow<IllegalArgumentException> { divide.call(1, 1, Out<Int>(), polluted) }
                .message!!.lines().take(2) shouldBe
                listOf("Argument 4 is not a value of its type", "  function: $divide")
        }

        test("null in it") {
            @Suppress("UNCHECKED_CAST")
            val empty = Out<Int?>(null) as Out<Int>
            shouldThrow<NullPointerException> { divide.call(1, 1, Out<Int>(), empty) }
                .message!!.lines().take(2) shouldBe
                listOf("Argument 4 is not a value of its type", "  function: $divide")
        }

        test("an array of another size") {
            shouldThrow<IllegalArgumentException> {
                libsum.downcall("widen", VOID, inout(ints.sized(2)), C_INT).call(Out(intArrayOf(1)), 5)
            }.message!!.lines().takeLast(2) shouldBe listOf("  expected: 2 elements", "  found: 1 elements")
        }
    }

    test("one that no call has filled in says so") {
        val empty = Out<Int>()
        "$empty" shouldBe "Out()"
        shouldThrow<NoSuchElementException> { empty.get() }.message shouldBe """
            No call has filled in this Out
              hint: give it to a call first
        """.trimIndent()
        val divide = libsum.downcall("divide", VOID, C_INT, CSTRING, out(I32), out(I32))
        shouldThrow<NullPointerException> { divide.call(1, null, empty, empty) } // before it could fill it in
        val next = libsum.downcall("noop", VOID, out(I32), CSTRING)
        shouldThrow<NullPointerException> { next.call(empty, null) }
        "$empty" shouldBe "Out(empty, i32)"
        shouldThrow<NoSuchElementException> { empty.get() }.message shouldBe """
            No call has filled in this Out
              declared: i32
              hint: read it after a call that has returned
        """.trimIndent()
    }

    context("a type that can not be says why:") {
        withTests(
            mapOf<String, Pair<() -> Any, String>>(
                "an out of void" to ({ Signature.of(VOID, out(VOID)) } to
                    "A type that has no out\n  type: void\n  expected: a type with values"),
                "an out of an out" to ({ Signature.of(VOID, out(out(I32))) } to
                    "A type that has no out\n  type: out(i32)\n  expected: a type with values"),
                "an out as the result" to ({ Signature.of(out(I32)) } to
                    "A type of a parameter, and not of a result\n  type: out(i32)"),
                "an out of what is wrong" to ({ Signature.of(VOID, out(I32.owned())) } to
                    "A type that has no owned\n  type: i32\n  expected: text, a handle, a pointer or an array"),
                "a pointer to an out" to ({ Signature.of(VOID, pointer(out(I32))) } to
                    "A type that has no address\n  type: out(i32)\n  expected: a type with values"),
                "a pointer to void" to ({ Signature.of(VOID, pointer(VOID)) } to
                    "A type that has no address\n  type: void\n  expected: a type with values"),
                "an owned out" to ({ Signature.of(VOID, out(I32).owned()) } to
                    "A type that has no owned\n  type: out(i32)\n  expected: text, a handle, a pointer or an array"),
                "an out of an array of unknown size" to ({ Signature.of(VOID, out(ints)) } to
                    "A pointer to values of unknown number\n  type: out(array(i32))\n  as: parameter 1\n" +
                    "  hint: say how many there are: sized(n)"),
            ),
        ) { (make, message) ->
            shouldThrow<BindingException> { make() }.message shouldBe message
        }
    }
})

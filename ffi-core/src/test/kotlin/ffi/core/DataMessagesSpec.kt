// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.NativeType.CSTRING
import ffi.core.NativeType.I32
import ffi.core.NativeType.U8
import ffi.core.NativeType.VOID
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
import java.lang.foreign.Arena
import java.lang.invoke.MethodHandles

interface ConstInt {
    fun f(@Const a: Int)
}

interface TerminatedText {
    fun f(@Terminated text: String)
}

interface InOutArray {
    fun f(@InOut values: IntArray)
}

interface SaysNothing {
    fun f(@Length values: IntArray)
}

interface Unsized {
    fun f(): IntArray
}

interface SizedByNothing {
    @Length(argument = 2)
    fun f(n: Int): IntArray
}

interface SizedByText {
    @Length(argument = 0)
    fun f(n: String): IntArray
}

interface OutResult {
    fun f(): Out<Int>
}

interface RawList {
    fun f(values: List<*>)
}

interface DatedOut {
    fun f(date: Out<java.util.Date>)
}

interface DatedArray {
    fun f(dates: Array<java.util.Date>)
}

interface FieldOutside {
    @Length(field = "n")
    fun f(n: Int): IntArray
}

private data class NotARecord(val x: Int)

/** What a user reads when a declaration of arrays, structs, pointers and outs can not become one. */
class DataMessagesSpec : FunSpec({

    context("a method that can be no function says why:") {
        withTests(
            mapOf<String, Pair<Class<*>, String>>(
                "a const number" to (ConstInt::class.java to
                    "A type that has no const\n  type: i32\n  expected: an array, a list or a buffer\n" +
                    "  of: void ffi.core.ConstInt.f(int)"),
                "text that is terminated twice" to (TerminatedText::class.java to
                    "A type that has no terminated\n  type: cstring\n  expected: an array or a list\n" +
                    "  of: void ffi.core.TerminatedText.f(java.lang.String)"),
                "an array in and out" to (InOutArray::class.java to
                    "Only an Out goes in and comes back: array(i32)\n  as: parameter 1\n" +
                    "  of: void ffi.core.InOutArray.f(int[])\n  hint: take the annotation away"),
                "a length that says nothing" to (SaysNothing::class.java to
                    "A length that says nothing\n  as: parameter 1\n  of: void ffi.core.SaysNothing.f(int[])\n" +
                    "  hint: @Length(4), @Length(argument = 1) or @Length(field = \"n\")"),
                "an array of unknown size" to (Unsized::class.java to
                    "A result of unknown size\n  type: array(i32)\n  of: int[] ffi.core.Unsized.f()\n" +
                    "  hint: say how many elements it has: @Length(n), @Length(argument = n) or @Terminated"),
                "an array whose size no argument says" to (SizedByNothing::class.java to
                    "A result whose size no parameter says\n  type: array(i32).sizedBy(2)\n" +
                    "  parameter: there is none\n  of: int[] ffi.core.SizedByNothing.f(int)\n" +
                    "  hint: sizedBy takes the number of a parameter, from 0, which is an integer or an out of one"),
                "an array whose size is a text" to (SizedByText::class.java to
                    "A result whose size no parameter says\n  type: array(i32).sizedBy(0)\n  parameter: cstring\n" +
                    "  of: int[] ffi.core.SizedByText.f(java.lang.String)\n" +
                    "  hint: sizedBy takes the number of a parameter, from 0, which is an integer or an out of one"),
                "an out as a result" to (OutResult::class.java to
                    "A type of a parameter, and not of a result\n  type: out(i32)\n" +
                    "  of: ffi.core.Out ffi.core.OutResult.f()"),
                "a field where there is no struct" to (FieldOutside::class.java to
                    "Only a struct has fields that say a size: n\n  as: the result\n" +
                    "  of: int[] ffi.core.FieldOutside.f(int)\n" +
                    "  hint: @Length(4) or @Length(argument = 1)"),
            ),
        ) { (face, message) ->
            shouldThrow<BindingException> { Bindings.bind(face, "sum") }.message shouldBe message
        }

        withTests(
            mapOf<String, Pair<Class<*>, String>>(
                "a list of anything" to (RawList::class.java to "No native type for java.util.List<?>"),
                "an out of what C has not" to
                    (DatedOut::class.java to "No native type for ffi.core.Out<java.util.Date>"),
                "an array of what C has not" to (DatedArray::class.java to "No native type for java.util.Date[]"),
            ),
        ) { (face, headline) ->
            shouldThrow<BindingException> { Bindings.bind(face, "sum") }.message!!.lines().first() shouldBe headline
        }
    }

    test("a class that is no record says what it should be") {
        shouldThrow<BindingException> { struct(NotARecord::class.java).layout() }.message shouldBe
            "Not a record: ffi.core.NotARecord\n  hint: a struct by value is a record, whose components are its fields"
    }

    test("a record in itself says that it may point to itself") {
        shouldThrow<BindingException> { struct(Structs.Endless::class.java).layout() }.message shouldBe
            "A struct in itself: users.Structs\$Endless\n  hint: point to it: Pointer<Endless>"
    }

    test("a number of elements that is not the field's") {
        Arena.ofConfined().use { arena ->
            val series = struct(Structs.Series::class.java)
            shouldThrow<IllegalArgumentException> {
                series.allocateFrom(arena, Structs.Series(2, doubleArrayOf(1.0)))
            }.message shouldBe """
                Not a value of its type
                  field: Series.values
                  declared: array(f64).sizedBy(0)
                  expected: 2 elements, as the field says that counts them
                  found: 1 elements
            """.trimIndent()
            shouldThrow<NullPointerException> { series.allocate(arena).apply { `as`(I32).set(3) }.get() }
                .message shouldBe """
                Not a value of its type
                  field: Series.values
                  declared: array(f64).sizedBy(0)
                  expected: an array
                  found: NULL
                  hint: declare it array(f64).sizedBy(0).orNull if NULL is a value of it
            """.trimIndent()
            series.allocate(arena).get().values().size shouldBe 0
            val negative = series.allocate(arena).apply { `as`(I32).set(-1) }
            shouldThrow<RuntimeException> { negative.get() }
        }
    }

    test("a count that is an unsigned byte, beyond 127") {
        Arena.ofConfined().use { arena ->
            val same = MethodHandles.identity(ByteArray::class.java)
            val count = MethodHandles.lookup().findStatic(DataMessagesSpec::class.java, "count",
                java.lang.invoke.MethodType.methodType(Byte::class.java, ByteArray::class.java))
            val second = MethodHandles.dropArguments(same, 0, Byte::class.java)
            val counted = struct("counted", ByteArray::class.java, listOf(Member("n", U8, count),
                Member("bytes", NativeType.array(ByteArray::class.java).sizedBy(0), same)), second)
            counted.allocateFrom(arena, ByteArray(200) { it.toByte() }).get().toList() shouldBe
                List(200) { it.toByte() }
        }
    }

    test("the types say what they are") {
        val types = listOf(
            struct(Structs.Point::class.java), pointer(struct(Structs.Point::class.java)).orNull(),
            list(I32).asConst().terminated(), out(CSTRING.orNull()), inout(I32).orNull(),
            NativeType.array(Array<IntArray>::class.java), NativeType.array(Array<Structs.Point>::class.java).sized(3),
            pointer(pointer(U8)),
        )
        types.map { "$it" } shouldBe listOf(
            "Point", "pointer(Point).orNull", "list(i32).const.terminated", "out(cstring.orNull)", "inout(i32).orNull",
            "array(array(i32))", "array(Point).sized(3)", "pointer(pointer(u8))",
        )
        "${Signature.of(VOID, *types.toTypedArray())}".length shouldBe types.joinToString().length + "void ()".length
    }

    test("types that are made in the same way are equal") {
        listOf(
            { struct(Structs.Segment::class.java) }, { pointer(struct(Structs.Point::class.java)) },
            { list(I32).sized(3) }, { NativeType.array(IntArray::class.java).asConst() }, { out(CSTRING) },
            { NativeType.array(Array<Structs.Segment>::class.java) }, { pointer(struct(Structs.Node::class.java)) },
            { NativeType.buffer(java.nio.IntBuffer::class.java).sized(2) },
        ).forEach { make ->
            make() shouldBe make()
            make().hashCode() shouldBe make().hashCode()
        }
    }
}) {
    companion object {
        @JvmStatic
        fun count(bytes: ByteArray): Byte = bytes.size.toByte()
    }
}

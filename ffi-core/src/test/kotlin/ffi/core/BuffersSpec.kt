// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.NativeType.ADDRESS
import ffi.core.NativeType.C_INT
import ffi.core.NativeType.I64
import ffi.core.NativeType.USIZE
import ffi.core.NativeType.VOID
import ffi.core.NativeType.buffer
import ffi.core.NativeType.out
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withTests
import io.kotest.matchers.shouldBe
import users.Structs
import java.lang.foreign.Arena
import java.nio.Buffer
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.nio.CharBuffer
import java.nio.DoubleBuffer
import java.nio.FloatBuffer
import java.nio.IntBuffer
import java.nio.LongBuffer
import java.nio.MappedByteBuffer
import java.nio.ShortBuffer

private fun direct(size: Int) = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder())

/** Buffers: C's memory itself, or a copy of what is on the heap. */
class BuffersSpec : FunSpec({

    val libsum = NativeLibrary.open("sum", Arena.global())
    val ints = buffer(IntBuffer::class.java)
    val bytes = buffer(ByteBuffer::class.java)
    val sum = libsum.downcall("sum_ints", I64, ints.asConst(), USIZE)
    val reverse = libsum.downcall("reverse_i32_array", VOID, ints, USIZE)
    fun IntBuffer.values() = List(remaining()) { get(position() + it) }

    test("ffi-rs: modifyData changes 200 bytes in place") {
        val modify = libsum.downcall("modifyData", C_INT, bytes, USIZE)
        val data = direct(200)
        modify.call(data, 200L) shouldBe 200
        List(200) { data.get(it) } shouldBe List(200) { 1.toByte() }
        val heap = ByteBuffer.allocate(200)
        modify.call(heap, 200L) shouldBe 200
        heap.array().toList() shouldBe List(200) { 1.toByte() }
    }

    context("from the position to the limit, which stay where they are:") {
        withTests(
            mapOf<String, () -> IntBuffer>(
                "direct" to { direct(40).asIntBuffer() },
                "on the heap" to { IntBuffer.allocate(10) },
                "a slice on the heap" to { IntBuffer.allocate(15).position(5).slice() },
                "a view of a direct one" to
                    { direct(44).position(4).slice().order(ByteOrder.nativeOrder()).asIntBuffer() },
                "of an arena" to
                    { Arena.ofAuto().allocate(40).asByteBuffer().order(ByteOrder.nativeOrder()).asIntBuffer() },
                "on the heap, bytes in C's order" to
                    { ByteBuffer.allocate(40).order(ByteOrder.nativeOrder()).asIntBuffer() },
            ),
        ) { make ->
            for (critical in listOf(false, true)) {
                fun Downcall.again() =
                    libsum.downcall(symbol(), if (critical) signature().asCritical() else signature())
                val values = make()
                repeat(10) { values.put(it, it) }
                values.position(2).limit(5)
                sum.again().call(values, 3L) shouldBe 9L
                reverse.again().call(values, 3L)
                values.position() shouldBe 2
                values.limit() shouldBe 5
                values.values() shouldBe listOf(4, 3, 2)
                values.clear()
                values.get(1) shouldBe 1
                values.get(5) shouldBe 5
            }
        }
    }

    test("every class of buffers, direct and on the heap") {
        fun reverse(word: String, type: Class<out Buffer>, buffer: Buffer) =
            libsum.downcall("reverse_${word}_array", VOID, buffer(type), USIZE).call(buffer, 2L)
        listOf(direct(2), ByteBuffer.allocate(2)).forEach {
            it.put(0, 1).put(1, 2); reverse("i8", ByteBuffer::class.java, it); it.get(0) shouldBe 2
        }
        listOf(direct(4).asShortBuffer(), ShortBuffer.allocate(2)).forEach {
            it.put(0, 1).put(1, 2); reverse("i16", ShortBuffer::class.java, it); it.get(0) shouldBe 2
        }
        listOf(direct(4).asCharBuffer(), CharBuffer.allocate(2)).forEach {
            it.put(0, 'a').put(1, 'b'); reverse("char16", CharBuffer::class.java, it); it.get(0) shouldBe 'b'
        }
        listOf(direct(16).asLongBuffer(), LongBuffer.allocate(2)).forEach {
            it.put(0, 1).put(1, 2); reverse("i64", LongBuffer::class.java, it); it.get(0) shouldBe 2
        }
        listOf(direct(8).asFloatBuffer(), FloatBuffer.allocate(2)).forEach {
            it.put(0, 1f).put(1, 2f); reverse("f32", FloatBuffer::class.java, it); it.get(0) shouldBe 2f
        }
        listOf(direct(16).asDoubleBuffer(), DoubleBuffer.allocate(2)).forEach {
            it.put(0, 1.0).put(1, 2.0); reverse("f64", DoubleBuffer::class.java, it); it.get(0) shouldBe 2.0
        }
    }

    test("one that is read-only is for C to read") {
        for (buffer in listOf(IntBuffer.wrap(intArrayOf(1, 2)), direct(8).asIntBuffer())) {
            val values = buffer.asReadOnlyBuffer()
            sum.call(values, 2L)
            libsum.downcall("sum_ints", sum.signature().asCritical()).call(values, 2L)
            shouldThrow<IllegalArgumentException> { reverse.call(values, 2L) }.message shouldBe """
                Argument 1 is not a value of its type
                  function: reverse_i32_array: void (buffer(IntBuffer), usize)
                  declared: buffer(IntBuffer)
                  expected: a buffer that C may write to
                  found: one that is read-only
            """.trimIndent()
        }
    }

    test("one of another order of bytes is an error, and a ByteBuffer has none") {
        val foreign = ByteBuffer.allocateDirect(8).order(
            if (ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN) ByteOrder.LITTLE_ENDIAN else ByteOrder.BIG_ENDIAN)
        shouldThrow<IllegalArgumentException> { sum.call(foreign.asIntBuffer(), 2L) }.message shouldBe """
            Argument 1 is not a value of its type
              function: sum_ints: i64 (buffer(IntBuffer).const, usize)
              declared: buffer(IntBuffer).const
              expected: ${ByteOrder.nativeOrder()}, as C's numbers are
              found: ${foreign.order()}
        """.trimIndent()
        libsum.downcall("modifyData", C_INT, bytes, USIZE).call(foreign, 8L) shouldBe 8
    }

    test("a CharBuffer that is no memory is an error of this function") {
        shouldThrow<IllegalArgumentException> {
            libsum.downcall("sum_char16_array", I64, buffer(CharBuffer::class.java).asConst(), USIZE)
                .call(CharBuffer.wrap("text"), 4L)
        }.message!!.lines().first() shouldBe "Argument 1 is not a value of its type"
    }

    test("none, an empty one, one of another size, and what is none") {
        libsum.downcall("sum_i32_array", I64, ints.orNull().asConst(), USIZE).call(null, 4L) shouldBe 0L
        sum.call(IntBuffer.allocate(0), 0L) shouldBe 0L
        sum.call(direct(0).asIntBuffer(), 0L) shouldBe 0L
        shouldThrow<NullPointerException> { sum.call(null, 0L) }.message!!.lines()[3] shouldBe "  expected: a IntBuffer"
        shouldThrow<IllegalArgumentException> {
            libsum.downcall("sum_ints", I64, ints.sized(3), USIZE).call(IntBuffer.allocate(2), 2L)
        }.message!!.lines().takeLast(2) shouldBe listOf("  expected: 3 elements", "  found: 2 elements")
        shouldThrow<IllegalArgumentException> { sum.call(LongBuffer.allocate(2), 2L) }
            .message!!.lines()[3] shouldBe "  expected: IntBuffer"
    }

    test("a result is a view of C's memory") {
        val view = libsum.downcall("static_ints", ints.sized(8)).call() as IntBuffer
        view.values() shouldBe (1..8).toList()
        view.isDirect shouldBe true
        val again = libsum.downcall("static_ints", ints.sized(8)).call() as IntBuffer
        view.put(7, 80)
        again.get(7) shouldBe 80
        view.put(7, 8)
        val same = libsum.downcall("same_int", ints.sizedBy(1).orNull(), ADDRESS, I64)
        (same.call(libsum.downcall("static_ints", ADDRESS).call(), 3L) as IntBuffer).values() shouldBe listOf(1, 2, 3)
        (libsum.downcall("static_ints", bytes.sized(32)).call() as ByteBuffer).order() shouldBe ByteOrder.nativeOrder()
        libsum.downcall("no_ints", ints.sized(3).orNull()).call() shouldBe null
        shouldThrow<NullPointerException> { libsum.downcall("no_ints", ints.sized(3)).call() }
        (libsum.downcall("no_ints", ints.sized(0)).call() as IntBuffer).remaining() shouldBe 0
        shouldThrow<ArithmeticException> {
            same.call(libsum.downcall("static_ints", ADDRESS).call(), -1L)
        }.message!!.lines().takeLast(2) shouldBe
            listOf("  expected: 0 to ${Int.MAX_VALUE / 4} elements", "  found: -1 elements")
    }

    test("memory that is closed, or another thread's") {
        val closed = Arena.ofConfined()
            .use { it.allocate(8).asByteBuffer().order(ByteOrder.nativeOrder()).asIntBuffer() }
        shouldThrow<IllegalStateException> { sum.call(closed, 2L) }
    }

    test("an interface and a handle take them") {
        Bindings.bind(Structs.Functions::class.java, libsum).sumOfBuffer(IntBuffer.wrap(intArrayOf(1, 2)), 2) shouldBe 3
        sum.handle().invokeExact(IntBuffer.wrap(intArrayOf(1, 2)), 2L) as Long shouldBe 3
    }

    context("a type that can not be says why:") {
        withTests(
            mapOf<String, Pair<() -> Any, String>>(
                "a buffer of no elements" to ({ Signature.of(VOID, buffer(Buffer::class.java)) } to
                    "A type that has no elements of C's\n  type: java.nio.Buffer\n" +
                    "  expected: ByteBuffer, IntBuffer and the like"),
                "a class below one" to ({ Signature.of(VOID, buffer(MappedByteBuffer::class.java)) } to
                    "A type that has no elements of C's\n  type: java.nio.MappedByteBuffer\n" +
                    "  expected: ByteBuffer, IntBuffer and the like"),
                "a result of unknown size" to ({ Signature.of(ints) } to
                    "A result of unknown size\n  type: buffer(IntBuffer)\n" +
                    "  hint: say how many elements it has: sized(n), sizedBy(argument) or terminated()"),
                "a terminated one" to ({ Signature.of(VOID, ints.terminated()) } to
                    "A type that has no terminated\n  type: buffer(IntBuffer)\n  expected: an array or a list"),
                "an owned one" to ({ Signature.of(ints.sized(3).owned()) } to
                    "A type that has no owned\n  type: buffer(IntBuffer).sized(3)\n" +
                    "  expected: text, a handle, a pointer or an array"),
                "an out of one of unknown size" to ({ Signature.of(VOID, out(ints)) } to
                    "A pointer to values of unknown number\n  type: out(buffer(IntBuffer))\n  as: parameter 1\n" +
                    "  hint: say how many there are: sized(n)"),
            ),
        ) { (make, message) ->
            shouldThrow<BindingException> { make() }.message shouldBe message
        }
    }
})

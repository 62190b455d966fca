// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.NativeType.ADDRESS
import ffi.core.NativeType.CSTRING
import ffi.core.NativeType.C_INT
import ffi.core.NativeType.F64
import ffi.core.NativeType.I16
import ffi.core.NativeType.I32
import ffi.core.NativeType.I64
import ffi.core.NativeType.U8
import ffi.core.NativeType.USIZE
import ffi.core.NativeType.VOID
import ffi.core.NativeType.array
import ffi.core.NativeType.inout
import ffi.core.NativeType.pointer
import ffi.core.NativeType.struct
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import users.Structs
import users.Structs.Point
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.nio.charset.Charset
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException

/** Addresses with the type of what lies there, and with bounds. */
class PointersSpec : FunSpec({

    val libsum = NativeLibrary.open("sum", Arena.global())
    val staticInts = libsum.downcall("static_ints", pointer(I32))
    @Suppress("UNCHECKED_CAST")
    fun <T> Downcall.pointed(vararg arguments: Any?) = call(*arguments) as Pointer<T>

    test("memory of Java's: written, read, counted") {
        Arena.ofConfined().use { arena ->
            val numbers = I32.allocate(arena, 3)
            numbers.count() shouldBe 3
            numbers.get(2) shouldBe 0
            numbers.set(2, 42)
            numbers.get(2) shouldBe 42
            numbers.plus(2).get() shouldBe 42
            numbers.plus(2).count() shouldBe 1
            numbers.plus(3).count() shouldBe 0
            numbers.sized(2).count() shouldBe 2
            numbers.type() shouldBe I32
            numbers.segment().byteSize() shouldBe 12
            "$numbers" shouldBe "i32 * 0x${numbers.address().toString(16)}"
            I32.allocate(arena).count() shouldBe 1
            I32.allocate(arena, 0).count() shouldBe 0
            I32.allocateFrom(arena, 7).get() shouldBe 7
        }
    }

    test("beyond the bounds is an error, not memory of somebody else's") {
        Arena.ofConfined().use { arena ->
            val numbers = I32.allocate(arena, 3)
            for (index in listOf(3L, -1L, Long.MAX_VALUE, Long.MIN_VALUE, 1L shl 62)) {
                shouldThrow<IndexOutOfBoundsException> { numbers.get(index) }.message shouldBe
                    "Beyond the bounds of a pointer\n  type: i32 *\n  index: $index\n  elements: 3"
                shouldThrow<IndexOutOfBoundsException> { numbers.set(index, 1) }
            }
            shouldThrow<IndexOutOfBoundsException> { numbers.plus(4) }
            shouldThrow<IndexOutOfBoundsException> { numbers.plus(-1) }
            shouldThrow<IndexOutOfBoundsException> { numbers.plus(3).get() }
            shouldThrow<IndexOutOfBoundsException> { numbers.sized(4) }
            shouldThrow<IllegalArgumentException> { numbers.sized(-1) }
            shouldThrow<IndexOutOfBoundsException> { numbers.sized(0).get() }
            shouldThrow<IndexOutOfBoundsException> { numbers.`as`(I64).get(1) }
            shouldThrow<ArithmeticException> { numbers.plus(Long.MAX_VALUE) }
        }
        shouldThrow<IndexOutOfBoundsException> { staticInts.pointed<Int>().get(1) }.message shouldBe
            "Beyond the bounds of a pointer\n  type: i32 *\n  index: 1\n  elements: 1\n" +
            "  hint: say how many elements lie there: sized(count)"
    }

    test("back again, within the bounds") {
        Arena.ofConfined().use { arena ->
            val numbers = I32.allocate(arena, 3)
            numbers.set(0, 7)
            numbers.plus(2).plus(-2).get() shouldBe 7
            shouldThrow<IndexOutOfBoundsException> { numbers.plus(2).plus(-3) }
        }
    }

    test("a pointer of C's: one element, until it is said how many") {
        val ints = staticInts.pointed<Int>()
        ints.count() shouldBe 1
        ints.get() shouldBe 1
        ints.sized(8).get(7) shouldBe 8
        ints.plus(3).get() shouldBe 4
        ints.plus(3).plus(-2).get() shouldBe 2
        val end = libsum.downcall("static_ints_end", pointer(I32)).pointed<Int>()
        end.plus(-1).get() shouldBe 8
        (end.address() - ints.address()) / 4 shouldBe 8
        ints.`as`(U8).sized(4).get(0) shouldBe 1
        ints.`as`(I64).get() shouldBe 0x2_0000_0001
    }

    test("an address as a number") {
        val ints = staticInts.pointed<Int>()
        Pointer.ofAddress(ints.address(), I32) shouldBe ints
        Pointer.ofAddress(ints.address(), I32).hashCode() shouldBe ints.hashCode()
        Pointer.ofAddress(ints.address() + 4, I32).get() shouldBe 2
        Pointer.ofAddress(ints.address(), I32) shouldNotBe Pointer.ofAddress(ints.address(), U8)
        Pointer.ofAddress(ints.address(), I32) shouldNotBe ints.plus(1)
        ints.sized(8) shouldBe ints
    }

    test("NULL has an address, no elements, and nothing to read") {
        val none = Pointer.ofNull(I32)
        none.isNull shouldBe true
        none.address() shouldBe 0
        none.count() shouldBe 0
        shouldThrow<NullPointerException> { none.get() }.message shouldBe "The pointer is NULL\n  type: i32 *"
        shouldThrow<NullPointerException> { none.set(1) }
        shouldThrow<NullPointerException> { none.sized(3) }
        shouldThrow<NullPointerException> { none.`as`(I64).get() }
        none shouldBe Pointer.ofNull(I32)
        libsum.downcall("increment_or_zero", C_INT, pointer(I32)).call(none) shouldBe 0
        libsum.downcall("increment_or_zero", C_INT, pointer(I32).orNull()).call(null) shouldBe 0
    }

    test("nothing lies beside NULL") {
        shouldThrow<NullPointerException> { Pointer.ofNull(I32).plus(1) }
        shouldThrow<NullPointerException> { Pointer.ofNull(I32).plus(-1) }
    }

    test("NULL from C is an error, or null") {
        shouldThrow<NullPointerException> { libsum.downcall("returnNullPointer", pointer(I32)).call() }
            .message shouldBe """
            The result is not a value of its type
              function: returnNullPointer: pointer(i32) ()
              declared: pointer(i32)
              expected: a pointer
              found: NULL
              hint: declare it pointer(i32).orNull if NULL is a value of it
        """.trimIndent()
        libsum.downcall("returnNullPointer", pointer(I32).orNull()).call() shouldBe null
        shouldThrow<NullPointerException> { libsum.downcall("increment", VOID, pointer(I32)).call(null) }
            .message shouldBe """
            Argument 1 is not a value of its type
              function: increment: void (pointer(i32))
              declared: pointer(i32)
              expected: a Pointer
              found: null
              hint: declare it pointer(i32).orNull if NULL is a value of it
        """.trimIndent()
    }

    test("what C writes is seen, and what it returns is the same place") {
        Arena.ofConfined().use { arena ->
            val number = I32.allocateFrom(arena, 41)
            libsum.downcall("increment", VOID, pointer(I32)).call(number)
            number.get() shouldBe 42
            libsum.downcall("same_int", pointer(I32), pointer(I32)).call(number) shouldBe number
            val numbers = I32.allocate(arena, 5)
            repeat(5) { numbers.set(it.toLong(), it * it) }
            val find = libsum.downcall("find", pointer(I32).orNull(), pointer(I32), USIZE, I32)
            find.call(numbers, 5L, 9) shouldBe numbers.plus(3)
            find.call(numbers, 5L, 8) shouldBe null
            val doubled = pointer(I32).allocateFrom(arena, number)
            doubled.get().get() shouldBe 42
            libsum.downcall("getValueFromDoublePointer", I32, pointer(pointer(I32))).call(doubled) shouldBe 42
            val functions = Bindings.bind(Structs.Functions::class.java, libsum)
            functions.sumOfPointer(numbers, 5) shouldBe 30
        }
    }

    test("the text at an address, within its bounds if they are known") {
        Arena.ofConfined().use { arena ->
            val bytes = NativeType.I8.allocate(arena, 3)
            bytes.set(0, 'h'.code.toByte())
            bytes.set(1, 'i'.code.toByte())
            bytes.text() shouldBe "hi"
            bytes.set(2, '!'.code.toByte())
            shouldThrow<IndexOutOfBoundsException> { bytes.text() }
            val wide = Pointer.of(arena.allocateFrom("grüß", Charsets.UTF_16LE), NativeType.CHAR16)
            wide.text(Charsets.UTF_16LE) shouldBe "grüß"
        }
        val fromC = libsum.downcall("static_buffer", NativeType.pointer(NativeType.I8)).call() as Pointer<*>
        fromC.text() shouldBe fromC.sized(libsum.downcall("static_buffer_size", NativeType.USIZE).call() as Long).text()
        shouldThrow<NullPointerException> { Pointer.ofNull(NativeType.I8).text() }
    }

    test("a pointer that was sized keeps all readers within its elements") {
        val four = libsum.downcall("static_four", pointer(NativeType.I8)).pointed<Byte>().sized(4)
        shouldThrow<IndexOutOfBoundsException> { four.text() }.message shouldBe """
            No NUL within the bounds of a pointer
              type: i8 *
              text: cstring
              bytes: 4
              hint: read text of a known length: text(length)
        """.trimIndent()
        for (charset in listOf(Charsets.ISO_8859_1, Charsets.UTF_16LE, Charsets.UTF_32BE, Charset.forName("GB18030"))) {
            shouldThrow<IndexOutOfBoundsException> { four.text(charset) }
        }
        four.text(4) shouldBe "four"
        four.text(3) shouldBe "fou"
        four.text(0) shouldBe ""
        four.`as`(CSTRING.sized(4)).get() shouldBe "four"
        shouldThrow<IndexOutOfBoundsException> { four.text(5) }.message shouldBe """
            Text beyond the bounds of a pointer
              type: i8 *
              text: cstring
              length: 5
              elements: 4
        """.trimIndent()
        shouldThrow<IllegalArgumentException> { four.text(-1) }.message shouldBe
            "A negative count\n  type: i8 *\n  length: -1"
        shouldThrow<IndexOutOfBoundsException> { four.text(Long.MAX_VALUE, Charsets.UTF_32LE) }
        shouldThrow<IndexOutOfBoundsException> { four.plus(1).text(4) }
        shouldThrow<IndexOutOfBoundsException> { four.plus(5) }
        shouldThrow<IndexOutOfBoundsException> { four.plus(-1) }
        shouldThrow<IndexOutOfBoundsException> { four.`as`(I64).get() }
        shouldThrow<IndexOutOfBoundsException> { four.`as`(CSTRING.sized(5)).get() }
        shouldThrow<IndexOutOfBoundsException> { four.`as`(array(ShortArray::class.java).sized(3)).get() }
        shouldThrow<IndexOutOfBoundsException> { four.set(4, 1) }
        Arena.ofConfined().use { arena ->
            val other = NativeType.I8.allocate(arena, 8)
            shouldThrow<IndexOutOfBoundsException> { four.copyTo(other, 5) }
            shouldThrow<IndexOutOfBoundsException> { other.copyTo(other.sized(4), 5) }
            four.copyTo(other, 4)
            other.text() shouldBe "four"
        }
        four.sized(8).text(8) shouldBe "fourless" // who says so knows
        four.segment().byteSize() shouldBe 4
    }

    test("a dynamic call takes a pointer to its own type only") {
        Arena.ofConfined().use { arena ->
            val find = libsum.downcall("is_null", I32, pointer(I32))
            shouldThrow<IllegalArgumentException> { find.call(I64.allocate(arena)) }.message shouldBe """
                Argument 1 points to another type
                  function: is_null: i32 (pointer(i32))
                  declared: pointer(i32)
                  expected: i32 *
                  found: i64 *
                  hint: if its memory is meant all the same, say so: pointer.as(type)
            """.trimIndent()
            for (other in listOf(F64, NativeType.F32, I16, NativeType.BOOL, CSTRING, ADDRESS, pointer(I32),
                struct(Point::class.java), array(IntArray::class.java).sized(1))) {
                shouldThrow<IllegalArgumentException> { find.call(other.allocate(arena)) }
            }
            find.call(NativeType.U32.allocate(arena)) shouldBe 0 // the same memory, read otherwise
            find.call(C_INT.allocate(arena)) shouldBe 0
            find.call(I64.allocate(arena).`as`(I32)) shouldBe 0
            val points = libsum.downcall("is_null", I32, pointer(struct(Point::class.java)))
            points.call(struct(Point::class.java).allocate(arena)) shouldBe 0
            shouldThrow<IllegalArgumentException> { points.call(F64.allocate(arena, 2)) }
            val a = StructType.of<Any>("same").apply { field("x", I32) }
            val b = StructType.of<Any>("same").apply { field("x", I32) }
            val ofA = libsum.downcall("is_null", I32, a.pointer().orNull())
            ofA.call(a.allocate(arena).pointer()) shouldBe 0
            ofA.call(null) shouldBe 1
            shouldThrow<IllegalArgumentException> { ofA.call(b.allocate(arena).pointer()) }
            val texts = libsum.downcall("is_null", I32, pointer(CSTRING))
            texts.call(CSTRING.orNull().allocate(arena)) shouldBe 0
            shouldThrow<IllegalArgumentException> { texts.call(NativeType.WSTRING.allocate(arena)) }
            val twice = libsum.downcall("is_null", I32, pointer(pointer(I32)))
            twice.call(pointer(I32).orNull().allocate(arena)) shouldBe 0
            shouldThrow<IllegalArgumentException> { twice.call(pointer(I64).allocate(arena)) }
        }
    }

    test("text of a known length, in the elements of its charset") {
        val wide = libsum.downcall("static_wide", pointer(NativeType.WCHAR)).pointed<Int>()
        val charset = if (NativeType.WCHAR.layout().byteSize() == 4L) Charsets.UTF_32LE else Charsets.UTF_16LE
        wide.text(8, charset) shouldBe "abcdefgh"
        wide.sized(8).text(3, charset) shouldBe "abc"
        shouldThrow<IndexOutOfBoundsException> { wide.sized(8).text(9, charset) }
        shouldThrow<IndexOutOfBoundsException> { wide.sized(8).text(charset) }
        Arena.ofConfined().use { arena ->
            Pointer.of(arena.allocateFrom("a\u0000b", Charsets.UTF_8), NativeType.I8).text(3) shouldBe "a\u0000b"
            Pointer.of(arena.allocate(0), NativeType.I8).text(0) shouldBe ""
        }
        Pointer.ofNull(NativeType.I8).text(0) shouldBe ""
        shouldThrow<NullPointerException> { Pointer.ofNull(NativeType.I8).text(1) }
    }

    test("text of a pointer that was closed is not read") {
        val closed = libsum.downcall("heavy_text", pointer(NativeType.I8).owned(), USIZE).call(8L) as Pointer<*>
        closed.text() shouldBe "x"
        closed.close()
        shouldThrow<IllegalStateException> { closed.text() }
        shouldThrow<IllegalStateException> { closed.text(1) }
        shouldThrow<IllegalStateException> { closed.sized(8).text() }
    }

    test("a count that no memory has is out of bounds") {
        val ints = staticInts.pointed<Int>()
        shouldThrow<IndexOutOfBoundsException> { ints.sized(Long.MAX_VALUE) }
        shouldThrow<IndexOutOfBoundsException> { ints.sized(1L shl 62) }
    }

    test("text in place, such as char name[8]") {
        val name = CSTRING.sized(8)
        Arena.ofConfined().use { arena ->
            val memory = arena.allocate(16).fill(1)
            name.layout().byteSize() shouldBe 8
            name.set(memory, 4, "grüß")
            name.get(memory, 4) shouldBe "grüß"
            memory.get(java.lang.foreign.ValueLayout.JAVA_BYTE, 11) shouldBe 0
            memory.get(java.lang.foreign.ValueLayout.JAVA_BYTE, 12) shouldBe 1
            memory.asSlice(4, 8).copyFrom(java.lang.foreign.MemorySegment.ofArray("sixteen!".encodeToByteArray()))
            name.get(memory, 4) shouldBe "sixteen!" // without a NUL, as strncpy leaves it
            shouldThrow<IllegalArgumentException> { name.set(memory, 4, "eight...") }.message shouldBe """
                Not a value of its type
                  declared: cstring.sized(8)
                  expected: text of at most 7 bytes before its NUL
                  found: text of 8 bytes
            """.trimIndent()
        }
        libsum.downcall("str_len", NativeType.USIZE, name).call("grüß") shouldBe 6L
    }

    test("text behind a pointer needs memory of its own") {
        Arena.ofConfined().use { arena ->
            val text = CSTRING.allocateFrom(arena, "grüß")
            text.get() shouldBe "grüß"
            text.set("of its own arena")
            text.get() shouldBe "of its own arena"
            val elsewhere = Pointer.of(text.segment(), CSTRING)
            shouldThrow<IllegalArgumentException> { elsewhere.set("other") }.message shouldBe """
                No memory for what a value points to
                  type: cstring
                  bytes: 6
                  hint: say whose memory it is: set(…, value, allocator)
            """.trimIndent()
            elsewhere.set(0, "other", arena)
            text.get() shouldBe "other"
            shouldThrow<NullPointerException> { CSTRING.allocate(arena).get() }.message shouldBe """
                Not a value of its type
                  declared: cstring
                  expected: text
                  found: NULL
                  hint: declare it cstring.orNull if NULL is a value of it
            """.trimIndent()
            CSTRING.orNull().allocate(arena).get() shouldBe null
            shouldThrow<NullPointerException> { I32.allocate(arena).set(null) }
        }
    }

    test("structs, arrays and pointers lie behind pointers") {
        Arena.ofConfined().use { arena ->
            val point = struct(Point::class.java)
            val points = point.allocate(arena, 3)
            points.set(1, Point(1.0, 2.0))
            points.get(1) shouldBe Point(1.0, 2.0)
            libsum.downcall("move_all", VOID, pointer(point), USIZE, F64, F64).call(points, 3L, 1.0, 1.0)
            points.get(1) shouldBe Point(2.0, 3.0)
            points.plus(1).`as`(F64).sized(2).get(1) shouldBe 3.0
            val arrays = array(ShortArray::class.java).sized(2).allocate(arena, 2)
            arrays.set(1, shortArrayOf(3, 4))
            arrays.`as`(I16).get(3) shouldBe 4
            val nothing = array(ShortArray::class.java).sized(0).allocate(arena, 2)
            nothing.get().size shouldBe 0
            nothing.count()
        }
    }

    test("copies within bounds") {
        Arena.ofConfined().use { arena ->
            val from = I32.allocate(arena, 3)
            val to = I32.allocate(arena, 2)
            repeat(3) { from.set(it.toLong(), it + 1) }
            from.copyTo(to, 2)
            to.get(1) shouldBe 2
            shouldThrow<IndexOutOfBoundsException> { from.copyTo(to, 3) }
            shouldThrow<IndexOutOfBoundsException> { to.copyTo(from, 3) }
            shouldThrow<IllegalArgumentException> { from.copyTo(to, -1) }
            staticInts.pointed<Int>().sized(8).copyTo(from, 3)
            from.get(2) shouldBe 3
        }
    }

    test("memory that has been freed, that is another thread's, that is on the heap, or may not be written") {
        val closed = Arena.ofConfined().use { I32.allocate(it, 3) }
        shouldThrow<IllegalStateException> { closed.get() }
        shouldThrow<IllegalStateException> { closed.set(1) }
        shouldThrow<IllegalStateException> { closed.plus(1).get() }
        shouldThrow<IllegalStateException> { closed.`as`(U8).get() }
        shouldThrow<IllegalStateException> { libsum.downcall("increment", VOID, pointer(I32)).call(closed) }
        Arena.ofConfined().use { arena ->
            val mine = I32.allocate(arena)
            shouldThrow<ExecutionException> { CompletableFuture.supplyAsync { mine.get() }.get() }.cause!!
                .javaClass shouldBe WrongThreadException::class.java
            shouldThrow<ExecutionException> {
                CompletableFuture.supplyAsync { libsum.downcall("increment", VOID, pointer(I32)).call(mine) }.get()
            }.cause!!.javaClass shouldBe WrongThreadException::class.java
        }
        val heap = Pointer.of(MemorySegment.ofArray(intArrayOf(1, 2)), I32)
        heap.get(1) shouldBe 2
        heap.isNull shouldBe false
        shouldThrow<IllegalArgumentException> { libsum.downcall("increment", VOID, pointer(I32)).call(heap) }
            .message!!.lines().take(4) shouldBe listOf(
                "Argument 1 is not a value of its type", "  function: increment: void (pointer(i32))",
                "  declared: pointer(i32)", "  expected: memory outside of the heap")
        libsum.downcall("increment", Signature.of(VOID, pointer(I32)).asCritical()).call(heap)
        heap.get() shouldBe 2
        val readOnly = Pointer.of(MemorySegment.ofArray(intArrayOf(1, 2)).asReadOnly(), I32)
        shouldThrow<RuntimeException> { readOnly.set(1) }
    }

    test("what is no pointer is an error") {
        val increment = libsum.downcall("increment", VOID, pointer(I32))
        shouldThrow<IllegalArgumentException> { increment.call(5L) }.message shouldBe """
            Argument 1 is not a value of its type
              function: increment: void (pointer(i32))
              declared: pointer(i32)
              expected: Pointer
              found: Long 5
        """.trimIndent()
        shouldThrow<IllegalArgumentException> { increment.call(MemorySegment.NULL) }
    }

    test("closing what is not owned is an error") {
        shouldThrow<IllegalStateException> { staticInts.pointed<Int>().close() }.message!!.lines().first() shouldBe
            "Not owned, so that it can not be closed"
        shouldThrow<IllegalStateException> { Pointer.ofNull(I32).close() }
        Arena.ofConfined().use { arena -> shouldThrow<IllegalStateException> { I32.allocate(arena).close() } }
    }

    test("a list that C turns around, by a pointer to a pointer") {
        // struct node { int value; struct node *next; } as two words
        val node = ADDRESS
        val list = libsum.downcall("make_list", pointer(node), C_INT).pointed<MemorySegment>(3)
        fun values(first: Pointer<MemorySegment>) = generateSequence(first) { here ->
            here.plus(1).get().address().takeIf { it != 0L }?.let { Pointer.ofAddress(it, node) }
        }.map { it.`as`(I32).get() }.toList()
        values(list) shouldBe listOf(1, 2, 3)
        val out = Out(list)
        libsum.downcall("reverse_list", VOID, inout(pointer(node))).call(out)
        values(out.get()) shouldBe listOf(3, 2, 1)
        libsum.downcall("sum_list", I64, pointer(node)).call(out.get()) shouldBe 6L
        libsum.downcall("free_list", VOID, pointer(node)).call(out.get())
    }
})

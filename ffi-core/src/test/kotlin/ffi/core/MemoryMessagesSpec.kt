// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.NativeType.ADDRESS
import ffi.core.NativeType.CSTRING
import ffi.core.NativeType.I32
import ffi.core.NativeType.I64
import ffi.core.NativeType.U8
import ffi.core.NativeType.VOID
import ffi.core.NativeType.array
import ffi.core.NativeType.buffer
import ffi.core.NativeType.callback
import ffi.core.NativeType.handle
import ffi.core.NativeType.inout
import ffi.core.NativeType.list
import ffi.core.NativeType.pointer
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withTests
import io.kotest.matchers.shouldBe
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.lang.foreign.ValueLayout.JAVA_LONG
import java.nio.ByteBuffer
import java.util.concurrent.CompletableFuture
import java.util.function.Supplier

private class Box(val segment: MemorySegment)

@Suppress("FunctionName")
internal interface Nulls {
    fun is_null(address: MemorySegment): Int
}

internal fun interface IsNull {
    fun call(address: MemorySegment): Int
}

/** What a user reads where memory is closed, too small, not aligned or another thread's: never the JDK's words. */
class MemoryMessagesSpec : FunSpec({

    val library = NativeLibrary.open("sum", Arena.global())
    val box = handle("Box", ::Box, Box::segment)
    val thing: StructType<Any> = StructType.of("thing")
    val number = thing.field("number", I64)
    val link = thing.field("link", pointer(I32).orNull())
    val packet: StructType<Any> = StructType.of("packet")
    val length = packet.field("length", I32)
    val data = packet.flexible("data", array(ByteArray::class.java), length)

    val two: StructType<Any> = StructType.of("two")
    two.field("count", I32).let { two.flexible("values", array(LongArray::class.java), it) }

    fun String.masked() = replace(Regex("0x[0-9a-f]+"), "0x…")
    fun <T> closed(block: (Arena) -> T): T = Arena.ofConfined().use(block)
    fun <T> elsewhere(block: () -> T): Throwable =
        CompletableFuture.supplyAsync { runCatching { block() }.exceptionOrNull()!! }.join()

    class Argument(val type: NativeType<*>, val bytes: Int, val make: (Arena) -> Any)

    val arguments = mapOf(
        "a segment" to Argument(ADDRESS, 8) { it.allocate(8) },
        "a segment or null" to Argument(ADDRESS.orNull(), 8) { it.allocate(8) },
        "a pointer" to Argument(pointer(I32), 4) { I32.allocate(it) },
        "a handle" to Argument(box, 8) { Box(it.allocate(8)) },
        "a direct buffer" to Argument(buffer(ByteBuffer::class.java), 8) { it.allocate(8).asByteBuffer() },
        "a pointer to a struct" to Argument(thing.pointer(), 16) { thing.allocate(it).pointer() },
        "a struct by value" to Argument(thing.byValue(), 16) { thing.allocate(it) },
    )

    context("a closed argument is reported with its function and type for") {
        withTests(arguments) { argument ->
            val value = closed(argument.make)
            val function = library.downcall("noop", VOID, I32, argument.type)
            shouldThrow<IllegalStateException> { function.call(1, value) }.message!!.masked() shouldBe """
                Argument 2 is closed already
                  function: noop: void (i32, ${argument.type})
                  declared: ${argument.type}
                  found: ${argument.bytes} bytes at 0x…
                  hint: close it, or its arena, after its last use
            """.trimIndent()
        }
    }

    context("an argument of another thread is reported with its function and type for") {
        withTests(arguments) { argument ->
            Arena.ofConfined().use { arena ->
                val value = argument.make(arena)
                val function = library.downcall("noop", VOID, I32, argument.type)
                val thrown = elsewhere { function.call(1, value) }
                (thrown is WrongThreadException) shouldBe true
                thrown.message!!.masked() shouldBe """
                    Argument 2 belongs to another thread
                      function: noop: void (i32, ${argument.type})
                      declared: ${argument.type}
                      found: ${argument.bytes} bytes at 0x…
                      hint: allocate it in Arena.ofShared(), or in Kotlin in a nativeScope
                """.trimIndent()
            }
        }
    }

    test("every face reports a closed argument in the same words, in the first call and in later ones") {
        val function = library.downcall("is_null", I32, ADDRESS)
        val face = function.`as`(IsNull::class.java)
        val bound = Bindings.bind(Nulls::class.java, library)
        val gone = closed { it.allocate(8) }
        for (call in listOf<(MemorySegment) -> Any?>(
            { function.call(it) }, { function.handle().invokeWithArguments(it) }, { face.call(it) },
            { bound.is_null(it) },
        )) repeat(2) {
            shouldThrow<IllegalStateException> { call(gone) }.message!!.masked() shouldBe """
                Argument 1 is closed already
                  function: is_null: i32 (address)
                  declared: address
                  found: 8 bytes at 0x…
                  hint: close it, or its arena, after its last use
            """.trimIndent()
            call(MemorySegment.NULL) shouldBe 1
        }
    }

    test("a function of a library in a confined arena names what to do to another thread") {
        Arena.ofConfined().use { arena ->
            val function = NativeLibrary.open("sum", arena).downcall("is_null", I32, ADDRESS)
            function.call(MemorySegment.NULL) shouldBe 1
            val thrown = elsewhere { function.call(MemorySegment.NULL) }
            (thrown is WrongThreadException) shouldBe true
            thrown.message shouldBe """
                The library belongs to another thread
                  function: is_null: i32 (address)
                  hint: open the library in Arena.ofShared() or Arena.global()
            """.trimIndent()
            elsewhere { NativeLibrary.open("sum", arena).find("sum") }.message!!.lines().first() shouldBe
                "The arena belongs to another thread"
        }
    }

    test("what is inside of an argument is reported by the argument") {
        val gone = closed { I32.allocate(it) }
        for ((type, value) in listOf(
            list(pointer(I32)) to mutableListOf(gone), inout(pointer(I32)) to Out(gone),
            list(box) to mutableListOf(Box(gone.segment())),
        )) {
            shouldThrow<IllegalStateException> { library.downcall("noop", VOID, type).call(value) }.message!!
                .masked().lines().filter { "declared" !in it } shouldBe """
                    Argument 1 is closed already
                      function: noop: void ($type)
                      found: 4 bytes at 0x…
                      hint: close it, or its arena, after its last use
                """.trimIndent().lines()
        }
    }

    test("a closed value is not written to a field, an element or a variable") {
        val gone = closed { I32.allocate(it) }
        closed { arena ->
            val written = thing.allocate(arena)
            shouldThrow<IllegalStateException> { written.set(link, gone) }.message!!.masked() shouldBe """
                The value is closed already
                  field: thing.link
                  declared: pointer(i32).orNull
                  found: 4 bytes at 0x…
                  hint: close it, or its arena, after its last use
            """.trimIndent()
            val element = pointer(I32).allocate(arena)
            shouldThrow<IllegalStateException> { element.set(gone) }.message!!.masked() shouldBe """
                The value is closed already
                  declared: pointer(i32)
                  found: 4 bytes at 0x…
                  hint: close it, or its arena, after its last use
            """.trimIndent()
            val prime = library.variable("latest_prime", pointer(I32))
            shouldThrow<IllegalStateException> { prime.set(gone) }.message!!.masked() shouldBe """
                The value is closed already
                  variable: latest_prime: pointer(i32)
                  declared: pointer(i32)
                  found: 4 bytes at 0x…
                  hint: close it, or its arena, after its last use
            """.trimIndent()
        }
    }

    test("a callback does not return what is closed") {
        val gone = closed { it.allocate(4) }
        @Suppress("UNCHECKED_CAST")
        val type = callback(Supplier::class.java as Class<Supplier<MemorySegment>>, ADDRESS)
        val apply = library.downcall("noop", VOID, type)
        apply.call(Supplier { gone }) // is not called
        Arena.ofConfined().use { arena ->
            val address = Upcall.address(type, Upcall.of(type, Supplier { gone }, arena))
            val call = Upcall.at(type, address)
            shouldThrow<IllegalStateException> { call.get() }.message!!.lines().first() shouldBe
                "The value in a callback is closed already"
        }
    }

    context("closed memory and that of another thread are reported by") {
        val other = thing.allocate(Arena.ofAuto())
        class Access(val key: String, val what: String, val declared: String?, val use: (Ref<Any>) -> Any?)
        withTests(
            mapOf(
                "a read field" to Access("field", "thing.number", "i64") { it.get(number) },
                "a written field" to Access("field", "thing.number", "i64") { it.set(number, 1L) },
                "a volatile field" to Access("field", "thing.number", "i64") { it.getVolatile(number) },
                "a released field" to Access("field", "thing.number", "i64") { it.setRelease(number, 1L) },
                "an exchanged field" to Access("field", "thing.number", "i64") { it.compareAndSet(number, 1L, 2L) },
                "a counted field" to Access("field", "thing.number", "i64") { it.getAndAdd(number, 1L) },
                "a copy of a struct" to Access("struct", "struct thing", null) { it.copyFrom(other) },
                "a copy from a struct" to Access("struct", "struct thing", null) { other.copyFrom(it) },
                "a pointer" to Access("pointer", "i64 * 0x…", null) { Pointer.of(it.segment(), I64).get() },
                "a written pointer" to Access("pointer", "i64 * 0x…", null) { Pointer.of(it.segment(), I64).set(1L) },
                "text" to Access("pointer", "i64 * 0x…", null) { Pointer.of(it.segment(), I64).text() },
                "a type" to Access("offset", "8", "i64") { I64.get(it.segment(), 8) },
                "a written type" to Access("offset", "8", "i64") { I64.set(it.segment(), 8, 1L) },
            ),
        ) { access ->
            fun message(headline: String, hint: String) = listOfNotNull(
                headline, "  ${access.key}: ${access.what}", access.declared?.let { "  declared: $it" },
                "  hint: $hint",
            ).joinToString("\n")
            val gone = closed { thing.allocate(it) }
            shouldThrow<IllegalStateException> { access.use(gone) }.message!!.masked() shouldBe
                message("The memory is closed already", "close it, or its arena, after its last use")
            Arena.ofConfined().use { arena ->
                val confined = thing.allocate(arena)
                val thrown = elsewhere { access.use(confined) }
                (thrown is WrongThreadException) shouldBe true
                thrown.message!!.masked() shouldBe message(
                    "The memory belongs to another thread",
                    "allocate it in Arena.ofShared(), or in Kotlin in a nativeScope",
                )
            }
        }
    }

    test("a function pointer that has ended is no function, argument or address") {
        @Suppress("UNCHECKED_CAST")
        val type = callback(Supplier::class.java as Class<Supplier<MemorySegment>>, ADDRESS)
        val (function, address) = closed { arena ->
            Upcall.of(type, Supplier { MemorySegment.NULL }, arena).let { it to Upcall.address(type, it) }
        }
        for (use in listOf<() -> Any?>({ function.get() }, { library.downcall("noop", VOID, type).call(function) })) {
            shouldThrow<IllegalStateException> { use() }.message!!.lines().first() shouldBe "The callback has ended"
        }
        shouldThrow<IllegalStateException> { library.downcall("noop", VOID, ADDRESS).call(address) }
            .message!!.lines().first() shouldBe "Argument 1 is closed already"
    }

    test("a number of elements that no memory has is reported with its pointer or struct") {
        closed { arena ->
            val three = I64.allocate(arena, 3)
            shouldThrow<ArithmeticException> { three.plus(Long.MAX_VALUE) }.message!!.masked() shouldBe """
                No memory is so large
                  pointer: i64 * 0x…
                  elements: 9223372036854775807
            """.trimIndent()
            shouldThrow<IndexOutOfBoundsException> { three.sized(Long.MAX_VALUE) }.message shouldBe """
                Beyond the bounds of a pointer
                  type: i64 *
                  index: 9223372036854775806
                  elements: 3
            """.trimIndent()
            shouldThrow<IllegalArgumentException> { I64.allocate(arena, Long.MAX_VALUE) }.message shouldBe """
                No memory is so large
                  type: i64
            """.trimIndent()
            shouldThrow<ArithmeticException> { two.allocate(arena, Long.MAX_VALUE) }.message shouldBe """
                No memory is so large
                  struct: struct two
                  elements: 9223372036854775807
            """.trimIndent()
        }
    }

    test("an arena that is closed gives no memory") {
        val gone = Arena.ofConfined().also { it.close() }
        for ((key, allocate) in mapOf<String, () -> Any?>(
            "type: i32" to { I32.allocate(gone) }, "struct: struct thing" to { thing.allocate(gone) },
            "type: cstring" to { CSTRING.allocateFrom(gone, "x") },
            "object: java.lang.Object" to { Upcall.keep(Any(), gone) },
        )) {
            shouldThrow<IllegalStateException> { allocate() }.message shouldBe """
                The arena is closed already
                  $key
                  hint: name an arena that is open
            """.trimIndent()
        }
    }

    test("a flexible array that was not sized names the field and how to size it") {
        closed { arena ->
            val bytes = arena.allocate(JAVA_LONG)
            val short = packet.at(bytes.asSlice(0, packet.byteSize()))
            short.set(length, 3)
            val message = """
                Beyond the end of a struct
                  field: packet.data
                  declared: ${data.type()}
                  elements: 3, of which there is memory for 0
                  hint: say how many there are first: sized(count), or allocate(arena, count) of a new one
            """.trimIndent()
            shouldThrow<IndexOutOfBoundsException> { short.get(data) }.message shouldBe message
            shouldThrow<IndexOutOfBoundsException> { short.set(data, ByteArray(3)) }.message shouldBe message
            short.sized(3).get(data).size shouldBe 3
        }
    }

    test("memory that is too small, not aligned or read-only is no riddle either") {
        closed { arena ->
            val small = thing.at(arena.allocate(4, 8))
            shouldThrow<IndexOutOfBoundsException> { small.get(number) }.message shouldBe """
                Beyond the end of the memory
                  field: thing.number
                  declared: i64
                  memory: 4 bytes
            """.trimIndent()
            shouldThrow<IndexOutOfBoundsException> { I64.get(small.segment(), 1) }.message shouldBe """
                Beyond the end of the memory
                  offset: 1
                  declared: i64
                  memory: 4 bytes
            """.trimIndent()
            val odd = thing.at(arena.allocate(32, 8).asSlice(1))
            shouldThrow<IllegalArgumentException> { odd.getVolatile(number) }.message!!.masked() shouldBe """
                The memory is not aligned
                  field: thing.number
                  declared: i64
                  found: 0x…
                  hint: allocate it with the alignment of its type
            """.trimIndent()
            val constant = thing.at(thing.allocate(arena).segment().asReadOnly())
            shouldThrow<IllegalArgumentException> { constant.set(number, 1L) }.message shouldBe """
                The memory is read-only
                  field: thing.number
                  declared: i64
            """.trimIndent()
        }
    }

    test("an exception of the user's own mapping stays what it is") {
        val own = IllegalStateException("Already closed")
        val mapped = U8.map<Int>({ throw own }, { throw own })
        shouldThrow<IllegalStateException> { library.downcall("noop", VOID, mapped).call(1) } shouldBe own
        closed { arena ->
            shouldThrow<IllegalStateException> { mapped.get(arena.allocate(1), 0) } shouldBe own
        }
    }

    test("a pointer is moved, and counts said, only of memory that is open") {
        val wide = library.downcall("heavy_text", pointer(I32).owned(), I64)
        val pointer = wide.call(64L) as Pointer<*>
        pointer.close()
        for (use in listOf<() -> Any?>({ pointer.plus(1) }, { pointer.sized(2) }, { pointer.`as`(I64).sized(2) })) {
            shouldThrow<IllegalStateException> { use() }.message!!.masked().lines().first() shouldBe
                "The memory is closed already"
        }
        shouldThrow<IllegalArgumentException> { pointer.sized(-1) }.message shouldBe
            "A negative count\n  type: i32 *\n  elements: -1"
        shouldThrow<IllegalArgumentException> { I32.allocate(Arena.global(), -1) }.message shouldBe
            "A negative count\n  type: i32\n  elements: -1"
    }

    test("a value of another class, or null, behind a pointer whose type nobody checked") {
        @Suppress("UNCHECKED_CAST")
        val pointer = I32.allocate(Arena.global()) as Pointer<Any?>
        shouldThrow<NullPointerException> { pointer.set(null) }.message shouldBe """
            Not a value of its type
              pointer: i32 *
              expected: Integer
              found: null
        """.trimIndent()
        shouldThrow<IllegalArgumentException> { pointer.set("x") }.message shouldBe """
            Not a value of its type
              pointer: i32 *
              expected: Integer
              found: java.lang.String
        """.trimIndent()
    }
})

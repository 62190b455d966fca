// SPDX-License-Identifier: Apache-2.0
package samples.rivals

import ffi.core.BindingException
import ffi.core.CType
import ffi.core.LibraryNotFoundException
import ffi.core.NativeLibrary
import ffi.core.Pointer
import ffi.core.SymbolNotFoundException
import ffi.core.Upcall
import ffi.coroutines.await
import ffi.coroutines.offThread
import ffi.dsl.*
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.lang.foreign.ValueLayout
import java.nio.ByteBuffer
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeoutOrNull
import samples.root

private data class Mixed(val a: UByte, val b: Float, val rect: Segment, val size: Long, val pair: Pair2)

private object Empty : Struct<Empty>("empty")

private interface Typed {
    fun sum(a: Int, b: Int): Int
}

private fun interface Many {
    fun call(
        a: Byte, b: Short, c: Int, d: Long, e: Long, f: Long, g: Long, h: Long, i: Float, j: Double, k: Double,
        l: Double, m: Double, n: Double, o: Double, p: Double, q: Double, @CType("uint8_t") r: Byte,
    ): Double
}

@Suppress("FunctionName")
private interface Applying {
    fun apply_many(many: Many): Double
}

private val malformed = listOf(
    byteArrayOf(-1), byteArrayOf(-61), byteArrayOf(-30, -126), byteArrayOf(-19, -96, -128), byteArrayOf(-64, -128),
    byteArrayOf(-12, -112, -128, -128), byteArrayOf(97, -16, -97, -104), byteArrayOf(-128, 98),
)

/** What Deno's own tests do, by their numbers, and the list of what makes one its equal. */
internal val denoTests = rival("Deno's tests") {
    section("test.js")
    row("1 a file that is no library") {
        library(root.resolve("native/target/fixtures/libbroken.so")) { fn("f") returns void }()
    } throws LibraryNotFoundException::class
    row("2 a missing symbol") {
        library("sum") { fn("sumr", i32) returns i32 }(1)
    } throws SymbolNotFoundException::class
    row("3 an empty struct") { library("sum") { fn("noop", struct(Empty)) returns void }(arena { Empty() }) } throws
        BindingException::class
    row("4 one function bound three ways") {
        library("sum") {
            val signed = fn("sum", i32, i32) returns i32
            val unsigned = fn("sum", u32, u32) returns u32
            val critical = fn("sum", i32, i32).critical returns i32
            listOf(signed(-1, -1), unsigned(UInt.MAX_VALUE, 2u), critical(1, 2))
        }
    } gives listOf<Any>(-2, 1u, 3)
    row("5 buffers, subarrays, two buffers") {
        val buffer = ByteBuffer.allocateDirect(4)
        Lib.modifyData(buffer.slice(2, 2), 2)
        val (a, b) = Pair(intArrayOf(1), intArrayOf(2))
        arena {
            val (one, other) = Pair(allocFrom(i32, a[0]), allocFrom(i32, b[0]))
            (library("sum") { fn("swap", pointer(i32), pointer(i32)) returns void })(one, other)
            listOf(buffer.get(1).toInt(), buffer.get(2).toInt(), one.value, other.value)
        }
    } gives listOf(0, 1, 2, 1)
    row("6 the fast path: a constant function, critical") {
        (library("sum") { fn("hash", array(i8).const, usize).critical returns u32 })(byteArrayOf(1, 2), 2) ==
            Lib.hash(byteArrayOf(1, 2), 2)
    } gives true
    row("7 copyInto arrays of other widths") {
        val short = ValueLayout.JAVA_SHORT
        arena { allocFrom(i32, 1, 256).segment().run { toArray(short) + asSlice(4).toArray(short) } }
    } gives listOf<Short>(1, 0, 256, 0, 256, 0)
    row("8 getCString with an offset") { arena { ("hello".toNative() + 2).text() } } gives "llo"
    row("9 null, empty buffers and slices") {
        listOf(
            (library("sum") { fn("is_null", buffer<ByteBuffer>().orNull) returns i32 })(null),
            Lib.modifyData(ByteBuffer.allocateDirect(0), 0),
            Lib.modifyBytes(ByteArray(0), 0),
        )
    } gives listOf(1, 0, 0)
    row("10 function pointers, also nonblocking") {
        listOf(Lib.operationFor(0)(1, 2), runBlocking { offThread { Lib.operationFor(2)(5, 3) } })
    } gives listOf(3, 2)
    row("11 adders of every type, beyond 2^53") {
        listOf(Lib.sum(1, 2), Lib.testU32(UInt.MAX_VALUE, 2u), Lib.sum8(1L shl 53, 1, 0, 0, 0, 0, 0, 0))
    } gives listOf<Any>(3, 1u, (1L shl 53) + 1)
    row("12 f32, f64, bool") {
        listOf(Lib.floatSum(1.5f, 2.5f), Lib.doubleSum(1.1, 2.2), Lib.returnOpposite(false))
    } gives listOf(4.0, 1.1 + 2.2, true)
    row("13 the same, nonblocking") {
        runBlocking {
            listOf(Lib.floatSum.await(1.5f, 2.5f), Lib.doubleSum.await(1.1, 2.2), Lib.returnOpposite.await(false))
        }
    } gives listOf(4.0, 1.1 + 2.2, true)
    row("14 C changes a buffer") { ByteArray(3).also { Lib.modifyBytes(it, 3) } } gives listOf<Byte>(1, 1, 1)
    row("15 a buffer in a nonblocking call") {
        runBlocking { ByteArray(3).also { Lib.modifyBytes.await(it, 3) } }
    } gives
        listOf<Byte>(1, 1, 1)
    row("16 what blocks, and what does not") {
        runBlocking { List(8) { async { Lib.slowSum.await(it, 1) } }.awaitAll() }
    } gives List(8) { it + 1 }
    row("17 callbacks: void, a result, one that throws") {
        val called = mutableListOf<Any>()
        (library("sum") { fn("call_action", callback() returns void) returns void })({ called += "action" })
        called += runCatching { Lib.apply({ _, _ -> error("no") }, 1, 2) }.exceptionOrNull()!!.message!!
        called
    } gives listOf("action", "no")
    row("18 a stored callback, and a call within it") {
        arena {
            Lib.setCallback(Lib.operation.stub { a, b -> Lib.sum(a, b) * 10 })
            Lib.runCallback(1, 2).also { Lib.setCallback(null) }
        }
    } gives 30
    row("19 small integers keep their sign") {
        listOf(trips("i8", i8, -1).first(), trips("u8", u8, 255u).first(), trips("i16", i16, -1).first())
    } gives listOf<Any>((-1).toByte(), 255.toUByte(), (-1).toShort())
    row("20 small integers on the stack") {
        bind<Applying>("sum").apply_many { a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r ->
            j + k + l + m + n + o + p + q + a + b + c + d + e + f + g + h + i + r.toUByte().toInt()
        }
    } gives 8_000_000_380.5
    row("21 callbacks in a nonblocking call") { runBlocking { Lib.apply.await({ a, b -> a * b }, 6, 7) } } gives 42
    row("22 statics") { listOf(Lib.flagsOfAll.value, Lib.ticks.value, Lib.primes.value.toList()) } gives
        listOf(0xfffffff0u, 1L, listOf(2, 3, 5, 7))
    row("23 structs by value, both ways and nonblocking") {
        runBlocking { Lib.midpoint.await(Point(0.0, 0.0), Lib.midpoint(Point(0.0, 0.0), Point(4.0, 8.0))) }
    } gives Point(1.0, 2.0)
    row("24 a mixed struct of 56 bytes with padding") {
        val mixed = Mixed(1u, 2f, Segment(Point(3.0, 4.0), Point(5.0, 6.0)), 7, Pair2(8, 9))
        arena { pointerTo(mixed).run { listOf(value, sizeOf(struct<Mixed>()), i32.get(segment(), 52)) } }
    } gives listOf(Mixed(1u, 2f, Segment(Point(3.0, 4.0), Point(5.0, 6.0)), 7, Pair2(8, 9)), 56L, 9)
    row("25 structs in a callback, by a function pointer") {
        arena { Lib.onPair.at(Upcall.address(Lib.onPair, Lib.onPair.stub { (a, b) -> Pair2(b, a) }))(Pair2(1, 2)) }
    } gives Pair2(2, 1)
    row("26 getArrayBuffer changes C's memory") {
        Lib.staticBuffer().put(3, 5)
        Lib.staticBuffer().get(3)
    } gives 5.toByte()
    row("27 UnsafePointer create, equals, offset, value") {
        val pointer = Pointer.ofAddress(100, i8)
        listOf((pointer + 5 - 5) == pointer, pointer.address(), Pointer.ofAddress(0, i8).isNull)
    } gives listOf(true, 100L, true)
    row("28 malformed UTF-8") { malformed.map { arena { allocFrom(it + 0).text() } } } gives
        malformed.map { it.decodeToString() }
    row("29 a struct's memory is its own") {
        val first = Lib.midpoint(Point(1.0, 2.0), Point(4.0, 6.0))
        Lib.midpoint(Point(0.0, 0.0), Point(0.0, 0.0))
        first
    } gives Point(2.5, 4.0)
    row("30 optional symbols, statics and nonblocking ones that are missing") {
        listOf(Lib.missing.ifAvailable, library("sum") { variable("nope", i32) }.ifAvailable)
    } gives listOf(null, null)

    section("other tests")
    row("nonblocking_buffer_gc_test") {
        fun bytes(n: Int) = ByteArray(1 shl 16) { n.toByte() }
        runBlocking {
            val calls = List(8) { n -> async { Lib.hash.await(bytes(n), 1 shl 16) } }
            System.gc()
            calls.awaitAll().mapIndexed { n, hash -> hash == Lib.hash(bytes(n), 1 shl 16) }
        }
    } gives List(8) { true }
    row("thread_safe_test: another thread's callback") { Lib.applyOnThread({ a, b -> a - b }, 9, 4) } gives 5
    row("event_loop_integration: a callback later") {
        library("sum") {
            val applyLater = fn("apply_later", Lib.operation, i32, i32, i32) returns void
            val awaitLater = fn("await_later") returns i32
            arena { applyLater(Lib.operation.stub { a, b -> a + b }, 1, 2, 1000); awaitLater() }
        }
    } gives 3
    row("ffi_callback_errors") {
        listOf<() -> Any?>(
            { Lib.apply({ _, _ -> error("1") }, 1, 2) },
            { arena { Lib.setCallback(Lib.operation.stub { _, _ -> error("2") }); Lib.runCallback(1, 2) } },
            { runBlocking { Lib.apply.await({ _, _ -> error("3") }, 1, 2) } },
        ).map { runCatching(it).exceptionOrNull()!!.message }.also { Lib.setCallback(null) }
    } gives listOf("1", "2", "3")
    row("ffi_types: types of arguments and results (and WrongProgramsSpec)") { bind<Typed>("sum").sum(1, 2) } gives 3
    row("ffi_test: what is no pointer") { Pointer.of(MemorySegment.ofArray(ByteArray(4)), i8).value } gives 0.toByte()

    section("parity")
    row("P1 open by path, soname, the process; use after close") {
        val sum = Arena.ofConfined().use { arena ->
            library("libsum.so", arena) { fn("sum", i32, i32) returns i32 }.also { it(1, 2) }
        }
        sum(1, 2)
    } throws IllegalStateException::class
    row("P2 all types") { trips("u64", u64, ULong.MAX_VALUE) + callbackTrips("u64", u64, ULong.MAX_VALUE) } gives
        List(6) { ULong.MAX_VALUE }
    row("P3 a static, live and writable, also a struct") {
        val before = Lib.place.value
        Lib.place.value = Point(8.0, 9.0)
        Lib.place.value.also { Lib.place.value = before }
    } gives Point(8.0, 9.0)
    row("P4 typed by an interface") { bind<Typed>("sum").sum(1, 2) } gives 3
    row("P5 pointers, opaque and typed") {
        Lib.counterNew(1).let { Lib.counterNext(it).also { _ -> Lib.counterFree(it) } }
    } gives 1
    row("P6 views and setters") { arena { alloc(i32, 2).run { set(1, 7); listOf(get(0), get(1)) } } } gives listOf(0, 7)
    row("P7 function pointers, struct results") { arena { Lib.onPair.stub { it }(Pair2(1, 2)) } } gives Pair2(1, 2)
    row("P8 callbacks by foreign threads") { Lib.applyOnThread({ a, b -> a * b }, 6, 7) } gives 42
    row("P9 nonblocking, with a timeout") {
        runBlocking {
            val sleep = library("") { fn("usleep", u32) returns i32 }
            withTimeoutOrNull(1.milliseconds) { sleep.await(20_000u) }
        }
    } gives null
    row("P10 permissions, a path list") {
        allowed("-Dffi.allow=./native/target/,c", "samples.SumKt").take(13)
    } gives "Kotlin: Int 3"
    row("P11 a message names the function, the place, what was expected and what came") {
        runCatching { Lib.textBytes("a\u0000b") }.exceptionOrNull()!!.message!!.lines().drop(1).map { it.trim() }
    } gives listOf(
        "function: text_bytes: usize (cstring)", "declared: cstring", "expected: text without NUL, which ends it for C",
        "found: \"a\\0b\" with a NUL at index 1",
    )
    row("P12 a library in a jar") {
        Arena.ofConfined().use { arena ->
            val library = NativeLibrary.openResource("natives/libsum.so", jarred(), arena)
            library(library) { fn("sum", i32, i32) returns i32 }(5, 3)
        }
    } gives 8
}

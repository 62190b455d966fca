// SPDX-License-Identifier: Apache-2.0
package samples.rivals

import ffi.core.BindingException
import ffi.core.Errno
import ffi.core.ErrnoException
import ffi.core.LoadFlag
import ffi.core.Out
import ffi.core.Pointer
import ffi.core.Upcall
import ffi.coroutines.await
import ffi.dsl.*
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.nio.IntBuffer
import kotlin.io.path.copyTo
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.runBlocking
import samples.newDirectory
import samples.root

private object Packed : Struct<Packed>("packed", packed = true) {
    val a = field("a", u8)
    val b = field("b", u32)
}

private object Aligned : Struct<Aligned>("aligned") {
    val a = field("a", u8)
    val b = align(16).field("b", u8)
}

private typealias Seconds = Long

/** koffi 3.3.4: its exports and what its documents do with them. */
internal val koffi = rival("koffi") {
    section("libraries")
    row("load('libsum.so')") { library("libsum.so") { fn("sum", i32, i32) returns i32 }(1, 2) } gives 3
    row("load(null)") { LibC.atoi("42") } gives 42
    row("load, {lazy: false}") {
        library("sum", flags = setOf(LoadFlag.NOW)) { fn("sum", i32, i32) returns i32 }(1, 2)
    } gives 3
    row("load, {global: true, deep: true}") {
        arena {
            val copy = root.resolve("native/target/libsum.so").copyTo(newDirectory().resolve("libkoffi.so"))
            val flags = setOf(LoadFlag.GLOBAL, LoadFlag.DEEP)
            val sum = library(copy, contextOf<Arena>(), flags = flags) { fn("sum", i32, i32) returns i32 }
            listOf(sum(1, 2), (library("") { fn("sum", i32, i32) returns i32 })(3, 4))
        }
    } gives listOf(3, 7)
    row("LibraryHandle.func('int sum(int, int)')") { Library("sum").fn("sum", i32, i32).returns(i32)(1, 2) } gives 3
    row("func('sum', 'int', ['int', 'int'])") { Lib.function("sum", i32, i32, i32).call(1, 2) } gives 3
    lack("a prototype in C's words", "declarations, which the compiler knows")
    lack("func(convention, …)", "64-bit machines have one convention")
    lack("func(ordinal, …)", "by names only")
    row("LibraryHandle.symbol") { Lib.apiVersion.value } gives 42
    row("LibraryHandle.unload, Symbol.dispose") {
        Arena.ofConfined().use { library("sum", it) { fn("sum", i32, i32) returns i32 }.apply { this(1, 2) } }(1, 2)
    } throws IllegalStateException::class
    row("f.async") { runBlocking { Lib.sum.await(1, 2) } } gives 3
    row("f.async, many at once") {
        runBlocking { List(100) { async { Lib.sum.await(it, 1) } }.awaitAll().sum() }
    } gives 5050
    row("f.info") { "${Lib.sum}" } gives "sum: i32 (i32, i32)"
    row("extension") { System.mapLibraryName("sum") } gives "libsum.so"
    row("stats") { lateCalls() >= 0 } gives true
    lack("config", "there are no limits to set")
    lack("reset", "types are values: there are no names to forget")
    lack("version", "the build knows it")
    lack("node", "a poll of Node's event loop; a flow stands for it")

    section("types")
    numbers()
    row("void") { Lib.noop() } gives Unit
    row("bool") { trips("bool", bool, true) + callbackTrips("bool", bool, true) } gives List(6) { true }
    row("string, str, const char *") { Lib.echoText("größer") } gives "größer"
    row("string16, str16, char16_t *") { Lib.concatenate16("größer", "!") } gives "größer!"
    row("string32, str32, char32_t *") {
        library("sum") { fn("wide_units", cstring(charset("UTF-32LE"))) returns usize }("größer")
    } gives 6L
    row("wstring, wchar_t *") { Lib.concatenateWide("größer", "!") } gives "größer!"
    for ((name, type) in listOf("le" to i16.littleEndian(), "be" to i16.bigEndian())) {
        row("int16_$name, int16_${name}_t") {
            arena { allocFrom(type, 1).cast(i8).sized(2).run { listOf(get(0), get(1)) } }
        } gives
            if (name == "le") listOf<Byte>(1, 0) else listOf<Byte>(0, 1)
    }
    row("uint16_be, uint16_le") { arena { allocFrom(u16.bigEndian(), 0x0102u).cast(u16.littleEndian()).value } } gives
        0x0201.toUShort()
    row("int32_be, int32_le") {
        arena { allocFrom(i32.bigEndian(), 1).cast(i32.littleEndian()).value }
    } gives 0x01000000
    row("uint32_be, uint32_le") {
        arena { allocFrom(u32.bigEndian(), 1u).cast(u32.littleEndian()).value }
    } gives 0x01000000u
    row("int64_be, int64_le") {
        arena { allocFrom(i64.bigEndian(), 1).cast(i64.littleEndian()).value }
    } gives (1L shl 56)
    row("uint64_be, uint64_le") {
        arena { allocFrom(u64.bigEndian(), 1u).cast(u64.littleEndian()).value }
    } gives (1uL shl 56)
    row("struct") { Lib.midpoint(Point(1.0, 2.0), Point(4.0, 6.0)) } gives Point(2.5, 4.0)
    row("struct, 'Node *' within") { arena { Lib.findPerson("bob")[Person.parent]!![Person.name] } } gives "alice"
    row("a struct by value with text, an array, a pointer in it") {
        Lib.older(Lib.findPerson("alice").value, 1).run { listOf(get(Person.age), get(Person.name)) }
    } gives listOf(71, "alice")
    row("pack") { sizeOf(Packed) } gives 5L
    row("[align, type]") { Aligned.b.offset() } gives 16L
    row("union") { Lib.numberOf(1.0)[Number.i] } gives 0x3ff0000000000000
    row("new Union") { arena { Number { it[d] = 1.0 }[Number.i] } } gives 0x3ff0000000000000
    row("array in a struct") { Lib.makeMatrix(1).cells } gives listOf(1, 2, 3, 4, 5, 6)
    row("array, hint Typed") { Lib.sumInts(intArrayOf(1, 2, 3), 3) } gives 6L
    row("array, hint Array") {
        library("sum") { fn("sum_ints", list(i32).const, usize) returns i64 }(listOf(1, 2, 3), 3)
    } gives 6L
    row("array, hint Buffer") {
        library("sum") { fn("sum_ints", buffer<IntBuffer>(), usize) returns i64 }(IntBuffer.wrap(intArrayOf(1, 2)), 2)
    } gives 3L
    row("array, hint String: char[16]") { Lib.title.value } gives "untitled"
    row("array, a flexible last member") {
        arena { Lib.checksum(pointerTo(Packet(3) { it[kind] = 1u; it[data] = byteArrayOf(1, 2, 3) })) }
    } gives 15u
    row("pointer(name, type, countedBy)") { Lib.makeSeries(2).values } gives listOf(0.5, 1.5)
    row("pointer(type, 2)") { arena { Lib.getValue(allocFrom(pointer(i32), allocFrom(i32, 42))) } } gives 42
    row("enumeration") { Lib.nextMode(Mode.READ) } gives Mode.WRITE
    row("enumeration, a set of them") { Lib.permissions() } gives Permission.entries.toSet()
    row("opaque") { Lib.counterNew(7).let { c -> Lib.counterNext(c).also { Lib.counterFree(c) } } } gives 7
    row("alias") { Lib.ticks.value.let { seconds: Seconds -> seconds } } gives 1L
    row("proto") { "${callback(i32, i32) returns i32}" } gives "callback(i32 (i32, i32))"
    row("disposable, str!") { Lib.concatenate("foo", "bar") } gives "foobar"
    row("disposable(type, freeFn)") {
        library("sum") {
            val free = fn("counted_free", address) returns void
            fn("counted_copy", cstring) returns cstring.owned(free)
        }("text")
    } gives "text"
    row("sizeof") { sizeOf(cLong) } gives 8L
    row("alignof") { cShort.layout().byteAlignment() } gives 2L
    row("offsetof") { Person.name.offset() } gives 8L
    row("type, TypeObject") {
        Person.structType.fields().map { it.name() }
    } gives listOf("age", "name", "scores", "parent", "level")
    row("types, introspect, resolve") { describe(Person).lines().first() } gives "struct Person: 64 bytes, aligned to 8"
    row("bit-fields: none there") { Lib.findPerson("bob")[Person.level] } gives 5u

    section("parameters")
    row("in") { Lib.sum(1, 2) } gives 3
    row("out of a number") { Out<Int>().also { Lib.divide(7, 2, it, Out()) }.value } gives 3
    row("out of a struct") {
        Out<Extremes>().also { Lib.extremesOf(intArrayOf(3, 1, 2), 3, it) }.value
    } gives Extremes(1, 3)
    row("inout of numbers") { Pair(Out(1), Out(2)).also { (a, b) -> Lib.swap(a, b) }.first.value } gives 2
    row("inout of a struct") { Out(Extremes(1, 3)).also { Lib.widen(it, 10) }.value } gives Extremes(-9, 13)
    row("inout of a TypedArray") { intArrayOf(1, 2, 3).also { Lib.reverse(it, 3) } } gives listOf(3, 2, 1)
    row("inout of texts") {
        val reverse = library("sum") { fn("reverse_strings", array(cstring), i32) returns void }
        mutableListOf("a", "b").also { reverse(it, 2) }
    } gives listOf("b", "a")
    row("out of a string, ['\\0'.repeat(32)]") {
        val (bytes, length) = Pair(ByteArray(32), Out(32L))
        Lib.describeInto(7, bytes, length)
        bytes.decodeToString(0, length.value.toInt())
    } gives "number 7"
    row("out of a disposable string") { Out<String?>().also { Lib.describe(8, it) }.value } gives "number 8"
    row("out of an opaque pointer") {
        Out<Thing>().also { Lib.openThing(it); Lib.closeThing(it.value) }.value.segment.address() != 0L
    } gives
        true
    row("as(value, type) for void *") { arena { Lib.isNullAddress(allocFrom(i32, 1).segment()) } } gives 0
    row("null for a pointer") { Lib.isNull(null) } gives 1
    row("variadic: 'int', 3, 'str', 'x', 'double', 1.5") {
        ByteArray(16).also { LibC.snprintf(it, 16, "%d %s %g", 3, "x", 1.5) }.decodeToString(0, 7)
    } gives "3 x 1.5"
    row("64 parameters: as many as Kotlin has rungs for") { Lib.sum8(1, 2, 3, 4, 5, 6, 7, 8) } gives 36L
    row("_In_, _Out_, _Inout_") {
        Lib.swap.downcall.signature().parameters().map { "$it" }
    } gives listOf("inout(i32)", "inout(i32)")

    section("callbacks")
    row("transient") { Lib.apply({ a, b -> a * b }, 6, 7) } gives 42
    row("transient, called later: detected") {
        library("sum") {
            val applyAndKeep = fn("apply_and_keep", i32, Lib.operation, i32, i32) returns i32
            val fire = fn("fire", i32, i32, i32) returns i32
            applyAndKeep(9999, { a, b -> a + b }, 1, 2)
            fire(9999, 1, 2)
        }
    } gives 0
    row("register") { arena { Lib.setCallback(Lib.operation.stub { a, b -> a - b }); Lib.runCallback(5, 3) } } gives 2
    row("register with this") { arena { Lib.apply(Lib.operation.stub(4::coerceIn), 0, 9) } } gives 4
    row("unregister") {
        arena { Lib.setCallback(Lib.operation.stub { a, b -> a - b }) }
        Lib.runCallback(5, 3).also { Lib.setCallback(null) }
    } gives 0
    row("by another thread, with its value") { Lib.applyOnThread({ a, b -> a + b }, 100, 5) } gives 105
    row("a callback that throws") { Lib.apply({ _, _ -> error("no") }, 1, 2) } throws IllegalStateException::class
    row("a callback that throws in an async call") {
        runBlocking { Lib.apply.await({ _, _ -> throw ArithmeticException() }, 1, 2) }
    } throws ArithmeticException::class
    row("structs in and out") { Lib.twicePair({ (a, b) -> Pair2(a + 1, b + 2) }, Pair2(0, 0)) } gives Pair2(2, 4)
    row("decode of a pointer argument: qsort") {
        intArrayOf(3, 1, 2).also { LibC.qsort(it, 3, 4) { a, b -> a.value - b.value } }
    } gives
        listOf(1, 2, 3)
    row("call(pointer, type, …)") { Lib.operation.at(Lib.addressFor(1))(6, 7) } gives 42
    row("decode(pointer, proto)") { Lib.operationFor(1)(6, 7) } gives 42

    section("memory")
    row("alloc, free") { arena { alloc(i32, 3).run { listOf(get(0), get(2)) } } } gives listOf(0, 0)
    row("free of C's memory") { LibC.malloc(4).let { it.value = 1; it.value.also { _ -> LibC.free(it) } } } gives 1
    row("address of a buffer") { arena { allocFrom(byteArrayOf(1, 2)).address() != 0L } } gives true
    row("address of a callback") {
        arena { Upcall.address(Lib.operation, Lib.operation.stub { a, _ -> a }) != MemorySegment.NULL }
    } gives true
    row("view") { arena { alloc(i32, 3).segment().asByteBuffer().capacity() } } gives 12
    row("decode(p, 'int'), decode.int") { arena { allocFrom(i32, 42).value } } gives 42
    row("decode(p, 8, 'int')") { arena { allocFrom(i32, 1, 2, 3)[2] } } gives 3
    row("decode(p, 'int', 3)") {
        arena { allocFrom(i32, 1, 2, 3).cast(array(i32).sized(3)).value }
    } gives listOf(1, 2, 3)
    row("decode(p, 'int', -1): up to a zero") {
        library("sum") { fn("countdown_i32", usize) returns array(i32).terminated.owned() }(3)
    } gives listOf(3, 2, 1)
    row("decode(p, 'char *'), decode.string") { arena { allocFrom(cstring, "one", "two")[1] } } gives "two"
    row("decode.string(p, 3)") { arena { "isthmus".toNative().sized(3).toByteArray().decodeToString() } } gives "ist"
    row("decode(p, 'Point')") { arena { pointerTo(Point(3.0, 4.0)).value } } gives Point(3.0, 4.0)
    row("decode(null)") { Pointer.ofNull(i32).value } throws NullPointerException::class
    row("encode(p, 'int', 5)") { arena { alloc(i32).run { value = 5; value } } } gives 5
    row("encode(p, 8, 'int', 5)") { arena { alloc(i32, 3).run { set(2, 5); get(2) } } } gives 5
    row("encode(p, 'char *', 'text')") {
        arena { alloc(cstring.orNull, 1).run { set(0, "text", contextOf<Arena>()); value } }
    } gives "text"
    row("encode of a variable") {
        val before = Lib.callCount.value
        Lib.callCount.value = 9
        Lib.callCount.value.also { Lib.callCount.value = before }
    } gives 9

    section("errno")
    row("errno()") { Lib.failWith(13).errno().code() } gives 13
    row("errno() in an async call") { runBlocking { Lib.failWith.await(2) }.errno().name() } gives "ENOENT"
    row("errno(0): it is cleared before each call") {
        library("sum") { fn("errno_before") returns i32.withErrno }().value()
    } gives 0
    row("os.errno, a name by its number") {
        listOf(2, 9, 13).map { Errno(it).name() }
    } gives listOf("ENOENT", "EBADF", "EACCES")
    row("os.errno, a number by its name") {
        listOf("ENOENT", "EBADF", "EACCES").map { Errno.of(it).code() }
    } gives listOf(2, 9, 13)
    row("as an exception") { LibC.open("nowhere", 0) } throws ErrnoException::class

    section("what goes wrong there")
    row("extra arguments: ignored") {
        Lib.function("sum", i32, i32, i32).call(1, 2, 3)
    } throws IllegalArgumentException::class
    row("a number for a char *: a crash") { Lib.function("text_bytes", usize, cstring).call(42) } throws
        IllegalArgumentException::class
    row("numbers wrap") { Lib.function("echo_i8", i8, i8).call(128) } throws IllegalArgumentException::class
    row("an array for a struct: all zero") { Lib.function("testFunc", i32, struct<Four>()).call(intArrayOf(1)) } throws
        IllegalArgumentException::class
    row("a short array for a fixed one") {
        library("sum") { fn("sum_ints", array(i32).sized(3), usize) returns i64 }(intArrayOf(1), 3)
    } throws IllegalArgumentException::class
    row("an unknown type") { library("sum") { fn("sum", i32.orNull) returns i32 }(1) } throws BindingException::class
    row("a sync call that waits for another thread's callback: it hangs") {
        Lib.applyOnThread({ a, _ -> a }, 1, 2)
    } gives 1
}

/** The numbers by all their names. */
private fun Rival.numbers() {
    fun <T> number(names: String, word: String, type: ffi.core.NativeType<T>, value: T) {
        row(names) { trips(word, type, value) } gives List(3) { value }
    }
    number("int8, int8_t", "i8", i8, Byte.MIN_VALUE)
    number("uint8, uint8_t", "u8", u8, UByte.MAX_VALUE)
    number("int16, int16_t", "i16", i16, Short.MIN_VALUE)
    number("uint16, uint16_t", "u16", u16, UShort.MAX_VALUE)
    number("int32, int32_t", "i32", i32, Int.MIN_VALUE)
    number("uint32, uint32_t", "u32", u32, UInt.MAX_VALUE)
    number("int64, int64_t", "i64", i64, Long.MIN_VALUE)
    number("uint64, uint64_t", "u64", u64, ULong.MAX_VALUE)
    number("char", "char", cChar, -1)
    number("uchar, unsigned char", "uchar", cUChar, 255u)
    number("short, signed short", "short", cShort, -1)
    number("ushort, unsigned short", "ushort", cUShort, 65535u)
    number("int", "int", cInt, -1)
    number("uint, unsigned int", "uint", cUInt, UInt.MAX_VALUE)
    number("long", "long", cLong, -1)
    number("ulong, unsigned long", "ulong", cULong, ULong.MAX_VALUE)
    number("longlong, long long", "longlong", cLongLong, -1)
    number("ulonglong, unsigned long long", "ulonglong", cULongLong, ULong.MAX_VALUE)
    number("intptr, intptr_t", "isize", isize, -1)
    number("uintptr, uintptr_t, size_t", "usize", usize, 1)
    number("char16, char16_t", "char16", char16, 'ß')
    number("char32, char32_t: a code point", "u32", u32, 0x1F600u)
    number("wchar, wchar_t", "wchar", wchar, 0x1F600)
    number("float, float32", "f32", f32, -1.5f)
    number("double, float64", "f64", f64, 0.1)
}

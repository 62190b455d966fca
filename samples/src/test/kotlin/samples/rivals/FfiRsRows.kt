// SPDX-License-Identifier: Apache-2.0
package samples.rivals

import ffi.core.ErrnoException
import ffi.core.NativeLibrary
import ffi.core.Out
import ffi.core.Pointer
import ffi.coroutines.await
import ffi.dsl.*
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.nio.ByteBuffer
import kotlinx.coroutines.runBlocking
import samples.root

private interface Defined {
    fun sum(a: Int, b: Int): Int
    fun return_opposite(value: Boolean): Boolean
}

private fun <R> block(block: suspend () -> R): R = runBlocking { block() }

/** ffi-rs 1.3.7: its exports, types, options, the scenarios of its tests, and what ends its process. */
internal val ffiRs = rival("ffi-rs") {
    section("exports")
    row("open") {
        "${Library(root.resolve("native/target/libsum.so")).nativeLibrary.file().get().fileName}"
    } gives "libsum.so"
    row("open with the path \"\"") { LibC.atoi("1000") } gives 1000
    row("open again is no error") { NativeLibrary.open("sum", Arena.global()).name() } gives "sum"
    row("close") {
        Arena.ofConfined().use { library("sum", it) { fn("sum", i32, i32) returns i32 }.apply { this(1, 2) } }(1, 2)
    } throws IllegalStateException::class
    row("load") { Lib.sum(1, 100) } gives 101
    row("load of types that only the program knows") { Lib.function("sum", i32, i32, i32).call(1, 100) } gives 101
    row("define") { bind<Defined>("sum").run { listOf(sum(1, 2), return_opposite(true)) } } gives listOf(3, false)
    row("arrayConstructor") { Lib.createInts(intArrayOf(1, 2, 3), 3) } gives listOf(1, 2, 3)
    row("funcConstructor") { Lib.apply({ a, b -> a * b }, 6, 7) } gives 42
    row("createPointer") { arena { allocFrom(f64, 1.1, 2.2).count() } } gives 2L
    row("restorePointer") { arena { allocFrom(cstring, "foo").value } } gives "foo"
    row("unwrapPointer") {
        arena { Lib.getStringFromPtr(allocFrom(cstring, "foo").cast(pointer(cChar)).value) }
    } gives "foo"
    row("wrapPointer") { arena { Lib.getValue(allocFrom(pointer(i32), allocFrom(i32, 100))) } } gives 100
    row("freePointer of memory that C gave") {
        val copy = arena { Lib.copyInts(allocFrom(i32, 1, 2), 2) }
        copy.close()
        copy.value
    } throws IllegalStateException::class
    row("freePointer of a callback") {
        arena { Lib.operation.stub { a, b -> a + b } }(1, 2)
    } throws IllegalStateException::class
    row("isNullPointer") { Lib.nullPointer() } gives null
    row("createExternalBuffer") {
        Lib.staticBuffer().put(1, 7)
        Lib.staticBuffer().run { listOf(capacity(), get(1).toInt()) }
    } gives listOf(64, 7)
    row("DataType, FFITypeTag: a type is a value") { listOf(i32, array(i32).sized(3)).map { "$it" } } gives
        listOf("i32", "array(i32).sized(3)")
    row("PointerType.RsPointer, CPointer: whose memory it is, the type says") {
        Lib.copyInts.downcall.signature().result().isOwned
    } gives true

    section("DataType")
    scalar("U8", "u8", u8, UByte.MAX_VALUE)
    scalar("I16", "i16", i16, Short.MIN_VALUE)
    scalar("I32", "i32", i32, Int.MIN_VALUE)
    scalar("U32", "u32", u32, UInt.MAX_VALUE)
    scalar("I64", "i64", i64, Long.MIN_VALUE)
    scalar("BigInt", "i64", i64, (1L shl 53) + 1)
    scalar("U64", "u64", u64, ULong.MAX_VALUE)
    scalar("Float", "f32", f32, -1.5f)
    scalar("Double", "f64", f64, 0.1)
    scalar("Boolean", "bool", bool, true)
    row("External") { Lib.isNullAddress(MemorySegment.NULL) } gives 1
    row("External of a callback") {
        library("sum") { fn("twice_address", callback(address) returns address, address) returns address }(
            { it }, MemorySegment.ofAddress(42),
        ).address()
    } gives 42L
    row("String") { Lib.echoText("größer") } gives "größer"
    row("String in a callback") {
        library("sum") { fn("measure", callback(cstring) returns i32, cstring) returns i32 }({ it.length }, "größer")
    } gives 6
    row("String as a callback's result") {
        library("sum") { fn("decorate", callback(cstring) returns cstring, cstring) returns cstring.owned() }(
            { "<$it>" }, "foo",
        )
    } gives "<foo>"
    row("WString") { Lib.concatenateWide("größer", "\uD83D\uDE00") } gives "größer\uD83D\uDE00"
    row("Void") { Lib.noop() } gives Unit
    row("U8Array, in place") {
        val buffer = ByteBuffer.allocateDirect(3)
        listOf(Lib.modifyData(buffer, 3), buffer.get(2).toInt())
    } gives listOf(3, 1)
    row("I16Array") {
        library("sum") { fn("sum_i16_array", array(i16), usize) returns i64 }(shortArrayOf(1, -2), 2)
    } gives -1L
    row("I32Array") { Lib.createInts(intArrayOf(1, 2), 2) } gives listOf(1, 2)
    row("I32Array that C changes") { intArrayOf(1, 2, 3).also { Lib.reverse(it, 3) } } gives listOf(3, 2, 1)
    row("DoubleArray") { Lib.createDoubles(doubleArrayOf(1.1), 1) } gives listOf(1.1)
    row("FloatArray") { Lib.createFloats(floatArrayOf(1.5f), 1) } gives listOf(1.5)
    row("FloatArray as a result") {
        library("sum") { fn("range_f32", usize) returns array(f32).sizedBy(argument = 0).owned() }(2)
    } gives listOf(0f, 1f)
    row("StringArray") { Lib.createTexts(listOf("foo", "bar"), 2) } gives listOf("foo", "bar")
    row("StringArray with a NULL in it") {
        library("sum") { fn("strings_with_null") returns array(cstring.orNull).sized(3) }()
    } gives listOf("one", null, "three")
    row("an object that C changes: lost there") {
        Out(Point(1.0, 2.0)).also { Lib.movePoint(it, 1.0, 1.0) }.value
    } gives Point(2.0, 3.0)
    row("StructArray of StackStruct") {
        Lib.centroid(listOf(Point(0.0, 0.0), Point(2.0, 4.0)), 2)
    } gives Point(1.0, 2.0)
    row("StructArray of pointers") {
        arena { Lib.sumPoints(listOf(pointerTo(Point(1.0, 0.0)), pointerTo(Point(2.0, 0.0))), 2) }
    } gives 3.0
    row("an object: struct *") { arena { Lib.sumSeries(pointerTo(Series(2, doubleArrayOf(1.0, 2.0)))) } } gives 5.0
    row("StackStruct, also as a result") { Lib.midpoint(Point(1.0, 2.0), Point(4.0, 6.0)) } gives Point(2.5, 4.0)
    row("StackStruct in a callback, both ways") {
        Lib.twicePair({ (a, b) -> Pair2(a + 1, b + 2) }, Pair2(0, 0))
    } gives Pair2(2, 4)
    row("StackArray in a struct") { Lib.makeMatrix(1).cells } gives listOf(1, 2, 3, 4, 5, 6)
    row("StackArray of structs") {
        val item = List(3) { Minutia(it.toShort(), 2, 3, 200u) }
        arena { pointerTo(Minutiae(3, item)).value }
    } gives Minutiae(3, List(3) { Minutia(it.toShort(), 2, 3, 200u) })
    row("Function as a result: none there") { Lib.operationFor(1)(6, 7) } gives 42

    section("options")
    row("errno: true") { LibC.unlink("./nowhere").errno().code() } gives 2
    row("errno: true, the text") { LibC.unlink("./nowhere").errno().text() } gives "No such file or directory"
    row("errno: true, not that of an earlier call") {
        val sum = library("sum") { fn("sum", i32, i32) returns i32.withErrno }
        listOf(Lib.failWith(13).errno().code(), sum(1, 2).errno().code())
    } gives listOf(13, 0)
    row("runInNewThread: true") { block { Lib.sum.await(1, 2) } } gives 3
    row("runInNewThread: true with errno: true") {
        block { LibC.unlink.await("./nowhere") }.errno().name()
    } gives "ENOENT"
    row("runInNewThread: true with a buffer") {
        block { Lib.hash.await(byteArrayOf(1), 1) }
    } gives Lib.hash(byteArrayOf(1), 1)
    row("freeResultMemory: true") { Lib.concatenate("foo", "bar") } gives "foobar"
    row("freeCFuncParamsMemory: true") {
        library("sum") {
            fn("decorate_owned", callback(cstring) returns cstring.owned(), cstring) returns cstring.owned()
        }({ "<$it>" }, "foo")
    } gives "<foo>"
    row("length of an array") { Lib.createDoubles(DoubleArray(5) { 1.1 }, 5) } gives List(5) { 1.1 }
    row("structItemType") { sizeOf(struct<Minutiae>()) } gives 26L
    row("ffiTypeTag: StackStruct") { Lib.testFunc(Four(1, 2, 3, 4)) } gives 0

    section("scenarios")
    row("int sum(int, int): 1, 100") { Lib.sum(1, 100) } gives 101
    row("double doubleSum(double, double): 1.1, 2.2") { Lib.doubleSum(1.1, 2.2) } gives 1.1 + 2.2
    row("double floatSum(float, float): 1.5, 2.5") { Lib.floatSum(1.5f, 2.5f) } gives 4.0
    row("uint32_t doubleU32(uint32_t): 2147483648 wraps") { Lib.doubleU32(2147483648u) } gives 0u
    row("uint32_t testU32(uint32_t, uint32_t)") { Lib.testU32(2147483647u, 1000000000u) } gives 3147483647u
    row("int64_t testbigint(int64_t): exact") { Lib.testbigint(36028797018963968) } gives 36028797018963968
    row("concatenateStrings") { Lib.concatenate("foo".repeat(100), "bar") } gives "foo".repeat(100) + "bar"
    row("concatenateWideStrings") { Lib.concatenateWide("foo".repeat(100), "bar") } gives "foo".repeat(100) + "bar"
    row("void noRet()") { Lib.noop() } gives Unit
    row("bool return_opposite(bool)") { Lib.returnOpposite(true) } gives false
    row("createArrayi32, 100 times 100") { Lib.createInts(IntArray(100) { 100 }, 100) } gives List(100) { 100 }
    row("createArrayDouble, 5 times 1.1") { Lib.createDoubles(DoubleArray(5) { 1.1 }, 5) } gives List(5) { 1.1 }
    row("createArrayFloat") { Lib.createFloats(floatArrayOf(0.5f), 1) } gives listOf(0.5)
    row("createArrayString, 300 and 60000 characters") {
        Lib.createTexts(listOf("foo".repeat(100), "foo".repeat(20_000)), 2).map { it.length }
    } gives listOf(300, 60_000)
    row("getStringFromPtr of a text that C returned") {
        library("sum") { fn("concatenateStrings", cstring, cstring) returns pointer(cChar).owned() }("a", "b")
            .use { Lib.getStringFromPtr(it) }
    } gives "ab"
    row("getValueFromDoublePointer") { arena { Lib.getValue(allocFrom(pointer(i32), allocFrom(i32, 100))) } } gives 100
    row("returnNullPointer") { Lib.nullPointer() == null } gives true
    row("createPointer(Void), unwrapped") { arena { alloc(pointer(i32).orNull).value } } gives null
    row("createPerson: its fields") {
        library("sum") {
            val free = fn("freePerson", address) returns void
            fn("createPerson") returns pointer(i32).owned(free) // its age, and the other fields are FfiRsDataSpec's
        }().use { it.value }
    } gives 23
    row("callFunction with seven arguments") {
        val seen = mutableListOf<Any>()
        val result = Lib.callFunction { a, b, c, d, e, f, _ -> seen.addAll(listOf(a, b, c, d, e, f.toList())); a }
        seen + result
    } gives listOf(100, false, "Hello, World!", 100.11, listOf("Hello", "world"), listOf(101, 202, 303), 100)
    row("createMyClassFromC, freeClass") {
        val before = Lib.classesAlive()
        Lib.createMyClass("classString", 26).use { listOf(Lib.nameOfMyClass(it), Lib.ageOfMyClass(it)) } +
            (Lib.classesAlive() - before)
    } gives listOf("classString", 26, 0)
    row("MINUTIAE *") { sizeOf(struct<Minutiae>()) } gives library("sum") { fn("sizeof_MINUTIAE") returns usize }()
    row("int testFunc(struct by value): 1, 2, 3, 4") { Lib.testFunc(Four(1, 2, 3, 4)) } gives 0
    row("int atoi(const char *) of the main program") { LibC.atoi("1000") } gives 1000
    row("unlink with errno") {
        LibC.unlink("./nowhere").run { listOf(value(), errno().name()) }
    } gives listOf(-1, "ENOENT")
    row("malloc and createExternalBuffer") {
        val memory = LibC.malloc(4)
        memory.segment().asByteBuffer().put(0, 7)
        listOf(memory.cast(i8).value.toInt(), memory.segment().asByteBuffer().capacity()).also { LibC.free(memory) }
    } gives listOf(7, 4)
    row("modifyData(char *) of a buffer") {
        ByteArray(200).also { Lib.modifyBytes(it, 200) }
    } gives List(200) { 1.toByte() }
    row("a mangled function of C++") { library("sum") { fn("_Z7cpp_addii", i32, i32) returns i32 }(1, 2) } gives 3

    section("what ends its process")
    row("NULL where a text is declared") {
        library("sum") { fn("returnNullString") returns cstring }()
    } throws NullPointerException::class
    row("NULL in an array of texts") {
        library("sum") { fn("strings_with_null") returns array(cstring).sized(3) }()
    } throws NullPointerException::class
    row("load before any open") { library("sum") { fn("sum", i32, i32) returns i32 }(1, 2) } gives 3
    row("a type that is none") { library("sum") { fn("sum", i32.orNull, i32) returns i32 }(1, 2) } throws
        ffi.core.BindingException::class
    row("an array that is shorter than its length") { arena { pointerTo(Series(3, doubleArrayOf())) } } throws
        IllegalArgumentException::class
    row("a result that is freed twice") {
        val copy = arena { Lib.copyInts(allocFrom(i32, 1), 1) }
        copy.close()
        copy.close()
    } throws IllegalStateException::class
    row("a callback that throws") { Lib.apply({ _, _ -> throw ArithmeticException() }, 1, 2) } throws
        ArithmeticException::class
    row("a callback of the calling thread: garbage") { Lib.apply({ a, _ -> a * 2 }, 42, 0) } gives 84
    row("a callback by a thread that C waits for: it hangs") { Lib.applyOnThread({ a, b -> a - b }, 9, 4) } gives 5
    row("a callback after freePointer") {
        arena { Lib.setCallback(Lib.operation.stub { a, b -> a + b }) }
        Lib.runCallback(1, 2).also { Lib.setCallback(null) }
    } gives 0
    row("close while a call is under way") {
        val arena = Arena.ofShared()
        val slow = library("sum", arena) { fn("slow_sum", i32, i32) returns i32 }
        slow(0, 0)
        val call = Thread { slow(1, 2) }.apply { start() }
        while (library("sum") { fn("calls_under_way") returns i32 }() == 0 && call.isAlive) Thread.sleep(1)
        val closed = runCatching { arena.close() }
        call.join()
        if (closed.isFailure) arena.close()
        true
    } gives true
    row("a struct of 80 bytes as a result") { Lib.makeDoubles5(1.0).v } gives listOf(1.0, 2.0, 3.0, 4.0, 5.0)
    row("isNullPointer of what is no pointer") { Pointer.ofNull(i32).isNull } gives true
    row("a variable that is called") { library("sum") { fn("call_count") returns i32; link() } } throws
        ffi.core.BindingException::class

    section("wrong values")
    row("U64 from 2^63") { Lib.maxU64() } gives ULong.MAX_VALUE
    row("I64 above 2^53") { Lib.testbigint((1L shl 53) + 1) } gives (1L shl 53) + 1
    row("a number that does not fit") {
        Lib.function("echo_i8", i8, i8).call(300)
    } throws IllegalArgumentException::class
    row("Float as a result") { library("sum") { fn("echo_f32", f32) returns f32 }(1.5f) } gives 1.5f
    row("Boolean given to a callback") { callbackTrips("bool", bool, true) } gives listOf(true, true, true)
    row("an embedded NUL in a text") { Lib.textBytes("a\u0000b") } throws IllegalArgumentException::class
    row("errno of an earlier call") { LibC.open("nowhere", 0) } throws ErrnoException::class
}

/** A number on all the ways that it can take. */
private fun <T> Rival.scalar(name: String, word: String, type: ffi.core.NativeType<T>, value: T) {
    row("$name: parameter and result, createPointer, a struct's field") {
        trips(word, type, value)
    } gives List(3) { value }
    row("$name: a callback's parameter and result") { callbackTrips(word, type, value) } gives List(3) { value }
}

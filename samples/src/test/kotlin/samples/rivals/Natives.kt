// SPDX-License-Identifier: Apache-2.0
package samples.rivals

import ffi.core.Length
import ffi.core.NativeType
import ffi.dsl.*
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.nio.ByteBuffer

// What the rows of all rivals call.

internal data class Point(val x: Double, val y: Double)

internal data class Segment(val a: Point, val b: Point)

internal data class Four(val a: Int, val b: Int, val c: Int, val d: Int)

internal data class Minutia(val x: Short, val y: Short, val dir: Short, val kind: UByte)

internal data class Minutiae(val nNumber: Short, @Length(3) val item: List<Minutia>)

internal data class Doubles5(@Length(5) val v: DoubleArray)

internal data class Series(val n: Int, @Length(field = "n") val values: DoubleArray)

internal data class Matrix(@Length(6) val cells: IntArray)

internal data class Extremes(val low: Int, val high: Int)

internal data class Pair2(val a: Int, val b: Int)

internal enum class Mode { READ, WRITE, APPEND }

internal enum class Permission(val bit: Int) { READABLE(4), WRITABLE(2), EXECUTABLE(1) }

internal class Counter(override val segment: MemorySegment) : Handle

internal class Thing(override val segment: MemorySegment) : Handle

internal class MyClass(segment: MemorySegment) : OwnedHandle(segment)

internal object Person : Struct<Person>("Person") {
    val age = field("age", i32)
    val name = field("name", cstring.orNull)
    val scores = field("scores", array(f64).sized(4))
    val parent = field("parent", pointer(this).orNull)
    val level = bits("level", u32, 3)
}

internal object Number : Union<Number>("Number") {
    val i = field("i", i64)
    val d = field("d", f64)
}

internal object Packet : Struct<Packet>("packet") {
    val kind = field("kind", u16)
    val size = field("size", u16)
    val data = flexible("data", array(i8), size)
}

internal object Lib : Library("sum") {
    val sum = fn("sum", i32, i32) returns i32
    val noop = fn("noop") returns void
    val doubleSum = fn("doubleSum", f64, f64) returns f64
    val floatSum = fn("floatSum", f32, f32) returns f64
    val doubleU32 = fn("doubleU32", u32) returns u32
    val testU32 = fn("testU32", u32, u32) returns u32
    val testbigint = fn("testbigint", i64) returns i64
    val maxU64 = fn("max_u64") returns u64
    val sum8 = fn("sum8", i64, i64, i64, i64, i64, i64, i64, i64) returns i64
    val returnOpposite = fn("return_opposite", bool) returns bool
    val concatenate = fn("concatenateStrings", cstring, cstring) returns cstring.owned()
    val concatenateWide = fn("concatenateWideStrings", wstring, wstring) returns wstring.owned()
    val concatenate16 = fn("concatenateUtf16Strings", utf16, utf16) returns utf16.owned()
    val textBytes = fn("text_bytes", cstring) returns usize
    val echoText = fn("echo_text", cstring) returns cstring
    val nothing = fn("returnNullString") returns cstring.orNull
    val isNull = fn("is_null", cstring.orNull) returns i32
    val isNullAddress = fn("is_null", address) returns i32
    val latin1 = fn("latin1_text") returns cstring
    val missing = fn("non_existent_symbol", i32).optional returns i32

    val free = fn("block_free", address) returns void
    val createInts = fn("createArrayi32", array(i32).const, i32) returns array(i32).sizedBy(argument = 1).owned()
    val createDoubles = fn("createArrayDouble", array(f64).const, i32) returns array(f64).sizedBy(argument = 1).owned()
    val createFloats = fn("createArrayFloat", array(f32).const, i32) returns array(f64).sizedBy(argument = 1).owned()
    val createTexts = fn("createArrayString", array(cstring).const, i32) returns
        array(cstring.owned()).sizedBy(argument = 1).owned()
    val copyInts = fn("createArrayi32", pointer(i32), i32) returns pointer(i32).owned()
    val modifyData = fn("modifyData", buffer<ByteBuffer>(), usize) returns i32
    val modifyBytes = fn("modifyData", array(i8), usize) returns i32
    val hash = fn("hash", array(i8).const, usize) returns u32
    val reverse = fn("reverse_i32_array", array(i32), usize) returns void
    val sumInts = fn("sum_ints", array(i32).const, usize) returns i64
    val staticBuffer = fn("static_buffer") returns buffer<ByteBuffer>().sized(64)

    val midpoint = fn("midpoint", struct<Point>(), struct<Point>()) returns struct<Point>()
    val swapSegment = fn("swap_segment", struct<Segment>()) returns struct<Segment>()
    val movePoint = fn("move_point", inout(struct<Point>()), f64, f64) returns void
    val centroid = fn("centroid", array(struct<Point>()).const, usize) returns struct<Point>()
    val sumPoints = fn("sum_points", array(pointer(struct<Point>())).const, usize) returns f64
    val testFunc = fn("testFunc", struct<Four>()) returns i32
    val makeDoubles5 = fn("make_doubles5", f64) returns struct<Doubles5>()
    val makeMatrix = fn("make_matrix", i32) returns struct<Matrix>()
    val sumSeries = fn("sum_series", pointer(struct<Series>())) returns f64
    val makeSeries = fn("make_series", i32) returns struct<Series>()
    val findPerson = fn("find_person", cstring) returns pointer(Person)
    val older = fn("older", struct(Person), i32) returns struct(Person)
    val numberOf = fn("number_of", f64) returns struct(Number)
    val checksum = fn("checksum", pointer(Packet)) returns u32

    val divide = fn("divide", i32, i32, out(i32), out(i32)) returns void
    val swap = fn("swap", inout(i32), inout(i32)) returns void
    val extremesOf = fn("extremes_of", array(i32).const, usize, out(struct<Extremes>())) returns i32
    val widen = fn("widen", inout(struct<Extremes>()), i32) returns void
    val describe = fn("describe", i32, out(cstring.owned().orNull)) returns i32
    val describeInto = fn("describe_into", i32, array(i8), inout(usize)) returns i32
    val openThing = fn("open_thing", out(handle(::Thing))) returns i32
    val closeThing = fn("close_thing", handle(::Thing)) returns void
    val getStringFromPtr = fn("getStringFromPtr", pointer(cChar)) returns cstring
    val getValue = fn("getValueFromDoublePointer", pointer(pointer(i32))) returns i32
    val nullPointer = fn("returnNullPointer") returns pointer(i32).orNull
    val counterNew = fn("counter_new", i32) returns handle(::Counter)
    val counterNext = fn("counter_next", handle(::Counter)) returns i32
    val counterFree = fn("counter_free", handle(::Counter)) returns void
    val freeClass = fn("freeClass", handle(::MyClass)) returns void
    val createMyClass = fn("createMyClassFromC", cstring, i32) returns handle(::MyClass).owned(freeClass)
    val ageOfMyClass = fn("getMyClassAge", handle(::MyClass)) returns i32
    val nameOfMyClass = fn("getMyClassName", handle(::MyClass)) returns cstring
    val classesAlive = fn("classesAlive") returns i32
    val nextMode = fn("next_mode", enumOf<Mode>()) returns enumOf<Mode>()
    val permissions = fn("permissions_all") returns flags<Permission> { it.bit }

    val operation = callback(i32, i32) returns i32
    val apply = fn("apply", operation, i32, i32) returns i32
    val setCallback = fn("setCallback", operation.orNull) returns void
    val runCallback = fn("runCallback", i32, i32) returns i32
    val applyOnThread = fn("apply_on_thread", operation, i32, i32) returns i32
    val operationFor = fn("operation_for", i32) returns operation
    val addressFor = fn("operation_for", i32) returns address
    val onPair = callback(struct<Pair2>()) returns struct<Pair2>()
    val twicePair = fn("twice_pair", onPair, struct<Pair2>()) returns struct<Pair2>()
    val texts = array(cstring).sized(2)
    val everything = callback(i32, bool, cstring, f64, texts, array(i32).sized(3), address) returns i32
    val callFunction = fn("callFunction", everything) returns i32

    val callCount = variable("call_count", i32)
    val countCall = fn("count_call") returns i32
    val flagsOfAll = variable("flags_of_all", u32)
    val ticks = variable("ticks", i64)
    val ratio = variable("ratio", f64)
    val primes = variable("primes", array(i32).sized(4))
    val place = variable("place_of_start", struct<Point>())
    val greeting = variable("greeting", cstring)
    val title = variable("title", cstring.sized(16))
    val apiVersion = variable("api_version", i32)
    val failWith = fn("fail_with", i32) returns i32.withErrno
    val slowSum = fn("slow_sum", i32, i32) returns i32
}

internal object LibC : Library("") {
    val atoi = fn("atoi", cstring) returns i32
    val unlink = fn("unlink", cstring) returns i32.withErrno
    val open = fn("open", cstring, i32, variadic) returns i32.orErrno
    val malloc = fn("malloc", usize) returns pointer(i32)
    val free = fn("free", pointer(i32)) returns void
    val snprintf = fn("snprintf", array(i8), usize, cstring, variadic) returns i32
    val qsort = fn("qsort", array(i32), usize, usize, callback(pointer(i32), pointer(i32)) returns i32) returns void
}

/** A type as it travels: to C and back, out of a callback and into it, in memory of ours and in a struct of C's. */
internal fun <T> trips(word: String, type: NativeType<T>, value: T): List<T> = arena {
    val sum = Library("sum")
    val echo = sum.fn("echo_$word", type) returns type
    val field = sum.fn("field_$word", address) returns type
    val around = contextOf<Arena>().allocate(64, 16)
    type.set(around, (sum.fn("offset_$word") returns usize)(), value)
    val kept = allocFrom(type, value)
    listOf(echo(value), kept.value, field(around))
}

/** The same of what is given to a callback twice, and returned by it. */
internal fun <T> callbackTrips(word: String, type: NativeType<T>, value: T): List<T> {
    val given = mutableListOf<T>()
    val twice = library("sum") { fn("twice_$word", callback(type) returns type, type) returns type }
    return listOf(twice({ given += it; it }, value)) + given
}

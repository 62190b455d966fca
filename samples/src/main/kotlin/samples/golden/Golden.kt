// SPDX-License-Identifier: Apache-2.0
package samples.golden

import ffi.coroutines.*
import ffi.dsl.*
import java.lang.foreign.MemorySegment
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.withTimeoutOrNull

// A bit of everything. These declarations and their uses may grow, and never shrink.

val sum = library("libsum") { fn("sum", i32, i32) returns i32 }

data class Point(val x: Double, val y: Double) // travels by value, converted by generated code

enum class Mode { READ, WRITE, APPEND }

class Counter(override val segment: MemorySegment) : Handle // an opaque `struct counter *`

object Person : Struct<Person>("Person") { // viewed in place, behind a pointer
    val age = field("age", i32)
    val name = field("name", cstring.orNull)
    val scores = field("scores", array(f64).sized(4)) // double scores[4]
    val parent = field("parent", pointer(this))       // struct Person *
    val level = bits("level", u32, 3)                 // unsigned level : 3
}

object Number : Union<Number>("Number") {
    val asInt = field("i", i64)
    val asDouble = field("d", f64)
}

val seconds = i64.map({ it.seconds }, { it.inWholeSeconds }) // a user's type is a peer of ours

object LibSum : Library("sum") {
    val sum = fn("sum", i32, i32) returns i32
    val doubleSum = fn("doubleSum", f64, f64) returns f64
    val returnOpposite = fn("return_opposite", bool) returns bool
    val noRet = fn("noRet") returns void
    val testBigint = fn("testbigint", u64) returns u64

    val concatenateStrings = fn("concatenateStrings", cstring, cstring) returns cstring.owned()
    val concatenateWide = fn("concatenateWideStrings", wstring, wstring) returns wstring.owned()
    val nothing = fn("returnNullString") returns cstring.orNull

    val createArrayI32 = fn("createArrayi32", array(i32).const, i32) returns array(i32).sizedBy(argument = 1).owned()
    val createArrayString =
        fn("createArrayString", array(cstring).const, i32) returns array(cstring).sizedBy(argument = 1)
    val modifyData = fn("modifyData", array(i8), usize) returns i32
    val hash = fn("hash", array(i8).const, usize).critical returns u32

    val distance = fn("distance", struct<Point>(), struct<Point>()) returns f64
    val midpoint = fn("midpoint", struct<Point>(), struct<Point>()) returns struct<Point>()
    val findPerson = fn("find_person", cstring) returns pointer(Person).orNull
    val birthday = fn("birthday", pointer(Person)) returns void
    val divide = fn("divide", i32, i32, out(i32), out(i32)) returns void

    val operation = callback(i32, i32) returns i32
    val apply = fn("apply", operation, i32, i32) returns i32
    val setCallback = fn("setCallback", operation) returns void
    val runCallback = fn("runCallback", i32, i32) returns i32
    val operationFor = fn("operation_for", i32) returns operation // C gives a function pointer: it is a function

    val counterNew = fn("counter_new", i32) returns handle(::Counter)
    val counterNext = fn("counter_next", handle(::Counter)) returns i32
    val open = fn("open_mode", cstring, enumOf<Mode>()) returns i32

    val calls = variable("calls", i32)
    val maybe = fn("not_in_old_versions", i32).optional returns i32

    val slowSum = fn("slow_sum", i32, i32) awaits i32
    val wait = (fn("counter_wait", handle(::Counter)) awaits i32).cancelledBy { counter -> counterStop(counter) }
    val counterStop = fn("counter_stop", handle(::Counter)) returns void
    val watch = callback(i32) returns void
    val subscribe = fn("subscribe", watch) returns i32
    val unsubscribe = fn("unsubscribe", i32) returns void
}

object LibC : Library("") {
    val compare = callback(pointer(i32), pointer(i32)) returns i32
    val qsort = fn("qsort", array(i32), usize, usize, compare) returns void
    val snprintf = fn("snprintf", array(i8), usize, cstring, variadic) returns i32
    val open = fn("open", cstring, i32, variadic) returns i32.orErrno // C declares it variadic, so do we
    val close = fn("close", i32) returns i32.withErrno
    val read = (fn("read", i32, array(i8), usize) awaits isize).interruptible
}

interface SumApi { // the interface face: C names are method names
    fun sum(a: Int, b: Int): Int
    suspend fun slow_sum(a: Int, b: Int): Int
}

fun ticks(): Flow<Int> = nativeFlow {
    val subscription = LibSum.subscribe(stub(LibSum.watch) { tick -> send(tick) })
    onClose { LibSum.unsubscribe(subscription) }
}

suspend fun main() {
    println(sum(1, 2))
    println(LibSum.concatenateStrings("foo", "bar"))
    val copy: IntArray = LibSum.createArrayI32(intArrayOf(1, 2, 3), 3)
    val names: List<String> = LibSum.createArrayString(listOf("a", "b"), 2)
    val none: String? = LibSum.nothing()
    val middle: Point = LibSum.midpoint(Point(1.0, 2.0), Point(4.0, 6.0))
    val h: UInt = LibSum.hash("abc".encodeToByteArray(), 3)

    val quotient = Out<Int>()
    val remainder = Out<Int>()
    LibSum.divide(7, 2, quotient, remainder)

    println(LibSum.apply({ a, b -> a * b }, 6, 7))
    println(LibSum.operationFor(1)(2, 3))
    LibC.qsort(copy, copy.size.toLong(), 4) { x, y -> x.value.compareTo(y.value) }
    LibC.snprintf(ByteArray(32), 32, "%d %s %.2f", 3, "x", 1.5)
    LibSum.calls.value += 1

    arena {
        val bob = Person { it[age] = 42; it[name] = "bob" }
        LibSum.birthday(pointerTo(bob))
        println(bob[Person.age])
        val three = alloc(i32, 3)
        three.value += 1
        println(three.value)
        LibSum.setCallback(LibSum.operation.stub { a, b -> a - b }) // lives as long as the arena
        println(LibSum.runCallback(5, 3))
        println(Number { it[asDouble] = 1.0 }[Number.asInt].toString(16))
    }

    val api = bind<SumApi>("sum")
    nativeScope {
        val buffer = alloc(i32, 3)
        launch { buffer.value += 1 }
        val counter = LibSum.counterNew(0)
        runCatching { withTimeout(100.milliseconds) { LibSum.wait(counter) } } // on time-out calls counter_stop
            .onFailure { println(it.message) }
    }
    ticks().take(2).collect { println(it) }
    println(runCatching { LibC.open("nowhere", 0) }.exceptionOrNull()!!.message)
    println(LibC.close(-1).errno().name())
    println(listOf(1, 2, 3).fold(0, LibSum.sum))

    println("${copy.toList()} $names $none $middle $h")
    println("${quotient.value} ${remainder.value}")
    println(byteArrayOf(1, 2).also { LibSum.modifyData(it, 2) }.toList())
    println(LibSum.distance(Point(1.0, 2.0), Point(4.0, 6.0)))
    println(LibSum.findPerson("alice")?.get(Person.level))
    println(api.slow_sum(1, 2) + LibSum.slowSum(3, 4) + LibSum.sum.await(5, 6) + offThread { LibSum.sum(7, 8) })
    println(api.sum(3, 4) + LibSum.sum.await(5, 6) + offThread { LibSum.sum(7, 8) })
    println(LibSum.doubleSum(1.5, 3.0))
    println(LibSum.returnOpposite(true))
    println(LibSum.testBigint(ULong.MAX_VALUE))
    println(LibSum.concatenateWide("größer ", "als 😀"))
    val counter = LibSum.counterNew(7)
    println(LibSum.counterNext(counter) + LibSum.counterNext(counter))
    println(withTimeoutOrNull(100.milliseconds) { LibSum.wait(counter) }) // ended by counter_stop
    println(LibC.read(-1, ByteArray(1), 1))
    println(LibSum.open("file", Mode.APPEND))
    println(LibSum.maybe.isAvailable)
    println(library("") { fn("imaxabs", seconds) returns seconds }((-90).seconds))
    LibSum.noRet() // prints by itself
}

// Output:
// 3
// foobar
// 42
// 6
// 43
// 1
// 2
// 3ff0000000000000
// Timed out waiting for 100 ms
// 1
// 2
// open("nowhere", 0): ENOENT, No such file or directory
// EBADF
// 6
// [1, 2, 3] [a, b] null Point(x=2.5, y=4.0) 440920331
// 3 1
// [2, 3]
// 5.0
// 7
// 36
// 33
// 4.5
// false
// 18446744073709551615
// größer als 😀
// 15
// null
// -1
// 204
// false
// 1m 30s
// hello world

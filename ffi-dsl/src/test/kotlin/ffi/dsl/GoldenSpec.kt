// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.Out
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlin.io.path.createTempFile
import kotlin.io.path.deleteExisting
import kotlin.io.path.readText
import kotlin.time.Duration.Companion.seconds

/** What a user reads first: each line as a user writes it, of ffi-rs's and Deno's examples where they have the same. */
class GoldenSpec : FunSpec({

    test("one function, one line") {
        val sum = library("libsum") { fn("sum", i32, i32) returns i32 }
        sum(1, 2) shouldBe 3
    }

    test("ffi-rs: sum, doubleSum, concatenateStrings, return_opposite, testbigint") {
        Golden.sum(1, 2) shouldBe 3
        Golden.doubleSum(1.1, 2.2) shouldBe 1.1 + 2.2
        Golden.concatenateStrings("foo", "bar") shouldBe "foobar"
        Golden.concatenateWide("foo", "bar") shouldBe "foobar"
        Golden.returnOpposite(true) shouldBe false
        Golden.testBigint(ULong.MAX_VALUE) shouldBe ULong.MAX_VALUE
        val none: String? = Golden.nothing()
        none shouldBe null
    }

    test("ffi-rs: noRet") {
        printedBy { Golden.noRet() shouldBe Unit } shouldBe "hello world"
    }

    test("ffi-rs: atoi of the main program") {
        library("") { fn("atoi", cstring) returns i32 }("1000") shouldBe 1000
    }

    test("ffi-rs: define several functions at once") {
        val (sum, opposite) = library("libsum") {
            Pair(fn("sum", i32, i32) returns i32, fn("return_opposite", bool) returns bool)
        }
        sum(1, 2) shouldBe 3
        opposite(false) shouldBe true
    }

    test("Deno: fibonacci") {
        library("libsum") { fn("fibonacci", u32) returns u32 }(20u) shouldBe 6765u
    }

    test("a handle, an enumeration, a type of one's own, an optional function") {
        val counter = Golden.counterNew(0)
        Golden.counterNext(counter) shouldBe 0
        Golden.counterNext(counter) shouldBe 1
        Golden.open("file", Mode.WRITE) shouldBe 104
        Golden.duration(90.seconds) shouldBe 90.seconds
        Golden.maybe.ifAvailable?.invoke(3) shouldBe null
    }

    test("ffi-rs: createArrayi32, createArrayString, arrays that C changes") {
        val copy: IntArray = Golden.createArrayI32(intArrayOf(1, 2, 3), 3)
        copy.asList() shouldBe listOf(1, 2, 3)
        val names: List<String> = Golden.createArrayString(listOf("a", "b"), 2)
        names shouldBe listOf("a", "b")
        val data = byteArrayOf(1, 2)
        Golden.modifyData(data, 2) shouldBe 5
        data.asList() shouldBe listOf<Byte>(2, 3)
        val h: UInt = Golden.hash("abc".encodeToByteArray(), 3)
        h shouldBe 0x1A47E90Bu
    }

    test("structs by value") {
        val middle: Point = Golden.midpoint(Point(1.0, 2.0), Point(4.0, 6.0))
        middle shouldBe Point(2.5, 4.0)
        Golden.distance(Point(0.0, 0.0), Point(3.0, 4.0)) shouldBe 5.0
    }

    test("what C returns through pointers") {
        val quotient = Out<Int>()
        val remainder = Out<Int>()
        Golden.divide(7, 2, quotient, remainder)
        Pair(quotient.value, remainder.value) shouldBe Pair(3, 1)
    }

    test("a struct in place, and memory of an arena") {
        arena {
            val bob = Person { it[age] = 42; it[name] = "bob" }
            Golden.birthday(pointerTo(bob))
            bob[Person.age] shouldBe 43
            val three = alloc(i32, 3)
            three.value += 1
            three[0] shouldBe 1
        }
        Golden.findPerson("bob")?.value?.get(Person.name) shouldBe "bob"
    }

    test("a function is a function") {
        listOf(1, 2, 3).fold(0, Golden.sum) shouldBe 6
    }

    test("an interface") {
        bind<SumFace>("sum").sum(1, 2) shouldBe 3
    }
})

private val durations = i64.map({ it.seconds }, { it.inWholeSeconds })

private object Golden : Library("sum") {
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
    val counterNew = fn("counter_new", i32) returns handle(::Counter)
    val counterNext = fn("counter_next", handle(::Counter)) returns i32
    val open = fn("open_mode", cstring, enumOf<Mode>()) returns i32
    val maybe = fn("not_in_old_versions", i32).optional returns i32
    val duration = fn("echo_i64", durations) returns durations
}

private object Posix : Library("") {
    val creat = fn("creat", cstring, i32) returns i32
    val dup = fn("dup", i32) returns i32
    val dup2 = fn("dup2", i32, i32) returns i32
    val close = fn("close", i32) returns i32
}

/** What C writes to its standard output, which is not the JVM's and on which Maven talks to the specs. */
private fun printedBy(block: () -> Unit): String {
    val file = createTempFile("printed")
    val to = Posix.creat("$file", 384)
    val kept = Posix.dup(1)
    Posix.dup2(to, 1)
    try {
        block()
    } finally {
        Posix.dup2(kept, 1)
        Posix.close(kept)
        Posix.close(to)
    }
    return file.readText().also { file.deleteExisting() }
}

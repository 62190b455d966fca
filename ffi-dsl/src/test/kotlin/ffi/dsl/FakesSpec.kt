// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.Bindings
import ffi.core.Errno
import ffi.core.Out
import ffi.core.Owned
import ffi.core.Pointer
import ffi.core.WithErrno
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.lang.reflect.Proxy

/** What a user's code asks of a library. */
interface Bank {
    var call_count: Int

    @Owned
    fun concatenateStrings(a: String, b: String): String

    fun midpoint(a: Point, b: Point): Point
    fun divide(a: Int, b: Int, quotient: Out<Int>, remainder: Out<Int>)
    fun apply(operation: (Int, Int) -> Int, a: Int, b: Int): Int
    fun counter_new(first: Int): Counter
    fun counter_next(counter: Counter): Int
    fun counter_free(counter: Counter)
    fun fail_with(code: Int): WithErrno<Int>
    fun find(values: Pointer<Int>, count: Long, wanted: Int): Pointer<Int>?
    fun sum_of(count: Int, vararg rest: Any?): Long
}

/** The user's code: it knows the interface, and not what stands behind it. */
private class Teller(private val bank: Bank) {

    fun work(): List<Any?> {
        bank.call_count = 3
        val quotient = Out<Int>()
        bank.divide(7, 2, quotient, Out())
        val counter = bank.counter_new(7)
        val next = bank.counter_next(counter)
        bank.counter_free(counter)
        val (failed, errno) = bank.fail_with(2)
        val found = arena { bank.find(allocFrom(i32, 2, 3, 5), 3, 5)?.value }
        return listOf(
            bank.call_count, bank.concatenateStrings("foo", "bar"), bank.midpoint(Point(0.0, 0.0), Point(2.0, 4.0)),
            quotient.value, bank.apply({ a, b -> a * b }, 6, 7), next, failed, errno.name(), found,
            bank.sum_of(2, 3, 4),
        )
    }
}

private val worked = listOf(3, "foobar", Point(1.0, 2.0), 3, 42, 7, -1, "ENOENT", 5, 7L)

/** A fake needs no library, and nothing of ours but the classes that the interface names. */
private class FakeBank : Bank {
    private val counters = mutableMapOf<Long, Int>()
    override var call_count = 0
    override fun concatenateStrings(a: String, b: String) = a + b
    override fun midpoint(a: Point, b: Point) = Point((a.x + b.x) / 2, (a.y + b.y) / 2)
    override fun divide(a: Int, b: Int, quotient: Out<Int>, remainder: Out<Int>) {
        quotient.value = a / b
        remainder.value = a % b
    }

    override fun apply(operation: (Int, Int) -> Int, a: Int, b: Int) = operation(a, b)
    override fun counter_new(first: Int): Counter {
        counters[counters.size + 1L] = first
        return Counter(MemorySegment.ofAddress(counters.size.toLong()))
    }

    override fun counter_next(counter: Counter): Int = counters.merge(counter.segment.address(), 1, Int::plus)!! - 1
    override fun counter_free(counter: Counter) {
        counters.remove(counter.segment.address())
    }

    override fun fail_with(code: Int) = WithErrno(-1, Errno(code))
    override fun find(values: Pointer<Int>, count: Long, wanted: Int): Pointer<Int>? =
        (0..<count.toInt()).firstOrNull { values[it] == wanted }?.let { values + it }

    override fun sum_of(count: Int, vararg rest: Any?): Long = rest.sumOf { (it as Int).toLong() }
}

/** A fake of a bound interface in tests needs nothing from us: it is an interface like any other. */
class FakesSpec : FunSpec({

    test("the library itself") {
        Teller(bind<Bank>("sum")).work() shouldBe worked
    }

    test("a fake") {
        Teller(FakeBank()).work() shouldBe worked
    }

    test("an object that changes one method of a fake, or of the library") {
        for (bank in listOf(FakeBank(), bind<Bank>("sum"))) {
            val rounding = object : Bank by bank {
                override fun midpoint(a: Point, b: Point) = Point(0.0, 0.0)
            }
            Teller(rounding).work() shouldBe worked.map { if (it is Point) Point(0.0, 0.0) else it }
        }
    }

    test("a mock that writes down what it is asked") {
        val asked = mutableListOf<String>()
        val fake = FakeBank()
        val mock =
            Proxy.newProxyInstance(Bank::class.java.classLoader, arrayOf(Bank::class.java)) { _, method, arguments ->
            asked += method.name
            method.invoke(fake, *arguments.orEmpty())
        } as Bank
        Teller(mock).work() shouldBe worked
        asked.take(3) shouldBe listOf("setCall_count", "divide", "counter_new")
        asked.size shouldBe 12
    }

    test("a fake is nothing that was bound") {
        shouldThrow<IllegalArgumentException> { Bindings.link(FakeBank()) }.message shouldBe
            "not a bound interface: ffi.dsl.FakeBank"
    }

    test("a function of Kotlin's type stands for one of a library") {
        fun total(plus: (Int, Int) -> Int) = listOf(1, 2, 3).fold(0, plus)
        total(LibSum.sum) shouldBe 6
        total { a, b -> a + b } shouldBe 6
    }

    test("a library of functions that a test supplies, for what is declared as an object") {
        Arena.ofConfined().use { arena ->
            val operation = callback(i32, i32) returns i32
            val fake = context(arena) { operation.stub { a, b -> a * 100 + b } }
            val library = symbols("fake") { name -> if (name == "sum") operation.addressOf(fake) else null }
            val sum = library(library) { fn("sum", i32, i32) returns i32 }
            sum(4, 2) shouldBe 402
        }
    }
})

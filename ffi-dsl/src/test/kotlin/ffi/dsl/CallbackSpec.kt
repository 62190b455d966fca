// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.Upcall
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import java.lang.foreign.MemorySegment
import java.util.concurrent.CancellationException

private object Calling : Library("sum") {
    val operation = callback(i32, i32) returns i32
    val apply = fn("apply", operation, i32, i32) returns i32
    val setCallback = fn("setCallback", operation) returns void
    val runCallback = fn("runCallback", i32, i32) returns i32
    val operationFor = fn("operation_for", i32) returns operation

    val failing = callback(i32, i32).returns(i32, onError = -1)
    val until = fn("apply_until_negative", failing, i32) returns i32
    val onThread = fn("apply_on_thread", failing, i32, i32) returns i32

    val measure = fn("measure", callback(cstring) returns i32, cstring) returns i32
    val decorate =
        fn("decorate", callback(cstring.orNull) returns cstring.orNull, cstring.orNull) returns cstring.orNull.owned()
    val withArray = fn("with_array", callback(array(i32).sizedBy(1), usize) returns i64, usize) returns i64
    val withPointer = fn("with_pointer", callback(pointer(i32)) returns void, i32) returns i32
    val mode = fn("twice_i32", callback(enumOf<Mode>()) returns enumOf<Mode>(), enumOf<Mode>()) returns enumOf<Mode>()

    val listener = callback(userData<MutableList<Int>>(), i32) returns i32
    val eachWith = fn("each_with", listener, userData<MutableList<Int>>(), i32) returns i32
    val addListener = fn("add_listener", listener, address, address) returns void
    val emit = fn("emit", i32) returns i32
    val removeListener = fn("remove_listener") returns void
    val walk = fn("walk", address, i32) returns i32

    val action = callback() returns void
    val setAction = fn("set_action", action) returns void
    val runAction = fn("run_action") returns void
}

private object Table : Struct<Table>("operations") {
    val add = field("add", Calling.operation)
    val sub = field("sub", Calling.operation)
}

private object C : Library("") {
    val compare = callback(pointer(i32), pointer(i32)) returns i32
    val qsort = fn("qsort", array(i32), usize, usize, compare) returns void
}

interface Walker {
    fun begin(name: String)
    fun visit(element: Int): Int
    fun end()
}

private fun product(a: Int, b: Int) = a * b

/** Functions of Kotlin that C calls. */
class CallbackSpec : FunSpec({

    test("a function that lives has an address, and late calls are counted") {
        val before = lateCalls()
        arena {
            val kept = Calling.operation.stub(::product)
            Calling.operation.addressOf(kept) shouldBe Upcall.address(Calling.operation, kept)
            shouldThrow<IllegalArgumentException> { Calling.operation.addressOf(::product) }
        }
        lateCalls() shouldBe before
    }

    test("a lambda, a function reference and a function value are given to a call") {
        Calling.apply({ a, b -> a * b }, 6, 7) shouldBe 42
        Calling.apply(::product, 6, 7) shouldBe 42
        val minus: (Int, Int) -> Int = { a, b -> a - b }
        Calling.apply(minus, 6, 7) shouldBe -1
        Calling.apply(Int::plus, 6, 7) shouldBe 13
    }

    test("a function pointer of C's is a function of Kotlin's") {
        Calling.operationFor(1)(2, 3) shouldBe 6
        Calling.apply(Calling.operationFor(0), 2, 3) shouldBe 5
    }

    test("C's qsort sorts by a lambda, which sees C's memory") {
        val numbers = intArrayOf(3, 1, 2, -5)
        C.qsort(numbers, numbers.size.toLong(), 4) { x, y -> x.value.compareTo(y.value) }
        numbers.toList() shouldBe listOf(-5, 1, 2, 3)
    }

    test("what C keeps lives as long as the arena around, forever, or once") {
        val late = Upcall.lateCalls()
        arena {
            Calling.setCallback(Calling.operation.stub { a, b -> a - b })
            Calling.runCallback(5, 3) shouldBe 2
        }
        Calling.runCallback(5, 3) shouldBe 0
        Upcall.lateCalls() shouldBe late + 1
        Calling.setCallback(Calling.operation.forever { a, b -> a + b })
        Calling.runCallback(5, 3) shouldBe 8
        Calling.setCallback(Calling.operation.once { a, b -> a * b })
        Calling.runCallback(5, 3) shouldBe 15
        Calling.runCallback(5, 3) shouldBe 0
    }

    test("the error value is of the result's type, and what was thrown arrives at the caller") {
        var calls = 0
        shouldThrow<CancellationException> {
            Calling.until({ i, _ -> if (++calls == 3) throw CancellationException("enough") else i }, 10)
        }
        calls shouldBe 3
    }

    test("a handler gets what is thrown on a thread of C's") {
        var seen: Throwable? = null
        arena {
            Calling.onThread(Calling.failing.stub({ _, e -> seen = e }) { _, _ -> error("there") }, 1, 2) shouldBe -1
        }
        seen!!.message shouldBe "there"
    }

    test("text, arrays, pointers and enums go both ways") {
        Calling.measure({ it.length }, "grüß") shouldBe 4
        Calling.decorate({ "<$it>" }, "grüß") shouldBe "<grüß>"
        Calling.decorate({ null }, "grüß") shouldBe null
        Calling.withArray({ values, count -> values.sum() * 10 + count }, 4) shouldBe 104
        Calling.withPointer({ it.value *= 2 }, 21) shouldBe 42
        Calling.mode({ Mode.entries[(it.ordinal + 1) % 3] }, Mode.READ) shouldBe Mode.APPEND
    }

    test("a function that returns nothing is a function to Unit or to nothing") {
        var ran = 0
        arena {
            Calling.setAction(Calling.action.stub {
                ran++
                null
            })
            Calling.runAction()
        }
        ran shouldBe 1
    }

    test("user data is the object that was given, for the call, while it is kept, or until it is destroyed") {
        val list = mutableListOf<Int>()
        Calling.eachWith({ to, value -> value.also { to += it } }, list, 3) shouldBe 6
        list shouldBe listOf(1, 2, 3)
        val (function, data, destroy) = Calling.listener.untilDestroyed(list) { to, value -> value.also { to += it } }
        Calling.addListener(function, data, destroy)
        Calling.emit(4) shouldBe 4
        list shouldBe listOf(1, 2, 3, 4)
        Calling.removeListener()
        Calling.emit(5) shouldBe 0
        arena {
            list.kept() shouldBe list
            Calling.eachWith({ to, value -> if (to === list) value else -1 }, list, 3) shouldBe 6
        }
    }

    test("an object's methods are a struct of function pointers") {
        val log = StringBuilder()
        val walker = object : Walker {
            override fun begin(name: String) {
                log.append(name)
            }

            override fun visit(element: Int) = element * element

            override fun end() {
                log.append(" visited")
            }
        }
        arena {
            Calling.walk(functionTable<Walker>(walker, "begin", "visit", "end"), 3) shouldBe 14
        }
        log.toString() shouldBe "elements visited"
    }

    test("the function at an address is called as it is declared") {
        val plus = Calling.operation.at(LibSum.sum.downcall.address())
        plus(2, 3) shouldBe 5
        Calling.apply(plus, 4, 5) shouldBe 9
        shouldThrow<NullPointerException> { Calling.operation.at(MemorySegment.NULL) }
    }

    test("a critical function with a callback is refused, by its first call") {
        object : Library("sum") {
            val apply = fn("apply", Calling.operation, i32, i32).critical returns i32
        }.let { library ->
            shouldThrow<IllegalArgumentException> { library.apply({ a, b -> a + b }, 1, 2) }.message shouldNotBe null
        }
    }

    test("a function pointer in a struct is equal to itself, and a lambda there lives as long as the arena") {
        arena {
            val given = Calling.operation.stub { a, b -> a - b }
            val table = Table {
                it[add] = { a, b -> a * b }
                it[sub] = given
            }
            table[Table.add](6, 7) shouldBe 42
            table[Table.add] shouldBe table[Table.add]
            table[Table.sub] shouldBe given
            table[Table.sub].hashCode() shouldBe given.hashCode()
            table[Table.add] shouldNotBe table[Table.sub]
            Calling.apply(table[Table.add], 3, 4) shouldBe 12
        }
    }

    test("a function that native code keeps is known where its type is written a second time") {
        class Item(override val segment: MemorySegment) : Handle

        val lib = object : Library("sum") {
            val once = callback(handle { Item(it) }, i32) returns i32
            val again = callback(handle { Item(it) }, i32) returns i32
            val each = fn("each_with", again, address, i32) returns i32
            val add = fn("add_listener", again, address, address) returns void
            val emit = fn("emit", i32) returns i32
            val remove = fn("remove_listener") returns void
        }
        arena {
            val function = lib.once.stub { item, value -> (item.segment.address() + value).toInt() }
            lib.add(function, MemorySegment.ofAddress(100), MemorySegment.NULL)
            lib.emit(11) shouldBe 111
            lib.add(function, MemorySegment.ofAddress(200), MemorySegment.NULL)
            lib.emit(11) shouldBe 211
        }
    }

    test("a handle that is given to its release function is not released again") {
        class Counter(segment: MemorySegment) : OwnedHandle(segment)

        val lib = object : Library("sum") {
            val free = fn("counter_free", handle(::Counter)) returns void
            val new = fn("counter_new", i32) returns handle(::Counter).owned(free)
        }
        repeat(200) { lib.free(lib.new(it)) }
        val counter = lib.new(1)
        lib.free(counter)
        shouldThrow<IllegalStateException> { lib.free(counter) }.message!!.let {
            it.lines().first() shouldBe "Closed already"
            it shouldContain "Counter"
        }
        shouldThrow<IllegalStateException> { counter.close() }.message!! shouldContain "Counter"
        System.gc()
    }
})

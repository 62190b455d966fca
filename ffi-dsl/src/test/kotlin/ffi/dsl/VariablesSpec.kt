// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.BindingException
import ffi.core.Bindings
import ffi.core.Global
import ffi.core.Length
import ffi.core.NativeLibrary
import ffi.core.IfPresent
import ffi.core.Symbol
import ffi.core.SymbolNotFoundException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment

private enum class State { IDLE, RUNNING, STOPPED }

private data class Spot(val x: Double, val y: Double)

private object Account : Struct<Account>("account") {
    val id = field("id", i32)
    val owner = field("owner", cstring)
    val balance = field("balance", i64)
}

private object Globals : Library("sum") {
    val calls = variable("call_count", i32)
    var count by variable("call_count", i32)
    val version by variable("api_version", cInt)
    val flags = variable("flags_of_all", u32)
    val primes = variable("primes", array(i32).sized(4))
    val place = variable("place_of_start", struct<Spot>())
    val account = variable("first_account", Account)
    val current = variable("current_account", pointer(Account))
    val greeting = variable("greeting", cstring)
    val title = variable("title", cstring.sized(16))
    val state = variable("state", enumOf<State>())
    val operation = variable("operation", callback(i32, i32).returns(i32).orNull)
    val maybe = variable("not_in_old_versions", i32).optional
    val ticks = variable("ticks_of_old", i64) or "ticks"
    val countCall = fn("count_call") returns i32
    val operate = fn("operate", i32, i32) returns i32
    val multiply = fn("multiply", i32, i32) returns i32
}

@Suppress("PropertyName")
private interface Variables {
    var call_count: Int
    val api_version: Int
    var flags_of_all: UInt
    var one_byte: UByte
    var state: State
    var place_of_start: Spot

    @get:Length(4)
    val primes: IntArray

    val nothing_said: String?

    @get:Symbol("greeting")
    val said: String

    @get:Symbol("call_count")
    var calls: Int

    @get:IfPresent
    val not_in_old_versions: Int

    fun count_call(): Int

    @Global
    fun ticks(): Long

    @Global
    fun ticks(count: Long)

    val doubled: Int get() = call_count * 2
}

/** `getLevel` is a function of C's, and `level` a variable; a parameter has the name that a property would have. */
private interface Level {
    fun getLevel(): Int
    fun setLevel(level: Int)
    val isOpen: Boolean
    val level2: Int
}

private interface Prefixed {
    fun add(a: Int, b: Int): Int
    val count: Int

    @Symbol("sum")
    fun sum(a: Int, b: Int): Int
}

private interface Gl {
    fun glAdd(a: Int, b: Int): Int
}

/** Global variables, and the names and places of symbols. What variables hold at first is put back by each test. */
class VariablesSpec : FunSpec({

    test("a variable is read and written by its value") {
        val before = Globals.calls.value
        Globals.calls.value += 1
        Globals.countCall() shouldBe before + 2
        Globals.calls.value = before
        Globals.flags.value shouldBe 0xfffffff0u
    }

    test("a property is a variable by delegation") {
        val before = Globals.count
        Globals.count = 10
        Globals.count += 5
        Globals.calls.value shouldBe 15
        Globals.count = before
        Globals.version shouldBe 42
    }

    test("arrays, data classes, structs in place, text, enumerations") {
        Globals.primes.value shouldBe intArrayOf(2, 3, 5, 7)
        Globals.place.value = Globals.place.value.copy(x = 9.0)
        Globals.place.value shouldBe Spot(9.0, 2.0)
        Globals.place.value = Spot(1.0, 2.0)

        Globals.account[Account.owner] shouldBe "ann"
        Globals.account[Account.balance] = 250
        Globals.current.value[Account.balance] shouldBe 250
        Globals.account[Account.balance] = 100
        Globals.account.value.let { it[Account.id] } shouldBe 7

        Globals.greeting.value shouldBe "hello"
        Globals.title.value = "titled"
        Globals.title.value shouldBe "titled"
        Globals.title.value = "untitled"
        Globals.state.value shouldBe State.RUNNING
    }

    test("a function pointer is a function of Kotlin's, C's own, or null") {
        Globals.operation.value shouldBe null
        Arena.ofConfined().use { arena ->
            Globals.operation.set({ a, b -> a * 10 + b }, arena)
            Globals.operate(6, 7) shouldBe 67
            Globals.operation.value!!(1, 2) shouldBe 12
            Globals.operation.value = Globals.multiply
            Globals.operate(6, 7) shouldBe 42
            Globals.operation.value = null
        }
        Globals.operate(6, 7) shouldBe -1
    }

    test("declaring opens nothing, and what is wrong is thrown by the use") {
        val absent = Library("nowhere").variable("x", i32)
        absent.isAvailable shouldBe false
        "$absent" shouldBe "x: i32"
        val wrong = Library("sum").variable("call_count", cstring.owned())
        shouldThrow<BindingException> { wrong.value }
        shouldThrow<BindingException> { Library("sum").variable("sum", i32).value }
    }

    test("link looks for variables as well, but not for those that are optional") {
        Globals.link()
        Globals.maybe.isAvailable shouldBe false
        Globals.maybe.ifAvailable shouldBe null
        Globals.calls.ifAvailable shouldNotBe null
        Globals.variables.map { it.symbol() }.take(3) shouldContainExactly
            listOf("call_count", "call_count", "api_version")
        val library = Library("sum")
        with(library) {
            variable("absent_variable", i32)
            fn("absent_function") returns void
        }
        val missing = shouldThrow<SymbolNotFoundException> { library.link() }
        missing.symbol() shouldBe "absent_function"
        missing.symbols() shouldBe listOf("absent_function", "absent_variable")
    }

    test("link refuses a variable that is declared as a function, and a function as a variable") {
        shouldThrow<BindingException> { Library("sum").apply { fn("call_count") returns i32 }.link() }
        shouldThrow<BindingException> { Library("sum").apply { variable("count_call", i32) }.link() }
    }

    context("of several names the first is taken that is there") {
        test("of a variable") {
            Globals.ticks.value = 5
            library("sum") { variable("ticks", i64) }.value shouldBe 5
            Globals.ticks.value = 1
        }
        test("of a function, optional, critical or not") {
            with(Library("sum")) {
                val sum = fn("sum_v3", i32, i32) or "sum_v2" or "sum" returns i32
                sum(1, 2) shouldBe 3
                "$sum" shouldBe "sum_v3: i32 (i32, i32)"
                val critical = fn("sum_v2", i32, i32).critical or "sum" returns i32
                critical(1, 2) shouldBe 3
                val none = fn("nothing_v2").optional or "nothing" returns void
                none.isAvailable shouldBe false
                link()
                shouldThrow<SymbolNotFoundException> { none() }.message!!.lines().first() shouldBe
                    "Symbol not found: \"nothing_v2\", \"nothing\""
            }
        }
        test("and they travel") {
            val sum = library("sum") { fn("sum_v2", i32, i32) or "sum" returns i32 }
            travelled(sum)(1, 2) shouldBe 3
            val compress = library("z", "99", "1") { fn("zlibVersion") returns cstring }
            travelled(compress)() shouldBe compress()
        }
    }

    test("a prefix is left out where symbols are declared") {
        val library = Library("sum", prefix = "cou")
        with(library) {
            val countCall = fn("nt_call") returns i32
            "$countCall" shouldBe "count_call: i32 ()"
            function("nt_call", i32).symbol() shouldBe "count_call"
        }
        library("sum", prefix = "call_") { variable("count", i32) }.symbol() shouldBe "call_count"
        library(NativeLibrary.open("sum", Arena.global()), prefix = "su") { fn("m", i32, i32) or "n" returns i32 }
            .let { it(1, 2) to it.downcall.symbols() } shouldBe (3 to listOf("sum", "sun"))
        library.link()
    }

    test("a library may have several versions, of which the first is taken that is there") {
        val zlib = Library("z", "99", "98", "1")
        with(zlib) { fn("zlibVersion") returns cstring }().first() shouldBe '1'
        "$zlib" shouldBe "z 99 or 98 or 1"
    }

    test("symbols that a function supplies") {
        val getProc = library("sum") { fn("get_proc", cstring) returns address }
        val gl = symbols("GL", getProc)
        library(gl) { fn("glAdd", i32, i32) returns i32 }(1, 2) shouldBe 3
        bind<Gl>(gl).glAdd(3, 4) shouldBe 7
        library(symbols("GL") { null }) { fn("glAdd") returns void }.isAvailable shouldBe false
        val find = library("sum") { fn("get_symbol", cstring) returns address }
        library(symbols("GL") { find("gl$it") }) { variable("Level", i32) }.value shouldBe 11
        shouldThrow<SymbolNotFoundException> { gl.findOrThrow("glSub") }.message shouldBe
            "Symbol not found: \"glSub\"\n  library: GL"
        gl.findOrThrow("glAdd") shouldNotBe MemorySegment.NULL
    }

    context("in an interface") {
        val bound = bind<Variables>("sum")

        test("a property is a variable") {
            val before = bound.call_count
            bound.call_count = before + 1
            bound.count_call() shouldBe before + 2
            bound.calls shouldBe before + 2
            bound.calls = before
            bound.doubled shouldBe 2 * before
            bound.api_version shouldBe 42
            bound.flags_of_all shouldBe 0xfffffff0u
            bound.flags_of_all = 7u
            bound.flags_of_all shouldBe 7u
            bound.flags_of_all = 0xfffffff0u
            bound.one_byte shouldBe 200.toUByte()
            bound.state = State.STOPPED
            bound.state shouldBe State.STOPPED
            bound.state = State.RUNNING
            bound.place_of_start shouldBe Spot(1.0, 2.0)
            bound.primes shouldBe intArrayOf(2, 3, 5, 7)
            bound.nothing_said shouldBe null
            bound.said shouldBe "hello"
            bound.ticks(9)
            bound.ticks() shouldBe 9
            bound.ticks(1)
        }

        test("one may be optional, and link finds the others") {
            Bindings.link(bound)
            shouldThrow<SymbolNotFoundException> { bound.not_in_old_versions }
            Bindings.variables(bound).map { it.symbol() }.sorted().distinct() shouldContainExactly listOf(
                "api_version", "call_count", "flags_of_all", "greeting", "not_in_old_versions", "nothing_said",
                "one_byte", "place_of_start", "primes", "state", "ticks",
            )
        }

        test("what is declared a function is none, whatever its name") {
            val level = bind<Level>("sum")
            Bindings.functions(level).map { it.symbol() }.sorted() shouldContainExactly listOf("getLevel", "setLevel")
            Bindings.variables(level).map { "$it" }.sorted() shouldContainExactly listOf("isOpen: bool", "level2: i32")
        }

        test("there may be a prefix, but not before what is named by @Symbol") {
            val bound = bind<Prefixed>("sum", prefix = "call_")
            bound.count shouldBe Globals.calls.value
            bound.sum(1, 2) shouldBe 3
            Bindings.functions(bound).map { it.symbol() }.sorted() shouldContainExactly listOf("call_add", "sum")
        }
    }
})

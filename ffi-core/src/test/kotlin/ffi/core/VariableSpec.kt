// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.NativeType.ADDRESS
import ffi.core.NativeType.CSTRING
import ffi.core.NativeType.F64
import ffi.core.NativeType.I32
import ffi.core.NativeType.I64
import ffi.core.NativeType.U32
import ffi.core.NativeType.U8
import ffi.core.NativeType.array
import ffi.core.NativeType.callback
import ffi.core.NativeType.enumOf
import ffi.core.NativeType.pointer
import ffi.core.NativeType.struct
import ffi.launched.UseVariablesInOwnJvm
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.throwables.shouldThrowAny
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withTests
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.lang.foreign.ValueLayout
import java.util.NoSuchElementException
import java.util.concurrent.CompletableFuture
import java.util.function.IntBinaryOperator
import kotlin.io.path.Path
import users.Globals.Counters
import users.Globals.Spot

private enum class State { IDLE, RUNNING, STOPPED }

private object Account {
    val type: StructType<Account> = StructType.of("account")
    val id: Field<Account, Int> = type.field("id", I32)
    val owner: Field<Account, String> = type.field("owner", CSTRING)
    val balance: Field<Account, Long> = type.field("balance", I64)
}

/** Global variables; what they hold at first is put back by each test, for the library is one for all. */
@EnabledIf(OnLinux::class)
class VariableSpec : FunSpec({

    val library = NativeLibrary.open("sum", Arena.global())
    fun call(symbol: String, result: NativeType<*>): Any? = library.downcall(symbol, result).call()

    fun <T> variable(symbol: String, type: NativeType<T>): Variable<T> =
        Variable.declare({ library }, library.scope(), symbol, type)

    fun messageOf(block: () -> Any?): String =
        shouldThrowAny { block() }.message!!.replace("$natives", "DIR")

    test("a variable is read and written where C has it") {
        val calls = library.variable("call_count", I32)
        val before = calls.get()
        call("count_call", I32) shouldBe before + 1
        calls.get() shouldBe before + 1
        calls.set(before)
        call("count_call", I32) shouldBe before + 1
        calls.set(before)
    }

    test("a variable says what it is") {
        val calls = variable("call_count", I32)
        "$calls" shouldBe "call_count: i32"
        calls.symbol() shouldBe "call_count"
        calls.type() shouldBe I32
        calls.isOptional shouldBe false
        calls.isWritable shouldBe true
        calls.isAvailable shouldBe true
        calls.segment().byteSize() shouldBe 4
        calls.segment().scope() shouldBe library.scope()
        calls.pointer().address() shouldBe library.findOrThrow("call_count").address()
        (calls == calls) shouldBe true
        calls shouldNotBe variable("call_count", I32)
    }

    test("numbers of all widths, signed or not, keep what is beside them") {
        variable("one_byte", U8).get() shouldBe 200.toByte()
        variable("flags_of_all", U32).get() shouldBe 0xfffffff0.toInt()
        val ratio = variable("ratio", F64)
        ratio.get() shouldBe 0.5
        ratio.set(Double.MIN_VALUE)
        ratio.get() shouldBe Double.MIN_VALUE
        ratio.set(0.5)
    }

    test("an array lies in place and is one value") {
        val primes = variable("primes", array(IntArray::class.java).sized(4))
        primes.get() shouldBe intArrayOf(2, 3, 5, 7)
        primes.set(intArrayOf(11, 13, 17, 19))
        call("sum_of_primes", I32) shouldBe 60
        primes.pointer().count() shouldBe 1
        primes.set(intArrayOf(2, 3, 5, 7))
        shouldThrow<IllegalArgumentException> { primes.set(intArrayOf(1)) }
    }

    test("a record is copied, a struct is viewed in place") {
        val place = variable("place_of_start", struct(Spot::class.java))
        place.get() shouldBe Spot(1.0, 2.0)
        place.set(Spot(3.0, 4.0))
        place.get() shouldBe Spot(3.0, 4.0)
        place.set(Spot(1.0, 2.0))

        val account = variable("first_account", Account.type.byValue()).get()
        account.get(Account.owner) shouldBe "ann"
        account.set(Account.balance, 250)
        val current = variable("current_account", Account.type.pointer())
        current.get().get().get(Account.balance) shouldBe 250
        account.set(Account.balance, 100)
        current.get().address() shouldBe variable("first_account", Account.type.byValue()).segment().address()
    }

    test("text in place and text behind a pointer") {
        val title = variable("title", CSTRING.sized(16))
        title.get() shouldBe "untitled"
        title.set("Ünïcode")
        call("length_of_title", I64) shouldBe 9L
        title.set("untitled")
        shouldThrow<IllegalArgumentException> { title.set("longer than sixteen") }

        val greeting = variable("greeting", CSTRING)
        val before = variable("greeting", ADDRESS).get()
        greeting.get() shouldBe "hello"
        messageOf { greeting.set("good day") } shouldBe """
            No memory for what a variable points to
              variable: greeting: cstring
              needed: 9 bytes
              hint: name an allocator, set(value, arena), whose memory lives as long as C looks at it
        """.trimIndent()
        Arena.ofConfined().use {
            greeting.set("good day", it)
            call("length_of_greeting", I64) shouldBe 8L
            greeting.get() shouldBe "good day"
            variable("greeting", ADDRESS).set(before)
        }
        variable("nothing_said", CSTRING.orNull()).get() shouldBe null
        shouldThrow<NullPointerException> { variable("nothing_said", CSTRING).get() }.message shouldBe """
            Not a value of its type
              variable: nothing_said: cstring
              declared: cstring
              expected: text
              found: NULL
              hint: declare it cstring.orNull if NULL is a value of it
        """.trimIndent()
    }

    test("an enumeration, and a value that is none of it") {
        val state = variable("state", enumOf(State::class.java))
        state.get() shouldBe State.RUNNING
        state.set(State.STOPPED)
        variable("state", I32).get() shouldBe 2
        variable("state", I32).set(99)
        messageOf { state.get() } shouldContain "variable: state: State"
        shouldThrow<NoSuchElementException> { state.get() }
        state.set(State.RUNNING)
    }

    test("a pointer, and what it points to") {
        val latest = variable("latest_prime", pointer(I32))
        latest.get().get() shouldBe 7
        val primes = variable("primes", array(IntArray::class.java).sized(4)).pointer().`as`(I32)
        latest.set(primes.plus(1))
        latest.get().get() shouldBe 3
        latest.set(primes.plus(3))
    }

    test("a function pointer is set to a function of Java's in an arena, to C's own, and to NULL") {
        val operation = variable("operation", callback(IntBinaryOperator::class.java).orNull())
        fun operate() = library.downcall("operate", I32, I32, I32).call(6, 7)
        operation.get() shouldBe null
        operate() shouldBe -1
        Arena.ofConfined().use { arena ->
            operation.set(IntBinaryOperator { a, b -> a * 10 + b }, arena)
            operate() shouldBe 67
            operation.get().applyAsInt(1, 2) shouldBe 12
            operation.set(library.downcall("multiply", I32, I32, I32).`as`(IntBinaryOperator::class.java))
            operate() shouldBe 42
            operation.set(null)
        }
        operate() shouldBe -1
    }

    context("what is constant is read, and a write is refused") {
        val constants = mapOf(
            "api_version" to I32, "origin" to struct(Spot::class.java),
            "level_names" to array(Array<String>::class.java).sized(2),
        )
        withTests(constants.mapValues { it.toPair() }) { (symbol, type) ->
            @Suppress("UNCHECKED_CAST")
            val constant = variable(symbol, type) as Variable<Any>
            val value = constant.get()
            constant.isWritable shouldBe false
            messageOf { constant.set(value) } shouldBe """
                A variable that can not be written
                  variable: $symbol: $type
                  library: DIR/libsum.so
                  found: read-only memory, where C has its constants
            """.trimIndent()
            shouldThrow<UnsupportedOperationException> { constant.set(value) }
            shouldThrow<UnsupportedOperationException> { constant.setVolatile(value) }
            shouldThrow<UnsupportedOperationException> { constant.compareAndSet(value, value) }
            shouldThrow<IllegalArgumentException> { constant.pointer().set(value) }
            shouldThrow<IllegalArgumentException> { constant.segment().set(ValueLayout.JAVA_BYTE, 0, 0) }
        }
        test("an array of constant text") {
            variable("level_names", array(Array<String>::class.java).sized(2)).get() shouldBe arrayOf("low", "high")
            variable("api_name", CSTRING.sized(8)).get() shouldBe "globals"
        }
    }

    test("a write that would end the VM is an exception, in a VM of its own") {
        UseVariablesInOwnJvm.ended("writes constants").run {
            output shouldBe List(4) { "java.lang.UnsupportedOperationException" }.joinToString("\n") + "\nalive"
            exit shouldBe 0
        }
    }

    test("a thread's own variable is refused") {
        messageOf { variable("per_thread", I32).get() } shouldBe """
            Not a variable: "per_thread"
              variable: per_thread: i32
              library: DIR/libsum.so
              found: a thread-local variable, another one for each thread
              hint: ask a function of C's for its value or its address
        """.trimIndent()
        shouldThrow<BindingException> { library.variable("per_thread", I32) }
    }

    test("a function is refused, that of another library and one which the C runtime chooses by the processor too") {
        messageOf { variable("sum", I32).get() } shouldBe """
            Not a variable: "sum"
              variable: sum: i32
              library: DIR/libsum.so
              found: a function
              hint: declare it as a function
        """.trimIndent()
        shouldThrow<BindingException> { variable("malloc", I32).set(1) }
        shouldThrow<BindingException> { NativeLibrary.standard().variable("strlen", I32) }.message!! shouldContain
            "found: a function"
    }

    test("a variable that is smaller than its type is refused") {
        messageOf { variable("call_count", I64).get() } shouldBe """
            A variable that is smaller than its type: "call_count"
              variable: call_count: i64
              library: DIR/libsum.so
              declared: 8 bytes
              found: 4 bytes
              hint: declare a type of 4 bytes, such as i32, u32 or f32
        """.trimIndent()
        messageOf { variable("one_byte", I32).get() } shouldContain "found: 1 byte"
        messageOf { variable("primes", array(IntArray::class.java).sized(5)).get() } shouldContain "declared: 20 bytes"
        messageOf { variable("title", CSTRING.sized(17)).get() } shouldContain "found: 16 bytes"
        variable("primes", array(IntArray::class.java).sized(3)).get() shouldBe intArrayOf(2, 3, 5)
    }

    test("a value that is smaller than its symbol is refused") {
        messageOf { variable("ticks", I32).get() } shouldBe """
            A variable that is larger than its type: "ticks"
              variable: ticks: i32
              library: DIR/libsum.so
              declared: 4 bytes
              found: 8 bytes
              hint: declare a type of 8 bytes, such as i64, u64, f64 or a pointer, or an array of 2 elements
        """.trimIndent()
        messageOf { variable("primes", I32).get() } shouldContain
            "hint: declare a type of 16 bytes, such as an array of 4 elements"
    }

    test("text behind a pointer is refused where text lies in place") {
        messageOf { variable("banner", CSTRING).get() } shouldBe """
            A variable that is larger than its type: "banner"
              variable: banner: cstring
              library: DIR/libsum.so
              declared: 8 bytes
              found: 9 bytes
              hint: declare cstring.sized(9) if the text lies in place, as that of char[] does
        """.trimIndent()
        messageOf { variable("wide_banner", NativeType.WSTRING.orNull()).get() } shouldContain
            "hint: declare wstring.sized(8) if the text lies in place"
        variable("banner", CSTRING.sized(9)).get() shouldBe "in place"
        variable("wide_banner", NativeType.WSTRING.sized(8)).get() shouldBe "wide"
        variable("wide_banner", NativeType.WSTRING.sized(2)).get() shouldBe "wi"
        messageOf { variable("wide_banner", NativeType.WSTRING.sized(9)).get() } shouldBe """
            A variable that is smaller than its type: "wide_banner"
              variable: wide_banner: wstring.sized(9)
              library: DIR/libsum.so
              declared: 36 bytes
              found: 32 bytes
              hint: declare at most sized(8)
        """.trimIndent()
    }

    context("a size that is not the symbol's") {
        withTests(mapOf(
            "a bool" to ("call_count" to NativeType.BOOL),
            "a character" to ("call_count" to NativeType.CHAR16),
            "a wide character" to ("ticks" to NativeType.WCHAR),
            "an enumeration" to ("ticks" to NativeType.enumOf(Thread.State::class.java)),
            "flags" to ("one_byte" to NativeType.flags(Thread.State::class.java)),
            "a mapped number" to ("ticks" to I32.map<String>({ "$it" }, { it.toInt() })),
            "a number of the other byte order" to ("ticks" to I32.bigEndian()),
            "an address" to ("call_count" to ADDRESS),
            "a pointer" to ("banner" to NativeType.pointer(I32)),
            "a function pointer" to ("primes" to NativeType.callback(java.util.function.IntBinaryOperator::class.java)),
            "an object" to ("banner" to NativeType.`object`(String::class.java)),
            "an array behind a pointer" to ("primes" to array(IntArray::class.java).terminated()),
            "a record" to ("call_count" to struct(Spot::class.java)),
            "a struct" to ("call_count" to Account.type.byValue()),
        )) { (symbol, type) ->
            shouldThrow<BindingException> { variable(symbol, type).get() }.message!! shouldContain "than its type"
            shouldThrow<BindingException> { variable(symbol, type).link() }
            shouldThrow<BindingException> { variable(symbol, type).segment() }
        }
    }

    test("another name of a variable has the size of its own symbol") {
        for (name in listOf("written_name", "second_name")) {
            variable(name, I64).get() shouldBe 9
            shouldThrow<BindingException> { variable(name, I32).get() }
            shouldThrow<BindingException> { variable(name, array(LongArray::class.java).sized(2)).get() }
        }
        for (name in listOf("banner", "third_name")) {
            variable(name, CSTRING.sized(9)).get() shouldBe "in place"
            shouldThrow<BindingException> { variable(name, CSTRING).get() }
            shouldThrow<BindingException> { variable(name, CSTRING.sized(10)).get() }
        }
    }

    test("a symbol without a size is believed to be what is declared") {
        variable("without_size", I32).get() shouldBe 42
        variable("without_size", I64).get() shouldBe 42L + (43L shl 32)
    }

    test("a variable of the running program has the size of its symbol") {
        val program = NativeLibrary.open("", Arena.global())
        program.variable("stdout", ADDRESS).get().address() shouldNotBe 0L
        shouldThrow<BindingException> { program.variable("stdout", I32).get() }
        shouldThrow<BindingException> { program.variable("environ", I32).get() } // a weak name of another one
        program.variable("environ", ADDRESS).get().address() shouldNotBe 0L
    }

    context("a type that no variable can be of") {
        test("an owned one") {
            messageOf { variable("greeting", CSTRING.owned()).get() } shouldBe """
                A type that no variable can be of
                  variable: greeting: cstring.owned
                  found: an owned type, which is one of a result
            """.trimIndent()
        }
        test("one of which a part is owned, for each read would free it") {
            messageOf { variable("level_names", NativeType.list(CSTRING.owned()).sized(2)).get() } shouldContain
                "found: an owned type, which is one of a result"
        }
        test("an out, void, and one that is wrong by itself") {
            shouldThrow<BindingException> { variable("call_count", NativeType.out(I32)).get() }
            shouldThrow<BindingException> { variable("call_count", NativeType.VOID).get() }
            shouldThrow<BindingException> { variable("call_count", I32.orNull()).get() }
        }
    }

    test("a variable that is declared as a function is refused by what checks all") {
        val calls = library.downcall("call_count", I32)
        messageOf { calls.check() } shouldBe """
            Not a function: "call_count"
              function: call_count: i32 ()
              library: DIR/libsum.so
              found: a variable
              hint: declare it as a variable
        """.trimIndent()
        library.downcall("sum", I32, I32, I32).check()
        NativeLibrary.standard().downcall("strlen", I64, CSTRING).check()
        shouldThrow<BindingException> { Bindings.link(Bindings.bind(users.Globals.Confused::class.java, "sum")) }
    }

    test("a symbol that is missing is reported by each use") {
        val absent = variable("call_counts", I32)
        absent.isAvailable shouldBe false
        repeat(2) {
            messageOf { absent.get() } shouldBe """
                Symbol not found: "call_counts"
                  library: DIR/libsum.so
                  similar: call_count
            """.trimIndent()
        }
        Variable.declare({ NativeLibrary.open("nowhere", Arena.global()) }, Arena.global().scope(), "x", I32)
            .isAvailable shouldBe false
    }

    test("of several names the first is taken that is there") {
        val names = listOf("call_total", "call_count", "ticks")
        val calls = Variable.declare({ library }, library.scope(), names, I32)
        calls.segment() shouldBe variable("call_count", I32).segment()
        val none = Variable.declare({ library }, library.scope(), listOf("call_total", "calls_total"), I32)
        messageOf { none.get() }.lines().first() shouldBe """Symbol not found: "call_total", "calls_total""""
        shouldThrow<IllegalArgumentException> { Variable.declare({ library }, library.scope(), listOf(), I32) }
    }

    test("a variable ends with its library") {
        val arena = Arena.ofShared()
        val own = NativeLibrary.open("sum", arena)
        val (used, never) = List(2) { Variable.declare({ own }, own.scope(), "call_count", I32) }
        used.get()
        arena.close()
        val uses = listOf<(Variable<Int>) -> Any?>(
            { it.get() }, { it.set(1) }, { it.getVolatile() }, { it.setRelease(1) }, { it.compareAndSet(1, 2) },
            { it.getAndAdd(1) },
        )
        for (variable in listOf(used, never)) for (use in uses) {
            shouldThrow<IllegalStateException> { use(variable) }.message shouldBe """
                The library has been unloaded
                  variable: call_count: i32
                  hint: keep the arena open in which the library was opened
            """.trimIndent()
        }
        used.isAvailable shouldBe false
        never.isAvailable shouldBe false
    }

    test("a variable of a confined library is its thread's") {
        Arena.ofConfined().use { arena ->
            val calls = NativeLibrary.open("sum", arena).variable("call_count", I32)
            val elsewhere = CompletableFuture.supplyAsync { runCatching { calls.get() }.exceptionOrNull() }.join()
            (elsewhere is WrongThreadException) shouldBe true
            elsewhere!!.message shouldBe """
                The library belongs to another thread
                  variable: call_count: i32
                  hint: open the library in Arena.ofShared() or Arena.global()
            """.trimIndent()
        }
    }

    test("many threads count, beside C that counts as well") {
        val ticks = variable("ticks", I64)
        ticks.setVolatile(0)
        val add = library.downcall("add_ticks", NativeType.VOID, I32)
        val threads = List(4) { n ->
            CompletableFuture.runAsync { if (n % 2 == 0) add.call(10_000) else repeat(10_000) { ticks.getAndAdd(1) } }
        }
        threads.forEach { it.join() }
        ticks.getVolatile() shouldBe 40_000
        ticks.compareAndSet(40_000, 1) shouldBe true
        ticks.compareAndSet(40_000, 2) shouldBe false
        ticks.getAcquire() shouldBe 1
        ticks.setRelease(5)
        ticks.getOpaque() shouldBe 5
        ticks.setOpaque(1)
        messageOf { variable("ratio", F64).getAndAdd(1.0) } shouldBe """
            A variable that has no getAndAdd
              variable: ratio
              declared: f64
        """.trimIndent()
        shouldThrow<UnsupportedOperationException> { variable("title", CSTRING.sized(16)).getVolatile() }
    }

    test("the program's and the C runtime's own variables") {
        val environ = NativeLibrary.standard().variable("environ", pointer(CSTRING.orNull()))
        environ.get().sized(1).get(0) shouldNotBe null
        NativeLibrary.standard().variable("stdout", ADDRESS).get().address() shouldNotBe 0
    }

    context("in an interface") {
        val counters = Bindings.bind(Counters::class.java, "sum")

        test("methods read and write") {
            val before = counters.call_count()
            counters.call_count(before + 10)
            counters.count_call() shouldBe before + 11
            counters.call_count(before)
            counters.ticks(-1)
            counters.ticks() shouldBe -1
            counters.ticks(1)
            counters.ratio() shouldBe 0.5
            counters.one_byte() shouldBe 200.toByte()
            counters.primes() shouldBe intArrayOf(2, 3, 5, 7)
            counters.place_of_start() shouldBe Spot(1.0, 2.0)
            counters.place_of_start(Spot(5.0, 6.0))
            counters.place_of_start() shouldBe Spot(5.0, 6.0)
            counters.place_of_start(Spot(1.0, 2.0))
            counters.said() shouldBe "hello"
            counters.nothing_said() shouldBe null
            counters.version() shouldBe 42
            shouldThrow<UnsupportedOperationException> { counters.setVersion(43) }
        }

        test("an optional one that is missing throws when it is read, and link passes over it") {
            Bindings.link(counters)
            shouldThrow<SymbolNotFoundException> { counters.not_in_old_versions() }
            Bindings.variables(counters).single { it.symbol() == "not_in_old_versions" }.isAvailable shouldBe false
            Bindings.variables(counters).count { it.symbol() == "call_count" } shouldBe 1
            Bindings.functions(counters).map { it.symbol() } shouldContainExactly listOf("count_call")
        }

        test("link reports variables and functions that are missing") {
            val missing = Bindings.bind(users.Globals.Missing::class.java, "sum")
            val thrown = shouldThrow<SymbolNotFoundException> { Bindings.link(missing) }
            thrown.symbol() shouldBe "absent_function"
            thrown.symbols() shouldBe listOf("absent_function", "absent_variable")
        }

        test("that only its package can see") {
            val hidden = Bindings.bind(users.Globals.hidden(), "sum")
            users.Globals.next(hidden) shouldBe "RUNNING STOPPED"
            variable("state", I32).set(1)
        }

        test("what is neither a read nor a write, owned or critical is refused") {
            fun wrong(type: Class<*>) = messageOf { Bindings.bind(type, "sum") }
            wrong(users.Globals.Wrong::class.java) shouldBe """
                A method that neither reads nor writes a variable
                  of: int users.Globals${'$'}Wrong.call_count(int, int)
                  hint: one that reads takes nothing, and one that writes takes the value and returns nothing
            """.trimIndent()
            wrong(users.Globals.WrongOwned::class.java).lines().first() shouldBe "Only a function is owned"
            wrong(users.Globals.WrongCritical::class.java).lines().first() shouldBe "Only a function is critical"
        }
    }

    test("a library of another directory, whose variables the loader has moved") {
        val directory = newDirectory()
        val source = "int base = 1; int *const fixed = &base; const int *moving = &base;"
        val file = compile(directory, "libmoved.so", source)
        Arena.ofConfined().use { arena ->
            val moved = NativeLibrary.open(Path("$file"), arena)
            moved.variable("fixed", pointer(I32)).run {
                isWritable shouldBe false
                get().set(8)
            }
            moved.variable("base", I32).get() shouldBe 8
            moved.variable("moving", pointer(I32)).isWritable shouldBe true
        }
    }

    test("an address in no memory is refused") {
        val nowhere = NativeLibrary.of("nowhere") { _ -> java.util.Optional.of(MemorySegment.ofAddress(16)) }
        messageOf { nowhere.variable("x", I32) } shouldBe """
            Not a variable: "x"
              variable: x: i32
              library: nowhere
              found: no memory of this process
        """.trimIndent()
    }
})

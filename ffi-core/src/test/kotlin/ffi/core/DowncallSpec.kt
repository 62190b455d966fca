// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.NativeType.ADDRESS
import ffi.core.NativeType.CSTRING
import ffi.core.NativeType.F64
import ffi.core.NativeType.I32
import ffi.core.NativeType.I64
import ffi.core.NativeType.USIZE
import ffi.core.NativeType.VOID
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment.NULL
import java.lang.invoke.MethodType.methodType
import java.lang.invoke.WrongMethodTypeException
import java.util.concurrent.Callable
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import java.util.function.BiConsumer
import java.util.function.BiFunction
import java.util.function.BinaryOperator
import java.util.function.DoubleBinaryOperator
import java.util.function.IntBinaryOperator
import java.util.function.IntUnaryOperator
import java.util.function.Supplier
import java.util.function.ToLongFunction
import java.util.function.UnaryOperator

private enum class Step { FIRST, SECOND, THIRD }

private fun interface SumOfLongs {
    fun of(a: Long, b: Long, c: Long, d: Long, e: Long, f: Long, g: Long, h: Long): Long
}

private fun interface TextOperator : UnaryOperator<String>

private fun interface IntPlus : BinaryOperator<Int> {
    override fun apply(a: Int, b: Int): Int
}

private interface Described {
    fun sum(a: Int, b: Int): Int
    fun twice(a: Int) = sum(a, a)
}

/** A function that is linked, and the ways to call it. */
class DowncallSpec : FunSpec({

    val libsum = NativeLibrary.open("sum", Arena.global())
    val sum = libsum.downcall("sum", I32, I32, I32)
    val concatenate = libsum.downcall("concatenateStrings", CSTRING.owned(), CSTRING, CSTRING)
    val noop = libsum.downcall("noop", VOID)

    // --- handle ----------------------------------------------------------------------------------------------------

    test("a handle has the Java types of the signature, primitive where there is a primitive one") {
        sum.handle().type() shouldBe methodType(Int::class.java, Int::class.java, Int::class.java)
        concatenate.handle().type() shouldBe methodType(String::class.java, String::class.java, String::class.java)
        noop.handle().type() shouldBe methodType(Void.TYPE)
        val step = NativeType.enumOf(Step::class.java)
        libsum.downcall("next_mode", step, step).handle().type() shouldBe methodType(Step::class.java, Step::class.java)
        val mapped = I32.map<String>({ "$it" }, { it.toInt() })
        libsum.downcall("echo_i32", mapped, mapped).handle().type() shouldBe
            methodType(Any::class.java, Any::class.java)
    }

    test("a handle is called exactly, as one that is written by hand") {
        ExactCalls.sum(sum.handle(), 1, 2) shouldBe 3
        ExactCalls.text(concatenate.handle(), "foo", "bär") shouldBe "foobär"
        ExactCalls.nothing(noop.handle())
        val mapped = I32.map<String>({ "$it" }, { it.toInt() })
        ExactCalls.mapped(libsum.downcall("echo_i32", mapped, mapped).handle(), "42") shouldBe "42"
    }

    test("a handle converts what it is invoked with, but only if it is not invoked exactly") {
        ExactCalls.inexact(sum.handle(), 1, 2) shouldBe 3L
        shouldThrow<WrongMethodTypeException> { ExactCalls.text(sum.handle(), "a", "b") }
    }

    test("a handle is made once") {
        sum.handle() shouldBeSameInstanceAs sum.handle()
    }

    // --- as --------------------------------------------------------------------------------------------------------

    test("a function is an object of any functional interface that suits it") {
        sum.`as`(IntBinaryOperator::class.java).applyAsInt(1, 2) shouldBe 3
        val doubleSum = libsum.downcall("doubleSum", F64, F64, F64)
        doubleSum.`as`(DoubleBinaryOperator::class.java).applyAsDouble(1.1, 2.2) shouldBe 1.1 + 2.2
        libsum.downcall("text_bytes", USIZE, CSTRING).`as`(ToLongFunction::class.java).let {
            @Suppress("UNCHECKED_CAST")
            (it as ToLongFunction<String>).applyAsLong("äbc")
        } shouldBe 4L
        libsum.downcall("sum8", I64, I64, I64, I64, I64, I64, I64, I64, I64).`as`(SumOfLongs::class.java)
            .of(1, 2, 3, 4, 5, 6, 7, 1L shl 40) shouldBe 28 + (1L shl 40)
        noop.`as`(Runnable::class.java).run()
    }

    test("a generic interface takes boxes") {
        @Suppress("UNCHECKED_CAST")
        fun <T> generic(downcall: Downcall, face: Class<*>): T = downcall.`as`(face) as T
        generic<BinaryOperator<Int>>(sum, BinaryOperator::class.java).apply(1, 2) shouldBe 3
        generic<BiFunction<String, String, Any>>(concatenate, BiFunction::class.java).apply("a", "b") shouldBe "ab"
        generic<Callable<Any?>>(noop, Callable::class.java).call() shouldBe null
        generic<Supplier<Any?>>(noop, Supplier::class.java).get() shouldBe null
        val boxed: BinaryOperator<Any?> = generic(sum, BinaryOperator::class.java)
        shouldThrow<ClassCastException> { boxed.apply(1, 2L) }
        shouldThrow<NullPointerException> { boxed.apply(1, null) }.message shouldBe """
            Argument 2 is not a value of its type
              function: sum: i32 (i32, i32)
              expected: Integer
              found: null
        """.trimIndent()
    }

    test("null for a number of any class is an exception that names the argument") {
        val types = mapOf(
            NativeType.I8 to "Byte", NativeType.I16 to "Short", I32 to "Integer", I64 to "Long",
            NativeType.F32 to "Float", F64 to "Double", NativeType.BOOL to "Boolean", NativeType.CHAR16 to "Character",
            NativeType.U32 to "Integer", NativeType.U8 to "Byte",
            I32.map<Any>({ it }, { null }) to "Integer", // of a user's function
        )
        fun messageOf(function: Downcall, call: () -> Any?) =
            shouldThrow<NullPointerException> { call() }.message!!.replace("$function", "FUNCTION")

        @Suppress("UNCHECKED_CAST")
        for ((type, box) in types) {
            val plain = libsum.downcall("noop", type, type)
            val withText = libsum.downcall("noop", type, CSTRING, type)
            val unary = plain.`as`(UnaryOperator::class.java) as UnaryOperator<Any?>
            val binary = withText.`as`(BinaryOperator::class.java) as BinaryOperator<Any?>
            messageOf(plain) { unary.apply(null) } shouldBe """
                Argument 1 is not a value of its type
                  function: FUNCTION
                  expected: $box
                  found: null
            """.trimIndent()
            messageOf(withText) { binary.apply("", null) } shouldBe """
                Argument 2 is not a value of its type
                  function: FUNCTION
                  expected: $box
                  found: null
            """.trimIndent()
        }
    }

    test("an interface that narrows a generic one is functional still") {
        val plus = sum.`as`(ExactCalls.Plus::class.java)
        plus.apply(1, 2) shouldBe 3
        (plus as BinaryOperator<Int>).apply(3, 4) shouldBe 7
        libsum.downcall("echo_text", CSTRING, CSTRING).`as`(TextOperator::class.java).apply("a") shouldBe "a"
        val kotlinPlus = sum.`as`(IntPlus::class.java)
        kotlinPlus.apply(1, 2) shouldBe 3
        (kotlinPlus as BinaryOperator<Int>).apply(3, 4) shouldBe 7
    }

    test("a result may be dropped") {
        @Suppress("UNCHECKED_CAST")
        (sum.`as`(BiConsumer::class.java) as BiConsumer<Any, Any>).accept(1, 2)
        libsum.downcall("min_i32", I32).`as`(Runnable::class.java).run()
        val strcpy = NativeLibrary.standard().downcall("strcpy", ADDRESS, ADDRESS, CSTRING)
        Arena.ofConfined().use { arena ->
            val memory = arena.allocate(8)
            @Suppress("UNCHECKED_CAST")
            (strcpy.`as`(BiConsumer::class.java) as BiConsumer<Any, Any>).accept(memory, "four")
            memory.getString(0) shouldBe "four"
        }
    }

    test("an interface keeps its default methods") {
        sum.`as`(Described::class.java).twice(21) shouldBe 42
        sum.`as`(IntBinaryOperator::class.java).toString() shouldBe "sum: i32 (i32, i32)"
    }

    test("an interface's method may have any name") {
        libsum.downcall("max_u64", NativeType.U64).`as`(ExactCalls.Where::class.java).address() shouldBe -1L
        libsum.downcall("min_i32", I32).`as`(ExactCalls.Make::class.java).make() shouldBe Int.MIN_VALUE
        Arena.ofConfined().use { arena ->
            NativeLibrary.open("sum", arena).downcall("max_u64", NativeType.U64).`as`(ExactCalls.Where::class.java)
                .address() shouldBe -1L
        }
    }

    test("an abstract class is a face too, and keeps its own methods") {
        val adder = sum.`as`(ExactCalls.Adder::class.java)
        adder.add(1, 2) shouldBe 3
        adder.twice(21) shouldBe 42
        "$adder" shouldBe "adds"
    }

    // --- call ------------------------------------------------------------------------------------------------------

    test("a function is called by values whose types are only known at run time") {
        sum.call(1, 2) shouldBe 3
        noop.call() shouldBe null
        concatenate.call("foo", "bar") shouldBe "foobar"
    }

    // --- what it says of itself --------------------------------------------------------------------------------------

    test("a function tells its declaration") {
        "$concatenate" shouldBe "concatenateStrings: cstring.owned (cstring, cstring)"
        "${libsum.downcall("sum", Signature.of(I32, I32, I32).asCritical())}" shouldBe "sum: i32 (i32, i32) critical"
        sum.symbol() shouldBe "sum"
        sum.signature() shouldBe Signature.of(I32, I32, I32)
        sum.signature() shouldNotBe sum.signature().asCritical()
        sum.address() shouldBe libsum.findOrThrow("sum")
        sum.isAvailable shouldBe true
    }

    test("declaring a function opens nothing, and its first call asks once") {
        var asked = 0
        val late = Downcall.declare({ asked++; libsum }, Arena.global().scope(), "sum", Signature.of(I32, I32, I32))
        val operator = late.`as`(IntBinaryOperator::class.java)
        late.handle()
        asked shouldBe 0
        repeat(3) { operator.applyAsInt(it, 1) shouldBe it + 1 }
        asked shouldBe 1
        val often = Downcall.declare(
            { asked++; libsum }, Arena.global().scope(), "many_VPPJJDI_1",
            Signature.of(VOID, ADDRESS, ADDRESS, I64, I64, F64, I32),
        )
        repeat(100) { often.call(NULL, NULL, 0L, 0L, 0.0, 0) } // its shape may be linked only after some calls
        asked shouldBe 2
    }

    test("a first call that fails is tried again by the next") {
        var asked = 0
        val late = Downcall.declare(
            { if (asked++ < 2) error("not yet") else libsum }, Arena.global().scope(),
            "sum", Signature.of(I32, I32, I32),
        )
        val operator = late.`as`(IntBinaryOperator::class.java)
        repeat(2) { shouldThrow<IllegalStateException> { operator.applyAsInt(1, 2) }.message shouldBe "not yet" }
        operator.applyAsInt(1, 2) shouldBe 3
    }

    test("a function of a library that is not found is not available") {
        val nowhere = Downcall.declare(
            { NativeLibrary.open("nowhere", Arena.global()) }, Arena.global().scope(), "f", Signature.of(VOID),
        )
        nowhere.isAvailable shouldBe false
        shouldThrow<LibraryNotFoundException> { nowhere.call() }.name() shouldBe "nowhere"
    }

    // --- many functions ----------------------------------------------------------------------------------------------

    val directory = newDirectory()
    val many = 40
    val libmany = NativeLibrary.open(
        compile(
            directory, "libmany.so",
            (0..<many).joinToString("\n") { "int f$it(int a) { return ${it * 1000} + a; }" },
        ),
        Arena.global(),
    )

    test("any number of functions of one signature are told apart") {
        val downcalls = List(many) { libmany.downcall("f$it", I32, I32) }
        val operators = downcalls.map { it.`as`(IntUnaryOperator::class.java) }
        val handles = downcalls.map { it.handle() }
        repeat(3) { round ->
            for (i in (0..<many).shuffled()) {
                operators[i].applyAsInt(round) shouldBe i * 1000 + round
                handles[i].invokeWithArguments(round) shouldBe i * 1000 + round
                downcalls[i].call(round) shouldBe i * 1000 + round
            }
        }
        "${operators[39]}" shouldBe "f39: i32 (i32)"
    }

    test("a call site that serves many functions calls the right one, also once it is compiled") {
        val operators = List(many) { libmany.downcall("f$it", I32, I32).`as`(IntUnaryOperator::class.java) }
        val critical = List(many) {
            libmany.downcall("f$it", Signature.of(I32, I32).asCritical()).`as`(IntUnaryOperator::class.java)
        }
        for (functions in listOf(operators, critical)) {
            for (served in listOf(0..<many, 0..0, 38..39, 14..17)) {
                var wrong = 0
                for (n in 0..<100_000) {
                    val i = served.first + n % served.count()
                    if (functions[i].applyAsInt(n) != i * 1000 + n) wrong++
                }
                wrong shouldBe 0
            }
        }
    }

    test("functions of one signature in two libraries are told apart, whether or not these can be unloaded") {
        val first = compile(directory, "libfirst.so", "int which(void) { return 1; }")
        val second = compile(directory, "libsecond.so", "int which(void) { return 2; }")
        Arena.ofConfined().use { arena ->
            val all = listOf(
                NativeLibrary.open(first, Arena.global()), NativeLibrary.open(second, Arena.global()),
                NativeLibrary.open(first, arena), NativeLibrary.open(second, arena),
            ).map { it.downcall("which", I32) }
            repeat(2) {
                all.map { it.call() } shouldBe listOf(1, 2, 1, 2)
                all.map { it.`as`(java.util.function.IntSupplier::class.java).asInt } shouldBe listOf(1, 2, 1, 2)
            }
        }
        NativeLibrary.open(second, Arena.global()).downcall("which", I32).call() shouldBe 2
    }

    test("the first call may be raced for") {
        repeat(20) {
            val sums = List(4) { libsum.downcall("sum", I32, I32, I32).`as`(IntBinaryOperator::class.java) }
            val start = CountDownLatch(1)
            val results = List(8) { n ->
                CompletableFuture.supplyAsync {
                    start.await()
                    sums.map { it.applyAsInt(n, 1) }
                }
            }
            start.countDown()
            results.map { it.join() } shouldBe List(8) { n -> List(4) { n + 1 } }
        }
    }

    // --- unloading -------------------------------------------------------------------------------------------------

    val slow = compile(
        directory, "libslow.so",
        """
        #include <unistd.h>
        static volatile int inside;
        int is_inside(void) { return inside; }
        int slow(int milliseconds) { inside = 1; usleep(milliseconds * 1000); inside = 0; return milliseconds; }
        int quick(int a) { return a + 1; }
        """.trimIndent(),
    )

    test("a function of a confined arena's library is called by the arena's thread only") {
        Arena.ofConfined().use { arena ->
            val quick = NativeLibrary.open(slow, arena).downcall("quick", I32, I32)
            val operator = quick.`as`(IntUnaryOperator::class.java)
            operator.applyAsInt(1) shouldBe 2
            for (call in listOf<() -> Any>({ operator.applyAsInt(1) }, { quick.call(1) })) {
                val elsewhere = runCatching { CompletableFuture.supplyAsync(call).join() }
                elsewhere.exceptionOrNull()!!.cause.shouldBeInstanceOf<WrongThreadException>()
            }
        }
    }

    test("a library is not unloaded while one of its functions runs") {
        val arena = Arena.ofShared()
        val library = NativeLibrary.open(slow, arena)
        val sleeping = library.downcall("slow", I32, I32).`as`(IntUnaryOperator::class.java)
        val isInside = library.downcall("is_inside", I32)
        val call = CompletableFuture.supplyAsync { sleeping.applyAsInt(300) }
        while (isInside.call() == 0) Thread.onSpinWait()
        shouldThrow<IllegalStateException> { arena.close() }.message shouldBe "Session is acquired by 1 clients"
        call.join() shouldBe 300
        arena.close()
        shouldThrow<IllegalStateException> { sleeping.applyAsInt(1) }.message!!.lines().first() shouldBe
            "The library has been unloaded"
    }

    test("calls while the library is being unloaded return or throw, and never crash") {
        val executor = Executors.newFixedThreadPool(2)
        val strange = ConcurrentLinkedQueue<Any>()
        repeat(200) {
            val arena = Arena.ofShared()
            val quick = NativeLibrary.open(slow, arena).downcall("quick", I32, I32).`as`(IntUnaryOperator::class.java)
            val running = CountDownLatch(2)
            val done = CountDownLatch(2)
            repeat(2) {
                executor.execute {
                    running.countDown()
                    try {
                        while (true) {
                            if (quick.applyAsInt(1) != 2) strange += "a wrong result"
                            repeat(50) { Thread.onSpinWait() } // so that sometimes none of them is inside
                        }
                    } catch (e: IllegalStateException) { // what all of them end by
                        if (e.message!!.lines()[0] !in listOf("The library has been unloaded", "Already closed")) {
                            strange += e
                        }
                    } catch (e: Throwable) {
                        strange += e
                    } finally {
                        done.countDown()
                    }
                }
            }
            running.await()
            while (true) {
                try {
                    arena.close()
                    break
                } catch (_: IllegalStateException) { // one of them is inside
                    Thread.onSpinWait()
                }
            }
            done.await(10, TimeUnit.SECONDS) shouldBe true
        }
        executor.shutdown()
        strange.shouldBeEmpty()
    }
})

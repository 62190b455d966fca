// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal

import ffi.core.Downcall
import ffi.core.NativeLibrary
import ffi.core.NativeType
import ffi.core.NativeType.CSTRING
import ffi.core.NativeType.USIZE
import ffi.core.NativeType.UTF16
import ffi.core.NativeType.WSTRING
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.int
import io.kotest.property.checkAll
import java.lang.foreign.Arena
import java.lang.foreign.ValueLayout.JAVA_BYTE
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.Executors
import java.util.function.BinaryOperator
import java.util.function.ToLongFunction
import kotlin.io.path.Path
import kotlin.io.path.exists
import kotlin.io.path.readText
import kotlin.random.Random

/** The memory that a call's texts have until it returns. */
class ScratchSpec : FunSpec({

    val libsum = NativeLibrary.open("sum", Arena.global())
    val concatenate = libsum.downcall("concatenateStrings", CSTRING.owned(), CSTRING, CSTRING)

    @Suppress("UNCHECKED_CAST")
    fun Downcall.asOperator() = `as`(BinaryOperator::class.java) as BinaryOperator<String>

    @Suppress("UNCHECKED_CAST")
    val bytes = libsum.downcall("text_bytes", USIZE, CSTRING).`as`(ToLongFunction::class.java) as ToLongFunction<String>

    /** Where this thread's stack is; a call that has returned or thrown has left it where it was. */
    fun top(): Long = Scratch.enter().let { scratch -> scratch.top().also { scratch.leave(it) } }

    fun residentBytes(): Long = Path("/proc/self/statm").readText().split(" ")[1].toLong() * 4096

    // --- the stack itself ------------------------------------------------------------------------------------------

    /** Allocates and nests at random; what an allocation holds, no other may touch. */
    class Model(seed: Int) {
        val random = Random(seed)
        var serial = 0
        val strange = mutableListOf<String>()

        private fun size() = when (random.nextInt(10)) {
            0 -> 0L
            1 -> random.nextLong(60_000, 70_000)
            2 -> random.nextLong(100_000, 300_000)
            3 -> random.nextLong(250_000, 270_000)
            else -> random.nextLong(1, 5_000)
        }

        fun frame(depth: Int) {
            val scratch = Scratch.enter()
            val mark = scratch.top()
            val live = mutableListOf<Triple<Long, Long, Byte>>()
            repeat(random.nextInt(0, 6)) {
                val size = size()
                val alignment = 1L shl random.nextInt(0, 5)
                val address = scratch.allocate(size, alignment)
                if (address % alignment != 0L) strange += "not aligned to $alignment: $address"
                val pattern = (serial++).toByte()
                Memory.ALL.asSlice(address, size).fill(pattern)
                live += Triple(address, size, pattern)
                if (depth < 6 && random.nextBoolean()) frame(depth + 1)
            }
            for ((address, size, pattern) in live) {
                for (i in setOf(0, size / 2, size - 1)) {
                    if (size > 0 && Memory.ALL.get(JAVA_BYTE, address + i) != pattern) strange += "overwritten"
                }
            }
            scratch.leave(mark)
        }
    }

    test("frames of any sizes nest, and none touches another's memory") {
        val before = top()
        checkAll(2000, Arb.int()) { seed ->
            val model = Model(seed)
            model.frame(0)
            model.strange.shouldBeEmpty()
        }
        top() shouldBe before
    }

    test("frames of a virtual thread nest as well") {
        val strange = ConcurrentLinkedQueue<String>()
        Thread.startVirtualThread {
            repeat(500) { seed -> strange += Model(seed).also { it.frame(0) }.strange }
        }.join()
        strange.shouldBeEmpty()
    }

    test("a frame begins where the last one did") {
        val scratch = Scratch.enter()
        val mark = scratch.top()
        val first = scratch.allocate(100, 1)
        scratch.leave(mark)
        scratch.allocate(100, 1) shouldBe first
        scratch.leave(mark)
    }

    // --- calls -----------------------------------------------------------------------------------------------------

    test("texts may be as long as they like") {
        for (length in listOf(0, 1, 7, 8, 20_000, 21_845, 21_846, 65_535, 65_536, 100_000, 1_000_000, 5_000_000)) {
            bytes.applyAsLong("x".repeat(length)) shouldBe length
            bytes.applyAsLong("ä".repeat(length)) shouldBe length * 2
        }
    }

    test("several long texts in one call") {
        val before = top()
        for (length in listOf(10_000, 22_000, 30_000, 60_000, 90_000, 400_000)) {
            val a = "a".repeat(length)
            val b = "b".repeat(length)
            concatenate.call(a, b) shouldBe a + b
            libsum.downcall("concatenateWideStrings", WSTRING.owned(), WSTRING, WSTRING).call(a, b) shouldBe a + b
            libsum.downcall("concatenateUtf16Strings", UTF16.owned(), UTF16, UTF16).call(a, b) shouldBe a + b
            top() shouldBe before
        }
    }

    test("long and short texts by turns") {
        val operator = concatenate.asOperator()
        val texts = listOf(1, 30_000, 10, 300_000, 0, 70_000, 100).map { "x".repeat(it) }
        repeat(2_000) {
            val (a, b) = texts[it % texts.size] to texts[it / texts.size % texts.size]
            operator.apply(a, b).length shouldBe a.length + b.length
        }
    }

    test("an argument that is refused leaves nothing behind") {
        val before = top()
        for (length in listOf(10, 30_000, 300_000)) {
            val text = "x".repeat(length)
            repeat(100) {
                shouldThrow<NullPointerException> { concatenate.call(text, null) }
                shouldThrow<IllegalArgumentException> { concatenate.call(text, text + "\u0000") }
                top() shouldBe before
            }
        }
        bytes.applyAsLong("four") shouldBe 4
    }

    test("a result that is refused leaves nothing behind") {
        val before = top()
        val number = libsum.downcall("echo_text", CSTRING.map<Int>({ it.toInt() }, { "x".repeat(it) }), CSTRING)
        repeat(100) { shouldThrow<NumberFormatException> { number.call("x".repeat(30_000)) } }
        top() shouldBe before
    }

    test("a conversion may itself call, while arguments are on their way") {
        val twice = CSTRING.map<String>({ it }, { concatenate.call(it, it) as String })
        val nested = libsum.downcall("concatenateStrings", CSTRING.owned(), CSTRING, twice)
        for (length in listOf(1, 10_000, 30_000, 100_000, 300_000)) {
            val text = "ab".repeat(length)
            nested.call(text, text) shouldBe text + text + text
        }
        val virtually = ConcurrentLinkedQueue<Any?>()
        Thread.startVirtualThread { virtually += nested.call("a", "b") }.join()
        virtually.toList() shouldBe listOf("abb")
    }

    // --- threads ---------------------------------------------------------------------------------------------------

    /** What comes back wrong from [calls] calls with texts that no other thread has. */
    fun hammer(n: Int, calls: Int): List<String> {
        val operator = concatenate.asOperator()
        return buildList {
            repeat(calls) {
                val a = "thread $n, call $it, ".repeat(if (it % 50 == 0) 4_000 else it % 7)
                val b = "ü$n".repeat(it % 5)
                val joined = operator.apply(a, b)
                if (joined != a + b) add("$a$b: $joined")
            }
        }
    }

    test("eight threads at once each have their own texts") {
        Executors.newFixedThreadPool(8).use { executor ->
            List(8) { n -> executor.submit<List<String>> { hammer(n, 5_000) } }.flatMap { it.get() }.shouldBeEmpty()
        }
    }

    test("virtual threads by the thousand each have their own texts") {
        Executors.newVirtualThreadPerTaskExecutor().use { executor ->
            List(5_000) { n -> executor.submit<List<String>> { hammer(n, 20) } }.flatMap { it.get() }.shouldBeEmpty()
        }
    }

    test("platform threads come and go") {
        List(300) { n ->
            var wrong: List<String>? = null
            Thread { wrong = hammer(n, 10) }.also { it.start(); it.join() }
            wrong
        } shouldBe List(300) { listOf() }
    }

    test("a stack overflow in the middle of a call leaves a stack that can be used") {
        val large = "x".repeat(300_000)
        fun dive(): Long = bytes.applyAsLong(large) + dive()
        repeat(8) {
            var after: List<Long>? = null
            val thread = Thread(null, {
                shouldThrow<StackOverflowError> { dive() }
                after = listOf(280_000, 60_000, 300_000, 10).map { bytes.applyAsLong("y".repeat(it)) }
            }, "overflow", 512L * 1024)
            thread.start()
            thread.join()
            after shouldBe listOf(280_000L, 60_000L, 300_000L, 10L)
        }
    }

    test("memory does not grow with the calls").config(enabled = Path("/proc/self/statm").exists()) {
        val kept = "x".repeat(30_000)
        val large = "x".repeat(300_000)
        fun calls(times: Int) = repeat(times) {
            bytes.applyAsLong(kept) shouldBe 30_000
            if (it % 50 == 0) bytes.applyAsLong(large) shouldBe 300_000
        }
        calls(5_000)
        val before = residentBytes()
        calls(100_000)
        residentBytes() - before shouldBeLessThan 100_000_000
    }
})

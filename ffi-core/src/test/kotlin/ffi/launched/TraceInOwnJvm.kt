// SPDX-License-Identifier: Apache-2.0
package ffi.launched

import ffi.core.Bindings
import ffi.core.Downcall
import ffi.core.NativeLibrary
import ffi.core.NativeType
import ffi.core.NativeType.ADDRESS
import ffi.core.NativeType.CSTRING
import ffi.core.NativeType.F64
import ffi.core.NativeType.I32
import ffi.core.NativeType.I64
import ffi.core.NativeType.U32
import ffi.core.NativeType.USIZE
import ffi.core.Out
import ffi.core.Owned
import ffi.core.Pointer
import ffi.core.Signature
import ffi.core.StructType
import ffi.core.Symbol
import ffi.core.Upcall
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.util.ResourceBundle
import java.util.concurrent.CompletableFuture
import java.util.function.Consumer
import java.util.function.IntBinaryOperator
import java.util.function.IntFunction
import java.util.function.Supplier
import java.util.logging.Handler
import java.util.logging.LogRecord
import java.util.logging.Logger

private interface Sums {
    fun sum(a: Int, b: Int): Int
    @Symbol("sum") fun later(a: Int, b: Int): CompletableFuture<Int>
    fun sum_of(count: Int, vararg rest: Any?): Long
    @Owned fun concatenateStrings(a: String, b: String): String
    fun apply(f: IntBinaryOperator, a: Int, b: Int): Int
    fun setCallback(f: IntBinaryOperator)
    fun runCallback(a: Int, b: Int): Int
    fun nowhere(a: Int): Int
}

@JvmRecord
internal data class Point(val x: Double, val y: Double)

private enum class Level { LOW, HIGH }

/** A number whose text is of no use. */
private class Weird(val value: Int) {
    override fun toString(): String = error("no text")
}

private val weird = I32.map({ Weird(it) }, { it.value })

private val midpoint = NativeType.struct(Point::class.java)

/** Logs of the program's own, which call a function that is traced, or throw, when they are made or asked. */
public class OwnLogs : System.LoggerFinder() {

    override fun getLogger(name: String, module: Module): System.Logger {
        if (name.startsWith("ffi.trace")) {
            act("made")
        }
        return object : System.Logger {
            override fun getName(): String = name

            override fun isLoggable(level: System.Logger.Level): Boolean {
                if (name.startsWith("ffi.trace")) {
                    act("asked")
                }
                return name.startsWith("ffi.trace")
            }

            override fun log(level: System.Logger.Level, line: String) = System.err.println(line)

            override fun log(level: System.Logger.Level, texts: ResourceBundle?, line: String?, thrown: Throwable?) =
                Unit

            override fun log(level: System.Logger.Level, texts: ResourceBundle?, line: String?, vararg values: Any?) =
                Unit
        }
    }

    private fun act(whenever: String) {
        when (System.getProperty("own.logs")) {
            "call when $whenever" -> TraceInOwnJvm.sum.call(7, 8)
            "throw when $whenever" -> error("no log")
        }
    }
}

/** Programs whose calls are traced, as `-Dffi.trace` has it. */
internal object TraceInOwnJvm {

    private val library = NativeLibrary.open("sum", Arena.global())

    private fun downcall(symbol: String, result: NativeType<*>, vararg parameters: NativeType<*>): Downcall =
        library.downcall(symbol, result, *parameters)

    internal val sum = downcall("sum", I32, I32, I32)

    private fun faces() {
        sum.handle().invokeWithArguments(1, 2)
        sum.`as`(IntBinaryOperator::class.java).applyAsInt(3, 4)
        sum.call(5, 6)
        val sums = Bindings.bind(Sums::class.java, "sum")
        sums.sum(7, 8)
        sums.later(9, 10).get()
        sums.sum_of(2, 11, 12L)
        Arena.ofShared().use { Bindings.bind(Sums::class.java, "sum", it).sum(13, 14) }
        val unnamed = Supplier { NativeLibrary.open("sum", Arena.global()) }
        Downcall.declare(unnamed, Arena.global().scope(), "sum", Signature.of(I32, I32, I32)).call(15, 16)
        NativeLibrary.standard().downcall("abs", I32, I32).call(-17)
        val operation = NativeType.callback(IntBinaryOperator::class.java)
        val returned = downcall("operation_for", operation, I32).call(0) as IntBinaryOperator
        returned.applyAsInt(18, 19)
        println(runCatching { sums.nowhere(20) }.isFailure)
    }

    private fun values() {
        Arena.ofConfined().use { arena ->
            val text = arena.allocateFrom("text")
            downcall("is_null", I32, ADDRESS).call(text)
            downcall("is_null", I32, ADDRESS).call(MemorySegment.NULL)
            downcall("is_null", I32, CSTRING.orNull()).call(null)
            downcall("same_int", NativeType.pointer(I32), NativeType.pointer(I32)).call(I32.allocate(arena))
        }
        downcall("text_bytes", USIZE, CSTRING).call("two\nlines")
        downcall("text_bytes", USIZE, CSTRING).call("x".repeat(300))
        downcall("is_null", I32, NativeType.callback(IntBinaryOperator::class.java).orNull()).call(null)
        val bytes = NativeType.array(ByteArray::class.java)
        downcall("reverse_u8_array", NativeType.VOID, bytes, USIZE).call(ByteArray(0), 0L)
        downcall("abs", U32, U32).call(-1)
        downcall("noop", NativeType.VOID).call()
        downcall("fsum", F64, F64, F64).call(1.5, 2.5)
        downcall("midpoint", midpoint, midpoint, midpoint).call(Point(0.0, 0.0), Point(1.0, 2.0))
        val level = NativeType.enumOf(Level::class.java)
        downcall("sum", level, level, I32).call(Level.HIGH, 0)
        downcall("sum", weird, weird, I32).call(Weird(1), 2)
        val ints = NativeType.array(IntArray::class.java)
        downcall("sum_ints", I64, ints.asConst(), USIZE).call(IntArray(100) { it }, 100L)
        downcall("reverse_i32_array", NativeType.VOID, ints, USIZE).call(intArrayOf(1, 2, 3), 3L)
        downcall("divide", NativeType.VOID, I32, I32, NativeType.out(I32), NativeType.out(I32))
            .call(7, 2, Out<Int>(), Out<Int>())
        val counter = NativeType.pointer(I32).owned(downcall("counter_free", NativeType.VOID, ADDRESS))
        (downcall("counter_new", counter, I32).call(1) as Pointer<*>).close()
        Bindings.bind(Sums::class.java, "sum").concatenateStrings("foo", "bar")
        downcall("fail_with", I32.withErrno(), I32).call(2)
        runCatching { downcall("fail_with", I32.orErrno(), I32).call(2) }
        downcall("succeed_with", I32.orErrno(), I32).call(2)
        runCatching { downcall("text_bytes", USIZE, CSTRING).call(null) }
        downcall("sum", Signature.of(I32, I32, I32).asCritical()).call(1, 2)
    }

    private fun downcall(symbol: String, signature: Signature): Downcall = library.downcall(symbol, signature)

    private fun upcalls() {
        val sums = Bindings.bind(Sums::class.java, "sum")
        sums.apply({ a, b -> sums.sum(a, b) }, 1, 2)
        Arena.ofConfined().use { arena ->
            val minus = Upcall.of(IntBinaryOperator::class.java, IntBinaryOperator { a, b -> a - b }, arena)
            sums.setCallback(minus)
            sums.runCallback(3, 4)
        }
        runCatching { sums.apply({ _, _ -> error("no\nway") }, 5, 6) }.onFailure { println(it.message) }
    }

    /** A log that writes by a function that is traced, and then fails. */
    private fun hostile() {
        var lines = 0
        Logger.getLogger("ffi.trace").apply {
            useParentHandlers = false
            addHandler(object : Handler() {
                override fun publish(record: LogRecord) {
                    lines++
                    check(sum.call(1, 1) == 2)
                    throw StackOverflowError("log")
                }

                override fun flush() = Unit

                override fun close() = Unit
            })
        }
        println(sum.call(1, 2))
        println(Bindings.bind(Sums::class.java, "sum").apply({ a, b -> sum.call(a, b) as Int }, 3, 4))
        println(lines)
    }

    /** A log of the program's own, see [OwnLogs]. */
    private fun own() {
        println(sum.call(1, 2))
        val sums = Bindings.bind(Sums::class.java, "sum")
        println(sums.sum(3, 4))
        val unnamed = Supplier { NativeLibrary.open("sum", Arena.global()) }
        println(Downcall.declare(unnamed, Arena.global().scope(), "sum", Signature.of(I32, I32, I32)).call(5, 6))
    }

    /** Types whose values have effects: they are asked for their text once, and no call that it makes is logged. */
    private fun texts() {
        var asked = 0
        class Asked(val value: Int) {
            override fun toString(): String = "asked ${++asked}, ${sum.call(1, 1)}"
        }
        val type = I32.map({ Asked(it) }, { it.value })
        downcall("sum", I32, type, I32).call(Asked(1), 2)
        println(asked)
        asked = 0
        class Counting : AbstractList<Int>() {
            override val size: Int get() = 2.also { asked++ }

            override fun get(index: Int): Int = index
        }
        val ints = NativeType.list(I32).asConst()
        downcall("sum_ints", I64, ints, USIZE).call(Counting(), 2L)
        downcall("sum_ints", I64, ints, USIZE).call(listOf(3, 4), 2L)
        println(asked)
    }

    /** A handle that has its pointer no more once it was asked for it. */
    private fun moved() {
        class Counter(private var segment: MemorySegment?) {
            fun give(): MemorySegment = checkNotNull(segment).also { segment = null }
            override fun toString(): String = "1"
        }
        val type = NativeType.handle("counter", ::Counter, Counter::give)
        val make = downcall("counter_new", type, I32).`as`(IntFunction::class.java)
        @Suppress("UNCHECKED_CAST") // of whatever it is declared
        val free = downcall("counter_free", NativeType.VOID, type).`as`(Consumer::class.java) as Consumer<Any?>
        free.accept(make.apply(1))
    }

    /** Views of structs: one that is nowhere, one of C's, and one of the program's own. */
    private fun views() {
        class Counter
        val struct = StructType.of<Counter>("Counter")
        val value = struct.field("value", I32)
        val view = struct.pointer().map({ it.get() }, { it.pointer() })
        downcall("same_int", view, ADDRESS).call(MemorySegment.ofAddress(0xdead000))
        println(downcall("counter_new", view, I32).call(1))
        Arena.ofConfined().use { arena ->
            val own = struct.allocate(arena)
            own.set(value, 2)
            downcall("is_null", I32, view).call(own)
        }
    }

    /** Calls as deep as the stack is. */
    private fun deep() {
        Logger.getLogger("ffi.trace").useParentHandlers = false
        val sums = Bindings.bind(Sums::class.java, "sum")
        fun descend(depth: Int): Int = sums.apply({ a, b -> descend(a + b) }, depth, 1)
        println(runCatching { descend(0) }.exceptionOrNull()?.javaClass?.name)
        Logger.getLogger("ffi.trace").useParentHandlers = true
        println(sums.sum(1, 2))
    }

    private fun threads() {
        val thread = Thread({ sum.call(1, 2) }, "of\tmine")
        thread.start()
        thread.join()
        Thread.startVirtualThread { sum.call(3, 4) }.join()
    }

    /** What the classes behind functions have, and which of ours were loaded for them. */
    private fun classes() {
        val face = sum.`as`(IntBinaryOperator::class.java)
        face.applyAsInt(1, 2)
        val sums = Bindings.bind(Sums::class.java, "sum")
        for (type in listOf(face.javaClass, sums.javaClass)) {
            println(type.declaredMethods.map { "${it.name}${it.parameterTypes.map { p -> p.simpleName }}" }.sorted())
        }
    }

    @JvmStatic
    fun main(args: Array<String>) {
        when (args[0]) {
            "faces" -> faces()
            "values" -> values()
            "upcalls" -> upcalls()
            "hostile" -> hostile()
            "own" -> own()
            "texts" -> texts()
            "moved" -> moved()
            "views" -> views()
            "deep" -> deep()
            "threads" -> threads()
            "classes" -> classes()
        }
    }

    /** What such a JVM prints and logs, one line for each record. */
    fun ended(what: String, vararg options: String): Ended = run(
        jdk("java"), "--enable-native-access=ALL-UNNAMED", "--illegal-native-access=deny",
        "-Dffi.library.path=${System.getProperty("ffi.library.path")}",
        "-Djava.util.logging.SimpleFormatter.format=%3\$s: %5\$s%n", "-Dstderr.encoding=UTF-8",
        "-cp", System.getProperty("java.class.path"), *options, TraceInOwnJvm::class.java.name, what,
    )
}

// SPDX-License-Identifier: Apache-2.0
package ffi.launched

import ffi.core.Bindings
import ffi.core.NativeLibrary
import ffi.core.NativeType.callback
import ffi.core.Upcall
import java.lang.foreign.Arena
import java.util.function.IntBinaryOperator
import java.util.function.IntUnaryOperator
import java.util.logging.Handler
import java.util.logging.LogRecord
import java.util.logging.Logger
import kotlin.concurrent.thread

/** Logs of the program's own that can not be had. */
public class NoLogs : System.LoggerFinder() {
    override fun getLogger(name: String, module: Module): System.Logger =
        throw IllegalStateException("no log: $name")
}

/** What would end the VM, if callbacks let it. */
internal object CallBackInOwnJvm {

    @Suppress("FunctionName")
    interface Callees {
        fun apply(f: IntBinaryOperator, a: Int, b: Int): Int
        fun apply_times(f: IntBinaryOperator, times: Int): Long
        fun keep(place: Int, f: IntBinaryOperator)
        fun fire(place: Int, a: Int, b: Int): Int
        fun fire_when_kept(place: Int, a: Int, b: Int, waits: Boolean): Int
        fun descend(f: IntUnaryOperator, depth: Int): Int
        fun apply_on_thread(f: IntBinaryOperator, a: Int, b: Int): Int
        fun apply_later(f: IntBinaryOperator, a: Int, b: Int, micros: Int)
    }

    private val lib by lazy { Bindings.bind(Callees::class.java, NativeLibrary.open("sum", Arena.global())) }
    private val operation = callback(IntBinaryOperator::class.java)
    private val failing = IntBinaryOperator { a, b -> throw IllegalStateException("$a, $b") }
    private var deepest = 0

    private fun down(depth: Int): Int {
        deepest = maxOf(deepest, depth)
        return lib.descend({ down(it + 1) }, depth)
    }

    private fun endsByOverflow(block: () -> Unit) {
        try {
            block()
            println("no end")
        } catch (_: StackOverflowError) {
            return
        }
    }

    private fun allocate(): Int {
        val all = ArrayList<LongArray>()
        while (true) all += LongArray(1_000_000)
    }

    @JvmStatic
    fun main(args: Array<String>) {
        val caught = { block: () -> Any ->
            try {
                println(block())
            } catch (e: Throwable) {
                println(e.javaClass.name)
            }
        }
        when (args[0]) {
            "throws" -> caught { lib.apply(failing, 1, 2) }
            "throws at a compiled call" -> {
                var sum = 0L
                fun fire(waits: Boolean) = lib.fire_when_kept(0, 1, 2, waits)
                repeat(200_000) { sum += fire(false) }
                println(sum)
                thread {
                    Thread.sleep(100)
                    lib.keep(0, Upcall.of(operation, failing, Arena.global()))
                }
                caught { fire(true) }
            }
            "throws on C's thread" -> println(lib.apply_on_thread(failing, 1, 2))
            "calls deeply" -> {
                repeat(20) { caught { down(0) } }
                println(deepest > 100)
            }
            "calls one function deeply" -> {
                lateinit var itself: IntBinaryOperator
                itself = Upcall.of(operation, IntBinaryOperator { a, b -> lib.apply(itself, a + 1, b) }, Arena.global())
                repeat(20) { caught { lib.apply(itself, 0, 0) } }
            }
            "calls one function deeply on two threads" -> {
                lateinit var itself: IntBinaryOperator
                itself = Upcall.of(operation, IntBinaryOperator { a, b -> lib.apply(itself, a + 1, b) }, Arena.global())
                List(2) { thread { repeat(3) { endsByOverflow { lib.apply(itself, 0, 0) } } } }.forEach(Thread::join)
            }
            "calls from one function to the next" -> {
                val unary = callback(IntUnaryOperator::class.java)
                lateinit var all: List<IntUnaryOperator>
                all = List(10_000) { i ->
                    Upcall.of(unary, IntUnaryOperator { lib.descend(all[(i + 1) % all.size], it + 1) }, Arena.global())
                }
                repeat(3) { endsByOverflow { lib.descend(all[0], 0) } }
            }
            "calls deeply on a virtual thread" -> Thread.startVirtualThread { repeat(3) { endsByOverflow { down(0) } } }
                .join()
            "reports by C" -> {
                Logger.getLogger("ffi.core").addHandler(object : Handler() {
                    override fun publish(record: LogRecord) = println(lib.fire(0, 1, 2))

                    override fun flush() = Unit

                    override fun close() = Unit
                })
                Arena.ofConfined().use { lib.keep(0, Upcall.of(operation, IntBinaryOperator(Int::plus), it)) }
                println(lib.fire(0, 1, 2))
                println(Upcall.lateCalls())
            }
            "takes all memory" -> repeat(3) { caught { lib.apply({ _, _ -> allocate() }, 1, 2) } }
            "takes all memory on C's thread" -> println(lib.apply_on_thread({ _, _ -> allocate() }, 1, 2))
            "fires after its end" -> {
                Arena.ofConfined().use { lib.keep(0, Upcall.of(operation, IntBinaryOperator(Int::plus), it)) }
                println(lib.fire(0, 1, 2))
            }
            "calls, and fires after its end" -> {
                println(lib.apply(Int::plus, 1, 2))
                Arena.ofConfined().use { lib.keep(0, Upcall.of(operation, IntBinaryOperator(Int::plus), it)) }
                println(lib.fire(0, 1, 2))
                println(Upcall.lateCalls())
            }
            "fires while the VM ends" -> {
                lib.apply_later(Upcall.of(operation, IntBinaryOperator(Int::plus), Arena.global()), 1, 2, 1_000_000)
            }
        }
        println("alive")
    }

    /** What such a JVM prints, and its exit code. */
    fun ended(what: String, vararg options: String): Ended = run(
        jdk("java"), "--enable-native-access=ALL-UNNAMED", "--illegal-native-access=deny",
        "-Dffi.library.path=${System.getProperty("ffi.library.path")}",
        "-Djava.util.logging.SimpleFormatter.format=%5\$s%n",
        "-cp", System.getProperty("java.class.path"), *options, CallBackInOwnJvm::class.java.name, what,
    )
}

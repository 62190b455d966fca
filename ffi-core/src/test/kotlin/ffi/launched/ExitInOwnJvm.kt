// SPDX-License-Identifier: Apache-2.0
package ffi.launched

import ffi.core.Bindings
import ffi.core.CType
import ffi.core.NativeLibrary
import ffi.core.NativeType.callback
import ffi.core.Upcall
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlin.io.path.createTempFile
import kotlin.io.path.deleteExisting
import kotlin.io.path.readText
import kotlin.system.exitProcess

/** What native code calls back when the process ends. */
@Suppress("FunctionName")
internal object ExitInOwnJvm {

    fun interface OfByte { fun get(): Byte }
    fun interface OfInt { fun get(a: Int): Int }
    fun interface OfLong { fun get(): Long }
    fun interface OfBool { @CType("bool") fun get(): Boolean }
    fun interface OfPointer { fun get(a: MemorySegment): MemorySegment }
    fun interface OfFloat { fun get(a: Float): Float }
    fun interface OfDouble { fun get(a: Double): Double }
    fun interface OfVoid { fun run() }
    fun interface OfWords { fun get(a: Int): Words }
    fun interface OfMixed { fun get(a: Int): Mixed }
    fun interface OfLarge { fun get(a: Int): Large }

    @JvmRecord
    data class Words(val a: Long, val b: Long)

    @JvmRecord
    data class Mixed(val a: Double, val b: Long)

    @JvmRecord
    data class Large(val a: Long, val b: Long, val c: Long, val d: Long, val e: Long)

    interface Exits {
        fun at_exit_byte(f: OfByte)
        fun at_exit_int(f: OfInt)
        fun at_exit_long(f: OfLong)
        fun at_exit_bool(f: OfBool)
        fun at_exit_pointer(f: OfPointer)
        fun at_exit_float(f: OfFloat)
        fun at_exit_double(f: OfDouble)
        fun at_exit_void(f: OfVoid)
        fun at_exit_words(f: OfWords)
        fun at_exit_mixed(f: OfMixed)
        fun at_exit_large(f: OfLarge)
        fun work_until_exit(f: OfInt, micros: Int)
        fun end_process(code: Int)

        @CType("bool")
        fun refuse_executable_memory(): Boolean
    }

    private val lib by lazy { Bindings.bind(Exits::class.java, NativeLibrary.open("sum", Arena.global())) }

    private inline fun <reified F> kept(f: F): F = Upcall.of(F::class.java, f, Arena.global())

    private inline fun <reified F> failing(f: F, error: Any): F =
        Upcall.of(callback(F::class.java).onError(error), f, Arena.global())

    private fun registerAll() {
        lib.at_exit_large(kept(OfLarge { Large(1, 1, 1, 1, 1) }))
        lib.at_exit_mixed(kept(OfMixed { Mixed(1.0, 1) }))
        lib.at_exit_words(kept(OfWords { Words(1, 1) }))
        lib.at_exit_void(kept(OfVoid { println("in Java") }))
        lib.at_exit_double(kept(OfDouble { 1.0 }))
        lib.at_exit_float(kept(OfFloat { 1f }))
        lib.at_exit_pointer(kept(OfPointer { it }))
        lib.at_exit_bool(kept(OfBool { true }))
        lib.at_exit_long(kept(OfLong { 1 }))
        lib.at_exit_byte(kept(OfByte { 1 }))
        lib.at_exit_int(kept(OfInt { it }))
    }

    private fun registerErrors() {
        lib.at_exit_double(failing(OfDouble { 1.0 }, 2.5))
        lib.at_exit_float(failing(OfFloat { 1f }, -1.5f))
        lib.at_exit_bool(failing(OfBool { false }, true))
        lib.at_exit_long(failing(OfLong { 1 }, Long.MIN_VALUE))
        lib.at_exit_byte(failing(OfByte { 1 }, (-7).toByte()))
        lib.at_exit_int(failing(OfInt { it }, -2))
    }

    @JvmStatic
    fun main(args: Array<String>) {
        val (what, end) = args
        var calls = 0
        when (what) {
            "all" -> registerAll()
            "errors" -> registerErrors()
            "worker" -> lib.work_until_exit(kept(OfInt { calls++ }), args[2].toInt())
            "refused" -> {
                lib.refuse_executable_memory()
                println(kept(OfInt { it + 1 }).get(41))
            }
            "hooks" -> {
                val f = kept(OfInt { it + 1 })
                lib.at_exit_int(f)
                repeat(12) {
                    Runtime.getRuntime().addShutdownHook(thread(start = false) {
                        Thread.sleep(20L * it)
                        check(f.get(it) == it + 1)
                        println("hook")
                    })
                }
            }
        }
        println("up")
        while (what == "worker" && calls < 100) Thread.sleep(1)
        when (end) {
            "return" -> return
            "exit" -> exitProcess(3)
            "halt" -> Runtime.getRuntime().halt(3)
            "native" -> lib.end_process(3)
            "callback" -> kept(OfVoid { exitProcess(3) }).run()
            "signal" -> {
                ProcessHandle.current().pid().let { ProcessBuilder("kill", "-TERM", "$it").start().waitFor() }
                Thread.sleep(60_000)
            }
        }
    }

    /** What such a JVM prints, and its exit code; -1 if it had to be killed. */
    fun ended(what: String, end: String, vararg more: String, options: List<String> = listOf()): Ended {
        val output = createTempFile()
        val errors = createTempFile()
        try {
            val process = ProcessBuilder(
                listOf(
                    jdk("java"), "--enable-native-access=ALL-UNNAMED", "--illegal-native-access=deny",
                    "-XX:-CreateCoredumpOnCrash", "-XX:TieredStopAtLevel=1",
                    "-Dffi.library.path=${System.getProperty("ffi.library.path")}",
                    "-cp", System.getProperty("java.class.path"),
                ) + options + listOf(ExitInOwnJvm::class.java.name, what, end) + more,
            ).redirectOutput(output.toFile()).redirectError(errors.toFile()).start()
            val code = if (process.waitFor(60, TimeUnit.SECONDS)) process.exitValue() else -1
            process.destroyForcibly()
            return Ended(output.readText().trimEnd(), errors.readText().trimEnd(), code)
        } finally {
            output.deleteExisting()
            errors.deleteExisting()
        }
    }
}

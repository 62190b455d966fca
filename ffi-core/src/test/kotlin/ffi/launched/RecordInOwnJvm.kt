// SPDX-License-Identifier: Apache-2.0
package ffi.launched

import ffi.core.Bindings
import ffi.core.NativeLibrary
import ffi.core.NativeType.I32
import ffi.core.ScopeWatch
import java.lang.foreign.Arena
import java.util.function.IntBinaryOperator
import jdk.jfr.Configuration
import jdk.jfr.FlightRecorder
import jdk.jfr.Recording
import jdk.jfr.consumer.RecordedEvent
import jdk.jfr.consumer.RecordingFile
import kotlin.io.path.createTempFile
import kotlin.io.path.deleteExisting

private interface Recorded {
    fun sum(a: Int, b: Int): Int
    fun apply(f: IntBinaryOperator, a: Int, b: Int): Int
    fun nowhere(): Int
}

private interface Sleep {
    fun usleep(micros: Int): Int
}

/** Programs that the flight recorder records, and the events that it has of them. */
internal object RecordInOwnJvm {

    private val ours = setOf("startTime", "duration", "eventThread", "stackTrace")

    private fun text(event: RecordedEvent): String = "${event.eventType.name} " +
        event.fields.filterNot { it.name in ours }.joinToString { "${it.name}=${event.getValue<Any?>(it.name)}" }

    private fun record(recording: Recording, program: () -> Unit) {
        val file = createTempFile()
        recording.use {
            it.start()
            program()
            it.stop()
            it.dump(file)
        }
        val events = RecordingFile.readAllEvents(file).filter { it.eventType.name.startsWith("ffi.") }
        events.sortedBy { it.startTime }.forEach { println(text(it)) }
        println(events.all { it.thread.javaName == "main" && it.duration.toNanos() > 0 })
        file.deleteExisting()
    }

    private fun all() = Recording().apply {
        listOf("ffi.Call", "ffi.Upcall", "ffi.Scope", "ffi.LibraryLoad").forEach { enable(it).withoutThreshold() }
    }

    private fun everything() {
        val sums = Bindings.bind(Recorded::class.java, "sum")
        sums.sum(1, 2)
        sums.apply({ a, b -> a - b }, 3, 4)
        runCatching { sums.apply({ _, _ -> throw ArithmeticException("no way") }, 5, 6) }
        runCatching { sums.nowhere() }
        runCatching { NativeLibrary.open("nowhere", "7", Arena.global()) }
        ScopeWatch.begin("block")?.let { watch ->
            watch.counting(Arena.ofConfined()).use {
                it.allocate(100)
                it.allocateFrom("text")
            }
        }
    }

    @JvmStatic
    fun main(args: Array<String>) {
        when (args[0]) {
            "everything" -> record(all()) { everything() }
            "by default" -> record(Recording(Configuration.getConfiguration("default"))) {
                everything()
                val sleep = Bindings.bind(Sleep::class.java, "")
                sleep.usleep(1)
                sleep.usleep(30_000)
            }
            "later" -> {
                val sums = Bindings.bind(Recorded::class.java, "sum")
                println("${sums.sum(1, 2)} ${FlightRecorder.isInitialized()}")
                record(all()) { sums.sum(3, 4) }
            }
            "nothing" -> {
                everything()
                println(NativeLibrary.open("sum", Arena.global()).downcall("sum", I32, I32, I32).call(1, 2))
            }
        }
    }

    /** What such a JVM prints. */
    fun ended(what: String, vararg options: String): Ended = run(
        jdk("java"), "--enable-native-access=ALL-UNNAMED", "--illegal-native-access=deny",
        "-Dffi.library.path=${System.getProperty("ffi.library.path")}",
        "-cp", System.getProperty("java.class.path"), *options, RecordInOwnJvm::class.java.name, what,
    )
}

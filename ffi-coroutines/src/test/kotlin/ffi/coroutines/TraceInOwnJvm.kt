// SPDX-License-Identifier: Apache-2.0
package ffi.coroutines

import ffi.core.NativeThreads
import ffi.dsl.Library
import ffi.dsl.alloc
import ffi.dsl.arena
import ffi.dsl.bind
import ffi.dsl.fn
import ffi.dsl.i32
import ffi.dsl.threads
import java.io.File
import java.nio.file.Files
import jdk.jfr.Recording
import jdk.jfr.consumer.RecordingFile
import kotlin.io.path.Path
import kotlinx.coroutines.runBlocking

private object Traced : Library("sum") {
    init {
        threads = NativeThreads.one("calls")
    }

    val sum = fn("sum", i32, i32) awaits i32
}

private interface TracedInterface {
    suspend fun sum(a: Int, b: Int): Int
}

/** A program whose calls are traced, and whose scopes are recorded. */
internal object TraceInOwnJvm {

    private fun calls() = runBlocking {
        check(Traced.sum(1, 2) == 3)
        check(bind<TracedInterface>("sum", threads = NativeThreads.one("bound")).sum(3, 4) == 7)
    }

    private fun scopes() {
        val file = Files.createTempFile("scopes", ".jfr")
        Recording().use {
            it.enable("ffi.Scope")
            it.start()
            arena { check(alloc(i32, 3)[0] == 0) }
            runBlocking {
                nativeScope { check(alloc(i32, 5)[0] == 0 && alloc(i32).get() == 0) }
                nativeScope { }
                runCatching { nativeScope { throw IllegalStateException() } }
            }
            it.dump(file)
        }
        for (event in RecordingFile.readAllEvents(file).filter { it.eventType.name == "ffi.Scope" }) {
            println("${event.getString("kind")} ${event.getLong("bytes")} ${event.getLong("allocations")}")
        }
        Files.delete(file)
    }

    @JvmStatic
    fun main(args: Array<String>) {
        if (args[0] == "calls") calls() else scopes()
    }

    /** What such a JVM prints and logs. */
    fun printed(what: String, vararg options: String): String {
        val command = listOf(
            "${Path(System.getProperty("java.home"), "bin", "java")}", "--enable-native-access=ALL-UNNAMED",
            "-Dffi.library.path=${System.getProperty("ffi.library.path")}", "-Dstderr.encoding=UTF-8",
            "-Djava.util.logging.SimpleFormatter.format=%5\$s%n", "-cp", System.getProperty("java.class.path"),
            *options, TraceInOwnJvm::class.java.name, what,
        )
        val log = File.createTempFile("trace", ".log")
        try {
            val exit = ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start().waitFor()
            return log.readText().trimEnd().also { check(exit == 0) { it } }
        } finally {
            check(log.delete())
        }
    }
}

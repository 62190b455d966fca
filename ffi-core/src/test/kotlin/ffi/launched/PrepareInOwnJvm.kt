// SPDX-License-Identifier: Apache-2.0
package ffi.launched

import ffi.core.Bindings
import ffi.core.NativeLibrary
import java.lang.foreign.Arena
import java.lang.foreign.FunctionDescriptor
import java.lang.foreign.Linker
import java.lang.foreign.MemoryLayout
import java.lang.foreign.MemoryLayout.PathElement
import java.lang.foreign.MemorySegment
import java.lang.foreign.SymbolLookup
import java.lang.foreign.ValueLayout
import java.util.concurrent.CyclicBarrier
import kotlin.concurrent.thread
import kotlin.system.exitProcess

/** What begins before the first call, in JVMs that log which stubs for C were made. */
internal object PrepareInOwnJvm {

    private interface Sum {
        fun sum(a: Int, b: Int): Int
    }

    /** Each touches another class of the JDK's first. */
    private val ends: List<() -> Any> = listOf(
        { Linker.nativeLinker().downcallHandle(FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT)) },
        { Linker.nativeLinker().defaultLookup().find("qsort") },
        { Arena.ofConfined().use { it.allocate(8).byteSize() } },
        { Arena.ofShared().use { it.allocateFrom("text").byteSize() } },
        { MemorySegment.NULL },
        { MemorySegment.ofArray(IntArray(2)).asSlice(4).getAtIndex(ValueLayout.JAVA_INT, 0) },
        { MemoryLayout.structLayout(ValueLayout.ADDRESS.withName("p"), ValueLayout.JAVA_LONG).byteSize() },
        { MemoryLayout.sequenceLayout(2, ValueLayout.JAVA_SHORT).varHandle(PathElement.sequenceElement()) },
        { SymbolLookup.loaderLookup().find("none") },
        { Bindings.bind(Sum::class.java, "sum").sum(1, 2) },
    )

    private fun hurry() {
        val start = CyclicBarrier(ends.size + 1)
        val threads = ends.shuffled().map { end ->
            thread {
                start.await()
                end()
            }
        }
        thread(isDaemon = true) {
            Thread.sleep(30_000)
            Thread.getAllStackTraces().forEach { (thread, trace) -> println("$thread ${trace.take(12)}") }
            Runtime.getRuntime().halt(3)
        }
        start.await()
        NativeLibrary.prepare()
        threads.forEach(Thread::join)
    }

    private fun others() = Thread.getAllStackTraces().keys.filter { it.name == "ffi-headstart" }

    @JvmStatic
    fun main(args: Array<String>) {
        when (args[0]) {
            "prepare" -> NativeLibrary.prepare()
            "open" -> NativeLibrary.open("sum", Arena.global())
            "bind" -> Bindings.bind(Sum::class.java, "sum")
            "type" -> println(ffi.core.NativeType.I32)
            "hurry" -> hurry()
        }
        if (others().any { !it.isDaemon || it.isVirtual }) exitProcess(1)
        others().forEach(Thread::join)
        println("ended")
    }

    /** What such a JVM prints, with a line for each stub. */
    fun ended(what: String, vararg options: String): Ended {
        val ended = run(
            jdk("java"), *options, "-Dffi.library.path=${System.getProperty("ffi.library.path")}",
            "-Xlog:class+load:stdout:none", "-cp", System.getProperty("java.class.path"),
            PrepareInOwnJvm::class.java.name, what,
        )
        val lines = ended.output.lines().filter { "source:" !in it || "DowncallStub" in it }
        return ended.copy(output = lines.joinToString("\n") { it.substringBefore("/0x") })
    }
}

// SPDX-License-Identifier: Apache-2.0
package bench

import com.sun.management.ThreadMXBean
import java.lang.invoke.MethodHandle
import java.lang.invoke.MethodHandles
import java.lang.invoke.MethodType
import java.lang.management.ManagementFactory
import kotlin.io.path.Path

/**
 * Calls benchmarks until the JIT has compiled them, in a JVM of its own that says what it put in the place of their
 * calls, and then how many bytes of garbage each leaves.
 */
internal object WarmInOwnJvm {

    private const val CALLS = 40_000 // HotSpot compiles for good after some ten thousand

    private val threads = ManagementFactory.getThreadMXBean() as ThreadMXBean

    @JvmStatic
    fun main(rows: Array<String>) {
        for (row in rows) {
            val (type, method) = row.split("::")
            val inputs = Class.forName(type).getDeclaredConstructor().newInstance()
            val benchmark = MethodHandles.lookup().unreflect(inputs.javaClass.getMethod(method)).bindTo(inputs)
                .asType(MethodType.methodType(Void.TYPE)) // without a box for what it returns
            call(benchmark)
            val before = threads.currentThreadAllocatedBytes
            call(benchmark)
            println("$row leaves ${(threads.currentThreadAllocatedBytes - before) / CALLS} bytes")
        }
    }

    private fun call(benchmark: MethodHandle) = repeat(CALLS) { benchmark.invoke() }

    /** What such a JVM printed of how it compiled these, each `package.Class::method`. */
    fun printed(rows: List<String>): List<String> {
        val options = rows.flatMap { row ->
            listOf("PrintCompilation", "PrintInlining").map { "-XX:CompileCommand=$it,$row" }
        }
        // -Xbatch: a caller waits for the JIT, so that what it knows does not depend on what else the machine does
        val process = ProcessBuilder(
            "${Path(System.getProperty("java.home"), "bin", "java")}", "--enable-native-access=ALL-UNNAMED",
            "-Dffi.library.path=${System.getProperty("ffi.library.path")}", "-Xbatch",
            "-XX:+UnlockDiagnosticVMOptions", "-XX:CompileCommand=quiet", *options.toTypedArray(),
            "-cp", System.getProperty("java.class.path"), WarmInOwnJvm::class.java.name, *rows.toTypedArray(),
        ).redirectErrorStream(true).start()
        return process.inputReader().readLines().also { check(process.waitFor() == 0) { it.joinToString("\n") } }
    }
}

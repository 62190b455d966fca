// SPDX-License-Identifier: Apache-2.0
package bench

import kotlin.io.path.Path

/** Calls benchmarks until the JIT has compiled them, in a JVM of its own that says what it put in their place. */
internal object WarmInOwnJvm {

    private const val CALLS = 40_000 // HotSpot compiles for good after some ten thousand

    @JvmStatic
    fun main(rows: Array<String>) {
        for (row in rows) {
            val (type, method) = row.split("::")
            val inputs = Class.forName(type).getDeclaredConstructor().newInstance()
            val benchmark = inputs.javaClass.getMethod(method)
            repeat(CALLS) { benchmark.invoke(inputs) }
        }
    }

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

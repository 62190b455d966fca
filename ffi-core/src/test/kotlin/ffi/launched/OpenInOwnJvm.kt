// SPDX-License-Identifier: Apache-2.0
package ffi.launched // not ffi.core: where that is a module, the class path may not add to it

import ffi.core.NativeLibrary
import java.lang.foreign.Arena
import java.nio.file.Path
import kotlin.io.path.Path

/** Opens a library in a JVM of its own, which prints what it opened or the message of what was thrown. */
internal object OpenInOwnJvm {
    @JvmStatic
    fun main(args: Array<String>) {
        try {
            val name = Regex("\\\\u([0-9a-f]{4})").replace(args[0]) { Char(it.groupValues[1].toInt(16)).toString() }
            Arena.ofConfined().use { println(NativeLibrary.open(name.repeat(args[1].toInt()), it)) }
        } catch (e: RuntimeException) {
            println(e.message)
        }
    }

    /**
     * What such a JVM prints, to both streams, when it opens the [name], written so many [times]. A letter may be
     * written as `\u00fc`, for the command's locale may not have it.
     */
    fun output(
        vararg options: String,
        name: String,
        directory: Path? = null,
        environment: Map<String, String> = mapOf(),
        times: Int = 1, // the system takes no argument of more than 128 KiB
    ): String {
        val java = Path(System.getProperty("java.home"), "bin", "java")
        val command = listOf("$java", *options, OpenInOwnJvm::class.java.name, name, "$times")
        val builder = ProcessBuilder(command).redirectErrorStream(true).directory(directory?.toFile())
        builder.environment() += environment
        val process = builder.start()
        return process.inputReader().readText().trimEnd().also { process.waitFor() }
    }
}

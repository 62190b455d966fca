// SPDX-License-Identifier: Apache-2.0
package ffi.launched

import java.nio.file.Path
import kotlin.io.path.Path
import kotlin.io.path.createTempFile
import kotlin.io.path.deleteExisting
import kotlin.io.path.readText

/** What a process printed to either stream, and how it ended. */
internal data class Ended(val output: String, val errors: String, val exit: Int)

/** A tool of the JDK that runs the specs. */
internal fun jdk(tool: String): String = Path(System.getProperty("java.home"), "bin", tool).toString()

/** Runs a command until it ends. */
internal fun run(vararg command: String, directory: Path? = null): Ended {
    val errors = createTempFile()
    try {
        val process = ProcessBuilder(*command).directory(directory?.toFile()).redirectError(errors.toFile()).start()
        val output = process.inputReader().readText()
        return process.waitFor().let { Ended(output.trimEnd(), errors.readText().trimEnd(), it) }
    } finally {
        errors.deleteExisting()
    }
}

// SPDX-License-Identifier: Apache-2.0
package tools

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.io.File
import java.io.IOException
import java.nio.file.Path
import kotlin.io.path.Path
import kotlin.io.path.exists
import kotlin.io.path.extension
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.name

/** The programs of the other runtimes are whole; what is not installed is not run. */
class NodeSpec : FunSpec({

    val folder: Path = Path(System.getProperty("ffi.library.path"), "..", "..", "bench", "node").normalize()

    fun run(vararg command: String, directory: File = folder.toFile()): String? = try {
        val process = ProcessBuilder(*command).directory(directory).redirectErrorStream(true).start()
        val printed = process.inputReader().readText()
        if (process.waitFor() == 0) printed else "$printed\nexit code ${process.exitValue()}"
    } catch (_: IOException) {
        null
    }

    val hasNode = run("node", "--version") != null

    context("every program is JavaScript").config(enabled = hasNode) {
        folder.listDirectoryEntries().filter { it.extension == "js" }.forEach { program ->
            test(program.name) { run("node", "--check", program.name) shouldBe "" }
        }
    }

    test("every case gives the right result in every runtime, once its packages are there").config(enabled = hasNode) {
        val printed = run("./run", "smoke")!!
        if (folder.resolve("node_modules").exists()) {
            listOf("bun", "deno", "koffi", "ffi-rs").forEach { printed shouldContain Regex("(?m)^$it ") }
            printed shouldContain Regex("(?m)^koffi .*, print: ")
        } else {
            printed shouldBe "bench/node is skipped: node_modules is not there; bench/run node installs it\n"
        }
    }
})

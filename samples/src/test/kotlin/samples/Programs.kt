// SPDX-License-Identifier: Apache-2.0
package samples

import java.io.File
import java.io.StringWriter
import javax.tools.ToolProvider
import kotlin.io.path.createDirectories
import kotlin.io.path.writeText
import org.jetbrains.kotlin.cli.common.arguments.K2JVMCompilerArguments
import org.jetbrains.kotlin.cli.common.messages.CompilerMessageSeverity
import org.jetbrains.kotlin.cli.common.messages.CompilerMessageSourceLocation
import org.jetbrains.kotlin.cli.common.messages.MessageCollector
import org.jetbrains.kotlin.cli.jvm.K2JVMCompiler
import org.jetbrains.kotlin.config.Services

// Blocks of documents as programs. Each is whole, so that a reader can paste it: nothing is put around it here.

/** Compiles all Kotlin of the documents in one go, which is what takes time; each block in a package of its own. */
internal class KotlinPrograms(private val blocks: List<Block>) {

    private val classes = newDirectory()

    /** The compiler's complaints by block. */
    private val complaints: Map<String, List<String>> by lazy {
        val sources = classes.resolve("sources").createDirectories()
        val files = blocks.map { block ->
            val source = "package ${block.identifier}; ${block.text}\n" // on one line, to keep the number of the others
            sources.resolve("${block.identifier}.kt").also { it.writeText(source) }
        }
        val arguments = K2JVMCompilerArguments().apply {
            freeArgs = files.map { "$it" }
            destination = "$classes"
            classpath = kotlinClassPath.joinToString(File.pathSeparator)
            noStdlib = true
            noReflect = true
            jvmTarget = "25"
            allWarningsAsErrors = true
        }
        Complaints().also { K2JVMCompiler().exec(it, Services.EMPTY, arguments) }.byFile
    }

    /** What the compiler says of this block, if not all is well. */
    fun complaints(block: Block): String = complaints[block.identifier].orEmpty().joinToString("\n")

    /** What the program prints; null if it has no `main`. */
    fun printed(block: Block): String? {
        check(complaints.isEmpty()) { "no block is compiled while one is wrong: ${complaints.keys}" }
        if ("fun main(" !in block.text) {
            return null
        }
        val file = block.identifier
        return java("$file.${file.replaceFirstChar { it.uppercase() }}Kt", kotlinClassPath + "$classes")
    }
}

private class Complaints : MessageCollector {
    val byFile = mutableMapOf<String, MutableList<String>>()

    override fun report(severity: CompilerMessageSeverity, message: String, location: CompilerMessageSourceLocation?) {
        if (severity.isError || severity.isWarning) {
            val file = location?.path?.let { File(it).nameWithoutExtension } ?: "all"
            byFile.getOrPut(file) { mutableListOf() } += "line ${location?.line} of the block: $message"
        }
    }

    override fun hasErrors() = byFile.isNotEmpty()

    override fun clear() = byFile.clear()
}

/** A program of Java, with `ffi-core` alone on its class path: a compact source file, or one with classes only. */
internal class JavaProgram(private val block: Block) {

    private val classes = newDirectory()

    /** What the compiler says, if not all is well. */
    val complaints: String by lazy {
        val source = classes.resolve("${block.identifier}.java").also { it.writeText(block.text) }
        val said = StringWriter()
        val options = listOf("-Xlint:all", "-Werror", "-cp", javaClassPath.single(), "-d", "$classes")
        val compiler = ToolProvider.getSystemJavaCompiler()
        val files = compiler.getStandardFileManager(null, null, null)
        compiler.getTask(said, files, null, options, null, files.getJavaFileObjects(source)).call()
        said.toString()
    }

    /** What the program prints; null if it has no `main`. */
    fun printed(): String? =
        if (" main(" !in block.text) null else java(block.identifier, javaClassPath + "$classes")
}

/** What a C compiler says of a block, if not all is well. */
internal fun complaintsOfC(block: Block): String {
    val compiler = (System.getenv("CC") ?: "cc").split(" ") // it may be "ccache gcc"
    val options = listOf("-std=c11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-x", "c", "-")
    return run(*(compiler + options).toTypedArray(), input = block.text)
}

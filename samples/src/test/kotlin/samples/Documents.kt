// SPDX-License-Identifier: Apache-2.0
package samples

import java.nio.file.Path
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.readLines
import kotlin.io.path.relativeTo

/** What readers are shown: the README first. */
internal val documents: List<Document> =
    listOf(
        listOf("README.md", "CONTRIBUTING.md").map(root::resolve),
        pages("docs/guide"), pages("docs/guide/coming-from"), pages("docs/decisions"),
    ).flatten().map(::Document)

private fun pages(folder: String): List<Path> = root.resolve(folder).listDirectoryEntries("*.md").sorted()

internal class Document(file: Path) {
    val folder: Path = file.parent
    val name = "${file.relativeTo(root)}"
    val lines = file.readLines()
    val blocks: List<Block> = blocks().let { it + tables(it) }

    private fun blocks(): List<Block> {
        val fences = lines.indices.filter { lines[it].startsWith(FENCE) }
        return fences.chunked(2).map { (begin, end) ->
            check(lines[end] == FENCE) { "$name:${begin + 1}: a block without an end" }
            Block(this, begin + 1, lines[begin].removePrefix(FENCE), lines.subList(begin + 1, end))
        }
    }

    /** The tables that say what each of their lines gives; what they need is declared in the program before. */
    private fun tables(blocks: List<Block>): List<Block> =
        lines.indices.filter { lines[it].endsWith(GIVES) }.map { head ->
            val declared = blocks.last { it.line <= head && it.kind in Block.PROGRAMS }
            val rows = lines.drop(head + 2).takeWhile { it.startsWith("|") }.mapNotNull { row(it) }
            val printed = Block(this, head + 1, Block.OUTPUT, rows.map { it.gives }.filter { it.isNotEmpty() })
            val main = if (declared.kind == "java") mainOfJava(rows) else mainOfKotlin(rows)
            Block(this, head + 1, declared.kind, declared.lines + main, printed)
        }

    private class Row(val code: String, val gives: String) {
        /** The name that a line of Kotlin declares, if it does. */
        val declares = DECLARATION.find(code)?.groupValues?.get(1)
        val isShown = gives.isNotEmpty()
    }

    /** The line in a row and what it gives; null for one that has words in its place. */
    private fun row(line: String): Row? {
        val cells = line.removeSurrounding("|").split("|").map { it.trim() }
        check(cells.size == 3) { "$name: a row of ${cells.size} cells: $line" }
        val (_, code, gives) = cells
        if (!CODE.matches(code)) {
            check(code.startsWith("–") && gives.isEmpty()) { "$name: neither a line nor words: $line" }
            return null
        }
        return Row(code.removeSurrounding("`"), gives.removeSurrounding("`"))
    }

    private fun mainOfKotlin(rows: List<Row>): List<String> =
        listOf("fun main() { arena {") + rows.flatMap { row ->
            when {
                !row.isShown -> listOf(row.code)
                row.declares != null -> listOf(row.code, "println(${row.declares})")
                else -> listOf("println(${row.code})")
            }
        } + "} }"

    private fun mainOfJava(rows: List<Row>): List<String> =
        listOf(
            "void main() throws Throwable {",
            "try (var arena = java.lang.foreign.Arena.ofConfined()) {",
            "arena.scope();", // or it would be unused, of which the compiler warns
        ) + rows.map { if (it.isShown) "IO.println(${it.code});" else "${it.code};" } + "} }"

    private companion object {
        const val FENCE = "```"
        const val GIVES = "| gives |"
        val CODE = Regex("`[^`]+`")
        val DECLARATION = Regex("^val (\\w+)")
    }
}

/**
 * A fenced block, or a table that is a program.
 *
 * @property line that of its first fence, from 1
 * @property kind what stands behind that
 */
internal class Block(
    private val document: Document,
    val line: Int,
    val kind: String,
    val lines: List<String>,
    private val printed: Block? = null,
) {

    val text: String get() = lines.joinToString("\n")

    /** A name for what is made of it, unlike that of any other block. */
    val identifier: String
        get() = document.name.substringAfterLast('/').removeSuffix(".md").replace('-', '_') + "_$line"

    /** The output that follows this program, with nothing but an empty line between; a program may print nothing. */
    val output: Block?
        get() {
            val next = line + lines.size + 3 // the first fence, the lines, the last fence, the empty line
            return printed ?: document.blocks.firstOrNull { it.line == next && it.kind == OUTPUT }
        }

    /** Whether this is the output of a program. */
    val isOutput: Boolean get() = document.blocks.any { it.kind in PROGRAMS && it.output === this }

    override fun toString() = "${document.name}:$line $kind"

    companion object {
        const val OUTPUT = "text"
        val PROGRAMS = setOf("kotlin", "java")
    }
}

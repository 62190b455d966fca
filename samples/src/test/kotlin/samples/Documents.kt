// SPDX-License-Identifier: Apache-2.0
package samples

import java.nio.file.Path
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.readLines
import kotlin.io.path.relativeTo

/** What readers are shown: the README first. */
internal val documents: List<Document> =
    listOf(listOf("README.md", "CONTRIBUTING.md").map(root::resolve), pages("docs/guide"), pages("docs/decisions"))
        .flatten().map(::Document)

private fun pages(folder: String): List<Path> = root.resolve(folder).listDirectoryEntries("*.md").sorted()

internal class Document(file: Path) {
    val folder: Path = file.parent
    val name = "${file.relativeTo(root)}"
    val lines = file.readLines()
    val blocks: List<Block> = blocks()

    private fun blocks(): List<Block> {
        val fences = lines.indices.filter { lines[it].startsWith(FENCE) }
        return fences.chunked(2).map { (begin, end) ->
            check(lines[end] == FENCE) { "$name:${begin + 1}: a block without an end" }
            Block(this, begin + 1, lines[begin].removePrefix(FENCE), lines.subList(begin + 1, end))
        }
    }

    private companion object {
        const val FENCE = "```"
    }
}

/**
 * A fenced block.
 *
 * @property line that of its first fence, from 1
 * @property kind what stands behind that
 */
internal class Block(private val document: Document, val line: Int, val kind: String, val lines: List<String>) {

    val text: String get() = lines.joinToString("\n")

    /** A name for what is made of it, unlike that of any other block. */
    val identifier: String get() = document.name.substringAfterLast('/').removeSuffix(".md") + "_$line"

    /** The output that follows this program, with nothing but an empty line between; a program may print nothing. */
    val output: Block?
        get() {
            val next = line + lines.size + 3 // the first fence, the lines, the last fence, the empty line
            return document.blocks.firstOrNull { it.line == next && it.kind == OUTPUT }
        }

    /** Whether this is the output of a program. */
    val isOutput: Boolean get() = document.blocks.any { it.kind in PROGRAMS && it.output === this }

    override fun toString() = "${document.name}:$line $kind"

    companion object {
        const val OUTPUT = "text"
        val PROGRAMS = setOf("kotlin", "java")
    }
}

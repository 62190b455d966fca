// SPDX-License-Identifier: Apache-2.0
package samples

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainAll
import kotlin.io.path.extension
import kotlin.io.path.isRegularFile
import kotlin.io.path.readLines
import kotlin.io.path.relativeTo

private const val COLUMNS = 120
private val WRITTEN = setOf("java", "kt", "c", "h", "cpp", "js", "xml", "bsh")
private val MADE = setOf("target", "node_modules")

/** What CONTRIBUTING says of every source file, that can be read off its lines. */
class SourcesSpec : FunSpec({

    val sources: Map<String, List<String>> = root.toFile().walk()
        .onEnter { it.name !in MADE && (it.name == ".mvn" || !it.name.startsWith(".") || it.toPath() == root) }
        .map { it.toPath() }
        .filter { it.isRegularFile() && it.extension in WRITTEN }
        .associate { "${it.relativeTo(root)}" to it.readLines() }

    test("there are files to look at, of every language") {
        sources.keys shouldContainAll listOf(
            "pom.xml", ".mvn/prerequisites.bsh", "native/src/structs.c",
            "ffi-core/src/main/java/ffi/core/NativeLibrary.java", "ffi-dsl/src/main/kotlin/ffi/dsl/Library.kt",
        )
    }

    test("no line has more than $COLUMNS columns") {
        sources.flatMap { (name, lines) ->
            lines.withIndex().filter { it.value.length > COLUMNS }.map { "$name:${it.index + 1}" }
        }.shouldBeEmpty()
    }

    test("no line of a page but a table's has more than $COLUMNS columns") {
        documents.flatMap { page ->
            page.lines.withIndex().filter { it.value.length > COLUMNS && !it.value.trimStart().startsWith("|") }
                .map { "${page.name}:${it.index + 1}" }
        }.shouldBeEmpty()
    }

    test("the licence stands in the first two lines") {
        sources.filterValues { lines -> lines.take(2).none { "SPDX-License-Identifier" in it } }.keys.shouldBeEmpty()
    }
})

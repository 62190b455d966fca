// SPDX-License-Identifier: Apache-2.0
package samples

import io.kotest.assertions.fail
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldBeIn
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import javax.xml.parsers.DocumentBuilderFactory
import kotlin.io.path.exists
import kotlin.io.path.writeText

private val LINK = Regex("""\[[^\]]*]\(([^)#:]+)(#[^)]*)?\)""")

/** What readers are shown is true: every block of the README and of the guide is run, or read by who would read it. */
class ReadmeSpec : FunSpec({

    val blocks = documents.flatMap { it.blocks }
    val kotlin = KotlinPrograms(blocks.filter { it.kind == "kotlin" })

    fun check(block: Block) {
        when (block.kind) {
            "kotlin" -> {
                kotlin.complaints(block) shouldBe ""
                kotlin.printed(block).orEmpty().trimEnd() shouldBe block.output?.text.orEmpty()
            }
            "java" -> {
                val program = JavaProgram(block)
                program.complaints shouldBe ""
                program.printed().orEmpty().trimEnd() shouldBe block.output?.text.orEmpty()
            }
            "text" -> if (!block.isOutput) fail("no program before it prints this")
            "c" -> complaintsOfC(block) shouldBe ""
            "xml" -> {
                val dependency = DocumentBuilderFactory.newInstance().newDocumentBuilder()
                    .parse(block.text.byteInputStream()).documentElement
                fun text(name: String) = dependency.getElementsByTagName(name).item(0).textContent
                text("artifactId") shouldBeIn modules
                text("version") shouldBe version
            }
            "sh" -> block.lines.mapNotNull { line -> faultOf(line)?.let { "$line: $it" } }.shouldBeEmpty()
            else -> fail("a kind of block that nobody checks")
        }
    }

    blocks.forEach { block -> test("$block is true") { check(block) } }

    test("the pages for those who come from elsewhere are programs") {
        val pages = documents.filter { "coming-from/" in it.name }
        pages.map { it.name.substringAfterLast('/') } shouldBe
            listOf("deno.md", "ffi-rs.md", "jextract.md", "jna.md", "koffi.md")
        pages.forEach { page ->
            val tables = page.lines.count { it.endsWith("| gives |") }
            page.blocks.filter { it.output != null } shouldHaveSize tables
        }
        pages.sumOf { it.blocks.count { block -> block.kind == "java" } } shouldBeGreaterThan 10
    }

    test("a row of a table is a line, or words behind a dash") {
        fun page(row: String): Document {
            val file = newDirectory().resolve("page.md")
            file.writeText("```kotlin\n```\n\n| theirs | ours | gives |\n|---|---|---|\n$row\n")
            return Document(file)
        }
        page("| a | `1 + 1` | `2` |").blocks.last().text shouldBe "fun main() { arena {\nprintln(1 + 1)\n} }"
        page("| a | – none | |").blocks.last().text shouldBe "fun main() { arena {\n} }"
        shouldThrow<IllegalStateException> { page("| a | none | |") }
        shouldThrow<IllegalStateException> { page("| a | – none | `2` |") }
        shouldThrow<IllegalStateException> { page("| a | `1 || 2` | `3` |") }
    }

    test("the first commands are two: one runs the main job, one passes every test") {
        documents.first().blocks.first { it.kind == "sh" }.lines shouldHaveSize 2
    }

    test("a command that names what is not there is at fault") {
        faultOf("mvn -B -pl nowhere verify") shouldBe "no module nowhere"
        faultOf("mvn -P nowhere verify") shouldBe "no profile nowhere"
        faultOf("bench/run nothing") shouldBe "no nothing"
        faultOf("rm -rf /") shouldBe "nobody knows how to check this command"
    }

    documents.forEach { document ->
        test("what ${document.name} links to is there") {
            document.lines.flatMap { line -> LINK.findAll(line).map { it.groupValues[1] } }
                .filterNot { document.folder.resolve(it).exists() }
                .shouldBeEmpty()
        }
    }
})

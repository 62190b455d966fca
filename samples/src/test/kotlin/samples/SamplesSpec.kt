// SPDX-License-Identifier: Apache-2.0
package samples

import ffi.core.LibraryNotFoundException
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import java.io.File
import java.nio.file.Path
import kotlin.io.path.extension
import kotlin.io.path.nameWithoutExtension
import kotlin.io.path.readLines
import kotlin.io.path.relativeTo
import kotlin.io.path.walk
import org.opentest4j.TestAbortedException

private const val NEEDS = "// Needs: "
private const val OUTPUT = "// Output:"
private const val LINES = 40

/** A program in `src/main`, which ends with what it prints. */
private class Sample(sources: Path, private val file: Path) {
    private val lines = file.readLines()
    private val isJava = file.extension == "java"

    val name = "${file.relativeTo(sources)}"
    val size = lines.size
    val output = lines.dropWhile { it != OUTPUT }.drop(1).joinToString("\n") { it.removePrefix("//").removePrefix(" ") }
    val remedy = lines.firstOrNull { it.startsWith(NEEDS) }?.removePrefix(NEEDS)

    fun printed(): String {
        val mainClass = name.removeSuffix(".${file.extension}").replace(File.separatorChar, '.')
        return if (isJava) java(mainClass, samplesInJava) else java("${mainClass}Kt", samplesInKotlin)
    }

    override fun toString() = file.nameWithoutExtension
}

/** Why a sample that printed this is not to be compared: its library is missing, and this machine need not have it. */
private fun reasonToSkip(remedy: String?, printed: String, ci: Boolean): String? =
    if (remedy != null && !ci && "${LibraryNotFoundException::class.java.name}: Library not" in printed) {
        "its library is missing: $remedy"
    } else {
        null
    }

/** Every sample prints what its last comment says. */
class SamplesSpec : FunSpec({

    val samples = listOf("kotlin", "java").flatMap { language ->
        val sources = root.resolve("samples/src/main/$language")
        sources.walk().sorted().map { Sample(sources, it) }
    }

    samples.forEach { sample ->
        test("${sample.name} prints what it says") {
            val printed = sample.printed()
            reasonToSkip(sample.remedy, printed, ci = System.getenv("CI") == "true")?.let { reason ->
                println("${sample.name} is skipped, $reason") // the reports of the build leave the reason out
                throw TestAbortedException(reason)
            }
            printed.trimEnd() shouldBe sample.output
        }
    }

    test("a sample is one idea") {
        samples.filter { it.size > LINES && "golden" !in it.name }.shouldBeEmpty()
    }

    val missing = "Exception in thread \"main\" ffi.core.LibraryNotFoundException: Library not found: \"z\""

    test("a sample whose library is missing is skipped with the line that installs it") {
        reasonToSkip("apt install zlib1g", missing, ci = false) shouldBe "its library is missing: apt install zlib1g"
    }

    test("a sample whose library is missing fails where it should be there") {
        reasonToSkip("apt install zlib1g", missing, ci = true) shouldBe null
    }
})

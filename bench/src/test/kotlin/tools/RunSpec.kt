// SPDX-License-Identifier: Apache-2.0
package tools

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.nio.file.Path
import kotlin.io.path.Path
import kotlin.io.path.readText
import kotlin.io.path.writeText
import org.openjdk.jmh.runner.BenchmarkList
import org.openjdk.jmh.runner.format.OutputFormatFactory
import org.openjdk.jmh.runner.options.VerboseMode

/** `bench/run smoke` goes through every mode of bench/run, by the class path of this build. */
class RunSpec : FunSpec({

    val folder: Path = Path(System.getProperty("ffi.library.path"), "..", "..", "bench").normalize()
    val smoke = folder.resolve("target/smoke")

    val benchmarks = BenchmarkList.defaultList()
        .getAll(OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), emptyList())
        .map { it.username }

    fun calls(mode: String): Set<String> =
        Regex("\"case\": \"(.*?)\", \"face\": \"(.*?)\"").findAll(smoke.resolve("$mode/calls.json").readText())
            .map { "${it.groupValues[1]}_${it.groupValues[2]}" }.toSet()

    fun strings(file: String, member: String): Set<String> =
        Regex("\"$member\": \"(.*?)\"").findAll(smoke.resolve("full/$file").readText())
            .map { it.groupValues[1] }.toSet()

    val outcome by lazy {
        val launch = tempdir().toPath().resolve("launch")
        launch.writeText(System.getProperty("java.home") + "\n" + System.getProperty("java.class.path") + "\n")
        val process = ProcessBuilder(folder.resolve("run").toString(), "smoke").redirectErrorStream(true)
            .apply { environment()["BENCH_LAUNCH"] = launch.toString() }.start()
        process.inputReader().readText() to process.waitFor()
    }

    fun printed(): String {
        val (words, code) = outcome
        withClue(words.takeLast(4000)) { code shouldBe 0 }
        return words
    }

    test("the full run has every benchmark but the curves'") {
        printed() shouldContain "# Run complete"
        calls("full") shouldBe benchmarks.filter { "CurveBench" !in it }.map { it.substringAfterLast('.') }.toSet()
    }

    test("the quick run has a part of them, with every rival") {
        printed() shouldContain "# Run complete"
        val faces = calls("quick").map { it.substringAfter('_') }.toSet()
        faces shouldBe setOf("raw", "best", "interface", "object") + Face.RIVALS.map { it.name() }
        calls("full") shouldContainAll calls("quick")
    }

    test("start-up has every program, by every face and rival") {
        printed() shouldContain "| start-up |"
        strings("startup.json", "row") shouldBe setOf("hello", "first", "many")
        strings("startup.json", "face") shouldContainAll Face.RIVALS.map { it.name() } - "lwjglJni"
    }

    test("the curves are all there") {
        printed() shouldContain "| start-up |"
        strings("curves.json", "curve") shouldBe Curves.ALL.map { it.name() }.toSet()
        smoke.resolve("full/curves.svg").readText() shouldContain "</svg>"
    }

    test("the other runtimes run, or a line says why they do not") {
        printed().lines().filter { Regex("bench/node is skipped: .*|koffi .*").matches(it) }.shouldNotBeEmpty()
    }
})

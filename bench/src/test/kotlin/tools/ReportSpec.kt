// SPDX-License-Identifier: Apache-2.0
package tools

import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.nio.file.Path
import javax.xml.parsers.DocumentBuilderFactory
import kotlin.io.path.readLines
import kotlin.io.path.readText
import kotlin.io.path.writeText

/** The tables and the charts say what the results say. */
class ReportSpec : FunSpec({

    val directory: Path = tempdir().toPath()
    val readme = directory.resolve("front.md")

    fun call(case: String, face: String, ns: Double, bytes: Int = 0) =
        """{"case": "$case", "face": "$face", "ns": $ns, "min": $ns, "p10": $ns, "p90": $ns, "bytes": $bytes}"""

    fun node(case: String, runtime: String, ns: Double) = """{"case": "$case", "runtime": "$runtime", "ns": $ns}"""

    fun report(moreCalls: String = "", moreOfNode: String = "") {
        directory.resolve("calls.json").writeText(
            listOf(
                call("noop", "raw", 6.0), call("noop", "interface", 6.0), call("noop", "object", 6.3),
                call("noop", "jni", 6.1), call("noop", "jna", 60.0, 16),
                call("ascii", "raw", 32.0), call("ascii", "interface", 16.0), call("ascii", "lwjgl", 15.0),
                call("unknown", "raw", 10.0), call("unknown", "handle", 11.0),
            ).joinToString(",\n", """{"machine": "M", "jdk": "J", "iterations": "3 × 5", "calls": [""", "$moreCalls]}"),
        )
        directory.resolve("node.json").writeText(
            listOf(node("noop", "bun", 1.5), node("ascii", "koffi", 9.0), node("ascii", "bun", 20.0))
                .joinToString(",\n", """{"versions": {"bun": "1.4"}, "calls": [""", "$moreOfNode]}"),
        )
        directory.resolve("startup.json").writeText(
            """
            {"runs": 3, "processes": [
              {"row": "first", "face": "raw", "aot": false, "median": 80.0},
              {"row": "first", "face": "interface", "aot": false, "median": 100.0},
              {"row": "first", "face": "jni", "aot": false, "median": 30.0},
              {"row": "first", "face": "javacpp", "aot": false, "median": 50.0},
              {"row": "first", "face": "jna", "aot": false, "median": 96.0}],
            "memory": [{"face": "raw", "first": false, "functions": 1000, "ms": 500.4, "heap": 1024000,
              "metaspace": 2048000, "code": 512000, "classes": 77}]}
            """,
        )
        directory.resolve("curves.json").writeText(
            """
            {"machine": "M", "jdk": "J", "points": [
              {"curve": "bound", "face": "raw", "count": 1, "ns": 6.0},
              {"curve": "bound", "face": "interface", "count": 1, "ns": 9.0},
              {"curve": "turn", "face": "raw", "count": 10, "ns": 8.0},
              {"curve": "turn", "face": "object", "count": 10, "ns": 10.0},
              {"curve": "turn", "face": "held", "count": 10, "ns": 16.0},
              {"curve": "threads", "face": "raw", "count": 4, "ns": 8.0}]}
            """,
        )
        readme.writeText("before\n<!-- bench -->\nold\n<!-- /bench -->\nafter\n")
        Report.main(arrayOf("$directory", "$readme"))
    }

    report()
    val front = readme.readLines()
    val full = directory.resolve("README.md").readLines()

    test("the short table has ours and the best of the others, a miss is bold, who is ahead is marked") {
        front shouldContain "| `void noop()` | 6.0 | 1.00 | **1.05** | 1.02 JNI by hand | 0.25 § Bun | ≤ 1.03 | 0 → 0 |"
        front shouldContain "| text of 16 ASCII characters in | 32.0 | **0.50** |  | 0.47 ‡ LWJGL's binder | " +
            "0.28 § koffi | ≤ 0.48 | 0 → 0 |"
        (front.first() to front.last()) shouldBe ("before" to "after")
    }

    test("a sentence says who is ahead in which rows, and where the JVM's transition alone decides") {
        val words = front.joinToString(" ")
        words shouldContain "Of 2 rows that a rival on the JVM has, one is ahead by more than 3 % (‡) in 1: `ascii` " +
            "(LWJGL's binder)."
        words shouldContain
            "in 1: `ascii` (koffi); and, by no more than the 6.0 ns that an empty call costs by hand, " +
                "which are the JVM's transition, in 1: `noop` (Bun)."
    }

    test("the full table has every face and rival, and cases that nobody has listed") {
        full shouldContain "| `unknown` | 10.0 | 1.10 |  |  |  | 0 → 0 |"
        full shouldContain "| `void noop()` | 6.0 | 1.00 |  | 1.02 | 10.0 (16 B) |"
        full shouldContain "| text of 16 ASCII characters in | 32.0 | 16.0 | 20.0 | 9.0 § |"
    }

    test("what has a target of its own history, and what a runtime has no call for, is said below the tables") {
        fun words() = directory.resolve("README.md").readText().replace('\n', ' ')
        words() shouldContain "Bun has none that leaves its thread free"
        words() shouldNotContain "Bun reads `errno`"
        words() shouldNotContain "The target of `qsort`"
        val fields = call("read", "raw", 1.0) + ", " + call("read", "view", 1.2)
        report(", " + call("sort", "raw", 9.0) + ", " + fields, ", " + node("errno", "deno", 3.0))
        words() shouldContain "The target of `qsort` was 0.78 while by hand made 685 KB"
        words() shouldContain "around a segment has that load too: `read` 1.20."
        words() shouldContain "Bun reads `errno` in C"
        report()
    }

    test("start-up stands beside the best rival that needs no C, and memory is that of one function") {
        front shouldContain "| process with one call | 80 | 100 (**1.25**) | 96 (1.20) JNA, interface | 30 (0.38) " +
            "| ≤ 1.11 |"
        full shouldContain "| by hand, more of the same shapes | 1000 | 500 | 1000 | 2000 | 500 | 77 | 3584 |"
    }

    test("curves are ratios at the same count, beside another way by hand, and calls a second by all threads") {
        full shouldContain "| 1 | 6.0 | 1.50 |"
        full shouldContain "| 10 | 8.0 | 1.25 | 2.00 |"
        full shouldContain "| 4 | 8.0 | 500.00 |"
    }

    test("the charts are XML, with a mark for each library and a hint at each") {
        fun titles(file: String) = DocumentBuilderFactory.newInstance().newDocumentBuilder()
            .parse(directory.resolve(file).toFile()).getElementsByTagName("title")
            .let { list -> (0..<list.length).map { list.item(it).textContent } }
        titles("chart.svg") shouldContain "JNA, interface: 10.0"
        titles("chart.svg") shouldContain "koffi: 0.28"
        titles("curves.svg") shouldContain "interface, 1 functions bound: 1.50"
    }

    test("what JMH writes becomes one line for each benchmark, with the median of all forks") {
        val raw = directory.resolve("raw.json")
        raw.writeText(
            """
            [{"jmhVersion": "1.37", "benchmark": "bench.CallBench.noop_raw", "forks": 2, "measurementIterations": 3,
              "measurementTime": "25 ms", "primaryMetric": {"rawData": [[5.0, 7.0, 6.0], [9.0, 8.0, 4.0]]},
              "secondaryMetrics": {"gc.alloc.rate.norm": {"score": 15.9}}}]
            """,
        )
        Calls.main(arrayOf("$raw", "$directory/calls.json"))
        val written = directory.resolve("calls.json")
        written.readText() shouldContain "\"iterations\": \"2 × 3 iterations of 25 ms\""
        written.readLines().filter { "noop" in it } shouldBe listOf(
            """    {"case": "noop", "face": "raw", "ns": 7, "min": 4, "p10": 4, "p90": 9, "bytes": 16}""",
        )
        report()
        directory.resolve("README.md").readLines() shouldHaveSize full.size
    }
})

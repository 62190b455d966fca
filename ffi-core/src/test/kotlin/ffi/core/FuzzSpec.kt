// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.fuzz.Fuzz
import ffi.launched.Ended
import ffi.launched.jdk
import ffi.launched.run
import io.kotest.assertions.withClue
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withTests
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import java.util.concurrent.Executors
import java.util.concurrent.Future
import java.util.concurrent.TimeUnit
import kotlin.io.path.readBytes
import kotlin.io.path.writeBytes

/**
 * Ten thousand bad inputs to each part of the library: each is taken, or refused by a typed exception with a
 * message; the JVM never ends by it, and never hangs.
 *
 * Each part in a JVM of its own, two at once. `-Dffi.fuzz.from=17 -Dffi.fuzz.count=1` gives them the input of one seed;
 * another beginning gives new inputs.
 */
@EnabledIf(OnLinux::class)
class FuzzSpec : FunSpec({

    val from = Integer.getInteger("ffi.fuzz.from", 0)
    val count = Integer.getInteger("ffi.fuzz.count", 10_000)
    val library = compile(
        newDirectory(), "libfuzzed.so",
        """
            int counter = 7;
            int add(int a, int b) { return a + b; }
            int _Z3addii(int a, int b) { return a + b; }
            __attribute__((constructor)) static void count(void) { counter++; }
        """.trimIndent(),
    )

    /** How the JVM ended, and what it did last. */
    fun fed(subject: String): Pair<Ended, String> {
        val progress = newDirectory().resolve("progress").also { it.writeBytes(ByteArray(Fuzz.SEED_BYTES)) }
        val directory = newDirectory()
        val ended = run(
            jdk("java"), "--enable-native-access=ALL-UNNAMED", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-Xmx512m",
            "-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=$directory/crash.log", "-Dspec.directory=$directory",
            "-Dspec.library=$library", "-Dspec.natives=$natives", "-cp", System.getProperty("java.class.path"),
            Fuzz::class.java.name, subject, "$from", "$count", "$progress", directory = directory,
        )
        return ended to String(progress.readBytes()).substringBefore('\u0000')
    }

    val subjects = Fuzz.subjects.keys.toList()
    val threads = Executors.newFixedThreadPool(2)
    val jvms: Map<String, Future<Pair<Ended, String>>> by lazy {
        subjects.associateWith { threads.submit<Pair<Ended, String>> { fed(it) } }
    }
    afterSpec { threads.shutdownNow() }

    withTests(nameFn = { it }, subjects) { subject ->
        val (ended, last) = jvms.getValue(subject).get(5, TimeUnit.MINUTES)
        withClue("$subject, the last was seed $last\n${ended.output}\n${ended.errors}") {
            ended.exit shouldBe 0
            val numbers = Regex("\\d+").findAll(ended.output.lines().last()).map { it.value.toInt() }
            val (seeds, taken, refused, wrong) = numbers.toList()
            seeds shouldBe count
            wrong shouldBe 0
            taken + refused shouldBe count
            if (count >= 1_000) {
                taken shouldBeGreaterThan count / 100
                refused shouldBeGreaterThan count / 100
            }
        }
    }
})

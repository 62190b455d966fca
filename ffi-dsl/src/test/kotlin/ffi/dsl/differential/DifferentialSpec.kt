// SPDX-License-Identifier: Apache-2.0
package ffi.dsl.differential

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import kotlin.io.path.Path
import kotlin.random.Random

/** Random declarations, of which C's compiler and the library must think the same. */
class DifferentialSpec : FunSpec({

    val seed = System.getProperty("ffi.differential.seed")?.toLong() ?: Random.nextLong()
    val count = System.getProperty("ffi.differential.count")?.toInt() ?: 500
    val again = "-Dffi.differential.seed=$seed -Dffi.differential.count=$count"
    val clue = "to see it again: $again"

    println(again)

    test("structs by value, arrays, pointers and out-parameters of all kinds travel as C has them") {
        withClue(clue) { wrong(functions(seed, count - count / 3)).shouldBeEmpty() }
    }

    test("structs in place, with unions, bit-fields and packing, lie where C has them") {
        withClue(clue) { wrong(functionsInPlace(seed, count / 3)).shouldBeEmpty() }
    }

    test("structs that the JDK passes, as on other platforms, travel as C has them") {
        val process = ProcessBuilder(
            "${Path(System.getProperty("java.home"), "bin", "java")}", "-Dffi.flatten=false",
            "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED",
            "-cp", System.getProperty("java.class.path"), Alone::class.java.name, "${count / 5}", "0", "$seed",
        ).redirectErrorStream(true).start()
        val output = process.inputReader().readText()
        withClue("$clue\n$output") {
            process.waitFor() shouldBe 0
            output.trim().lines().last() shouldBe "0 wrong"
        }
    }
})

// SPDX-License-Identifier: Apache-2.0
package bench

import bench.rivals.JavaCppBench
import bench.rivals.JnaBench
import bench.rivals.JnaDirectBench
import bench.rivals.JniBench
import bench.rivals.JnrBench
import bench.rivals.LwjglJniBench
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import startup.FirstFunction
import startup.FirstInterface
import startup.FirstJavaCpp
import startup.FirstJna
import startup.FirstJnaDirect
import startup.FirstJni
import startup.FirstJnr
import startup.FirstLwjgl
import startup.FirstObject
import startup.FirstRaw
import startup.FirstRawKotlin
import startup.Hello
import startup.ManyInterface
import startup.ManyJavaCpp
import startup.ManyJna
import startup.ManyJnaDirect
import startup.ManyJni
import startup.ManyJnr
import startup.ManyLwjgl
import startup.ManyObject
import startup.ManyRaw
import startup.ManyShared

/** What is measured does the same work by every face. */
class CheckSpec : FunSpec({

    val benchmarks: Map<String, Class<*>> =
        listOf(
            CallBench::class,
            CurveBench::class,
            SharedSiteBench::class,
            TextBench::class,
            StructBench::class,
            ArrayBench::class,
            OutBench::class,
            FieldBench::class,
            UpcallBench::class,
            UpcallThreadsBench::class,
            ThreadsBench::class,
            ErrnoBench::class,
            SuspendBench::class,
            FlowBench::class,
            BestBench::class,
            JniBench::class,
            JnaBench::class,
            JnaDirectBench::class,
            JnrBench::class,
            JavaCppBench::class,
            LwjglJniBench::class,
        ).associate { it.simpleName!! to it.java }

    val results = benchmarks.values.associateWith { lazy { Check.results(it) } }

    context("all faces, and all rivals, give what is written by hand gives") {
        val byHand = results.values.flatMap { it.value.entries }
            .mapNotNull { (case, faces) -> faces["raw"]?.let { case to it } }.toMap()
        withData(benchmarks) { benchmark ->
            results.getValue(benchmark).value.forEach { (case, faces) ->
                faces.forEach { (face, given) -> withClue("${case}_$face") { given shouldBe byHand[case] } }
            }
        }
    }

    test("each start-up program of one function gives the same") {
        listOf(
            FirstRaw.run(), FirstRawKotlin.run(), FirstFunction.run(), FirstInterface.run(), FirstObject.run(),
            FirstLwjgl.run(), FirstJni.run(), FirstJavaCpp.run(), FirstJnr.run(), FirstJna.run(), FirstJnaDirect.run(),
        ).distinct() shouldBe listOf(Hello.run())
    }

    test("each start-up program of 200 functions gives the same") {
        listOf(
            ManyShared.run(), ManyInterface.run(), ManyObject.run(), ManyLwjgl.run(), ManyJni.run(),
            ManyJavaCpp.run(), ManyJnr.run(), ManyJna.run(), ManyJnaDirect.run(),
        ).distinct() shouldBe listOf(ManyRaw.run())
    }
})

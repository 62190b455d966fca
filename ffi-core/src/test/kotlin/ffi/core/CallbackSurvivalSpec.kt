// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.launched.CallBackInOwnJvm
import ffi.launched.Ended
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withTests
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldMatch
import java.io.File
import kotlin.io.path.createDirectories
import kotlin.io.path.writeText

/** What ends the VM elsewhere: each in a VM of its own, which is alive after it. */
class CallbackSurvivalSpec : FunSpec({

    test("a function that throws") {
        CallBackInOwnJvm.ended("throws") shouldBe Ended("java.lang.IllegalStateException\nalive", "", 0)
    }

    test("a function that throws, the first of all, at a call that was compiled and in C before it was made") {
        CallBackInOwnJvm.ended("throws at a compiled call") shouldBe
            Ended("-200000000\njava.lang.IllegalStateException\nalive", "", 0)
    }

    test("a function that throws on a thread of C's: the VM prints what it prints of any thread") {
        val (output, errors, exit) = CallBackInOwnJvm.ended("throws on C's thread")
        output shouldBe "0\nalive"
        errors.lines().first() shouldMatch """Exception in thread "sum-1" java.lang.IllegalStateException: 1, 2"""
        exit shouldBe 0
    }

    context("calls within calls as deep as the stack") {
        withTests(
            "compiled" to "-XX:+TieredCompilation", "interpreted" to "-Xint", "on a large stack" to "-Xss4m",
        ) { (_, option) ->
            CallBackInOwnJvm.ended("calls deeply", option) shouldBe
                Ended("java.lang.StackOverflowError\n".repeat(20) + "true\nalive", "", 0)
        }
        test("by one function that is registered") {
            CallBackInOwnJvm.ended("calls one function deeply") shouldBe
                Ended("java.lang.StackOverflowError\n".repeat(20) + "alive", "", 0)
        }
    }

    context("calls within calls, of which no function pointer sees many") {
        withTests(
            "calls one function deeply on two threads", "calls from one function to the next",
            "calls deeply on a virtual thread",
        ) {
            CallBackInOwnJvm.ended(it) shouldBe Ended("alive", "", 0)
        }
    }

    test("a report of a late call whose writer calls late itself") {
        val (output, _, exit) = CallBackInOwnJvm.ended("reports by C")
        output shouldBe "0\n0\n2\nalive"
        exit shouldBe 0
    }

    test("no memory of the heap left, by whichever thread") {
        CallBackInOwnJvm.ended("takes all memory", "-Xmx64m") shouldBe
            Ended("java.lang.OutOfMemoryError\n".repeat(3) + "alive", "", 0)
        val (output, errors, exit) = CallBackInOwnJvm.ended("takes all memory on C's thread", "-Xmx64m")
        output shouldBe "0\nalive"
        errors.lines().first() shouldBe """Exception in thread "sum-1" java.lang.OutOfMemoryError: Java heap space"""
        exit shouldBe 0
    }

    test("a program whose logs can not be had: its callbacks work, and late calls are met") {
        val services = tempdir().toPath()
        services.resolve("META-INF/services").createDirectories().resolve("java.lang.System\$LoggerFinder")
            .writeText("ffi.launched.NoLogs")
        val classes = services.toString() + File.pathSeparator + System.getProperty("java.class.path")
        CallBackInOwnJvm.ended("calls, and fires after its end", "-cp", classes) shouldBe Ended("3\n0\n1\nalive", "", 0)
    }

    test("a call after the function's end") {
        val (output, errors, exit) = CallBackInOwnJvm.ended("fires after its end")
        output shouldBe "0\nalive"
        errors.replace(Regex("CallBackInOwnJvm.kt:\\d+"), "CallBackInOwnJvm.kt") shouldBe """
            A callback was called after its end
              callback: callback(i32 (i32, i32))
              registered: at ffi.launched.CallBackInOwnJvm.main(CallBackInOwnJvm.kt)
              hint: what C keeps lives as long as C keeps it: make it in an arena that ends later
        """.trimIndent()
        exit shouldBe 0
    }

    test("a thread of C's that would call when the VM has ended does not keep it") {
        CallBackInOwnJvm.ended("fires while the VM ends") shouldBe Ended("alive", "", 0)
    }
})

// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.launched.Ended
import ffi.launched.ExitInOwnJvm
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withTests
import io.kotest.matchers.shouldBe

private val exitCodes = mapOf("return" to 0, "exit" to 3, "signal" to 143, "callback" to 3)

/** Where native code in front of callbacks is to be had, see [ffi.core.internal.Guard]. */
class OnLinuxX64 : io.kotest.core.annotation.Condition {
    override fun evaluate(kclass: kotlin.reflect.KClass<out io.kotest.core.spec.Spec>): Boolean =
        System.getProperty("os.name") == "Linux" && System.getProperty("os.arch") == "amd64"
}

/** Native code that calls back when the process ends: each in a VM of its own, which ends with the right exit code. */
@EnabledIf(OnLinuxX64::class)
class CallbacksAtExitSpec : FunSpec({

    val zeros = listOf(
        "int 0", "byte 0", "long 0", "bool 0", "pointer 1", "float 0", "double 0", "void", "words 0 0", "mixed 0 0",
        "large 0",
    ).joinToString("\n")

    context("a handler of atexit that calls back gets 0, NULL or a struct of zeros, however the process ends") {
        withTests(exitCodes.keys) { end ->
            ExitInOwnJvm.ended("all", end) shouldBe Ended("up\n$zeros", "", exitCodes.getValue(end))
        }
    }

    test("so it does where the JDK passes the structs") {
        ExitInOwnJvm.ended("all", "exit", options = listOf("-Dffi.flatten=false")) shouldBe Ended("up\n$zeros", "", 3)
    }

    test("it gets the error value that was declared") {
        ExitInOwnJvm.ended("errors", "exit") shouldBe Ended(
            "up\nint -2\nbyte -7\nlong ${Long.MIN_VALUE}\nbool 1\nfloat -1.5\ndouble 2.5", "", 3,
        )
    }

    test("when native code ends the process the JVM is there, and functions are called") {
        val output = ExitInOwnJvm.ended("all", "native")
        output.exit shouldBe 3
        output.output shouldBe listOf(
            "up", "int 1", "byte 1", "long 1", "bool 1", "pointer 0", "float 1", "double 1", "in Java", "void",
            "words 1 1", "mixed 1 1", "large 5",
        ).joinToString("\n")
    }

    context("a thread that calls back ends when a handler of atexit joins it, however the process ends") {
        withTests(
            exitCodes.keys.flatMap { listOf(it to 0, it to 100) } + listOf("native" to 0, "native" to 100),
        ) { (end, micros) ->
            ExitInOwnJvm.ended("worker", end, "$micros") shouldBe Ended("up\njoined", "", exitCodes[end] ?: 3)
        }
    }

    test("so it does each time") {
        repeat(12) {
            ExitInOwnJvm.ended("worker", if (it % 2 == 0) "exit" else "return", "${it % 3}") shouldBe
                Ended("up\njoined", "", if (it % 2 == 0) 3 else 0)
        }
    }

    test("where the system refuses executable memory, functions are called without a guard") {
        ExitInOwnJvm.ended("refused", "exit", options = listOf("-Xint")) shouldBe Ended("42\nup", "", 3)
    }

    test("the program's own shutdown hooks use callbacks") {
        ExitInOwnJvm.ended("hooks", "exit") shouldBe Ended("up\n" + "hook\n".repeat(12) + "int 0", "", 3)
    }
})

// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.launched.Ended
import ffi.launched.SignalsInOwnJvm
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withTests
import io.kotest.matchers.shouldBe

/** Libraries that take from the JVM the signals by which it works, each in a VM of its own. */
@EnabledIf(OnLinux::class)
class SignalHandlersSpec : FunSpec({

    val directory = newDirectory().toRealPath()
    val hint = "  hint: preload the JDK's libjsig.so, which keeps the JVM's handlers in front"

    fun taking(name: String, atLoad: String) = compile(
        directory, "lib$name.so",
        """
        #include <signal.h>
        static void handle(int number) { (void)number; }
        void take_signal(int number) {
            if (number < 0) signal(-number, SIG_DFL); else signal(number, handle);
        }
        __attribute__((constructor)) static void load(void) { $atLoad }
        """.trimIndent(),
    )

    val atLoad = taking("atload", "take_signal(SIGSEGV); take_signal(SIGFPE);")
    val quiet = taking("quiet", "take_signal(SIGUSR2);")

    context("loading warns once of a library that replaces handlers, and the report names the signals") {
        withTests("-Dffi.headstart=true", "-Dffi.headstart=false") { option ->
            val signals = listOf("SIGSEGV", "SIGFPE")
                .joinToString("\n") { "  signals: $atLoad replaced the handler of $it" }
            SignalsInOwnJvm.ended("$atLoad", options = listOf(option)) shouldBe Ended(
                "[]\n$signals\n$hint",
                "A handler of the JVM was replaced when a library was loaded\n  library: $atLoad\n$signals\n$hint", 0,
            )
        }
    }

    test("the report knows of a library that replaces them when it is called") {
        SignalsInOwnJvm.ended("$quiet", "7", "-4") shouldBe Ended(
            "[]\n  signals: $quiet replaced the handler of SIGBUS\n" +
                "  signals: the default action replaced the handler of SIGILL\n$hint", "", 0,
        )
    }

    test("nothing is said of a library that takes signals which the JVM does not need") {
        SignalsInOwnJvm.ended("$quiet", "10") shouldBe Ended("[]", "", 0)
    }
})

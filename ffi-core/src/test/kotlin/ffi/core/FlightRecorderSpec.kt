// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.launched.Ended
import ffi.launched.RecordInOwnJvm
import ffi.launched.TraceInOwnJvm
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

/** Events of the flight recorder, in JVMs that record themselves. */
@EnabledIf(OnLinux::class)
class FlightRecorderSpec : FunSpec({

    fun printed(ended: Ended): String {
        ended.errors shouldBe ""
        return ended.output.replace("$natives", "DIR")
    }

    val callback = "callback(i32 (i32, i32)) as argument 1 of apply: i32 (callback(i32 (i32, i32)), i32, i32)"
    val load = "ffi.LibraryLoad name=sum, path=DIR/libsum.so, tried=1"
    val miss = "ffi.LibraryLoad name=nowhere 7, path=null, tried=4"

    test("calls, upcalls, loads and scopes are events") {
        printed(RecordInOwnJvm.ended("everything", "-Dffi.jfr=sum")) shouldBe """
            $load
            ffi.Call library=sum, function=sum, thrown=null
            ffi.Call library=sum, function=apply, thrown=null
            ffi.Upcall library=sum, function=apply, callback=$callback, thrown=null
            ffi.Call library=sum, function=apply, thrown=java.lang.ArithmeticException
            ffi.Upcall library=sum, function=apply, callback=$callback, thrown=java.lang.ArithmeticException
            ffi.Call library=sum, function=nowhere, thrown=ffi.core.SymbolNotFoundException
            $miss
            ffi.Scope kind=block, bytes=105, allocations=2
            true
        """.trimIndent()
    }

    test("calls and upcalls only of what the property names") {
        printed(RecordInOwnJvm.ended("everything", "-Dffi.jfr=sum.su*,other")).lines()
            .filter { "Call" in it || "Upcall" in it } shouldBe
            listOf("ffi.Call library=sum, function=sum, thrown=null")
        printed(RecordInOwnJvm.ended("everything")).lines() shouldBe
            listOf(load, miss, "ffi.Scope kind=block, bytes=105, allocations=2", "true")
    }

    test("by default calls of 20 ms and more, and no scopes") {
        printed(RecordInOwnJvm.ended("by default", "-Dffi.jfr=c")).lines() shouldBe
            listOf(load, miss, "ffi.Call library=c, function=usleep, thrown=null", "true")
    }

    test("a recording that begins after the first call has those that follow") {
        printed(RecordInOwnJvm.ended("later", "-Dffi.jfr=")) shouldBe """
            3 false
            ffi.Call library=sum, function=sum, thrown=null
            true
        """.trimIndent()
    }

    test("a call may be both logged and recorded") {
        val ended = RecordInOwnJvm.ended("later", "-Dffi.jfr=sum", "-Dffi.trace=sum")
        ended.output.lines()[1] shouldBe "ffi.Call library=sum, function=sum, thrown=null"
        ended.errors.lines().count { "sum.sum(" in it } shouldBe 2
    }

    test("without a recording one class of the recorder is loaded, and none of ours for events") {
        fun classes(vararg options: String) =
            RecordInOwnJvm.ended("nothing", "-Xlog:class+load:stdout", *options).output
                .lines().map { it.substringAfter("[class,load] ").substringBefore(" ") }
                .filter { it.startsWith("jdk.jfr") || it.startsWith("ffi.core.internal.jfr") }
        classes() shouldBe listOf("ffi.core.internal.jfr.Recorder", "jdk.jfr.FlightRecorder")
        classes("-Dffi.jfr=sum") shouldBe listOf("ffi.core.internal.jfr.Recorder", "jdk.jfr.FlightRecorder")
    }

    test("a runtime image need not have the recorder, nor java.util.logging") {
        val ended = TraceInOwnJvm.ended("threads", "--limit-modules=java.base", "-Dffi.jfr=sum", "-Dffi.trace=sum")
        ended.exit shouldBe 0
        ended.errors.lines().count { "sum.sum(" in it } shouldBe 2
        TraceInOwnJvm.ended("threads", "--limit-modules=java.base") shouldBe Ended("", "", 0)
    }
})

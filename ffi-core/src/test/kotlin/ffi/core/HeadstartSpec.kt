// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.launched.PrepareInOwnJvm
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe

/** What begins before the first call, on another thread: that it does, when it does not, and that nobody is harmed. */
class HeadstartSpec : FunSpec({

    val enabled = "--enable-native-access=ALL-UNNAMED"
    val ready = "jdk.internal.foreign.abi.DowncallStub\nended"

    fun output(what: String, vararg options: String): String {
        val ended = PrepareInOwnJvm.ended(what, *options)
        ended.errors shouldBe "" // no warning, even where native access is not enabled
        return ended.output
    }

    context("makes the linker ready without any call:") {
        withData("prepare", "open", "bind") { output(it, enabled) shouldBe ready }
    }

    test("types alone begin nothing") {
        output("type", enabled) shouldBe "i32\nended"
    }

    context("begins nothing with") {
        withData("-Dffi.headstart=false", "-XX:ActiveProcessorCount=1") { output("bind", enabled, it) shouldBe "ended" }
    }

    test("begins nothing beside an AOT cache, which has it") { // also one that is not there
        output("bind", enabled, "-XX:AOTCache=none.aot", "-Xlog:disable") shouldBe "ended"
    }

    test("begins nothing where native access is not enabled, and so warns of nothing") {
        output("bind") shouldBe "ended"
        output("bind", "--illegal-native-access=deny") shouldBe "ended"
    }

    test("ten threads that touch the JDK's classes in all orders at once do not wait for each other for ever") {
        repeat(20) {
            val ended = PrepareInOwnJvm.ended("hurry", enabled)
            ended.output.lines().last() shouldBe "ended"
            ended.exit shouldBe 0
        }
    }
})

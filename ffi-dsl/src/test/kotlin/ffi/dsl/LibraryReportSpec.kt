// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.Bindings
import ffi.core.LibraryNotFoundException
import ffi.core.NativeLibrary
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.lang.foreign.Arena
import java.nio.file.Path

private object Reported : Library("sum") {
    val sum = fn("sum", i32, i32) returns i32
    val half = fn("doubleSum", f64, f64) returns f64
    val typo = fn("fibonaci", u32) returns u32
    val maybe = fn("not_in_old_versions", i32).optional returns i32
    val there = fn("noop").optional returns void
    val wrong = fn("noop", void) returns i32
    val fromC = fn("strlen", cstring) returns usize
}

private interface Sums {
    fun sum(a: Int, b: Int): Int
    fun doubleSu(a: Double, b: Double): Double
}

/** What the functions declared of a library are to it; what the library itself is, core's spec tells. */
class LibraryReportSpec : FunSpec({

    fun functions(report: Any): List<String> = "$report".lines().filter { it.startsWith("  function: ") }

    test("a library says of each of its functions whether it is there") {
        Reported.sum(1, 2) shouldBe 3
        val report = Reported.report()
        val libc = functions(library("") { fn("strlen", cstring) returns usize; report() })
        functions(report) shouldContainExactly listOf(
            "  function: sum (linked)",
            "  function: doubleSum (exported)",
            "  function: fibonaci (missing, similar: fibonacci)",
            "  function: not_in_old_versions (missing, optional)",
            "  function: noop (exported, optional)",
            "  function: noop (wrong: void is the type of no parameter)",
            libc.single(),
        )
        report.missing() shouldContainExactly listOf("fibonaci")
        "$report".lines().first() shouldBe "Library: \"sum\""
    }

    test("an interface as well") {
        functions(Bindings.report(bind<Sums>("sum"))) shouldContainExactly
            listOf("  function: doubleSu (missing, similar: doubleSum)", "  function: sum (exported)")
    }

    test("a library that is not found says why, and does not throw") {
        val missing = library("./no/libsum.so") { fn("f") returns void; fn("g").optional returns void; this }
        "${missing.report()}" shouldBe """
            Library not found: "./no/libsum.so"
              tried: ./no/libsum.so (no such file)
              absolute: ${Path.of("no/libsum.so").toAbsolutePath()}
              working directory: ${Path.of("").toAbsolutePath()}
              function: f (not looked up)
              function: g (not looked up, optional)
        """.trimIndent()
        missing.report().failure().get().shouldBeInstanceOf<LibraryNotFoundException>()
    }

    test("a library without functions, and one handed in") {
        functions(library("sum") { report() }) shouldContainExactly listOf()
        Arena.ofConfined().use { arena ->
            val open = NativeLibrary.open("sum", arena)
            functions(library(open) { fn("sum", i32, i32) returns i32; report() }) shouldContainExactly
                listOf("  function: sum (exported)")
            functions(open.report()) shouldContainExactly listOf()
        }
    }
})

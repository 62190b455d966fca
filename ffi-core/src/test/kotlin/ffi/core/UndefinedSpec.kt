// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.LoadFlag.GLOBAL
import ffi.core.LoadFlag.LAZY
import ffi.core.LoadFlag.NOW
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.lang.foreign.Arena

private interface Own {
    fun own(): Int
}

private interface Absent {
    fun summ(): Int
    fun nopp()
    @Global fun cal_count(): Int
    @IfPresent fun gone()
}

/** What a library uses and nothing has: a call that got there would end the process. */
@EnabledIf(OnLinux::class)
class UndefinedSpec : FunSpec({

    val directory = newDirectory().toRealPath()

    fun lacking(name: String, vararg functions: String, needed: List<String> = listOf()) = compile(
        directory, "lib$name.so",
        functions.joinToString("") { "int $it(void); int call_$it(void) { return $it(); } " } +
            "__attribute__((weak)) int undefined_weak(void); int weak(void) { return undefined_weak != 0; } " +
            "int own(void) { return 7; }",
        "-Wl,-z,lazy", "-Wl,--no-as-needed", "-Wl,-soname,lib$name.so", "-L.", "-Wl,-rpath,$directory",
        *needed.map { "-l$it" }.toTypedArray(),
    )

    test("link names all that a library and those it needs use and nothing has") {
        val inner = lacking("inner", "undefined_c")
        val outer = lacking("outer", "undefined_a", "undefined_b", needed = listOf("inner"))
        withArena { arena ->
            val library = NativeLibrary.open(outer, arena)
            val bound = Bindings.bind(Own::class.java, library)
            bound.own() shouldBe 7
            val thrown = shouldThrow<SymbolNotFoundException> { Bindings.link(bound) }
            thrown.symbols() shouldBe listOf("undefined_a", "undefined_b", "undefined_c")
            thrown.message shouldBe """
                Symbols that the library uses and nothing has: 3
                  library: $outer
                  undefined: undefined_a, used by $outer
                  undefined: undefined_b, used by $outer
                  undefined: undefined_c, used by $inner
                  hint: such a call ends the process: open the library that has it before this one, with the flag GLOBAL
                  hint: or if the library is made to lack it, open it with the flag LAZY
            """.trimIndent()
            val report = library.report()
            report.undefined() shouldBe listOf("undefined_a", "undefined_b", "undefined_c")
            report.toString() shouldContain "\n  undefined: undefined_a, used by $outer\n"
        }
    }

    test("what a library has that was opened GLOBAL is not undefined") {
        val giver = compile(directory, "libgiven.so", "int undefined_given(void) { return 42; }")
        val taker = lacking("taking", "undefined_given")
        withArena { arena ->
            NativeLibrary.open(giver, arena)
            shouldThrow<SymbolNotFoundException> {
                Bindings.link(Bindings.bind(Own::class.java, NativeLibrary.open(taker, arena)))
            }.symbols() shouldBe listOf("undefined_given")
            NativeLibrary.open(giver, setOf(GLOBAL), arena)
            Bindings.link(Bindings.bind(Own::class.java, NativeLibrary.open(taker, arena)))
        }
    }

    test("a library that is made to lack symbols is opened LAZY") {
        val plugin = lacking("plugin", "undefined_host")
        withArena { arena ->
            val library = NativeLibrary.open(plugin, setOf(LAZY), arena)
            shouldNotThrowAny { Bindings.link(Bindings.bind(Own::class.java, library)) }
            library.report().undefined() shouldBe listOf("undefined_host")
        }
        shouldThrow<IllegalArgumentException> { NativeLibrary.open(plugin, setOf(NOW, LAZY), Arena.global()) }
            .message shouldBe "a library is bound at once or lazily, flags: [NOW, LAZY]"
    }

    test("versions that only old programs are bound to are not undefined, and real libraries lack nothing") {
        compile(
            directory, "libversions.so",
            "int old_impl(void) { return 1; } __asm__(\".symver old_impl,versioned@OLD\");",
            "-Wl,-soname,libversions.so",
            "-Wl,--version-script=" + directory.resolve("versions.map").also {
                it.toFile().writeText("OLD { global: versioned; };")
            },
        )
        val user = compile(
            directory, "libuser.so",
            "int v(void); __asm__(\".symver v,versioned@OLD\"); int call(void) { return v(); }",
            "-Wl,-z,lazy", "-L.", "-lversions", "-Wl,-rpath,$directory",
        )
        withArena { arena ->
            NativeLibrary.open(user, arena).report().undefined().shouldBeEmpty()
            for (name in listOf("sum", "c", "m", "z", "stdc++", "curl", "cairo", "openblas", "sqlite3")) {
                try {
                    NativeLibrary.open(name, arena)
                } catch (_: LibraryNotFoundException) {
                    continue
                }.report().undefined().shouldBeEmpty()
            }
        }
    }

    test("link lists all functions and variables that are missing, each with what is similar") {
        val file = compile(
            directory, "libsums.so", "int sum, sum8, call_count; void noop(void) {} int summon(void) { return 1; }",
        )
        withArena { arena ->
            val thrown = shouldThrow<SymbolNotFoundException> {
                Bindings.link(Bindings.bind(Absent::class.java, NativeLibrary.open(file, arena)))
            }
            thrown.symbols().sorted() shouldBe listOf("cal_count", "nopp", "summ")
            thrown.library() shouldBe "$file"
            thrown.suppressed.size shouldBe 0
            val lines = thrown.message!!.lines()
            lines.take(2) shouldBe listOf("Symbols not found: 3", "  library: $file")
            lines.drop(2).sorted() shouldBe listOf( // a class lists its methods as it likes
                "  function: nopp (similar: noop)",
                "  function: summ (similar: sum, sum8, summon)",
                "  variable: cal_count (similar: call_count)",
            )
        }
    }

    test("a failure that is met again and again is reported quickly, and what appears is found") {
        withArena { arena ->
            fun perSecond(fail: () -> Unit): Int {
                var count = 0
                val end = System.nanoTime() + 1_000_000_000
                while (System.nanoTime() < end) {
                    fail()
                    count++
                }
                return count
            }
            val missing = { shouldThrow<LibraryNotFoundException> { NativeLibrary.open("appears", arena) } }
            val whole = missing().message
            (1..5).any { perSecond { missing() } > 200 } shouldBe true // a hundred where each is reported anew
            missing().message shouldBe whole
            val sum = NativeLibrary.open("sum", arena)
            val lookUp = { runCatching { sum.findOrThrow("summ") }.isFailure shouldBe true }
            (1..5).any { perSecond { lookUp() } > 5000 } shouldBe true
            val path = directory.resolve("libappears.so")
            shouldThrow<LibraryNotFoundException> { NativeLibrary.open(path, arena) }
            compile(directory, "libappears.so", "int own(void) { return 7; }")
            NativeLibrary.open(path, arena).find("own").isPresent shouldBe true
        }
    }
})

// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.LoadFlag.DEEP
import ffi.core.LoadFlag.GLOBAL
import ffi.core.LoadFlag.NOW
import ffi.core.NativeType.I32
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe
import java.lang.foreign.Arena
import java.net.URLClassLoader
import java.nio.file.Path
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import kotlin.io.path.copyTo
import kotlin.io.path.deleteIfExists
import kotlin.io.path.exists
import kotlin.io.path.readLines

private fun NativeLibrary.int(symbol: String): Int = downcall(symbol, I32).call() as Int

private fun mapped(file: Path): List<String> = Path.of("/proc/self/maps").readLines().filter { it.endsWith("$file") }

/** What dlopen(3) does with flags, by libraries that are made for it. */
@EnabledIf(OnLinux::class)
class LoadFlagsSpec : FunSpec({

    val directory = newDirectory().toRealPath()

    /** A library that uses a function which it does not have; bound lazily unless it is opened otherwise. */
    fun lacking(name: String, function: String) = compile(
        directory, "lib$name.so",
        "int $function(void); int own(void) { return 7; } int use(void) { return $function(); }",
        "-Wl,-z,lazy",
    )

    /** A library that asks for a function of its own, which one that is global may replace. */
    fun asking(name: String, function: String, answer: Int) = compile(
        directory, "lib$name.so", "int $function(void) { return $answer; } int ask(void) { return $function(); }",
    )

    test("NOW refuses a library that lacks a function; without it, the others can be called") {
        val file = lacking("lacking", "flags_nowhere")
        Arena.ofConfined().use { NativeLibrary.open("$file", it).int("own") shouldBe 7 }
        Arena.ofConfined().use { arena ->
            shouldThrow<LibraryNotFoundException> { NativeLibrary.open("$file", setOf(NOW), arena) }
                .message shouldBe """
                Library not loaded: "$file"
                  tried: $file (undefined symbol: flags_nowhere)
            """.trimIndent()
        }
        mapped(file).shouldBeEmpty()
    }

    test("NOW opens what lacks nothing, in every way to name it") {
        val file = natives.resolve("libsum.so")
        val loader = URLClassLoader(arrayOf(natives.toUri().toURL()), null)
        Arena.ofConfined().use { arena ->
            val opened = listOf(
                NativeLibrary.open("sum", setOf(NOW), arena),
                NativeLibrary.open(file, setOf(NOW), arena),
                NativeLibrary.openResource("libsum.so", loader, setOf(NOW), arena),
                NativeLibrary.open("c", "6", setOf(NOW), arena),
                NativeLibrary.openFirst("c", listOf("7", "6"), setOf(NOW), arena),
                NativeLibrary.openFirst("c", listOf("6"), setOf(NOW), arena),
            )
            opened.map { it.file().get().fileName.toString() } shouldBe
                List(3) { "libsum.so" } + List(3) { "libc.so.6" }
        }
    }

    test("what a library lacks is found in one that was opened GLOBAL, and in no other") {
        val giver = compile(directory, "libgiver.so", "int flags_given(void) { return 42; }")
        val taker = lacking("taker", "flags_given")
        Arena.ofConfined().use { arena ->
            NativeLibrary.open(giver, arena).int("flags_given") shouldBe 42
            shouldThrow<LibraryNotFoundException> { NativeLibrary.open(taker, setOf(NOW), arena) }.tried() shouldBe
                mapOf("$taker" to "undefined symbol: flags_given")
            NativeLibrary.standard().find("flags_given").isPresent shouldBe false
            NativeLibrary.open(giver, setOf(GLOBAL), arena) // it is open already: this alone can be added
            NativeLibrary.open(taker, setOf(NOW), arena).int("use") shouldBe 42
            NativeLibrary.standard().int("flags_given") shouldBe 42
        }
        mapped(giver).shouldBeEmpty()
        mapped(taker).shouldBeEmpty()
    }

    test("GLOBAL makes what a library needs global, too, also where that lies beside it") {
        dependent(directory, "flags_inner")
        val outer = dependent(directory, "flags_outer", "flags_inner")
        Arena.ofConfined().use { arena ->
            NativeLibrary.open(outer, setOf(NOW, GLOBAL), arena).int("flags_outer") shouldBe 2
            NativeLibrary.standard().int("flags_inner") shouldBe 1
        }
        NativeLibrary.standard().find("flags_inner").isPresent shouldBe false
    }

    test("DEEP prefers a library's own symbol to a global one") {
        val other = asking("other", "flags_which", 1)
        val plain = asking("plain", "flags_which", 2)
        val deep = plain.copyTo(directory.resolve("libdeep.so"))
        Arena.ofConfined().use { arena ->
            NativeLibrary.open(other, setOf(GLOBAL), arena)
            NativeLibrary.open(plain, arena).int("ask") shouldBe 1
            NativeLibrary.open(deep, setOf(DEEP), arena).int("ask") shouldBe 2
        }
    }

    test("a library is unloaded when its arena ends, whatever the flags") {
        val file = asking("ending", "flags_ending", 3)
        for (arena in listOf(Arena.ofConfined(), Arena.ofShared())) {
            val library = arena.use { open ->
                NativeLibrary.open(file, setOf(NOW, GLOBAL, DEEP), open).also {
                    it.int("ask") shouldBe 3
                    mapped(file).shouldNotBeEmpty()
                }
            }
            shouldThrow<IllegalStateException> { library.find("ask") }.message shouldBe """
                The library has been unloaded
                  asked for: "ask"
                  hint: keep the arena open in which the library was opened
            """.trimIndent()
            mapped(file).shouldBeEmpty()
        }
        Arena.ofConfined().use { first ->
            Arena.ofConfined().use { NativeLibrary.open(file, setOf(GLOBAL), it) }
            mapped(file).shouldBeEmpty()
            NativeLibrary.open(file, setOf(GLOBAL), first)
            Arena.ofConfined().use { NativeLibrary.open(file, setOf(GLOBAL), it) }
            NativeLibrary.standard().int("flags_ending") shouldBe 3
        }
    }

    test("an arena that has ended, or is another thread's, keeps the library's initializers from running") {
        val trace = directory.resolve("initialized")
        val source = """
            #include <stdio.h>
            __attribute__((constructor)) static void initialize(void) { fclose(fopen("$trace", "w")); }
        """.trimIndent()
        val file = compile(directory, "libinitialized.so", source)
        val ended = Arena.ofConfined().also { it.close() }
        shouldThrow<IllegalStateException> { NativeLibrary.open(file, setOf(NOW), ended) }
        Arena.ofConfined().use { arena ->
            shouldThrow<CompletionException> {
                CompletableFuture.supplyAsync { NativeLibrary.open(file, setOf(NOW), arena) }.join()
            }.cause!!.javaClass shouldBe WrongThreadException::class.java
            trace.exists() shouldBe false
            NativeLibrary.open(file, setOf(NOW), arena)
        }
        trace.deleteIfExists() shouldBe true
    }

    test("an initializer that changes how a thread calculates does not change it for Java") {
        val source = """
            #include <fenv.h>
            __attribute__((constructor)) static void initialize(void) { fesetround(FE_UPWARD); }
            int rounding(void) { return fegetround() == FE_TONEAREST; }
        """.trimIndent()
        val file = compile(directory, "librounding.so", source, "-lm")
        Arena.ofConfined().use { NativeLibrary.open(file, setOf(NOW), it).int("rounding") shouldBe 1 }
    }

    test("the running program has no flags, and none is no flag") {
        shouldThrow<IllegalArgumentException> { NativeLibrary.open("", setOf(GLOBAL), Arena.global()) }.message shouldBe
            "the running program is open already, flags: [GLOBAL]"
        NativeLibrary.open("", setOf(), Arena.global()) shouldBe NativeLibrary.standard()
        NativeLibrary.open("sum", setOf(), Arena.global()).find("sum").isPresent shouldBe true
        shouldThrow<NullPointerException> {
            NativeLibrary.open("sum", null as Set<LoadFlag>?, Arena.global())
        }.message shouldBe "flags"
    }
})

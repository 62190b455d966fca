// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.LoadFlag
import ffi.core.NativeLibrary
import ffi.core.Signature
import ffi.core.SymbolNotFoundException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldStartWith
import java.lang.foreign.Arena
import java.nio.file.Path
import java.util.concurrent.Callable
import java.util.concurrent.CyclicBarrier
import java.util.concurrent.Executors
import kotlin.io.path.copyTo
import kotlin.io.path.createTempDirectory

/** All that this module gives a library stands outside of it, so that C may have every name. */
private object Names : Library("sum") {
    val open = fn("sum", i32, i32) returns i32
    val close = fn("noop") returns void
    val name = fn("noop") returns void
    val size = fn("noop") returns void
    val read = fn("noop") returns void
    val link = fn("sum", i32, i32) returns i32
    val functions = fn("noop") returns void
    val declare = fn("noop") returns void
    val function = fn("noop") returns void
    val nativeLibrary = fn("noop") returns void
    val fn = fn("noop") returns void
    val wait = fn("noop") returns void
}

private open class Versioned(arena: Arena) : Library("sum", arena) {
    val sum = fn("sum", i32, i32) returns i32
}

private class Flagged(name: String, arena: Arena, flags: Set<LoadFlag>) : Library(name, arena, flags = flags)

private interface Summing {
    fun sum(a: Int, b: Int): Int
}

class LibrarySpec : FunSpec({

    val file = Path.of(System.getProperty("ffi.library.path"), System.mapLibraryName("sum"))

    test("a function of an object is called as a Kotlin function") {
        LibSum.sum(1, 2) shouldBe 3
        LibSum.doubleSum(1.5, 2.25) shouldBe 3.75
    }

    test("a block gives back what it ends with") {
        val sum = library("libsum") { fn("sum", i32, i32) returns i32 }
        val (noop, half) = library("sum") { (fn("noop") returns void) to (fn("doubleSum", f64, f64) returns f64) }
        sum(1, 2) shouldBe 3
        noop() shouldBe Unit
        half(1.0, 0.5) shouldBe 1.5
    }

    test("a function is passed where Kotlin takes one") {
        val sum: (Int, Int) -> Int = LibSum.sum
        sum(1, 2) shouldBe 3
        listOf(1, 2, 3).fold(0, LibSum.sum) shouldBe 6
    }

    test("a function says how it was declared, and is equal to itself alone") {
        val (a, b) = library("sum") { List(2) { fn("sum", i32, i32) returns i32 } }
        a.toString() shouldBe "sum: i32 (i32, i32)"
        (a == b) shouldBe false
        setOf(a, b, a).size shouldBe 2
    }

    test("a critical function says so") {
        val sum = library("sum") { fn("sum", i32, i32).critical returns i32 }
        sum(1, 2) shouldBe 3
        sum.toString() shouldBe "sum: i32 (i32, i32) critical"
    }

    test("an object may have functions of any name") {
        Names.open(1, 2) shouldBe 3
        Names.link(1, 2) shouldBe 3
        Names.functions() shouldBe Unit
        Names.link()
        val library: Library = Names
        library.functions.size shouldBe 12
        "$library" shouldBe "sum"
    }

    test("a library lists what it declares") {
        val library = Library("sum")
        library.functions shouldBe emptyList()
        with(library) {
            fn("sum", i32, i32) returns i32
            fn("noop") returns void
            declare("maybe", Signature.of(cstring.orNull, u8).asCritical())
            function("sum", i32, i32, i32)
        }
        library.functions.map { "$it" } shouldContainExactly
            listOf("sum: i32 (i32, i32)", "noop: void ()", "maybe: cstring.orNull (u8) critical")
    }

    test("a library is declared by file, version, or the library that is open already") {
        library(file) { fn("sum", i32, i32) returns i32 }(1, 2) shouldBe 3
        val relative = Path.of("").toAbsolutePath().relativize(file)
        library("./$relative") { fn("sum", i32, i32) returns i32 }(1, 2) shouldBe 3
        library("c", "6") { fn("abs", i32) returns i32 }(-3) shouldBe 3
        library("") { fn("abs", i32) returns i32 }(-3) shouldBe 3
        Arena.ofConfined().use { arena ->
            library(NativeLibrary.open("sum", arena)) { fn("sum", i32, i32) returns i32 }(1, 2) shouldBe 3
        }
        Library("c", "6").toString() shouldBe "c 6"
    }

    test("a library is opened with the flags of its declaration, whatever names it") {
        val directory = createTempDirectory("flags")
        val named = file.copyTo(directory.resolve(System.mapLibraryName("flagged")))
        file.copyTo(directory.resolve(named.fileName.toString() + ".1"))
        fun Library.isGlobal(): Boolean = run {
            (fn("sum", i32, i32) returns i32)(1, 2) shouldBe 3
            NativeLibrary.standard().find("sum").isPresent
        }
        try {
            Arena.ofConfined().use { library("$named", it) { isGlobal() } shouldBe false }
            val declared = listOf<(Arena, Set<LoadFlag>) -> Boolean>(
                { arena, flags -> library("$named", arena, flags = flags) { isGlobal() } },
                { arena, flags -> library(named, arena, flags = flags) { isGlobal() } },
                { arena, flags -> library("$named", "1", arena, flags = flags) { isGlobal() } },
                { arena, flags -> library("$named", "2", "1", arena = arena, flags = flags) { isGlobal() } },
                { arena, flags -> Flagged("$named", arena, flags).isGlobal() },
                { arena, flags ->
                    bind<Summing>("$named", arena, flags = flags).sum(1, 2) shouldBe 3
                    NativeLibrary.standard().find("sum").isPresent
                },
            )
            for (declare in declared) {
                Arena.ofConfined().use { declare(it, setOf()) } shouldBe false
                Arena.ofConfined().use { declare(it, setOf(LoadFlag.NOW, LoadFlag.GLOBAL)) } shouldBe true
                NativeLibrary.standard().find("sum").isPresent shouldBe false
            }
        } finally {
            directory.toFile().deleteRecursively()
        }
    }

    test("a function of a library that has been unloaded is not called") {
        val arena = Arena.ofShared()
        val library = Versioned(arena)
        library.sum(1, 2) shouldBe 3
        arena.close()
        shouldThrow<IllegalStateException> { library.sum(1, 2) }.message shouldBe """
            The library has been unloaded
              function: sum: i32 (i32, i32)
              hint: keep the arena open in which the library was opened
        """.trimIndent()
    }

    test("link opens the library and passes if all is there") {
        val library = Library("sum")
        library.link()
        with(library) { fn("sum", i32, i32) returns i32 }
        library.link()
        library.nativeLibrary.file().get().fileName shouldBe file.fileName
    }

    test("link reports all that is missing at once, each once") {
        val library = Library("sum")
        with(library) {
            fn("summ", i32) returns i32
            fn("sum", i32, i32) returns i32
            fn("nopp") returns void
            fn("summ") returns i32
            variable("cal_count", i32)
            fn("absent").optional returns void
        }
        val missing = shouldThrow<SymbolNotFoundException> { library.link() }
        missing.symbol() shouldBe "summ"
        missing.symbols() shouldBe listOf("summ", "nopp", "cal_count")
        missing.message!!.replace(Regex("(similar: [a-z_]+)[^)]*"), "$1, …") shouldBe """
            Symbols not found: 3
              library: $file
              function: summ (similar: sum, …)
              function: nopp (similar: noop, …)
              variable: cal_count (similar: call_count, …)
        """.trimIndent()
    }

    test("a library is opened once, however many threads call it first") {
        val library = Library("sum")
        val sum = with(library) { fn("sum", i32, i32) returns i32 }
        val barrier = CyclicBarrier(8)
        Executors.newFixedThreadPool(8).use { pool ->
            val calls = List(8) {
                pool.submit(Callable {
                    barrier.await()
                    sum(it, 1) to library.nativeLibrary
                })
            }
            calls.map { it.get().first } shouldBe List(8) { it + 1 }
            calls.map { it.get().second }.toSet().size shouldBe 1
        }
    }

    test("the same library opened twice is two libraries of one file") {
        val (a, b) = List(2) { Library("sum").nativeLibrary }
        a shouldNotBe b
        a.file() shouldBe b.file()
    }

    test("link reports a library that has been unloaded") {
        val arena = Arena.ofShared()
        val library = Versioned(arena)
        library.link()
        arena.close()
        shouldThrow<IllegalStateException> { library.link() }.message shouldBe """
            The library has been unloaded
              library: sum
              hint: keep the arena open in which the library was opened
        """.trimIndent()
    }

    test("link looks for what frees a result") {
        val library = Library("sum")
        with(library) { fn("concat", cstring, cstring) returns cstring.owned(fn("free_strr", address) returns void) }
        shouldThrow<SymbolNotFoundException> { library.link() }.symbol() shouldBe "free_strr"
    }
})

// SPDX-License-Identifier: Apache-2.0
package ffi.core

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withTests
import io.kotest.matchers.optional.shouldBeEmpty
import io.kotest.matchers.optional.shouldBePresent
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldMatch
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.lang.foreign.SymbolLookup
import java.nio.file.Path
import java.util.concurrent.CompletableFuture
import kotlin.io.path.Path
import kotlin.io.path.absolute
import kotlin.io.path.exists
import kotlin.io.path.moveTo
import kotlin.io.path.name
import kotlin.io.path.readText
import kotlin.io.path.relativeTo
import kotlin.io.path.writeText

/** How a library is named, found, searched and unloaded. */
@EnabledIf(OnLinux::class)
class LibrarySpec : FunSpec({

    val libsum = natives.resolve("libsum.so")

    context("a library is opened by") {
        withTests(
            mapOf(
                "its name" to "sum",
                "its name with the prefix" to "libsum",
                "its file name" to "libsum.so",
                "its path" to "$libsum",
                "its path from the working directory" to "${libsum.relativeTo(Path("").absolute())}",
            )
        ) { name ->
            Arena.ofConfined().use { arena ->
                val library = NativeLibrary.open(name, arena)
                library.name() shouldBe name
                library.file().get().absolute().normalize() shouldBe libsum
                library.find("sum").shouldBePresent()
            }
        }
    }

    test("a library is opened by a Path, be it only a file name") {
        Arena.ofConfined().use { arena ->
            NativeLibrary.open(libsum, arena).file() shouldBePresent { it shouldBe libsum }
            shouldThrow<LibraryNotFoundException> { NativeLibrary.open(Path.of("libsum.so"), arena) }
                .tried() shouldBe mapOf("./libsum.so" to "no such file")
        }
    }

    test("a file name with a version is exactly that file") {
        val directory = directoryOf("libsum.so.1", "libsum.so.2")
        Arena.ofConfined().use { arena ->
            searching(directory) { "${NativeLibrary.open("libsum.so.1", arena)}" } shouldBe "$directory/libsum.so.1"
        }
    }

    test("a version is put where Linux has it") {
        val directory = directoryOf("libsum.so", "libsum.so.1", "libsum.so.2")
        Arena.ofConfined().use { arena ->
            searching(directory) { "${NativeLibrary.open("sum", "1", arena)}" } shouldBe "$directory/libsum.so.1"
        }
    }

    test("a version may go on in the file's name") {
        val directory = directoryOf("libsum.so.1.4.2", "libsum.so.11.0")
        Arena.ofConfined().use { arena ->
            searching(directory) { "${NativeLibrary.open("sum", "1", arena)}" } shouldBe "$directory/libsum.so.1.4.2"
        }
    }

    test("where there are only files with a version, the highest is taken") {
        val directory = directoryOf("libabsent.so.2.9", "libabsent.so.2.10", "libabsent.so.2.10.debug")
        Arena.ofConfined().use { arena ->
            searching(directory) { "${NativeLibrary.open("absent", arena)}" } shouldBe "$directory/libabsent.so.2.10"
        }
    }

    test("a script for the linker is passed over, and the file it stands for is found") {
        val directory = directoryOf("libscripted.so.6")
        directory.resolve("libscripted.so").writeText("/* GNU ld script */ GROUP ( $directory/libscripted.so.6 )")
        Arena.ofConfined().use { arena ->
            searching(directory) { "${NativeLibrary.open("scripted", arena)}" } shouldBe "$directory/libscripted.so.6"
        }
    }

    test("directories are searched in order, and what can not be loaded is passed over") {
        val first = directoryOf()
        first.resolve("libtwice.so").writeText("no library")
        val second = directoryOf("libtwice.so")
        val third = directoryOf("libtwice.so")
        Arena.ofConfined().use { arena ->
            searching(first, second, third) { NativeLibrary.open("twice", arena).file().get() } shouldBe
                second.resolve("libtwice.so")
        }
    }

    test("java.library.path is searched after ffi.library.path") {
        val java = directoryOf("libsum.so", "libjava_only.so")
        Arena.ofConfined().use { arena ->
            withProperties("java.library.path" to "$java") {
                NativeLibrary.open("sum", arena).file().get() shouldBe libsum
                NativeLibrary.open("java_only", arena).file().get() shouldBe java.resolve("libjava_only.so")
            }
        }
    }

    test("a library of the system is found by its name, whether or not a development package is installed") {
        Arena.ofConfined().use { arena ->
            for (name in listOf("z", "libz", "libz.so", "libz.so.1")) {
                val library = NativeLibrary.open(name, arena)
                library.find("zlibVersion").shouldBePresent()
                library.file() shouldBePresent {
                    it.exists() shouldBe true
                    it.name shouldMatch Regex("""libz\.so(\.[0-9]+)*""")
                }
            }
        }
    }

    context("a library that does not look beside itself finds there") {
        fun call(library: Path, symbol: String): Any? =
            Arena.ofConfined().use { NativeLibrary.open(library, it).downcall(symbol, NativeType.I32).call() }

        test("what it depends on") {
            val directory = newDirectory()
            dependent(directory, "near")
            call(dependent(directory, "blind", "near"), "blind") shouldBe 2
        }

        test("two, of which one depends on a third") {
            val directory = newDirectory()
            dependent(directory, "third")
            dependent(directory, "second", "third")
            dependent(directory, "first")
            call(dependent(directory, "both", "first", "second"), "both") shouldBe 4
        }

        test("what is another file's soname") {
            val directory = newDirectory()
            val versioned = dependent(directory, "versioned", soname = "libversioned.so.1")
            val library = dependent(directory, "unversioned", "versioned")
            versioned.moveTo(directory.resolve("libversioned.so.1.0.3"))
            call(library, "unversioned") shouldBe 2
        }

        test("what depends on it in turn, and looks beside itself") {
            val directory = newDirectory()
            dependent(directory, "east")
            val library = dependent(directory, "west", "east")
            compile(
                directory, "libeast.so", "int west(void); int east(void) { return 1; } int go(void) { return west(); }",
                "-Wl,-soname,libeast.so", "-L.", "-lwest", "-Wl,-rpath,\$ORIGIN",
            )
            call(library, "west") shouldBe 2
        }

        test("nothing that it keeps beyond its arena") {
            val directory = newDirectory()
            dependent(directory, "kept")
            val library = dependent(directory, "keeper", "kept")
            Arena.ofConfined().use { arena ->
                NativeLibrary.open(library, arena)
                Path("/proc/self/maps").readText() shouldContain "$directory/libkept.so"
            }
            Path("/proc/self/maps").readText() shouldNotContain "$directory"
        }
    }

    test("the empty name is the C runtime and the running program") {
        val standard = NativeLibrary.open("", Arena.global())
        standard shouldBeSameInstanceAs NativeLibrary.standard()
        standard.find("strlen").shouldBePresent()
        standard.find("JNI_GetCreatedJavaVMs").shouldBePresent() // the program is java
        standard.find("no_such_symbol").shouldBeEmpty()
        standard.file().shouldBeEmpty()
        "$standard" shouldBe "the running program and the C runtime"
    }

    test("a library is a SymbolLookup") {
        Arena.ofConfined().use { arena ->
            val lookup: SymbolLookup = NativeLibrary.open("sum", arena).or(NativeLibrary.standard())
            lookup.find("sum").shouldBePresent()
            lookup.find("strlen").shouldBePresent()
        }
    }

    test("a symbol lives as long as the arena of its library") {
        val symbol: MemorySegment
        val library: NativeLibrary
        Arena.ofConfined().use { arena ->
            library = NativeLibrary.open("sum", arena)
            symbol = library.findOrThrow("sum")
            library.scope() shouldBe arena.scope()
            symbol.scope() shouldBe arena.scope()
        }
        symbol.scope().isAlive shouldBe false
        library.scope().isAlive shouldBe false
    }

    test("a library that has been unloaded is searched no more") {
        for (arena in listOf(Arena.ofConfined(), Arena.ofShared())) {
            val library = arena.use { NativeLibrary.open("sum", it) }
            shouldThrow<IllegalStateException> { library.find("sum") }.message shouldBe """
                The library has been unloaded
                  asked for: "sum"
                  hint: keep the arena open in which the library was opened
            """.trimIndent()
            shouldThrow<IllegalStateException> { library.findOrThrow("summ") }.message shouldBe """
                The library has been unloaded
                  asked for: "summ"
                  hint: keep the arena open in which the library was opened
            """.trimIndent()
        }
    }

    test("a library that is searched while another thread unloads it throws or finds, and never crashes") {
        repeat(200) {
            val arena = Arena.ofShared()
            val library = NativeLibrary.open("sum", arena)
            val searching = CompletableFuture.runAsync {
                while (true) {
                    library.find("sum").shouldBePresent()
                }
            }
            arena.close()
            runCatching { searching.join() }.exceptionOrNull()!!.cause.shouldBeInstanceOf<IllegalStateException>()
        }
    }

    test("an automatic arena keeps its library while the library is in use") {
        val library = NativeLibrary.open("sum", Arena.ofAuto())
        repeat(3) { System.gc() }
        library.find("sum").shouldBePresent()
    }

    test("a closed arena opens nothing") {
        val closed = Arena.ofConfined().also { it.close() }
        shouldThrow<IllegalStateException> { NativeLibrary.open("sum", closed) }.message!!
            .replace(Regex("library: .*"), "library: FILE") shouldBe """
                The arena is closed already
                  library: FILE
                  hint: name an arena that is open
            """.trimIndent()
    }

    test("a confined arena opens nothing for another thread") {
        Arena.ofConfined().use { arena ->
            val elsewhere = CompletableFuture.runAsync { NativeLibrary.open("sum", arena) }
            runCatching { elsewhere.join() }.exceptionOrNull()!!.cause.shouldBeInstanceOf<WrongThreadException>()
        }
    }
})

// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.internal.load.Elf
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.property.Arb
import io.kotest.property.arbitrary.bind
import io.kotest.property.arbitrary.byte
import io.kotest.property.arbitrary.choice
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.checkAll
import java.lang.foreign.Arena
import java.net.URLClassLoader
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.nio.file.Files
import java.nio.file.Path
import java.util.function.Supplier
import kotlin.io.path.Path
import kotlin.io.path.deleteExisting
import kotlin.io.path.moveTo
import kotlin.io.path.writeBytes
import kotlin.io.path.writeText

private interface Reported {
    fun start(): Int
    fun halfway(): Int
    fun strat(): Int
    @ffi.core.IfPresent fun gone(): Int
}

private interface Nowhere {
    fun f()
    @ffi.core.IfPresent fun g()
}

private interface Program {
    fun abs(i: Int): Int
    fun strlne(text: String): Int
}

private interface Variables {
    fun count(): Int
    @Global fun calls(): Int
    @Global fun calls(value: Int)
    @Global fun version(): Int
    @Global fun cals(): Int
    @Global fun level(): Long
    @Global @Symbol("count") fun countAsVariable(): Int
    @Global @ffi.core.IfPresent fun gone(): Double
}

private interface VariablesOnly {
    @Global fun calls(): Int
}

private interface Nothing

/** What a user reads, or sends, who wants to know which library is in use. */
@EnabledIf(OnLinux::class)
class LibraryReportSpec : FunSpec({

    val arch = System.getProperty("os.arch").replace("amd64", "x86_64")
    val buildId = "00112233445566778899aabbccddeeff00112233"

    /** A library that needs another beside it, both with what the linker is told to say of them. */
    fun library(): Path {
        val directory = newDirectory()
        dependent(directory, "halfway")
        return compile(
            directory, "libstart.so", "int halfway(void); int start(void) { return halfway() + 1; }",
            "-Wl,-soname,libstart.so.1", "-Wl,--build-id=0x$buildId", "-L.", "-lhalfway", "-nostdlib",
        )
    }

    fun whole(report: LibraryReport, directory: Path): String =
        "$report".replace("$directory", "DIR").replace("linux-$arch", "linux-ARCH")

    test("a library, its file, and the functions of an interface") {
        val first = newDirectory().also { it.resolve("libstart.so").writeText("text") }
        val directory = library().parent
        Arena.ofShared().use { arena ->
            val bound = Bindings.bind(Reported::class.java, "start", arena)
            val report = searching(first, directory) {
                bound.start() shouldBe 2
                Bindings.report(bound)
            }
            whole(report, directory).replace("$first", "FIRST") shouldBe """
                Library: "start"
                  tried: FIRST/libstart.so (is no library: it begins with "text")
                  tried: DIR/libstart.so (opened)
                  file: DIR/libstart.so
                  soname: libstart.so.1
                  build id: $buildId
                  needs: libhalfway.so (DIR/libhalfway.so)
                  function: gone (missing, optional)
                  function: halfway (exported, of DIR/libhalfway.so)
                  function: start (linked)
                  function: strat (missing, similar: start)
            """.trimIndent()
            report.file().get() shouldBe directory.resolve("libstart.so")
            report.buildId().get() shouldBe buildId
            report.soname().get() shouldBe "libstart.so.1"
            report.missing() shouldContainExactly listOf("strat")
            report.dependencies().mapValues { it.value.get() } shouldBe
                mapOf("libhalfway.so" to directory.resolve("libhalfway.so"))
            report.tried() shouldBe mapOf(
                "$first/libstart.so" to "is no library: it begins with \"text\"",
                "$directory/libstart.so" to "opened",
            )
            report.failure().isPresent shouldBe false
        }
    }

    test("a library that is not open yet is opened for its report") {
        val file = library()
        Arena.ofShared().use { arena ->
            val report = Bindings.report(Bindings.bind(Reported::class.java, "$file", arena))
            whole(report, file.parent).lines().filter { "function" in it } shouldContainExactly listOf(
                "  function: gone (missing, optional)",
                "  function: halfway (exported, of DIR/libhalfway.so)",
                "  function: start (exported)",
                "  function: strat (missing, similar: start)",
            )
        }
    }

    test("the variables of an interface") {
        val source = "int calls = 3; const int version = 1; int level = 2; int count(void) { return ++calls; }"
        val file = compile(newDirectory(), "libcounted.so", source, "-nostdlib")
        Arena.ofShared().use { arena ->
            val bound = Bindings.bind(Variables::class.java, "$file", arena)
            bound.calls(4)
            val report = Bindings.report(bound)
            val declared = whole(report, file.parent).lines().filter { "function: " in it || "variable: " in it }
            declared shouldContainExactly listOf(
                "  function: count (exported)",
                "  variable: calls: i32 (linked)",
                "  variable: cals: i32 (missing, similar: calls)",
                "  variable: count: i32 (wrong: Not a variable: \"count\")",
                "  variable: gone: f64 (missing, optional)",
                "  variable: level: i64 (wrong: A variable that is smaller than its type: \"level\")",
                "  variable: version: i32 (exported)",
            )
            report.missing() shouldContainExactly listOf("cals")
            val only = Bindings.report(Bindings.bind(VariablesOnly::class.java, "$file", arena))
            whole(only, file.parent).lines().last() shouldBe
                "  variable: calls: i32 (exported)"
        }
    }

    test("a function and a variable that have their second names") {
        val file = compile(newDirectory(), "libnamed.so", "int calls_v2; int count_v2(void) { return 1; }", "-nostdlib")
        val library = NativeLibrary.open(file, Arena.global())
        val supplier = Supplier { library }
        val scope = Arena.global().scope()
        val signature = Signature.of(NativeType.I32)
        val count = Downcall.declare(supplier, scope, listOf("count", "count_v2"), signature)
        val calls = Variable.declare(supplier, scope, listOf("calls", "calls_v2"), NativeType.I32)
        "${LibraryReport.of(supplier, listOf(count), listOf(calls))}".lines().takeLast(2) shouldContainExactly listOf(
            "  function: count (exported as count_v2)",
            "  variable: calls: i32 (exported as calls_v2)",
        )
    }

    test("variables of a library that is nowhere") {
        val bound = Bindings.bind(VariablesOnly::class.java, "nowhere")
        searching(natives) { "${Bindings.report(bound)}".lines().takeLast(2) } shouldContainExactly listOf(
            "  variable: calls: i32 (not looked up)",
            "  hint: name its directory with -Dffi.library.path=DIR",
        )
    }

    test("a library that is nowhere") {
        val bound = Bindings.bind(Nowhere::class.java, "nowhere")
        val report = searching(natives) { Bindings.report(bound) }
        whole(report, natives) shouldBe """
            Library not found: "nowhere"
              tried: DIR/libnowhere.so (no such file)
              tried: classpath:natives/linux-ARCH/libnowhere.so (no such resource)
              tried: libnowhere.so (cannot open shared object file: No such file or directory)
              tried: libnowhere.so.* in the system's directories (no such file)
              function: f (not looked up)
              function: g (not looked up, optional)
              hint: name its directory with -Dffi.library.path=DIR
        """.trimIndent()
        report.failure().get().shouldBeInstanceOf<LibraryNotFoundException>()
        report.tried().size shouldBe 4
        report.file().isPresent shouldBe false
        report.missing() shouldBe emptyList()
    }

    test("a library whose arena has ended, before it was opened and after") {
        val file = library()
        val arena = Arena.ofShared()
        val (called, never) = List(2) { Bindings.bind(Reported::class.java, "$file", arena) }
        called.start() shouldBe 2
        val library = NativeLibrary.open("$file", arena)
        arena.close()
        whole(Bindings.report(called), file.parent) shouldBe """
            Library: "DIR/libstart.so"
              tried: DIR/libstart.so (opened)
              file: DIR/libstart.so
              state: unloaded with its arena
              soname: libstart.so.1
              build id: $buildId
              needs: libhalfway.so (not loaded)
              function: gone (not looked up, optional)
              function: halfway (not looked up)
              function: start (not looked up)
              function: strat (not looked up)
        """.trimIndent()
        "${Bindings.report(never)}" shouldBe """
            Library not opened
              because: java.lang.IllegalStateException: The arena is closed already
              function: gone (not looked up, optional)
              function: halfway (not looked up)
              function: start (not looked up)
              function: strat (not looked up)
              hint: name an arena that is open
        """.trimIndent()
        library.report().dependencies().values.single().isPresent shouldBe false
    }

    test("the running program and the C runtime") {
        val report = Bindings.report(Bindings.bind(Program::class.java, "").also { it.abs(-1) shouldBe 1 })
        val libc = report.toString().lines()[1].substringAfter("file: ")
        val libm = report.toString().lines()[2].substringAfter("file: ")
        Path(libc).fileName shouldBe Path("libc.so.6")
        "$report".replace(libc, "LIBC").replace(libm, "LIBM") shouldBe """
            Library: ""
              file: LIBC
              file: LIBM
              function: abs (linked, of LIBC)
              function: strlne (missing, similar: strlen, strnlen)
        """.trimIndent()
    }

    test("a library that the system searched for") {
        val lines = NativeLibrary.open("m", Arena.global()).report().toString().lines()
        lines[0] shouldBe "Library: \"m\""
        lines.filter { "opened" in it }.size shouldBe 1
        Path(lines.single { "file: " in it }.substringAfter("file: ")).fileName shouldBe Path("libm.so.6")
    }

    test("a library out of a jar") {
        val directory = newDirectory()
        dependent(directory, "halfway")
        val jar = jarOf(
            directory.resolve("a.jar"),
            "org/libcarried.so" to library(), "org/libhalfway.so" to directory.resolve("libhalfway.so"),
        )
        val loader = URLClassLoader(arrayOf(jar.toUri().toURL()), null)
        withProperties("ffi.cache.dir" to "$directory/cache") {
            Arena.ofConfined().use {
                val report = NativeLibrary.openResource("org/libcarried.so", loader, it).report()
                "$report".replace("$directory", "DIR").replace(Regex("[0-9a-f]{64}"), "SHA256") shouldBe """
                    Library: "classpath:org/libcarried.so"
                      tried: DIR/cache/SHA256/libcarried.so (opened)
                      file: DIR/cache/SHA256/libcarried.so
                      unpacked from: jar:file:DIR/a.jar!/org/libcarried.so
                      soname: libstart.so.1
                      build id: $buildId
                      needs: libhalfway.so (DIR/cache/SHA256/libhalfway.so)
                """.trimIndent()
            }
        }
    }

    test("an interface without functions has no library, and another object none either") {
        shouldThrow<IllegalArgumentException> { Bindings.report(Bindings.bind(Nothing::class.java, "sum")) }
        shouldThrow<IllegalArgumentException> { Bindings.report("sum") }.message shouldBe
            "not a bound interface: java.lang.String"
    }

    context("a file that is damaged") {
        val whole = Files.readAllBytes(library())

        /** What would be a crash: anything but an answer. */
        fun read(file: Path, content: ByteArray): Elf {
            file.writeBytes(content)
            return Elf.read(file)
        }

        test("in some of its bytes is read without a fault") {
            val file = newDirectory().resolve("libdamaged.so")
            val sections = whole.size - 64 * whole[60] // the list of sections is the last of a file
            val places = Arb.choice(Arb.int(0..63), Arb.int(whole.indices), Arb.int(sections..<whole.size))
            val flips = Arb.list(Arb.bind(places, Arb.byte()) { place, byte -> place to byte }, 1..8)
            checkAll(1_000, flips) { changed ->
                val content = whole.clone()
                changed.forEach { (place, byte) -> content[place] = byte }
                read(file, content)
            }
        }

        test("by its end at each place is read without a fault") {
            val file = newDirectory().resolve("libcut.so")
            for (length in whole.indices step 61) {
                read(file, whole.copyOf(length)) shouldBe Elf(null, listOf(), listOf(), listOf(), null)
            }
            read(file, whole).buildId() shouldBe buildId
        }

        test("so that all symbols have one endless name is given up, before it fills the memory") {
            val libsum = Files.readAllBytes(natives.resolve("libsum.so"))
            val content = libsum.copyOf(1 shl 24)
            content.fill('x'.code.toByte(), libsum.size, content.size - 1)
            val buffer = ByteBuffer.wrap(content).order(ByteOrder.nativeOrder())
            val table = buffer.getLong(40).toInt()
            val symbols = (0..<content[60]).map { table + 64 * it }.single { buffer.getInt(it + 4) == 11 }
            val names = table + 64 * buffer.getInt(symbols + 40)
            buffer.putLong(names + 24, libsum.size.toLong()).putLong(names + 32, (content.size - libsum.size).toLong())
            val at = buffer.getLong(symbols + 24).toInt()
            for (symbol in 0..<buffer.getLong(symbols + 32).toInt() / 24) {
                buffer.putInt(at + 24 * symbol, symbol)
            }
            read(newDirectory().resolve("libendless.so"), content).exports() shouldBe emptyList()
        }
    }

    test("what is reported of a library that was replaced is of what is there") {
        val file = library()
        Arena.ofShared().use { arena ->
            val opened = NativeLibrary.open("$file", arena)
            val text = newDirectory().resolve("text").also { it.writeText("text") }
            text.moveTo(file, overwrite = true)
            opened.report().buildId().isPresent shouldBe false
            file.deleteExisting()
            opened.report().soname().isPresent shouldBe false
        }
    }
})

// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.launched.ReachInOwnJvm
import io.kotest.assertions.withClue
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.shouldBe
import java.lang.foreign.Arena
import java.nio.file.Path
import kotlin.io.path.createDirectory
import kotlin.io.path.createLinkPointingTo
import kotlin.io.path.createParentDirectories
import kotlin.io.path.createSymbolicLinkPointingTo
import kotlin.io.path.name
import kotlin.io.path.writeText
import kotlin.random.Random

/** Which functions and variables a program reaches while `-Dffi.allow` or `-Dffi.deny` is in force. */
@EnabledIf(OnLinux::class)
class ReachSpec : FunSpec({

    val root = newDirectory().toRealPath()
    val inside = root.resolve("in").createDirectory()
    val outside = root.resolve("out").createDirectory()

    /** A library that says its number, by a name that each has and by one of its own. */
    fun numbered(directory: Path, name: String, number: Int, vararg needed: Path): Path = compile(
        directory, name,
        "int id_$number = $number; int zero_$number; int who(void) { return $number; } " +
            "int who_$number(void) { return $number; }",
        "-Wl,-soname,$name", "-Wl,--no-as-needed", "-Wl,-rpath,$outside", *needed.map { "$it" }.toTypedArray(),
    )

    val deepest = numbered(outside, "libdeepest.so", 4)
    val needed = numbered(outside, "libneeded.so", 3, deepest)
    val files = mapOf(
        1 to numbered(inside, "liba.so", 1, needed), 2 to numbered(inside, "libb.so", 2), 3 to needed, 4 to deepest,
        5 to numbered(outside, "libevil.so", 5), 6 to numbered(outside, "libver.so.1", 6),
        7 to numbered(outside, "libver.so.2", 7),
    )
    outside.resolve("hard.so").createLinkPointingTo(outside.resolve("libevil.so"))
    for ((link, target) in listOf(
        inside.resolve("link.so") to outside.resolve("libevil.so"), inside.resolve("chain.so") to Path.of("link.so"),
        inside.resolve("up.so") to Path.of("../out/./../out/libneeded.so"), inside.resolve("out") to outside,
        outside.resolve("in") to inside, outside.resolve("good.so") to inside.resolve("liba.so"),
        inside.resolve("loop.so") to Path.of("loop.so"), inside.resolve("libalias.so") to files.getValue(5),
        outside.resolve("libevil.so.1") to files.getValue(5), inside.resolve("swap.so") to files.getValue(2),
    )) {
        link.createSymbolicLinkPointingTo(target)
    }

    /** Whether an entry speaks of a file: what the lists should say, said without them. */
    fun speaksOf(entry: String, file: Path): Boolean = when {
        entry.endsWith("/") -> file.startsWith(root.resolve(entry.removeSuffix("/")).normalize())
        '/' in entry -> file == root.resolve(entry).normalize()
        else -> file.name == "lib$entry.so" || file.name.startsWith("lib$entry.so.")
    }

    fun admits(allow: List<String>?, deny: List<String>?, number: Int, path: String): Boolean {
        val known = if ("hard.so" in path) outside.resolve("hard.so") else files[number] // to the lists it is a copy
        val file = known ?: return (allow == null || "c" in allow) && (deny == null || "c" !in deny)
        return (allow == null || allow.any { speaksOf(it, file) }) && (deny == null || deny.none { speaksOf(it, file) })
    }

    fun reach(
        allow: List<String>?, deny: List<String>?, pairs: List<Pair<String, String>>, vararg further: String,
    ): List<List<String>> {
        val file = root.resolve("pairs").also { it.writeText(pairs.joinToString("\n") { (a, b) -> "$a\t$b" }) }
        val options = listOfNotNull(
            allow?.let { "-Dffi.allow=${it.joinToString(",")}" }, deny?.let { "-Dffi.deny=${it.joinToString(",")}" },
            "-Dffi.library.path=$inside:$outside", "-Dffi.cache.dir=$root/cache",
        )
        return ReachInOwnJvm.output("$file", *further, options = options, directory = root)
    }

    /** What came of each pair, without the pair. */
    fun outcomes(allow: List<String>?, deny: List<String>?, vararg pairs: Pair<String, String>): List<String> =
        reach(allow, deny, pairs.asList()).map { it[2] }

    val libc = Path.of(NativeLibrary.open("libc.so.6", Arena.global()).file().get().toString()).toRealPath()

    val refused = "LibraryNotAllowedException"

    test("without a list, a symbol of what a library needs is found, as dlsym(3) does") {
        outcomes(null, null, "a" to "who", "a" to "who_3", "a" to "id_4", "a" to "system", "z" to "system") shouldBe
            listOf("1", "3", "4", "0", "0")
    }

    test("with a list, no function and no variable is found of what an admitted library only needs") {
        outcomes(
            listOf("a", "z"), null, "a" to "who", "a" to "id_1", "a" to "who_3", "a" to "id_4", "a" to "zero_3",
            "a" to "system", "z" to "zlibVersion", "z" to "dlopen", "z" to "environ", "z" to "time", "z" to "errno",
        ) shouldBe listOf("1", "1", refused, refused, refused, refused, "0", refused, refused, refused, refused)
        outcomes(null, listOf("needed", "c"), "a" to "who", "a" to "who_3", "a" to "id_4", "a" to "system") shouldBe
            listOf("1", refused, "4", refused)
    }

    test("what both lists admit is found through what needs it") {
        val reached = outcomes(
            listOf("a", "needed", "c"), null, "a" to "who_3", "a" to "id_4", "a" to "system", "a" to "time",
        )
        reached shouldBe listOf("3", refused, "0", "0")
        outcomes(listOf("in/", "out/libdeepest.so"), null, "a" to "who_3", "a" to "id_4") shouldBe
            listOf(refused, "4")
    }

    test("the running program has what is its own, the C runtime's, and what was opened for all and is admitted") {
        outcomes(
            listOf("c", "a"), null, "" to "abs", "" to "time", "" to "cos", "" to "JNI_CreateJavaVM",
            "global:a" to "who_1", "" to "who_1", "" to "who_3", "" to "id_4",
        ) shouldBe listOf("0", "0", "0", refused, "1", "1", refused, refused)
        outcomes(null, listOf("m", "needed"), "" to "abs", "" to "cos", "global:a" to "who", "" to "who_3") shouldBe
            listOf("0", refused, "1", refused)
    }

    test("a supplier of symbols gives none that the lists do not admit") {
        val evil = "supplied:$outside/libevil.so"
        outcomes(null, null, "supplied:runtime" to "system", evil to "who") shouldBe listOf("0", "5")
        outcomes(
            listOf("in/"), null, "supplied:runtime" to "system", "supplied:runtime" to "time", evil to "who",
            evil to "id_5", "supplied:$inside/liba.so" to "who", "supplied:$inside/liba.so" to "who_3",
        ) shouldBe listOf(refused, refused, refused, refused, "1", refused)
        outcomes(null, listOf("evil"), "supplied:runtime" to "system", evil to "who") shouldBe listOf("0", refused)
    }

    test("a function at an address is one of a file that the lists admit, or of none") {
        outcomes(null, null, "address" to "abs") shouldBe listOf("7")
        outcomes(listOf("c"), null, "address" to "abs") shouldBe listOf("7")
        outcomes(listOf("a"), null, "address" to "abs") shouldBe listOf(refused)
        outcomes(null, listOf("c"), "address" to "abs") shouldBe listOf(refused)
    }

    test("a file that is mapped cannot pass for another by its path") {
        val forged = Path.of("$root/mapped/x\r0-ffffffffffffffff r-xp 0 0 0 $inside/liba.so")
        forged.createParentDirectories().writeText(" ")
        outcomes(
            listOf("a"), null, "mapped:a" to "system", "mapped:a" to "who_3", "mapped:a" to "who", "mapped:a" to "id_1",
        ) shouldBe listOf(refused, refused, "1", "1")
        outcomes(null, listOf("c"), "mapped:a" to "system", "mapped:a" to "who") shouldBe listOf(refused, "1")
        outcomes(null, null, "mapped:a" to "id_1") shouldBe listOf("1")
    }

    test("a thread-local variable is found of the library itself, and of no other") {
        compile(
            inside, "liblocal.so", "__thread int local = 1; __thread int zero;", "-Wl,-rpath,$outside",
            "-Wl,--no-as-needed",
            "${compile(outside, "libafar.so", "__thread int afar = 2;", "-Wl,-soname,libafar.so")}",
        )
        for ((allow, deny) in listOf(listOf("local") to null, null to listOf("afar"))) {
            outcomes(allow, deny, "local" to "local", "local" to "zero", "local" to "afar") shouldBe
                listOf("0", "0", refused)
        }
        ReachInOwnJvm.message("local", "afar", "-Dffi.library.path=$inside", "-Dffi.allow=local,c") shouldBe """
            Symbol not allowed: "afar"
              library: $inside/liblocal.so
              lies in: no file: it is a thread-local variable of another library
              allowed: local, c
              hint: ask for it by the library that exports it
        """.trimIndent()
    }

    test("a library alone has no symbol of what it depends on, also without a list") {
        for (deny in listOf(null, listOf("evil"))) {
            outcomes(
                null, deny, "alone:a" to "who", "alone:a" to "id_1", "alone:a" to "who_3", "alone:a" to "id_4",
                "alone:a" to "system", "alone:c" to "system", "alone:c" to "time", "alone:" to "abs",
            ) shouldBe listOf("1", "1", "nothing", "nothing", "nothing", "0", "0", "0")
        }
        outcomes(listOf("a"), null, "alone:a" to "who", "alone:a" to "system") shouldBe listOf("1", "nothing")
    }

    test("what is out of reach is not available, is passed over for another name, and is said by a report") {
        outcomes(
            listOf("a"), null, "a" to "available:who", "a" to "available:who_3", "a" to "available:system",
            "a" to "or:who_1", "a" to "report:who_3", "a" to "linked:who_1", "a" to "linked:who_3",
        ) shouldBe
            listOf("true", "false", "false", "1", "function: who_3 (not allowed)", "1", refused)
    }

    test("the message names the symbol, its file, the list and what helps") {
        for ((option, words) in listOf(
            "-Dffi.allow=a" to "  allowed: a\n  hint: add c to -Dffi.allow",
            "-Dffi.deny=c,z" to "  denied: c, z\n  hint: take c out of -Dffi.deny",
        )) {
            ReachInOwnJvm.message("a", "system", "-Dffi.library.path=$inside", option) shouldBe
                "Symbol not allowed: \"system\"\n  library: $inside/liba.so\n  lies in: $libc\n$words"
        }
    }

    test("a link that is turned while it is opened leads to nothing that is refused") {
        val turned = arrayOf("$inside/swap.so", "${files[2]}", "${files[5]}")
        for ((allow, deny) in listOf(
            null to listOf("evil"), null to listOf("out/"), null to listOf("out/libevil.so"), listOf("in/") to null,
        )) {
            val reached = reach(allow, deny, listOf("b" to "who"), *turned).map { it[2] }.toSet()
            withClue("$allow $deny") { (reached - "2" - "refused").shouldBeEmpty() }
        }
    }

    test("none of 1500 hostile combinations of paths, symbols and lists reaches what is not admitted") {
        val random = Random(15)
        val entries = listOf(
            "in/", "out/", "out/libneeded.so", "in/liba.so", "a", "b", "needed", "evil", "ver", "c", "z", "deepest",
            "in/../out/libdeepest.so", "nowhere", "in/link.so/",
        )
        val names = listOf(
            "a", "libb.so", "needed", "evil", "ver", "libver.so.1", "alias", "c", "z", "", "A", "libevil.so.1",
        )
        val parts = listOf(
            "in", "out", "..", ".", "", "liba.so", "libb.so", "link.so", "chain.so", "up.so", "good.so", "loop.so",
            "libver.so.2", "hard.so", "libevil.so", "LIBA.SO", "libalias.so", "liba.so/", "*", "libneeded.so",
        )
        val symbols = listOf("who", "system", "dlopen", "environ", "time", "stdout") +
            files.keys.flatMap { listOf("who_$it", "id_$it") }
        fun path() = listOf("", "./", "$root/", "/$root/", "path:", "path:$inside/", "supplied:$root/").random(random) +
            List(random.nextInt(1, 5)) { parts.random(random) }.joinToString("/")
        fun library() = when (random.nextInt(8)) {
            in 0..2 -> names.random(random)
            3 -> "supplied:runtime"
            4 -> "global:" + names.filter { it.isNotEmpty() }.random(random)
            else -> path().replace("supplied:$root//", "supplied:$root/")
        }
        fun list() = List(random.nextInt(1, 4)) { entries.random(random) }.distinct()
        var tried = 0
        val outcomes = mutableSetOf<String>()
        repeat(15) { round ->
            val allow = if (round % 3 == 0) null else list()
            val deny = if (allow == null || round % 3 == 1) list() else null
            val pairs = List(100) { library() to symbols.random(random) }.filter { '\u0000' !in it.first }
            for ((library, symbol, outcome) in reach(allow, deny, pairs)) {
                tried++
                outcomes += outcome
                val number = outcome.toIntOrNull() ?: continue
                withClue("allow $allow, deny $deny: $symbol of $library is of $number") {
                    admits(allow, deny, number, library) shouldBe true
                }
            }
        }
        tried shouldBe 1500
        outcomes shouldContainAll listOf("0", "1", "2", refused, "LibraryNotFoundException", "nothing")
    }
})

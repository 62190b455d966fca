// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.Codepoint
import io.kotest.property.arbitrary.bind
import io.kotest.property.arbitrary.choice
import io.kotest.property.arbitrary.element
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.map
import io.kotest.property.arbitrary.of
import io.kotest.property.arbitrary.string
import io.kotest.property.checkAll
import java.io.File
import java.nio.file.Path
import kotlin.io.path.createDirectories
import kotlin.io.path.createSymbolicLinkPointingTo
import kotlin.io.path.createTempDirectory
import kotlin.io.path.writeText

/** The list against another way to say the same, over hostile entries and paths. */
class AllowListSpec : FunSpec({

    val root = createTempDirectory().toRealPath()
    afterSpec { root.toFile().deleteRecursively() }

    fun file(name: String) = root.resolve(name).also { it.parent.createDirectories(); it.writeText("") }
    file("a/lib.so")
    file("a/b/lib.so")
    file("a/b,c/ü .so")
    file("ab/lib.so")
    file("cache/key/lib.so")
    root.resolve("a/dir.so").createDirectories()
    root.resolve("a/out").createSymbolicLinkPointingTo(Path.of("../ab"))
    root.resolve("ab/in").createSymbolicLinkPointingTo(root.resolve("a/b"))
    root.resolve("a/loop").createSymbolicLinkPointingTo(Path.of("loop"))
    root.resolve("a/chain").createSymbolicLinkPointingTo(Path.of("out/in"))
    root.resolve("a/dangling").createSymbolicLinkPointingTo(Path.of("nowhere"))
    root.resolve("a/cached").createSymbolicLinkPointingTo(root.resolve("cache"))

    val caches = listOf(LibraryCache.Root(root.resolve("cache"), true))
    fun list(vararg entries: String) = AllowList(entries.joinToString(",") { AllowList.written(it) }, caches)

    val parts = Arb.element(
        "a", "b", "ab", "b,c", "out", "in", "loop", "chain", "dangling", "cached", "cache", "key", "..", ".", "",
        "lib.so", "dir.so", "ü .so", "none", "A", " ",
    )
    val ends = Arb.of("", "/", "/lib.so", "/ü .so")
    val paths = Arb.bind(Arb.list(parts, 0..4), ends) { names, end -> "$root/${names.joinToString("/")}$end" }
    fun below(vararg names: String) = Arb.element(names.map { "$root/$it" })
    val listed = below(
        "", "..", "a", "a/", "ab/", "a/b/../", "cache", "cache/key/", "a/out", "a/chain/", "a/lib.so", "a/lib.so/",
        "ab/in/..", "a/lib.so/../", "a/lib.so/.", "a/none/../", "a/dir.so/../",
    )
    val asked = below(
        "a/lib.so", "a/b/lib.so", "ab/lib.so", "a/b,c/ü .so", "cache/key/lib.so", "a/out/lib.so", "a/out/in/lib.so",
        "a/chain/lib.so", "a/../ab/lib.so", "a/cached/key/lib.so", "./a/.//b//lib.so", "ab/in/../lib.so",
    )
    val characters = listOf(',', '/', '.', 'a', '\u0000', '\\', ':', ' ', '\n', '\uD800', 'ü')
    val anything = Arb.string(0..12, Arb.of(characters).map { Codepoint(it.code) })
    val seeds = 10_000

    test("a file is admitted if the system finds an entry, and that is the file or a directory above it") {
        var admitted = 0
        var refused = 0
        checkAll(seeds, Arb.list(Arb.choice(paths, listed), 0..3), Arb.choice(paths, asked)) { entries, asked ->
            val real = AllowList.real(asked)
            if (real != null && real.toFile().isFile) {
                val expected = entries.any { entry ->
                    val at = if (File(entry).exists()) Path.of(entry).toRealPath() else null // as stat(2) has it
                    at != null && if (at.toFile().isDirectory) {
                        real.startsWith(at) && (at.startsWith("$root/cache") || !real.startsWith("$root/cache"))
                    } else {
                        real == at && !entry.endsWith("/")
                    }
                }
                withClue("$asked by $entries") { list(*entries.toTypedArray()).admitsFile(real) shouldBe expected }
                if (expected) admitted++ else refused++
            }
        }
        admitted shouldBeGreaterThan 1_000
        refused shouldBeGreaterThan 1_000
    }

    test("an entry on whose way is a file, or nothing, admits nothing behind a way back") {
        val back =
            listOf("a/lib.so/../", "a/lib.so/..", "a/none/../", "a/dangling/../", "a/loop/../", "a/lib.so/../lib.so")
        for (entry in back + listOf("a/lib.so/.", "a/lib.so/./")) {
            withClue(entry) { list("$root/$entry").admitsFile(root.resolve("a/lib.so")) shouldBe false }
        }
        for (entry in listOf("a/dir.so/../", "a/./", "a/out/../a/", "none/./none,$root/a/")) {
            withClue(entry) { AllowList("$root/$entry", caches).admitsFile(root.resolve("a/lib.so")) shouldBe true }
        }
    }

    test("an entry that leads round in a circle admits nothing") {
        for (entry in listOf("loop", "loop/", "loop/loop", "loop/lib.so", "loop/../loop")) {
            list("$root/a/$entry").admitsFile(root.resolve("a/lib.so")) shouldBe false
        }
    }

    test("a list of any characters is read, and admits no more than it says") {
        val standard = listOf("c", "libc", "libc.so")
        checkAll(seeds, Arb.choice(anything, Arb.list(anything, 0..4).map { it.joinToString(",") })) { text ->
            val list = AllowList(text, listOf())
            list.admitsStandard() shouldBe list.entries().any { it in standard }
            list.admitsName(listOf("libsum.so"), "libsum.so") shouldBe false
            list.admitsResource("x/lib.so") shouldBe false
            list.entries().any { it.isEmpty() } shouldBe false
        }
    }

    test("what is written into a list is read out of it") {
        checkAll(seeds, Arb.list(anything, 0..4).map { all -> all.filter { it.isNotEmpty() && !it.startsWith(",") } }) {
            list(*it.toTypedArray()).entries() shouldContainExactly it
        }
    }

    test("a resource is admitted by its name or by a folder that it is in, and never with a way out") {
        val names = Arb.element("org", "a", "lib.so", "..", ".", "", "a\\b").let { Arb.list(it, 0..4) }
            .map { it.joinToString("/") }
        checkAll(seeds, names, names) { entry, asked ->
            val plain = asked.split("/").none { it in listOf("", ".", "..") || '\\' in it }
            val folder = entry.removePrefix("/")
            list("classpath:$entry").admitsResource(asked) shouldBe
                (plain && (asked == folder || (folder.isEmpty() || folder.endsWith("/")) && asked.startsWith(folder)))
        }
    }

    test("a name is admitted with its versions") {
        val versions = Arb.element("", ".1", ".1.2", ".", ".1.", ".x", "1", ".1x", "..1", "/1")
        val names = Arb.element("a", "b", "ab", "A")
        checkAll(seeds, names, names, versions) { entry, asked, version ->
            val admitted = asked == entry && version in listOf("", ".1", ".1.2")
            list(entry).admitsName(listOf(), "lib$asked.so$version") shouldBe admitted
        }
    }

    test("a long entry is one like any other") {
        val long = "$root/" + "x/".repeat(2_000)
        list(long, "x".repeat(100_000), "$root/a/").admitsFile(root.resolve("a/lib.so")) shouldBe true
        list(long).admitsFile(Path.of("${long}lib.so")) shouldBe true
        list(long.dropLast(1)).admitsFile(Path.of("${long}lib.so")) shouldBe false
    }
})

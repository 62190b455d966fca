// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.launched.OpenAllowed
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.RandomSource
import io.kotest.property.arbitrary.element
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.map
import io.kotest.property.arbitrary.take
import java.nio.file.Path
import kotlin.io.path.copyTo
import kotlin.io.path.createDirectories
import kotlin.io.path.createDirectory
import kotlin.io.path.createSymbolicLinkPointingTo
import kotlin.io.path.writeText

/** What `-Dffi.allow` lets a program open. Each of them in a JVM of its own, since the list is read once. */
@EnabledIf(OnLinux::class)
class AllowSpec : FunSpec({

    val arch = System.getProperty("os.arch").replace("amd64", "x86_64")
    val root = newDirectory().toRealPath()
    val inside = root.resolve("inside").createDirectory()
    val outside = root.resolve("outside").createDirectory()
    for (file in listOf(inside.resolve("libsum.so"), inside.resolve("lib,comma.so"), outside.resolve("libsum.so"))) {
        natives.resolve("libsum.so").copyTo(file)
    }
    inside.resolve("liblink.so").createSymbolicLinkPointingTo(outside.resolve("libsum.so"))
    inside.resolve("liblonger.so").createSymbolicLinkPointingTo(Path.of("liblink.so"))
    inside.resolve("loop.so").createSymbolicLinkPointingTo(Path.of("loop.so"))
    inside.resolve("out").createSymbolicLinkPointingTo(outside)
    outside.resolve("in").createSymbolicLinkPointingTo(inside)
    val jar = jarOf(
        root.resolve("a.jar"), "org/a/libsum.so" to natives.resolve("libsum.so"),
        "org/b/libsum.so" to natives.resolve("libsum.so"),
    )

    /** What opening each of these prints, the directories shortened. */
    fun open(allow: String?, vararg names: String, path: Path? = null, options: List<String> = listOf()): String =
        OpenAllowed.output(
            allow, *names, directory = root,
            options = listOf("-Dffi.cache.dir=$root/cache") +
                (if (path == null) listOf() else listOf("-Dffi.library.path=$path")) + options,
        ).replace("$root", "ROOT").replace("linux-$arch", "linux-ARCH").replace(Regex("[0-9a-f]{64}"), "SHA256")

    /** Which of these are opened. */
    fun opened(allow: String?, vararg names: String, path: Path? = null): List<String> {
        val lines = open(allow, *names, path = path).lines().filterNot { it.startsWith("  ") }
        lines.size shouldBe names.size
        return names.filterIndexed { i, _ -> !lines[i].startsWith("Library not ") }
    }

    test("without a list, all is allowed") {
        opened(null, "sum", "$outside/libsum.so", "m", "", path = inside) shouldContainExactly
            listOf("sum", "$outside/libsum.so", "m", "")
    }

    test("an empty list, and one of commas, allows nothing") {
        val file = "$inside/libsum.so"
        val all = arrayOf("sum", file, "path:$file", "jar:$jar!org/a/libsum.so", "m", "c", "")
        opened("", *all, path = inside) shouldBe emptyList()
        opened(",", *all, path = inside) shouldBe emptyList()
        open("", "") shouldBe """
            Library not allowed: ""
              allowed: nothing
              hint: add c to -Dffi.allow
        """.trimIndent()
    }

    test("a name, which is found outside of what is allowed") {
        open("$inside/,z", "sum", path = outside) shouldBe """
            Library not allowed: "sum"
              tried: ROOT/outside/libsum.so (is not allowed)
              tried: classpath:natives/linux-ARCH/libsum.so (no such resource)
              tried: libsum.so in the system's directories (no such file)
              tried: libsum.so.* in the system's directories (no such file)
              allowed: ROOT/inside/, z
              hint: add sum to -Dffi.allow
        """.trimIndent()
    }

    test("a path, a link that leads out, and one that leads to such a link") {
        open("sum,$inside/", "$outside/libsum.so") shouldBe """
            Library not allowed: "ROOT/outside/libsum.so"
              tried: ROOT/outside/libsum.so (is not allowed)
              allowed: sum, ROOT/inside/
              hint: add ROOT/outside/libsum.so to -Dffi.allow
        """.trimIndent()
        for (name in listOf("inside/liblink.so", "inside/liblonger.so", "./inside/../outside/libsum.so")) {
            open("inside/", name) shouldBe """
                Library not allowed: "$name"
                  tried: $name (is not allowed: it is ROOT/outside/libsum.so)
                  allowed: inside/
                  hint: add ROOT/outside/libsum.so to -Dffi.allow
            """.trimIndent()
        }
    }

    test("a resource, which is not even unpacked") {
        open("$root/,sum,classpath:org/b/", "jar:$jar!org/a/libsum.so") shouldBe """
            Library not allowed: "classpath:org/a/libsum.so"
              tried: classpath:org/a/libsum.so (is not allowed)
              allowed: ROOT/, sum, classpath:org/b/
              hint: add classpath:org/a/libsum.so to -Dffi.allow
        """.trimIndent()
        root.resolve("cache").toFile().exists() shouldBe false
    }

    test("an entry with a comma, which is written twice") {
        val name = "$inside/lib,comma.so"
        open("sum", name).lines().last() shouldBe "  hint: add ROOT/inside/lib,,comma.so to -Dffi.allow"
        open("$inside/lib,,comma.so", name) shouldBe "ROOT/inside/lib,comma.so"
        opened("$inside/lib,comma.so", name) shouldBe emptyList()
    }

    test("what is not there is not found, allowed or not") {
        open("sum", "inside/libsun.so") shouldBe """
            Library not found: "inside/libsun.so"
              tried: inside/libsun.so (no such file)
              absolute: ROOT/inside/libsun.so
              working directory: ROOT
              similar: inside/libsum.so
        """.trimIndent()
        open("$inside/", "nowhere", path = inside) shouldBe """
            Library not found: "nowhere"
              tried: ROOT/inside/libnowhere.so (no such file)
              tried: classpath:natives/linux-ARCH/libnowhere.so (no such resource)
              tried: libnowhere.so in the system's directories (no such file)
              tried: libnowhere.so.* in the system's directories (no such file)
              hint: name its directory with -Dffi.library.path=DIR
        """.trimIndent()
    }

    context("an entry that is a name") {
        val forms = listOf("sum", "libsum", "libsum.so")

        test("admits what is searched for by any form of it, and no path") {
            for (entry in forms) {
                opened(entry, "sum", "libsum", "libsum.so", "$outside/libsum.so", path = outside) shouldBe forms
            }
        }

        test("admits every version, and one with a version that one") {
            val directory = directoryOf("libsum.so.1", "libsum.so.2", "libsum.so.1.5", "libsum2.so")
            opened("sum", "sum", "libsum.so.1", "libsum.so.2", "sum2", path = directory) shouldBe
                listOf("sum", "libsum.so.1", "libsum.so.2")
            opened("libsum.so.1", "sum", "libsum.so.1", "libsum.so.1.5", "libsum.so.2", path = directory) shouldBe
                listOf("libsum.so.1", "libsum.so.1.5")
        }

        test("is as it is written") {
            for (entry in listOf("SUM", " sum", "sum ", "su", "summ", "*", "sum*", "s?m", "inside", "\"sum\"")) {
                opened(entry, "sum", "inside/libsum.so", path = inside) shouldBe emptyList()
            }
        }

        test("c is the runtime, and with it the running program; nothing else is") {
            opened("c", "", "c", "m") shouldBe listOf("", "c")
            opened("libc", "", "libc.so.6") shouldBe listOf("", "libc.so.6")
            opened("/,.,/usr/lib/,/lib/,classpath:,m,libc.so.6,standard,program", "") shouldBe emptyList()
        }

        test("admits a library of the system") {
            opened("m", "m", "c", "libm.so.6") shouldBe listOf("m", "libm.so.6")
        }
    }

    context("an entry that is a path") {
        test("admits a file by every path that leads there, and opens the real one") {
            for (entry in listOf("$inside/libsum.so", "./outside/in//libsum.so", "outside/../inside/libsum.so")) {
                open(
                    entry, "$inside/libsum.so", "outside/in/./libsum.so", "path:inside/../inside/libsum.so", "sum",
                    path = outside.resolve("in"),
                ).lines().distinct() shouldBe listOf("ROOT/inside/libsum.so")
            }
        }

        test("admits nothing if the system would not go its way: back from a file, or from what is not there") {
            val ways =
                listOf("inside/libsum.so/..", "inside/libsum.so/../../inside", "x/../inside", "inside/loop.so/..")
            for (way in ways) {
                opened("$way/,$way,$way/libsum.so,$inside/libsum.so/.", "inside/libsum.so") shouldBe emptyList()
            }
            open("inside/libsum.so/../", "inside/libsum.so") shouldBe """
                Library not allowed: "inside/libsum.so"
                  tried: inside/libsum.so (is not allowed: it is ROOT/inside/libsum.so)
                  allowed: inside/libsum.so/../
                  hint: add ROOT/inside/libsum.so to -Dffi.allow
            """.trimIndent()
        }

        test("admits all below a directory, with a slash or if it is one") {
            for (entry in listOf("$inside/", "$inside", "./inside", "outside/in", "outside/in/", "..,.")) {
                opened(entry, "inside/libsum.so", "$inside/lib,comma.so", "sum", path = inside).size shouldBe 3
            }
            opened("inside/", "inside/libsum.so", "$outside/libsum.so", "inside/out/libsum.so") shouldBe
                listOf("inside/libsum.so")
            opened("inside/libsum.so/", "inside/libsum.so") shouldBe emptyList()
            opened("$root/insid,$root/inside/lib,$root/inside/l/", "inside/libsum.so") shouldBe emptyList()
        }

        test("admits a link that leads in") {
            opened("inside/", "outside/in/libsum.so") shouldBe listOf("outside/in/libsum.so")
        }

        test("admits no library that the system would search for, but finds it where it is") {
            val directory = open(null, "libm.so.6").let { Path.of(it).toRealPath().parent }
            open("$directory/", "libm.so.6", "m").lines() shouldBe List(2) { "$directory/libm.so.6" }
            opened("$inside/", "libm.so.6", "m") shouldBe emptyList()
        }

        test("admits what is named like a directory, and is none") {
            val directory = newDirectory().toRealPath()
            directory.resolve("libdir.so").createDirectory()
            natives.resolve("libsum.so").copyTo(directory.resolve("libdir.so/libsum.so"))
            opened("$directory/libdir.so", "$directory/libdir.so/libsum.so", "$directory/libdir.so").size shouldBe 1
        }

        test("admits what is written later, but not through a link that is made later") {
            val late = root.resolve("late")
            opened("$late/,c", "", "copy:$outside/libsum.so=$late/libsum.so", "$late/libsum.so").size shouldBe 3
            val later = root.resolve("later")
            opened("$later/,c", "", "link:$outside=$later", "$later/libsum.so").size shouldBe 2
        }
    }

    context("an entry that is a resource") {
        test("admits it, or all below a folder, or all") {
            val both = arrayOf("jar:$jar!org/a/libsum.so", "jar:$jar!/org/b/libsum.so")
            opened("classpath:org/a/libsum.so", *both) shouldBe listOf(both[0])
            opened("classpath:/org/b/", *both) shouldBe listOf(both[1])
            opened("classpath:org/", *both) shouldBe both.asList()
            opened("classpath:", *both) shouldBe both.asList()
            opened("classpath:org/a,classpath:org/a/lib,sum,org/a/", *both) shouldBe emptyList()
        }

        test("is not left by its name") {
            val directory = newDirectory().toRealPath()
            directory.resolve("org/a").createDirectories()
            natives.resolve("libsum.so").copyTo(directory.resolve("libsum.so"))
            opened(
                "classpath:org/a/", "jar:$directory!org/a/../../libsum.so", "jar:$directory!org/a/.././../libsum.so",
                "jar:$directory!org/a//../../libsum.so", "jar:$directory!//libsum.so",
            ) shouldBe emptyList()
            opened("$directory/", "jar:$directory!libsum.so") shouldBe listOf("jar:$directory!libsum.so")
        }

        test("is searched for by a name that is allowed") {
            val path = System.getProperty("java.class.path")
            val entry = "natives/linux-$arch/libin_jar.so" to natives.resolve("libsum.so")
            val options = listOf("-cp", "$path:${jarOf(root.resolve("n.jar"), entry)}")
            open("in_jar", "in_jar", options = options) shouldBe "ROOT/cache/SHA256/libin_jar.so"
            open("$root/", "in_jar", options = options).lines()[1] shouldBe
                "  tried: classpath:natives/linux-ARCH/libin_jar.so (is not allowed)"
        }
    }

    test("a directory does not reach into the cache that lies in it, unless it is that one") {
        open("classpath:", "jar:$jar!org/a/libsum.so") // by another program
        val cached = root.resolve("cache").toFile().walk().first { it.name == "libsum.so" }.path
        opened("$root/", cached, "inside/libsum.so") shouldBe listOf("inside/libsum.so")
        opened("$root/cache/", cached) shouldBe listOf(cached)
    }

    test("a program can not loosen the list once it is read, nor change what its names stand for") {
        val evil = newDirectory()
        natives.resolve("libsum.so").copyTo(evil.resolve("libz.so"))
        open(
            "sum,z", "sum",
            "set:ffi.allow=/", "set:ffi.library.path=$evil", "set:java.library.path=$evil", "set:java.class.path=$evil",
            "inside/lib,comma.so", "z", path = inside,
        ).lines().let { listOf(it.first(), it[1], it.last().endsWith("$evil/libz.so")) } shouldBe
            listOf("ROOT/inside/libsum.so", "Library not allowed: \"inside/lib,comma.so\"", false)
    }

    test("a path with what the loader replaces is not admitted for where it is") {
        val directory = inside.resolve("\${ORIGIN}").createDirectory()
        natives.resolve("libsum.so").copyTo(directory.resolve("libsum.so"))
        opened("$inside/", "$directory/libsum.so") shouldBe emptyList()
    }

    test("what a library needs comes with it") {
        val directory = newDirectory().toRealPath()
        dependent(directory, "beside")
        dependent(directory, "needing", "beside")
        opened("$directory/libneeding.so", "$directory/libneeding.so", "$directory/libbeside.so") shouldBe
            listOf("$directory/libneeding.so")
    }

    test("no path of 10000 leads out of the one directory that is allowed") {
        val parts = listOf(
            "inside", "outside", "in", "out", "..", ".", "", "libsum.so", "liblink.so", "liblonger.so", "loop.so",
            "lib,comma.so", "INSIDE", "ünï", " ", "\u0000", "%2e%2e", "~", "\\", "x".repeat(300), "\uD800",
        )
        val starts = listOf("", "/", "//", "$root/", "$inside/", "$outside/", "./", "inside/out/", "classpath:")
        val paths = Arb.list(Arb.element(parts), 0..6).map { it.joinToString("/") }
        val random = RandomSource.seeded(6)
        val names = Arb.element(starts).take(10_000, random).zip(paths.take(10_000, random), String::plus)
            .filter { '/' in it || it.startsWith("classpath:") }.toList() // what is searched for takes its time
        val file = root.resolve("names").also { it.writeText(names.joinToString("\u0001")) }
        val count = names.size
        open(
            "inside/", "@", "$file", options = listOf("-Dspec.allowed=$inside", "-Dspec.count=$count"),
        ) shouldBe "opened true, refused true, missing true"
    }
})

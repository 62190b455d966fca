// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.launched.OpenAllowed
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.nio.file.Path
import kotlin.io.path.copyTo
import kotlin.io.path.createDirectories
import kotlin.io.path.createDirectory
import kotlin.io.path.createSymbolicLinkPointingTo
import kotlin.io.path.moveTo

/** What `-Dffi.deny` refuses, with and without the other list. Each in a JVM of its own, as in [AllowSpec]. */
@EnabledIf(OnLinux::class)
class DenySpec : FunSpec({

    val arch = System.getProperty("os.arch").replace("amd64", "x86_64")
    val root = newDirectory().toRealPath()
    val inside = root.resolve("inside").createDirectory()
    val outside = root.resolve("outside").createDirectory()
    val file = natives.resolve("libsum.so").copyTo(inside.resolve("libsum.so"))
    natives.resolve("libsum.so").copyTo(inside.resolve("lib,comma.so"))
    natives.resolve("libsum.so").copyTo(outside.resolve("libother.so"))
    outside.resolve("libalias.so").createSymbolicLinkPointingTo(file)
    outside.resolve("in").createSymbolicLinkPointingTo(inside)
    inside.resolve("libother.so").createSymbolicLinkPointingTo(outside.resolve("libother.so"))
    val jar = jarOf(
        root.resolve("a.jar"), "org/a/libsum.so" to file, "org/b/libother.so" to file,
    )

    fun open(deny: String?, vararg names: String, allow: String? = null, path: Path? = null): String =
        OpenAllowed.output(
            allow, *names, directory = root,
            options = listOfNotNull(
                deny?.let { "-Dffi.deny=$it" }, "-Dffi.cache.dir=$root/cache", path?.let { "-Dffi.library.path=$it" },
            ),
        ).replace("$root", "ROOT").replace("linux-$arch", "linux-ARCH").replace(Regex("[0-9a-f]{64}"), "SHA256")

    /** Which of these are opened. */
    fun opened(deny: String?, vararg names: String, allow: String? = null, path: Path? = null): List<String> {
        val lines = open(deny, *names, allow = allow, path = path).lines().filterNot { it.startsWith("  ") }
        lines.size shouldBe names.size
        return names.filterIndexed { i, _ -> !lines[i].startsWith("Library not ") }
    }

    /** What is answered to each of these questions. */
    fun may(deny: String?, vararg names: String, allow: String? = null, path: Path? = null): List<String> =
        names.map { if (it.startsWith("may-file:")) it else "may:$it" }
            .let { open(deny, *it.toTypedArray(), allow = allow, path = path).lines() }

    test("an empty list denies nothing") {
        opened("", "sum", "$file", "", path = inside) shouldBe listOf("sum", "$file", "")
        opened(",", "sum", "$file", "", allow = "sum", path = inside) shouldBe listOf("sum")
    }

    test("a name is refused even if the other list admits it, in every way to ask for it") {
        open("sum", "sum", allow = "sum,$inside/", path = inside) shouldBe """
            Library not allowed: "sum"
              tried: ROOT/inside/libsum.so (is denied)
              tried: classpath:natives/linux-ARCH/libsum.so (no such resource)
              tried: libsum.so (is denied)
              tried: libsum.so.* in the system's directories (no such file)
              denied: sum
              hint: take sum out of -Dffi.deny
        """.trimIndent()
        open("sum", "outside/libalias.so") shouldBe """
            Library not allowed: "outside/libalias.so"
              tried: outside/libalias.so (is denied: it is ROOT/inside/libsum.so)
              denied: sum
              hint: take sum out of -Dffi.deny
        """.trimIndent()
        for (entry in listOf("sum", "libsum", "libsum.so")) {
            opened(
                entry, "sum", "libsum.so", "$file", "inside/libsum.so", "path:$file", "outside/in/libsum.so",
                "outside/libalias.so", "jar:$jar!org/a/libsum.so", "inside/lib,comma.so", allow = "/,classpath:,sum",
                path = inside,
            ) shouldBe listOf("inside/lib,comma.so")
        }
    }

    test("a name is as it is written, and has all versions") {
        for (entry in listOf("SUM", " sum", "su", "summ", "*", "inside", "sum.so")) {
            opened(entry, "sum", "$file", path = inside) shouldBe listOf("sum", "$file")
        }
        val directory = directoryOf("libsum.so.1", "libsum.so.2", "libsum.so.1.5", "libsum2.so")
        val all = arrayOf("libsum.so.1", "libsum.so.2", "$directory/libsum.so.1.5", "sum2")
        opened("sum", *all, path = directory) shouldBe listOf("sum2")
        opened("libsum.so.1", *all, path = directory) shouldBe listOf("libsum.so.2", "sum2")
    }

    test("a file and a directory are refused by every path that leads there, however they are found") {
        val files = listOf("$file", "inside/libsum.so", "outside/in/libsum.so")
        for (entry in files + listOf("$inside/", "./inside", "outside/in", "..")) {
            opened(
                entry, "$file", "inside/../inside/libsum.so", "outside/in/libsum.so", "outside/libalias.so", "sum",
                allow = "/,sum", path = inside,
            ) shouldBe emptyList()
        }
        opened("inside/", "outside/libother.so", "inside/libother.so", "inside/lib,comma.so") shouldBe
            listOf("outside/libother.so")
        open("inside/", "sum", path = inside).lines().takeLast(2) shouldBe
            listOf("  denied: inside/", "  hint: take inside/ out of -Dffi.deny")
        open("$inside/lib,,comma.so", "inside/lib,comma.so").lines().last() shouldBe
            "  hint: take ROOT/inside/lib,,comma.so out of -Dffi.deny"
    }

    test("what is denied is passed over, and the next place is looked at") {
        val other = newDirectory().toRealPath()
        val second = file.copyTo(other.resolve("libsum.so"))
        OpenAllowed.output(
            null, "sum", directory = root, options = listOf("-Dffi.deny=$inside/", "-Dffi.library.path=$inside:$other"),
        ) shouldBe "$second"
    }

    test("a library that the system would search for is refused by its path") {
        val found = open(null, "libm.so.6").let { Path.of(it).toRealPath() }
        opened("$found", "m", "libm.so.6", "$found", "c") shouldBe listOf("c")
        opened("${found.parent}/", "m", "c", "libm.so.6") shouldBe emptyList()
        opened("$inside/", "m", "c") shouldBe listOf("m", "c")
    }

    test("an entry counts that leads nowhere yet, or leads there by a link that is made later") {
        val late = root.resolve("late")
        opened("$late/", "", "copy:$file=$late/libsum.so", "$late/libsum.so").size shouldBe 2
        val later = root.resolve("later")
        opened("$later/", "", "link:$inside=$later", "$later/libsum.so", "$file").drop(2) shouldBe listOf("$file")
        opened("nowhere/../inside/", "$file") shouldBe emptyList()
    }

    test("c is the runtime and the running program") {
        for (entry in listOf("c", "libc", "libc.so", "libc.so.6")) {
            open(entry, "") shouldBe """
                Library not allowed: ""
                  denied: $entry
                  hint: take $entry out of -Dffi.deny
            """.trimIndent()
            opened(entry, "", "c", "libc.so.6", "m", allow = "c,m") shouldBe listOf("m")
        }
        opened("m,cc,c.so", "", allow = "c") shouldBe listOf("")
    }

    test("a resource is refused by its name or folder, and not unpacked") {
        val both = arrayOf("jar:$jar!org/a/libsum.so", "jar:$jar!/org/b/libother.so")
        root.resolve("cache").toFile().deleteRecursively()
        for (entry in listOf("classpath:", "classpath:org/", "classpath:/org/a/libsum.so,classpath:org/b/")) {
            opened(entry, *both, allow = "classpath:") shouldBe emptyList()
        }
        root.resolve("cache").toFile().exists() shouldBe false
        opened("classpath:org/a/,classpath:org/b", *both) shouldBe listOf(both[1])
        opened("$root/", *both) shouldBe both.asList() // never by where it is unpacked
        open("classpath:org/a/", both[0]) shouldBe """
            Library not allowed: "classpath:org/a/libsum.so"
              tried: classpath:org/a/libsum.so (is denied)
              denied: classpath:org/a/
              hint: take classpath:org/a/ out of -Dffi.deny
        """.trimIndent()
        val directory = newDirectory().toRealPath()
        directory.resolve("org/a").createDirectories()
        file.copyTo(directory.resolve("org/libway.so"))
        opened("classpath:org/b/", "jar:$directory!org/libway.so", "jar:$directory!org/a/../libway.so") shouldBe
            listOf("jar:$directory!org/libway.so")
    }

    test("what lies beside a library is not opened for it if it is denied") {
        val directory = newDirectory().toRealPath()
        dependent(directory, "beside")
        dependent(directory, "needing", "beside")
        opened(null, "$directory/libneeding.so") shouldBe listOf("$directory/libneeding.so")
        open("beside", "$directory/libneeding.so").lines().takeLast(2) shouldBe listOf(
            "  missing: libbeside.so, needed by $directory/libneeding.so", "  hint: take beside out of -Dffi.deny",
        )
        opened("$directory/libbeside.so", "$directory/libneeding.so") shouldBe emptyList()
    }

    test("what lies beside a library is not opened for it by a link to what is denied") {
        val directory = newDirectory().toRealPath()
        val hidden = dependent(directory, "beside").moveTo(directory.resolve("libhidden.so"))
        directory.resolve("libbeside.so").createSymbolicLinkPointingTo(hidden)
        dependent(directory, "needing", "beside")
        opened("other", "$directory/libneeding.so") shouldBe listOf("$directory/libneeding.so")
        opened("hidden", "$directory/libneeding.so") shouldBe emptyList()
    }

    test("what is denied is not unpacked for a library that it lies beside in a jar") {
        val directory = newDirectory().toRealPath()
        val beside = dependent(directory, "beside")
        val jar = jarOf(
            root.resolve("beside.jar"),
            "org/c/libneeding.so" to dependent(directory, "needing", "beside"), "org/c/libbeside.so" to beside,
        )
        val needing = "jar:$jar!org/c/libneeding.so"
        opened("other", needing) shouldBe listOf(needing)
        for (entry in listOf("beside", "classpath:org/c/libbeside.so", "classpath:org/c/", "classpath:")) {
            opened(entry, needing) shouldBe emptyList()
        }
    }

    test("a program can not loosen the list once it is read") {
        open("sum", "m", "set:ffi.deny=", "set:ffi.library.path=$inside", "sum", "$file").lines()
            .filter { it.startsWith("Library") } shouldBe
            listOf("Library not allowed: \"sum\"", "Library not allowed: \"ROOT/inside/libsum.so\"")
    }

    test("a path with what the loader replaces is refused, where paths are denied") {
        val directory = outside.resolve("\${ORIGIN}").createDirectory()
        file.copyTo(directory.resolve("libhere.so"))
        opened("$inside/", "$directory/libhere.so") shouldBe emptyList()
    }

    context("a question") {
        test("opens nothing, and is answered as the library would be") {
            val names = arrayOf(
                "sum", "libsum.so", "$file", "outside/libalias.so", "m", "", "inside/lib,comma.so", "may-file:$file",
            )
            may(null, *names, path = inside) shouldBe List(names.size) { "true" }
            may("sum,c", *names, path = inside) shouldBe
                listOf("false", "false", "false", "false", "true", "false", "true", "false")
            may(null, *names, allow = "sum", path = inside) shouldBe
                listOf("true", "true", "false", "false", "false", "false", "false", "false")
            may("$inside/lib,,comma.so", *names, allow = "$inside/,c", path = inside) shouldBe
                listOf("true", "true", "true", "true", "false", "true", "false", "true")
        }

        test("is answered of what is not there") {
            val names = arrayOf("nowhere", "inside/nowhere.so", "$root/nowhere.so", "classpath:a/nowhere.so")
            may("inside/,classpath:a/", *names) shouldBe listOf("true", "false", "true", "false")
            may(null, *names, allow = "inside/,classpath:a/") shouldBe listOf("false", "true", "false", "true")
            may(null, *names, allow = "nowhere") shouldBe listOf("true", "false", "false", "false")
            may("nowhere", *names, allow = "nowhere,/,classpath:") shouldBe listOf("false", "true", "true", "true")
        }
    }
})

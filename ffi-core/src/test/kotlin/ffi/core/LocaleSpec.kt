// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.launched.OpenInOwnJvm
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldEndWith
import java.nio.file.Path
import kotlin.io.path.copyTo
import kotlin.io.path.createDirectory
import kotlin.io.path.name
import kotlin.io.path.readText
import kotlin.io.path.writeText

/** File names that the locale cannot express, as under `LC_ALL=C`, which containers have. */
@EnabledIf(OnLinux::class)
class LocaleSpec : FunSpec({

    val libsum = natives.resolve("libsum.so")
    val root = newDirectory().toRealPath()
    val readme = root.resolve("readme").also { it.writeText("beside") }
    val jar = jarOf(
        root.resolve("a.jar"), "org/a/libsum.so" to libsum, "org/a/read-m\u00fc.txt" to readme,
        "org/b/libgr\u00fcn.so" to libsum,
    )

    /** Files whose names are bytes of UTF-8, and of no charset, made by the shell, since this JVM may lack them too. */
    fun strange(directory: Path) {
        val names = listOf("libsum\\303\\274.so", "libsum\\377.so", "libsun\\303\\274.so.1", "\\303\\274.conf")
        val copies = names.joinToString("; ") { "cp '$libsum' \"$directory/\$(printf '$it')\"" }
        val script = "$copies; mkdir \"$directory/\$(printf '\\303\\274')\""
        ProcessBuilder("sh", "-c", script).inheritIO().start().waitFor() shouldBe 0
    }

    fun open(name: String, vararg options: String, environment: Map<String, String> = mapOf()): String =
        OpenInOwnJvm.output(
            "--enable-native-access=ALL-UNNAMED", "-Dffi.cache.dir=$root/cache", *options,
            "-cp", "${System.getProperty("java.class.path")}:$jar",
            name = name, directory = root, environment = mapOf("LC_ALL" to "C") + environment,
        )

    test("a file beside a library in a jar is left out") {
        val file = Path.of(open("classpath:org/a/libsum.so"))
        file.name shouldBe "libsum.so"
        file.parent.toFile().list()!!.asList() shouldBe listOf("libsum.so")
    }

    test("a library in a jar is a typed error with a hint") {
        val message = open("classpath:org/b/libgr\\u00fcn.so")
        message.lines().first() shouldContain "Library not loaded: \"classpath:org/b/libgr"
        message shouldContain "a file of this name cannot be here: with this locale, file names are ANSI_X3.4-1968"
        message shouldEndWith "hint: start java with LC_ALL=C.UTF-8: with this locale, file names are ANSI_X3.4-1968"
    }

    test("a library is found and similar ones are named beside such files") {
        val directory = root.resolve("strange").createDirectory()
        strange(directory)
        libsum.copyTo(directory.resolve("libsum.so"))
        open("sum", "-Dffi.library.path=$directory") shouldBe "$directory/libsum.so"
        open("./strange/libsum.so", "-Dffi.allow=strange/") shouldBe "$directory/libsum.so"
        open("./strange/libsum.so", "-Dffi.deny=other/") shouldBe "$directory/libsum.so"
        open("./strange/libsumm.so") shouldContain "similar: ./strange/libsum.so"
        val conf = mapOf("LD_LIBRARY_PATH" to "$directory")
        open("nowhere", environment = conf) shouldContain "Library not found: \"nowhere\""
        open("libsun.so", environment = conf) shouldContain "Library not found: \"libsun.so\""
    }

    test("a library that needs another is opened beside such files") {
        val directory = root.resolve("needing").createDirectory()
        strange(directory)
        dependent(directory, "beside", soname = "libbeside.so.1")
        dependent(directory, "needing", "beside")
        open("./needing/libneeding.so") shouldBe "./needing/libneeding.so"
    }

    test("a name with such letters is denied by a link as well, and a directory of one is told by the hint") {
        val directory = root.resolve("denied").createDirectory()
        strange(directory)
        val link = "ln -s \"$(printf 'libsum\\303\\274.so')\" link.so"
        ProcessBuilder("sh", "-c", link).directory(directory.toFile()).inheritIO().start().waitFor() shouldBe 0
        // in a file, for this JVM may not be able to say it in a command
        fun written(option: String) = "@${root.resolve("options").also { it.writeText(option) }}"
        open("./denied/link.so", "-Dffi.deny=other") shouldBe "./denied/link.so"
        val hint = "hint: start java with LC_ALL=C.UTF-8: with this locale, file names are ANSI_X3.4-1968"
        for (entry in listOf("$directory/libsum\u00fc.so", "sum\u00fc", "/\u00fc/")) {
            val message = open("./denied/link.so", written("-Dffi.deny=$entry"))
            message.lines().first() shouldBe "Library not allowed: \"./denied/link.so\""
            message shouldEndWith hint
        }
        open("./denied/link.so", "-Dffi.allow=denied/") shouldEndWith hint
        open("nowhere", written("-Dffi.library.path=/\u00fc")) shouldEndWith hint
    }

    test("a path and properties with such letters are typed errors, or passed over") {
        open("./gr\\u00fcn/libsum.so") shouldEndWith
            "hint: start java with LC_ALL=C.UTF-8: with this locale, file names are ANSI_X3.4-1968"
        val ue = "\u00fc"
        val options =
            arrayOf("-Dffi.library.path=/$ue", "-Djava.io.tmpdir=/$ue", "-Duser.home=/$ue", "-Dffi.deny=/$ue/")
        open("classpath:org/a/libsum.so", *options) shouldEndWith "libsum.so"
        open("classpath:org/a/libsum.so", "-Dffi.allow=/$ue/,classpath:org/", "-Duser.name=$ue") shouldEndWith
            "libsum.so"
        readme.readText() shouldBe "beside"
    }
})

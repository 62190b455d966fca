// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.internal.load.KnownProperties
import ffi.launched.OpenInOwnJvm
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.nio.file.Path
import kotlin.io.path.readText

/** System properties of this library, and such as only look like one. */
@EnabledIf(OnLinux::class)
class PropertiesSpec : FunSpec({

    fun warnings(vararg options: String): String = OpenInOwnJvm.output(
        "--enable-native-access=ALL-UNNAMED", *options, "-cp", System.getProperty("java.class.path"),
        name = "libm.so.6",
    ).lines().filterNot { "ffi.core" in it && "properties are" !in it || it == "libm.so.6" }.joinToString("\n")

    test("a mistyped property is a warning that names the one that was meant, once") {
        for ((mistyped, meant) in listOf(
            "ffi.libary.path" to "ffi.library.path", "ffi.alow" to "ffi.allow", "ffi.Deny" to "ffi.deny",
            "ffi.cachedir" to "ffi.cache.dir", "ffi.serialisation" to "ffi.serialization",
            "fii.allow" to "ffi.allow", "FFI.ALLOW" to "ffi.allow", "ffi_deny" to "ffi.deny",
            "ffi-library-path" to "ffi.library.path",
        )) {
            warnings("-D$mistyped=x") shouldBe """
                WARNING: Unknown system property: "$mistyped"
                  hint: write -D$meant
            """.trimIndent()
        }
    }

    test("of a property that is like none, all are named") {
        warnings("-Dffi.x=1") shouldContain "hint: the properties are ffi.library.path, "
    }

    test("known properties and those of others are no warning") {
        warnings("-Dffi.owned.most=5", "-Dffi.headstart=false", "-Dffip=1", "-Dmy.ffi.alow=1") shouldBe ""
    }

    test("the guide has all of them") {
        val guide = Path.of("..").resolve("docs/guide/loading.md").readText().substringAfter("## System properties")
        val named = Regex("`(ffi[a-z.]+)`").findAll(guide).map { it.groupValues[1] }.toList()
        named shouldContainAll KnownProperties.NAMES
    }

    test("sources read no other property") {
        val read = listOf("ffi-core/src/main/java", "ffi-dsl/src/main/kotlin", "ffi-coroutines/src/main/kotlin")
            .flatMap { Path.of("..").resolve(it).toFile().walk().filter { file -> file.isFile } }
            .flatMap { file ->
                Regex("(?:getProperty|getBoolean|getInteger|property|Watches of|= of)\\(\"(ffi\\.[a-z.]+)\"")
                    .findAll(file.readText()).map { it.groupValues[1] }
            }
        KnownProperties.NAMES shouldContainAll read.toSet()
    }
})

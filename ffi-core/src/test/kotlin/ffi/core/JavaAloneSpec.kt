// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.launched.Ended
import ffi.launched.jdk
import ffi.launched.run
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.nio.file.Path
import kotlin.io.path.Path
import kotlin.io.path.copyToRecursively
import kotlin.io.path.toPath

/** Where the classes of the core are, or its jar. */
internal val core: Path = NativeLibrary::class.java.protectionDomain.codeSource.location.toURI().toPath()

/** Java users have ffi-core and nothing else. */
class JavaAloneSpec : FunSpec({

    /** A directory with the classes of one package of the specs that are written in Java. */
    @OptIn(kotlin.io.path.ExperimentalPathApi::class)
    fun classesOf(name: String): Path = newDirectory().also { directory ->
        Path("target", "test-classes", name).copyToRecursively(directory.resolve(name), followLinks = false)
    }

    val classPath = "$core:${classesOf("alone")}"

    test("a Java program binds, links and calls, without Kotlin on its class path") {
        val options = arrayOf(
            "--enable-native-access=ALL-UNNAMED", "--illegal-native-access=deny", "-Dffi.library.path=$natives",
        )
        run(jdk("java"), *options, "-cp", classPath, "alone.Golden") shouldBe Ended(
            """
            3
            3.3000000000000003
            foobär
            42
            8
            null
            83
            WRITE [EXECUTABLE, WRITABLE, READABLE]
            alone.Golden${'$'}LibSum
            13
            1a47e90b
            PT2M
            7
            [READABLE]
            4
            Symbol not found: "strlne"
              library: the running program and the C runtime
              similar: strlen, strnlen
            No native type for E
            no kotlin.Unit
            """.trimIndent(),
            "", 0,
        )
    }

    context("where native access is not enabled, every first call says with which flag it is,") {
        test("on the class path") {
            val denied = """
                Native access is not enabled for the class path
                  hint: start java with --enable-native-access=ALL-UNNAMED
            """.trimIndent()
            run(jdk("java"), "--illegal-native-access=deny", "-cp", classPath, "alone.Denied") shouldBe
                Ended(List(4) { denied }.joinToString("\n"), "", 0)
        }

        test("on the module path") {
            val denied = """
                Native access is not enabled for module ffi.core
                  hint: start java with --enable-native-access=ffi.core
            """.trimIndent()
            val modules = arrayOf("-p", "$core", "--add-modules", "ffi.core", "-cp", classPath.substringAfter(":"))
            val java = arrayOf(jdk("java"), "--illegal-native-access=deny", *modules)
            run(*java, "alone.Denied") shouldBe Ended(List(4) { denied }.joinToString("\n"), "", 0)
            run(*java, "--enable-native-access=ffi.core", "alone.Denied") shouldBe
                Ended(List(4) { "allowed" }.joinToString("\n"), "", 0)
        }
    }
})

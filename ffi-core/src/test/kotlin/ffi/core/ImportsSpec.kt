// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.launched.Ended
import ffi.launched.jdk
import ffi.launched.run
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import java.lang.module.ModuleFinder
import java.lang.reflect.AccessFlag
import kotlin.io.path.Path
import kotlin.io.path.writeText

/** A program imports all of ffi.core beside all of the JDK's packages that a program with native code needs. */
class ImportsSpec : FunSpec({

    val packages = listOf(
        "java.lang", "java.util", "java.util.function", "java.util.concurrent", "java.io", "java.nio",
        "java.lang.foreign",
    )
    val core = Path(NativeLibrary::class.java.protectionDomain.codeSource.location.path)

    val names = ModuleFinder.of(core).find("ffi.core").get().open().use { reader ->
        reader.list().toList().filter { Regex("ffi/core/[A-Za-z]+\\.class").matches(it) }
            .map { it.removeSuffix(".class").replace('/', '.') }
            .map { Class.forName(it, false, NativeLibrary::class.java.classLoader) }
            .filter { AccessFlag.PUBLIC in it.accessFlags() }.map { it.simpleName }
    }

    test("no public type has the name of one of the JDK's there") {
        names.size shouldBeGreaterThan 40
        names.flatMap { name ->
            packages.map { "$it.$name" }.filter { runCatching { Class.forName(it) }.isSuccess }
        }.shouldBeEmpty()
    }

    test("javac takes each name without a package") {
        val sources = tempdir().toPath()
        val source = sources.resolve("Names.java")
        source.writeText(
            (packages + "ffi.core").joinToString("\n") { "import $it.*;" } +
                names.joinToString("\n", "\nclass Names {\n", "\n}\n") { "    Class<?> of$it = $it.class;" },
        )
        run(jdk("javac"), "-cp", "$core", "-d", "$sources", "$source") shouldBe Ended("", "", 0)
    }
})

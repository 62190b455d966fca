// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.NativeLibrary
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeGreaterThan
import java.lang.reflect.AccessFlag
import kotlin.io.path.Path
import kotlin.io.path.extension
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.nameWithoutExtension
import kotlin.reflect.KVisibility

/** Of [Metadata.kind]; the facade of a file has another, and no name in Kotlin. */
private const val KIND_OF_CLASS = 1

/**
 * A program imports all of ffi.dsl beside all of ffi.core and of the JDK's packages. A type alias has no class, so
 * WrongProgramsSpec compiles such a program as well.
 */
class ImportsSpec : FunSpec({

    val packages = listOf(
        "ffi.core", "java.util", "java.util.function", "java.util.concurrent", "java.io", "java.nio",
        "java.lang.foreign", "kotlin", "kotlin.collections", "kotlin.io",
    )
    val dsl = Path(Library::class.java.protectionDomain.codeSource.location.path).resolve("ffi/dsl")
    val loader = NativeLibrary::class.java.classLoader

    val names = dsl.listDirectoryEntries().filter { it.extension == "class" && '$' !in it.nameWithoutExtension }
        .map { Class.forName("ffi.dsl.${it.nameWithoutExtension}", false, loader) }
        .filter { it.getAnnotation(Metadata::class.java)?.kind == KIND_OF_CLASS }
        .filter { it.kotlin.visibility == KVisibility.PUBLIC }
        .map { it.simpleName }

    fun isPublic(type: String) =
        runCatching { AccessFlag.PUBLIC in Class.forName(type, false, loader).accessFlags() }.getOrDefault(false)

    test("no public class has the name of one of core, of the JDK or of Kotlin there") {
        names.size shouldBeGreaterThan 20
        names.flatMap { name ->
            packages.map { "$it.$name" }.filter { isPublic(it) }
        }.shouldBeEmpty()
    }
})

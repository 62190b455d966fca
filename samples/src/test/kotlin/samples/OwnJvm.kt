// SPDX-License-Identifier: Apache-2.0
package samples

import ffi.core.NativeLibrary
import ffi.dsl.Library
import java.io.File
import java.nio.file.Path
import kotlin.io.path.Path
import kotlin.io.path.createTempDirectory
import kotlinx.coroutines.Job

// Programs run as their readers would run them: in a process of their own, started in the root of the repository.

internal val root: Path = Path(System.getProperty("ffi.library.path")).resolve("../..").normalize()

/** What a program of Java needs. */
internal val javaClassPath: List<String> = listOf(placeOf(NativeLibrary::class.java))

/** What a program of Kotlin needs. */
internal val kotlinClassPath: List<String> = javaClassPath + listOf(
    Library::class.java, Class.forName("ffi.coroutines.AwaitKt"), Unit::class.java, Job::class.java,
).map(::placeOf)

/** The samples, with what they need, which may be more than the DSL. */
internal val samplesInKotlin: List<String> = System.getProperty("java.class.path").split(File.pathSeparator)

/** The samples, with what those in Java need. */
internal val samplesInJava: List<String> = javaClassPath + placeOf(SumInJava::class.java)

private fun placeOf(type: Class<*>): String = Path.of(type.protectionDomain.codeSource.location.toURI()).toString()

/** What a program prints, to both streams, and how it ended if that was not well. */
internal fun java(mainClass: String, classPath: List<String>): String = run(
    javaCommand,
    "--enable-native-access=ALL-UNNAMED",
    "--illegal-native-access=deny",
    "-Dffi.library.path=native/target",
    "-Dffi.cache.dir=samples/target/cache",
    "-Dstdout.encoding=UTF-8",
    "-classpath",
    classPath.joinToString(File.pathSeparator),
    mainClass,
)

internal val javaCommand: String = Path(System.getProperty("java.home"), "bin", "java").toString()

/** What a command prints, to both streams, and how it ended if that was not well. */
internal fun run(vararg command: String, input: String = ""): String {
    val builder = ProcessBuilder(*command).directory(root.toFile()).redirectErrorStream(true)
    builder.environment()["LC_ALL"] = "C.UTF-8" // the loader's reasons would be in the language of whoever runs this
    val process = builder.start()
    process.outputWriter().use { it.write(input) }
    val printed = process.inputReader(Charsets.UTF_8).readText()
    val exit = process.waitFor()
    return if (exit == 0) printed else "$printed\nexit code $exit"
}

private val work: Path by lazy {
    createTempDirectory("isthmus-samples").also { directory ->
        Runtime.getRuntime().addShutdownHook(Thread { directory.toFile().deleteRecursively() })
    }
}

/** A new directory, which goes when the specs end. */
internal fun newDirectory(): Path = createTempDirectory(work, "")

// SPDX-License-Identifier: Apache-2.0
package ffi.core

import io.kotest.core.annotation.Condition
import io.kotest.core.spec.Spec
import java.io.File
import java.nio.file.Path
import java.util.jar.JarEntry
import java.util.jar.JarOutputStream
import java.util.zip.Deflater
import kotlin.io.path.Path
import kotlin.io.path.copyTo
import kotlin.io.path.createDirectory
import kotlin.io.path.createTempDirectory
import kotlin.io.path.inputStream
import kotlin.io.path.isWritable
import kotlin.io.path.outputStream
import kotlin.io.path.readLines
import kotlin.io.path.writeText
import kotlin.reflect.KClass

// What the specs about loading share.

/** Where the build puts libsum, and where it puts the files that no JVM can load. */
internal val natives: Path = Path(System.getProperty("ffi.library.path"))
internal val fixtures: Path = natives.resolve("fixtures")

/** File names and the loader's words are Linux's in these specs. */
internal class OnLinux : Condition {
    override fun evaluate(kclass: KClass<out Spec>): Boolean = System.getProperty("os.name") == "Linux"
}

private val work: Path by lazy {
    createTempDirectory("isthmus-spec").also { root ->
        Runtime.getRuntime().addShutdownHook(Thread {
            run("umount", "--lazy", "${root.resolve("noexec")}")
            root.toFile().deleteRecursively()
        })
    }
}

private fun run(vararg command: String): Boolean =
    runCatching { ProcessBuilder(*command).start().waitFor() }.getOrNull() == 0

/** A new directory, which goes when the specs end. */
internal fun newDirectory(): Path = createTempDirectory(work, "")

/** Runs [block] with system properties that are put back afterwards; null takes a property away. */
internal fun <T> withProperties(vararg properties: Pair<String, String?>, block: () -> T): T {
    val before = properties.map { (key, _) -> key to System.getProperty(key) }
    fun set(key: String, value: String?) {
        if (value == null) System.clearProperty(key) else System.setProperty(key, value)
    }
    properties.forEach { (key, value) -> set(key, value) }
    try {
        return block()
    } finally {
        before.forEach { (key, value) -> set(key, value) }
    }
}

/** Runs [block] while libraries are searched in these directories before all others. */
internal fun <T> searching(vararg directories: Path, block: () -> T): T =
    withProperties("ffi.library.path" to directories.joinToString(File.pathSeparator), block = block)

/** A new directory with copies of libsum under these names. */
internal fun directoryOf(vararg names: String): Path = newDirectory().also { directory ->
    names.forEach { natives.resolve("libsum.so").copyTo(directory.resolve(it)) }
}

/** Writes a jar whose entries are these files, as they are: nothing is compressed. */
internal fun jarOf(jar: Path, vararg entries: Pair<String, Path>): Path = jar.also {
    JarOutputStream(jar.outputStream()).use { out ->
        out.setLevel(Deflater.NO_COMPRESSION)
        for ((name, file) in entries) {
            out.putNextEntry(JarEntry(name))
            file.inputStream().use { it.copyTo(out) }
            out.closeEntry()
        }
    }
}

/** Compiles a C source to a library in [directory], as the build compiles libsum. */
internal fun compile(directory: Path, library: String, source: String, vararg options: String): Path {
    val file = directory.resolve("$library.c").also { it.writeText(source) }
    val command = listOf(System.getenv("CC") ?: "cc", "-shared", "-fPIC", "-o", library, "$file", *options)
    val compiler = ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start()
    val output = compiler.inputReader().readText()
    check(compiler.waitFor() == 0) { output }
    return directory.resolve(library)
}

/** Compiles a library that bears its own name, has a function of the short one, and depends on others by theirs. */
internal fun dependent(
    directory: Path, name: String, vararg needed: String, soname: String = "lib$name.so",
): Path {
    val declared = needed.joinToString("") { "int $it(void); " }
    val sum = needed.joinToString("") { "$it() + " }
    return compile(
        directory, "lib$name.so", "${declared}int $name(void) { return ${sum}1; }",
        "-Wl,-soname,$soname", "-L.", *needed.map { "-l$it" }.toTypedArray(),
    )
}

/** A directory in which nothing may be executed, mounted here if need be; null where only an administrator may. */
internal val noexecDirectory: Path? by lazy {
    val mounted = Path("/proc/self/mounts").readLines().map { it.split(" ") }
        .filter { (_, _, type, options) -> type == "tmpfs" && options.split(",").containsAll(listOf("rw", "noexec")) }
        .map { Path(it[1]) }.firstOrNull { it.isWritable() }
    mounted ?: work.resolve("noexec").createDirectory().takeIf {
        run("mount", "-t", "tmpfs", "-o", "noexec,size=16m", "tmpfs", "$it")
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.fuzz

import ffi.core.LibraryNotFoundException
import ffi.core.NativeLibrary
import java.io.File
import java.lang.foreign.Arena
import java.net.URLClassLoader
import java.nio.file.InvalidPathException
import java.nio.file.Path
import kotlin.io.path.Path
import kotlin.io.path.copyTo
import kotlin.io.path.createDirectory
import kotlin.io.path.createSymbolicLinkPointingTo
import kotlin.io.path.writeBytes
import kotlin.random.Random

/** Names and paths by which a library is asked for, to files of every kind. */
internal class LibraryNames : Subject {

    private val directory = Path(System.getProperty("spec.directory"))
    private val places: List<String>
    private val loader = URLClassLoader(arrayOf(directory.toUri().toURL()), null)

    init {
        val library = Path(System.getProperty("spec.library"))
        library.copyTo(directory.resolve("libown.so"))
        library.copyTo(directory.resolve("lib\n\u0001%s.so"))
        directory.resolve("libdir.so").createDirectory()
        directory.resolve("libempty.so").writeBytes(ByteArray(0))
        directory.resolve("libtext.so").writeBytes("GROUP ( libc.so.6 )".toByteArray())
        directory.resolve("libloop.so").createSymbolicLinkPointingTo(Path("libloop.so"))
        directory.resolve("libgone.so").createSymbolicLinkPointingTo(Path("nowhere"))
        directory.resolve("libterminal.so").createSymbolicLinkPointingTo(Path("/dev/tty"))
        check(ProcessBuilder("mkfifo", "${directory.resolve("libfifo.so")}").start().waitFor() == 0)
        places = directory.toFile().list()!!.map { "$directory/$it" } + listOf(
            "/dev/null", "/dev/zero", "/dev/tty", "/dev/full", "/dev/stdin", "/dev/fd/0", "/proc/self/mem",
            "/proc/kmsg", "/proc/self/fd/0", "/proc/self/fd/1", "/proc/self/exe", "/proc/self/maps", "/proc/self/task",
            "/etc/passwd", "/", ".", "..", "/tmp", "/home", "$directory", "/proc/self/cwd/etc", "/sys/kernel/notes",
            "/proc/self/environ",
        )
        System.setProperty("ffi.library.path", "$directory${File.pathSeparator}/none")
    }

    private fun Random.path(): String {
        val start =
            if (chance(2)) of(places) else of("", "/", "./", "../", "//", "$directory/", "classpath:", "natives/")
        return start + List(nextInt(3)) { word() }.joinToString(of("/", "", "/../", "."))
    }

    /** What is searched for takes its time, and what is longer than a path does not even begin to. */
    private fun Random.name(): String = when (nextInt(12)) {
        0 -> List(nextInt(1, 4)) { word() }.joinToString("")
        1, 2 -> of("own", "libown.so", "libown")
        else -> path()
    }

    override fun feed(random: Random, said: (String) -> Unit) {
        val name = random.name()
        random.inArena { arena ->
            val opened = try {
                when (random.nextInt(6)) {
                    0 -> { said("path: $name"); NativeLibrary.open(path(name), arena) }
                    1 -> {
                        val version = random.word()
                        said("version $version of $name")
                        NativeLibrary.open(name, version, arena)
                    }
                    2 -> {
                        val names = List(random.nextInt(3)) { random.name() }
                        said("first of $names")
                        NativeLibrary.openFirst(names, arena)
                    }
                    3 -> {
                        val versions = List(random.nextInt(3)) { random.word() }
                        said("first of $versions of $name")
                        NativeLibrary.openFirst(name, versions, arena)
                    }
                    4 -> { said("resource $name"); NativeLibrary.openResource(name, loader, arena) }
                    else -> { said("name $name"); NativeLibrary.open(name, arena) }
                }
            } catch (e: LibraryNotFoundException) {
                expect(e.tried().isNotEmpty() && e.message!!.startsWith("Library not ")) { "not tried: ${e.message}" }
                throw e
            }
            val report = "${opened.report()}"
            expect("$opened".isNotEmpty() && report.isNotEmpty() && opened.find("no such").isEmpty) { report }
        }
    }

    private fun path(name: String): Path = try {
        Path(name)
    } catch (_: InvalidPathException) { // of Java's, which is never a path
        throw Expected()
    }
}

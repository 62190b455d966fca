// SPDX-License-Identifier: Apache-2.0
package ffi.launched // not ffi.core: where that is a module, the class path may not add to it

import ffi.core.LibraryNotAllowedException
import ffi.core.LibraryNotFoundException
import ffi.core.NativeLibrary
import java.io.File
import java.lang.foreign.Arena
import java.net.URLClassLoader
import java.nio.file.Path
import kotlin.io.path.Path
import kotlin.io.path.copyTo
import kotlin.io.path.createParentDirectories
import kotlin.io.path.createSymbolicLinkPointingTo
import kotlin.io.path.readText

/** Opens libraries in a JVM of its own, whose list of allowed ones is read once. */
internal object OpenAllowed {

    /**
     * Each argument is a library's name; `path:` in front makes it a [Path], `jar:` a resource. `may:` only asks.
     * `set:`, `link:` and `copy:` do something in between.
     */
    @JvmStatic
    fun main(args: Array<String>) {
        val names = if (args[0] == "@") Path(args[1]).readText().split('\u0001') else args.asList()
        names.forEach(if (args[0] == "@") ::check else ::show)
    }

    private fun show(argument: String) {
        val (kind, rest) = argument.substringBefore(':', "") to argument.substringAfter(':')
        val (from, to) = rest.substringBefore('=') to rest.substringAfter('=')
        when (kind) {
            "set" -> return Unit.also { System.setProperty(from, to) }
            "link" -> return println("linked: ${Path(to).createSymbolicLinkPointingTo(Path(from))}")
            "may" -> return println(NativeLibrary.isAllowed(rest))
            "may-file" -> return println(NativeLibrary.isAllowed(Path(rest)))
            "copy" -> return println("copied: ${Path(from).copyTo(Path(to).createParentDirectories())}")
        }
        try {
            println(open(kind, rest, argument).file().map(Path::toString).orElse("the program"))
        } catch (e: LibraryNotFoundException) {
            println(e.message)
            val refused = e as? LibraryNotAllowedException ?: return
            check(refused.exists() && refused.entry() in e.message!! && "-D${refused.property()}" in e.message!!)
        }
    }

    private fun open(kind: String, rest: String, argument: String): NativeLibrary = when (kind) {
        "path" -> NativeLibrary.open(Path(rest), Arena.global())
        "jar" -> {
            val loader = URLClassLoader(arrayOf(Path(rest.substringBefore('!')).toUri().toURL()), null)
            NativeLibrary.openResource(rest.substringAfter('!'), loader, Arena.global())
        }
        else -> NativeLibrary.open(argument, Arena.global())
    }

    /** Prints a name only if what it opened lies elsewhere than in the one directory that is allowed. */
    private fun check(name: String) {
        val allowed = Path(System.getProperty("spec.allowed")).toRealPath()
        Arena.ofConfined().use { arena ->
            try {
                val file = NativeLibrary.open(name, arena).file().get().toRealPath()
                opened++
                if (!file.startsWith(allowed)) println("opened: $name")
            } catch (e: LibraryNotAllowedException) {
                refused++
            } catch (e: LibraryNotFoundException) {
                missing++
            }
        }
        if (++seen == Integer.getInteger("spec.count")) {
            println("opened ${opened > 0}, refused ${refused > 0}, missing ${missing > 0}")
        }
    }

    private var seen = 0
    private var opened = 0
    private var refused = 0
    private var missing = 0

    private val classPath = // kept short: each library that is searched for is looked for in all of it
        listOf(NativeLibrary::class.java, OpenAllowed::class.java, Unit::class.java)
            .joinToString(File.pathSeparator) { Path.of(it.protectionDomain.codeSource.location.toURI()).toString() }

    /** What such a JVM prints. */
    fun output(allow: String?, vararg names: String, options: List<String>, directory: Path): String {
        val list = if (allow == null) listOf() else listOf("-Dffi.allow=$allow")
        val ended = run(
            jdk("java"), "--enable-native-access=ALL-UNNAMED", "-Xshare:auto", "-XX:TieredStopAtLevel=1",
            "-cp", classPath, *list.toTypedArray(), *options.toTypedArray(),
            OpenAllowed::class.java.name, *names, directory = directory,
        )
        check(ended.errors.isEmpty() && ended.exit == 0) { "$ended" }
        return ended.output
    }
}

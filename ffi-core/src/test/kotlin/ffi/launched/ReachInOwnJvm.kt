// SPDX-License-Identifier: Apache-2.0
package ffi.launched // not ffi.core: where that is a module, the class path may not add to it

import ffi.core.Downcall
import ffi.core.LibraryNotFoundException
import ffi.core.LibraryReport
import ffi.core.LoadFlag
import ffi.core.NativeLibrary
import ffi.core.NativeType
import ffi.core.Signature
import ffi.core.Upcall
import java.io.File
import java.lang.foreign.Arena
import java.lang.foreign.Linker
import java.lang.foreign.SymbolLookup
import java.nio.channels.FileChannel
import java.nio.file.Path
import java.util.function.IntUnaryOperator
import kotlin.concurrent.thread
import kotlin.io.path.Path
import kotlin.io.path.createSymbolicLinkPointingTo
import kotlin.io.path.deleteIfExists
import kotlin.io.path.isRegularFile
import kotlin.io.path.moveTo
import kotlin.io.path.readLines
import kotlin.io.path.walk

/**
 * Reaches for symbols in a JVM of its own, whose lists are read once, and prints what it has reached.
 *
 * A line of the file that is named is a library and a symbol, with a tab between. A symbol of the libraries made for
 * this is called, or read, and says the number of its file; the number of any other's is 0.
 */
internal object ReachInOwnJvm {

    @JvmStatic
    fun main(args: Array<String>) {
        if (args[0] == "message") {
            return println(runCatching { NativeLibrary.open(args[1], Arena.global()).find(args[2]) }
                .exceptionOrNull()?.message)
        }
        for (line in Path(args[0]).readLines()) {
            val (library, symbol) = line.split('\t')
            Arena.ofConfined().use { arena ->
                try {
                    val result = if (library == "address") addressed(symbol) else asked(opened(library, arena), symbol)
                    println("$line\t${result ?: "nothing"}")
                } catch (e: IllegalArgumentException) { // a LibraryNotFoundException, or the JDK's
                    println("$line\t${e.javaClass.simpleName}")
                }
            }
        }
        if (args.size > 1) swap(Path(args[1]), Path(args[2]), Path(args[3]))
    }

    private fun opened(library: String, arena: Arena): NativeLibrary = when {
        library.startsWith("mapped:") -> {
            Path("mapped").walk().forEach(::map)
            NativeLibrary.open(library.removePrefix("mapped:"), arena)
        }
        library.startsWith("path:") -> NativeLibrary.open(Path(library.removePrefix("path:")), arena)
        library.startsWith("alone:") -> NativeLibrary.open(library.removePrefix("alone:"), arena).alone()
        library.startsWith("global:") ->
            NativeLibrary.open(library.removePrefix("global:"), setOf(LoadFlag.GLOBAL), Arena.global())
        library == "supplied:runtime" ->
            NativeLibrary.of("supplied") { Linker.nativeLinker().defaultLookup().find(it) }
        library.startsWith("supplied:") -> { // which the user opens with the JDK, and hands on
            val file = Path(library.removePrefix("supplied:"))
            require(file.isRegularFile()) // the JVM itself warns of a directory
            NativeLibrary.of("supplied", SymbolLookup.libraryLookup(file, arena))
        }
        else -> NativeLibrary.open(library, arena)
    }

    /** Any program may map a file, whose path stands in `/proc/self/maps` then. */
    private fun map(file: Path) = FileChannel.open(file).use { channel ->
        repeat(3) { channel.map(FileChannel.MapMode.READ_ONLY, 0, 1, Arena.global()) }
    }

    private fun asked(library: NativeLibrary, symbol: String): Any? {
        fun declared(vararg symbols: String) =
            Downcall.declare({ library }, library.scope(), symbols.asList(), Signature.of(NativeType.I32))
        val name = symbol.substringAfter(':')
        return when (symbol.substringBefore(':', "")) {
            "available" -> declared(name).isAvailable
            "or" -> declared("system", name).call()
            "report" -> LibraryReport.of({ library }, listOf(declared(name))).toString().lines().last().trim()
            "linked" -> declared(name).call()
            else -> reached(library, symbol)
        }
    }

    /** A function at an address that the user has from the JDK, whose lookup is no restricted method. */
    private fun addressed(symbol: String): Int {
        val address = Linker.nativeLinker().defaultLookup().findOrThrow(symbol)
        val abs = Upcall.at(NativeType.callback(IntUnaryOperator::class.java), address)
        return abs.applyAsInt(-7)
    }

    private fun reached(library: NativeLibrary, symbol: String): Int? = when {
        library.find(symbol).isEmpty -> null
        symbol.startsWith("who") -> library.downcall(symbol, NativeType.I32).call() as Int
        symbol.startsWith("id") -> library.variable(symbol, NativeType.I32).get()
        else -> 0
    }

    /** Opens a link again and again while it is turned from one file to the other, and prints what was reached. */
    private fun swap(link: Path, one: Path, other: Path) {
        val turning = thread(isDaemon = true) {
            val next = link.resolveSibling("next").also { it.deleteIfExists() }
            while (true) {
                for (target in listOf(one, other)) {
                    next.createSymbolicLinkPointingTo(target)
                    next.moveTo(link, overwrite = true)
                }
            }
        }
        val reached = mutableSetOf<Int?>()
        repeat(SWAPS) {
            Arena.ofConfined().use { arena ->
                try {
                    reached += reached(NativeLibrary.open("$link", arena), "who")
                } catch (e: LibraryNotFoundException) {
                    reached += null
                }
            }
        }
        check(turning.isAlive)
        reached.forEach { println("swapped\twho\t${it ?: "refused"}") }
    }

    private const val SWAPS = 2000

    private val classPath = // kept short: each library that is searched for is looked for in all of it
        listOf(NativeLibrary::class.java, ReachInOwnJvm::class.java, Unit::class.java)
            .map { Path.of(it.protectionDomain.codeSource.location.toURI()).toString() }.distinct()
            .joinToString(File.pathSeparator)

    /** What such a JVM prints: the library, the symbol and what was reached. */
    fun output(vararg arguments: String, options: List<String>, directory: Path): List<List<String>> =
        launched(options, *arguments, directory = directory).lines().map { it.split('\t') }

    /** The message when a symbol of a library is asked for. */
    fun message(library: String, symbol: String, vararg options: String): String =
        launched(options.asList(), "message", library, symbol)

    private fun launched(options: List<String>, vararg arguments: String, directory: Path? = null): String {
        val ended = run(
            jdk("java"), "--enable-native-access=ALL-UNNAMED", "-Xshare:auto", "-XX:TieredStopAtLevel=1",
            "-cp", classPath, *options.toTypedArray(), ReachInOwnJvm::class.java.name, *arguments,
            directory = directory,
        )
        check(ended.errors.isEmpty() && ended.exit == 0) { "$ended" }
        return ended.output
    }
}

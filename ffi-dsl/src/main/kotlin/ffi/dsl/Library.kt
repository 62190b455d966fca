// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.BindingException
import ffi.core.Downcall
import ffi.core.LibraryReport
import ffi.core.LoadFlag
import ffi.core.NativeLibrary
import ffi.core.NativeThreads
import ffi.core.NativeType
import ffi.core.Signature
import ffi.core.SymbolNotFoundException
import java.lang.foreign.Arena
import java.nio.file.Path

/**
 * A native library, declared as an object whose properties are its functions.
 *
 * ```
 * object LibSum : Library("sum") {
 *     val sum = fn("sum", i32, i32) returns i32
 * }
 *
 * LibSum.sum(1, 2) // 3
 * ```
 *
 * Declaring opens nothing: the library is opened by the first call of any function, by whichever thread, and each
 * function is looked up by its own first call. What is missing or wrong is thrown by that call, and by the next one
 * again, but never by the initializer of the object. To hear of all of it at once, call [link].
 *
 * All that a library can do stands outside of the class, so that every name is free for a function of C.
 */
@FfiDsl
public open class Library internal constructor(internal val declared: Declared) {

    /**
     * @param name the library's name in any form that [NativeLibrary.open] takes; an empty one is the running program
     *   and the C runtime
     * @param arena keeps the library loaded; the global one never unloads it
     * @param prefix how all symbols of the library begin, which is left out where they are declared
     * @param flags how the system's loader is to open it, if not lazily and locally
     */
    public constructor(
        name: String,
        arena: Arena = Arena.global(),
        prefix: String = "",
        flags: Set<LoadFlag> = java.util.Set.of(),
    ) : this(Declared(Place(name, flags = flags), arena, prefix))

    /** A [version] of a library, such as `Library("sqlite3", "0")` for `libsqlite3.so.0`. */
    public constructor(
        name: String,
        version: String,
        arena: Arena = Arena.global(),
        prefix: String = "",
        flags: Set<LoadFlag> = java.util.Set.of(),
    ) : this(Declared(Place(name, version, flags = flags), arena, prefix))

    /** The first of several versions of a library that is found: `Library("ssl", "3", "1.1")`. */
    public constructor(
        name: String,
        version: String,
        otherVersion: String,
        vararg moreVersions: String,
        arena: Arena = Arena.global(),
        prefix: String = "",
        flags: Set<LoadFlag> = java.util.Set.of(),
    ) : this(
        Declared(
            Place(name, version, otherVersions = arrayOf(otherVersion, *moreVersions), flags = flags), arena, prefix,
        ),
    )

    /** Exactly this [file]; a relative one is of the process's working directory. */
    public constructor(
        file: Path,
        arena: Arena = Arena.global(),
        prefix: String = "",
        flags: Set<LoadFlag> = java.util.Set.of(),
    ) : this(Declared(Place(file.toString(), file = file, flags = flags), arena, prefix))

    /** A library that is already open, or whose [symbols] a function supplies. */
    public constructor(library: NativeLibrary, prefix: String = "") :
        this(Declared(Place(library.name(), open = library), Arena.global(), prefix))

    /** The name or path as it was given. */
    override fun toString(): String = declared.place.toString()

    private companion object {
        init {
            NativeLibrary.prepare()
        }
    }
}

/**
 * Declares functions of the library [name], and returns what [block] returns.
 *
 * ```
 * val sum = library("libsum") { fn("sum", i32, i32) returns i32 }
 * ```
 *
 * @param name in any form that [NativeLibrary.open] takes; opened by the first call of a function
 * @param arena keeps the library loaded; the global one never unloads it
 * @param prefix how all symbols of the library begin, which is left out where they are declared
 * @param flags how the system's loader is to open it, if not lazily and locally
 */
public inline fun <T> library(
    name: String,
    arena: Arena = Arena.global(),
    prefix: String = "",
    flags: Set<LoadFlag> = java.util.Set.of(),
    block: Library.() -> T,
): T = Library(name, arena, prefix, flags).block()

/** Declares functions of a [version] of the library [name], and returns what [block] returns. */
public inline fun <T> library(
    name: String,
    version: String,
    arena: Arena = Arena.global(),
    prefix: String = "",
    flags: Set<LoadFlag> = java.util.Set.of(),
    block: Library.() -> T,
): T = Library(name, version, arena, prefix, flags).block()

/** Declares functions of the first of several versions of the library [name] that is found. */
public inline fun <T> library(
    name: String,
    version: String,
    otherVersion: String,
    vararg moreVersions: String,
    arena: Arena = Arena.global(),
    prefix: String = "",
    flags: Set<LoadFlag> = java.util.Set.of(),
    block: Library.() -> T,
): T = Library(name, version, otherVersion, *moreVersions, arena = arena, prefix = prefix, flags = flags).block()

/** Declares functions of exactly this [file], and returns what [block] returns. */
public inline fun <T> library(
    file: Path,
    arena: Arena = Arena.global(),
    prefix: String = "",
    flags: Set<LoadFlag> = java.util.Set.of(),
    block: Library.() -> T,
): T = Library(file, arena, prefix, flags).block()

/** Declares functions of a [library] that is already open, and returns what [block] returns. */
public inline fun <T> library(library: NativeLibrary, prefix: String = "", block: Library.() -> T): T =
    Library(library, prefix).block()

/** The functions declared so far, in order. */
public val Library.functions: List<Downcall> get() = declared.functions.map { it.downcall }

/**
 * The open library; opened, if it is not yet.
 *
 * @throws ffi.core.LibraryNotFoundException if it is not found, or can not be loaded
 */
public val Library.nativeLibrary: NativeLibrary get() = declared.get()

/**
 * Where its suspending calls are made: [NativeThreads.elastic], unless said otherwise.
 *
 * ```
 * object Sqlite : Library("sqlite3", "0") {
 *     init {
 *         threads = NativeThreads.atMost(4, "sqlite")
 *     }
 * }
 * ```
 */
public var Library.threads: NativeThreads
    get() = declared.threads ?: NativeThreads.elastic()
    set(value) {
        declared.threads = value
    }

/**
 * Opens the library and looks up every function and variable declared so far that is not `optional`.
 *
 * @throws ffi.core.LibraryNotFoundException if the library is not found, or can not be loaded
 * @throws SymbolNotFoundException if it does not export them all, or uses symbols that no loaded library has: the
 *   message lists all of them
 * @throws ffi.core.BindingException if no function, or no variable, can stand behind a declaration
 * @throws IllegalStateException if the library has been unloaded with its arena
 */
public fun Library.link() {
    check(declared.scope.isAlive) {
        """
        The library has been unloaded
          library: $this
          hint: keep the arena open in which the library was opened
        """.trimIndent()
    }
    val required = declared.functions.filter { !it.optional }
    declared.get()
    required.firstNotNullOfOrNull { it.wrong }?.let { throw it }
    LibraryReport.requireAll(declared, required.map { it.downcall }, declared.variables)
}

/**
 * How the library was found, what it is, and which of the functions and variables declared so far it has.
 *
 * Opens the library if it is not open yet, and throws nothing if that fails: then the report says why.
 */
public fun Library.report(): LibraryReport = LibraryReport.of(declared, functions, variables)

/**
 * Declares a function by its parts: what all of `fn` ends in, and what more sugar can be made of.
 *
 * @param symbol the name under which the library exports it; looked up by the first call
 */
public fun Library.declare(symbol: String, signature: Signature): Downcall =
    declare(
        symbol, signature.result(), signature.parameters(), signature.critical(), optional = false, signature.fixed(),
    ).downcall

/**
 * A function whose types are only known at run time, for tools: it is called by [Downcall.call], which is slow.
 *
 * ```
 * library("sum") { function("sum", i32, i32, i32) }.call(1, 2) // 3
 * ```
 *
 * It is not one of [functions], so that it may be made for a single call.
 *
 * @throws ffi.core.BindingException if a parameter is [void]
 */
public fun Library.function(symbol: String, result: NativeType<*>, vararg parameters: NativeType<*>): Downcall =
    try {
        Downcall.declare(declared, declared.scope, declared.symbol(symbol), Signature.of(result, *parameters))
    } catch (e: BindingException) {
        throw e.of("${declared.symbol(symbol)}: $result (${parameters.joinToString()})")
    }

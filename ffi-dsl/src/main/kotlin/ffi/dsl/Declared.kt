// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.BindingException
import ffi.core.Downcall
import ffi.core.LoadFlag
import ffi.core.NativeLibrary
import ffi.core.NativeThreads
import ffi.core.NativeType
import ffi.core.Signature
import ffi.core.Variable
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.nio.file.Path

/** Where a library is to be opened, in the user's words. */
internal class Place(
    val name: String,
    val version: String? = null,
    val file: Path? = null,
    val open: NativeLibrary? = null,
    val otherVersions: Array<out String>? = null,
    val flags: Set<LoadFlag> = java.util.Set.of(), // not setOf(), which is a class more at start-up
    private val alone: Boolean = false, // without what it depends on
) {
    fun open(arena: Arena): NativeLibrary = if (alone) whole(arena).alone() else whole(arena)

    private fun whole(arena: Arena): NativeLibrary = when {
        open != null -> open
        flags.isNotEmpty() -> openWithFlags(arena)
        file != null -> NativeLibrary.open(file, arena)
        otherVersions != null -> NativeLibrary.openFirst(name, listOf(version!!, *otherVersions), arena)
        version != null -> NativeLibrary.open(name, version, arena)
        else -> NativeLibrary.open(name, arena)
    }

    private fun openWithFlags(arena: Arena): NativeLibrary = when {
        file != null -> NativeLibrary.open(file, flags, arena)
        otherVersions != null -> NativeLibrary.openFirst(name, listOf(version!!, *otherVersions), flags, arena)
        version != null -> NativeLibrary.open(name, version, flags, arena)
        else -> NativeLibrary.open(name, flags, arena)
    }

    override fun toString(): String = when {
        version == null -> name
        otherVersions == null -> "$name $version"
        else -> "$name $version or ${otherVersions.joinToString(" or ")}"
    }
}

/** A library as far as it is declared: it opens itself when a function of it is first called. */
internal class Declared(val place: Place, private val arena: Arena, private val prefix: String = "") :
    NativeLibrary.Source {

    override fun name(): String = place.name

    override fun isOfKotlin(): Boolean = true

    /** How long the library will be open. */
    val scope: MemorySegment.Scope get() = place.open?.scope() ?: arena.scope()

    private val declarations = ArrayList<Declaration>() // not one that is copied by each: there may be thousands
    private val declaredVariables = ArrayList<Variable<*>>()

    /** Those that are declared so far, in order. */
    val functions: List<Declaration> get() = synchronized(declarations) { ArrayList(declarations) }
    val variables: List<Variable<*>> get() = synchronized(declaredVariables) { ArrayList(declaredVariables) }

    fun add(function: Declaration) {
        synchronized(declarations) { declarations.add(function) }
    }

    fun add(variable: Variable<*>) {
        synchronized(declaredVariables) { declaredVariables.add(variable) }
    }

    /** The name under which the library exports what is declared by this one. */
    fun symbol(name: String): String = if (prefix.isEmpty()) name else prefix + name

    /** Null for the elastic ones, whose class need not be loaded for a library that is only called. */
    @Volatile
    var threads: NativeThreads? = null

    @Volatile
    private var opened: NativeLibrary? = null

    // not by lazy { }, whose lambda would be linked at start-up; but as there, if it throws the next call tries again
    override fun get(): NativeLibrary =
        opened ?: synchronized(this) { opened ?: place.open(arena).also { opened = it } }
}

/** A function as it was declared. */
internal class Declaration(
    val library: Library,
    val downcall: Downcall,
    val optional: Boolean,
    private val wrongText: String? = null,
    val wrong: BindingException? = null,
) {
    /** As errors show it; made when it is asked for. */
    val text: String get() = wrongText ?: downcall.toString()

    /** What is called, if the function was declared by `fn`. */
    @Volatile
    var face: Fn? = null
}

internal fun Library.declare(
    name: String,
    result: NativeType<*>,
    parameters: List<NativeType<*>>,
    critical: Boolean,
    optional: Boolean,
    fixed: Int = -1,
    others: List<String>? = null,
): Declaration {
    val scope = declared.scope
    val symbol = declared.symbol(name)
    val declaration = try {
        val signature = Signature(result, parameters, critical, fixed)
        val symbols = if (others == null) {
            java.util.List.of(symbol) // not listOf, whose class is so large that it would cost the first call
        } else {
            listOf(symbol) + others.map { declared.symbol(it) }
        }
        val downcall = Downcall.declare(declared, scope, symbols, signature, optional)
        Declaration(this, downcall, optional)
    } catch (e: BindingException) { // which the initializer of an object must not throw: the first call does
        val text = "$symbol: $result (${parameters.joinToString()})"
        val wrong = e.of(text)
        val anything = Signature.of(NativeType.ADDRESS, *Array(parameters.size) { NativeType.ADDRESS })
        Declaration(this, Downcall.declare({ throw wrong }, scope, listOf(symbol), anything, optional), optional, text,
            wrong)
    }
    declared.add(declaration)
    return declaration
}

/** This exception, with the function of which it is, and in Kotlin's words. */
internal fun BindingException.of(function: String): BindingException {
    val told = message!!.lines().map { line ->
        if (line.startsWith("  function: ")) "  function: $function" else KotlinWords.of(line)
    }
    val named = if (told.any { it.startsWith("  function: ") }) told else told + "  function: $function"
    val wrong = BindingException(named.joinToString("\n"))
    cause?.let { wrong.initCause(it) }
    return wrong
}

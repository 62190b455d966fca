// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.BindingException
import ffi.core.Downcall
import ffi.core.NativeLibrary
import ffi.core.NativeType
import ffi.core.Signature
import java.lang.foreign.Arena
import java.nio.file.Path
import java.util.Collections
import java.util.WeakHashMap
import java.util.concurrent.CopyOnWriteArrayList
import java.util.function.Supplier

/** Where a library is to be opened, in the user's words. */
internal class Place(
    val name: String,
    val version: String? = null,
    val file: Path? = null,
    val open: NativeLibrary? = null,
) {
    fun open(arena: Arena): NativeLibrary = when {
        open != null -> open
        file != null -> NativeLibrary.open(file, arena)
        version != null -> NativeLibrary.open(name, version, arena)
        else -> NativeLibrary.open(name, arena)
    }

    override fun toString(): String = if (version == null) name else "$name $version"
}

/** The arena of a library that was opened elsewhere, as far as a library asks for it: its life. */
internal class LifeOf(private val library: NativeLibrary) : Arena by Arena.global() {
    override fun scope() = library.scope()
}

/** A library as far as it is declared: it opens itself when a function of it is first called. */
internal class Declared(val place: Place, val arena: Arena) : Supplier<NativeLibrary> {

    val functions = CopyOnWriteArrayList<Declaration>()

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
    val wrong: BindingException? = null,
) {
    /** What is called, if the function was declared by `fn`. */
    @Volatile
    var face: Fn? = null
}

internal fun Library.declare(
    symbol: String,
    result: NativeType<*>,
    parameters: List<NativeType<*>>,
    critical: Boolean,
    optional: Boolean,
): Declaration {
    val arena = declared.arena
    val declaration = try {
        wrongOf(result, parameters)?.let { throw it }
        val signature = Signature(result, parameters, critical)
        Declaration(this, Downcall.declare(declared, arena, symbol, signature), optional)
    } catch (wrong: BindingException) {
        val anything = Signature.of(NativeType.ADDRESS, *Array(parameters.size) { NativeType.ADDRESS })
        Declaration(this, Downcall.declare({ throw wrong }, arena, symbol, anything), optional, wrong)
    }
    declared.functions += declaration
    return declaration
}

// An object's initializer must not throw, so a type that can not be made becomes one that says why when it is used.
private val wrongTypes = Collections.synchronizedMap(WeakHashMap<NativeType<*>, BindingException>())

private fun wrongOf(result: NativeType<*>, parameters: List<NativeType<*>>): BindingException? =
    if (wrongTypes.isEmpty()) null else wrongTypes[result] ?: parameters.firstNotNullOfOrNull { wrongTypes[it] }

@PublishedApi
internal inline fun <T> typeOrWrong(make: () -> NativeType<T>): NativeType<T> =
    try {
        make()
    } catch (wrong: BindingException) {
        wrongType(wrong)
    }

@PublishedApi
internal fun <T> wrongType(wrong: BindingException): NativeType<T> =
    NativeType.VOID.map<T>({ throw wrong }, { throw wrong }).also { wrongTypes[it] = wrong }

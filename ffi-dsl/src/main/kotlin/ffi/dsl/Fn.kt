// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.Downcall
import ffi.core.NativeType
import java.io.Serializable
import java.lang.invoke.MethodHandles
import java.util.Arrays

/**
 * A function of a native library, called as any function of Kotlin is.
 *
 * `fn` makes it, and then it is an [Fn0], an [Fn1], an [Fn2] and so on. It may be called by any thread, unless its
 * library is open in a confined arena. A call throws
 *
 * - [LibraryNotFoundException][ffi.core.LibraryNotFoundException] if the library is not found or can not be loaded,
 * - [SymbolNotFoundException][ffi.core.SymbolNotFoundException] if the library does not export the function,
 * - [BindingException][ffi.core.BindingException] if no function can stand behind the declaration,
 * - [IllegalStateException] if the library has been unloaded with its arena,
 * - and what its types say of values that they do not admit.
 *
 * It is serializable, and travels as its declaration: a function of an `object` arrives as the one declared there, any
 * other as a new one if [NativeLibrary.SERIALIZATION_PROPERTY][ffi.core.NativeLibrary.SERIALIZATION_PROPERTY] admits
 * its library there, and either links again where it arrives. A type of the user's own does not travel otherwise than
 * with an `object`.
 */
public abstract class Fn internal constructor() : Serializable {

    // set once, by who declares: what core makes takes no more than core's own
    @Transient
    internal lateinit var declaration: Declaration

    /** The function as core has it: a door to its address, its method handle and other faces. */
    public val downcall: Downcall get() = declaration.downcall

    /**
     * Whether the library is found and exports this function. What is not `optional` is checked by [link] as well.
     *
     * It is false as well if no function can stand behind the declaration, and once the library has been unloaded.
     */
    public val isAvailable: Boolean
        get() {
            val scope = declaration.library.declared.scope
            return try {
                declaration.wrong == null && scope.isAlive && downcall.isAvailable
            } catch (e: IllegalStateException) {
                if (scope.isAlive) throw e else false // another thread has unloaded it since it was asked
            }
        }

    /** The library that it is of. */
    public val library: Library get() = declaration.library

    /** The declaration, such as `sum: i32 (i32, i32)`. */
    final override fun toString(): String = declaration.text

    /** What stands for this function in a stream; [java.io.ObjectOutputStream] asks for it. */
    protected fun writeReplace(): Any = travelling()
}

/**
 * This function if it [is available][Fn.isAvailable], else null.
 *
 * ```
 * LibSum.maybe.ifAvailable?.invoke(3)
 * ```
 */
public val <F : Fn> F.ifAvailable: F? get() = takeIf { it.isAvailable }

/** The beginning of a declaration, which `returns` completes: what every rung of the ladder has. */
public abstract class FnSignature<S> internal constructor(internal val draft: Draft) {

    /**
     * This function, called without telling the JVM, which is three times faster.
     *
     * It must be done within microseconds, for the garbage collector, and with it every thread, waits for it; and it
     * must not call back, which ends the VM. It is for getters, arithmetic and short hashes.
     */
    public val critical: S get() = of(draft.copy(critical = true))

    /** This function, which the library need not have: [link] passes over it, and [Fn.isAvailable] tells. */
    public val optional: S get() = of(draft.copy(optional = true))

    /**
     * This function, of which C's declaration names the first [named] parameters only, with `...` behind them.
     *
     * ```
     * val printNumber = fn("printf", cstring, f64).variadicAfter(1) returns i32
     * ```
     */
    public fun variadicAfter(named: Int): S = of(draft.copy(fixed = named))

    /**
     * This function, which the library may export under another name: the first is taken that it does export.
     *
     * ```
     * val open = fn("open64", cstring, i32) or "open" returns i32
     * ```
     */
    public infix fun or(symbol: String): S = of(draft.copy(others = draft.others.orEmpty() + symbol))

    /** A mistake: a call of a function that has no result yet. */
    @Deprecated(NO_RESULT, level = DeprecationLevel.ERROR)
    public operator fun invoke(@Suppress("unused") vararg arguments: Any?): Any? = mistaken()

    /** A mistake: a result of no native type. */
    @Deprecated(NO_TYPE, level = DeprecationLevel.ERROR)
    public infix fun returns(@Suppress("unused") result: Any?): Mistake = mistaken()

    /** A mistake: what Kotlin calls `Unit` is C's `void`. */
    @Deprecated(NO_UNIT, level = DeprecationLevel.ERROR)
    public infix fun returns(@Suppress("unused") result: Unit): Mistake = mistaken()

    internal abstract fun of(draft: Draft): S

    internal inline fun <reified F : Fn> define(result: NativeType<*>): F = draft.define(F::class.java, result)
}

internal const val NO_RESULT = "The function is declared without a result. Say what it returns, such as " +
    "fn(\"sum\", i32, i32) returns i32, or returns void"
internal const val NO_UNIT = "The native type of Unit is `void`: returns void"

/** A function of which all is said but what it returns. */
internal data class Draft(
    val library: Library,
    val symbol: String,
    val parameters: List<NativeType<*>>,
    val critical: Boolean = false,
    val optional: Boolean = false,
    val fixed: Int = -1, // as in Signature
    val others: List<String>? = null,
) {
    constructor(library: Library, symbol: String, vararg parameters: NativeType<*>) :
        this(library, symbol, Arrays.asList(*parameters)) // Kotlin's own would load its largest class at start-up

    fun declare(result: NativeType<*>): Declaration =
        library.declare(symbol, result, parameters, critical, optional, fixed, others)

    fun <F : Fn> define(face: Class<F>, result: NativeType<*>): F {
        val declaration = declare(result)
        val fn = declaration.downcall.`as`(face, MethodHandles.lookup())
        fn.declaration = declaration
        declaration.face = fn
        return fn
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.Field
import ffi.core.NativeLibrary
import ffi.core.NativeType
import ffi.core.Ref
import ffi.core.Variable
import java.lang.foreign.MemorySegment
import java.lang.foreign.SymbolLookup
import java.util.Optional
import kotlin.reflect.KProperty

/**
 * Declares a global variable of this library.
 *
 * ```
 * object LibSum : Library("sum") {
 *     val calls = variable("call_count", i32)
 *     var version by variable("version", i32)
 * }
 *
 * LibSum.calls.value += 1
 * println(LibSum.version)
 * ```
 *
 * Nothing is copied: a value is read and written where C has it. An array that is [sized] and a data class are
 * converted as a whole; text is behind a pointer, unless it is sized. Nothing is looked up before the first use, and
 * what is wrong is thrown by that one: what [ffi.core.Variable] says.
 *
 * @param symbol the name under which the library exports it
 */
public fun <T> Library.variable(symbol: String, type: NativeType<T>): Variable<T> =
    ffi.core.Variable.declare(declared, declared.scope, declared.symbol(symbol), type).also { declared.add(it) }

/** Declares a global variable of this library that is a [struct], viewed in place. */
public fun <S : Struct<S>> Library.variable(symbol: String, struct: S): Variable<Ref<S>> =
    variable(symbol, struct(struct))

/** The variables declared so far, in order. */
public val Library.variables: List<Variable<*>> get() = declared.variables

/**
 * The value, where C has it.
 *
 * @throws UnsupportedOperationException if it is written, but lies in memory that can not be, as constants do
 * @throws IllegalArgumentException if what is written does not fit the type, or is text, which needs memory of its own:
 *   `set(value, arena)`
 */
public inline var <T> Variable<T>.value: T
    get() = get()
    set(value) = set(value)

/** The value, for `val version by variable("version", i32)`. */
@Suppress("NOTHING_TO_INLINE") // without it a property would be reflected
public inline operator fun <T> Variable<T>.getValue(thisRef: Any?, property: KProperty<*>): T = get()

/** Writes the value, for `var counter by variable("counter", i32)`. */
@Suppress("NOTHING_TO_INLINE")
public inline operator fun <T> Variable<T>.setValue(thisRef: Any?, property: KProperty<*>, value: T) {
    set(value)
}

/** The value of a field of the struct that this variable is. */
public operator fun <S, T> Variable<Ref<S>>.get(field: Field<S, T>): T = get().get(field)

/** Writes a field of the struct that this variable is; text needs memory of its own, see [Ref.set]. */
public operator fun <S, T> Variable<Ref<S>>.set(field: Field<S, T>, value: T) {
    get().set(field, value)
}

/** This variable, which the library need not have: [link] passes over it, and `isAvailable` tells. */
public val <T> Variable<T>.optional: Variable<T> get() = optional()

/** This variable if the library has it, else null. */
public val <T> Variable<T>.ifAvailable: Variable<T>? get() = takeIf { it.isAvailable }

/** This variable, which the library may export under another name: the first is taken that it does export. */
public infix fun <T> Variable<T>.or(symbol: String): Variable<T> = orElse(symbol)

/**
 * A library whose symbols a function supplies, such as a loader's own `getProcAddress`.
 *
 * ```
 * object Glx : Library("GL") {
 *     val getProc = fn("glXGetProcAddress", cstring) returns address
 * }
 * object Gl : Library(symbols("GL", Glx.getProc)) {
 *     val clear = fn("glClear", u32) returns void
 * }
 * ```
 *
 * It is a library to `library(…)` and `bind(…)` as well. What the function answers is believed. It is asked once for
 * each symbol, by the thread that uses that first; what it throws is thrown there.
 *
 * @param name in messages
 * @param find gives an address by its name; NULL and null mean that there is none
 */
public fun symbols(name: String, find: (String) -> MemorySegment?): NativeLibrary =
    NativeLibrary.of(name, SymbolLookup { Optional.ofNullable(find(it)) })

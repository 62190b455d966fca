// SPDX-License-Identifier: Apache-2.0
@file:Suppress("unused", "UNUSED_PARAMETER") // none is ever called: the compiler says what is wrong

package ffi.dsl

import ffi.core.NativeType
import ffi.core.Out
import ffi.core.Pointer
import ffi.core.Variable

// What is easily written instead of a declaration. Without these the compiler would list every overload. They
// return what the rest of the line goes on with, so that the compiler reports nothing else.

internal const val NO_TYPE = "A type is a native type: i32 for Int, cstring for String, struct<Point>() for a data " +
    "class, callback(i32) returns i32 for a function. It is not a class, a name, a lambda or a callback without " +
    "`returns`"
private const val MANY = "`fn` takes at most 12 parameters. Declare the function as a method of an interface, " +
    "bind<Lib>(\"name\"), which takes any number"
private const val MANY_OF_CALLBACK = "`callback` takes at most 12 values. Declare the callback as a `fun interface` " +
    "that a method of a bound interface takes, bind<Lib>(\"name\")"
private const val NO_BLOCK = "A library is declared with its functions: " +
    "library(\"sum\") { fn(\"sum\", i32, i32) returns i32 }"

internal fun mistaken(): Nothing = throw UnsupportedOperationException("a mistake that the compiler refuses")

/** A mistake: a parameter is no native type. */
@Deprecated(NO_TYPE, level = DeprecationLevel.ERROR)
public fun Library.fn(symbol: String, vararg parameters: Any?): Mistake = mistaken()

/** A mistake: more parameters than the ladder has rungs. */
@Deprecated(MANY, level = DeprecationLevel.ERROR)
public fun Library.fn(
    symbol: String,
    a: NativeType<*>, b: NativeType<*>, c: NativeType<*>, d: NativeType<*>, e: NativeType<*>, f: NativeType<*>,
    g: NativeType<*>, h: NativeType<*>, i: NativeType<*>, j: NativeType<*>, k: NativeType<*>, l: NativeType<*>,
    m: NativeType<*>, vararg more: NativeType<*>,
): Mistake = mistaken()

/** A mistake: a value is of no native type. */
@Deprecated(NO_TYPE, level = DeprecationLevel.ERROR)
public fun callback(vararg parameters: Any?): Mistake = mistaken()

/** A mistake: more values than the ladder has rungs. */
@Deprecated(MANY_OF_CALLBACK, level = DeprecationLevel.ERROR)
public fun callback(
    a: NativeType<*>, b: NativeType<*>, c: NativeType<*>, d: NativeType<*>, e: NativeType<*>, f: NativeType<*>,
    g: NativeType<*>, h: NativeType<*>, i: NativeType<*>, j: NativeType<*>, k: NativeType<*>, l: NativeType<*>,
    m: NativeType<*>, vararg more: NativeType<*>,
): Mistake = mistaken()

/** A mistake: a variable of no native type. */
@Deprecated(NO_TYPE, level = DeprecationLevel.ERROR)
public fun Library.variable(symbol: String, type: Any?): Variable<Any?> = mistaken()

/** A mistake: elements of no native type. */
@Deprecated(NO_TYPE, level = DeprecationLevel.ERROR)
public fun array(element: Any?): NativeType<Any?> = mistaken()

/** A mistake: elements of no native type. */
@Deprecated(NO_TYPE, level = DeprecationLevel.ERROR)
public fun list(element: Any?): NativeType<List<Any?>> = mistaken()

/** A mistake: a pointer to no native type. */
@Deprecated(NO_TYPE, level = DeprecationLevel.ERROR)
public fun pointer(to: Any?): NativeType<Pointer<Any?>> = mistaken()

/** A mistake: a place for no native type. */
@Deprecated(NO_TYPE, level = DeprecationLevel.ERROR)
public fun out(type: Any?): NativeType<Out<Any?>> = mistaken()

/** A mistake: a place for no native type. */
@Deprecated(NO_TYPE, level = DeprecationLevel.ERROR)
public fun inout(type: Any?): NativeType<Out<Any?>> = mistaken()

/** A mistake: a library without a block that declares its functions. */
@Deprecated(NO_BLOCK, level = DeprecationLevel.ERROR)
public fun library(name: String): Library = mistaken()

/** What a mistake declares: any further words are the compiler's to take, since it has said what is wrong. */
public class Mistake private constructor() {
    public infix fun returns(result: Any?): Mistake = this

    public operator fun invoke(vararg arguments: Any?): Any? = null
}

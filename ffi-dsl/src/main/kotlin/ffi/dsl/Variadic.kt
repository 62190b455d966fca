// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.Downcall
import ffi.core.NativeType
import ffi.core.Signature

/** What stands for C's `...`, see [variadic]. */
public object Ellipsis

/**
 * C's `...` at the end of a function's parameters.
 *
 * ```
 * val snprintf = fn("snprintf", array(i8), usize, cstring, variadic) returns i32
 *
 * snprintf(buffer, 32, "%d %s %.2f", 3, "x", 1.5)
 * ```
 *
 * What an argument is to C its class says, promoted as C does it: an `Int` and what is narrower is an `int`, a `Long`
 * 64 bits, a `Double` and a `Float` a `double`, unsigned ones alike; a `String` is text of UTF-8, a pointer, a handle
 * and `null` are pointers, an array is a pointer to its elements. Each combination is linked once. The format of the
 * `printf` family is checked against the arguments before the call.
 *
 * A function of which always the same is called is declared with its types instead, and `variadicAfter`: such a
 * call is as fast as any other.
 */
public val variadic: Ellipsis get() = Ellipsis

/** A function of a native library that takes any arguments behind those that it names. */
public abstract class VariadicFn<R> internal constructor(draft: Draft, result: NativeType<R>) {

    private val declaration: Declaration = draft.declare(result)
    private val variadic = lazy { declaration.downcall.variadic() }
    private val isVoid = result == void

    /** The function as core has it, with the parameters that it names. */
    public val downcall: Downcall get() = declaration.downcall

    internal fun call(vararg named: Any?, rest: Array<out Any?>): R {
        declaration.wrong?.let { throw it }
        val result = variadic.value.call( // of an array made here: any other is copied once more
            *Array(named.size + rest.size) { if (it < named.size) named[it] else carried(rest[it - named.size]) },
        )
        @Suppress("UNCHECKED_CAST") // it is what the type makes
        return (if (isVoid) Unit else result) as R
    }

    /** What core knows of Kotlin's own classes. */
    private fun carried(value: Any?): Any? = when (value) {
        is Int, is Long, is Double, is String -> value // most are, and need not be asked for the others
        is UInt -> value.toInt()
        is ULong -> value.toLong()
        is UShort -> value.toInt()
        is UByte -> value.toInt()
        is Handle -> value.segment
        else -> value
    }

    /** The declaration, such as `printf: i32 (cstring, ...)`. */
    final override fun toString(): String = declaration.text
}

// The ladder of functions that end in an ellipsis. The rungs differ in nothing but the number of their parameters.

/** Declares a function of 0 named parameters, and any others. */
public fun Library.fn(symbol: String, @Suppress("UNUSED_PARAMETER") variadic: Ellipsis): VariadicSignature0 =
    VariadicSignature0(Draft(this, symbol).copy(fixed = 0))

/** A variadic function of 0 named parameters, but for its result. */
public class VariadicSignature0 internal constructor(draft: Draft) :
    FnSignature<VariadicSignature0>(draft) {
    public infix fun <R> returns(result: NativeType<R>): VariadicFn0<R> = VariadicFn0(draft, result)

    internal override fun of(draft: Draft): VariadicSignature0 = VariadicSignature0(draft)
}

/** A variadic function of 0 named parameters. */
public class VariadicFn0<R> internal constructor(draft: Draft, result: NativeType<R>) :
    VariadicFn<R>(draft, result) {
    public operator fun invoke(vararg rest: Any?): R = call(rest = rest)
}

/** Declares a function of 1 named parameter, and any others. */
public fun <A> Library.fn(
    symbol: String,
    a: NativeType<A>,
    @Suppress("UNUSED_PARAMETER") variadic: Ellipsis,
): VariadicSignature1<A> =
    VariadicSignature1(Draft(this, symbol, a).copy(fixed = 1))

/** A variadic function of 1 named parameter, but for its result. */
public class VariadicSignature1<A> internal constructor(draft: Draft) :
    FnSignature<VariadicSignature1<A>>(draft) {
    public infix fun <R> returns(result: NativeType<R>): VariadicFn1<A, R> = VariadicFn1(draft, result)

    internal override fun of(draft: Draft): VariadicSignature1<A> = VariadicSignature1(draft)
}

/** A variadic function of 1 named parameter. */
public class VariadicFn1<in A, R> internal constructor(draft: Draft, result: NativeType<R>) :
    VariadicFn<R>(draft, result) {
    public operator fun invoke(a: A, vararg rest: Any?): R = call(a, rest = rest)
}

/** Declares a function of 2 named parameters, and any others. */
public fun <A, B> Library.fn(
    symbol: String,
    a: NativeType<A>, b: NativeType<B>,
    @Suppress("UNUSED_PARAMETER") variadic: Ellipsis,
): VariadicSignature2<A, B> =
    VariadicSignature2(Draft(this, symbol, a, b).copy(fixed = 2))

/** A variadic function of 2 named parameters, but for its result. */
public class VariadicSignature2<A, B> internal constructor(draft: Draft) :
    FnSignature<VariadicSignature2<A, B>>(draft) {
    public infix fun <R> returns(result: NativeType<R>): VariadicFn2<A, B, R> = VariadicFn2(draft, result)

    internal override fun of(draft: Draft): VariadicSignature2<A, B> = VariadicSignature2(draft)
}

/** A variadic function of 2 named parameters. */
public class VariadicFn2<in A, in B, R> internal constructor(draft: Draft, result: NativeType<R>) :
    VariadicFn<R>(draft, result) {
    public operator fun invoke(a: A, b: B, vararg rest: Any?): R = call(a, b, rest = rest)
}

/** Declares a function of 3 named parameters, and any others. */
public fun <A, B, C> Library.fn(
    symbol: String,
    a: NativeType<A>, b: NativeType<B>, c: NativeType<C>,
    @Suppress("UNUSED_PARAMETER") variadic: Ellipsis,
): VariadicSignature3<A, B, C> =
    VariadicSignature3(Draft(this, symbol, a, b, c).copy(fixed = 3))

/** A variadic function of 3 named parameters, but for its result. */
public class VariadicSignature3<A, B, C> internal constructor(draft: Draft) :
    FnSignature<VariadicSignature3<A, B, C>>(draft) {
    public infix fun <R> returns(result: NativeType<R>): VariadicFn3<A, B, C, R> = VariadicFn3(draft, result)

    internal override fun of(draft: Draft): VariadicSignature3<A, B, C> = VariadicSignature3(draft)
}

/** A variadic function of 3 named parameters. */
public class VariadicFn3<in A, in B, in C, R> internal constructor(draft: Draft, result: NativeType<R>) :
    VariadicFn<R>(draft, result) {
    public operator fun invoke(a: A, b: B, c: C, vararg rest: Any?): R = call(a, b, c, rest = rest)
}

/** Declares a function of 4 named parameters, and any others. */
public fun <A, B, C, D> Library.fn(
    symbol: String,
    a: NativeType<A>, b: NativeType<B>, c: NativeType<C>,
    d: NativeType<D>,
    @Suppress("UNUSED_PARAMETER") variadic: Ellipsis,
): VariadicSignature4<A, B, C, D> =
    VariadicSignature4(Draft(this, symbol, a, b, c, d).copy(fixed = 4))

/** A variadic function of 4 named parameters, but for its result. */
public class VariadicSignature4<A, B, C, D> internal constructor(draft: Draft) :
    FnSignature<VariadicSignature4<A, B, C, D>>(draft) {
    public infix fun <R> returns(result: NativeType<R>): VariadicFn4<A, B, C, D, R> = VariadicFn4(draft, result)

    internal override fun of(draft: Draft): VariadicSignature4<A, B, C, D> = VariadicSignature4(draft)
}

/** A variadic function of 4 named parameters. */
public class VariadicFn4<in A, in B, in C, in D, R> internal constructor(draft: Draft, result: NativeType<R>) :
    VariadicFn<R>(draft, result) {
    public operator fun invoke(a: A, b: B, c: C, d: D, vararg rest: Any?): R = call(a, b, c, d, rest = rest)
}

/** Declares a function of 5 named parameters, and any others. */
public fun <A, B, C, D, E> Library.fn(
    symbol: String,
    a: NativeType<A>, b: NativeType<B>, c: NativeType<C>,
    d: NativeType<D>, e: NativeType<E>,
    @Suppress("UNUSED_PARAMETER") variadic: Ellipsis,
): VariadicSignature5<A, B, C, D, E> =
    VariadicSignature5(Draft(this, symbol, a, b, c, d, e).copy(fixed = 5))

/** A variadic function of 5 named parameters, but for its result. */
public class VariadicSignature5<A, B, C, D, E> internal constructor(draft: Draft) :
    FnSignature<VariadicSignature5<A, B, C, D, E>>(draft) {
    public infix fun <R> returns(result: NativeType<R>): VariadicFn5<A, B, C, D, E, R> = VariadicFn5(draft, result)

    internal override fun of(draft: Draft): VariadicSignature5<A, B, C, D, E> = VariadicSignature5(draft)
}

/** A variadic function of 5 named parameters. */
public class VariadicFn5<in A, in B, in C, in D, in E, R> internal constructor(draft: Draft, result: NativeType<R>) :
    VariadicFn<R>(draft, result) {
    public operator fun invoke(a: A, b: B, c: C, d: D, e: E, vararg rest: Any?): R = call(a, b, c, d, e, rest = rest)
}

/** Declares a function of 6 named parameters, and any others. */
public fun <A, B, C, D, E, F> Library.fn(
    symbol: String,
    a: NativeType<A>, b: NativeType<B>, c: NativeType<C>,
    d: NativeType<D>, e: NativeType<E>, f: NativeType<F>,
    @Suppress("UNUSED_PARAMETER") variadic: Ellipsis,
): VariadicSignature6<A, B, C, D, E, F> =
    VariadicSignature6(Draft(this, symbol, a, b, c, d, e, f).copy(fixed = 6))

/** A variadic function of 6 named parameters, but for its result. */
public class VariadicSignature6<A, B, C, D, E, F> internal constructor(draft: Draft) :
    FnSignature<VariadicSignature6<A, B, C, D, E, F>>(draft) {
    public infix fun <R> returns(result: NativeType<R>): VariadicFn6<A, B, C, D, E, F, R> = VariadicFn6(draft, result)

    internal override fun of(draft: Draft): VariadicSignature6<A, B, C, D, E, F> = VariadicSignature6(draft)
}

/** A variadic function of 6 named parameters. */
public class VariadicFn6<in A, in B, in C, in D, in E, in F, R> internal constructor(
    draft: Draft,
    result: NativeType<R>,
) : VariadicFn<R>(draft, result) {
    public operator fun invoke(a: A, b: B, c: C, d: D, e: E, f: F, vararg rest: Any?): R =
        call(a, b, c, d, e, f, rest = rest)
}

// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.NativeType

// The ladder of callbacks, as that of functions: callback(…) begins, and returns(…) completes it to a function type.
// When the function throws, C gets 0, NULL or a struct of zeros, or what onError says: a number, a constant or a truth
// value.

/** A function pointer that takes nothing; what it returns is said by `returns`. */
public fun callback(): Callback0 = Callback0()

/** A function pointer that takes 1 value. */
public fun <A> callback(a: NativeType<A>): Callback1<A> = Callback1(a)

/** A function pointer that takes 2 values. */
public fun <A, B> callback(a: NativeType<A>, b: NativeType<B>): Callback2<A, B> = Callback2(a, b)

/** A function pointer that takes 3 values. */
public fun <A, B, C> callback(
    a: NativeType<A>, b: NativeType<B>, c: NativeType<C>,
): Callback3<A, B, C> = Callback3(a, b, c)

/** A function pointer that takes 4 values. */
public fun <A, B, C, D> callback(
    a: NativeType<A>, b: NativeType<B>, c: NativeType<C>, d: NativeType<D>,
): Callback4<A, B, C, D> = Callback4(a, b, c, d)

/** A function pointer that takes 5 values. */
public fun <A, B, C, D, E> callback(
    a: NativeType<A>, b: NativeType<B>, c: NativeType<C>, d: NativeType<D>, e: NativeType<E>,
): Callback5<A, B, C, D, E> = Callback5(a, b, c, d, e)

/** A function pointer that takes 6 values. */
public fun <A, B, C, D, E, F> callback(
    a: NativeType<A>, b: NativeType<B>, c: NativeType<C>, d: NativeType<D>, e: NativeType<E>, f: NativeType<F>,
): Callback6<A, B, C, D, E, F> = Callback6(a, b, c, d, e, f)

/** A function pointer that takes 7 values. */
public fun <A, B, C, D, E, F, G> callback(
    a: NativeType<A>, b: NativeType<B>, c: NativeType<C>,
    d: NativeType<D>, e: NativeType<E>, f: NativeType<F>, g: NativeType<G>,
): Callback7<A, B, C, D, E, F, G> = Callback7(a, b, c, d, e, f, g)

/** A function pointer that takes 8 values. */
public fun <A, B, C, D, E, F, G, H> callback(
    a: NativeType<A>, b: NativeType<B>, c: NativeType<C>, d: NativeType<D>,
    e: NativeType<E>, f: NativeType<F>, g: NativeType<G>, h: NativeType<H>,
): Callback8<A, B, C, D, E, F, G, H> = Callback8(a, b, c, d, e, f, g, h)

/** A function pointer that takes 9 values. */
public fun <A, B, C, D, E, F, G, H, I> callback(
    a: NativeType<A>, b: NativeType<B>, c: NativeType<C>, d: NativeType<D>,
    e: NativeType<E>, f: NativeType<F>, g: NativeType<G>, h: NativeType<H>, i: NativeType<I>,
): Callback9<A, B, C, D, E, F, G, H, I> = Callback9(a, b, c, d, e, f, g, h, i)

/** A function pointer that takes 10 values. */
public fun <A, B, C, D, E, F, G, H, I, J> callback(
    a: NativeType<A>, b: NativeType<B>, c: NativeType<C>, d: NativeType<D>, e: NativeType<E>,
    f: NativeType<F>, g: NativeType<G>, h: NativeType<H>, i: NativeType<I>, j: NativeType<J>,
): Callback10<A, B, C, D, E, F, G, H, I, J> = Callback10(a, b, c, d, e, f, g, h, i, j)

/** A function pointer that takes 11 values. */
public fun <A, B, C, D, E, F, G, H, I, J, K> callback(
    a: NativeType<A>, b: NativeType<B>, c: NativeType<C>, d: NativeType<D>, e: NativeType<E>,
    f: NativeType<F>, g: NativeType<G>, h: NativeType<H>, i: NativeType<I>, j: NativeType<J>, k: NativeType<K>,
): Callback11<A, B, C, D, E, F, G, H, I, J, K> = Callback11(a, b, c, d, e, f, g, h, i, j, k)

/** A function pointer that takes 12 values. */
public fun <A, B, C, D, E, F, G, H, I, J, K, L> callback(
    a: NativeType<A>, b: NativeType<B>, c: NativeType<C>, d: NativeType<D>, e: NativeType<E>, f: NativeType<F>,
    g: NativeType<G>, h: NativeType<H>, i: NativeType<I>, j: NativeType<J>, k: NativeType<K>, l: NativeType<L>,
): Callback12<A, B, C, D, E, F, G, H, I, J, K, L> = Callback12(a, b, c, d, e, f, g, h, i, j, k, l)

/** A function pointer but for its result: what every rung of the ladder has. */
public abstract class CallbackSignature internal constructor(private vararg val parameters: NativeType<*>) {

    @Suppress("UNCHECKED_CAST") // each rung names its own function type
    internal fun <F : Any> define(face: Class<*>, result: NativeType<*>): NativeType<F> =
        NativeType.callback(face as Class<F>, result, *parameters)

    /** A mistake: a result of no native type. */
    @Deprecated(NO_TYPE, level = DeprecationLevel.ERROR)
    public infix fun returns(@Suppress("unused") result: Any?): Mistake = mistaken()

    /** A mistake: what Kotlin calls `Unit` is C's `void`. */
    @Deprecated(NO_UNIT, level = DeprecationLevel.ERROR)
    public infix fun returns(@Suppress("unused") result: Unit): Mistake = mistaken()
}

/** A function pointer that takes 0 values, but for its result. */
public class Callback0 internal constructor() : CallbackSignature() {
    public infix fun <R> returns(result: NativeType<R>): NativeType<() -> R> =
        define(Function0::class.java, result)

    /** As the other one; when the function throws, C gets [onError]. */
    public fun <R> returns(result: NativeType<R>, onError: R): NativeType<() -> R> =
        define<() -> R>(Function0::class.java, result).onError(onError)
}

/** A function pointer that takes 1 value, but for its result. */
public class Callback1<A> internal constructor(a: NativeType<A>) : CallbackSignature(a) {
    public infix fun <R> returns(result: NativeType<R>): NativeType<(A) -> R> =
        define(Function1::class.java, result)

    /** As the other one; when the function throws, C gets [onError]. */
    public fun <R> returns(result: NativeType<R>, onError: R): NativeType<(A) -> R> =
        define<(A) -> R>(Function1::class.java, result).onError(onError)
}

/** A function pointer that takes 2 values, but for its result. */
public class Callback2<A, B> internal constructor(a: NativeType<A>, b: NativeType<B>) : CallbackSignature(a, b) {
    public infix fun <R> returns(result: NativeType<R>): NativeType<(A, B) -> R> =
        define(Function2::class.java, result)

    /** As the other one; when the function throws, C gets [onError]. */
    public fun <R> returns(result: NativeType<R>, onError: R): NativeType<(A, B) -> R> =
        define<(A, B) -> R>(Function2::class.java, result).onError(onError)
}

/** A function pointer that takes 3 values, but for its result. */
public class Callback3<A, B, C> internal constructor(
    a: NativeType<A>, b: NativeType<B>, c: NativeType<C>,
) : CallbackSignature(a, b, c) {
    public infix fun <R> returns(result: NativeType<R>): NativeType<(A, B, C) -> R> =
        define(Function3::class.java, result)

    /** As the other one; when the function throws, C gets [onError]. */
    public fun <R> returns(result: NativeType<R>, onError: R): NativeType<(A, B, C) -> R> =
        define<(A, B, C) -> R>(Function3::class.java, result).onError(onError)
}

/** A function pointer that takes 4 values, but for its result. */
public class Callback4<A, B, C, D> internal constructor(
    a: NativeType<A>, b: NativeType<B>,
    c: NativeType<C>, d: NativeType<D>,
) : CallbackSignature(a, b, c, d) {
    public infix fun <R> returns(result: NativeType<R>): NativeType<(A, B, C, D) -> R> =
        define(Function4::class.java, result)

    /** As the other one; when the function throws, C gets [onError]. */
    public fun <R> returns(result: NativeType<R>, onError: R): NativeType<(A, B, C, D) -> R> =
        define<(A, B, C, D) -> R>(Function4::class.java, result).onError(onError)
}

/** A function pointer that takes 5 values, but for its result. */
public class Callback5<A, B, C, D, E> internal constructor(
    a: NativeType<A>, b: NativeType<B>, c: NativeType<C>,
    d: NativeType<D>, e: NativeType<E>,
) : CallbackSignature(a, b, c, d, e) {
    public infix fun <R> returns(result: NativeType<R>): NativeType<(A, B, C, D, E) -> R> =
        define(Function5::class.java, result)

    /** As the other one; when the function throws, C gets [onError]. */
    public fun <R> returns(result: NativeType<R>, onError: R): NativeType<(A, B, C, D, E) -> R> =
        define<(A, B, C, D, E) -> R>(Function5::class.java, result).onError(onError)
}

/** A function pointer that takes 6 values, but for its result. */
public class Callback6<A, B, C, D, E, F> internal constructor(
    a: NativeType<A>, b: NativeType<B>, c: NativeType<C>,
    d: NativeType<D>, e: NativeType<E>, f: NativeType<F>,
) : CallbackSignature(a, b, c, d, e, f) {
    public infix fun <R> returns(result: NativeType<R>): NativeType<(A, B, C, D, E, F) -> R> =
        define(Function6::class.java, result)

    /** As the other one; when the function throws, C gets [onError]. */
    public fun <R> returns(result: NativeType<R>, onError: R): NativeType<(A, B, C, D, E, F) -> R> =
        define<(A, B, C, D, E, F) -> R>(Function6::class.java, result).onError(onError)
}

/** A function pointer that takes 7 values, but for its result. */
public class Callback7<A, B, C, D, E, F, G> internal constructor(
    a: NativeType<A>, b: NativeType<B>, c: NativeType<C>, d: NativeType<D>,
    e: NativeType<E>, f: NativeType<F>, g: NativeType<G>,
) : CallbackSignature(a, b, c, d, e, f, g) {
    public infix fun <R> returns(result: NativeType<R>): NativeType<(A, B, C, D, E, F, G) -> R> =
        define(Function7::class.java, result)

    /** As the other one; when the function throws, C gets [onError]. */
    public fun <R> returns(result: NativeType<R>, onError: R): NativeType<(A, B, C, D, E, F, G) -> R> =
        define<(A, B, C, D, E, F, G) -> R>(Function7::class.java, result).onError(onError)
}

/** A function pointer that takes 8 values, but for its result. */
public class Callback8<A, B, C, D, E, F, G, H> internal constructor(
    a: NativeType<A>, b: NativeType<B>, c: NativeType<C>, d: NativeType<D>,
    e: NativeType<E>, f: NativeType<F>, g: NativeType<G>, h: NativeType<H>,
) : CallbackSignature(a, b, c, d, e, f, g, h) {
    public infix fun <R> returns(result: NativeType<R>): NativeType<(A, B, C, D, E, F, G, H) -> R> =
        define(Function8::class.java, result)

    /** As the other one; when the function throws, C gets [onError]. */
    public fun <R> returns(result: NativeType<R>, onError: R): NativeType<(A, B, C, D, E, F, G, H) -> R> =
        define<(A, B, C, D, E, F, G, H) -> R>(Function8::class.java, result).onError(onError)
}

/** A function pointer that takes 9 values, but for its result. */
public class Callback9<A, B, C, D, E, F, G, H, I> internal constructor(
    a: NativeType<A>, b: NativeType<B>, c: NativeType<C>, d: NativeType<D>, e: NativeType<E>,
    f: NativeType<F>, g: NativeType<G>, h: NativeType<H>, i: NativeType<I>,
) : CallbackSignature(a, b, c, d, e, f, g, h, i) {
    public infix fun <R> returns(result: NativeType<R>): NativeType<(A, B, C, D, E, F, G, H, I) -> R> =
        define(Function9::class.java, result)

    /** As the other one; when the function throws, C gets [onError]. */
    public fun <R> returns(result: NativeType<R>, onError: R): NativeType<(A, B, C, D, E, F, G, H, I) -> R> =
        define<(A, B, C, D, E, F, G, H, I) -> R>(Function9::class.java, result).onError(onError)
}

/** A function pointer that takes 10 values, but for its result. */
public class Callback10<A, B, C, D, E, F, G, H, I, J> internal constructor(
    a: NativeType<A>, b: NativeType<B>, c: NativeType<C>, d: NativeType<D>, e: NativeType<E>,
    f: NativeType<F>, g: NativeType<G>, h: NativeType<H>, i: NativeType<I>, j: NativeType<J>,
) : CallbackSignature(a, b, c, d, e, f, g, h, i, j) {
    public infix fun <R> returns(result: NativeType<R>): NativeType<(A, B, C, D, E, F, G, H, I, J) -> R> =
        define(Function10::class.java, result)

    /** As the other one; when the function throws, C gets [onError]. */
    public fun <R> returns(result: NativeType<R>, onError: R): NativeType<(A, B, C, D, E, F, G, H, I, J) -> R> =
        define<(A, B, C, D, E, F, G, H, I, J) -> R>(Function10::class.java, result).onError(onError)
}

/** A function pointer that takes 11 values, but for its result. */
public class Callback11<A, B, C, D, E, F, G, H, I, J, K> internal constructor(
    a: NativeType<A>, b: NativeType<B>, c: NativeType<C>, d: NativeType<D>, e: NativeType<E>, f: NativeType<F>,
    g: NativeType<G>, h: NativeType<H>, i: NativeType<I>, j: NativeType<J>, k: NativeType<K>,
) : CallbackSignature(a, b, c, d, e, f, g, h, i, j, k) {
    public infix fun <R> returns(result: NativeType<R>): NativeType<(A, B, C, D, E, F, G, H, I, J, K) -> R> =
        define(Function11::class.java, result)

    /** As the other one; when the function throws, C gets [onError]. */
    public fun <R> returns(result: NativeType<R>, onError: R): NativeType<(A, B, C, D, E, F, G, H, I, J, K) -> R> =
        define<(A, B, C, D, E, F, G, H, I, J, K) -> R>(Function11::class.java, result).onError(onError)
}

/** A function pointer that takes 12 values, but for its result. */
public class Callback12<A, B, C, D, E, F, G, H, I, J, K, L> internal constructor(
    a: NativeType<A>, b: NativeType<B>, c: NativeType<C>, d: NativeType<D>, e: NativeType<E>, f: NativeType<F>,
    g: NativeType<G>, h: NativeType<H>, i: NativeType<I>, j: NativeType<J>, k: NativeType<K>, l: NativeType<L>,
) : CallbackSignature(a, b, c, d, e, f, g, h, i, j, k, l) {
    public infix fun <R> returns(result: NativeType<R>): NativeType<(A, B, C, D, E, F, G, H, I, J, K, L) -> R> =
        define(Function12::class.java, result)

    /** As the other one; when the function throws, C gets [onError]. */
    public fun <R> returns(result: NativeType<R>, onError: R): NativeType<(A, B, C, D, E, F, G, H, I, J, K, L) -> R> =
        define<(A, B, C, D, E, F, G, H, I, J, K, L) -> R>(Function12::class.java, result).onError(onError)
}

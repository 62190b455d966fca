// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.NativeType

// The ladder of arities: fn(…) begins a declaration, returns(…) completes it to an Fn, which is called as any function
// is. The rungs differ in nothing but the number of their parameters; above twelve there is the interface face, bind.
// An Fn is abstract, for core writes the class behind it: one method, in which the whole call is.

/**
 * Declares a function of this library; what it returns is said by `returns`.
 *
 * @param symbol the name under which the library exports it; looked up by the first call
 */
public fun Library.fn(symbol: String): Signature0 = Signature0(Draft(this, symbol))

/** A function of no parameters, but for its result. */
public class Signature0 internal constructor(draft: Draft) : FnSignature<Signature0>(draft) {
    /** Completes the declaration. The library is opened, and the function looked up, by its first call. */
    public infix fun <R> returns(result: NativeType<R>): Fn0<R> = define(result)

    internal override fun of(draft: Draft): Signature0 = Signature0(draft)
}

/** A function of no parameters. */
public abstract class Fn0<out R> internal constructor() : Fn(), () -> R

/** Declares a function of 1 parameter. */
public fun <A> Library.fn(symbol: String, a: NativeType<A>): Signature1<A> = Signature1(Draft(this, symbol, a))

/** A function of 1 parameter, but for its result. */
public class Signature1<A> internal constructor(draft: Draft) : FnSignature<Signature1<A>>(draft) {
    public infix fun <R> returns(result: NativeType<R>): Fn1<A, R> = define(result)

    internal override fun of(draft: Draft): Signature1<A> = Signature1(draft)
}

/** A function of 1 parameter. */
public abstract class Fn1<in A, out R> internal constructor() : Fn(), (A) -> R

/** Declares a function of 2 parameters. */
public fun <A, B> Library.fn(symbol: String, a: NativeType<A>, b: NativeType<B>): Signature2<A, B> =
    Signature2(Draft(this, symbol, a, b))

/** A function of 2 parameters, but for its result. */
public class Signature2<A, B> internal constructor(draft: Draft) : FnSignature<Signature2<A, B>>(draft) {
    public infix fun <R> returns(result: NativeType<R>): Fn2<A, B, R> = define(result)

    internal override fun of(draft: Draft): Signature2<A, B> = Signature2(draft)
}

/** A function of 2 parameters. */
public abstract class Fn2<in A, in B, out R> internal constructor() : Fn(), (A, B) -> R

/** Declares a function of 3 parameters. */
public fun <A, B, C> Library.fn(
    symbol: String,
    a: NativeType<A>, b: NativeType<B>, c: NativeType<C>,
): Signature3<A, B, C> = Signature3(Draft(this, symbol, a, b, c))

/** A function of 3 parameters, but for its result. */
public class Signature3<A, B, C> internal constructor(draft: Draft) : FnSignature<Signature3<A, B, C>>(draft) {
    public infix fun <R> returns(result: NativeType<R>): Fn3<A, B, C, R> = define(result)

    internal override fun of(draft: Draft): Signature3<A, B, C> = Signature3(draft)
}

/** A function of 3 parameters. */
public abstract class Fn3<in A, in B, in C, out R> internal constructor() : Fn(), (A, B, C) -> R

/** Declares a function of 4 parameters. */
public fun <A, B, C, D> Library.fn(
    symbol: String,
    a: NativeType<A>, b: NativeType<B>, c: NativeType<C>, d: NativeType<D>,
): Signature4<A, B, C, D> = Signature4(Draft(this, symbol, a, b, c, d))

/** A function of 4 parameters, but for its result. */
public class Signature4<A, B, C, D> internal constructor(draft: Draft) : FnSignature<Signature4<A, B, C, D>>(draft) {
    public infix fun <R> returns(result: NativeType<R>): Fn4<A, B, C, D, R> = define(result)

    internal override fun of(draft: Draft): Signature4<A, B, C, D> = Signature4(draft)
}

/** A function of 4 parameters. */
public abstract class Fn4<in A, in B, in C, in D, out R> internal constructor() : Fn(), (A, B, C, D) -> R

/** Declares a function of 5 parameters. */
public fun <A, B, C, D, E> Library.fn(
    symbol: String,
    a: NativeType<A>, b: NativeType<B>, c: NativeType<C>, d: NativeType<D>,
    e: NativeType<E>,
): Signature5<A, B, C, D, E> = Signature5(Draft(this, symbol, a, b, c, d, e))

/** A function of 5 parameters, but for its result. */
public class Signature5<A, B, C, D, E> internal constructor(draft: Draft) :
    FnSignature<Signature5<A, B, C, D, E>>(draft) {
    public infix fun <R> returns(result: NativeType<R>): Fn5<A, B, C, D, E, R> = define(result)

    internal override fun of(draft: Draft): Signature5<A, B, C, D, E> = Signature5(draft)
}

/** A function of 5 parameters. */
public abstract class Fn5<in A, in B, in C, in D, in E, out R> internal constructor() : Fn(), (A, B, C, D, E) -> R

/** Declares a function of 6 parameters. */
public fun <A, B, C, D, E, F> Library.fn(
    symbol: String,
    a: NativeType<A>, b: NativeType<B>, c: NativeType<C>, d: NativeType<D>,
    e: NativeType<E>, f: NativeType<F>,
): Signature6<A, B, C, D, E, F> = Signature6(Draft(this, symbol, a, b, c, d, e, f))

/** A function of 6 parameters, but for its result. */
public class Signature6<A, B, C, D, E, F> internal constructor(draft: Draft) :
    FnSignature<Signature6<A, B, C, D, E, F>>(draft) {
    public infix fun <R> returns(result: NativeType<R>): Fn6<A, B, C, D, E, F, R> = define(result)

    internal override fun of(draft: Draft): Signature6<A, B, C, D, E, F> = Signature6(draft)
}

/** A function of 6 parameters. */
public abstract class Fn6<in A, in B, in C, in D, in E, in F, out R> internal constructor() :
    Fn(), (A, B, C, D, E, F) -> R

/** Declares a function of 7 parameters. */
public fun <A, B, C, D, E, F, G> Library.fn(
    symbol: String,
    a: NativeType<A>, b: NativeType<B>, c: NativeType<C>, d: NativeType<D>,
    e: NativeType<E>, f: NativeType<F>, g: NativeType<G>,
): Signature7<A, B, C, D, E, F, G> = Signature7(Draft(this, symbol, a, b, c, d, e, f, g))

/** A function of 7 parameters, but for its result. */
public class Signature7<A, B, C, D, E, F, G> internal constructor(draft: Draft) :
    FnSignature<Signature7<A, B, C, D, E, F, G>>(draft) {
    public infix fun <R> returns(result: NativeType<R>): Fn7<A, B, C, D, E, F, G, R> = define(result)

    internal override fun of(draft: Draft): Signature7<A, B, C, D, E, F, G> = Signature7(draft)
}

/** A function of 7 parameters. */
public abstract class Fn7<in A, in B, in C, in D, in E, in F, in G, out R> internal constructor() :
    Fn(), (A, B, C, D, E, F, G) -> R

/** Declares a function of 8 parameters. */
public fun <A, B, C, D, E, F, G, H> Library.fn(
    symbol: String,
    a: NativeType<A>, b: NativeType<B>, c: NativeType<C>, d: NativeType<D>,
    e: NativeType<E>, f: NativeType<F>, g: NativeType<G>, h: NativeType<H>,
): Signature8<A, B, C, D, E, F, G, H> = Signature8(Draft(this, symbol, a, b, c, d, e, f, g, h))

/** A function of 8 parameters, but for its result. */
public class Signature8<A, B, C, D, E, F, G, H> internal constructor(draft: Draft) :
    FnSignature<Signature8<A, B, C, D, E, F, G, H>>(draft) {
    public infix fun <R> returns(result: NativeType<R>): Fn8<A, B, C, D, E, F, G, H, R> = define(result)

    internal override fun of(draft: Draft): Signature8<A, B, C, D, E, F, G, H> = Signature8(draft)
}

/** A function of 8 parameters. */
public abstract class Fn8<in A, in B, in C, in D, in E, in F, in G, in H, out R> internal constructor() :
    Fn(), (A, B, C, D, E, F, G, H) -> R

/** Declares a function of 9 parameters. */
public fun <A, B, C, D, E, F, G, H, I> Library.fn(
    symbol: String,
    a: NativeType<A>, b: NativeType<B>, c: NativeType<C>, d: NativeType<D>,
    e: NativeType<E>, f: NativeType<F>, g: NativeType<G>, h: NativeType<H>,
    i: NativeType<I>,
): Signature9<A, B, C, D, E, F, G, H, I> = Signature9(Draft(this, symbol, a, b, c, d, e, f, g, h, i))

/** A function of 9 parameters, but for its result. */
public class Signature9<A, B, C, D, E, F, G, H, I> internal constructor(draft: Draft) :
    FnSignature<Signature9<A, B, C, D, E, F, G, H, I>>(draft) {
    public infix fun <R> returns(result: NativeType<R>): Fn9<A, B, C, D, E, F, G, H, I, R> = define(result)

    internal override fun of(draft: Draft): Signature9<A, B, C, D, E, F, G, H, I> = Signature9(draft)
}

/** A function of 9 parameters. */
public abstract class Fn9<in A, in B, in C, in D, in E, in F, in G, in H, in I, out R> internal constructor() :
    Fn(), (A, B, C, D, E, F, G, H, I) -> R

/** Declares a function of 10 parameters. */
public fun <A, B, C, D, E, F, G, H, I, J> Library.fn(
    symbol: String,
    a: NativeType<A>, b: NativeType<B>, c: NativeType<C>, d: NativeType<D>,
    e: NativeType<E>, f: NativeType<F>, g: NativeType<G>, h: NativeType<H>,
    i: NativeType<I>, j: NativeType<J>,
): Signature10<A, B, C, D, E, F, G, H, I, J> = Signature10(Draft(this, symbol, a, b, c, d, e, f, g, h, i, j))

/** A function of 10 parameters, but for its result. */
public class Signature10<A, B, C, D, E, F, G, H, I, J> internal constructor(draft: Draft) :
    FnSignature<Signature10<A, B, C, D, E, F, G, H, I, J>>(draft) {
    public infix fun <R> returns(result: NativeType<R>): Fn10<A, B, C, D, E, F, G, H, I, J, R> = define(result)

    internal override fun of(draft: Draft): Signature10<A, B, C, D, E, F, G, H, I, J> = Signature10(draft)
}

/** A function of 10 parameters. */
public abstract class Fn10<in A, in B, in C, in D, in E, in F, in G, in H, in I, in J, out R> internal constructor() :
    Fn(), (A, B, C, D, E, F, G, H, I, J) -> R

/** Declares a function of 11 parameters. */
public fun <A, B, C, D, E, F, G, H, I, J, K> Library.fn(
    symbol: String,
    a: NativeType<A>, b: NativeType<B>, c: NativeType<C>, d: NativeType<D>,
    e: NativeType<E>, f: NativeType<F>, g: NativeType<G>, h: NativeType<H>,
    i: NativeType<I>, j: NativeType<J>, k: NativeType<K>,
): Signature11<A, B, C, D, E, F, G, H, I, J, K> = Signature11(Draft(this, symbol, a, b, c, d, e, f, g, h, i, j, k))

/** A function of 11 parameters, but for its result. */
public class Signature11<A, B, C, D, E, F, G, H, I, J, K> internal constructor(draft: Draft) :
    FnSignature<Signature11<A, B, C, D, E, F, G, H, I, J, K>>(draft) {
    public infix fun <R> returns(result: NativeType<R>): Fn11<A, B, C, D, E, F, G, H, I, J, K, R> = define(result)

    internal override fun of(draft: Draft): Signature11<A, B, C, D, E, F, G, H, I, J, K> = Signature11(draft)
}

/** A function of 11 parameters. */
public abstract class Fn11<in A, in B, in C, in D, in E, in F, in G, in H, in I, in J, in K, out R>
internal constructor() : Fn(), (A, B, C, D, E, F, G, H, I, J, K) -> R

/** Declares a function of 12 parameters. */
public fun <A, B, C, D, E, F, G, H, I, J, K, L> Library.fn(
    symbol: String,
    a: NativeType<A>, b: NativeType<B>, c: NativeType<C>, d: NativeType<D>,
    e: NativeType<E>, f: NativeType<F>, g: NativeType<G>, h: NativeType<H>,
    i: NativeType<I>, j: NativeType<J>, k: NativeType<K>, l: NativeType<L>,
): Signature12<A, B, C, D, E, F, G, H, I, J, K, L> =
    Signature12(Draft(this, symbol, a, b, c, d, e, f, g, h, i, j, k, l))

/** A function of 12 parameters, but for its result. */
public class Signature12<A, B, C, D, E, F, G, H, I, J, K, L> internal constructor(draft: Draft) :
    FnSignature<Signature12<A, B, C, D, E, F, G, H, I, J, K, L>>(draft) {
    public infix fun <R> returns(result: NativeType<R>): Fn12<A, B, C, D, E, F, G, H, I, J, K, L, R> = define(result)

    internal override fun of(draft: Draft): Signature12<A, B, C, D, E, F, G, H, I, J, K, L> = Signature12(draft)
}

/** A function of 12 parameters. */
public abstract class Fn12<in A, in B, in C, in D, in E, in F, in G, in H, in I, in J, in K, in L, out R>
internal constructor() : Fn(), (A, B, C, D, E, F, G, H, I, J, K, L) -> R

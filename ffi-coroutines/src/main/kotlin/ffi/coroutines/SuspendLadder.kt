// SPDX-License-Identifier: Apache-2.0
package ffi.coroutines

import ffi.core.NativeType
import ffi.dsl.Fn0
import ffi.dsl.Fn1
import ffi.dsl.Fn10
import ffi.dsl.Fn11
import ffi.dsl.Fn12
import ffi.dsl.Fn2
import ffi.dsl.Fn3
import ffi.dsl.Fn4
import ffi.dsl.Fn5
import ffi.dsl.Fn6
import ffi.dsl.Fn7
import ffi.dsl.Fn8
import ffi.dsl.Fn9
import ffi.dsl.Signature0
import ffi.dsl.Signature1
import ffi.dsl.Signature10
import ffi.dsl.Signature11
import ffi.dsl.Signature12
import ffi.dsl.Signature2
import ffi.dsl.Signature3
import ffi.dsl.Signature4
import ffi.dsl.Signature5
import ffi.dsl.Signature6
import ffi.dsl.Signature7
import ffi.dsl.Signature8
import ffi.dsl.Signature9

// The ladder of functions that suspend: fn(…) begins, and awaits(…) completes. The rungs differ in nothing but the
// number of their parameters.

/**
 * Completes the declaration of a function that is called in a thread of its library's, while its caller suspends.
 *
 * ```
 * val slowSum = fn("slow_sum", i32, i32) awaits i32
 * ```
 *
 * The library is opened, and the function looked up, by its first call. How a call is cancelled is said by the words of
 * [SuspendFn].
 */
public infix fun <R> Signature0.awaits(result: NativeType<R>): SuspendFn0<R> =
    SuspendFn0(returns(result), Manner())

/** A suspending function of 0 parameters. */
public class SuspendFn0<R> internal constructor(
    private val of: Fn0<R>,
    manner: Manner<R>,
    private val end: (() -> Any?)? = null,
) : SuspendFn<R, SuspendFn0<R>>(of, manner), suspend () -> R {

    override suspend fun invoke(): R =
        await(end?.let { { it() } }) { of() }

    /** As [SuspendFn] says of its endings. */
    public fun cancelledBy(repeatedly: Boolean = true, function: () -> Any?): SuspendFn0<R> =
        SuspendFn0(of, manner.endedBy(repeatedly), function)

    override fun with(manner: Manner<R>): SuspendFn0<R> = SuspendFn0(of, manner, end)
}

/** Completes the declaration of a function of 1 parameter whose caller suspends. */
public infix fun <A, R> Signature1<A>.awaits(result: NativeType<R>): SuspendFn1<A, R> =
    SuspendFn1(returns(result), Manner())

/** A suspending function of 1 parameter. */
public class SuspendFn1<A, R> internal constructor(
    private val of: Fn1<A, R>,
    manner: Manner<R>,
    private val end: ((A) -> Any?)? = null,
) : SuspendFn<R, SuspendFn1<A, R>>(of, manner), suspend (A) -> R {

    override suspend fun invoke(a: A): R =
        await(end?.let { { it(a) } }) { of(a) }

    /** As [SuspendFn] says of its endings. */
    public fun cancelledBy(repeatedly: Boolean = true, function: (A) -> Any?): SuspendFn1<A, R> =
        SuspendFn1(of, manner.endedBy(repeatedly), function)

    override fun with(manner: Manner<R>): SuspendFn1<A, R> = SuspendFn1(of, manner, end)
}

/** Completes the declaration of a function of 2 parameters whose caller suspends. */
public infix fun <A, B, R> Signature2<A, B>.awaits(result: NativeType<R>): SuspendFn2<A, B, R> =
    SuspendFn2(returns(result), Manner())

/** A suspending function of 2 parameters. */
public class SuspendFn2<A, B, R> internal constructor(
    private val of: Fn2<A, B, R>,
    manner: Manner<R>,
    private val end: ((A, B) -> Any?)? = null,
) : SuspendFn<R, SuspendFn2<A, B, R>>(of, manner), suspend (A, B) -> R {

    override suspend fun invoke(a: A, b: B): R =
        await(end?.let { { it(a, b) } }) { of(a, b) }

    /** As [SuspendFn] says of its endings. */
    public fun cancelledBy(repeatedly: Boolean = true, function: (A, B) -> Any?): SuspendFn2<A, B, R> =
        SuspendFn2(of, manner.endedBy(repeatedly), function)

    override fun with(manner: Manner<R>): SuspendFn2<A, B, R> = SuspendFn2(of, manner, end)
}

/** Completes the declaration of a function of 3 parameters whose caller suspends. */
public infix fun <A, B, C, R> Signature3<A, B, C>.awaits(result: NativeType<R>): SuspendFn3<A, B, C, R> =
    SuspendFn3(returns(result), Manner())

/** A suspending function of 3 parameters. */
public class SuspendFn3<A, B, C, R> internal constructor(
    private val of: Fn3<A, B, C, R>,
    manner: Manner<R>,
    private val end: ((A, B, C) -> Any?)? = null,
) : SuspendFn<R, SuspendFn3<A, B, C, R>>(of, manner), suspend (A, B, C) -> R {

    override suspend fun invoke(a: A, b: B, c: C): R =
        await(end?.let { { it(a, b, c) } }) { of(a, b, c) }

    /** As [SuspendFn] says of its endings. */
    public fun cancelledBy(repeatedly: Boolean = true, function: (A, B, C) -> Any?): SuspendFn3<A, B, C, R> =
        SuspendFn3(of, manner.endedBy(repeatedly), function)

    override fun with(manner: Manner<R>): SuspendFn3<A, B, C, R> = SuspendFn3(of, manner, end)
}

/** Completes the declaration of a function of 4 parameters whose caller suspends. */
public infix fun <A, B, C, D, R> Signature4<A, B, C, D>.awaits(result: NativeType<R>): SuspendFn4<A, B, C, D, R> =
    SuspendFn4(returns(result), Manner())

/** A suspending function of 4 parameters. */
public class SuspendFn4<A, B, C, D, R> internal constructor(
    private val of: Fn4<A, B, C, D, R>,
    manner: Manner<R>,
    private val end: ((A, B, C, D) -> Any?)? = null,
) : SuspendFn<R, SuspendFn4<A, B, C, D, R>>(of, manner), suspend (A, B, C, D) -> R {

    override suspend fun invoke(a: A, b: B, c: C, d: D): R =
        await(end?.let { { it(a, b, c, d) } }) { of(a, b, c, d) }

    /** As [SuspendFn] says of its endings. */
    public fun cancelledBy(repeatedly: Boolean = true, function: (A, B, C, D) -> Any?): SuspendFn4<A, B, C, D, R> =
        SuspendFn4(of, manner.endedBy(repeatedly), function)

    override fun with(manner: Manner<R>): SuspendFn4<A, B, C, D, R> = SuspendFn4(of, manner, end)
}

/** Completes the declaration of a function of 5 parameters whose caller suspends. */
public infix fun <A, B, C, D, E, R> Signature5<A, B, C, D, E>.awaits(
    result: NativeType<R>,
): SuspendFn5<A, B, C, D, E, R> =
    SuspendFn5(returns(result), Manner())

/** A suspending function of 5 parameters. */
public class SuspendFn5<A, B, C, D, E, R> internal constructor(
    private val of: Fn5<A, B, C, D, E, R>,
    manner: Manner<R>,
    private val end: ((A, B, C, D, E) -> Any?)? = null,
) : SuspendFn<R, SuspendFn5<A, B, C, D, E, R>>(of, manner), suspend (A, B, C, D, E) -> R {

    override suspend fun invoke(a: A, b: B, c: C, d: D, e: E): R =
        await(end?.let { { it(a, b, c, d, e) } }) { of(a, b, c, d, e) }

    /** As [SuspendFn] says of its endings. */
    public fun cancelledBy(
        repeatedly: Boolean = true,
        function: (A, B, C, D, E) -> Any?,
    ): SuspendFn5<A, B, C, D, E, R> =
        SuspendFn5(of, manner.endedBy(repeatedly), function)

    override fun with(manner: Manner<R>): SuspendFn5<A, B, C, D, E, R> = SuspendFn5(of, manner, end)
}

/** Completes the declaration of a function of 6 parameters whose caller suspends. */
public infix fun <A, B, C, D, E, F, R> Signature6<A, B, C, D, E, F>.awaits(
    result: NativeType<R>,
): SuspendFn6<A, B, C, D, E, F, R> =
    SuspendFn6(returns(result), Manner())

/** A suspending function of 6 parameters. */
public class SuspendFn6<A, B, C, D, E, F, R> internal constructor(
    private val of: Fn6<A, B, C, D, E, F, R>,
    manner: Manner<R>,
    private val end: ((A, B, C, D, E, F) -> Any?)? = null,
) : SuspendFn<R, SuspendFn6<A, B, C, D, E, F, R>>(of, manner), suspend (A, B, C, D, E, F) -> R {

    override suspend fun invoke(a: A, b: B, c: C, d: D, e: E, f: F): R =
        await(end?.let { { it(a, b, c, d, e, f) } }) { of(a, b, c, d, e, f) }

    /** As [SuspendFn] says of its endings. */
    public fun cancelledBy(
        repeatedly: Boolean = true,
        function: (A, B, C, D, E, F) -> Any?,
    ): SuspendFn6<A, B, C, D, E, F, R> =
        SuspendFn6(of, manner.endedBy(repeatedly), function)

    override fun with(manner: Manner<R>): SuspendFn6<A, B, C, D, E, F, R> = SuspendFn6(of, manner, end)
}

/** Completes the declaration of a function of 7 parameters whose caller suspends. */
public infix fun <A, B, C, D, E, F, G, R> Signature7<A, B, C, D, E, F, G>.awaits(
    result: NativeType<R>,
): SuspendFn7<A, B, C, D, E, F, G, R> =
    SuspendFn7(returns(result), Manner())

/** A suspending function of 7 parameters. */
public class SuspendFn7<A, B, C, D, E, F, G, R> internal constructor(
    private val of: Fn7<A, B, C, D, E, F, G, R>,
    manner: Manner<R>,
    private val end: ((A, B, C, D, E, F, G) -> Any?)? = null,
) : SuspendFn<R, SuspendFn7<A, B, C, D, E, F, G, R>>(of, manner), suspend (A, B, C, D, E, F, G) -> R {

    override suspend fun invoke(a: A, b: B, c: C, d: D, e: E, f: F, g: G): R =
        await(end?.let { { it(a, b, c, d, e, f, g) } }) { of(a, b, c, d, e, f, g) }

    /** As [SuspendFn] says of its endings. */
    public fun cancelledBy(
        repeatedly: Boolean = true,
        function: (A, B, C, D, E, F, G) -> Any?,
    ): SuspendFn7<A, B, C, D, E, F, G, R> =
        SuspendFn7(of, manner.endedBy(repeatedly), function)

    override fun with(manner: Manner<R>): SuspendFn7<A, B, C, D, E, F, G, R> = SuspendFn7(of, manner, end)
}

/** Completes the declaration of a function of 8 parameters whose caller suspends. */
public infix fun <A, B, C, D, E, F, G, H, R> Signature8<A, B, C, D, E, F, G, H>.awaits(
    result: NativeType<R>,
): SuspendFn8<A, B, C, D, E, F, G, H, R> =
    SuspendFn8(returns(result), Manner())

/** A suspending function of 8 parameters. */
public class SuspendFn8<A, B, C, D, E, F, G, H, R> internal constructor(
    private val of: Fn8<A, B, C, D, E, F, G, H, R>,
    manner: Manner<R>,
    private val end: ((A, B, C, D, E, F, G, H) -> Any?)? = null,
) : SuspendFn<R, SuspendFn8<A, B, C, D, E, F, G, H, R>>(of, manner), suspend (A, B, C, D, E, F, G, H) -> R {

    override suspend fun invoke(a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H): R =
        await(end?.let { { it(a, b, c, d, e, f, g, h) } }) { of(a, b, c, d, e, f, g, h) }

    /** As [SuspendFn] says of its endings. */
    public fun cancelledBy(
        repeatedly: Boolean = true,
        function: (A, B, C, D, E, F, G, H) -> Any?,
    ): SuspendFn8<A, B, C, D, E, F, G, H, R> =
        SuspendFn8(of, manner.endedBy(repeatedly), function)

    override fun with(manner: Manner<R>): SuspendFn8<A, B, C, D, E, F, G, H, R> = SuspendFn8(of, manner, end)
}

/** Completes the declaration of a function of 9 parameters whose caller suspends. */
public infix fun <A, B, C, D, E, F, G, H, I, R> Signature9<A, B, C, D, E, F, G, H, I>.awaits(
    result: NativeType<R>,
): SuspendFn9<A, B, C, D, E, F, G, H, I, R> =
    SuspendFn9(returns(result), Manner())

/** A suspending function of 9 parameters. */
public class SuspendFn9<A, B, C, D, E, F, G, H, I, R> internal constructor(
    private val of: Fn9<A, B, C, D, E, F, G, H, I, R>,
    manner: Manner<R>,
    private val end: ((A, B, C, D, E, F, G, H, I) -> Any?)? = null,
) : SuspendFn<R, SuspendFn9<A, B, C, D, E, F, G, H, I, R>>(of, manner), suspend (A, B, C, D, E, F, G, H, I) -> R {

    override suspend fun invoke(a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H, i: I): R =
        await(end?.let { { it(a, b, c, d, e, f, g, h, i) } }) { of(a, b, c, d, e, f, g, h, i) }

    /** As [SuspendFn] says of its endings. */
    public fun cancelledBy(
        repeatedly: Boolean = true,
        function: (A, B, C, D, E, F, G, H, I) -> Any?,
    ): SuspendFn9<A, B, C, D, E, F, G, H, I, R> =
        SuspendFn9(of, manner.endedBy(repeatedly), function)

    override fun with(manner: Manner<R>): SuspendFn9<A, B, C, D, E, F, G, H, I, R> = SuspendFn9(of, manner, end)
}

/** Completes the declaration of a function of 10 parameters whose caller suspends. */
public infix fun <A, B, C, D, E, F, G, H, I, J, R> Signature10<A, B, C, D, E, F, G, H, I, J>.awaits(
    result: NativeType<R>,
): SuspendFn10<A, B, C, D, E, F, G, H, I, J, R> =
    SuspendFn10(returns(result), Manner())

/** A suspending function of 10 parameters. */
public class SuspendFn10<A, B, C, D, E, F, G, H, I, J, R> internal constructor(
    private val of: Fn10<A, B, C, D, E, F, G, H, I, J, R>,
    manner: Manner<R>,
    private val end: ((A, B, C, D, E, F, G, H, I, J) -> Any?)? = null,
) : SuspendFn<R, SuspendFn10<A, B, C, D, E, F, G, H, I, J, R>>(of, manner),
    suspend (A, B, C, D, E, F, G, H, I, J) -> R {

    override suspend fun invoke(a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H, i: I, j: J): R =
        await(end?.let { { it(a, b, c, d, e, f, g, h, i, j) } }) { of(a, b, c, d, e, f, g, h, i, j) }

    /** As [SuspendFn] says of its endings. */
    public fun cancelledBy(
        repeatedly: Boolean = true,
        function: (A, B, C, D, E, F, G, H, I, J) -> Any?,
    ): SuspendFn10<A, B, C, D, E, F, G, H, I, J, R> =
        SuspendFn10(of, manner.endedBy(repeatedly), function)

    override fun with(manner: Manner<R>): SuspendFn10<A, B, C, D, E, F, G, H, I, J, R> = SuspendFn10(of, manner, end)
}

/** Completes the declaration of a function of 11 parameters whose caller suspends. */
public infix fun <A, B, C, D, E, F, G, H, I, J, K, R> Signature11<A, B, C, D, E, F, G, H, I, J, K>.awaits(
    result: NativeType<R>,
): SuspendFn11<A, B, C, D, E, F, G, H, I, J, K, R> =
    SuspendFn11(returns(result), Manner())

/** A suspending function of 11 parameters. */
public class SuspendFn11<A, B, C, D, E, F, G, H, I, J, K, R> internal constructor(
    private val of: Fn11<A, B, C, D, E, F, G, H, I, J, K, R>,
    manner: Manner<R>,
    private val end: ((A, B, C, D, E, F, G, H, I, J, K) -> Any?)? = null,
) : SuspendFn<R, SuspendFn11<A, B, C, D, E, F, G, H, I, J, K, R>>(of, manner),
    suspend (A, B, C, D, E, F, G, H, I, J, K) -> R {

    override suspend fun invoke(a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H, i: I, j: J, k: K): R =
        await(end?.let { { it(a, b, c, d, e, f, g, h, i, j, k) } }) { of(a, b, c, d, e, f, g, h, i, j, k) }

    /** As [SuspendFn] says of its endings. */
    public fun cancelledBy(
        repeatedly: Boolean = true,
        function: (A, B, C, D, E, F, G, H, I, J, K) -> Any?,
    ): SuspendFn11<A, B, C, D, E, F, G, H, I, J, K, R> =
        SuspendFn11(of, manner.endedBy(repeatedly), function)

    override fun with(manner: Manner<R>): SuspendFn11<A, B, C, D, E, F, G, H, I, J, K, R> = SuspendFn11(of, manner, end)
}

/** Completes the declaration of a function of 12 parameters whose caller suspends. */
public infix fun <A, B, C, D, E, F, G, H, I, J, K, L, R> Signature12<A, B, C, D, E, F, G, H, I, J, K, L>.awaits(
    result: NativeType<R>,
): SuspendFn12<A, B, C, D, E, F, G, H, I, J, K, L, R> =
    SuspendFn12(returns(result), Manner())

/** A suspending function of 12 parameters. */
public class SuspendFn12<A, B, C, D, E, F, G, H, I, J, K, L, R> internal constructor(
    private val of: Fn12<A, B, C, D, E, F, G, H, I, J, K, L, R>,
    manner: Manner<R>,
    private val end: ((A, B, C, D, E, F, G, H, I, J, K, L) -> Any?)? = null,
) : SuspendFn<R, SuspendFn12<A, B, C, D, E, F, G, H, I, J, K, L, R>>(of, manner),
    suspend (A, B, C, D, E, F, G, H, I, J, K, L) -> R {

    override suspend fun invoke(a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H, i: I, j: J, k: K, l: L): R =
        await(end?.let { { it(a, b, c, d, e, f, g, h, i, j, k, l) } }) { of(a, b, c, d, e, f, g, h, i, j, k, l) }

    /** As [SuspendFn] says of its endings. */
    public fun cancelledBy(
        repeatedly: Boolean = true,
        function: (A, B, C, D, E, F, G, H, I, J, K, L) -> Any?,
    ): SuspendFn12<A, B, C, D, E, F, G, H, I, J, K, L, R> =
        SuspendFn12(of, manner.endedBy(repeatedly), function)

    override fun with(manner: Manner<R>): SuspendFn12<A, B, C, D, E, F, G, H, I, J, K, L, R> =
        SuspendFn12(of, manner, end)
}

// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.NativeType
import ffi.core.Out
import ffi.core.Pointer
import java.nio.charset.Charset

/**
 * Creates an empty place that a call fills in, see [ffi.core.Out].
 *
 * This function exists so that `import ffi.dsl.*` alone suffices for `Out<Int>()`. To name the type itself, import
 * [ffi.core.Out]; a type alias here would make the name ambiguous beside `import ffi.core.*`.
 *
 * @param unused takes nothing. A function with a `vararg` is less specific than the constructor, so where both are
 *   imported the compiler chooses the constructor.
 */
@Suppress("FunctionName", "UNUSED_PARAMETER")
public fun <T> Out(vararg unused: Unit): Out<T> = ffi.core.Out()

/**
 * Creates a place with a value that a call reads, and may replace, see [ffi.core.Out].
 *
 * @param unused takes nothing, as in [Out]
 */
@Suppress("FunctionName", "UNUSED_PARAMETER")
public fun <T> Out(value: T, vararg unused: Unit): Out<T> = ffi.core.Out(value)

/**
 * `T *` as a [Pointer]: nothing is copied, its memory is looked at where Kotlin asks for it.
 *
 * ```
 * val ends = fn("static_ints") returns pointer(i32)
 * ends().sized(8)[7]
 * ```
 *
 * Of a pointer from C only the address is known. It is taken for one to a single element, until `sized` says how many
 * there are; how long they live is C's to say. NULL is a [NullPointerException], and null where the type is [orNull].
 *
 * One that is [owned] is closed, once, by any thread: by `close()`, by `use { }`, or at last by the garbage collector.
 */
public fun <T> pointer(to: NativeType<T>): NativeType<Pointer<T>> = NativeType.pointer(to)

/**
 * `T *` that C fills in: a parameter, for which an [Out] is given that holds the value after the call.
 *
 * ```
 * val quotient = Out<Int>()
 * val remainder = Out<Int>()
 * LibSum.divide(7, 2, quotient, remainder)
 * quotient.value // 3
 * ```
 *
 * Where the type is [orNull], null is NULL in C: the value is not wanted.
 */
public fun <T> out(type: NativeType<T>): NativeType<Out<T>> = NativeType.out(type)

/** `T *` that C reads and writes: the value of the [Out] goes in, and what C made of it comes back. */
public fun <T> inout(type: NativeType<T>): NativeType<Out<T>> = NativeType.inout(type)

/**
 * The value that C wrote last, or that was set.
 *
 * @throws NoSuchElementException if no call has filled it in
 */
public var <T> Out<T>.value: T
    get() = get()
    set(value) = set(value)

/**
 * The value it points to.
 *
 * @throws NullPointerException if the pointer is NULL
 * @throws IndexOutOfBoundsException if the memory is smaller than a value
 * @throws IllegalStateException if the memory has been freed
 * @throws WrongThreadException if the memory is another thread's
 * @throws IllegalArgumentException if a value does not fit the type, or is text, which needs memory of its own
 */
public var <T> Pointer<T>.value: T
    get() = get()
    set(value) = set(value)

/** The value [index] elements further on, from 0; it throws what [value] throws. */
public operator fun <T> Pointer<T>.get(index: Int): T = get(index.toLong())

/** Writes the value [index] elements further on, from 0; it throws what [value] throws. */
public operator fun <T> Pointer<T>.set(index: Int, value: T) {
    set(index.toLong(), value)
}

/**
 * The pointer [elements] further on; where the bounds are known it stays within them.
 *
 * @throws IndexOutOfBoundsException if it leaves them
 */
public operator fun <T> Pointer<T>.plus(elements: Int): Pointer<T> = plus(elements.toLong())

/**
 * The pointer [elements] further back, which only one of unknown bounds has.
 *
 * @throws IndexOutOfBoundsException if it leaves the bounds
 */
public operator fun <T> Pointer<T>.minus(elements: Int): Pointer<T> = plus(-elements.toLong())

/** As the other `minus`. */
public operator fun <T> Pointer<T>.minus(elements: Long): Pointer<T> = plus(Math.negateExact(elements))

/** How many elements this pointer is further on than [other], which points into the same memory. */
public operator fun <T> Pointer<T>.minus(other: Pointer<T>): Long =
    (address() - other.address()) / type().layout().byteSize()

/**
 * This pointer, to [count] elements. Nobody checks that C has so many there, unless Java allocated the memory. From
 * then on all that reads or writes by the pointer keeps to them.
 */
public fun <T> Pointer<T>.sized(count: Int): Pointer<T> = sized(count.toLong())

/**
 * The text that begins here and has a [length], in bytes, or in elements of 2 or 4 bytes if the charset is UTF-16 or
 * UTF-32. It need not end with a NUL.
 *
 * @throws IndexOutOfBoundsException if the bounds are known and narrower
 * @throws NullPointerException if the pointer is NULL, and the length is not 0
 */
public fun Pointer<*>.text(length: Int, charset: Charset = Charsets.UTF_8): String = text(length.toLong(), charset)

/**
 * This address as one of another type; the bounds stay, and what is unknown of them too.
 *
 * @throws ffi.core.BindingException if values of [type] do not lie in memory
 */
public fun <U> Pointer<*>.cast(type: NativeType<U>): Pointer<U> = `as`(type)

// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.NativeType
import ffi.core.Pointer
import ffi.core.Upcall
import java.lang.Thread.UncaughtExceptionHandler
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment

/**
 * A function pointer that calls [function] for as long as the arena around lives, for C that keeps it.
 *
 * ```
 * arena {
 *     LibSum.setCallback(LibSum.operation.stub { a, b -> a - b })
 * }
 * ```
 *
 * A function that is given straight to a call needs none: it lives until the call returns. C may call it by any thread,
 * whatever the arena. What it throws is thrown at the caller of C's function, while C gets the error value, see
 * `returns`; on a thread that C made it goes to the thread's uncaught exception handler. After the arena's end C that
 * still calls it gets the error value, and a warning says who made it.
 */
context(arena: Arena)
public fun <F : Any> NativeType<F>.stub(function: F): F = Upcall.of(this, function, arena)

/** As the other one; [handler] gets what the function throws on a thread that C made. */
context(arena: Arena)
public fun <F : Any> NativeType<F>.stub(handler: UncaughtExceptionHandler, function: F): F =
    Upcall.of(this, function, arena, handler)

/** A function pointer that C calls once: it ends with that call, and a further one is a call after its end. */
public fun <F : Any> NativeType<F>.once(function: F): F = Upcall.once(this, function)

/** A function pointer that never ends. */
public fun <F : Any> NativeType<F>.forever(function: F): F = Upcall.of(this, function, Arena.global())

/**
 * A function pointer that lives until C calls its destroy notify, as GLib and SQLite have it.
 *
 * ```
 * val (function, data, destroy) = watch.untilDestroyed { _, value -> println(value) }
 * Lib.addListener(function, data, destroy)
 * ```
 *
 * Where the function that registers takes a [userData], the object itself is given to it.
 */
public fun <F : Any> NativeType<F>.untilDestroyed(function: F): Upcall.Destroyable<F> =
    Upcall.untilDestroyed(this, function, null)

/** As the other one, with an object for C's user data, which a [userData] of the function then is. */
public fun <F : Any> NativeType<F>.untilDestroyed(data: Any, function: F): Upcall.Destroyable<F> =
    Upcall.untilDestroyed(this, function, data)

/** The function pointer. */
public operator fun <F> Upcall.Destroyable<F>.component1(): F = function()

/** What C gives the function, and the destroy notify. */
public operator fun Upcall.Destroyable<*>.component2(): MemorySegment = data()

/** C's destroy notify. */
public operator fun Upcall.Destroyable<*>.component3(): MemorySegment = destroy()

/**
 * `void *` of C's that is an object of Kotlin's: what the function that registers takes, its callback gets.
 *
 * The object is known until the call returns, or as long as it is [kept].
 */
public inline fun <reified T : Any> userData(): NativeType<T> = NativeType.`object`(T::class.java)

/**
 * Makes this object known to C for as long as the arena around lives; as [userData] it is the same pointer each time.
 */
context(arena: Arena)
public fun <T : Any> T.kept(): T = also { Upcall.keep(it, arena) }

/**
 * A struct of function pointers, for as long as the arena around lives, that call the methods of an object.
 *
 * @param T an interface, whose types are Java's
 * @param order the names of its abstract methods, as the members of the struct are ordered
 */
context(arena: Arena)
public inline fun <reified T : Any> functionTable(implementation: T, vararg order: String): MemorySegment =
    Upcall.table(T::class.java, implementation, arena, *order)

/**
 * The function of C's at an [address], called as any function of Kotlin is.
 *
 * ```
 * val plus = (callback(i32, i32) returns i32).at(address)
 * ```
 *
 * Nobody checks that there is one, and that it takes what this type says.
 *
 * @throws NullPointerException if the address is NULL
 */
public fun <F : Any> NativeType<F>.at(address: MemorySegment): F = Upcall.at(this, address)

/** As the other `at`, of what a pointer points to. */
public fun <F : Any> NativeType<F>.at(pointer: Pointer<*>): F = Upcall.at(this, pointer.segment())

/**
 * The address that C gets for [function], such as for a member of a struct that is written by hand.
 *
 * @throws IllegalArgumentException if it is a function of Kotlin's, which has none before it is given to C
 * @throws IllegalStateException if it has ended
 */
public fun <F : Any> NativeType<F>.addressOf(function: F): MemorySegment = Upcall.address(this, function)

/** How often C has called callbacks after their end, in this JVM. */
public fun lateCalls(): Long = Upcall.lateCalls()

// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.NativeType
import ffi.core.Pointer
import ffi.core.ScopeWatch
import java.lang.foreign.Arena
import java.lang.foreign.ValueLayout
import java.nio.charset.Charset

/**
 * Runs [block] with memory that lives until it returns, and returns what it returns.
 *
 * ```
 * arena {
 *     val three = alloc(i32, 3)
 *     three[2] = 42
 * } // freed here, also if the block throws
 * ```
 *
 * The memory belongs to the calling thread: another thread that touches it gets a [WrongThreadException], and who
 * touches it later an [IllegalStateException]. That is why this function is not `inline`: a suspending call, after
 * which the block could go on in another thread, does not compile inside of it.
 *
 * The arena itself is `contextOf<Arena>()`.
 */
public fun <R> arena(block: context(Arena) () -> R): R = confined().use { block(it) }

private fun confined(): Arena {
    val arena = Arena.ofConfined()
    return ScopeWatch.begin("arena")?.counting(arena) ?: arena
}

/**
 * Memory for one value of [type], all zero, in the arena around.
 *
 * @throws ffi.core.BindingException if values of the type do not lie in memory
 */
context(arena: Arena)
public fun <T> alloc(type: NativeType<T>): Pointer<T> = type.allocate(arena)

/**
 * Memory for [count] values of [type], all zero, in the arena around.
 *
 * @throws IllegalArgumentException if the count is negative
 * @throws ffi.core.BindingException if values of the type do not lie in memory
 */
context(arena: Arena)
public fun <T> alloc(type: NativeType<T>, count: Long): Pointer<T> = type.allocate(arena, count)

/** As the other `alloc`. */
context(arena: Arena)
public fun <T> alloc(type: NativeType<T>, count: Int): Pointer<T> = type.allocate(arena, count.toLong())

/**
 * Memory that holds these [values], one after the other, in the arena around, as does what they point to.
 *
 * ```
 * val names = allocFrom(cstring, "ann", "bob") // char *names[2]
 * ```
 *
 * @throws IllegalArgumentException if a value does not fit the type
 * @throws ffi.core.BindingException if values of the type do not lie in memory
 */
context(arena: Arena)
public fun <T> allocFrom(type: NativeType<T>, vararg values: T): Pointer<T> {
    val pointer = type.allocate(arena, values.size.toLong())
    values.forEachIndexed { index, value -> pointer.set(index.toLong(), value, arena) }
    return pointer
}

/**
 * A pointer to a copy of [value] in the arena around: what a `const struct Point *` takes.
 *
 * @throws IllegalArgumentException if a part of it does not fit its type
 */
context(arena: Arena)
public inline fun <reified T : Any> pointerTo(value: T): Pointer<T> = allocFrom(struct<T>(), value)

/** A copy of this text in the arena around, with a NUL at its end: a `char *` that C may keep as long as that lives. */
context(arena: Arena)
public fun String.toNative(charset: Charset = Charsets.UTF_8): Pointer<Byte> =
    Pointer.of(arena.allocateFrom(this, charset), cChar)

/** A copy of these bytes in the arena around. */
context(arena: Arena)
public fun allocFrom(bytes: ByteArray): Pointer<Byte> =
    Pointer.of(arena.allocateFrom(ValueLayout.JAVA_BYTE, *bytes), i8)

/** A copy of the bytes within the bounds. */
public fun Pointer<Byte>.toByteArray(): ByteArray = segment().toArray(ValueLayout.JAVA_BYTE)

/**
 * The size in bytes of one value of [type] in memory: C's `sizeof`.
 *
 * @throws ffi.core.BindingException if values of the type do not lie in memory
 */
public fun sizeOf(type: NativeType<*>): Long = type.layout().byteSize()

/** The size in bytes of a struct, with no element of a flexible array: C's `sizeof`. */
public fun <S : Struct<S>> sizeOf(struct: S): Long = struct.structType.byteSize()

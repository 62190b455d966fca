// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.Downcall
import ffi.core.NativeType
import ffi.core.OpenEnum
import ffi.core.OpenFlags
import ffi.core.Pointer
import ffi.core.Signature
import java.lang.foreign.MemorySegment
import java.nio.charset.Charset
import java.util.function.Function

// Each is a property without a field, so that the first use of one type does not make all the others.

/** `int8_t` */
public val i8: NativeType<Byte> get() = NativeType.I8

/** `int16_t` */
public val i16: NativeType<Short> get() = NativeType.I16

/** `int32_t` */
public val i32: NativeType<Int> get() = NativeType.I32

/** `int64_t` */
public val i64: NativeType<Long> get() = NativeType.I64

/** `float`; the bits of a NaN are kept */
public val f32: NativeType<Float> get() = NativeType.F32

/** `double`; the bits of a NaN are kept */
public val f64: NativeType<Double> get() = NativeType.F64

/** `_Bool`; whatever is not 0 is true */
public val bool: NativeType<Boolean> get() = NativeType.BOOL

/** `char16_t` */
public val char16: NativeType<Char> get() = NativeType.CHAR16

/** `ssize_t`, `ptrdiff_t`, `intptr_t` */
public val isize: NativeType<Long> get() = NativeType.ISIZE

/**
 * `size_t`, `uintptr_t`: never negative.
 *
 * A negative argument is an [IllegalArgumentException]; a result from 2⁶³ does not fit and is an [ArithmeticException].
 */
public val usize: NativeType<Long> get() = NativeType.USIZE

/** `signed char`, and `char` where it is one */
public val cChar: NativeType<Byte> get() = NativeType.C_CHAR

/** `short` */
public val cShort: NativeType<Short> get() = NativeType.C_SHORT

/** `int` */
public val cInt: NativeType<Int> get() = NativeType.C_INT

/** `long`: 64 bits wide, but 32 on Windows, where what does not fit is an [IllegalArgumentException] */
public val cLong: NativeType<Long> get() = NativeType.C_LONG

/** `long long` */
public val cLongLong: NativeType<Long> get() = NativeType.C_LONG_LONG

/** `wchar_t` as a number: a code point, but a unit of UTF-16 on Windows, where one that does not fit is an error */
public val wchar: NativeType<Int> get() = NativeType.WCHAR

/** `void`, of a result only: Kotlin's is [Unit] */
public val void: NativeType<Unit> get() = Void.type

/**
 * `char *` in UTF-8: copied to C for the time of the call, and copied from C.
 *
 * A NUL inside an argument is an [IllegalArgumentException], for C would end the text there. NULL from C is a
 * [NullPointerException], unless the type is [orNull]. C's memory stays C's, unless it is [owned].
 */
public val cstring: NativeType<String> get() = NativeType.CSTRING

/** `char *` in a charset; what the charset can not say becomes its replacement. Else as [cstring][ffi.dsl.cstring]. */
public fun cstring(charset: Charset): NativeType<String> = NativeType.cstring(charset)

/** `wchar_t *`: UTF-32, but UTF-16 on Windows; else as [cstring] */
public val wstring: NativeType<String> get() = NativeType.WSTRING

/** `char16_t *`: UTF-16; else as [cstring] */
public val utf16: NativeType<String> get() = NativeType.UTF16

/**
 * `void *`: a segment of which only the address is known when it comes from C.
 *
 * A segment given to C stays open during the call. NULL is [MemorySegment.NULL], and a segment on the heap is an
 * [IllegalArgumentException].
 */
public val address: NativeType<MemorySegment> get() = NativeType.ADDRESS

/**
 * This pointer, with null in Kotlin for NULL in C.
 *
 * The functions of a mapped type get no null when it becomes nullable: `cstring.map(::Path, Path::toString).orNull`.
 * What comes behind this word gets null for NULL, as the type of its parameter says, such as in
 * `cstring.orNull.orThrow { if (it == null) Missing() else null }`.
 */
public val <T : Any> NativeType<T>.orNull: NativeType<T?> get() = orNull()

/**
 * This text, array, pointer or handle, of a result that becomes ours, and is given to the function [free]: text and
 * what an array holds once they are copied, a pointer and a handle when they are closed.
 *
 * What C's own `free` takes back is `owned()`. Nothing is looked up before the first result is freed, unless by [link],
 * which looks for [free] as for any function of its library.
 */
public fun <T> NativeType<T>.owned(free: Fn1<MemorySegment, *>): NativeType<T> = owned(free.downcall)

/**
 * This handle, of a result that becomes ours: it is given to the function [free] when it is [released][release], once.
 *
 * ```
 * class Db(override val segment: MemorySegment) : Handle, AutoCloseable {
 *     override fun close() = release()
 * }
 *
 * val close = fn("db_close", handle(::Db)) returns void
 * val open = fn("db_open", cstring) returns handle(::Db).owned(close)
 *
 * LibDb.open("file").use { … }
 * ```
 *
 * What is not released is, at last, when the garbage collector finds that nothing refers to it, by a thread of ours.
 */
@JvmName("ownedHandle")
public fun <H : Handle> NativeType<H>.owned(free: Fn1<H, *>): NativeType<H> = owned(free.ofAddress())

/** This pointer, of a result that becomes ours: it is given to the function [free] when it is closed, once. */
@JvmName("ownedPointer")
public fun <T> NativeType<Pointer<T>>.owned(free: Fn1<Pointer<T>, *>): NativeType<Pointer<T>> = owned(free.ofAddress())

/** The same function, as core frees by it. */
private fun Fn1<*, *>.ofAddress(): Downcall {
    val signature = downcall.signature()
    return if (signature.parameters().single() == address) { // also where nothing can stand behind it: a call says so
        downcall
    } else {
        val declared = declaration.library.declared
        Downcall.declare(declared, declared.scope, downcall.symbols(), Signature.of(signature.result(), address))
    }
}

/**
 * A pointer that only C looks behind, as a class of the user's own, so that a `Db` is never passed for a `Statement`.
 *
 * ```
 * class Counter(override val segment: MemorySegment) : Handle
 * val next = fn("counter_next", handle(::Counter)) returns i32
 * ```
 *
 * NULL from C is a [NullPointerException], unless the type is [orNull].
 *
 * @param wrap makes the object of what C gives, a segment of 0 bytes; called by the thread that calls C
 */
public inline fun <reified H : Handle> handle(noinline wrap: (MemorySegment) -> H): NativeType<H> =
    handle(H::class.java.simpleName, wrap)

@PublishedApi
internal fun <H : Handle> handle(name: String, wrap: (MemorySegment) -> H): NativeType<H> =
    NativeType.handle(name, Wrap(wrap), Unwrap)

/** A pointer that only C looks behind, see [handle]. */
public interface Handle {
    /** The address that C gave; a handle that is passed to C keeps it open during the call. */
    public val segment: MemorySegment
}

/**
 * Gives this handle back to C, if it is a result that was declared [owned]. From then on a call that is given it throws
 * an [IllegalStateException]. By any thread.
 *
 * @throws IllegalStateException if it was released before, is not owned, or is in use by a call
 */
public fun Handle.release() {
    try {
        NativeType.release(segment)
    } catch (refused: IllegalStateException) {
        val named = refused.message?.replaceFirst("\n", "\n  handle: ${javaClass.typeName}\n")
        throw IllegalStateException(named, refused)
    }
}

/**
 * A [Handle] that is ours to give back, where its type is [owned]: by [close], once, by any thread, and at last by the
 * garbage collector.
 *
 * ```
 * class Db(segment: MemorySegment) : OwnedHandle(segment)
 * ```
 */
public abstract class OwnedHandle(final override val segment: MemorySegment) : Handle, AutoCloseable {
    /** As [release]. */
    override fun close() {
        release()
    }
}

/**
 * An enumeration in an `int`, whose constants have the numbers 0, 1, 2, … in the order of [E], or those that they say
 * themselves, see [Numbered][ffi.core.Numbered].
 *
 * Of two constants with one number the first is read, and either can be written. Reading a number without a constant
 * throws a [NoSuchElementException], unless the type is [open].
 */
public inline fun <reified E : Enum<E>> enumOf(): NativeType<E> = NativeType.enumOf(E::class.java)

/** An enumeration in an `int` with these numbers, each whole and within 32 bits; else as [enumOf]. */
public inline fun <reified E : Enum<E>> enumOf(crossinline value: (E) -> Number): NativeType<E> =
    enumOf(E::class.java, null) { value(it) }

/**
 * An enumeration in an integer of another width, such as `enumOf<Kind>(u8)` for `enum kind : uint8_t`.
 * Else as [enumOf].
 *
 * @param carrier an integer type. A constant that it does not have makes a type that cannot be used.
 */
public inline fun <reified E : Enum<E>> enumOf(carrier: NativeType<*>): NativeType<E> =
    enumOf(E::class.java, carrier, null)

/**
 * An enumeration in an integer of another width, with these numbers; else as [enumOf].
 *
 * @param value the number of a constant; for a carrier of 64 bits without a sign bit by bit, as [ULong.toLong] gives it
 */
public inline fun <reified E : Enum<E>> enumOf(
    carrier: NativeType<*>,
    crossinline value: (E) -> Number,
): NativeType<E> = enumOf(E::class.java, carrier) { value(it) }

@PublishedApi
internal fun <E : Enum<E>> enumOf(type: Class<E>, carrier: NativeType<*>?, value: ((E) -> Number)?): NativeType<E> =
    if (value == null) {
        NativeType.enumOf(type, carrier?.asCarrier())
    } else {
        NativeType.enumOf(type, carrier?.asCarrier(), Constants(type, value))
    }

/**
 * This enumeration, which keeps a number that has no constant.
 *
 * ```
 * val kind = fn("next_kind") returns enumOf<Kind>(u8).open()
 *
 * when (val it = kind().constant) {
 *     null -> "a kind that a newer version has"
 *     else -> it.name
 * }
 * ```
 */
public fun <E : Enum<E>> NativeType<E>.open(): NativeType<OpenEnum<E>> = NativeType.openEnum(this)

/** This constant as a value of an [open] enumeration. */
public fun <E : Enum<E>> E.open(): OpenEnum<E> = OpenEnum.of(this)

/**
 * A set of bits in an `int`: the constants of [E] are the bits 0, 1, 2, … in their order, or those that they say
 * themselves, see [Numbered][ffi.core.Numbered].
 *
 * A constant may have several bits, and is read if all of them are set. A constant with the number 0, such as `NONE`,
 * is read if no bit is set. Reading a bit without a constant throws a [NoSuchElementException], unless the type is
 * [open].
 */
public inline fun <reified E : Enum<E>> flags(): NativeType<Set<E>> = NativeType.flags(E::class.java)

/** A set of bits in an `int`, each constant of [E] some of its 32 bits; else as [flags]. */
public inline fun <reified E : Enum<E>> flags(crossinline bits: (E) -> Number): NativeType<Set<E>> =
    flags(E::class.java, null) { bits(it) }

/**
 * A set of bits in an integer of another width, such as `flags<Event>(i16)` for `pollfd.events`; else as [flags].
 *
 * @param carrier an integer type. A constant with a bit that it does not have makes a type that cannot be used.
 */
public inline fun <reified E : Enum<E>> flags(carrier: NativeType<*>): NativeType<Set<E>> =
    flags(E::class.java, carrier, null)

/**
 * A set of bits in an integer of another width, with these bits; else as [flags].
 *
 * @param bits of a constant; of 64 as [ULong.toLong] gives them
 */
public inline fun <reified E : Enum<E>> flags(
    carrier: NativeType<*>,
    crossinline bits: (E) -> Number,
): NativeType<Set<E>> = flags(E::class.java, carrier) { bits(it) }

@PublishedApi
internal fun <E : Enum<E>> flags(type: Class<E>, carrier: NativeType<*>?, bits: ((E) -> Number)?): NativeType<Set<E>> =
    if (bits == null) {
        NativeType.flags(type, carrier?.asCarrier())
    } else {
        NativeType.flags(type, carrier?.asCarrier(), Constants(type) { constant: E -> unsigned(bits(constant)) })
    }

/** This set of bits, which keeps bits that have no constant. */
@JvmName("openFlags")
public fun <E : Enum<E>> NativeType<Set<E>>.open(): NativeType<OpenFlags<E>> = NativeType.openFlags(this)

/** A narrow number is bits, of which the highest is no sign here. */
private fun unsigned(bits: Number): Number = when (bits) {
    is Byte -> bits.toUByte().toInt()
    is Short -> bits.toUShort().toInt()
    is Int -> bits.toUInt().toLong()
    else -> bits
}

// A record, because the JIT trusts its field; and equal for equal references, so that functions share code.
@JvmRecord
private data class Wrap<H>(val wrap: (MemorySegment) -> H) : Function<MemorySegment, H> {
    override fun apply(segment: MemorySegment): H = wrap(segment)
}

internal object Unwrap : Function<Handle, MemorySegment> {
    override fun apply(handle: Handle): MemorySegment = handle.segment
}

private object Void {
    val type: NativeType<Unit> = NativeType.VOID.map(Read, Write)

    private object Read : Function<java.lang.Void?, Unit> {
        override fun apply(nothing: java.lang.Void?) = Unit
    }

    private object Write : Function<Unit, java.lang.Void?> {
        override fun apply(unit: Unit) = null
    }
}

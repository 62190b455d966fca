// SPDX-License-Identifier: Apache-2.0
@file:OptIn(ExperimentalUnsignedTypes::class)

package ffi.dsl

import ffi.core.NativeType
import java.nio.Buffer
import java.util.function.Function

// Each array(…) is `T *` with several elements. An overload for each class of array that Kotlin has; the element says
// the rest, so that array(usize) and array(i64) are both a LongArray and no more the same than their elements are.

/**
 * `T *` with several elements, as an array of Kotlin.
 *
 * ```
 * val modifyData = fn("modifyData", array(i8), usize) returns i32
 * val createArray = fn("createArrayi32", array(i32).const, i32) returns array(i32).sizedBy(argument = 1).owned()
 * ```
 *
 * In a call C gets the address of a copy, which lives until the call returns; what C writes there comes back into the
 * array, unless the type is [const]. A `critical` function gets an array of numbers itself. Of a result, and in memory,
 * the number of elements must be known: [sized], [sizedBy] or [terminated]. What is [sized] lies in a struct in place.
 *
 * An array that is given as several arguments has one copy, so that C sees one address.
 *
 * NULL from C is a [NullPointerException], unless the type is [orNull].
 */
@JvmName("arrayOfBytes")
public fun array(element: NativeType<Byte>): NativeType<ByteArray> =
    NativeType.array(ByteArray::class.java, element)

/** A `ShortArray`, see [array]. */
@JvmName("arrayOfShorts")
public fun array(element: NativeType<Short>): NativeType<ShortArray> =
    NativeType.array(ShortArray::class.java, element)

/** An `IntArray`, see [array]. */
@JvmName("arrayOfInts")
public fun array(element: NativeType<Int>): NativeType<IntArray> = NativeType.array(IntArray::class.java, element)

/** A `LongArray`, see [array]. */
@JvmName("arrayOfLongs")
public fun array(element: NativeType<Long>): NativeType<LongArray> =
    NativeType.array(LongArray::class.java, element)

/** A `FloatArray`, see [array]. */
@JvmName("arrayOfFloats")
public fun array(element: NativeType<Float>): NativeType<FloatArray> =
    NativeType.array(FloatArray::class.java, element)

/** A `DoubleArray`, see [array]. */
@JvmName("arrayOfDoubles")
public fun array(element: NativeType<Double>): NativeType<DoubleArray> =
    NativeType.array(DoubleArray::class.java, element)

/** A `BooleanArray`, see [array]. */
@JvmName("arrayOfBooleans")
public fun array(element: NativeType<Boolean>): NativeType<BooleanArray> =
    NativeType.array(BooleanArray::class.java, element)

/** A `CharArray`, see [array]. */
@JvmName("arrayOfChars")
public fun array(element: NativeType<Char>): NativeType<CharArray> =
    NativeType.array(CharArray::class.java, element)

/** A `UByteArray`, see [array]. */
@JvmName("arrayOfUBytes")
public fun array(element: NativeType<UByte>): NativeType<UByteArray> =
    NativeType.array(ByteArray::class.java, carrierOf(element)).map(UBytes.Read, UBytes.Write)

/** A `UShortArray`, see [array]. */
@JvmName("arrayOfUShorts")
public fun array(element: NativeType<UShort>): NativeType<UShortArray> =
    NativeType.array(ShortArray::class.java, carrierOf(element)).map(UShorts.Read, UShorts.Write)

/** A `UIntArray`, see [array]. */
@JvmName("arrayOfUInts")
public fun array(element: NativeType<UInt>): NativeType<UIntArray> =
    NativeType.array(IntArray::class.java, carrierOf(element)).map(UInts.Read, UInts.Write)

/** A `ULongArray`, see [array]. */
@JvmName("arrayOfULongs")
public fun array(element: NativeType<ULong>): NativeType<ULongArray> =
    NativeType.array(LongArray::class.java, carrierOf(element)).map(ULongs.Read, ULongs.Write)

/**
 * Several elements of any other type as a `List`: text for `char **`, data classes for an array of structs, pointers,
 * handles, and arrays for `int **`. Else as the arrays of numbers are.
 *
 * A list from C can not be changed. One that C changes must be one that can be set, such as a `MutableList`; say
 * [const] of what C only reads.
 */
public fun <T> array(element: NativeType<T>): NativeType<List<T>> = list(element)

/** Several elements as a `List`, also of numbers, see [array]. */
public fun <T> list(element: NativeType<T>): NativeType<List<T>> = NativeType.list(element)

/**
 * Several elements as a buffer, from its position to its limit: `buffer<IntBuffer>()`.
 *
 * A direct one is C's memory itself, one of the heap is copied to C and back, unless the type is [const] or the
 * function `critical`. As a result, whose size must be known, it is a view of C's memory, and as long as that lives.
 */
public inline fun <reified B : Buffer> buffer(): NativeType<B> = NativeType.buffer(B::class.java)

/** This array, list or buffer, which C only reads: it is copied to C, and nothing comes back. */
public val <T> NativeType<T>.const: NativeType<T> get() = asConst()

/**
 * This array, list or buffer of [count] elements: a result has so many, an argument must have exactly so many, and in a
 * struct it lies in place. Or this text in memory of [count] elements of its charset, such as `wchar_t name[16]`, with
 * its NUL; see [NativeType.sized].
 */
public fun <T> NativeType<T>.sized(count: Int): NativeType<T> = sized(count.toLong())

/**
 * This text, which is [sized], and has no NUL if it fills its memory, as strncpy(3) leaves it. What is read from such a
 * field can be written back.
 */
public val <T> NativeType<T>.padded: NativeType<T> get() = padded()

/**
 * This array, list or buffer, of a result that has as many elements as an argument says.
 *
 * @param argument which one, from 0: an integer, or an [Out] of one, whose value after the call counts
 */
@Suppress("EXTENSION_SHADOWED_BY_MEMBER") // not where the argument is named, for Java's methods have no names for it
public fun <T> NativeType<T>.sizedBy(argument: Int): NativeType<T> = sizedBy(argument)

/** This array or list, which ends with an element of zeros, such as NULL: added for C, looked for in what C gives. */
public val <T> NativeType<T>.terminated: NativeType<T> get() = terminated()

// As the unsigned numbers themselves: no bit is changed. An unsigned array and its carrier share their memory, so that
// what C writes comes back.

/** What carries an unsigned number; one that is mapped has none, and core says so. */
private fun carrierOf(element: NativeType<*>): NativeType<*> = when (element) {
    u8 -> NativeType.U8
    u16 -> NativeType.U16
    u32 -> NativeType.U32
    u64 -> NativeType.U64
    cUChar -> NativeType.C_UCHAR
    cUShort -> NativeType.C_USHORT
    cUInt -> NativeType.C_UINT
    cULong -> NativeType.C_ULONG
    cULongLong -> NativeType.C_ULONG_LONG
    else -> element
}

private object UBytes {
    object Read : Function<ByteArray, UByteArray> {
        override fun apply(carrier: ByteArray) = carrier.asUByteArray()
    }

    object Write : Function<UByteArray, ByteArray> {
        override fun apply(value: UByteArray) = value.asByteArray()
    }
}

private object UShorts {
    object Read : Function<ShortArray, UShortArray> {
        override fun apply(carrier: ShortArray) = carrier.asUShortArray()
    }

    object Write : Function<UShortArray, ShortArray> {
        override fun apply(value: UShortArray) = value.asShortArray()
    }
}

private object UInts {
    object Read : Function<IntArray, UIntArray> {
        override fun apply(carrier: IntArray) = carrier.asUIntArray()
    }

    object Write : Function<UIntArray, IntArray> {
        override fun apply(value: UIntArray) = value.asIntArray()
    }
}

private object ULongs {
    object Read : Function<LongArray, ULongArray> {
        override fun apply(carrier: LongArray) = carrier.asULongArray()
    }

    object Write : Function<ULongArray, LongArray> {
        override fun apply(value: ULongArray) = value.asLongArray()
    }
}

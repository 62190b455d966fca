// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.BindingException
import ffi.core.NativeType
import java.util.function.ToLongFunction

/**
 * The numbers that a user's function has for the constants of an enum class.
 *
 * Throws a [BindingException] for what is not a whole number; core then makes a type that says so when it is used.
 */
internal class Constants<E : Enum<E>>(private val type: Class<E>, private val number: (E) -> Number) :
    ToLongFunction<E> {

    override fun applyAsLong(constant: E): Long {
        val value = number(constant)
        val whole = value.toLong()
        if (whole.toDouble() != value.toDouble()) {
            throw BindingException(
                "Not the constants of a C enumeration\n  type: ${type.typeName}\n" +
                    "  found: ${constant.name} = $value, which is no whole number",
            )
        }
        return whole
    }
}

/** The carrier of an enumeration as core knows it: this integer type, without the class that Kotlin has for it. */
internal fun NativeType<*>.asCarrier(): NativeType<*> {
    for ((kotlin, core) in UNSIGNED) {
        val mapped = kotlin()
        when (this) {
            mapped -> return core
            mapped.bigEndian() -> return core.bigEndian()
            mapped.littleEndian() -> return core.littleEndian()
        }
    }
    return this
}

private val UNSIGNED: List<Pair<() -> NativeType<*>, NativeType<*>>> = listOf(
    ::u8 to NativeType.U8, ::u16 to NativeType.U16, ::u32 to NativeType.U32, ::u64 to NativeType.U64,
    ::cUChar to NativeType.C_UCHAR, ::cUShort to NativeType.C_USHORT, ::cUInt to NativeType.C_UINT,
    ::cULong to NativeType.C_ULONG, ::cULongLong to NativeType.C_ULONG_LONG,
)

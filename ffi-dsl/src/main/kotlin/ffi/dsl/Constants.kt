// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.BindingException
import ffi.core.NativeType
import java.util.Collections
import java.util.WeakHashMap
import java.util.function.ToLongFunction

/**
 * The numbers that a user's function has for the constants of an enum class.
 *
 * What is no whole number, or throws, must not make the initializer fail in which the type is made: it becomes a number
 * that no constant may have, so that core makes a type that can not be, and why is kept for who uses it.
 */
internal class Constants<E : Enum<E>>(private val type: Class<E>, private val number: (E) -> Number) :
    ToLongFunction<E> {

    private var wrong: BindingException? = null

    fun <T> make(make: (ToLongFunction<E>) -> NativeType<T>): NativeType<T> {
        val made = make(this)
        wrong?.let { REASONS[made] = it }
        return made
    }

    @Suppress("TooGenericExceptionCaught") // whatever a user's function throws
    override fun applyAsLong(constant: E): Long =
        try {
            val value = number(constant)
            val whole = value.toLong()
            if (whole.toDouble() == value.toDouble()) {
                whole
            } else {
                wrong("${constant.name} = $value, which is no whole number", null)
            }
        } catch (e: Exception) {
            wrong("${constant.name}, whose value throws $e", e)
        }

    private fun wrong(found: String, cause: Exception?): Long {
        val message = "Not the constants of a C enumeration\n  type: ${type.typeName}\n  found: $found"
        wrong = wrong ?: BindingException(message).apply { cause?.let { initCause(it) } }
        return NONE
    }

    companion object {
        private const val NONE = Long.MIN_VALUE // has no place in 32 bits
        private val REASONS: MutableMap<NativeType<*>, BindingException> = Collections.synchronizedMap(WeakHashMap())

        /** Why this type can not be, if it was made here. */
        fun wrongIn(type: NativeType<*>): BindingException? = REASONS[type]
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import java.lang.reflect.Method
import java.security.MessageDigest
import java.util.Base64

/**
 * Tells the unsigned types of a method of Kotlin's, of which the JVM sees the signed ones only.
 *
 * The compiler puts a hash of the signature behind the name of a method that has a value class in it. The hash can not
 * be undone, but there are few signatures that a method may have had, and one of them has this hash.
 */
internal object Mangling {

    private const val MARK = '-'
    private const val BYTES = 5
    const val LETTERS = 7 // of a hash
    private const val AT_MOST = 20 // positions that may be unsigned: a million hashes, or a second

    // a loop, since this is asked of every method, and Kotlin's own search would load its class for text at start-up
    fun isMangled(method: Method): Boolean {
        for (character in method.name) {
            if (character == MARK) {
                return true
            }
        }
        return false
    }

    /** The name as it was written. */
    fun nameOf(method: Method): String = method.name.dropLast(1 + LETTERS)

    /**
     * Whether the compiler has put a hash behind the name, or whoever wrote it did something that looks the same.
     *
     * It is asked where no hash was found. A name may have a mark of its own; but where there is a hash, the compiler
     * has noted the name without it.
     */
    fun looksMangled(method: Method): Boolean {
        val hash = HASH.find(method.name) ?: return false
        val notes = method.declaringClass.getAnnotation(Metadata::class.java)?.data2 ?: return false
        return method.name.substring(0, hash.range.first) in notes
    }

    private val HASH by lazy { Regex("-[A-Za-z0-9_-]{6}[AEIMQUYcgkosw048](\\$.*)?$") } // 40 bits, and an internal name

    /** Where unsigned numbers, or arrays of them, may be: by the index of the parameter, and the result's last. */
    fun openOf(method: Method): List<Int> {
        val types = typesOf(method)
        return types.indices.filter { unsignedName(types[it]) != null }
    }

    /** Whether so many numbers are too many to find those that are unsigned. */
    fun isTooMany(open: List<Int>): Boolean = open.size > AT_MOST

    /**
     * Which parameters are unsigned, and, last, whether the result is; null if the method was not mangled for unsigned
     * types alone.
     */
    fun unsignedOf(method: Method): BooleanArray? {
        val types = typesOf(method)
        val open = openOf(method)
        val name = method.name
        if (isTooMany(open) || name.getOrNull(name.length - 1 - LETTERS) != MARK) {
            return null
        }
        val hash = name.takeLast(LETTERS)
        val unsigned = BooleanArray(types.size)
        for (choice in 1 until (1 shl open.size)) {
            open.forEachIndexed { bit, index -> unsigned[index] = choice shr bit and 1 == 1 }
            if (hashOf(types, unsigned) == hash) {
                return unsigned
            }
        }
        return null
    }

    /** Those of the parameters, and, last, of the result, which a suspending method hands to its last parameter. */
    private fun typesOf(method: Method): Array<Class<*>> {
        val result = Suspending.resultOf(method) ?: return method.parameterTypes + method.returnType
        val carrier = when ((result as? Class<*>)?.name) {
            "kotlin.UByte" -> java.lang.Byte.TYPE
            "kotlin.UShort" -> java.lang.Short.TYPE
            "kotlin.UInt" -> Integer.TYPE
            "kotlin.ULong" -> java.lang.Long.TYPE
            else -> method.returnType
        }
        return method.parameterTypes + carrier
    }

    /** The hash of a signature, in which every parameter counts, and a result only if it is unsigned. */
    private fun hashOf(types: Array<Class<*>>, unsigned: BooleanArray): String {
        val text = StringBuilder()
        for (index in types.indices) {
            val isResult = index == types.lastIndex
            when {
                unsigned[index] -> text.append(if (isResult) ":" else "").append("L${unsignedName(types[index])};")
                !isResult -> text.append('_')
            }
        }
        return hash(text.toString())
    }

    private fun unsignedName(carrier: Class<*>): String? = when (carrier) {
        java.lang.Byte.TYPE -> "kotlin.UByte"
        java.lang.Short.TYPE -> "kotlin.UShort"
        Integer.TYPE -> "kotlin.UInt"
        java.lang.Long.TYPE -> "kotlin.ULong"
        ByteArray::class.java -> "kotlin.UByteArray"
        ShortArray::class.java -> "kotlin.UShortArray"
        IntArray::class.java -> "kotlin.UIntArray"
        LongArray::class.java -> "kotlin.ULongArray"
        else -> null
    }

    /** Whether this is the hash of a method without parameters that returns the unsigned kin of its [carrier]. */
    fun isUnsigned(carrier: Class<*>, hash: String): Boolean =
        unsignedName(carrier)?.let { hash(":L$it;") } == hash

    fun hash(signature: String): String {
        val digest = MessageDigest.getInstance("MD5").digest(signature.encodeToByteArray())
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest.copyOf(BYTES))
    }
}

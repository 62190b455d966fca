// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.Prefix
import java.io.IOException

/**
 * Tells how the symbols of an interface begin, by its [Prefix].
 *
 * The JDK makes all annotations of a class to find one, and Kotlin's classes have one that takes it twenty milliseconds in
 * a process that has made none before. So it is asked only where the class file names this one, which takes two.
 */
internal object Prefixes {

    private val known = object : ClassValue<String>() {
        override fun computeValue(type: Class<*>): String =
            if (names(type)) type.getAnnotation(Prefix::class.java)?.value.orEmpty() else ""
    }

    fun of(face: Class<*>): String = known.get(face)

    /** Whether the class file may name the annotation; also if there is no file to be read. */
    private fun names(face: Class<*>): Boolean {
        val file = StringBuilder(face.name) // and no template nor Kotlin's own words, for which a start would pay
        file.delete(0, file.lastIndexOf(".") + 1).append(".class")
        val resource = face.getResourceAsStream(file.toString()) ?: return true
        return try {
            contains(resource.readAllBytes(), NAME)
        } catch (_: IOException) { // of a jar that was replaced meanwhile
            true
        } finally {
            resource.close()
        }
    }

    private fun contains(bytes: ByteArray, word: ByteArray): Boolean {
        for (start in 0..bytes.size - word.size) {
            var length = 0
            while (length < word.size && bytes[start + length] == word[length]) length++
            if (length == word.size) {
                return true
            }
        }
        return false
    }

    /** As class files spell it. */
    private val NAME = "Lffi/core/Prefix;".toByteArray(Charsets.ISO_8859_1)
}

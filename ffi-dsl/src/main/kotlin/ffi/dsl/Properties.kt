// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.dsl.Notes.Message
import java.lang.reflect.Method

/**
 * Tells which methods of an interface are Kotlin's properties, of which the JVM sees the accessors only.
 *
 * The compiler notes each property with its accessors in the class's metadata: a message in the format of Protocol
 * Buffers. Of all that stands there, this reads the names. `fun getCounter(): Int` is noted otherwise, and is a
 * function.
 */
internal object Properties {

    private val known = object : ClassValue<Map<String, String>>() {
        override fun computeValue(type: Class<*>): Map<String, String> = read(type)
    }

    /** The name of the property that this method reads or writes; null if it is a function. */
    fun of(method: Method): String? = known.get(method.declaringClass)[method.name]

    /** The method that reads what this one writes, on which the annotations stand that are of both. */
    fun getterOf(method: Method): Method? {
        val name = of(method)
        return method.declaringClass.methods.firstOrNull { it.parameterCount == 0 && of(it) == name }
    }

    /** The names of the properties, by those of their accessors. */
    private fun read(type: Class<*>): Map<String, String> {
        val metadata = type.getAnnotation(Metadata::class.java) ?: return mapOf()
        return try {
            val all = Message(Notes.bytes(metadata.data1))
            all.skip(all.varint()) // how the strings are written: names are written as they are
            val properties = mutableMapOf<String, String>()
            all.messages { field, property -> if (field == Notes.PROPERTY) read(property, metadata.data2, properties) }
            properties
        } catch (_: IndexOutOfBoundsException) { // another format than that of the compilers so far: nothing is known
            mapOf()
        }
    }

    private fun read(property: Message, names: Array<String>, properties: MutableMap<String, String>) {
        var name = ""
        val accessors = mutableListOf<Message>()
        property.fields({ field, value -> if (field == Notes.NAME) name = names[value] }) { field, signature ->
            if (field == Notes.SIGNATURE) {
                signature.messages { which, method ->
                    if (which == Notes.GETTER || which == Notes.SETTER) accessors += method
                }
            }
        }
        for (accessor in accessors) {
            accessor.numbers { field, value -> if (field == Notes.NAME_OF_METHOD) properties[names[value]] = name }
        }
    }
}

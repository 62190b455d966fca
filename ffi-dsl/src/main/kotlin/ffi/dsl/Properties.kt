// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

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
            val all = Message(bytes(metadata.data1))
            all.skip(all.varint()) // how the strings are written: names are written as they are
            val properties = mutableMapOf<String, String>()
            all.messages { field, property -> if (field == PROPERTY) read(property, metadata.data2, properties) }
            properties
        } catch (_: IndexOutOfBoundsException) { // another format than that of the compilers so far: nothing is known
            mapOf()
        }
    }

    private fun read(property: Message, names: Array<String>, properties: MutableMap<String, String>) {
        var name = ""
        val accessors = mutableListOf<Message>()
        property.fields({ field, value -> if (field == NAME_OF_PROPERTY) name = names[value] }) { field, signature ->
            if (field == SIGNATURE) {
                signature.messages { which, method -> if (which == GETTER || which == SETTER) accessors += method }
            }
        }
        for (accessor in accessors) {
            accessor.numbers { field, value -> if (field == NAME_OF_METHOD) properties[names[value]] = name }
        }
    }

    /** The first character says that each other one is a byte. */
    private fun bytes(data: Array<String>): ByteArray {
        val text = data.joinToString("").drop(1)
        return ByteArray(text.length) { text[it].code.toByte() }
    }

    /** Fields of a class, a property and its signature, as the compiler numbers them. */
    private const val PROPERTY = 10
    private const val NAME_OF_PROPERTY = 2
    private const val SIGNATURE = 100
    private const val GETTER = 3
    private const val SETTER = 4
    private const val NAME_OF_METHOD = 1

    /** A part of the bytes. Source: "Encoding", protobuf.dev. */
    private class Message(private val bytes: ByteArray, private var at: Int = 0, private val end: Int = bytes.size) {

        fun varint(): Int {
            var value = 0L
            var shift = 0
            do {
                val byte = bytes[at++].toInt()
                value = value or ((byte and 0x7f).toLong() shl shift)
                shift += 7
            } while (byte < 0)
            return value.toInt()
        }

        fun skip(count: Int) {
            at += count
        }

        fun messages(message: (Int, Message) -> Unit) = fields({ _, _ -> }, message)

        fun numbers(number: (Int, Int) -> Unit) = fields(number) { _, _ -> }

        fun fields(number: (Int, Int) -> Unit, message: (Int, Message) -> Unit) {
            while (at < end) {
                val tag = varint()
                when (tag and 7) {
                    0 -> number(tag ushr 3, varint())
                    1 -> skip(Long.SIZE_BYTES)
                    2 -> {
                        val length = varint()
                        message(tag ushr 3, Message(bytes, at, at + length))
                        skip(length)
                    }
                    5 -> skip(Int.SIZE_BYTES)
                    else -> throw IndexOutOfBoundsException("tag $tag")
                }
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import java.lang.invoke.MethodType.methodType
import java.lang.reflect.Method

/**
 * What the compiler has noted of a type, beyond what the JVM knows.
 *
 * @param isNullable whether it has a question mark
 * @param isSuspending whether it is a suspending function
 * @param arguments the same of each type argument, null for `*`
 */
internal class NotedType(val isNullable: Boolean, val isSuspending: Boolean, val arguments: List<NotedType?>)

/** What the compiler has noted of a method: of an accessor, what is noted of its property. */
internal class NotedMethod(val names: List<String>, val parameters: List<NotedType?>, val result: NotedType?)

/**
 * Reads what the compiler has noted of the methods of a class, in the class's metadata: a message in the format of
 * Protocol Buffers. What it does not understand counts as not noted.
 */
internal object Notes {

    /** What is noted of the interfaces that an interface extends, in order. */
    fun ofParents(type: Class<*>): List<NotedType> {
        val metadata = type.getAnnotation(Metadata::class.java) ?: return listOf()
        return try {
            val all = Message(bytes(metadata.data1))
            all.skip(all.varint())
            val parents = mutableListOf<NotedType>()
            all.messages { field, message -> if (field == SUPERTYPE) parents += type(message) }
            parents
        } catch (_: IndexOutOfBoundsException) {
            listOf()
        }
    }

    private class Entry(val name: String, val descriptor: String?, val noted: NotedMethod)

    private val known = object : ClassValue<List<Entry>>() {
        override fun computeValue(type: Class<*>): List<Entry> = read(type)
    }

    /** Null if nothing is noted, such as of a method of Java. */
    fun of(method: Method): NotedMethod? {
        val count = if (Suspending.isSuspending(method)) method.parameterCount - 1 else method.parameterCount
        val entries = known.get(method.declaringClass)
            .filter { it.name == method.name && it.noted.parameters.size == count }
        val descriptor = methodType(method.returnType, method.parameterTypes).descriptorString()
        return (entries.firstOrNull { it.descriptor == descriptor } ?: entries.firstOrNull { it.descriptor == null })
            ?.noted
    }

    private fun read(type: Class<*>): List<Entry> {
        val metadata = type.getAnnotation(Metadata::class.java) ?: return listOf()
        return try {
            val all = Message(bytes(metadata.data1))
            all.skip(all.varint()) // how the strings are written: names are written as they are
            val entries = mutableListOf<Entry>()
            all.messages { field, message ->
                when (field) {
                    FUNCTION -> entries += function(message, metadata.data2)
                    PROPERTY -> entries += property(message, metadata.data2)
                }
            }
            entries
        } catch (_: IndexOutOfBoundsException) { // another format than that of the compilers so far: nothing is known
            listOf()
        }
    }

    private fun function(function: Message, names: Array<String>): Entry {
        var name = ""
        var descriptor: String? = null
        val parameterNames = mutableListOf<String>()
        val parameters = mutableListOf<NotedType?>()
        var result: NotedType? = null
        function.fields({ field, value -> if (field == NAME) name = names[value] }) { field, part ->
            when (field) {
                RETURN_TYPE -> result = type(part)
                RECEIVER_TYPE -> {
                    parameterNames.add(0, "this")
                    parameters.add(0, type(part))
                }
                VALUE_PARAMETER -> part.fields({ of, index ->
                    if (of == NAME) parameterNames += names[index]
                }) { of, it ->
                    if (of == TYPE_OF_PARAMETER) parameters += type(it)
                }
                SIGNATURE -> part.numbers { of, value ->
                    when (of) {
                        NAME_OF_METHOD -> name = names[value]
                        DESCRIPTOR -> descriptor = names[value].ifEmpty { null }
                    }
                }
            }
        }
        return Entry(name, descriptor, NotedMethod(parameterNames, parameters, result))
    }

    private fun property(property: Message, names: Array<String>): List<Entry> {
        var name = ""
        var type: NotedType? = null
        val entries = mutableListOf<Entry>()
        property.fields({ field, value -> if (field == NAME) name = names[value] }) { field, part ->
            when (field) {
                RETURN_TYPE -> type = type(part)
                SIGNATURE -> part.messages { which, method ->
                    method.numbers { of, value ->
                        if (of == NAME_OF_METHOD && which == GETTER) {
                            entries += Entry(names[value], null, NotedMethod(listOf(), listOf(), type))
                        } else if (of == NAME_OF_METHOD && which == SETTER) {
                            entries += Entry(names[value], null, NotedMethod(listOf(name), listOf(type), null))
                        }
                    }
                }
            }
        }
        return entries
    }

    private fun type(type: Message): NotedType {
        var isNullable = false
        var isSuspending = false
        val arguments = mutableListOf<NotedType?>()
        type.fields({ field, value ->
            when (field) {
                FLAGS -> isSuspending = value and 1 == 1
                NULLABLE -> isNullable = value == 1
            }
        }) { field, part ->
            if (field == ARGUMENT) {
                var argument: NotedType? = null
                part.messages { of, it -> if (of == TYPE_OF_ARGUMENT) argument = type(it) }
                arguments += argument
            }
        }
        return NotedType(isNullable, isSuspending, arguments)
    }

    /** The first character says that each other one is a byte. */
    fun bytes(data: Array<String>): ByteArray {
        val text = data.joinToString("").drop(1)
        return ByteArray(text.length) { text[it].code.toByte() }
    }

    /** Fields of a class, a function, a property, their signatures and a type, as the compiler numbers them. */
    private const val SUPERTYPE = 6
    private const val FUNCTION = 9
    const val PROPERTY = 10
    const val NAME = 2
    private const val RETURN_TYPE = 3
    private const val RECEIVER_TYPE = 5
    private const val VALUE_PARAMETER = 6
    private const val TYPE_OF_PARAMETER = 3
    const val SIGNATURE = 100
    const val GETTER = 3
    const val SETTER = 4
    const val NAME_OF_METHOD = 1
    private const val DESCRIPTOR = 2
    private const val FLAGS = 1
    private const val ARGUMENT = 2
    private const val TYPE_OF_ARGUMENT = 2
    private const val NULLABLE = 3

    /** A part of the bytes. Source: "Encoding", protobuf.dev. */
    class Message(private val bytes: ByteArray, private var at: Int = 0, private val end: Int = bytes.size) {

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

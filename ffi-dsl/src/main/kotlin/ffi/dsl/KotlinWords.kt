// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.BindingException
import java.lang.reflect.Method

/** What core says in Java's words, in Kotlin's. */
internal object KotlinWords {

    private const val TYPES = "the types are numbers, signed and unsigned, Boolean, Char, String, MemorySegment, an " +
        "enum class, a Set of one, a Handle, a data class, an array, List, Pointer or Out of those, a buffer, a " +
        "function type, a fun interface"

    private val words = listOf(
        Regex("the types are those that NativeType carries: .*") to TYPES,
        Regex("\\basVariadic\\(") to "variadicAfter(",
        Regex("\\basVariadic\\b") to "variadicAfter",
        Regex("\\bterminated\\(\\)") to "terminated",
        Regex("\\basConst\\(\\)") to "const",
        Regex("\\borNull\\(\\)") to "orNull",
        Regex("\\borErrno\\(\\)") to "orErrno",
        Regex("\\bwithErrno\\(\\)") to "withErrno",
        Regex("\\bends in Object\\.\\.\\., and") to "ends in vararg of Any?, and",
        Regex("\\bdeclare a record of\\b") to "declare a data class of",
        Regex("^Not the Java type of (.*): (.*)") to "Not the Kotlin type of $1: $2",
        Regex("only a result can be void, .*") to "a function without a result returns Unit",
        Regex("\\bdeclare it int\\b") to "declare it Int",
        Regex("\\bdeclare it long\\b") to "declare it Long",
        Regex("\\bdeclare it short\\b") to "declare it Short",
        Regex("\\bdeclare it byte\\b") to "declare it Byte",
        Regex("\\bdeclare it float\\b") to "declare it Float",
        Regex("\\bdeclare it double\\b") to "declare it Double",
        Regex("\\bdeclare it boolean\\b") to "declare it Boolean",
        Regex("\\bdeclare it char\\b") to "declare it Char",
    )

    fun of(text: String): String = words.fold(text) { said, (java, kotlin) -> said.replace(java, kotlin) }
        .let { if (it.startsWith(KOTLIN_TYPE)) it.substringBeforeLast(": ") + ": " + typeOf(it) else it }

    private const val KOTLIN_TYPE = "Not the Kotlin type of "

    private fun typeOf(line: String): String = line.substringAfterLast(": ").let { KotlinNames.named(it) ?: it }

    /** The same of an interface, where annotations say it. */
    fun ofInterface(text: String): String = of(text)
        .replace("sized(n), sizedBy(argument) or terminated", "@Length(n), @Length(argument = n) or @Terminated")

    /** The same, where it names methods of an interface as Java does; else the exception itself. */
    fun ofMethods(e: BindingException, face: Class<*>): BindingException {
        val lines = e.message!!.lines()
        val methods = face.methods.associateBy { describe(it) }
        val said = lines.map { line ->
            val method = methods[line.substringAfter(": ")]
            when {
                method == null || !METHOD.containsMatchIn(line) -> ofInterface(line)
                else -> "${line.substringBefore(": ")}: ${KotlinNames.ofAny(method)}"
            }
        }
        return if (said == lines) e else BindingException(said.joinToString("\n")).apply { initCause(e.cause) }
    }

    private val METHOD = Regex("^  (of|and|method): ")

    /** A method as core writes it. */
    fun describe(method: Method): String = method.parameterTypes.joinToString(
        prefix = "${method.returnType.typeName} ${method.declaringClass.typeName}.${method.name}(", postfix = ")",
    ) { it.typeName }

    /** What types there are, for what has none. */
    val types: String get() = TYPES
}

// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

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

    /** The same of an interface, where annotations say it. */
    fun ofInterface(text: String): String = of(text)
        .replace("sized(n), sizedBy(argument) or terminated", "@Length(n), @Length(argument = n) or @Terminated")

    /** What types there are, for what has none. */
    val types: String get() = TYPES
}

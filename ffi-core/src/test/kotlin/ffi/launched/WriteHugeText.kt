// SPDX-License-Identifier: Apache-2.0
package ffi.launched

import ffi.core.NativeType
import java.lang.foreign.Arena
import java.lang.foreign.ValueLayout

/** Writes text of nearly 2^31 bytes to 64, in a JVM of its own: one that does write it dies. */
internal object WriteHugeText {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val huge = "a".repeat((1 shl 29) - 1)
        Arena.ofConfined().use { arena ->
            val memory = arena.allocate(64).fill(0x55)
            for (type in listOf(
                NativeType.WSTRING.sized(4), NativeType.UTF16.sized(8), 
                NativeType.cstring(Charsets.UTF_32BE).sized(4).padded(),
            )) {
                val thrown = runCatching { type.set(memory, 16, huge) }.exceptionOrNull()
                println(thrown?.message?.lines()?.last()?.substringAfter("found: ") ?: "written")
            }
            val untouched = memory.toArray(ValueLayout.JAVA_BYTE).all { it == 0x55.toByte() }
            println(if (untouched) "untouched" else "overwritten")
        }
    }

    fun ended(): Ended = run(
        jdk("java"), "-Xmx3g", "--enable-native-access=ALL-UNNAMED", "--illegal-native-access=deny",
        "-cp", System.getProperty("java.class.path"), WriteHugeText::class.java.name,
    )
}

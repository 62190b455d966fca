// SPDX-License-Identifier: Apache-2.0
package ffi.launched

import ffi.core.Bindings
import ffi.core.NativeLibrary
import java.lang.foreign.Arena

/** A program whose first use of a library is at the end of a thread's stack. */
internal object BeginDeeplyInOwnJvm {

    fun interface Sum {
        fun sum(a: Int, b: Int): Int
    }

    private const val STACK = 600_000L // bytes

    private val arena = Arena.global() // before: the JDK's own classes are lost in the same way
    private lateinit var attempt: () -> Any
    private var attempts = 0
    private var done: Any? = null
    private var other: Throwable? = null

    /** To the end, and then an attempt from each frame on the way back, until one has room enough. */
    private fun down() {
        try {
            down()
        } catch (_: StackOverflowError) {
            // so this frame is the last one, or nearly
        }
        if (done == null && other == null) {
            try {
                attempts++
                done = attempt()
            } catch (_: StackOverflowError) {
                // too early
            } catch (e: Throwable) {
                other = e
            }
        }
    }

    @JvmStatic
    fun main(args: Array<String>) {
        attempt = when (args[0]) {
            "bind" -> ({ Bindings.bind(Sum::class.java, "sum") })
            "bind and call" -> ({ Bindings.bind(Sum::class.java, "sum").sum(1, 2) })
            else -> ({ NativeLibrary.open("sum", arena) })
        }
        Thread(null, ::down, "deep", STACK).apply { start() }.join()
        println("failed first: ${attempts > 1}, then done: ${done != null}, by another error: $other")
        println(Bindings.bind(Sum::class.java, "sum").sum(1, 2))
    }

    fun ended(what: String): Ended = run(
        jdk("java"), "--enable-native-access=ALL-UNNAMED", "--illegal-native-access=deny",
        "-XX:MaxJavaStackTraceDepth=4", "-Dffi.library.path=${System.getProperty("ffi.library.path")}",
        "-cp", System.getProperty("java.class.path"), BeginDeeplyInOwnJvm::class.java.name, what,
    )
}

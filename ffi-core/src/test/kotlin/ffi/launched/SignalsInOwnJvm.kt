// SPDX-License-Identifier: Apache-2.0
package ffi.launched

import ffi.core.Bindings
import ffi.core.NativeLibrary
import java.lang.foreign.Arena

/** A library that takes signals from the JVM. */
internal object SignalsInOwnJvm {

    @Suppress("FunctionName")
    interface Taking {
        fun take_signal(number: Int)
    }

    @JvmStatic
    fun main(args: Array<String>) {
        val plain = NativeLibrary.open("sum", Arena.global())
        println(plain.report().toString().lines().filter { "signal" in it })
        val library = NativeLibrary.open(args[0], Arena.global())
        NativeLibrary.open(args[0], Arena.global()) // of which nothing more is said
        for (number in args.drop(1)) {
            Bindings.bind(Taking::class.java, library).take_signal(number.toInt())
        }
        println(library.report().toString().lines().filter { "signal" in it || "libjsig" in it }.joinToString("\n"))
        System.out.flush()
        Runtime.getRuntime().halt(0) // before the JVM needs what it has lost
    }

    fun ended(vararg arguments: String, options: List<String> = listOf()): Ended = run(
        jdk("java"), "--enable-native-access=ALL-UNNAMED", "-Xint",
        "-Dffi.library.path=${System.getProperty("ffi.library.path")}",
        "-Djava.util.logging.SimpleFormatter.format=%5\$s%n", *options.toTypedArray(),
        "-cp", System.getProperty("java.class.path"), SignalsInOwnJvm::class.java.name, *arguments,
    )
}

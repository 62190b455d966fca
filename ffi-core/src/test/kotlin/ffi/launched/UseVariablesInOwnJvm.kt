// SPDX-License-Identifier: Apache-2.0
package ffi.launched

import ffi.core.NativeLibrary
import ffi.core.NativeType
import java.lang.foreign.Arena

/** What would end the VM, if variables let it; and exceptions of C++'s, which do. */
internal object UseVariablesInOwnJvm {

    @JvmStatic
    fun main(args: Array<String>) {
        val library = NativeLibrary.open("sum", Arena.global())
        when (args[0]) {
            "writes constants" -> {
                val version = library.variable("api_version", NativeType.I32)
                val names = library.variable("level_names", NativeType.list(NativeType.ADDRESS).sized(3))
                listOf(
                    { version.set(1) }, { version.setVolatile(1) }, { version.getAndAdd(1) },
                    { names.set(names.get()) },
                ).forEach { println(runCatching(it).exceptionOrNull()?.javaClass?.name) }
            }
            "lets C++ throw" -> {
                val call = library.downcall("throw_out", NativeType.I32, NativeType.I32)
                println(call.call(5))
                System.out.flush()
                println(runCatching { call.call(-1) })
            }
            "lets a wrapper catch" -> println(library.downcall("throw_in", NativeType.I32, NativeType.I32).call(-1))
        }
        println("alive")
    }

    /** What such a JVM prints, and its exit code. */
    fun ended(what: String, vararg options: String): Ended = run(
        jdk("java"), "--enable-native-access=ALL-UNNAMED", "--illegal-native-access=deny",
        "-Dffi.library.path=${System.getProperty("ffi.library.path")}",
        "-cp", System.getProperty("java.class.path"), *options, UseVariablesInOwnJvm::class.java.name, what,
    )
}

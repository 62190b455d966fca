// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import java.io.File
import kotlin.io.path.Path

private object Traced : Library("sum") {
    val sum = fn("sum", i32, i32) returns i32
    val twice = fn("twice_u32", callback(u32) returns u32, u32) returns u32
    val sumOf = fn("sum_of", i32, variadic) returns i64
    val wrong = fn("sum", i32.owned(), i32) returns i32
}

private object Other : Library("", prefix = "l") {
    val abs = fn("abs", cLong) returns cLong
}

private interface TracedInterface {
    fun testU32(a: UInt, b: UInt): UInt
    fun sum(a: Int, b: Int): Int
}

/** A program whose calls are traced. */
internal object TraceInOwnJvm {

    @JvmStatic
    fun main(args: Array<String>) {
        Traced.sum(1, 2)
        Traced.twice({ it - 1u }, 1u)
        Traced.sumOf(2, 3, 4L)
        listOf(5, 6).reduce(Traced.sum)
        runCatching { Traced.wrong(1, 2) }
        val bound = bind<TracedInterface>("sum")
        bound.testU32(UInt.MAX_VALUE, 0u)
        bind<TracedInterface>(Traced.nativeLibrary).sum(7, 8)
        library("sum") { function("sum", i32, i32, i32) }.call(9, 10)
        Other.abs(-11)
    }

    /** What such a JVM logs. */
    fun log(vararg options: String): String {
        val command = listOf(
            "${Path(System.getProperty("java.home"), "bin", "java")}", "--enable-native-access=ALL-UNNAMED",
            "-Dffi.library.path=${System.getProperty("ffi.library.path")}", "-Dstderr.encoding=UTF-8",
            "-Djava.util.logging.SimpleFormatter.format=%5\$s%n", "-cp", System.getProperty("java.class.path"),
            *options, TraceInOwnJvm::class.java.name,
        )
        val log = File.createTempFile("trace", ".log")
        try {
            val exit = ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start().waitFor()
            return log.readText().trimEnd().also { check(exit == 0) { it } }
        } finally {
            check(log.delete())
        }
    }
}

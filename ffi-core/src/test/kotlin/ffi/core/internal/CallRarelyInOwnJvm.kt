// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal

import ffi.core.Downcall
import ffi.core.NativeLibrary
import ffi.core.NativeType
import ffi.core.NativeType.ADDRESS
import ffi.core.NativeType.F32
import ffi.core.NativeType.F64
import ffi.core.NativeType.I32
import ffi.core.NativeType.I64
import ffi.core.Signature
import ffi.launched.Ended
import ffi.launched.jdk
import ffi.launched.run
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.lang.foreign.MemorySegment.NULL

private fun interface Compare {
    fun of(a: MemorySegment?, b: MemorySegment?, c: MemorySegment?, d: Int): Int
}

private fun interface Offset {
    fun of(a: MemorySegment?, b: Long): Long
}

private fun interface IsSet {
    fun of(a: MemorySegment?): Int
}

/** A VM of its own has no shape linked by other specs. */
internal object CallRarelyInOwnJvm {

    private val library = NativeLibrary.open("sum", Arena.global()) // which begins the head start

    private fun function(symbol: String, result: NativeType<*>, vararg parameters: NativeType<*>): Downcall =
        Downcall.declare({ library }, Arena.global().scope(), symbol, Signature.of(result, *parameters))

    private fun thrown(block: () -> Unit): String = runCatching(block).exceptionOrNull().toString()

    @JvmStatic
    fun main(args: Array<String>) {
        Thread.getAllStackTraces().keys.filter { it.name == "ffi-headstart" }.forEach(Thread::join)
        function("many_DD_0", F64, F64).call(1.0)
        function("many_FF_0", F32, F32).call(1f)
        function("many_DDD_0", F64, F64, F64).call(1.0, 2.0)
        println("the first: " + listOf("D_D", "F_F", "DD_D").map { Linking.isLinked(it) })

        val compare = function("many_IPPPI_3", I32, ADDRESS, ADDRESS, ADDRESS, I32).`as`(Compare::class.java)
        println("rarely: " + List(Rare.CALLS) { compare.of(NULL, NULL, NULL, it) - it }.toSet())
        println("linked: " + Linking.isLinked("AAAJ_J"))
        println("then: ${compare.of(NULL, NULL, NULL, 4)}, linked: ${Linking.isLinked("AAAJ_J")}")

        val offset = function("many_JPJ_2", I64, ADDRESS, I64).`as`(Offset::class.java)
        println("of an arena that ends: " + Arena.ofConfined().use { offset.of(it.allocate(8), 1L shl 40) })
        println("linked: " + Linking.isLinked("AJ_J"))

        val isSet = function("many_IP_1", I32, ADDRESS)
        val face = isSet.`as`(IsSet::class.java)
        val wrong = listOf(null, MemorySegment.ofArray(ByteArray(1)))
        val rarely = wrong.map { thrown { face.of(it) } }
        println("linked: " + Linking.isLinked("A_J"))
        repeat(Rare.CALLS) { face.of(NULL) }
        println("linked: ${Linking.isLinked("A_J")}, as before: " + (wrong.map { thrown { face.of(it) } } == rarely))
        println(rarely[0])

        val missing = function("many_none", I32, ADDRESS, ADDRESS, ADDRESS, ADDRESS)
        println(List(2) { thrown { missing.call(NULL, NULL, NULL, NULL) }.lines().first() }.toSet())
    }

    /** What such a JVM prints, and its exit code. */
    fun ended(vararg options: String): Ended = run(
        jdk("java"), *options, "--enable-native-access=ALL-UNNAMED", "--illegal-native-access=deny",
        "-Dffi.library.path=${System.getProperty("ffi.library.path")}",
        "-cp", System.getProperty("java.class.path"), CallRarelyInOwnJvm::class.java.name,
    )
}

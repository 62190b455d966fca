// SPDX-License-Identifier: Apache-2.0
package ffi.dsl.differential

/** Compares in a JVM of its own: `cases-by-value cases-in-place seed`; prints what is wrong, and how many. */
internal object Alone {
    @JvmStatic
    fun main(args: Array<String>) {
        val seed = args[2].toLong()
        val wrong = wrong(functions(seed, args[0].toInt()) + functionsInPlace(seed, args[1].toInt()))
        wrong.forEach { println("$it\n") }
        println("${wrong.size} wrong")
    }
}

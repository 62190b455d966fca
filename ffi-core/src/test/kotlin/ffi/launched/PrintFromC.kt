// SPDX-License-Identifier: Apache-2.0
package ffi.launched

import ffi.core.NativeLibrary
import ffi.core.NativeType
import java.lang.foreign.Arena

/** Calls a function that prints, and prints what it returns. */
internal object PrintFromC {
    @JvmStatic
    fun main(args: Array<String>) {
        val result = NativeLibrary.open(args[0], Arena.global()).downcall(args[1], NativeType.VOID).call()
        println()
        println(result)
    }
}

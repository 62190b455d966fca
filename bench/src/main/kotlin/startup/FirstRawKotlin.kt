// SPDX-License-Identifier: Apache-2.0
package startup

import java.lang.foreign.Arena
import java.lang.foreign.FunctionDescriptor
import java.lang.foreign.Linker
import java.lang.foreign.SymbolLookup
import java.lang.foreign.ValueLayout.JAVA_INT
import kotlin.io.path.Path

/** One function: a handle in an object, as written by hand in Kotlin. */
object FirstRawKotlin {

    private val library = SymbolLookup.libraryLookup(
        Path(System.getProperty("ffi.library.path"), System.mapLibraryName("sum")), Arena.global(),
    )
    private val sum2 = Linker.nativeLinker().downcallHandle(
        library.findOrThrow("sum2"), FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT),
    )

    fun run(): Int = sum2.invokeExact(1, 2) as Int

    @JvmStatic
    fun main(arguments: Array<String>) = println(run())
}

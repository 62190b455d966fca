// SPDX-License-Identifier: Apache-2.0
package ffi.launched

import java.lang.foreign.Arena
import java.lang.module.ModuleFinder
import java.lang.reflect.InvocationTargetException
import kotlin.io.path.Path

/** Opens a library by a module that lies in a layer of the program's own, and prints why it may not. */
internal object OpenInLayer {
    @JvmStatic
    fun main(args: Array<String>) {
        val boot = ModuleLayer.boot()
        val found = boot.configuration().resolve(ModuleFinder.of(Path(args[0])), ModuleFinder.of(), listOf("ffi.core"))
        val layer = boot.defineModulesWithOneLoader(found, ClassLoader.getPlatformClassLoader())
        val library = layer.findLoader("ffi.core").loadClass("ffi.core.NativeLibrary")
        try {
            println(library.getMethod("open", String::class.java, Arena::class.java)
                .invoke(null, "sum", Arena.global()))
        } catch (e: InvocationTargetException) {
            println(e.targetException.message)
        }
    }
}

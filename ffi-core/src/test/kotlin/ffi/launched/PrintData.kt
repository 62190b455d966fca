// SPDX-License-Identifier: Apache-2.0
package ffi.launched // not ffi.core: where that is a module, the class path may not add to it

import ffi.core.NativeLibrary
import ffi.core.NativeType
import ffi.core.Out
import users.Structs.Minutia
import users.Structs.Minutiae
import users.Structs.Thing
import java.lang.foreign.Arena
import kotlin.io.path.Path

/** Lets C print what it was given, in a JVM of its own: a class of C++'s, and a struct with an array of structs. */
internal object PrintData {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val library = NativeLibrary.open(Path(arguments[0]), Arena.global())
        val myClass = NativeType.handle("MyClass", ::Thing, Thing::segment)
        val free = library.downcall("freeClass", NativeType.VOID, NativeType.ADDRESS)
        val made = library.downcall(
            "createMyClassFromC", myClass.owned(free), NativeType.CSTRING, NativeType.I32).call("classString", 26)
        library.downcall("printMyClass", NativeType.VOID, myClass).call(made)
        NativeType.release((made as Thing).segment())
        val values = Out(Minutiae(3, List(3) { Minutia((it + 1).toShort(), 2, (-it).toShort(), (200 + it).toByte()) }))
        val before = values.get()
        library.downcall("printAndReturnMinutiae", NativeType.ADDRESS,
            NativeType.inout(NativeType.struct(Minutiae::class.java))).call(values)
        println(values.get() == before)
    }
}

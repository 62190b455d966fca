// SPDX-License-Identifier: Apache-2.0
package ffi.core

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.lang.classfile.ClassFile
import java.lang.classfile.ClassFile.ACC_ABSTRACT
import java.lang.classfile.ClassFile.ACC_INTERFACE
import java.lang.classfile.ClassFile.ACC_PUBLIC
import java.lang.classfile.ClassFile.ACC_VARARGS
import java.lang.constant.ClassDesc
import java.lang.constant.ConstantDescs.CD_Object
import java.lang.constant.ConstantDescs.CD_String
import java.lang.constant.ConstantDescs.CD_int
import java.lang.constant.MethodTypeDesc
import java.lang.invoke.MethodHandles

private const val METHODS = 4000

/** What generated classes call their own members, by number: a name of the user's may be one of these. */
private const val NAMED = 12

/** Interfaces whose names or number of methods may be too much for the class that is generated. */
class LargeInterfacesSpec : FunSpec({

    fun define(name: String, vararg methods: Triple<String, MethodTypeDesc, Int>): Class<*> =
        MethodHandles.lookup().defineClass(
            ClassFile.of().build(ClassDesc.of("ffi.core.$name")) { builder ->
                builder.withFlags(ACC_PUBLIC or ACC_INTERFACE or ACC_ABSTRACT)
                for ((method, type, flags) in methods) {
                    builder.withMethod(method, type, ACC_PUBLIC or ACC_ABSTRACT or flags) {}
                }
            },
        )

    val any = MethodTypeDesc.of(CD_int, CD_String, CD_Object.arrayType())
    val plain = MethodTypeDesc.of(CD_int, CD_int)

    test("as many functions of any arguments are bound as of others") {
        val face = define("Any4000", *Array(METHODS) { Triple("f$it", any, ACC_VARARGS) })
        Bindings.functions(Bindings.bind(face, "sum")).size shouldBe METHODS
    }

    test("a function may be called what the generated class calls its own members") {
        val own = listOf("c", "call$", "rare$", "unwatched$", "f").flatMap { name -> List(NAMED) { name + it } } + "targets"
        val face = define("OwnNames", *(own.map { Triple(it, plain, 0) } +
            List(NAMED) { Triple("any$it", any, ACC_VARARGS) }).toTypedArray())
        Bindings.functions(Bindings.bind(face, "sum")).size shouldBe own.size + NAMED
    }
})

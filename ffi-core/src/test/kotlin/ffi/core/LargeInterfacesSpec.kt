// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.launched.BindManyInOwnJvm
import ffi.launched.Ended
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import java.lang.classfile.ClassFile
import java.lang.classfile.ClassFile.ACC_ABSTRACT
import java.lang.classfile.ClassFile.ACC_INTERFACE
import java.lang.classfile.ClassFile.ACC_PUBLIC
import java.lang.classfile.ClassFile.ACC_VARARGS
import java.lang.constant.ClassDesc
import java.lang.constant.ConstantDescs.CD_Object
import java.lang.constant.ConstantDescs.CD_String
import java.lang.constant.ConstantDescs.CD_byte
import java.lang.constant.ConstantDescs.CD_double
import java.lang.constant.ConstantDescs.CD_float
import java.lang.constant.ConstantDescs.CD_int
import java.lang.constant.ConstantDescs.CD_long
import java.lang.constant.ConstantDescs.CD_short
import java.lang.constant.MethodTypeDesc
import java.lang.foreign.Arena
import java.lang.invoke.MethodHandles
import kotlin.random.Random

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
    val integers = listOf(CD_byte, CD_short, CD_int, CD_long)
    val floats = listOf(CD_float, CD_double)

    test("as many functions of any arguments are bound as of others") {
        val face = define("Any4000", *Array(METHODS) { Triple("f$it", any, ACC_VARARGS) })
        Bindings.functions(Bindings.bind(face, "sum")).size shouldBe METHODS
    }

    test("as many functions are bound if no two take the same") {
        val random = Random(1)
        val types = generateSequence {
            val floating = (0..<10).shuffled(random).take(4)
            MethodTypeDesc.of(CD_int, List(10) { (if (it in floating) floats else integers).random(random) })
        }.distinct().take(METHODS).toList()
        val face = define("Distinct4000", *Array(METHODS) { Triple("f$it", types[it], 0) })
        Bindings.functions(Bindings.bind(face, "sum")).size shouldBe METHODS
    }

    test("as many are bound if each is traced") {
        val ended = BindManyInOwnJvm.ended(12, "-Dffi.trace=sum")
        ended.errors.replace(Regex("""\[.*, """), "[TIME, ") shouldBe "sum.sum(i32 1, i32 2) = i32 3 [TIME, main]"
        ended.copy(errors = "") shouldBe Ended("4000 functions, sum(1, 2) = 3", "", 0)
    }

    test("more than a class file can hold is an exception that says what to do") {
        BindManyInOwnJvm.ended(30) shouldBe Ended("4000 functions, sum(1, 2) = 3", "", 0)
        BindManyInOwnJvm.ended(30, "-Dffi.trace=sum") shouldBe Ended(
            """
            Methods that need more than one class can hold: ffi.launched.Many
              found: 4000 methods
              hint: bind several interfaces, or have fewer functions traced or recorded
            """.trimIndent(),
            "", 0,
        )
    }

    test("a method that is one too many is an exception that says what to do") {
        val face = define("Any4001", *Array(METHODS + 1) { Triple("f$it", plain, 0) })
        shouldThrow<BindingException> { Bindings.bind(face, "sum") }.message shouldBe """
            More methods than one class can hold: ffi.core.Any4001
              found: 4001
              at most: 4000
              hint: bind several interfaces
        """.trimIndent()
    }

    test("a function may be called what the generated class calls its own members") {
        val own = listOf("c", "call$", "unwatched$", "f").flatMap { name -> List(NAMED) { name + it } } + "targets"
        val face = define("OwnNames", *(own.map { Triple(it, plain, 0) } +
            List(NAMED) { Triple("any$it", any, ACC_VARARGS) }).toTypedArray())
        Bindings.functions(Bindings.bind(face, "sum")).size shouldBe own.size + NAMED
    }

    test("so may the method of a functional interface") {
        val sum = NativeLibrary.open("sum", Arena.global())
        for (name in listOf("rare!", "call!", "address!", "target$", "make")) {
            val number = define("OwnNumber${name.hashCode()}", Triple(name, MethodTypeDesc.of(CD_long), 0))
            sum.downcall("counted_given", NativeType.I64).`as`(number) shouldNotBe null
            val face = define("OwnFace${name.hashCode()}", Triple(name, plain, 0))
            val function = sum.downcall("echo_i32", NativeType.I32, NativeType.I32).`as`(face)
            face.getMethod(name, Int::class.java).invoke(function, 3) shouldBe 3
        }
    }
})

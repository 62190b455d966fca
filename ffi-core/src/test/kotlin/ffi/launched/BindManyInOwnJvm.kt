// SPDX-License-Identifier: Apache-2.0
package ffi.launched

import ffi.core.BindingException
import ffi.core.Bindings
import java.lang.classfile.ClassFile
import java.lang.classfile.ClassFile.ACC_ABSTRACT
import java.lang.classfile.ClassFile.ACC_INTERFACE
import java.lang.classfile.ClassFile.ACC_PUBLIC
import java.lang.constant.ClassDesc
import java.lang.constant.ConstantDescs.CD_String
import java.lang.constant.ConstantDescs.CD_double
import java.lang.constant.ConstantDescs.CD_float
import java.lang.constant.ConstantDescs.CD_int
import java.lang.constant.ConstantDescs.CD_long
import java.lang.constant.ConstantDescs.CD_short
import java.lang.constant.MethodTypeDesc
import java.lang.invoke.MethodHandles
import kotlin.random.Random

private const val METHODS = 4000

/** Binds an interface of thousands of functions, of which no two take the same, where calls may be watched. */
internal object BindManyInOwnJvm {

    /** The argument is how many parameters each has, but for the first, which is called. */
    @JvmStatic
    fun main(args: Array<String>) {
        val random = Random(1)
        val types = listOf(CD_short, CD_int, CD_long, CD_float, CD_double, CD_String)
        val others = generateSequence { MethodTypeDesc.of(CD_int, List(args[0].toInt()) { types.random(random) }) }
            .distinct().take(METHODS - 1)
        val all = listOf("sum" to MethodTypeDesc.of(CD_int, CD_int, CD_int)) +
            others.mapIndexed { i, type -> "f$i" to type }
        val face = MethodHandles.lookup().defineClass(
            ClassFile.of().build(ClassDesc.of("ffi.launched.Many")) { builder ->
                builder.withFlags(ACC_PUBLIC or ACC_INTERFACE or ACC_ABSTRACT)
                for ((name, type) in all) builder.withMethod(name, type, ACC_PUBLIC or ACC_ABSTRACT) {}
            },
        )
        try {
            val bound = Bindings.bind(face, "sum")
            val sum = face.getMethod("sum", Int::class.java, Int::class.java).invoke(bound, 1, 2)
            println("${Bindings.functions(bound).size} functions, sum(1, 2) = $sum")
        } catch (e: BindingException) {
            println(e.message)
        }
    }

    fun ended(parameters: Int, vararg options: String): Ended = run(
        jdk("java"), "--enable-native-access=ALL-UNNAMED", "--illegal-native-access=deny",
        "-Dffi.library.path=${System.getProperty("ffi.library.path")}",
        "-Djava.util.logging.SimpleFormatter.format=%5\$s%n",
        "-cp", System.getProperty("java.class.path"), *options, BindManyInOwnJvm::class.java.name, "$parameters",
    )
}

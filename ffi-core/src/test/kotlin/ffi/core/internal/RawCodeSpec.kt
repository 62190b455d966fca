// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.lang.classfile.ClassFile
import java.lang.classfile.ClassFile.ACC_STATIC
import java.lang.constant.ClassDesc
import java.lang.constant.ConstantDescs.CD_void
import java.lang.constant.MethodTypeDesc

/** Code that is longer than a method can be is met here, and not by the JVM, whose error is none that is expected. */
class RawCodeSpec : FunSpec({

    fun write(bytes: Int) = ClassFile.of().build(ClassDesc.of("ffi.core.internal.Long")) { builder ->
        val code = RawCode(builder.constantPool(), 1, 0)
        repeat((bytes - 1) / 2) { code.op(RawCode.ICONST_0).op(RawCode.POP) }
        code.op(RawCode.RETURN).write(builder, "run", MethodTypeDesc.of(CD_void), ACC_STATIC)
    }

    test("as much as a method can have is written") {
        ClassFile.of().verify(write(65_535)) shouldBe emptyList()
    }

    test("more is refused") {
        shouldThrow<IllegalArgumentException> { write(65_537) }.message shouldBe "run would have 65537 bytes of code"
    }
})

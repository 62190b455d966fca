// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.BindingException
import ffi.core.LibraryNotFoundException
import ffi.core.SymbolNotFoundException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import java.nio.file.Files
import java.nio.file.Path

private object Nowhere : Library("nowhere") {
    val f = fn("f", i32) returns i32
}

private object Misspelt : Library("sum") {
    val summ = fn("summ", i32, i32) returns i32
    val sum = fn("sum", i32, i32) returns i32
}

private enum class Twice(val code: Int) { ONE(1), ALSO_ONE(1) }

private object Wrong : Library("sum") {
    val takesVoid = fn("f", void) returns i32
    val noPointer = fn("f", i32.orNull) returns i32
    val noPointerBack = fn("sum", i32, i32) returns i32.orNull
    val twice = fn("f", enumOf<Twice>(u8) { it.code * 256 }) returns void
    val noBit = fn("f", flags<Twice> { 1L shl 40 }) returns void
    val notFreed = fn("returnNullString") returns i32.owned(fn("free", address) returns void)
    val right = fn("sum", i32, i32) returns i32
}

interface NowhereFace {
    fun f(a: Int): Int
}

/** What is missing or wrong is never thrown by the initializer of an object: it would make the class unusable. */
class InertSpec : FunSpec({

    test("an object for a library that is missing is declared, and each of its calls says so") {
        repeat(2) { shouldThrow<LibraryNotFoundException> { Nowhere.f(1) }.name() shouldBe "nowhere" }
        shouldThrow<LibraryNotFoundException> { Nowhere.link() }
        "${Nowhere.f}" shouldBe "f: i32 (i32)"
    }

    test("an object with a symbol that is missing is declared, and the calls of that one say so") {
        repeat(2) { shouldThrow<SymbolNotFoundException> { Misspelt.summ(1, 2) }.symbol() shouldBe "summ" }
        Misspelt.sum(1, 2) shouldBe 3
    }

    test("an interface for a library that is missing is bound, and each of its calls says so") {
        val face = bind<NowhereFace>("nowhere")
        repeat(2) { shouldThrow<LibraryNotFoundException> { face.f(1) } }
    }

    test("a library that comes late is found by the next call") {
        val file = tempdir().toPath().resolve("libsum.so")
        val sum = library(file) { fn("sum", i32, i32) returns i32 }
        shouldThrow<LibraryNotFoundException> { sum(1, 2) }
        Files.copy(Path.of(System.getProperty("ffi.library.path"), System.mapLibraryName("sum")), file)
        sum(1, 2) shouldBe 3
    }

    test("an object with declarations that can not be is declared, and each of their calls says so") {
        fun messageOf(call: () -> Unit) = List(2) { shouldThrow<BindingException>(call).message }.distinct().single()

        messageOf { Wrong.takesVoid(Unit) } shouldBe """
            void is the type of no parameter
              as: parameter 1
              function: f: i32 (void)
              hint: a function that C declares with (void) has no parameters
        """.trimIndent()
        messageOf { Wrong.noPointer(1) } shouldBe """
            A type that has no orNull
              type: i32
              expected: a pointer
              function: f: i32 (i32.orNull)
        """.trimIndent()
        messageOf { Wrong.noPointerBack(1, 2) } shouldBe """
            A type that has no orNull
              type: i32
              expected: a pointer
              function: sum: i32.orNull (i32, i32)
        """.trimIndent()
        messageOf { Wrong.twice(Twice.ONE) } shouldBe """
            A constant beyond the width of its enumeration
              type: ffi.dsl.Twice
              carrier: u8
              expected: 0 to 255
              found: ONE = 256
              hint: name a carrier that has all the constants, as the native enumeration does
              function: f: void (Twice(u8))
        """.trimIndent()
        messageOf { Wrong.noBit(emptySet()) } shouldBe """
            A constant beyond the width of its enumeration
              type: ffi.dsl.Twice
              carrier: int
              expected: 32 bits
              found: ONE = 1099511627776
              hint: name a carrier that has all the constants, as the native enumeration does
              function: f: void (flags(Twice))
        """.trimIndent()
        messageOf { Wrong.notFreed() } shouldBe """
            A type that has no owned
              type: i32
              expected: text, a handle, a pointer or an array
              function: returnNullString: i32.owned ()
        """.trimIndent()
        "${Wrong.takesVoid}" shouldBe "f: i32 (void)"
        messageOf { Wrong.link() } shouldBe messageOf { Wrong.takesVoid(Unit) }
        Wrong.right(1, 2) shouldBe 3
    }
})

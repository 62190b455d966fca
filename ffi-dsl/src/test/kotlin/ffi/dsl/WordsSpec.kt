// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.BindingException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import java.nio.file.Path
import kotlin.io.path.extension
import kotlin.io.path.readText
import kotlin.io.path.walk

private interface WithSizelessResult {
    fun range_u32(n: Long): IntArray
}

private interface WithNullInt {
    fun f(a: Int?): Int
}

private interface WithTypeVariable<T> {
    fun f(a: Int, b: T): Int
}

/** What core has to say of what is declared in Kotlin is said in Kotlin's words. */
class WordsSpec : FunSpec({

    test("a variadic function that is declared as another") {
        val printf = library("") { fn("printf", cstring, i32) returns i32 }
        shouldThrow<BindingException> { printf("", 1) }.message shouldBe """
            C declares this function with ... at its end: printf
              function: printf: i32 (cstring, i32)
              declared by C: 1 parameter, ...
              hint: declare it i32 (cstring, ..., i32): variadicAfter(1), or variadic in place of what follows
        """.trimIndent()
    }

    test("a variadic argument of no class that C takes") {
        val snprintf = library("") { fn("snprintf", array(i8), usize, cstring, variadic) returns i32 }
        shouldThrow<IllegalArgumentException> { snprintf(ByteArray(9), 9, "", listOf(1)) }.message!!
            .lines().last() shouldBe
            "  hint: a number, constant, text, pointer, function pointer or array; " +
            "else declare its type, variadicAfter(3)"
    }

    test("a result of unknown size") {
        val range = library("sum") { fn("range_u32", usize) returns array(i32) }
        shouldThrow<BindingException> { range(1) }.message shouldBe """
            A result of unknown size
              type: array(i32)
              hint: say how many elements it has: sized(n), sizedBy(argument) or terminated
              function: range_u32: array(i32) (usize)
        """.trimIndent()
        shouldThrow<BindingException> { bind<WithSizelessResult>("sum") }.message shouldBe """
            A result of unknown size
              type: array(i32)
              of: fun ffi.dsl.WithSizelessResult.range_u32(n: Long): IntArray
              hint: say how many elements it has: @Length(n), @Length(argument = n) or @Terminated
        """.trimIndent()
    }

    test("a number that may be null, and a type variable") {
        shouldThrow<BindingException> { bind<WithNullInt>("sum") }.message shouldBe """
            No native type for Int?
              as: parameter 1, a
              of: fun ffi.dsl.WithNullInt.f(a: Int?): Int
              hint: declare it Int: a number of C's is never null
        """.trimIndent()
        shouldThrow<BindingException> { bind<WithTypeVariable<String>>("sum") }.message shouldBe """
            No native type for T
              as: parameter 2, b
              of: fun ffi.dsl.WithTypeVariable.f(a: Int, b: T): Int
              hint: declare the method in an interface without type parameters: what stands for them is not known here
        """.trimIndent()
    }

    test("void for a parameter names the function") {
        shouldThrow<BindingException> { library("sum") { function("sum", i32, void) } }.message shouldBe """
            void is the type of no parameter
              as: parameter 1
              function: sum: i32 (void)
              hint: a function that C declares with (void) has no parameters
        """.trimIndent()
    }

    class Wrong(val type: ffi.core.NativeType<*>, val value: Any?, val expected: String, val found: String)

    context("a dynamic argument of the wrong class") {
        withData<Wrong>(
            { "${it.found} for ${it.expected}" },
            Wrong(i32, 1.5, "Int", "Double 1.5"),
            Wrong(i32, 'a', "Int", "Char 'a'"),
            Wrong(i32, null, "Int", "null"),
            Wrong(i32, 1L shl 40, "-2147483648 to 2147483647", "1099511627776"),
            Wrong(char16, 1, "Char", "Int 1"),
            Wrong(cstring, 1, "String", "Int 1"),
            Wrong(u32, 1, "UInt", "Int 1"),
            Wrong(u8, 1L, "UByte", "Long 1"),
            Wrong(array(i32), byteArrayOf(1), "IntArray", "ByteArray"),
        ) { wrong ->
            val function = library("sum") { function("noop", void, bool, wrong.type) }
            shouldThrow<IllegalArgumentException> { function.call(true, wrong.value) }.message shouldBe """
                Argument 2 is not a value of its type
                  function: noop: void (bool, ${wrong.type})
                  declared: ${wrong.type}
                  expected: ${wrong.expected}
                  found: ${wrong.found}
            """.trimIndent()
        }
    }

    // Of all that core says in a literal, whatever is a word of Java's face only must have one of Kotlin's.
    test("every word of Java's in core's literals has one of Kotlin's") {
        val ofJava = Regex("\\b(asVariadic|asCritical|(asConst|terminated|orNull|orErrno|withErrno)\\(\\))")
        val literals = Path.of("../ffi-core/src/main/java").walk().filter { it.extension == "java" }
            .flatMap { file -> file.readText().lines() }
            .filterNot { it.trim().startsWith("//") }
            .flatMap { Regex("\"([^\"]*)\"").findAll(it) }.map { it.groupValues[1] }.toList()
        (literals.size > 500) shouldBe true
        literals.filter { it.contains(' ') && ofJava.containsMatchIn(KotlinWords.of(it)) }.shouldBeEmpty()
    }
})

// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.NativeType.ADDRESS
import ffi.core.NativeType.CSTRING
import ffi.core.NativeType.F64
import ffi.core.NativeType.I32
import ffi.core.NativeType.I64
import ffi.core.NativeType.USIZE
import ffi.core.NativeType.VOID
import ffi.launched.Ended
import ffi.launched.jdk
import ffi.launched.run
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.throwables.shouldThrowAny
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment.NULL
import java.nio.charset.Charset
import java.util.function.Consumer
import java.util.function.DoubleConsumer
import java.util.function.Function
import java.util.function.IntConsumer
import java.util.function.LongConsumer
import users.Faces

private enum class Mine { READ, WRITE, APPEND }

private enum class Theirs { RED, GREEN, BLUE, WHITE }

private enum class Sign(val bits: Int) { LOWEST(1), HIGHEST(1 shl 31) }

/** What may be given for a face, and what may not. */
class FacesSpec : FunSpec({

    val libsum = NativeLibrary.open("sum", Arena.global())
    val sum = libsum.downcall("sum", I32, I32, I32)

    test("an interface may hold its own implementation, whoever is the first to touch it") {
        Bindings.bind(Faces.Singleton::class.java, "sum").twice(2) shouldBe 4
        Faces.Singleton.INSTANCE.twice(3) shouldBe 6
    }

    test("a result of any width may be dropped") {
        libsum.downcall("echo_i32", I32, I32).`as`(IntConsumer::class.java).accept(1)
        libsum.downcall("echo_i64", I64, I64).`as`(LongConsumer::class.java).accept(1)
        libsum.downcall("echo_usize", USIZE, USIZE).`as`(LongConsumer::class.java).accept(1)
        libsum.downcall("echo_f64", F64, F64).`as`(DoubleConsumer::class.java).accept(1.0)
        @Suppress("UNCHECKED_CAST")
        val length = libsum.downcall("str_len", USIZE, CSTRING).`as`(Consumer::class.java) as Consumer<String>
        length.accept("text")
    }

    test("an abstract class with a constructor of no parameters is a face") {
        sum.`as`(Faces.Extensible::class.java).twice(4) shouldBe 8
    }

    context("a class that can not be extended is refused") {
        val refused = listOf(
            Faces.TakesText::class.java, Faces.TwoConstructors::class.java, Faces.Private::class.java,
            Faces.Hidden::class.java, Faces.Inner::class.java,
        )
        val constructor = "one constructor, which is not private and takes nothing"
        withData(refused.associateBy { it.simpleName }) { face ->
            shouldThrow<BindingException> { sum.`as`(face) }.message shouldBe """
                Not a class to be extended: ${face.typeName}
                  function: sum: i32 (i32, i32)
                  hint: it is abstract, with $constructor, and its one abstract method is public
            """.trimIndent()
        }
    }

    test("a method may have any name") {
        val given = libsum.downcall("counted_given", I64)
        given.`as`(Faces.Strange::class.java).`$address`() shouldBe given.call()
    }

    test("a parameter takes no more than its type does") {
        shouldThrow<BindingException> {
            libsum.downcall("str_len", USIZE, CSTRING).`as`(Faces.TakesAnyCharacters::class.java)
        }
    }

    test("a constant of another enum is refused where types are erased") {
        val mode = NativeType.enumOf(Mine::class.java)
        @Suppress("UNCHECKED_CAST")
        val echo = libsum.downcall("echo_i32", mode, mode).`as`(Function::class.java) as Function<Any?, Any?>
        echo.apply(Mine.WRITE) shouldBe Mine.WRITE
        for ((wrong, found) in listOf(
            Theirs.GREEN to "ffi.core.Theirs.GREEN", Theirs.WHITE to "ffi.core.Theirs.WHITE", "s" to "java.lang.String",
            null to "null",
        )) {
            shouldThrowAny { echo.apply(wrong) }.also {
                (it is NullPointerException) shouldBe (wrong == null)
            }.message shouldBe """
                Argument 1 is not a value of its type
                  function: echo_i32: Mine (Mine)
                  declared: Mine
                  expected: a constant
                  found: $found
            """.trimIndent()
        }
    }

    test("the highest bit may come by its sign") {
        val signs = NativeType.flags(Sign::class.java) { it.bits.toLong() }
        libsum.downcall("echo_i32", signs, signs).call(setOf(Sign.HIGHEST)) shouldBe setOf(Sign.HIGHEST)
    }

    test("a charset that can not be written is no type") {
        val readable = Charset.availableCharsets().values.first { !it.canEncode() }
        shouldThrow<BindingException> { Signature.of(I32, NativeType.cstring(readable)) }.message shouldBe """
            A type that has no encoder
              type: ${readable.name()}
              expected: a charset that can also be written
        """.trimIndent()
    }

    test("a function has no more parameters than the JVM can pass") {
        val most = Signature.of(I32, *Array(248) { I32 })
        libsum.downcall("sum", most).handle().type().parameterCount() shouldBe 248
        shouldThrow<BindingException> { Signature.of(I32, *Array(125) { I64 }) }.message shouldBe """
            More parameters than a method of the JVM can have
              slots: 250, at most 248
              hint: a long, a double, a text and a pointer take two slots each, a struct two for each 8 bytes
        """.trimIndent()
        libsum.downcall("noop", Signature.of(VOID, *Array(124) { ADDRESS })).call(*Array(124) { NULL })
        libsum.downcall("noop", Signature.of(VOID, *Array(82) { ADDRESS }).asCritical()).call(*Array(82) { NULL })
        shouldThrow<BindingException> { Signature.of(VOID, *Array(125) { ADDRESS }) }
    }

    test("what frees a result is looked up before there is one") {
        val freed = Bindings.bind(Faces.FreedByNobody::class.java, "sum")
        shouldThrow<SymbolNotFoundException> { Bindings.link(freed) }.symbol() shouldBe "no_such_function"
        val given = libsum.downcall("counted_given", I64)
        val before = given.call()
        shouldThrow<SymbolNotFoundException> { freed.copy("text") }
        given.call() shouldBe before
    }

    test("a class loader whose types were called with is collected when memory is wanted") {
        run(
            jdk("java"), "-XX:SoftRefLRUPolicyMSPerMB=0", "--enable-native-access=ALL-UNNAMED",
            "-Dffi.library.path=${System.getProperty("ffi.library.path")}",
            "-cp", System.getProperty("java.class.path"), "users.Loaders",
        ) shouldBe Ended("gone", "", 0)
    }
})

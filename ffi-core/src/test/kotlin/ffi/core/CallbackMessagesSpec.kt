// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.NativeType.ADDRESS
import ffi.core.NativeType.CSTRING
import ffi.core.NativeType.I32
import ffi.core.NativeType.I64
import ffi.core.NativeType.VOID
import ffi.core.NativeType.array
import ffi.core.NativeType.callback
import ffi.core.NativeType.`object`
import ffi.core.NativeType.out
import ffi.core.NativeType.struct
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.lang.foreign.Arena
import java.nio.IntBuffer
import java.util.function.BiFunction
import java.util.function.Function
import java.util.function.IntBinaryOperator
import java.util.function.IntFunction

interface WithCritical {
    @Critical
    fun apply(f: IntBinaryOperator, a: Int, b: Int): Int
}

interface TwoOfAName {
    fun first(a: Int)
    fun first(a: Int, b: Int)
    fun second()
}

fun interface OfDate {
    fun at(date: java.util.Date)
}

/** Every message about callbacks, whole. */
class CallbackMessagesSpec : FunSpec({

    val libsum = NativeLibrary.open("sum", Arena.global())
    val operation = callback(IntBinaryOperator::class.java)
    fun declaring(block: () -> Unit) = shouldThrow<BindingException>(block).message

    test("a critical function can not call back: it is said when it is declared") {
        declaring { Signature.of(I32, operation, I32, I32).asCritical() } shouldBe """
            A critical function can not call back
              type: callback(i32 (i32, i32))
              as: parameter 1
              hint: call it without critical: the VM would end when C calls back
        """.trimIndent()
        declaring { Bindings.bind(WithCritical::class.java, libsum) } shouldBe """
            A critical function can not call back
              type: callback(i32 (i32, i32))
              as: parameter 1
              of: int ffi.core.WithCritical.apply(java.util.function.IntBinaryOperator, int, int)
              hint: call it without critical: the VM would end when C calls back
        """.trimIndent()
    }

    test("a face is an interface with one method, whose types are known") {
        declaring { Signature.of(VOID, callback(TwoOfAName::class.java)) } shouldBe """
            Not a functional interface: ffi.core.TwoOfAName
              function: ffi.core.TwoOfAName
              abstract methods: 3
        """.trimIndent()
        declaring { Signature.of(VOID, callback(IntFunction::class.java, I32, I64)) } shouldBe """
            A method that can not call this function
              function: callback(i32 (i64))
              method: java.lang.Object java.util.function.IntFunction.apply(int)
              expected: (long)int
        """.trimIndent()
        declaring { Signature.of(VOID, callback(OfDate::class.java)) }!!.lines().first() shouldBe
            "No native type for java.util.Date"
    }

    test("C gives no out-parameter and no array without an end") {
        declaring { Signature.of(VOID, callback(Function::class.java, I32, out(I32))) } shouldBe """
            A type that C does not give to a callback
              type: out(i32)
        """.trimIndent()
        declaring { Signature.of(VOID, callback(Function::class.java, I32, array(IntArray::class.java))) } shouldBe """
            An array of unknown size, given to a callback
              type: array(i32)
              hint: say how many elements it has: sized(n), sizedBy(argument) or terminated()
        """.trimIndent()
    }

    test("C gives no buffer without an end, and a size is an integer beside it") {
        val buffer = NativeType.buffer(IntBuffer::class.java)
        val ints = array(IntArray::class.java)
        declaring { Signature.of(VOID, callback(Function::class.java, I32, buffer)) } shouldBe """
            A buffer of unknown size, given to a callback
              type: buffer(IntBuffer)
              hint: say how many elements it has: sized(n) or sizedBy(argument)
        """.trimIndent()
        declaring { Signature.of(VOID, callback(BiFunction::class.java, I32, buffer.sizedBy(2), I32)) } shouldBe """
            A buffer of unknown size, given to a callback
              type: buffer(IntBuffer).sizedBy(2)
              hint: say how many elements it has: sized(n) or sizedBy(argument)
        """.trimIndent()
        for (size in listOf(NativeType.F64, NativeType.CSTRING, ints.sized(2), NativeType.ADDRESS)) {
            declaring { Signature.of(VOID, callback(BiFunction::class.java, I32, ints.sizedBy(1), size)) } shouldBe """
                A parameter of a callback whose size no other one says
                  type: array(i32).sizedBy(1)
                  parameter: $size
                  hint: sizedBy takes the number of a parameter, from 0, which is an integer
            """.trimIndent()
        }
    }

    test("an error value is one of the result's type") {
        declaring { Signature.of(VOID, operation.onError("no")) } shouldBe """
            A type that has no onError(no)
              type: callback(i32 (i32, i32))
              expected: a callback, and a value of its result's type
        """.trimIndent()
    }

    test("a registration wants a callback and a function") {
        shouldThrow<BindingException> { Upcall.of(I32, 1, Arena.global()) }.message shouldBe """
            A type that has no function pointer
              type: i32
              expected: a callback
        """.trimIndent()
    }

    test("a table has one method for each name") {
        val object_ = object : TwoOfAName {
            override fun first(a: Int) = Unit

            override fun first(a: Int, b: Int) = Unit

            override fun second() = Unit
        }
        declaring { Upcall.table(TwoOfAName::class.java, object_, Arena.global(), "second", "first") } shouldBe """
            Not one abstract method: first
              interface: ffi.core.TwoOfAName
              methods: [first, first, second]
        """.trimIndent()
    }

    test("null is no function, and no object, unless it is declared") {
        val apply = libsum.downcall("apply", I32, operation, I32, I32)
        shouldThrow<NullPointerException> { apply.call(null, 1, 2) }.message shouldBe """
            Argument 1 is not a value of its type
              function: apply: i32 (callback(i32 (i32, i32)), i32, i32)
              declared: callback(i32 (i32, i32))
              expected: a function
              found: null
              hint: declare it callback(i32 (i32, i32)).orNull if NULL is a value of it
        """.trimIndent()
        val none = libsum.downcall("operation_for", operation, I32)
        shouldThrow<NullPointerException> { none.call(9) }.message shouldBe """
            The result is not a value of its type
              function: operation_for: callback(i32 (i32, i32)) (i32)
              declared: callback(i32 (i32, i32))
              expected: a function
              found: NULL
              hint: declare it callback(i32 (i32, i32)).orNull if NULL is a value of it
        """.trimIndent()
    }

    test("memory without an arena can not hold a function that lives nowhere") {
        val both = struct(Both::class.java)
        Arena.ofConfined().use { arena ->
            val memory = arena.allocate(both.layout())
            shouldThrow<IllegalArgumentException> { both.set(memory, 0, Both(Int::plus, Int::minus)) }
                .message shouldBe """
                Not a value of its type
                  field: Both.first
                  declared: callback(i32 (i32, i32))
                  expected: a function pointer of Upcall.of or stub { }, or set(…, function, arena)
                  found: a function without a lifetime
            """.trimIndent()
        }
    }

    test("an object of another class is not the one that was given") {
        val text = `object`(String::class.java)
        val number = `object`(Int::class.javaObjectType)
        val each = libsum.downcall("each_with", I32,
            callback(java.util.function.ToIntBiFunction::class.java, I32, number, I32),
            text, I32)
        val declared = "each_with: i32 (callback(i32 (object(Integer), i32)), object(String), i32)"
        shouldThrow<NoSuchElementException> {
            each.call(java.util.function.ToIntBiFunction<Int, Int> { a, b -> a + b }, "text", 1)
        }.message shouldBe """
            Not a value of its type in a callback
              function: callback(i32 (object(Integer), i32)) as argument 1 of $declared
              declared: object(Integer)
              expected: an object that was given to C, and is still alive
              found: a java.lang.String
        """.trimIndent()
    }
})

// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.NativeType.CSTRING
import ffi.core.NativeType.F32
import ffi.core.NativeType.F64
import ffi.core.NativeType.I32
import ffi.core.NativeType.I64
import ffi.core.NativeType.USIZE
import ffi.core.NativeType.VOID
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.choice
import io.kotest.property.arbitrary.double
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.long
import io.kotest.property.arbitrary.map
import io.kotest.property.arbitrary.string
import io.kotest.property.checkAll
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.util.Date

private val BYTES = NativeType.array(ByteArray::class.java, NativeType.I8)

private interface Formatting {
    fun snprintf(buffer: ByteArray, size: Long, format: String, vararg rest: Any?): Int
}

private interface Adding {
    fun sum_of(count: Int, vararg rest: Any?): Long
}

private interface WrongEllipsis {
    fun snprintf(buffer: ByteArray, size: Long, format: String, vararg rest: Int): Int
}

/** Functions that take any arguments behind those that C names. */
class VariadicSpec : FunSpec({

    val sum = NativeLibrary.open("sum", Arena.global())
    val libc = NativeLibrary.standard()
    val snprintf = libc.downcall("snprintf", Signature.of(I32, BYTES, USIZE, CSTRING).asVariadic(3)).variadic()

    fun printed(format: String, vararg rest: Any?): String {
        val buffer = ByteArray(500)
        val length = snprintf.call(buffer, 500L, format, *rest) as Int
        return String(buffer, 0, length)
    }

    test("arguments are promoted as C does it") {
        printed("%d %s %.2f", 3, "x", 1.5) shouldBe "3 x 1.50"
        printed("%d %d %d %d %c", 1.toByte(), 2.toShort(), 'A', true, 'B') shouldBe "1 2 65 1 B"
        printed("%.2f", 1.5f) shouldBe "1.50"
        printed("%ld %zu %jd", 1L, 2, Long.MIN_VALUE) shouldBe "1 2 ${Long.MIN_VALUE}"
        printed("%s %p", byteArrayOf(65, 66, 0), null) shouldBe "AB (nil)"
        printed("%p", MemorySegment.ofAddress(255)) shouldBe "0xff"
        printed("%*d|%-*s|%.*f%%", 4, 7, 3, "a", 1, 2.25) shouldBe "   7|a  |2.2%"
        printed("nothing") shouldBe "nothing"
    }

    test("any arguments arrive as they were given, in any number and order") {
        val tell = sum.downcall("tell", Signature.of(VOID, BYTES, USIZE, CSTRING).asVariadic(3)).variadic()
        val values = Arb.choice(
            Arb.int().map { 'i' to it as Any? },
            Arb.long().map { 'l' to it },
            Arb.double(-1e5, 1e5).map { 'd' to Math.rint(it) / 4 },
            Arb.string(0..9).map { 's' to it.replace("\u0000", "").replace(' ', '_') },
            Arb.int(0..1).map { 'p' to if (it == 0) null else MemorySegment.ofAddress(8) },
        )
        fun shown(value: Pair<Char, Any?>) = when (value.first) {
            'p' -> if (value.second == null) "NULL" else "set"
            'd' -> (value.second as Double).let { n -> printed("%g", n) }
            else -> value.second.toString()
        }
        checkAll(300, Arb.list(values, 0..14)) { given ->
            val buffer = ByteArray(2000)
            tell.call(buffer, 2000L, given.map { it.first }.joinToString(""), *given.map { it.second }.toTypedArray())
            String(buffer, 0, buffer.indexOf(0)) shouldBe given.joinToString("") { shown(it) + " " }
        }
    }

    test("many more than there are registers for") {
        val sumOf = sum.downcall("sum_of", Signature.of(I64, I32).asVariadic(1)).variadic()
        sumOf.call(100, *(1..100).toList().toTypedArray()) shouldBe 5050L
        val sumOfDoubles = sum.downcall("sum_of_doubles", Signature.of(F64, I32).asVariadic(1)).variadic()
        sumOfDoubles.call(50, *(1..50).map { it / 2.0 }.toTypedArray()) shouldBe 637.5
    }

    test("with its types declared, it is a function as any other") {
        val print = libc.downcall("snprintf", Signature.of(I32, BYTES, USIZE, CSTRING, F64, I32).asVariadic(3))
        print.toString() shouldBe "snprintf: i32 (array(i8), usize, cstring, ..., f64, i32)"
        val buffer = ByteArray(20)
        print.call(buffer, 20L, "%.1f %d", 0.5, 7) shouldBe 5
        String(buffer, 0, 5) shouldBe "0.5 7"
        shouldThrow<BindingException> { Signature.of(I32, CSTRING, F32).asVariadic(1) }.message shouldBe """
            C promotes a float behind the ... of a function
              type: f32
              as: parameter 2
              hint: declare it f64
        """.trimIndent()
    }

    test("a method that ends in any number of objects is variadic") {
        val bound = Bindings.bind(Formatting::class.java, "", Arena.global(), java.lang.invoke.MethodHandles.lookup())
        val buffer = ByteArray(20)
        bound.snprintf(buffer, 20, "%s %d", "a", 1) shouldBe 3
        bound.snprintf(buffer, 20, "none") shouldBe 4
        val e = shouldThrow<BindingException> {
            Bindings.bind(WrongEllipsis::class.java, "", Arena.global(), java.lang.invoke.MethodHandles.lookup())
        }
        e.message shouldBe """
            A variadic method that no function of C's can stand behind
              of: int ffi.core.WrongEllipsis.snprintf(byte[], long, java.lang.String, int[])
              hint: it ends in Object..., and returns what C does
        """.trimIndent()
    }

    test("null in place of the arguments behind those that C names") {
        val method = Formatting::class.java.methods.single()
        val bound = Bindings.bind(Formatting::class.java, "", Arena.global(), java.lang.invoke.MethodHandles.lookup())
        shouldThrow<java.lang.reflect.InvocationTargetException> { method.invoke(bound, ByteArray(9), 9L, "", null) }
            .targetException.message shouldBe """
                No arguments behind the ... of a function, but null
                  function: snprintf: i32 (array(i8), i64, cstring, ...)
                  hint: none are an empty array, and a null of C's is one that holds null
            """.trimIndent()
    }

    test("a method that became code for what it was often called with checks the next call as the first") {
        val bound = Bindings.bind(Formatting::class.java, "", Arena.global(), java.lang.invoke.MethodHandles.lookup())
        val buffer = ByteArray(40)
        fun printed(format: String, vararg rest: Any?) =
            String(buffer, 0, bound.snprintf(buffer, buffer.size.toLong(), format, *rest))
        repeat(6) { // more combinations than become code, each often enough
            repeat(2500) { i -> printed("%d", i) shouldBe "$i" }
            repeat(2500) { i -> printed("%d", i.toShort()) shouldBe "$i" }
            repeat(2500) { i -> printed("%s %ld", "a", i.toLong()) shouldBe "a $i" }
            repeat(2500) { i -> printed("%ld", i) shouldBe "$i" }
            repeat(2500) { printed("%s", null) shouldBe "(null)" }
            repeat(2500) { printed("none") shouldBe "none" }
        }
        repeat(20_000) { i -> printed(if (i % 2 == 0) "%d" else "%ld", i) shouldBe "$i" }
        printed(String("%d".toCharArray()), 7) shouldBe "7"
        for (wrong in listOf<Any?>("text", 1L, 1.5, null)) {
            shouldThrow<IllegalArgumentException> { printed("%d", wrong) }.message!!.lines().first() shouldBe
                "An argument that does not fit the format"
        }
        shouldThrow<IllegalArgumentException> { printed("%s", 1) }
        shouldThrow<IllegalArgumentException> { printed("%d") }.message!!.lines().first() shouldBe
            "Fewer arguments than the format has conversions"
        shouldThrow<IllegalArgumentException> { printed("none", 1) }
    }

    test("a method that was called often with more arguments than a handle takes besides") {
        val bound = Bindings.bind(Adding::class.java, "sum", Arena.global(), java.lang.invoke.MethodHandles.lookup())
        repeat(5000) { bound.sum_of(200, *Array<Any?>(200) { it }) shouldBe 19900L }
        repeat(5000) { bound.sum_of(2, 3, it) shouldBe 3L + it }
        bound.sum_of(0) shouldBe 0L
    }

    test("an error of a variadic function shows all arguments") {
        val open = libc.downcall("open", Signature.of(I32.orErrno(), CSTRING, I32).asVariadic(2)).variadic()
        shouldThrow<ErrnoException> { open.call("nowhere", 0, 420) }.message shouldBe
            "open(\"nowhere\", 0, 420): ENOENT, No such file or directory"
    }

    test("a format that its arguments do not fit is refused before C sees it") {
        fun messageOf(format: String, vararg rest: Any?) =
            shouldThrow<IllegalArgumentException> { printed(format, *rest) }.message

        messageOf("%d %s", 1, 2) shouldBe """
            An argument that does not fit the format
              function: snprintf: i32 (array(i8), usize, cstring, ...)
              format: "%d %s"
              argument: 5
              expected: text, for %s
              found: i32
        """.trimIndent()
        messageOf("%d", 1L) shouldBe """
            An argument that does not fit the format
              function: snprintf: i32 (array(i8), usize, cstring, ...)
              format: "%d"
              argument: 4
              expected: int, for %d
              found: i64
              hint: 64 bits are written %ld
        """.trimIndent()
        messageOf("%d and %f", 1) shouldBe """
            Fewer arguments than the format has conversions
              function: snprintf: i32 (array(i8), usize, cstring, ...)
              format: "%d and %f"
              missing: double, for %f
              arguments: 1
        """.trimIndent()
        messageOf("%d", 1, 2) shouldBe """
            More arguments than the format has conversions
              function: snprintf: i32 (array(i8), usize, cstring, ...)
              format: "%d"
              conversions: 1
              arguments: 2
        """.trimIndent()
        messageOf("%2\$s %1\$s", 1, "a") shouldBe """
            A format that can not be filled in
              function: snprintf: i32 (array(i8), usize, cstring, ...)
              format: "%2${'$'}s %1${'$'}s"
              conversion: "%2${'$'}"
              hint: known are %d %i %u %x %X %o %c %s %p %f %e %g %a, with h l ll j z t before them, and %%
        """.trimIndent()
        messageOf("%n", null) shouldBe """
            A format that can not be filled in
              function: snprintf: i32 (array(i8), usize, cstring, ...)
              format: "%n"
              conversion: "%n"
              hint: known are %d %i %u %x %X %o %c %s %p %f %e %g %a, with h l ll j z t before them, and %%
        """.trimIndent()
        messageOf("%*%%s", "a") shouldBe """
            An argument that does not fit the format
              function: snprintf: i32 (array(i8), usize, cstring, ...)
              format: "%*%%s"
              argument: 4
              expected: int, for %*%
              found: cstring
        """.trimIndent()
        messageOf("%5%") shouldBe """
            A format that can not be filled in
              function: snprintf: i32 (array(i8), usize, cstring, ...)
              format: "%5%"
              conversion: "%5%"
              hint: a % by itself is written %%
        """.trimIndent()
        messageOf("%s", intArrayOf(65)) shouldBe """
            An argument that does not fit the format
              function: snprintf: i32 (array(i8), usize, cstring, ...)
              format: "%s"
              argument: 4
              expected: text, for %s
              found: array(i32)
        """.trimIndent()
        messageOf("100%") shouldBe """
            A format that can not be filled in
              function: snprintf: i32 (array(i8), usize, cstring, ...)
              format: "100%"
              conversion: "%"
              hint: a % by itself is written %%
        """.trimIndent()
    }

    test("an array is text to its end, and a wide one to wide text") {
        printed("%s%s|", byteArrayOf(65, 66), "C") shouldBe "ABC|"
        val format = "%s|"
        printed(format, byteArrayOf(65, 0, 66)) shouldBe "A|"
        printed(format, byteArrayOf(65)) shouldBe "A|"
        printed(format, byteArrayOf()) shouldBe "|"
        printed("%ls|", intArrayOf(65, 66)) shouldBe "AB|"
        shouldThrow<IllegalArgumentException> { printed("%ls", byteArrayOf(65)) }.message!!.lines().last() shouldBe
            "  found: array(i8)"
        printed("%m%s", "") shouldBe printed("%m")
    }

    test("formats and arguments of any kind are taken or refused, and C is never the one who finds out") {
        val pieces = Arb.choice(
            Arb.string(0..3).map { it.replace("\u0000", "") },
            Arb.int(0..11)
                .map { listOf("%d", "%s", "%5.2f", "%ld", "%", "%n", "%*d", "%p", "%hhx", "%1\$s", "%c", "%%")[it] },
        )
        val arguments = Arb.choice(
            Arb.int(-99..99).map { it as Any? }, Arb.long().map { it }, Arb.double().map { it },
            Arb.string(0..5).map { it.replace("\u0000", "") }, Arb.int(0..1).map { null },
        )
        checkAll(3000, Arb.list(pieces, 0..4), Arb.list(arguments, 0..4)) { format, given ->
            val buffer = ByteArray(64)
            try {
                snprintf.call(buffer, 64L, format.joinToString(""), *given.toTypedArray())
            } catch (e: IllegalArgumentException) {
                e.message!!.lines().size shouldBe e.message!!.lines().count { it.isNotBlank() }
            }
        }
    }

    test("what C does not take, or too little of it, is refused") {
        shouldThrow<IllegalArgumentException> { printed("%s", Date(0)) }.message shouldBe """
            Argument 4 is of no class that C takes
              function: snprintf: i32 (array(i8), usize, cstring, ...)
              found: java.util.Date
              hint: a number, constant, text, pointer, function pointer or array; else declare its type, asVariadic(3)
        """.trimIndent()
        shouldThrow<IllegalArgumentException> { snprintf.call(ByteArray(1)) }.message shouldBe """
            Wrong number of arguments
              function: snprintf: i32 (array(i8), usize, cstring, ...)
              expected: at least 3
              found: 1
        """.trimIndent()
        shouldThrow<IllegalArgumentException> { snprintf.call("text", 1L, "x") }
    }

    test("a function known to be variadic is not called with a fixed arity, which some machines get wrong in silence") {
        val open = libc.downcall("open", I32, CSTRING, I32)
        shouldThrow<BindingException> { open.call("nowhere", 0) }.message shouldBe """
            C declares this function with ... at its end: open
              function: open: i32 (cstring, i32)
              declared by C: 2 parameters, ...
              hint: declare it i32 (cstring, i32, ...): asVariadic(2), or variadic in place of what follows
        """.trimIndent()
    }
})

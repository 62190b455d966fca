// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.NativeType.BOOL
import ffi.core.NativeType.CSTRING
import ffi.core.NativeType.F32
import ffi.core.NativeType.F64
import ffi.core.NativeType.I32
import ffi.core.NativeType.I64
import ffi.core.NativeType.U32
import ffi.core.NativeType.U64
import ffi.core.NativeType.VOID
import ffi.core.NativeType.WSTRING
import ffi.launched.Ended
import ffi.launched.PrintFromC
import ffi.launched.jdk
import ffi.launched.run
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.lang.foreign.Arena

/** What ffi-rs calls `define`: several functions at once. */
@Suppress("FunctionName")
interface Defined {
    fun sum(a: Int, b: Int): Int
    fun doubleSum(a: Double, b: Double): Double

    @Owned
    fun concatenateStrings(a: String, b: String): String
    fun return_opposite(input: Boolean): Boolean
    fun noop()
}

interface DefinedInMainProgram {
    fun atoi(text: String): Int
}

/** Deno's `name`: one C function under names of one's own. */
interface Aliased {
    @Symbol("sum")
    fun add(a: Int, b: Int): Int

    @Symbol("sum")
    fun addUnsigned(@CType("unsigned int") a: Int, @CType("uint32_t") b: Int): Int

    @CType("uint32_t")
    fun fibonacci(@CType("uint32_t") n: Int): Int
}

/** The examples of ffi-rs's README and test suite, and of Deno's pages, with the values given there. */
class SeedExamplesSpec : FunSpec({

    val libsum = NativeLibrary.open("sum", Arena.global())

    context("ffi-rs:") {
        test("load sum of 1 and 100") {
            libsum.downcall("sum", I32, I32, I32).call(1, 100) shouldBe 101
        }

        test("doubleSum of 1.1 and 2.2") {
            libsum.downcall("doubleSum", F64, F64, F64).call(1.1, 2.2) shouldBe 1.1 + 2.2
        }

        test("floatSum of 1.5 and 2.5") {
            libsum.downcall("floatSum", F64, F32, F32).call(1.5f, 2.5f) shouldBe 4.0
        }

        test("doubleU32 of 2147483648 wraps to 0") {
            libsum.downcall("doubleU32", U32, U32).call(2147483648) shouldBe 0
        }

        test("testU32 of 2147483647 and 1000000000 is 3147483647") {
            val testU32 = libsum.downcall("testU32", U32, U32, U32)
            (testU32.call(2147483647, 1000000000) as Int).toUInt() shouldBe 3147483647u
        }

        test("testbigint of 36028797018963968 is exact") {
            libsum.downcall("testbigint", U64, U64).call(36028797018963968) shouldBe 36028797018963968
            libsum.downcall("testbigint", I64, I64).call(36028797018963968) shouldBe 36028797018963968
        }

        test("concatenateStrings of foo and foo 200 times") {
            val c = "foo"
            val d = c.repeat(200)
            libsum.downcall("concatenateStrings", CSTRING.owned(), CSTRING, CSTRING).call(c, d) shouldBe c + d
        }

        test("concatenateWideStrings of foo and foo 200 times") {
            val c = "foo"
            val d = c.repeat(200)
            libsum.downcall("concatenateWideStrings", WSTRING.owned(), WSTRING, WSTRING).call(c, d) shouldBe c + d
        }

        test("noRet returns nothing, and prints hello world") {
            val access = "--enable-native-access=ALL-UNNAMED"
            val classPath = System.getProperty("java.class.path")
            val main = PrintFromC::class.java.name
            run(jdk("java"), access, "-cp", classPath, main, "$natives/libsum.so", "noRet") shouldBe
                Ended("hello world\nnull", "", 0)
        }

        test("return_opposite of true") {
            libsum.downcall("return_opposite", BOOL, BOOL).call(true) shouldBe false
            libsum.downcall("return_opposite", BOOL, BOOL).call(false) shouldBe true
        }

        test("atoi of 1000, out of the main program") {
            NativeLibrary.open("", Arena.global()).downcall("atoi", I32, CSTRING).call("1000") shouldBe 1000
        }

        test("define several functions at once") {
            val res = Bindings.bind(Defined::class.java, "libsum")
            res.sum(1, 2) shouldBe 3
            res.doubleSum(1.1, 2.2) shouldBe 1.1 + 2.2
            res.concatenateStrings("foo", "bar") shouldBe "foobar"
            res.return_opposite(true) shouldBe false
            res.noop() shouldBe Unit
            Bindings.bind(DefinedInMainProgram::class.java, "").atoi("1000") shouldBe 1000
        }

        test("open, load, and close") {
            val arena = Arena.ofShared()
            val library = NativeLibrary.open(natives.resolve("libsum.so").toString(), arena)
            val sum = library.downcall("sum", I32, I32, I32)
            sum.call(1, 100) shouldBe 101
            arena.close()
            shouldThrow<IllegalStateException> { sum.call(1, 2) }
        }
    }

    context("Deno:") {
        test("dlopen and add 5 and 3") {
            Bindings.bind(Aliased::class.java, "sum").add(5, 3) shouldBe 8
        }

        test("fibonacci of 10") {
            libsum.downcall("fibonacci", U32, U32).call(10) shouldBe 55
            Bindings.bind(Aliased::class.java, "sum").fibonacci(10) shouldBe 55
        }

        test("one function under three names") {
            val aliased = Bindings.bind(Aliased::class.java, "sum")
            aliased.add(-1, -1) shouldBe -2
            aliased.addUnsigned(-1, -1) shouldBe -2
            libsum.downcall("sum", I32, I32, I32).call(-1, -1) shouldBe -2
        }

        test("close") {
            val symbols = Arena.ofConfined().use { dylib ->
                Bindings.bind(Aliased::class.java, NativeLibrary.open(natives.resolve("libsum.so"), dylib))
                    .also { it.add(5, 3) shouldBe 8 }
            }
            shouldThrow<IllegalStateException> { symbols.add(5, 3) } // Deno dies of it
        }

        test("a function of every type gets and returns its extreme values") {
            fun echo(word: String, type: NativeType<*>, value: Any) =
                libsum.downcall("echo_$word", type, type).call(value) shouldBe value
            for (value in listOf(Byte.MIN_VALUE, Byte.MAX_VALUE)) echo("i8", NativeType.I8, value)
            for (value in listOf(Short.MIN_VALUE, Short.MAX_VALUE)) echo("i16", NativeType.I16, value)
            for (value in listOf(Int.MIN_VALUE, Int.MAX_VALUE)) echo("i32", I32, value)
            for (value in listOf(Long.MIN_VALUE, Long.MAX_VALUE)) echo("i64", I64, value)
            for (value in listOf(Float.MIN_VALUE, Float.MAX_VALUE)) echo("f32", F32, value)
            for (value in listOf(Double.MIN_VALUE, Double.MAX_VALUE)) echo("f64", F64, value)
            libsum.downcall("max_u64", U64).call() shouldBe -1L
            libsum.downcall("min_i32", I32).call() shouldBe Int.MIN_VALUE
        }

        test("a symbol that may be missing is asked for, and one that is missing is named") {
            val scope = Arena.global().scope()
            val optional = Downcall.declare({ libsum }, scope, "non_existent_symbol", Signature.of(VOID))
            optional.isAvailable shouldBe false
            shouldThrow<SymbolNotFoundException> { optional.call() }.symbol() shouldBe "non_existent_symbol"
        }
    }
})

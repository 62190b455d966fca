// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.NativeType.ADDRESS
import ffi.core.NativeType.BOOL
import ffi.core.NativeType.CHAR16
import ffi.core.NativeType.CSTRING
import ffi.core.NativeType.F32
import ffi.core.NativeType.F64
import ffi.core.NativeType.I16
import ffi.core.NativeType.I32
import ffi.core.NativeType.I64
import ffi.core.NativeType.I8
import ffi.core.NativeType.U16
import ffi.core.NativeType.U32
import ffi.core.NativeType.U64
import ffi.core.NativeType.U8
import ffi.core.NativeType.USIZE
import ffi.core.NativeType.UTF16
import ffi.core.NativeType.VOID
import ffi.core.NativeType.WSTRING
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withTests
import io.kotest.matchers.shouldBe
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.math.BigInteger
import java.time.Duration
import java.util.function.IntBinaryOperator
import java.util.function.IntSupplier
import java.util.function.IntUnaryOperator

private enum class Opening { READ, WRITE, APPEND }

enum class Right { EXECUTABLE, WRITABLE, READABLE }

private class Counter(val segment: MemorySegment)

private class OtherCounter(val segment: MemorySegment)

@Suppress("FunctionName")
interface Sums {
    fun sum(a: Int, b: Int): Int
    fun no_such_function(a: Int, b: Int): Int
}

interface WithDate {
    fun f(a: Int, date: java.util.Date): Int
}

interface WithListResult {
    fun f(): List<java.util.Date>
}

interface WithGeneric {
    fun <T> f(a: Int): T
}

interface WithVariadic {
    fun printf(format: String, vararg arguments: Int): Int
}

interface WithUnknownName {
    fun f(@CType("off64_t") offset: Long): Int
}

interface WithWrongCarrier {
    @CType("size_t")
    fun f(): Int
}

interface WithNullableInt {
    fun f(@OrNull a: Int): Int
}

interface WithNullableEnum {
    fun f(): Right?
}

interface WithOwnedInt {
    @Owned
    fun f(): Int
}

sealed interface Closed

data object OnlyOne : Closed

annotation class Marker

interface TwoMethods {
    fun f(): Int
    fun g(): Int
}

/** What a user reads when a call goes wrong, or a declaration can not become one. */
class CallMessagesSpec : FunSpec({

    val libsum = NativeLibrary.open("sum", Arena.global())
    val mode = NativeType.enumOf(Opening::class.java)
    val rights = NativeType.flags(Right::class.java)
    val counter = NativeType.handle("Counter", ::Counter, Counter::segment)

    val types = "hint: the types are those that NativeType carries: byte, short, int, long, float, double, boolean," +
        " char, String, MemorySegment, an enum, a Set of an enum, a record, an array, List, Pointer or Out of those," +
        " a buffer, a functional interface"
    val names = "hint: the names are _Bool, bool, char, char *, char16_t, char16_t *, double, float, int, int16_t," +
        " int32_t, int64_t, int8_t, intptr_t, long, long long, ptrdiff_t, short, signed char, size_t, ssize_t," +
        " uint16_t, uint32_t, uint64_t, uint8_t, uintptr_t, unsigned, unsigned char, unsigned int, unsigned long," +
        " unsigned long long, unsigned short, void *, wchar_t, wchar_t *"

    fun String.inDirectory() = replace("$natives", "DIR")

    // --- arguments -------------------------------------------------------------------------------------------------

    context("null for an argument that can not be null is reported for") {
        withTests(
            mapOf(
                "text" to Triple(CSTRING, "cstring", "a String"),
                "wide text" to Triple(WSTRING, "wstring", "a String"),
                "UTF-16" to Triple(UTF16, "utf16", "a String"),
                "an address" to Triple(ADDRESS, "address", "a MemorySegment, or MemorySegment.NULL"),
                "a handle" to Triple(counter, "Counter", "a handle"),
            )
        ) { (type, name, expected) ->
            shouldThrow<NullPointerException> { libsum.downcall("is_null", I32, type).call(null) }.message shouldBe """
                Argument 1 is not a value of its type
                  function: is_null: i32 ($name)
                  declared: $name
                  expected: $expected
                  found: null
                  hint: declare it $name.orNull if NULL is a value of it
            """.trimIndent()
        }
    }

    test("null for a constant") {
        val next = libsum.downcall("next_mode", mode, mode)
        shouldThrow<NullPointerException> { next.call(null) }.message shouldBe """
            Argument 1 is not a value of its type
              function: next_mode: Opening (Opening)
              declared: Opening
              expected: a constant
              found: null
        """.trimIndent()
    }

    test("null for a set of constants, and in it") {
        val echo = libsum.downcall("echo_uint", rights, rights)
        shouldThrow<NullPointerException> { echo.call(null) }.message shouldBe """
            Argument 1 is not a value of its type
              function: echo_uint: flags(Right) (flags(Right))
              declared: flags(Right)
              expected: a set of constants
              found: null
        """.trimIndent()
        val withNull = setOf(Right.READABLE, null)
        shouldThrow<IllegalArgumentException> { echo.call(withNull) }.message!!.lines().last() shouldBe
            "  found: a set with null"
    }

    test("a constant of another enum, in a set whose type nobody checked") {
        shouldThrow<IllegalArgumentException> { libsum.downcall("echo_uint", rights, rights).call(setOf(Opening.READ)) }
            .message shouldBe """
                Argument 1 is not a value of its type
                  function: echo_uint: flags(Right) (flags(Right))
                  declared: flags(Right)
                  expected: a set of constants
                  found: a set with ffi.core.Opening.READ
            """.trimIndent()
    }

    test("the argument that is wrong is the one that is named") {
        val concatenate = libsum.downcall("concatenateStrings", CSTRING.owned(), CSTRING, CSTRING)
        shouldThrow<NullPointerException> { concatenate.call("a", null) }.message shouldBe """
            Argument 2 is not a value of its type
              function: concatenateStrings: cstring.owned (cstring, cstring)
              declared: cstring
              expected: a String
              found: null
              hint: declare it cstring.orNull if NULL is a value of it
        """.trimIndent()
    }

    test("a NUL inside a text") {
        val bytes = libsum.downcall("text_bytes", USIZE, CSTRING)
        shouldThrow<IllegalArgumentException> { bytes.call("ab\u0000c\n") }.message shouldBe """
            Argument 1 is not a value of its type
              function: text_bytes: usize (cstring)
              declared: cstring
              expected: text without NUL, which ends it for C
              found: "ab\0c\n" with a NUL at index 2
        """.trimIndent()
        for ((text, index) in listOf("é\u0000" to 1, "\u0000" to 0, "12345678\u0000" to 8, "1234567\u0000" to 7)) {
            shouldThrow<IllegalArgumentException> { bytes.call(text) }.message!!.lines().last() shouldBe
                "  found: \"${text.replace("\u0000", "\\0")}\" with a NUL at index $index"
        }
        val long = "x".repeat(1000) + "\u0000"
        shouldThrow<IllegalArgumentException> { bytes.call(long) }.message!!.lines().last() shouldBe
            "  found: a text of 1001 characters with a NUL at index 1000"
    }

    test("a NUL inside a text of another charset") {
        for ((symbol, type) in mapOf("wide_units" to WSTRING, "utf16_length" to UTF16)) {
            val units = libsum.downcall(symbol, USIZE, type)
            shouldThrow<IllegalArgumentException> { units.call("a\u0000") }.message shouldBe """
                Argument 1 is not a value of its type
                  function: $symbol: usize ($type)
                  declared: $type
                  expected: text without NUL, which ends it for C
                  found: "a\0" with a NUL at index 1
            """.trimIndent()
        }
    }

    test("a number that does not fit its type in C, through a handle") {
        val size = libsum.downcall("echo_usize", USIZE, USIZE).`as`(java.util.function.LongUnaryOperator::class.java)
        shouldThrow<IllegalArgumentException> { size.applyAsLong(Long.MIN_VALUE) }.message shouldBe """
            Argument 1 is not a value of its type
              function: echo_usize: usize (usize)
              declared: usize
              expected: 0 to 9223372036854775807
              found: -9223372036854775808
        """.trimIndent()
    }

    // --- results ---------------------------------------------------------------------------------------------------

    test("NULL for a text that can not be null") {
        for ((symbol, type) in mapOf(
            "returnNullString" to CSTRING, "returnNullWideString" to WSTRING, "returnNullUtf16String" to UTF16,
            "counted_none" to CSTRING.owned(),
        )) {
            shouldThrow<NullPointerException> { libsum.downcall(symbol, type).call() }.message shouldBe """
                The result is not a value of its type
                  function: $symbol: $type ()
                  declared: $type
                  expected: text
                  found: NULL
                  hint: declare it $type.orNull if NULL is a value of it
            """.trimIndent()
        }
    }

    test("NULL for a handle that can not be null") {
        shouldThrow<NullPointerException> { libsum.downcall("counter_none", counter).call() }.message shouldBe """
            The result is not a value of its type
              function: counter_none: Counter ()
              declared: Counter
              expected: a handle
              found: NULL
              hint: declare it Counter.orNull if NULL is a value of it
        """.trimIndent()
    }

    test("a value of an enumeration that is no constant") {
        shouldThrow<NoSuchElementException> { libsum.downcall("unknown_mode", mode).call() }.message shouldBe """
            The result is not a value of its type
              function: unknown_mode: Opening ()
              declared: Opening
              expected: READ=0, WRITE=1, APPEND=2
              found: 99
              hint: an OpenEnum keeps a number that has no constant
        """.trimIndent()
    }

    test("a bit that is no constant") {
        val unknown = libsum.downcall("unknown_permissions", rights)
        shouldThrow<NoSuchElementException> { unknown.call() }.message shouldBe """
            The result is not a value of its type
              function: unknown_permissions: flags(Right) ()
              declared: flags(Right)
              expected: EXECUTABLE=0x1, WRITABLE=0x2, READABLE=0x4
              found: 0x80000004, of which 0x80000000 is none
              hint: an OpenFlags keeps bits that have no constant
        """.trimIndent()
    }

    test("a size that no long holds") {
        shouldThrow<ArithmeticException> { libsum.downcall("max_u64", USIZE).call() }.message shouldBe """
            The result is not a value of its type
              function: max_u64: usize ()
              declared: usize
              expected: 0 to 9223372036854775807
              found: 18446744073709551615
        """.trimIndent()
    }

    // --- the dynamic door ------------------------------------------------------------------------------------------

    val sum = libsum.downcall("sum", I32, I32, I32)

    test("too few or too many arguments") {
        shouldThrow<IllegalArgumentException> { sum.call(1) }.message shouldBe """
            Wrong number of arguments
              function: sum: i32 (i32, i32)
              expected: 2
              found: 1
        """.trimIndent()
        shouldThrow<IllegalArgumentException> { sum.call(1, 2, 3) }.message shouldBe """
            Wrong number of arguments
              function: sum: i32 (i32, i32)
              expected: 2
              found: 3
        """.trimIndent()
    }

    context("a number out of the range of") {
        class Range(val type: NativeType<*>, val least: String, val most: String)
        withTests(
            listOf(
                Range(I8, "-128", "127"), Range(U8, "0", "255"),
                Range(I16, "-32768", "32767"), Range(U16, "0", "65535"),
                Range(I32, "-2147483648", "2147483647"), Range(U32, "0", "4294967295"),
                Range(I64, "-9223372036854775808", "9223372036854775807"), Range(U64, "0", "18446744073709551615"),
                Range(USIZE, "0", "9223372036854775807"),
            ).associateBy { "${it.type}" }
        ) { range ->
            val echo = libsum.downcall("echo_${range.type}", range.type, range.type)
            for (limit in listOf(range.least, range.most)) {
                (echo.call(BigInteger(limit)) as Number).toLong() shouldBe
                    BigInteger(limit).toLong().let { if (range.type == U32) it.toInt().toLong() else it }
                        .let { if (range.type == U16) it.toShort().toLong() else it }
                        .let { if (range.type == U8) it.toByte().toLong() else it }
            }
            for (beyond in listOf(BigInteger(range.least) - BigInteger.ONE, BigInteger(range.most) + BigInteger.ONE)) {
                shouldThrow<IllegalArgumentException> { echo.call(beyond) }.message shouldBe """
                    Argument 1 is not a value of its type
                      function: echo_${range.type}: ${range.type} (${range.type})
                      declared: ${range.type}
                      expected: ${range.least} to ${range.most}
                      found: $beyond
                """.trimIndent()
            }
        }
    }

    test("a number comes as any integral class that holds it") {
        for (one in listOf<Any>(1.toByte(), 1.toShort(), 1, 1L, BigInteger.ONE)) {
            sum.call(one, one) shouldBe 2
            libsum.downcall("doubleSum", F64, F64, F64).call(one, one) shouldBe 2.0
            libsum.downcall("floatSum", F64, F32, F32).call(one, one) shouldBe 2.0
        }
        libsum.downcall("echo_u8", U8, U8).call(255) shouldBe (-1).toByte()
    }

    context("an argument of the wrong class is reported for") {
        class Wrong(val type: NativeType<*>, val argument: Any?, val expected: String, val found: String)
        val seconds = I64.map(Duration::ofSeconds, Duration::toSeconds)
        withTests(
            mapOf(
                "an int as text" to Wrong(I32, "1", "Integer", "String \"1\""),
                "an int as a double" to Wrong(I32, 1.0, "Integer", "Double 1.0"),
                "an int as null" to Wrong(I32, null, "Integer", "null"),
                "an int as an object" to Wrong(I32, listOf(1), "Integer", "java.util.Collections\$SingletonList"),
                "a float as a double" to Wrong(F32, 0.5, "Float", "Double 0.5"),
                "a double as a float" to Wrong(F64, 0.5f, "Double", "Float 0.5"),
                "a float as an int that it can not hold" to Wrong(F32, 16777217, "Float", "Integer 16777217"),
                "a double as a long that it can not hold" to
                    Wrong(F64, (1L shl 53) + 1, "Double", "Long 9007199254740993"),
                "a double as a number that is infinite for it" to
                    Wrong(F64, BigInteger.TEN.pow(400), "Double", "java.math.BigInteger 1" + "0".repeat(400)),
                "a truth as an int" to Wrong(BOOL, 1, "Boolean", "Integer 1"),
                "a char as an int" to Wrong(CHAR16, 97, "Character", "Integer 97"),
                "text as an int" to Wrong(CSTRING, 1, "String", "Integer 1"),
                "text as a char" to Wrong(CSTRING, 'a', "String", "Character 'a'"),
                "an address as a number" to Wrong(ADDRESS, 1L, "MemorySegment", "Long 1"),
                "a constant as one of another enum" to
                    Wrong(mode, Right.READABLE, "Opening", "ffi.core.Right READABLE"),
                "a constant as a number" to Wrong(mode, 0, "Opening", "Integer 0"),
                "a set as a constant" to Wrong(rights, Right.READABLE, "Set", "ffi.core.Right READABLE"),
                "a mapped type as what it was mapped from" to Wrong(seconds, 60L, "what its map takes", "Long 60"),
                "a handle as one of another class" to
                    Wrong(counter, OtherCounter(MemorySegment.NULL), "a handle", "ffi.core.OtherCounter"),
                "a handle as its segment" to
                    Wrong(counter, MemorySegment.NULL, "a handle", MemorySegment.NULL.javaClass.typeName),
            )
        ) { wrong ->
            val downcall = libsum.downcall("noop", VOID, BOOL, wrong.type)
            shouldThrow<IllegalArgumentException> { downcall.call(true, wrong.argument) }.message shouldBe """
                Argument 2 is not a value of its type
                  function: noop: void (bool, ${wrong.type})
                  declared: ${wrong.type}
                  expected: ${wrong.expected}
                  found: ${wrong.found}
            """.trimIndent()
        }
    }

    // --- what is not there, or no longer ---------------------------------------------------------------------------

    val missing = """
        Symbol not found: "no_such_function"
          library: DIR/libsum.so
    """.trimIndent()

    test("a symbol that is not exported is reported by every call of every face") {
        val late = Downcall.declare({ libsum }, Arena.global().scope(), "no_such_function", Signature.of(I32, I32, I32))
        val operator = late.`as`(IntBinaryOperator::class.java)
        val sums = Bindings.bind(Sums::class.java, "sum")
        for (call in listOf<() -> Any?>(
            { late.call(1, 2) }, { operator.applyAsInt(1, 2) }, { sums.no_such_function(1, 2) }, { late.address() },
            { libsum.downcall("no_such_function", I32, I32, I32) },
        )) {
            repeat(2) { shouldThrow<SymbolNotFoundException> { call() }.message!!.inDirectory() shouldBe missing }
        }
        late.isAvailable shouldBe false
        "$late" shouldBe "no_such_function: i32 (i32, i32)"
        sums.sum(1, 2) shouldBe 3
    }

    test("a function of a library that has been unloaded") {
        val gone = """
            The library has been unloaded
              function: sum: i32 (i32, i32)
              hint: keep the arena open in which the library was opened
        """.trimIndent()
        for (arena in listOf(Arena.ofConfined(), Arena.ofShared())) {
            val called: Downcall
            val never: Downcall
            val bound: Sums
            val unbound: Sums
            val operator: IntBinaryOperator
            arena.use {
                val library = NativeLibrary.open("sum", arena)
                called = library.downcall("sum", I32, I32, I32)
                never = library.downcall("sum", I32, I32, I32)
                bound = Bindings.bind(Sums::class.java, library)
                unbound = Bindings.bind(Sums::class.java, library)
                operator = called.`as`(IntBinaryOperator::class.java)
                called.call(1, 2) shouldBe 3
                operator.applyAsInt(1, 2) shouldBe 3
                bound.sum(1, 2) shouldBe 3
            }
            for (call in listOf<() -> Any?>(
                { called.call(1, 2) }, { never.call(1, 2) }, { bound.sum(1, 2) }, { unbound.sum(1, 2) },
                { operator.applyAsInt(1, 2) }, { never.`as`(IntBinaryOperator::class.java).applyAsInt(1, 2) },
                { called.address() },
            )) {
                repeat(2) { shouldThrow<IllegalStateException> { call() }.message shouldBe gone }
            }
        }
    }

    test("a library whose arena is closed before the first call is never opened") {
        val sums = Arena.ofConfined().use { Bindings.bind(Sums::class.java, "sum", it) }
        shouldThrow<IllegalStateException> { sums.sum(1, 2) }.message shouldBe """
            The library has been unloaded
              function: sum: i32 (i32, i32)
              hint: keep the arena open in which the library was opened
        """.trimIndent()
    }

    // --- declarations that no function can stand behind --------------------------------------------------------------

    fun refused(block: () -> Any?): String = shouldThrow<BindingException> { block() }.message!!

    test("an interface with more than one abstract method is no function, nor is a class without one") {
        refused { sum.`as`(TwoMethods::class.java) } shouldBe """
            Not a functional interface: ffi.core.TwoMethods
              function: sum: i32 (i32, i32)
              abstract methods: 2
        """.trimIndent()
        refused { sum.`as`(String::class.java) } shouldBe """
            Not a functional interface: java.lang.String
              function: sum: i32 (i32, i32)
              abstract methods: 0
        """.trimIndent()
        refused { sum.`as`(Runnable::class.java) } shouldBe """
            A method that can not call this function
              function: sum: i32 (i32, i32)
              method: void java.lang.Runnable.run()
              expected: (int,int)int
        """.trimIndent()
    }

    test("a method that does not suit the function") {
        for ((face, method) in mapOf(
            IntUnaryOperator::class.java to "int java.util.function.IntUnaryOperator.applyAsInt(int)",
            IntSupplier::class.java to "int java.util.function.IntSupplier.getAsInt()",
            java.util.function.LongBinaryOperator::class.java to
                "long java.util.function.LongBinaryOperator.applyAsLong(long, long)",
            java.util.function.DoubleBinaryOperator::class.java to
                "double java.util.function.DoubleBinaryOperator.applyAsDouble(double, double)",
        )) {
            refused { sum.`as`(face) } shouldBe """
                A method that can not call this function
                  function: sum: i32 (i32, i32)
                  method: $method
                  expected: (int,int)int
            """.trimIndent()
        }
        refused { libsum.downcall("noop", VOID).`as`(IntSupplier::class.java) }.lines().last() shouldBe
            "  expected: ()void"
        refused { libsum.downcall("echo_text", CSTRING, CSTRING).`as`(IntUnaryOperator::class.java) } shouldBe """
            A method that can not call this function
              function: echo_text: cstring (cstring)
              method: int java.util.function.IntUnaryOperator.applyAsInt(int)
              expected: (String)String
        """.trimIndent()
    }

    test("void is the type of no parameter") {
        refused { libsum.downcall("noop", VOID, I32, VOID) } shouldBe """
            void is the type of no parameter
              as: parameter 2
              function: noop: void (i32, void)
              hint: a function that C declares with (void) has no parameters
        """.trimIndent()
    }

    test("a signature with a parameter of void says the signature, for it knows no function") {
        refused { Signature.of(I32, VOID) } shouldBe """
            void is the type of no parameter
              as: parameter 1
              function: i32 (void)
              hint: a function that C declares with (void) has no parameters
        """.trimIndent()
    }

    test("a type that C has not") {
        refused { Bindings.bind(WithDate::class.java, "sum") } shouldBe """
            No native type for java.util.Date
              as: parameter 2
              of: int ffi.core.WithDate.f(int, java.util.Date)
              $types
        """.trimIndent()
        refused { Bindings.bind(WithListResult::class.java, "sum") } shouldBe """
            No native type for java.util.List<java.util.Date>
              as: the result
              of: java.util.List ffi.core.WithListResult.f()
              $types
        """.trimIndent()
    }

    test("a generic method, and one with a variable number of arguments of one type") {
        refused { Bindings.bind(WithGeneric::class.java, "sum") } shouldBe """
            A generic method
              of: java.lang.Object ffi.core.WithGeneric.f(int)
        """.trimIndent()
        refused { Bindings.bind(WithVariadic::class.java, "") } shouldBe """
            A variadic method that no function of C's can stand behind
              of: int ffi.core.WithVariadic.printf(java.lang.String, int[])
              hint: it ends in Object..., and returns what C does
        """.trimIndent()
    }

    test("a C type that is not known") {
        refused { Bindings.bind(WithUnknownName::class.java, "sum") } shouldBe """
            No native type for the C type: "off64_t"
              as: parameter 1
              of: int ffi.core.WithUnknownName.f(long)
              $names
        """.trimIndent()
    }

    test("a C type that another type of Java carries") {
        refused { Bindings.bind(WithWrongCarrier::class.java, "sum") } shouldBe """
            Not the Java type of size_t: int
              as: the result
              of: int ffi.core.WithWrongCarrier.f()
              hint: declare it long
        """.trimIndent()
    }

    test("null where there is none in C") {
        refused { Bindings.bind(WithNullableInt::class.java, "sum") } shouldBe """
            Only a pointer to a value can be null: i32
              of: int ffi.core.WithNullableInt.f(int)
              hint: take the annotation from parameter 1
        """.trimIndent()
        refused { Bindings.bind(WithNullableEnum::class.java, "sum") } shouldBe """
            Only a pointer to a value can be null: Right
              of: ffi.core.Right ffi.core.WithNullableEnum.f()
              hint: take the annotation from the result
        """.trimIndent()
    }

    test("a number that is owned") {
        refused { Bindings.bind(WithOwnedInt::class.java, "sum") } shouldBe """
            Only text, a handle, a Pointer or an array can be owned: i32
              of: int ffi.core.WithOwnedInt.f()
              hint: take the annotation from the result
        """.trimIndent()
    }

    test("what is no interface") {
        for (type in listOf(String::class.java, Closed::class.java, Marker::class.java, Opening::class.java)) {
            refused { Bindings.bind(type, "sum") } shouldBe """
                Not an interface that can be bound: ${type.typeName}
                  hint: it is an interface, neither sealed nor an annotation
            """.trimIndent()
        }
    }
})

// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.BindingException
import ffi.core.Bindings
import ffi.core.CType
import ffi.core.NativeLibrary
import ffi.core.Owned
import ffi.core.Prefix
import ffi.core.Symbol
import ffi.core.SymbolNotFoundException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import java.lang.foreign.Arena

private interface Root {
    fun sum(a: Int, b: Int): Int

    fun testU32(a: UInt, b: UInt): UInt

    @Symbol("doubleSum")
    fun add(a: Double, b: Double): Double

    @CType("size_t")
    fun text_bytes(@CType("const char *") text: String): Long

    val call_count: Int

    @get:Symbol("api_version")
    val version: Int

    val doubled: Int get() = call_count * 2

    fun twice(a: Int) = sum(a, a)

    companion object {
        @JvmStatic
        fun three() = 3
    }
}

private interface Left : Root {
    @Owned
    fun concatenateStrings(a: String, b: String): String
}

private interface Right : Root {
    fun return_opposite(value: Boolean): Boolean

    override fun twice(a: Int) = super.twice(a) + 1
}

private interface Diamond : Left, Right {
    override var call_count: Int

    fun count_call(): Int
}

private interface Answering : Root {
    override fun sum(a: Int, b: Int) = 42
    override val call_count: Int get() = -1
}

private interface AnsweringDiamond : Left, Answering

private interface Asking : Answering {
    override fun sum(a: Int, b: Int): Int
    override val call_count: Int
}

private interface Broad {
    fun echo_text(text: String): CharSequence
    fun returnNullString(): CharSequence?
}

private interface Narrow : Broad {
    override fun echo_text(text: String): String
    override fun returnNullString(): String?
}

private interface Never : Broad {
    override fun echo_text(text: String): String
    override fun returnNullString(): String
}

private interface Source<T> {
    fun echo_text(value: T): T
}

private interface OfText : Source<String>

private interface Results<T> {
    fun latin1_text(): T
}

private interface OfTexts : Results<String> {
    override fun latin1_text(): String
}

private interface Minimum<T> {
    fun min_i32(): T
}

private interface OfInts : Minimum<Int> {
    override fun min_i32(): Int
}

private interface Adding {
    @Symbol("sum")
    fun combine(a: Int, b: Int): Int
}

private interface Multiplying {
    @Symbol("multiply")
    fun combine(a: Int, b: Int): Int
}

private interface Either : Adding, Multiplying

private interface Settled : Adding, Multiplying {
    @Symbol("sum3")
    override fun combine(a: Int, b: Int): Int
}

private interface CountingLevel {
    @get:Symbol("call_count")
    val level: Int
}

private interface PrimeLevel {
    @get:Symbol("ticks")
    val level: Int
}

private interface WhichLevel : CountingLevel, PrimeLevel

@Prefix("call_")
private interface OfCalls {
    var count: Int

    @Symbol("sum")
    fun sum(a: Int, b: Int): Int
}

@Prefix("throw_")
private interface Throwing : OfCalls {
    fun `in`(value: Int): Int
}

private interface Unprefixed : Throwing {
    fun testU32(a: UInt, b: UInt): UInt
}

@Prefix("test")
private interface Unsigned {
    fun U32(a: UInt, b: UInt): UInt
}

/** Bound interfaces of Kotlin's that extend others, and how their symbols begin. */
class InheritanceSpec : FunSpec({

    fun symbols(bound: Any) = Bindings.functions(bound).map { it.symbol() }.sorted()

    test("what is inherited is a function or a variable, with its annotations") {
        val left = bind<Left>("sum")
        left.sum(1, 2) shouldBe 3
        left.testU32(UInt.MAX_VALUE, 2u) shouldBe 1u
        left.add(1.5, 2.0) shouldBe 3.5
        left.text_bytes("größer") shouldBe 8L
        left.concatenateStrings("foo", "bar") shouldBe "foobar"
        left.version shouldBe 42
        left.doubled shouldBe left.call_count * 2
        left.twice(21) shouldBe 42
        Root.three() shouldBe 3
    }

    test("a diamond has each once, the default method that is the nearest, and may write what its root reads") {
        val diamond = bind<Diamond>("sum")
        val before = diamond.call_count
        diamond.call_count = 7
        diamond.count_call() shouldBe 8
        (diamond as Root).call_count shouldBe 8
        diamond.doubled shouldBe 16
        diamond.call_count = before
        diamond.twice(21) shouldBe 43
        symbols(diamond) shouldContainExactly
            listOf("concatenateStrings", "count_call", "doubleSum", "return_opposite", "sum", "testU32", "text_bytes")
        Bindings.variables(diamond).map { it.symbol() }.sorted() shouldContainExactly
            listOf("api_version", "call_count")
        Bindings.link(diamond)
    }

    test("a body stands for a function or a variable, and an abstract one for a body") {
        bind<Answering>("sum").sum(1, 2) shouldBe 42
        bind<Answering>("sum").doubled shouldBe -2
        bind<AnsweringDiamond>("sum").twice(1) shouldBe 42
        bind<Asking>("sum").sum(1, 2) shouldBe 3
        (bind<Asking>("sum").call_count >= 0) shouldBe true
    }

    test("a result may be of a narrower type, by whichever interface it is called") {
        val narrow = bind<Narrow>("sum")
        (narrow as Broad).echo_text("text") shouldBe narrow.echo_text("text")
        narrow.returnNullString() shouldBe null
        shouldThrow<NullPointerException> { bind<Never>("sum").returnNullString() }
        val texts = bind<OfTexts>("sum")
        (texts as Results<String>).latin1_text() shouldBe texts.latin1_text()
    }

    test("type parameters are nothing to C") {
        shouldThrow<BindingException> { bind<OfText>("sum") }.message shouldBe """
            No native type for T
              as: the result
              of: fun ffi.dsl.Source.echo_text(value: T): T
              hint: declare the method in an interface without type parameters: what stands for them is not known here
        """.trimIndent()
        bind<OfInts>("sum").min_i32() shouldBe Int.MIN_VALUE // which the JVM returns as an object
    }

    test("two interfaces may not declare one method, or one property, differently") {
        shouldThrow<BindingException> { bind<Either>("sum") }.message shouldBe """
            A method that two interfaces declare differently
              of: fun ffi.dsl.Adding.combine(a: Int, b: Int): Int
              and: fun ffi.dsl.Multiplying.combine(a: Int, b: Int): Int
              hint: declare it in ffi.dsl.Either as well, which is then the one that counts
        """.trimIndent()
        bind<Settled>("sum").combine(3, 4) shouldBe 10
        shouldThrow<BindingException> { bind<WhichLevel>("sum") }.message!!.lines().first() shouldBe
            "A method that two interfaces declare differently"
    }

    test("an implementation is one object, and tells what it implements") {
        val diamond = bind<Diamond>("sum")
        "$diamond" shouldBe "ffi.dsl.Diamond"
        (diamond as Root) shouldBe diamond
        diamond shouldNotBe bind<Diamond>("sum")
        setOf<Any>(diamond, diamond as Left).size shouldBe 1
    }

    context("a prefix") {
        test("is said by the interface that declares the method, of functions and variables, but not of a @Symbol") {
            val throwing = bind<Throwing>("sum")
            throwing.`in`(3) shouldBe 3
            throwing.sum(1, 2) shouldBe 3
            val before = throwing.count
            throwing.count = 7
            throwing.count shouldBe 7
            throwing.count = before
            val plain = bind<Unprefixed>("sum")
            plain.testU32(1u, 2u) shouldBe 3u
            symbols(plain) shouldContainExactly listOf("sum", "testU32", "throw_in")
            Bindings.variables(plain).single().symbol() shouldBe "call_count"
        }

        test("is put before a name that Kotlin has mangled") {
            bind<Unsigned>("sum").U32(UInt.MAX_VALUE, 2u) shouldBe 1u
        }

        test("of bind goes before that of the interface, also where there is none") {
            symbols(bind<Throwing>("sum", prefix = "a_")) shouldContainExactly listOf("a_in", "sum")
            val none = bind<Throwing>(NativeLibrary.open("sum", Arena.global()), prefix = "")
            shouldThrow<SymbolNotFoundException> { none.`in`(3) }.symbol() shouldBe "in"
        }

        test("of an interface whose class file can not be read") {
            val hidden = Unreadable::class.java
            val bytes = hidden.getResourceAsStream("Unreadable.class")!!.readAllBytes()
            val loader = object : ClassLoader(hidden.classLoader) {
                override fun loadClass(name: String, resolve: Boolean): Class<*> =
                    if (name == hidden.name) findLoadedClass(name) ?: defineClass(name, bytes, 0, bytes.size)
                    else super.loadClass(name, resolve)

                override fun getResource(name: String) = null
            }
            val face = loader.loadClass(hidden.name)
            face.getResourceAsStream("Unreadable.class") shouldBe null
            Bindings.prefix(face) shouldBe "hidden_"
            Bindings.prefix(Root::class.java) shouldBe ""
        }
    }
})

@Prefix("hidden_")
interface Unreadable

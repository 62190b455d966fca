// SPDX-License-Identifier: Apache-2.0
package ffi.core

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import users.Inheriting

/** Bound interfaces that extend others. */
class InheritanceSpec : FunSpec({

    fun <T> sum(face: Class<T>): T = Bindings.bind(face, "sum")
    fun symbols(bound: Any) = Bindings.functions(bound).map { it.symbol() }.sorted()
    fun messageOf(face: Class<*>) = shouldThrow<BindingException> { sum(face) }.message

    test("what is inherited is a function, with its annotations") {
        val left = sum(Inheriting.Left::class.java)
        left.sum(1, 2) shouldBe 3
        left.add(1.5, 2.0) shouldBe 3.5
        left.text_bytes("größer") shouldBe 8L
        left.concatenateStrings("foo", "bar") shouldBe "foobar"
        left.twice(21) shouldBe 42
        Inheriting.Root.three() shouldBe 3
        (left as Inheriting.Root).sum(3, 4) shouldBe 7
    }

    test("a diamond has each function once, and the default method that is the nearest") {
        val diamond = sum(Inheriting.Diamond::class.java)
        diamond.sum(1, 2) shouldBe 3
        diamond.return_opposite(true) shouldBe false
        diamond.concatenateStrings("a", "b") shouldBe "ab"
        diamond.twice(21) shouldBe 43
        symbols(diamond) shouldContainExactly
            listOf("concatenateStrings", "doubleSum", "return_opposite", "sum", "text_bytes")
    }

    test("a default method stands for a function, and an abstract one for a default method") {
        sum(Inheriting.Answering::class.java).sum(1, 2) shouldBe 42
        sum(Inheriting.Answering::class.java).twice(1) shouldBe 42
        sum(Inheriting.AnsweringDiamond::class.java).sum(1, 2) shouldBe 42
        sum(Inheriting.Asking::class.java).sum(1, 2) shouldBe 3
        symbols(sum(Inheriting.Answering::class.java)) shouldContainExactly listOf("doubleSum", "text_bytes")
    }

    test("the annotations count that stand where a method is declared last") {
        val renaming = sum(Inheriting.Renaming::class.java)
        renaming.sum(1, 2) shouldBe 5
        (renaming as Inheriting.Root).sum(1, 2) shouldBe 5
        shouldThrow<SymbolNotFoundException> { renaming.add(1.0, 2.0) }.symbol() shouldBe "add"
    }

    test("a result may be of a narrower type, by whichever interface it is called") {
        val narrow = sum(Inheriting.Narrow::class.java)
        narrow.echo_text("text") shouldBe "text"
        (narrow as Inheriting.Broad).echo_text("text") shouldBe "text"
        (narrow as Inheriting.Broad).latin1_text() shouldBe narrow.latin1_text()
        symbols(narrow) shouldContainExactly listOf("echo_text", "latin1_text")
        sum(Inheriting.Narrowed::class.java).echo_text("text") shouldBe "text"
    }

    test("two interfaces may declare one method alike, but not differently") {
        sum(Inheriting.Alike::class.java).combine(3, 4) shouldBe 7
        sum(Inheriting.Settled::class.java).combine(3, 4) shouldBe 10
        for (face in listOf(Inheriting.Either::class.java, Inheriting.Other::class.java, Inheriting.Deep::class.java)) {
            messageOf(face) shouldBe """
                A method that two interfaces declare differently
                  of: int users.Inheriting${'$'}Adding.combine(int, int)
                  and: int users.Inheriting${'$'}Multiplying.combine(int, int)
                  hint: declare it in ${face.typeName} as well, which is then the one that counts
            """.trimIndent()
        }
        messageOf(Inheriting.WhoseText::class.java)!!.lines().first() shouldBe
            "A method that two interfaces declare differently"
        messageOf(Inheriting.WhichText::class.java)!!.lines().first() shouldBe
            "A method that two interfaces declare differently"
    }

    test("type parameters are nothing to C") {
        val hint =
            "hint: declare the method in an interface without type parameters: what stands for them is not known here"
        messageOf(Inheriting.OfText::class.java) shouldBe """
            No native type for T
              as: the result
              of: java.lang.Object users.Inheriting${'$'}Raw.echo_text(java.lang.Object)
              $hint
        """.trimIndent()
        messageOf(Inheriting.OfTexts::class.java) shouldBe """
            No native type for T
              as: parameter 1
              of: int users.Inheriting${'$'}Source.count(java.lang.Object)
              $hint
        """.trimIndent()
        messageOf(Inheriting.Boxed::class.java) shouldBe """
            No native type for java.lang.Integer
              as: the result
              of: java.lang.Integer users.Inheriting${'$'}Boxed.min_i32()
              hint: declare it int: a number of C's is never null
        """.trimIndent()
        messageOf(Inheriting.Generic::class.java) shouldBe """
            A generic method
              of: int users.Inheriting${'$'}Generic.sum(int, int)
        """.trimIndent()
    }

    test("a variable is inherited, and a prefix is that of where it stands") {
        val calls = sum(Inheriting.CountingCalls::class.java)
        val before = calls.call_count()
        calls.count_call() shouldBe before + 1
        calls.call_count(before)
        val prefixed = sum(Inheriting.Prefixed::class.java)
        prefixed.`in`(3) shouldBe 3
        prefixed.count() shouldBe before
        Bindings.variables(prefixed).single().symbol() shouldBe "call_count"
        symbols(prefixed) shouldContainExactly listOf("throw_in")
    }

    test("a parent that only its package can see") {
        Inheriting.hiddenParent() shouldBe 3
    }

    test("an implementation is one object, whatever interface it is seen by") {
        val diamond = sum(Inheriting.Diamond::class.java)
        val other = sum(Inheriting.Diamond::class.java)
        "$diamond" shouldBe "users.Inheriting\$Diamond"
        (diamond as Inheriting.Root) shouldBe diamond
        diamond shouldNotBe other
        setOf<Any>(diamond, diamond as Inheriting.Left, other).size shouldBe 2
        diamond.hashCode() shouldBe System.identityHashCode(diamond)
    }
})

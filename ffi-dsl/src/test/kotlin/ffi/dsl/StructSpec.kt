// SPDX-License-Identifier: Apache-2.0
@file:OptIn(ExperimentalUnsignedTypes::class)

package ffi.dsl

import ffi.core.BindingException
import ffi.core.Pointer
import ffi.core.Ref
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.uInt
import io.kotest.property.checkAll
import java.lang.foreign.MemorySegment

object Person : Struct<Person>("Person") {
    val age = field("age", i32)
    val name = field("name", cstring.orNull)
    val scores = field("scores", array(f64).sized(4))
    val parent = field("parent", pointer(this).orNull)
    val level = bits("level", u32, 3)
}

object Number : Union<Number>("Number") {
    val asInt = field("i", i64)
    val asDouble = field("d", f64)
}

private object Node : Struct<Node>("node") {
    val value = field("value", i32)
    val next = field("next", pointer(this).orNull)
}

private object Halves : Struct<Halves>("halves") {
    val low = field("low", u16)
    val high = field("high", u16)
}

private object Color : Union<Color>("color") {
    val rgba = field("rgba", u32)
    val parts = field("parts", array(u8).sized(4))
    val halves = field("halves", Halves)
    val high = halves[Halves.high]
}

private object Floats : Struct<Floats>("floats") {
    val re = field("re", f32)
    val im = field("im", f32)
}

private object Value : Union<Value>("value") {
    val i = field("i", i64)
    val d = field("d", f64)
    val complex = anonymous(Floats)
}

private object Variant : Struct<Variant>("variant") {
    val kind = field("kind", u8)
    val value = anonymous(Value)
    val after = field("after", u8)
    val im = value[Value.complex][Floats.im]
}

private object Samples : Struct<Samples>("samples") {
    val count = field("count", u8)
    val values = flexible("values", array(f64), count)
}

private object SeriesAt : Struct<SeriesAt>("series") {
    val n = field("n", i32)
    val values = field("values", array(f64), n)
}

private object Packed : Struct<Packed>("record_packed", packed = true) {
    val a = field("a", u8)
    val b = field("b", u32)
    val c = field("c", u16)
    val d = field("d", f64)
}

private object Pack2 : Struct<Pack2>("record_pack2", pack = 2) {
    val a = field("a", u8)
    val b = field("b", u32)
    val c = field("c", u16)
    val d = field("d", f64)
}

private object Aligned : Struct<Aligned>("aligned") {
    val a = align(16).field("a", u8)
    val b = field("b", u32)
    val c = field("c", u16)
    val d = field("d", f64)
}

private object Unnamed : Struct<Unnamed>("unnamed") {
    val a = bits("a", u32, 3)
    init { bits(u32, 5) }
    val b = bits("b", u32, 8)
    init { bits(u32, 20) }
    val c = bits("c", u32, 4)
}

/** Fields with the names of everything that a struct has itself. */
private object Named : Struct<Named>("names") {
    val name = field("name", i8)
    val size = field("size", i8)
    val field = field("field", i8)
    val struct = field("struct", i8)
    val bits = field("bits", i8)
    val open = field("open", i8)
    val type = field("type", i8)
    val layout = field("layout", i8)
    val invoke = field("invoke", i8)
    val describe = field("describe", i8)
}

private object Impossible : Struct<Impossible>("Impossible") {
    val nothing = field("nothing", void)
    val age = field("age", i32)
}

private object People : Library("sum") {
    val findPerson = fn("find_person", cstring) returns pointer(Person).orNull
    val birthday = fn("birthday", pointer(Person)) returns void
    val sumScores = fn("sum_scores", pointer(Person)) returns f64
    val generations = fn("generations", pointer(Person)) returns i32
    val older = fn("older", struct(Person), i32) returns struct(Person)
    val bitsOfNumber = fn("bits_of_number", struct(Number)) returns u64
    val numberOf = fn("number_of", f64) returns struct(Number)
    val makeList = fn("make_list", i32) returns pointer(Node).orNull
    val sumList = fn("sum_list", pointer(Node).orNull) returns i64
    val freeList = fn("free_list", pointer(Node).orNull) returns void
    val sumSamples = fn("sum_samples", pointer(Samples)) returns f64
    val sumSeries = fn("sum_series", pointer(SeriesAt)) returns f64
}

private interface PeopleFace {
    fun find_person(name: String): Pointer<Ref<Person>>?
    fun birthday(person: Pointer<Ref<Person>>)
    fun older(person: Ref<Person>, years: Int): Ref<Person>
}

private fun sizeof(name: String) = library("sum") { fn("sizeof_$name") returns usize }()

class StructSpec : FunSpec({

    test("a struct is made, given to C, and read in place") {
        arena {
            val bob = Person {
                it[age] = 42
                it[name] = "bob"
                it[scores] = doubleArrayOf(1.0, 2.0, 3.0, 4.0)
                it[level] = 7u
            }
            People.birthday(pointerTo(bob))
            bob[Person.age] shouldBe 43
            bob[Person.name] shouldBe "bob"
            bob[Person.level] shouldBe 7u
            bob[Person.parent] shouldBe null
            People.sumScores(pointerTo(bob)) shouldBe 1.0 + 4 + 9 + 16
            val child = Person { it[parent] = pointerTo(bob) }
            child[Person.parent]!![Person.age] shouldBe 43
            People.generations(pointerTo(child)) shouldBe 2
        }
    }

    test("a struct of C's is viewed behind its pointer") {
        val bob = People.findPerson("bob")!!
        val before = bob[Person.age]
        bob[Person.age] = before + 1
        People.findPerson("bob")!!.value[Person.age] shouldBe before + 1
        bob[Person.age] = before
        People.findPerson("nobody") shouldBe null
    }

    test("a struct goes and comes by value") {
        arena {
            val bob = Person { it[age] = 42; it[name] = "bob" }
            val older = People.older(bob, 8)
            older[Person.age] shouldBe 50
            older[Person.name] shouldBe "bob"
            bob[Person.age] shouldBe 42
        }
    }

    test("a union") {
        checkAll(50, Arb.int()) { n ->
            arena {
                val number = Number { it[asDouble] = n.toDouble() }
                number[Number.asInt] shouldBe n.toDouble().toRawBits()
                People.bitsOfNumber(number) shouldBe n.toDouble().toRawBits().toULong()
            }
        }
        People.numberOf(1.5)[Number.asDouble] shouldBe 1.5
    }

    test("a list of structs that point to each other") {
        val list = People.makeList(3)
        generateSequence(list) { it[Node.next] }.map { it[Node.value] }.toList() shouldBe listOf(1, 2, 3)
        list!![Node.next]!![Node.value] = 20
        People.sumList(list) shouldBe 24L
        People.freeList(list)
    }

    test("structs, unions and arrays in one another") {
        arena {
            val color = Color { it[rgba] = 0x04030201u }
            color[Color.halves][Halves.low] shouldBe 0x0201.toUShort()
            color[Color.high] shouldBe 0x0403.toUShort()
            color[Color.high] = 0xFFFFu.toUShort()
            color[Color.rgba] shouldBe 0xFFFF0201u
            val variant = Variant { it[kind] = 1u; it[im] = 2.5f; it[after] = 3u }
            variant[Variant.value][Value.complex][Floats.im] shouldBe 2.5f
        }
    }

    test("a flexible array, and one behind a pointer, as long as a field says") {
        arena {
            val samples = Samples(3) { it[values] = doubleArrayOf(1.0, 2.0, 3.0) }
            samples[Samples.count] shouldBe 3.toUByte()
            People.sumSamples(pointerTo(samples)) shouldBe 1.0 + 4 + 9
            val series = SeriesAt { it[n] = 2; it[values] = doubleArrayOf(1.0, 2.0) }
            People.sumSeries(pointerTo(series)) shouldBe 5.0
            series[SeriesAt.values].asList() shouldBe listOf(1.0, 2.0)
        }
    }

    test("fields lie where C puts them") {
        listOf(Person, Packed, Pack2, Aligned, Unnamed, Samples, Color, Variant)
            .map { it.declaredStruct.byteSize() } shouldBe
            listOf("Person", "record_packed", "record_pack2", "aligned", "unnamed", "samples", "color", "variant")
                .map(::sizeof)
    }

    test("a bit-field holds what fits, and says so of what does not") {
        checkAll(100, Arb.uInt(0u..7u)) { n -> arena { Person { it[level] = n }[Person.level] } shouldBe n }
        arena { shouldThrow<IllegalArgumentException> { Person { it[level] = 8u } } }
    }

    test("every name is free for a field") {
        arena {
            val ref = Named { it[name] = 1; it[invoke] = 9; it[describe] = 10 }
            ref[Named.name] shouldBe 1.toByte()
            Named.structType.byteSize() shouldBe 10L
        }
    }

    test("a struct of arrays of structs, in memory") {
        arena {
            val people = alloc(struct(Person), 3)
            people[1][Person.age] = 7
            (people + 1)[Person.age] shouldBe 7
            people[2][Person.age] shouldBe 0
        }
    }

    test("an interface takes and gives structs in place") {
        val face = bind<PeopleFace>("sum")
        arena {
            val bob = Person { it[age] = 1 }
            face.birthday(pointerTo(bob))
            face.older(bob, 8)[Person.age] shouldBe 10
        }
        face.find_person("nobody") shouldBe null
    }

    test("where its fields lie is told") {
        describe(Number) shouldBe """
            union Number: 8 bytes, aligned to 8
              offset  size  field
                   0     8  i: i64
                   0     8  d: f64
        """.trimIndent()
        "$Person $Number" shouldBe "struct Person union Number"
    }

    test("a struct that C can not have is reported by what uses it") {
        arena {
            shouldThrow<BindingException> { Impossible { it[age] = 1 } }.message shouldBe """
                Not a struct of C: "Impossible"
                  field: nothing
                  declared: void
                  found: A type that has no layout; type: void; expected: a type with values
            """.trimIndent()
        }
    }
})

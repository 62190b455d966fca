// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.NativeType.I32
import ffi.core.NativeType.I64
import ffi.core.NativeType.array
import ffi.core.NativeType.callback
import ffi.core.NativeType.handle
import ffi.core.NativeType.inout
import ffi.core.NativeType.struct
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withTests
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.util.function.BinaryOperator
import java.util.function.Function
import java.util.function.IntBinaryOperator
import java.util.function.Supplier

/** An interface whose method gives another one of its kind. */
fun interface Generator {
    fun next(): Generator
}

fun interface Ping {
    fun pong(ping: Ping): Pong
}

fun interface Pong {
    fun ping(pong: Pong): Ping
}

/** Interfaces whose methods take and return others of the same type argument. */
fun interface StepOf<T> {
    @OrNull
    fun step(value: T): StepOf<T>?
}

fun interface LevelOf<T> {
    fun level(operation: BinaryOperator<T>, value: T): T
}

fun interface Widening<T> {
    fun next(): Widening<List<T>>
}

interface Steps {
    @Symbol("chosen_by")
    @OrNull
    fun chosen(step: StepOf<Int>, value: Int): StepOf<Int>?

    @Symbol("on_each_level")
    fun level(level: LevelOf<Int>, operation: BinaryOperator<Int>, value: Int): Int

    @Symbol("echo_operation")
    @OrNull
    fun widened(@OrNull widening: Widening<Int>?): Widening<Int>?
}

@JvmRecord data class Node(val make: MakeNode, val value: Int)

fun interface MakeNode {
    fun make(value: Int): Node
}

fun interface OnThing {
    fun on(thing: OwnedThing): Int
}

@JvmRecord data class OwnedThing(val segment: MemorySegment)

@JvmRecord data class Operations(val add: IntBinaryOperator, val sub: IntBinaryOperator)

interface Generators {
    fun call_generator(generator: Generator): Generator?
    fun same_function(a: IntBinaryOperator, b: IntBinaryOperator): Int
    fun echo_operation(f: IntBinaryOperator): IntBinaryOperator
}

private enum class Stride { NONE, ONE, TWO }

/** Functions as values: each has one address, and is known by that. */
class FunctionPointersSpec : FunSpec({

    val libsum = NativeLibrary.open("sum", Arena.global())
    val operation = callback(IntBinaryOperator::class.java)
    val library = Bindings.bind(Generators::class.java, "sum")

    context("a callback without parameters returns a struct of every class, in registers and in memory") {
        val structs = listOf(
            "int1" to Int1(1), "pair" to IntPair(1, 2), "point" to XY(0.5, 2.0), "floats" to Floats(1f, 2f, 3f),
            "mixed" to Mixed(0.5, 7), "int_double" to IntDouble(7, 0.5), "longs2" to Longs2(1, 2),
            "longs3" to Longs3(1, 2, 3),
        )
        withTests(structs.associate { (name, value) -> name to (name to value) }) { (name, value) ->
            val type = struct(value.javaClass)
            val supplier = callback(Supplier::class.java, type)
            val given = libsum.downcall("given_$name", type, supplier)
            repeat(3) { given.call(Supplier<Any> { value }) shouldBe value }
            Arena.ofConfined().use { arena ->
                given.call(Upcall.of(supplier, Supplier<Any> { value }, arena)) shouldBe value
                Upcall.of(supplier, Supplier<Any> { value }, arena).get() shouldBe value
            }
            shouldThrow<IllegalStateException> { given.call(Supplier<Any> { error("none") }) }.message shouldBe "none"
        }
    }

    test("an interface that names itself is a type, and its functions go both ways") {
        Arena.ofConfined().use { arena ->
            lateinit var second: Generator
            val first = Upcall.of(Generator::class.java, Generator { second }, arena)
            second = Upcall.of(Generator::class.java, Generator { first }, arena)
            library.call_generator(first) shouldBe second
            library.call_generator(Generator { first }) shouldBe first
            library.call_generator(first)!!.next().next() shouldBe second
        }
        callback(Generator::class.java) shouldBe callback(Generator::class.java)
    }

    test("a type argument is passed on to the interfaces that a method names") {
        val steps = Bindings.bind(Steps::class.java, "sum")
        val values = mutableListOf<Int>()
        steps.chosen({ values.add(it); null }, 7) shouldBe null
        values shouldBe listOf(7)
        steps.level({ operation, value -> operation.apply(value, 5) }, { a, b -> a * 10 + b }, 4) shouldBe 45
        steps.widened(null) shouldBe null // a type without an end is one
    }

    test("interfaces that name each other are types, and so is one that returns the record it is in") {
        Arena.ofConfined().use { arena ->
            lateinit var ping: Ping
            val pong = Upcall.of(Pong::class.java, Pong { ping }, arena)
            ping = Upcall.of(Ping::class.java, Ping { pong }, arena)
            ping.pong(ping) shouldBe pong
            pong.ping(pong) shouldBe ping
            ping.pong(ping).ping(pong).pong(ping) shouldBe pong
            lateinit var make: MakeNode
            make = Upcall.of(MakeNode::class.java, MakeNode { Node(make, it) }, arena)
            make.make(3) shouldBe Node(make, 3)
            val nodes = struct(Node::class.java).allocateFrom(arena, Node(make, 5))
            nodes.get().make.make(nodes.get().value).value shouldBe 5
        }
    }

    test("a function pointer is equal to the one that native code gives back") {
        Arena.ofConfined().use { arena ->
            val plus = Upcall.of(operation, IntBinaryOperator { a, b -> a + b }, arena)
            val minus = Upcall.of(operation, IntBinaryOperator { a, b -> a - b }, arena)
            val echoed = library.echo_operation(plus)
            echoed shouldBe plus
            plus shouldBe echoed
            echoed.hashCode() shouldBe plus.hashCode()
            plus shouldNotBe minus
            library.same_function(echoed, plus) shouldBe 1
            library.same_function(minus, plus) shouldBe 0
            val operations = struct(Operations::class.java).allocateFrom(arena, Operations(plus, minus))
            operations.get() shouldBe Operations(plus, minus)
            operations.get().add shouldBe operations.get().add
            operations.get().add shouldNotBe operations.get().sub
            operations.get().hashCode() shouldBe Operations(plus, minus).hashCode()
            val elements = operation.allocate(arena, 2)
            elements.set(1, plus)
            elements.get(1) shouldBe elements.get(1)
            elements.get(1) shouldBe plus
            Upcall.at(operation, Upcall.address(operation, plus)) shouldBe plus
        }
    }

    test("a function pointer that has ended is equal to itself alone") {
        val ended = Arena.ofConfined().use { arena -> Upcall.of(operation, IntBinaryOperator { a, b -> a + b }, arena) }
        ended shouldBe ended
        val address = Regex("0x[0-9a-f]+").find("$ended")!!.value.removePrefix("0x").toLong(16)
        Upcall.at(operation, MemorySegment.ofAddress(address)) shouldNotBe ended
    }

    test("the type of one declaration is the same however often it is made") {
        fun thing() = callback(OnThing::class.java)
        thing() shouldBe thing()
        thing().hashCode() shouldBe thing().hashCode()
        struct(Operations::class.java) shouldBe struct(Operations::class.java)
        val lambda = Function<MemorySegment, OwnedThing> { OwnedThing(it) }
        val unwrap = Function<OwnedThing, MemorySegment> { it.segment }
        handle("Thing", lambda, unwrap) shouldBe handle("Thing", lambda, unwrap)
        handle("Thing", lambda, unwrap) shouldNotBe handle("Thing", lambda, unwrap).orNull()
        array(IntArray::class.java).sized(3) shouldNotBe array(IntArray::class.java).sized(4)
    }

    test("a retained function passes by its address where another type of the same kind is declared") {
        fun things() = handle("Thing", { OwnedThing(it) }, { it.segment })
        fun type() = callback(Function::class.java, I32, things())
        val same = libsum.downcall("same_function", I32, type(), type())
        Arena.ofConfined().use { arena ->
            val function = Upcall.of(type(), Function<Any?, Any?> { 1 }, arena)
            same.call(function, function) shouldBe 1
            val slot = type().allocate(arena)
            slot.set(function)
            Upcall.address(type(), slot.get()) shouldBe Upcall.address(type(), function)
            val give = libsum.downcall("echo_operation", type(), type())
            give.call(function) shouldBe function
            val out = inout(type())
            val through = Out<Any?>(function)
            libsum.downcall("getValueFromDoublePointer", I32, out).call(through)
            through.get() shouldBe function
        }
    }

    test("a retained function of another kind is an error, in every place") {
        Arena.ofConfined().use { arena ->
            val longs = Upcall.of(callback(Function::class.java, I64, I64), Function<Any?, Any?> { 1L }, arena)
            val ints = callback(Function::class.java, I32, I32)
            val message = """
                Argument 1 is not a value of its type
                  function: echo_operation: callback(i32 (i32)) (callback(i32 (i32)))
                  declared: callback(i32 (i32))
                  expected: a function, or a function pointer of this type
                  found: a function pointer of the type callback(i64 (i64))
            """.trimIndent()
            shouldThrow<IllegalArgumentException> { libsum.downcall("echo_operation", ints, ints).call(longs) }
                .message shouldBe message
            shouldThrow<IllegalArgumentException> { ints.allocateFrom(arena, longs) }
        }
    }

    test("a function at NULL is null where the type says so, and an error where it does not") {
        Upcall.at(operation.orNull(), MemorySegment.NULL) shouldBe null
        shouldThrow<NullPointerException> { Upcall.at(operation, MemorySegment.NULL) }.message shouldBe """
            A function at NULL
              type: callback(i32 (i32, i32))
        """.trimIndent()
    }

    test("a function pointer and a constant go where a function takes any arguments") {
        val take = libsum.downcall("take_functions", Signature.of(I32, I32).asVariadic(1)).variadic()
        Arena.ofConfined().use { arena ->
            val plus = Upcall.of(operation, IntBinaryOperator { a, b -> a + b }, arena)
            take.call(3, plus, plus, plus) shouldBe 1 + 2 + 3
            val mul = libsum.downcall("sum", I32, I32, I32).`as`(IntBinaryOperator::class.java)
            take.call(2, plus, mul) shouldBe 1 + 2
        }
        libsum.downcall("sum_of", Signature.of(I64, I32).asVariadic(1)).variadic()
            .call(3, Stride.ONE, Stride.TWO, Stride.TWO) shouldBe 5L
        shouldThrow<IllegalArgumentException> { take.call(1, IntBinaryOperator { a, _ -> a }) }
    }

    test("a function that is written into a struct lives as long as the struct's arena") {
        val type = StructType.of<Any>("Operations")
        val add = type.field("add", operation)
        val both = Arena.ofConfined()
        val table = type.allocate(both)
        table.set(add, IntBinaryOperator { a, b -> a * b })
        table.get(add).applyAsInt(6, 7) shouldBe 42
        table.get(add) shouldBe table.get(add)
        val kept = table.get(add)
        both.close()
        val reports = reports { kept.applyAsInt(6, 7) shouldBe 0 }
        reports.size shouldBe 1
    }

    test("a comparator that always throws logs little, and the sort ends soon") {
        val times = libsum.downcall("apply_times", I64, operation, I32)
        val began = System.nanoTime()
        val reports = reports {
            val thrown = shouldThrow<ArithmeticException> {
                times.call(IntBinaryOperator { _, _ -> throw ArithmeticException("one of many") }, 100_000)
            }
            thrown.suppressed.size shouldBe 64
        }
        reports.size shouldBeLessThan 40
        ((System.nanoTime() - began) / 1_000_000_000).toInt() shouldBeLessThan 60
    }

    test("a callback that refuses returns its error value, and nobody hears of it") {
        class Refused : RuntimeException(), Upcall.Refusal
        val apply = libsum.downcall("apply", I32, operation.onError(-7), I32, I32)
        reports { apply.call(IntBinaryOperator { _, _ -> throw Refused() }, 1, 2) shouldBe -7 } shouldBe listOf()
        libsum.downcall("sum", I32, I32, I32).call(1, 2) shouldBe 3
    }
})

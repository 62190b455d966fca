// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.NativeType.CSTRING
import ffi.core.NativeType.I32
import ffi.core.NativeType.I64
import ffi.core.NativeType.U32
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.nio.IntBuffer
import java.util.function.Function
import java.util.function.IntBinaryOperator
import java.util.function.LongBinaryOperator
import kotlin.random.Random

private enum class Direction { UP, DOWN }

private enum class Size { SMALL, LARGE }

private val wrap = Function<MemorySegment, OwnedThing> { OwnedThing(it) }
private val unwrap = Function<OwnedThing, MemorySegment> { it.segment }
private val half = Function<Int, Int> { it / 2 }
private val double = Function<Int, Int> { it * 2 }

private val free = NativeLibrary.open("sum", Arena.global()).downcall("block_free", NativeType.VOID, NativeType.ADDRESS)

/** How types are declared, by what stands in the source. */
private class Declarations(private val random: Random) {

    private val simple: Map<String, () -> NativeType<*>> = mapOf(
        "i32" to { I32 }, "u32" to { U32 }, "i64" to { I64 }, "cstring" to { CSTRING },
        "latin1" to { NativeType.cstring(Charsets.ISO_8859_1) }, "address" to { NativeType.ADDRESS },
        "Direction" to { NativeType.enumOf(Direction::class.java) },
        "Direction from 1" to { NativeType.enumOf(Direction::class.java) { it.ordinal + 1L } },
        "Size" to { NativeType.enumOf(Size::class.java) },
        "flags" to { NativeType.flags(Size::class.java) },
        "ints" to { NativeType.array(IntArray::class.java) },
        "int buffer" to { NativeType.buffer(IntBuffer::class.java) },
        "Operations" to { NativeType.struct(Operations::class.java) },
        "Longs2" to { NativeType.struct(Longs2::class.java) },
        "operation" to { NativeType.callback(IntBinaryOperator::class.java) },
        "long operation" to { NativeType.callback(LongBinaryOperator::class.java) },
        "generator" to { NativeType.callback(Generator::class.java) },
        "on thing" to { NativeType.callback(OnThing::class.java) },
        "thing" to { NativeType.handle("Thing", wrap, unwrap) },
        "other thing" to { NativeType.handle("Other", wrap, unwrap) },
        "half" to { I32.map(half, double) }, "double" to { I32.map(double, half) },
        "text object" to { NativeType.`object`(String::class.java) },
    )

    private val words: Map<String, (NativeType<*>) -> NativeType<*>> = mapOf(
        "orNull" to { it.orNull() }, "owned" to { it.owned() }, "ownedBy" to { it.owned(free) },
        "sized3" to { it.sized(3) }, "sized4" to { it.sized(4) }, "terminated" to { it.terminated() },
        "const" to { it.asConst() }, "list" to { NativeType.list(it) }, "pointer" to { NativeType.pointer(it) },
        "out" to { NativeType.out(it) }, "inout" to { NativeType.inout(it) }, "orErrno" to { it.orErrno() },
        "callback" to { NativeType.callback(Function::class.java, it, it) },
    )

    /** A declaration, as it is written, and what makes its type. */
    fun next(): Pair<String, () -> NativeType<*>> {
        var (text, make) = simple.entries.random(random).toPair()
        repeat(random.nextInt(3)) {
            val (word, change) = words.entries.random(random)
            val before = make
            text += ".$word"
            make = { change(before()) }
        }
        return text to make
    }

    private fun <K, V> Collection<Map.Entry<K, V>>.random(random: Random) = elementAt(random.nextInt(size))
}

/** Types are values. */
class TypeEqualitySpec : FunSpec({

    test("two types are equal if they are declared equally, and only then") {
        val declarations = Declarations(Random(15))
        val made = generateSequence { declarations.next() }.distinctBy { it.first }.take(300)
            .filter { (_, make) -> isRight(make()) }.toList()
        made.filter { (_, make) -> make() != make() || make().hashCode() != make().hashCode() }
            .map { it.first }.shouldBeEmpty()
        val types = made.map { it.first to it.second() }
        val alike = types.flatMap { (text, type) ->
            types.filter { (other, another) -> other != text && another == type }.map { "$text = ${it.first}" }
        }
        alike.filterNot { isSaidTwice(it) }.shouldBeEmpty()
    }

    test("a record is one type, whoever reads it") {
        NativeType.callback(OnThing::class.java) shouldBe NativeType.callback(OnThing::class.java)
        NativeType.struct(Node::class.java) shouldBe NativeType.struct(Node::class.java)
    }
})

private fun isRight(type: NativeType<*>): Boolean = try {
    if (type.isOwned) Signature.of(type) else Signature.of(NativeType.VOID, type)
    true
} catch (_: BindingException) {
    false
}

/** A word that changes nothing when it is said again, such as `orNull`. */
private fun isSaidTwice(equation: String): Boolean {
    val (one, other) = equation.split(" = ").map { side ->
        side.split(".").let { words -> words.filterIndexed { i, word -> i == 0 || word != words[i - 1] } }
    }
    return one.sorted() == other.sorted()
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.NativeType.I32
import ffi.core.NativeType.U32
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.throwables.shouldThrowAny
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.lang.invoke.MethodHandles
import java.lang.invoke.MethodType
import java.util.concurrent.Future
import java.util.function.IntUnaryOperator
import users.Hostile
import users.Structs

private interface WrongVariable {
    @Global fun call_count(): Future<Int>
}

private interface Several {
    fun call_all(functions: List<IntUnaryOperator>)
}

/** What FuzzSpec has found, and is no other spec's subject. */
class BadInputSpec : FunSpec({

    val lookup = MethodHandles.lookup()
    fun messageOf(block: () -> Any?) = shouldThrowAny { block() }.message

    test("a name with a line break stays on its line, in a headline too") {
        val thing = NativeType.handle("a\n  hint: b\u0001", { it }, { s: MemorySegment -> s })
        messageOf { NativeType.array(ByteArray::class.java, NativeType.pointer(thing)).layout() } shouldBe
            "A type that has no elements of pointer(a\\n  hint: b\\u0001)\n" +
            "  type: byte[]\n  expected: ffi.core.Pointer[]"
        messageOf { StructType.of<Any>("a\nb").apply { field("x", I32) }.allocate(Arena.global(), 1) } shouldBe
            "A struct without a flexible array\n  struct: struct a\\nb\n  elements: 1"
    }

    test("what only a call has lies nowhere") {
        for (type in listOf(NativeType.out(I32), NativeType.inout(I32), I32.withErrno())) {
            messageOf { type.layout() } shouldBe
                "A type that has no layout\n  type: $type\n  expected: a type with values"
            messageOf { type.allocate(Arena.global()) } shouldBe messageOf { type.layout() }
        }
    }

    test("a bit-field, and a field that is shared, of what is no number") {
        val struct = StructType.of<Any>("s")
        @Suppress("UNCHECKED_CAST")
        val bits = struct.bits("bits", U32, 3) as Field<Any, Any?>
        @Suppress("UNCHECKED_CAST")
        val number = struct.field("number", I32) as Field<Any, Any?>
        val ref = struct.allocate(Arena.global())
        fun message(field: String, found: String) = """
            Not a value of its type
              field: s.$field
              expected: Integer
              found: $found
        """.trimIndent()
        shouldThrow<NullPointerException> { ref.set(bits, null) }.message shouldBe message("bits", "null")
        shouldThrow<IllegalArgumentException> { ref.set(bits, "x") }.message shouldBe message("bits",
            "java.lang.String")
        shouldThrow<NullPointerException> { ref.setVolatile(number, null) }.message shouldBe message("number", "null")
        shouldThrow<IllegalArgumentException> { ref.setRelease(number, 1L) }.message shouldBe message("number",
            "java.lang.Long")
        shouldThrow<NullPointerException> { ref.compareAndSet(number, null, 1) }.message shouldBe message("number",
            "null")
    }

    test("a set of bits counts nothing") {
        val struct = StructType.of<Any>("s")
        val flags = struct.field("flags", NativeType.flags(Structs.Color::class.java))
        struct.field("values", NativeType.array(IntArray::class.java), flags)
        messageOf { struct.layout() } shouldBe """
            Not a struct of C: "s"
              field: values
              declared: s.flags: flags(Color)
              found: a count that is no integer field of the same struct
        """.trimIndent()
    }

    test("handles that neither make nor read a struct") {
        val pair = Hostile.Pair::class.java
        val a = lookup.findVirtual(pair, "a", MethodType.methodType(Int::class.java))
        val make = lookup.findConstructor(pair, MethodType.methodType(Void.TYPE, Int::class.java, Int::class.java))
        val hint = "  hint: the constructor takes the parts in order and returns the object, and a getter takes" +
            " that and returns its part"
        messageOf { NativeType.struct("pair", pair, listOf(Member("a", I32, a)), make).layout() } shouldBe """
            Handles that neither make nor read a struct: pair
              class: users.Hostile${'$'}Pair
              constructor: (int,int)Pair
              getter: a: (Pair)int
        """.trimIndent() + "\n" + hint
        val none = MethodHandles.constant(String::class.java, "x")
        val members = listOf(Member("a", I32, none), Member("b", I32, a))
        messageOf { NativeType.struct("pair", pair, members, make).layout() } shouldBe """
            Handles that neither make nor read a struct: pair
              class: users.Hostile${'$'}Pair
              constructor: (int,int)Pair
              getter: a: ()String
              getter: b: (Pair)int
        """.trimIndent() + "\n" + hint
    }

    test("a lookup whose class loader does not know the interface does not help") {
        val bytes = Structs::class.java.getResourceAsStream("Interfaces\$Nullables.class")!!.use { it.readAllBytes() }
        val loader = object : ClassLoader(Structs::class.java.classLoader) {
            fun define() = defineClass("users.Interfaces\$Nullables", bytes, 0, bytes.size)
        }
        messageOf { Bindings.bind(loader.define(), "sum", Arena.global(), lookup) } shouldBe """
            Not visible to ffi.core: users.Interfaces${'$'}Nullables
              hint: pass a MethodHandles.lookup() of a class of its own class loader, which must see ffi.core
        """.trimIndent()
    }

    test("a variable is read at once") {
        messageOf { Bindings.bind(WrongVariable::class.java, "sum", Arena.global(), lookup) } shouldBe """
            A variable that another thread is to read
              of: java.util.concurrent.Future ffi.core.WrongVariable.call_count()
              hint: return what the variable holds
        """.trimIndent()
    }

    test("a list of functions, which is one of what extends them") {
        Bindings.functions(Bindings.bind(Several::class.java, "sum", Arena.global(), lookup)).map { "$it" } shouldBe
            listOf("call_all: void (list(callback(i32 (i32))))")
    }
})

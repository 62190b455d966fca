// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.NativeType.ADDRESS
import ffi.core.NativeType.BOOL
import ffi.core.NativeType.CSTRING
import ffi.core.NativeType.C_CHAR
import ffi.core.NativeType.F32
import ffi.core.NativeType.F64
import ffi.core.NativeType.I16
import ffi.core.NativeType.I32
import ffi.core.NativeType.I64
import ffi.core.NativeType.U16
import ffi.core.NativeType.U32
import ffi.core.NativeType.U64
import ffi.core.NativeType.U8
import ffi.core.NativeType.VOID
import ffi.core.Structs.Choice
import ffi.core.Structs.Complex
import ffi.core.Structs.Number
import ffi.core.Structs.Packet
import ffi.core.Structs.Person
import ffi.core.Structs.Record
import ffi.core.Structs.Series
import ffi.core.Structs.Variant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.lang.foreign.Arena
import java.lang.foreign.MemoryLayout
import java.lang.foreign.MemoryLayout.paddingLayout
import java.lang.foreign.MemoryLayout.structLayout
import java.lang.foreign.MemoryLayout.unionLayout
import java.lang.foreign.MemorySegment
import java.lang.foreign.ValueLayout

/** Structs as C has them, and what can not be one. */
class StructTypeSpec : FunSpec({

    fun refused(use: () -> Any?): String? = shouldThrow<BindingException> { use() }.message

    // --- as C has them ---------------------------------------------------------------------------------------------

    test("fields lie where C has them") {
        Person.type.byteSize() shouldBe cNumber("sizeof_Person")
        Person.type.byteAlignment() shouldBe cNumber("alignof_Person")
        for (field in listOf(Person.age, Person.name, Person.scores, Person.parent)) {
            withClue(field) { field.offset() shouldBe cNumber("offsetof_Person_${field.name()}") }
        }
    }

    test("a struct is read and written in C's memory") {
        cCall("reset_people", VOID).call()
        val find = cCall("find_person", Person.type.pointer(), CSTRING)
        @Suppress("UNCHECKED_CAST") val bob = (find.call("bob") as Pointer<Ref<Person>>).get()
        bob.get(Person.age) shouldBe 42
        bob.get(Person.name) shouldBe "bob"
        bob.get(Person.scores).toList() shouldBe listOf(1.0, 2.0, 3.0, 4.0)
        bob.get(Person.level) shouldBe 5
        bob.get(Person.parent)!!.get().get(Person.name) shouldBe "alice"
        bob.get(Person.parent)!!.get().get(Person.parent) shouldBe null
        cCall("birthday", VOID, Person.type.pointer()).call(bob.pointer())
        bob.get(Person.age) shouldBe 43
        bob.set(Person.age, 42)
    }

    test("what Java allocated C reads") {
        withArena { arena ->
            val ann = Person.type.allocate(arena)
            val eve = Person.type.allocate(arena)
            eve.set(Person.parent, ann.pointer())
            eve.set(Person.scores, doubleArrayOf(1.0, 10.0, 100.0, 1000.0))
            eve.set(Person.level, 7)
            eve.set(Person.name, "eve")
            cCall("generations", I32, Person.type.pointer()).call(eve.pointer()) shouldBe 2
            cCall("sum_scores", F64, Person.type.pointer()).call(eve.pointer()) shouldBe 4321.0
            cCall("get_Person_level", U32, Person.type.pointer()).call(eve.pointer()) shouldBe 7
            cCall("get_Person_name", CSTRING, Person.type.pointer()).call(eve.pointer()) shouldBe "eve"
        }
    }

    test("a struct goes by value, and one that comes back has memory of its own") {
        withArena { arena ->
            val ann = Person.type.allocate(arena)
            ann.set(Person.age, 20)
            ann.set(Person.level, 6)
            ann.set(Person.scores, doubleArrayOf(1.5, 2.5, 3.5, 4.5))
            val older = cCall("older", Person.type.byValue(), Person.type.byValue(), I32)
            @Suppress("UNCHECKED_CAST") val copies = List(3) { older.call(ann, it) as Ref<Person> }
            copies.map { it.get(Person.age) } shouldBe listOf(20, 21, 22)
            copies[1].get(Person.level) shouldBe 6
            copies[1].get(Person.scores).toList() shouldBe listOf(1.5, 2.5, 3.5, 4.5)
            ann.get(Person.age) shouldBe 20
        }
    }

    test("a union by value goes by the registers of all its members") {
        withArena { arena ->
            val number = Number.type.allocate(arena)
            number.set(Number.d, 0.5)
            number.get(Number.i) shouldBe 0.5.toRawBits()
            cCall("bits_of_number", I64, Number.type.byValue()).call(number) shouldBe 0.5.toRawBits()
            @Suppress("UNCHECKED_CAST")
            val half = cCall("number_of", Number.type.byValue(), F64).call(0.5) as Ref<Number>
            half.get(Number.d) shouldBe 0.5
        }
    }

    test("the words of packing and alignment are C's") {
        val records = mapOf(
            "record" to Record(), "record_packed" to Record({ it.packed() }),
            "record_pack1" to Record({ it.packed(1) }), "record_pack2" to Record({ it.packed(2) }),
            "record_pack4" to Record({ it.packed(4) }), "record_pack16" to Record({ it.packed(16) }),
            "record_packed_aligned" to Record({ it.packed().aligned(4) }), "aligned" to Record({ it.align(16) }),
        )
        for ((name, record) in records) {
            withClue(name) {
                record.type.byteSize() shouldBe cNumber("sizeof_$name")
                record.type.byteAlignment() shouldBe cNumber("alignof_$name")
                for (field in record.type.fields()) {
                    field.offset() shouldBe cNumber("offsetof_${name}_${field.name()}")
                }
            }
        }
    }

    test("members without a name are had by then") {
        Variant.type.byteSize() shouldBe cNumber("sizeof_variant")
        Variant.d.offset() shouldBe cNumber("offsetof_variant_d")
        Variant.im.offset() shouldBe cNumber("offsetof_variant_im")
        Variant.im.name() shouldBe "im"
        withArena { arena ->
            val variant = Variant.type.allocate(arena)
            cCall("set_variant", VOID, Variant.type.pointer(), U8, F32, F32, U8)
                .call(variant.pointer(), 1.toByte(), 2.5f, 3.5f, 4.toByte())
            variant.get(Variant.im) shouldBe 3.5f
            variant.get(Variant.choice).get(Choice.complex).get(Complex.re) shouldBe 2.5f
            variant.set(Variant.im, 7f)
            cCall("get_variant_im", F32, Variant.type.pointer()).call(variant.pointer()) shouldBe 7f
        }
    }

    test("a number of the other byte order is turned around") {
        class Wire {
            val type = StructType.of<Wire>("wire")
            val kind = type.field("kind", U16.bigEndian())
            val length = type.field("length", U32.bigEndian())
            val stamp = type.field("stamp", U64.bigEndian())
            val ratio = type.field("ratio", F32.bigEndian())
            val codes = type.field("codes", NativeType.array(ShortArray::class.java, I16.bigEndian()).sized(2))
        }
        val wire = Wire()
        wire.type.byteSize() shouldBe cNumber("sizeof_wire")
        withArena { arena ->
            val ref = wire.type.allocate(arena)
            cCall("set_wire", VOID, ADDRESS, U16, U32, U64, F32, I16, I16)
                .call(ref.segment(), 0x1234.toShort(), 0x12345678, 0x123456789abcdef0, 1.5f, 3.toShort(),
                    (-2).toShort())
            ref.toString() shouldBe
                "wire{kind=4660, length=305419896, stamp=1311768467463790320, ratio=1.5, codes=[3, -2]}"
            ref.set(wire.length, 7)
            ref.set(wire.codes, shortArrayOf(5, 6))
            cCall("get_wire_length", U32, ADDRESS).call(ref.segment()) shouldBe 7
            cCall("get_wire_code", I16, ADDRESS, I32).call(ref.segment(), 1) shouldBe 6.toShort()
        }
        shouldThrow<BindingException> { CSTRING.bigEndian().layout() }.message shouldBe """
            A type that has no bigEndian
              type: cstring
              expected: a number
        """.trimIndent()
    }

    test("a flexible array is as long as the field says that counts it") {
        Packet.type.byteSize() shouldBe cNumber("sizeof_packet")
        Packet.data.offset() shouldBe cNumber("offsetof_packet_data")
        withArena { arena ->
            val packet = Packet.type.allocate(arena, 3)
            packet.segment().byteSize() shouldBe 7
            packet.get(Packet.size) shouldBe 3
            packet.set(Packet.data, byteArrayOf(1, 2, 3))
            cCall("checksum", U32, Packet.type.pointer()).call(packet.pointer()) shouldBe 14
            packet.set(Packet.data, byteArrayOf(5))
            packet.get(Packet.size) shouldBe 1
            packet.get(Packet.data).toList() shouldBe listOf<Byte>(5)
            shouldThrow<IndexOutOfBoundsException> { packet.set(Packet.data, ByteArray(4)) }
            packet.get(Packet.size) shouldBe 1
            @Suppress("UNCHECKED_CAST")
            val made = cCall("make_packet", Packet.type.pointer(), U16, U16)
                .call(9.toShort(), 4.toShort()) as Pointer<Ref<Packet>>
            shouldThrow<IndexOutOfBoundsException> { made.get().get(Packet.data) }
            made.get().sized(4).get(Packet.data).toList() shouldBe listOf<Byte>(0, 1, 2, 3)
            cCall("free_packet", VOID, Packet.type.pointer()).call(made)
        }
    }

    test("a flexible array that nothing counts is as long as the memory, and may begin in the padding") {
        val note = StructType.of<Any>("note")
        note.field("id", I32)
        note.field("length", U8)
        val text = note.flexible("text", NativeType.array(ByteArray::class.java, C_CHAR))
        note.byteSize() shouldBe cNumber("sizeof_note")
        text.offset() shouldBe cNumber("offsetof_note_text")
        withArena { arena ->
            note.allocate(arena).get(text).size shouldBe 3
            note.allocate(arena, 10).segment().byteSize() shouldBe 15
            shouldThrow<IllegalArgumentException> { note.allocate(arena, -1) }
                .message shouldBe "A negative count\n  struct: $note\n  elements: -1"
            shouldThrow<IllegalArgumentException> { Person.type.allocate(arena, 1) }
                .message shouldBe "A struct without a flexible array\n  struct: struct Person\n  elements: 1"
        }
        val samples = StructType.of<Any>("samples")
        val count = samples.field("count", U8)
        samples.flexible("values", NativeType.array(DoubleArray::class.java), count).offset() shouldBe
            cNumber("offsetof_samples_values")
        withArena { arena ->
            shouldThrow<IllegalArgumentException> { samples.allocate(arena, 256) }.message shouldBe """
                Not a value of its type
                  field: samples.count
                  declared: u8
                  expected: a count within 0 to 255
                  found: 256
            """.trimIndent()
            samples.allocate(arena, 255).get(count) shouldBe (-1).toByte()
        }
    }

    test("a pointer has as many elements as the field says that counts them") {
        withArena { arena ->
            val series = Series.type.allocate(arena)
            series.set(Series.values, doubleArrayOf(1.0, 10.0, 100.0))
            series.get(Series.n) shouldBe 3
            cCall("sum_series", F64, Series.type.pointer()).call(series.pointer()) shouldBe 321.0
            series.set(Series.n, 2)
            series.get(Series.values).toList() shouldBe listOf(1.0, 10.0)
            series.set(Series.n, -1)
            shouldThrow<ArithmeticException> { series.get(Series.values) }.message shouldBe """
                Not a value of its type
                  field: series.values
                  declared: array(f64)
                  expected: 0 to 2147483647 elements
                  found: -1 elements
            """.trimIndent()
        }
    }

    test("structs lie in structs, one or several") {
        val pair = StructType.of<Any>("pair")
        val first = pair.field("first", Complex.type)
        val more = pair.field("more", Complex.type, 2)
        val im = first.then(Complex.im)
        im.offset() shouldBe 4
        im.name() shouldBe "first.im"
        more.offset() shouldBe 8
        withArena { arena ->
            val ref = pair.allocate(arena)
            ref.get(more)[1].set(Complex.re, 5f)
            ref.set(first, ref.get(more)[1])
            ref.set(im, 6f)
            "$ref" shouldBe
                "pair{first=complex{re=5.0, im=6.0}, more=[complex{re=0.0, im=0.0}, complex{re=5.0, im=0.0}]}"
            ref.set(more, listOf(ref.get(first), ref.get(first)))
            ref.get(more)[0].get(Complex.im) shouldBe 6f
            shouldThrow<IllegalArgumentException> { ref.set(more, listOf(ref.get(first))) }.message shouldBe """
                Not a value of its type
                  field: pair.more
                  declared: list(complex).sized(2)
                  expected: 2 elements
                  found: 1 elements
            """.trimIndent()
        }
    }

    test("a layout says all padding, packed fields are not aligned, and bit-fields are numbers of their type") {
        Record().type.layout() shouldBe structLayout(
            ValueLayout.JAVA_BYTE.withName("a"), paddingLayout(3), ValueLayout.JAVA_INT.withName("b"),
            ValueLayout.JAVA_SHORT.withName("c"), paddingLayout(6), ValueLayout.JAVA_DOUBLE.withName("d"),
        ).withName("record")
        Record({ it.packed() }).type.layout() shouldBe structLayout(
            ValueLayout.JAVA_BYTE.withName("a"), ValueLayout.JAVA_INT_UNALIGNED.withName("b"),
            ValueLayout.JAVA_SHORT_UNALIGNED.withName("c"), ValueLayout.JAVA_DOUBLE_UNALIGNED.withName("d"),
        ).withName("record")
        val flags = StructType.of<Any>("flags")
        flags.bits("a", U32, 3)
        flags.bits("b", U32, 10)
        flags.field("after", U16)
        flags.bits("c", U32, 2)
        flags.layout() shouldBe structLayout(
            ValueLayout.JAVA_SHORT, ValueLayout.JAVA_SHORT.withName("after"), ValueLayout.JAVA_INT,
        ).withName("flags")
        val small = StructType.union<Any>("small")
        small.field("bytes", NativeType.array(ByteArray::class.java).sized(5))
        small.field("i", I32)
        small.layout() shouldBe unionLayout(
            MemoryLayout.sequenceLayout(5, ValueLayout.JAVA_BYTE).withName("bytes"), ValueLayout.JAVA_INT.withName("i"),
            paddingLayout(8),
        ).withName("small")
    }

    // --- as people read them -----------------------------------------------------------------------------------------

    test("describe shows where each field lies, and what is empty") {
        Person.type.describe() shouldBe """
            struct Person: 64 bytes, aligned to 8
              offset  size  field
                   0     4  age: i32
                   4     4  (empty)
                   8     8  name: cstring.orNull
                  16    32  scores: array(f64).sized(4)
                  48     8  parent: pointer(Person).orNull
                56.0    :3  level: u32
                56.3   :61  (empty)
            empty: 11 bytes and 5 bits
        """.trimIndent()
        Variant.type.describe() shouldBe """
            struct variant: 24 bytes, aligned to 8
              offset  size  field
                   0     1  kind: u8
                   1     7  (empty)
                   8     8  (unnamed): union choice
                   8     8    i: i64
                   8     8    d: f64
                   8     8    (unnamed): struct complex
                   8     4      re: f32
                  12     4      im: f32
                  16     1  after: u8
                  17     7  (empty)
            empty: 14 bytes
        """.trimIndent()
        Packet.type.describe() shouldBe """
            struct packet: 4 bytes, aligned to 2
              offset  size  field
                   0     2  kind: u16
                   2     2  size: u16
                   4     0  data: array(i8)
        """.trimIndent()
    }

    // --- what can not be ---------------------------------------------------------------------------------------------

    fun said(declare: (StructType<Any>) -> Unit): String? {
        val type = StructType.of<Any>("S")
        type.field("first", I32)
        declare(type)
        val why = refused { type.layout() }
        withArena { arena ->
            for (use in listOf<() -> Any?>(
                { type.allocate(arena) }, { type.at(arena.allocate(64)) }, { type.byteSize() },
                { type.byteAlignment() }, { type.describe() },
                { Signature.of(VOID, type.byValue()) }, { type.byValue().layout() },
            )) {
                refused(use) shouldBe why
            }
        }
        return why
    }

    fun found(field: String, declared: String, found: String, hint: String? = null) = """
        Not a struct of C: "S"
          field: $field
          declared: $declared
          found: $found
    """.trimIndent() + (hint?.let { "\n  hint: $it" } ?: "")

    test("a field that can not be makes the struct one that can not be, which says why when it is used") {
        said { it.field("first", I64) } shouldBe found("first", "i64", "a second field of this name")
        said { it.field("", I64) } shouldBe
            found("(unnamed)", "i64", "no name", "declare it anonymous, or as bits(type, width)")
        said { it.field("x", VOID) } shouldBe
            found("x", "void", "A type that has no layout; type: void; expected: a type with values")
        said { it.field("x", CSTRING.owned()) } shouldBe
            found("x", "cstring.owned", "an owned type, which is one of a result")
        said { it.field("x", NativeType.out(I32)) } shouldBe found("x", "out(i32)", "a type of parameters only")
        said { it.field("x", I32.orNull()) } shouldBe
            found("x", "i32.orNull", "A type that has no orNull; type: i32; expected: a pointer")
        said { it.field("x", it) } shouldBe
            found("(unnamed)", "struct S", "a struct that lies in itself", "declare a pointer to it, S.pointer()")
        said { it.field("x", it.byValue()) } shouldBe
            found("(unnamed)", "struct S", "a struct that lies in itself", "declare a pointer to it, S.pointer()")
        said { it.field("x", Packet.type) } shouldBe found(
            "x", "struct packet", "a struct in place that ends with a flexible array", "declare a pointer to it",
        )
        said { it.field("x", Complex.type, -1) } shouldBe found("x", "struct complex", "a count of -1")
    }

    test("a bit-field has a width that its type has") {
        val hint = "1 to 32 bits; without a name 0, too"
        said { it.bits("x", U32, 33) } shouldBe found("x", "u32 : 33", "a width that its type has not", hint)
        said { it.bits("x", U32, 0) } shouldBe found("x", "u32 : 0", "a width that its type has not", hint)
        said { it.bits("x", U32, -1) } shouldBe found("x", "u32 : -1", "a width that its type has not", hint)
        said { it.bits(U32, 33) } shouldBe found("(unnamed)", "u32 : 33", "a width that its type has not", hint)
        said { it.bits("x", BOOL, 2) } shouldBe
            found("x", "bool : 2", "a width that its type has not", "1 to 1 bits; without a name 0, too")
        for (type in listOf(F32, CSTRING, ADDRESS, Complex.type.byValue())) {
            said { it.bits("x", type, 1) } shouldBe
                found("x", "$type : 1", "a bit-field that is no integer, bool or enumeration")
        }
        said { it.bits("x", U32.bigEndian(), 1) } shouldBe
            found("x", "u32.bigEndian : 1", "a bit-field whose lowest byte does not come first")
    }

    test("arrays are counted by an integer field of the same struct, and a flexible one is the last field") {
        val ints = NativeType.array(IntArray::class.java)
        said { it.field("x", ints, Packet.size.cast()) } shouldBe
            found("x", "packet.size: u16", "a count that is no integer field of the same struct")
        said { it.field("x", ints, it.field("n", F32)) } shouldBe
            found("x", "S.n: f32", "a count that is no integer field of the same struct")
        said { it.field("x", CSTRING, it.field("n", I32)) } shouldBe found(
            "x", "cstring", "a type whose elements can not be counted", "an array or a list of no declared size",
        )
        said { it.flexible("x", ints.sized(2)) } shouldBe found(
            "x", "array(i32).sized(2)", "a type whose elements can not be counted",
            "an array or a list of no declared size",
        )
        said { it.flexible("x", ints); it.field("y", I32) } shouldBe
            found("y", "i32", "a field after a flexible array", "declare x last")
        refused { StructType.union<Any>("U").apply { flexible("x", ints) }.layout() } shouldBe """
            Not a union of C: "U"
              field: x
              declared: array(i32)
              found: a flexible array in a union
        """.trimIndent()
    }

    test("words of the whole struct come first, and alignments are powers of two") {
        val first = "say it right after the name"
        said { it.packed() } shouldBe
            found("packed", "", "a word of the whole struct after its first field", first).replace("  declared: \n", "")
        said { it.aligned(8) } shouldBe
            found("aligned(8)", "", "a word of the whole struct after its first field", first)
                .replace("  declared: \n", "")
        said { it.align(3) } shouldBe
            found("align(3)", "", "an alignment that is no power of two").replace("  declared: \n", "")
        refused { StructType.of<Any>("S").packed(0).layout() } shouldBe
            found("packed(0)", "", "an alignment that is no power of two").replace("  declared: \n", "")
    }

    test("no field comes after the size was asked for") {
        said { it.layout(); it.field("x", I32) } shouldBe found(
            "x", "i32", "a field that is declared after the size was asked for",
            "the struct was used by its own declaration, or lies in itself by way of another one",
        )
    }

    test("a field that can not be throws when it is used, and the first reason is the struct's") {
        val type = StructType.of<Any>("S")
        val right = type.field("right", I32)
        val ref = type.allocate(Arena.ofAuto())
        val wrong = type.field("right", I64)
        type.field("other", VOID)
        val why = refused { wrong.get(ref) }
        refused { wrong.set(ref, 1) } shouldBe why
        refused { wrong.offset() } shouldBe why
        refused { wrong.varHandle() } shouldBe why
        refused { ref.getVolatile(wrong) } shouldBe why
        refused { wrong.then(Complex.re).get(ref) } shouldBe why
        refused { type.layout() } shouldBe why
        ref.get(right) shouldBe 0
    }

    test("a struct that can not be makes those wrong in which it lies, but not those that point to it") {
        val inner = StructType.of<Any>("inner").apply { field("x", VOID) }
        said { it.field("inner", inner) } shouldBe found(
            "inner", "inner", "Not a struct of C: \"inner\"; field: x; declared: void; " +
                "found: A type that has no layout; type: void; expected: a type with values",
        )
        StructType.of<Any>("outer").apply { field("inner", inner.pointer()) }.byteSize() shouldBe 8
    }

    test("then is of fields of the nested struct only") {
        withArena { arena ->
            val person = Person.type.allocate(arena)
            refused { person.get(Person.age.then(Complex.re)) } shouldBe """
                Not a struct that has fields: "Person.age"
                  declared: i32
                  asked for: complex.re
            """.trimIndent()
            val variant = Variant.type.allocate(arena)
            refused { variant.get(Variant.choice.then(Complex.re)) } shouldBe """
                Not a field of the nested struct: "complex.re"
                  nested: variant.(unnamed)
                  declared: union choice
            """.trimIndent()
        }
    }
})

@Suppress("UNCHECKED_CAST")
private fun Field<*, *>.cast() = this as Field<Any, *>

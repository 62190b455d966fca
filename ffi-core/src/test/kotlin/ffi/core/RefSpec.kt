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
import ffi.core.NativeType.U32
import ffi.core.NativeType.U8
import ffi.core.NativeType.USIZE
import ffi.core.NativeType.UTF16
import ffi.core.NativeType.VOID
import ffi.core.Structs.Person
import ffi.core.Structs.Variant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.lang.foreign.ValueLayout.JAVA_LONG
import java.time.Duration
import kotlin.concurrent.thread

private enum class Level { LOW, MIDDLE, HIGH }

private enum class Debt(val value: Long) { NONE(0), SOME(-2) }

/** Structs viewed in place. */
class RefSpec : FunSpec({

    val values: Map<NativeType<*>, List<Any>> = mapOf(
        I8 to listOf<Byte>(-128, 127), I16 to listOf<Short>(-32768, 5), I32 to listOf(Int.MIN_VALUE, 7),
        I64 to listOf(Long.MIN_VALUE, 9L), U8 to listOf<Byte>(-1, 0), F32 to listOf(-0.0f, Float.NaN),
        F64 to listOf(Double.MIN_VALUE, Double.NaN), BOOL to listOf(true, false), CHAR16 to listOf('\uffff', 'x'),
        USIZE to listOf(0L, Long.MAX_VALUE), CSTRING to listOf("", "grüß"), UTF16 to listOf("x"),
        NativeType.C_LONG to listOf(-1L), NativeType.WCHAR to listOf(65),
        NativeType.enumOf(Level::class.java) to listOf(Level.HIGH), NativeType.flags(Level::class.java) to
            listOf(setOf(Level.LOW, Level.HIGH)),
        I64.map<Duration>({ Duration.ofSeconds(it) }, { it.seconds }) to listOf(Duration.ofDays(3)),
        NativeType.array(IntArray::class.java).sized(2) to listOf(intArrayOf(1, 2)),
        I32.bigEndian() to listOf(258, -2),
    )

    /** Of a NaN its bits, of an array its elements. */
    fun bits(value: Any?) = when (value) {
        is Float -> value.toRawBits()
        is Double -> value.toRawBits()
        is IntArray -> value.toList()
        else -> value
    }

    test("what is set is what is got, of every type, at every offset, packed or not") {
        withArena { arena ->
            for ((type, samples) in values) {
                for (before in 0..9) {
                    for (said in listOf<(StructType<Any>) -> StructType<Any>>({ it }, { it.packed() })) {
                        val struct = said(StructType.of("S"))
                        repeat(before) { struct.field("x$it", U8) }
                        @Suppress("UNCHECKED_CAST") val field = struct.field("value", type) as Field<Any, Any>
                        val after = struct.field("after", U8)
                        val ref = struct.allocate(arena)
                        for (sample in samples) {
                            withClue("$sample of $type after $before bytes") {
                                ref.set(field, sample)
                                bits(ref.get(field)) shouldBe bits(sample)
                                ref.get(after) shouldBe 0.toByte()
                            }
                        }
                    }
                }
            }
        }
    }

    test("a bit-field holds what fits, and the rest is refused, never cut off") {
        val struct = StructType.of<Any>("S")
        val level = struct.bits("level", U32, 3)
        val debt = struct.bits("debt", I32, 4)
        val flag = struct.bits("flag", BOOL, 1)
        val mode = struct.bits("mode", NativeType.enumOf(Level::class.java), 2)
        val owed = struct.bits("owed", NativeType.enumOf(Debt::class.java, Debt::value), 2)
        val time = struct.bits("time", I64.map<Duration>({ Duration.ofSeconds(it) }, { it.seconds }), 10)
        val wide = struct.bits("wide", NativeType.U64, 64)
        withArena { arena ->
            val ref = struct.allocate(arena)
            ref.set(level, 7)
            ref.set(debt, -8)
            ref.set(flag, true)
            ref.set(mode, Level.HIGH)
            ref.set(owed, Debt.SOME)
            ref.set(time, Duration.ofSeconds(-512))
            ref.set(wide, -1L)
            ref.toString() shouldBe "S{level=7, debt=-8, flag=true, mode=HIGH, owed=SOME, time=PT-8M-32S, wide=-1}"
            shouldThrow<IllegalArgumentException> { ref.set(level, 8) }.message shouldBe """
                Not a value of its type
                  field: S.level
                  declared: u32 : 3
                  expected: 0 to 7
                  found: 8
            """.trimIndent()
            shouldThrow<IllegalArgumentException> { ref.set(level, -1) }.message!!.lines().last() shouldBe
                "  found: 4294967295"
            shouldThrow<IllegalArgumentException> { ref.set(debt, 8) }.message shouldBe """
                Not a value of its type
                  field: S.debt
                  declared: i32 : 4
                  expected: -8 to 7
                  found: 8
            """.trimIndent()
            shouldThrow<IllegalArgumentException> { ref.set(time, Duration.ofSeconds(512)) }
            ref.get(level) shouldBe 7
        }
    }

    // --- memory ------------------------------------------------------------------------------------------------------

    test("memory that is too small, closed, another thread's or NULL is an exception") {
        val closed = withArena { arena ->
            val small = Person.type.at(arena.allocate(4))
            small.get(Person.age) shouldBe 0
            shouldThrow<IndexOutOfBoundsException> { small.get(Person.name) }
            shouldThrow<IndexOutOfBoundsException> { small.set(Person.level, 1) }
            shouldThrow<IndexOutOfBoundsException> { small.get(Person.scores) }
            shouldThrow<IndexOutOfBoundsException> { small.getVolatile(Person.parent) }
            "$small" shouldBe "Person{age=0, name=<IndexOutOfBoundsException>, scores=<IndexOutOfBoundsException>, " +
                "parent=<IndexOutOfBoundsException>, level=<IndexOutOfBoundsException>}"
            val variant = Variant.type.at(arena.allocate(4))
            shouldThrow<IndexOutOfBoundsException> { variant.get(Variant.choice) }
            shouldThrow<IndexOutOfBoundsException> { variant.get(Variant.im) }
            val person = Person.type.allocate(arena)
            var thrown: Throwable? = null
            thread { thrown = runCatching { person.get(Person.age) }.exceptionOrNull() }.join()
            thrown!!::class shouldBe WrongThreadException::class
            person
        }
        shouldThrow<IllegalStateException> { closed.get(Person.age) }.message shouldBe """
            The memory is closed already
              field: Person.age
              declared: ${Person.age.type()}
              hint: close it, or its arena, after its last use
        """.trimIndent()
        shouldThrow<IllegalStateException> { closed.set(Person.name, "x") }.message!!.lines()[1] shouldBe
            "  field: Person.name"
        "$closed" shouldBe "Person{age=<IllegalStateException>, name=<IllegalStateException>, " +
            "scores=<IllegalStateException>, parent=<IllegalStateException>, level=<IllegalStateException>}"
        shouldThrow<NullPointerException> { Person.type.at(MemorySegment.NULL) }.message shouldBe """
            A struct at NULL
              struct: struct Person
        """.trimIndent()
        shouldThrow<NullPointerException> { Pointer.ofNull(Person.type.byValue()).get() }
    }

    test("text needs an allocator where Java did not allocate the struct") {
        withArena { arena ->
            val foreign = Person.type.at(Person.type.allocate(arena).segment())
            shouldThrow<IllegalArgumentException> { foreign.set(Person.name, "bob") }.message shouldBe """
                No memory for what a field points to
                  field: Person.name
                  declared: cstring.orNull
                  needed: 4 bytes
                  hint: name an allocator, set(field, value, arena), whose memory lives as long as C looks at it
            """.trimIndent()
            foreign.set(Person.name, null)
            foreign.set(Person.name, "bob", arena)
            foreign.get(Person.name) shouldBe "bob"
        }
    }

    test("memory of an allocator that is no arena begins as zeros, too") {
        withArena { arena ->
            val dirty = arena.allocate(1000).fill(-1)
            val person = Person.type.allocate { bytes, alignment -> dirty.asSlice(0, bytes, alignment) }
            person.get(Person.name) shouldBe null
            person.get(Person.level) shouldBe 0
        }
    }

    test("a struct on the heap is viewed like any other") {
        val ref = Variant.type.at(MemorySegment.ofArray(LongArray(3)))
        ref.set(Variant.d, 2.5)
        ref.get(Variant.d) shouldBe 2.5
    }

    test("structs are equal where they are the same struct, and copied by value") {
        withArena { arena ->
            val one = Variant.type.allocate(arena)
            val other = Variant.type.allocate(arena)
            one shouldBe Variant.type.at(one.segment())
            one.hashCode() shouldBe Variant.type.at(one.segment()).hashCode()
            one shouldNotBe other
            one.set(Variant.d, 4.0)
            other.copyFrom(one)
            other.get(Variant.d) shouldBe 4.0
            one.get(Variant.choice) shouldBe one.get(Variant.choice)
            one.pointer().get() shouldBe one
        }
    }

    // --- as people read them -----------------------------------------------------------------------------------------

    test("toString shows values, and text only if it was written by way of it") {
        withArena { arena ->
            val bob = Person.type.allocate(arena)
            bob.set(Person.age, 42)
            "$bob" shouldBe "Person{age=42, name=NULL, scores=[0.0, 0.0, 0.0, 0.0], parent=NULL, level=0}"
            bob.set(Person.name, "bob \"b\"")
            bob.set(Person.parent, bob.pointer())
            val address = "0x" + bob.segment().address().toString(16)
            "$bob" shouldBe
                "Person{age=42, name=\"bob \\\"b\\\"\", scores=[0.0, 0.0, 0.0, 0.0], parent=$address, level=0}"
            bob.segment().set(JAVA_LONG, Person.name.offset(), 0xdead)
            bob.segment().set(JAVA_LONG, Person.parent.offset(), 0xbeef)
            "$bob" shouldBe "Person{age=42, name=0xdead, scores=[0.0, 0.0, 0.0, 0.0], parent=0xbeef, level=0}"
            Arena.ofConfined().use { bob.set(Person.name, "gone", it) }
            "$bob".contains("name=0x") shouldBe true
        }
    }

    test("describe shows values where they lie") {
        withArena { arena ->
            val variant = Variant.type.allocate(arena)
            variant.set(Variant.d, 1.0)
            variant.describe() shouldBe """
                struct variant: 24 bytes, aligned to 8
                  offset  size  field
                       0     1  kind: u8 = 0
                       1     7  (empty)
                       8     8  (unnamed): union choice
                       8     8    i: i64 = 4607182418800017408
                       8     8    d: f64 = 1.0
                       8     8    (unnamed): struct complex
                       8     4      re: f32 = 0.0
                      12     4      im: f32 = 1.875
                      16     1  after: u8 = 0
                      17     7  (empty)
                empty: 14 bytes
            """.trimIndent()
        }
    }

    test("what is no value of its type, or throws, is shown as what it throws") {
        val struct = StructType.of<Any>("S")
        struct.field("size", USIZE)
        struct.field("mode", NativeType.enumOf(Level::class.java))
        struct.field("odd", I32.map<Int>({ error("no") }, { it }))
        struct.field("names", NativeType.array(Array<String>::class.java).sized(2))
        withArena { arena ->
            val ref = struct.allocate(arena)
            ref.segment().fill(-1)
            "$ref" shouldBe
                "S{size=<ArithmeticException>, mode=<NoSuchElementException>, odd=<IllegalStateException>, " +
                "names=[0xffffffffffffffff, 0xffffffffffffffff]}"
        }
    }

    // --- shared with other threads -----------------------------------------------------------------------------------

    val tally = StructType.of<Any>("tally")
    val n = tally.field("n", I32)
    val plain = tally.field("plain", I32)

    test("additions of Java and of C at once are all counted") {
        Arena.ofShared().use { arena ->
            val ref = tally.allocate(arena)
            val add = cCall("add_to_tally", VOID, tally.pointer(), I32, I32)
            val threads = List(4) {
                thread {
                    if (it % 2 == 0) repeat(100_000) { ref.getAndAdd(n, 3) } else add.call(ref.pointer(), 3, 100_000)
                }
            }
            threads.forEach { it.join() }
            ref.getVolatile(n) shouldBe 1_200_000
            ref.compareAndSet(n, 1_200_000, 5) shouldBe true
            ref.compareAndSet(n, 1_200_000, 6) shouldBe false
            cCall("swap_tally", BOOL, tally.pointer(), I32, I32).call(ref.pointer(), 5, 8) shouldBe true
            ref.getAcquire(n) shouldBe 8
        }
    }

    test("what C has released Java acquires") {
        Arena.ofShared().use { arena ->
            val ref = tally.allocate(arena)
            val publish = cCall("publish_tally", VOID, tally.pointer(), I32, I32)
            val writer = thread { for (i in 1..10_000) publish.call(ref.pointer(), i, i) }
            while (true) {
                val seen = ref.getAcquire(n)
                (ref.get(plain) >= seen) shouldBe true
                if (seen == 10_000) break
            }
            writer.join()
        }
    }

    test("every number and pointer has every access, whatever it is in Java") {
        withArena { arena ->
            for ((type, samples) in values) {
                if (type.layout() !is java.lang.foreign.ValueLayout) continue
                val struct = StructType.of<Any>("S")
                @Suppress("UNCHECKED_CAST") val field = struct.field("value", type) as Field<Any, Any>
                val ref = struct.allocate(arena)
                for (sample in samples) {
                    withClue("$sample of $type") {
                        ref.setVolatile(field, sample)
                        bits(ref.getVolatile(field)) shouldBe bits(sample)
                        ref.setRelease(field, sample)
                        bits(ref.getAcquire(field)) shouldBe bits(sample)
                        ref.setOpaque(field, sample)
                        bits(ref.getOpaque(field)) shouldBe bits(sample)
                        if (type.layout().byteSize() >= 4 && sample !is String) {
                            ref.compareAndSet(field, sample, samples[0]) shouldBe true
                        }
                    }
                }
            }
        }
    }

    test("what the machine can not do at once is refused") {
        withArena { arena ->
            val person = Person.type.allocate(arena)
            shouldThrow<UnsupportedOperationException> { person.getVolatile(Person.level) }.message shouldBe """
                A field that has no getVolatile
                  field: Person.level
                  declared: u32
            """.trimIndent()
            shouldThrow<UnsupportedOperationException> { person.setRelease(Person.scores, DoubleArray(4)) }
            shouldThrow<UnsupportedOperationException> { person.compareAndSet(Person.name, null, "x") }
            shouldThrow<UnsupportedOperationException> { person.getAndAdd(Person.parent, null) }
            val packed = StructType.of<Any>("S").packed()
            packed.field("first", U8)
            val second = packed.field("second", I32)
            shouldThrow<UnsupportedOperationException> { packed.allocate(arena).getAndAdd(second, 1) }
                .message shouldBe """
                A field that has no getAndAdd
                  field: S.second
                  declared: i32
            """.trimIndent()
            shouldThrow<UnsupportedOperationException> { Person.name.varHandle() }
            shouldThrow<UnsupportedOperationException> { Person.level.varHandle() }
        }
    }

    test("a field's handle takes a segment and where the struct begins") {
        withArena { arena ->
            val people = Person.type.byValue().allocate(arena, 3)
            people.get(2).set(Person.age, 7)
            Person.age.varHandle().get(people.segment(), 2 * Person.type.byteSize()) as Int shouldBe 7
            Variant.im.varHandle().coordinateTypes() shouldBe listOf(MemorySegment::class.java, Long::class.java)
            val address = StructType.of<Any>("S").field("address", ADDRESS)
            address.varHandle().varType() shouldBe MemorySegment::class.java
        }
    }
})

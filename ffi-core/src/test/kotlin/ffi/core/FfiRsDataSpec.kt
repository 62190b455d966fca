// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.NativeType.ADDRESS
import ffi.core.NativeType.CSTRING
import ffi.core.NativeType.C_INT
import ffi.core.NativeType.F64
import ffi.core.NativeType.I32
import ffi.core.NativeType.I64
import ffi.core.NativeType.U8
import ffi.core.NativeType.USIZE
import ffi.core.NativeType.VOID
import ffi.core.NativeType.array
import ffi.core.NativeType.handle
import ffi.core.NativeType.inout
import ffi.core.NativeType.list
import ffi.core.NativeType.pointer
import ffi.core.NativeType.struct
import ffi.launched.Ended
import ffi.launched.PrintData
import ffi.launched.jdk
import ffi.launched.run
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import users.Structs.Four
import users.Structs.Minutiae
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.nio.ByteBuffer

@JvmRecord
data class Inner(val age: Int)

/** A person behind a pointer, of whom only C knows what it is. */
@JvmRecord
data class Parent(val segment: MemorySegment)

/** ffi-rs's Person, of whose arrays nothing says the size: this one's are 3, 1, 4 and 2 long. */
@JvmRecord
data class FfiRsPerson(
    val age: Int,
    val doubleArray: Pointer<Double>,
    @OrNull val parent: Parent?,
    val doubleProps: Double,
    val name: String,
    @Terminated val stringArray: List<String>,
    val i32Array: Pointer<Int>,
    @Length(16) val staticBytes: List<Byte>,
    val boolTrue: Boolean,
    val boolFalse: Boolean,
    val longVal: Long,
    val stackStruct: Inner,
    val byte: Byte,
    val byteArray: Pointer<Byte>,
)

@JvmRecord
data class MyClass(val segment: MemorySegment)

private fun <T> Pointer<T>.values(count: Int) = sized(count.toLong()).let { p -> List(count) { p.get(it.toLong()) } }

/** What ffi-rs's README and test suite do with arrays, pointers and structs, with the values given there. */
class FfiRsDataSpec : FunSpec({

    val libsum = NativeLibrary.open("sum", Arena.global())
    val free = libsum.downcall("block_free", VOID, ADDRESS)
    val given = libsum.downcall("blocks_given", I64)
    val taken = libsum.downcall("blocks_taken", I64)
    fun blocks() = given.call() as Long - taken.call() as Long
    val person = struct(FfiRsPerson::class.java)
    val ints = array(IntArray::class.java)
    val doubles = array(DoubleArray::class.java)

    // --- arrays ----------------------------------------------------------------------------------------------------

    test("createArrayi32 of 100 times 100") {
        val before = blocks()
        val big = IntArray(100) { 100 }
        val create = libsum.downcall("createArrayi32", ints.sizedBy(1).owned(free), ints.asConst(), I32)
        (create.call(big, big.size) as IntArray).toList() shouldBe big.toList()
        blocks() shouldBe before
    }

    test("createArrayDouble of 5 times 1.1, and createArrayFloat") {
        val before = blocks()
        val big = DoubleArray(5) { 1.1 }
        val create = libsum.downcall("createArrayDouble", doubles.sized(5).owned(free), doubles.asConst(), I32)
        (create.call(big, 5) as DoubleArray).toList() shouldBe big.toList()
        val floats = libsum.downcall(
            "createArrayFloat", doubles.sizedBy(1).owned(free), array(FloatArray::class.java).asConst(), I32)
        (floats.call(floatArrayOf(1.5f, 2.5f), 2) as DoubleArray).toList() shouldBe listOf(1.5, 2.5)
        blocks() shouldBe before
    }

    test("createArrayString of foo and foo 20 times, and of long ones") {
        val before = blocks()
        val texts = array(Array<String>::class.java)
        val create = libsum.downcall("createArrayString",
            array(Array<String>::class.java, CSTRING.owned(free)).sizedBy(1).owned(free), texts.asConst(), I32)
        val long = arrayOf("foo".repeat(100), "foo".repeat(20_000))
        for (values in listOf(arrayOf("foo", "foo".repeat(20)), long, arrayOf())) {
            @Suppress("UNCHECKED_CAST")
            (create.call(values, values.size) as Array<String>).toList() shouldBe values.toList()
        }
        blocks() shouldBe before
    }

    test("modifyData changes a buffer in place") {
        val modify = libsum.downcall("modifyData", I32, NativeType.buffer(ByteBuffer::class.java), USIZE)
        val data = ByteBuffer.allocateDirect(3).put(0, 1).put(1, 2).put(2, 3)
        modify.call(data, 3L) shouldBe 9
        List(3) { data.get(it) } shouldBe listOf<Byte>(2, 3, 4)
    }

    // --- pointers --------------------------------------------------------------------------------------------------

    test("a text is a pointer, and back again") {
        val before = blocks()
        @Suppress("UNCHECKED_CAST")
        val pointer = libsum.downcall("concatenateStrings", pointer(U8).owned(), CSTRING, CSTRING)
            .call("foo", "foo".repeat(200)) as Pointer<Byte>
        val text = libsum.downcall("getStringFromPtr", CSTRING, pointer(U8))
        text.call(pointer) shouldBe "foo".repeat(201)
        pointer.close()
        shouldThrow<IllegalStateException> { text.call(pointer) }
        blocks() shouldBe before
    }

    test("createPointer, restorePointer, wrapPointer and unwrapPointer are memory") {
        Arena.ofConfined().use { arena ->
            val values = doubles.sized(2).allocateFrom(arena, doubleArrayOf(1.1, 2.2))
            values.get().toList() shouldBe listOf(1.1, 2.2)
            val create = libsum.downcall("createArrayDouble", doubles.sizedBy(1).owned(free), pointer(F64), I32)
            (create.call(values.`as`(F64), 2) as DoubleArray).toList() shouldBe listOf(1.1, 2.2)
            val number = I32.allocateFrom(arena, 100)
            val wrapped = pointer(I32).allocateFrom(arena, number)
            libsum.downcall("getValueFromDoublePointer", I32, pointer(pointer(I32))).call(wrapped) shouldBe 100
            wrapped.get() shouldBe number
            val text = CSTRING.allocateFrom(arena, "foo")
            val inner = text.`as`(pointer(U8)).get()
            libsum.downcall("getStringFromPtr", CSTRING, pointer(U8)).call(inner) shouldBe "foo"
        }
    }

    test("a null pointer is null, not a crash") {
        (libsum.downcall("returnNullPointer", ADDRESS).call() as MemorySegment) shouldBe MemorySegment.NULL
        libsum.downcall("returnNullPointer", pointer(I32).orNull()).call() shouldBe null
        libsum.downcall("returnNullPointer", person.let { pointer(it).orNull() }).call() shouldBe null
        shouldThrow<NullPointerException> { libsum.downcall("returnNullPointer", pointer(person)).call() }
        shouldThrow<NullPointerException> { libsum.downcall("returnNullPointer", ints.sized(3)).call() }
        shouldThrow<NullPointerException> { libsum.downcall("returnNullPointer", CSTRING).call() }
    }

    // --- structs ---------------------------------------------------------------------------------------------------

    test("createPerson: each of its fields, and its parent's") {
        val before = blocks()
        val create =
            libsum.downcall("createPerson", pointer(person).owned(libsum.downcall("freePerson", VOID, ADDRESS)))
        @Suppress("UNCHECKED_CAST")
        val pointer = create.call() as Pointer<FfiRsPerson>
        person.layout().byteSize() shouldBe libsum.downcall("sizeof_ffirs_person", USIZE).call()
        val tom = pointer.get()
        tom.age shouldBe 23
        tom.doubleArray.values(3) shouldBe listOf(1.1, 2.2, 3.3)
        tom.doubleProps shouldBe 1.1
        tom.name shouldBe "tom"
        tom.stringArray shouldBe listOf("tom")
        tom.i32Array.values(4) shouldBe listOf(1, 2, 3, 4)
        tom.staticBytes shouldBe List(16) { 99.toByte() }
        tom.boolTrue shouldBe true
        tom.boolFalse shouldBe false
        tom.longVal shouldBe 4294967296
        tom.stackStruct shouldBe Inner(16)
        tom.byte shouldBe 'A'.code.toByte()
        tom.byteArray.values(2) shouldBe listOf<Byte>(101, 102)
        val father = Pointer.ofAddress(tom.parent!!.segment.address(), person).get()
        father.age shouldBe 43
        father.parent shouldBe null
        father.doubleProps shouldBe 3.3
        father.name shouldBe "tom father"
        father.stringArray shouldBe listOf("tom", "father")
        father.i32Array.values(3) shouldBe listOf(5, 6, 7)
        father.staticBytes shouldBe List(16) { 88.toByte() }
        father.longVal shouldBe 5294967296
        father.stackStruct shouldBe Inner(22)
        father.byte shouldBe 'B'.code.toByte()
        father.byteArray.values(2) shouldBe listOf<Byte>(103, 104)
        val same = libsum.downcall("getStruct", pointer(person), pointer(person)).call(pointer)
        same shouldBe pointer
        pointer.close()
        blocks() shouldBe before
    }

    test("getStruct of a person of ours, in and out") {
        Arena.ofConfined().use { arena ->
            val numbers = I32.allocate(arena, 4)
            val reals = F64.allocate(arena, 3)
            val letters = NativeType.I8.allocate(arena, 2)
            val ours = FfiRsPerson(23, reals, null, 1.1, "tom", listOf("tom", "tim"), numbers, List(16) { it.toByte() },
                true, false, 1L shl 53 or 1, Inner(16), 65, letters)
            val here = person.allocateFrom(arena, ours)
            @Suppress("UNCHECKED_CAST")
            val back = libsum.downcall("getStruct", pointer(person), pointer(person)).call(here) as Pointer<FfiRsPerson>
            back.get() shouldBe ours
            libsum.downcall("get_ffirs_person_age", I32, pointer(person)).call(here) shouldBe 23
            libsum.downcall("set_ffirs_person_age", VOID, pointer(person), I32).call(here, 24)
            here.get() shouldBe ours.copy(age = 24)
            val out = Out(ours)
            libsum.downcall("set_ffirs_person_age", VOID, inout(person), I32).call(out, 25)
            out.get() shouldBe ours.copy(age = 25)
            libsum.downcall("get_ffirs_person_name", CSTRING, inout(person)).call(out) shouldBe "tom"
        }
    }

    test("MINUTIAE, an array of structs in a struct, and a class of C++'s, as C prints them") {
        struct(Minutiae::class.java).layout().byteSize() shouldBe libsum.downcall("sizeof_MINUTIAE", USIZE).call()
        val access = "--enable-native-access=ALL-UNNAMED"
        val main = PrintData::class.java.name
        run(jdk("java"), access, "-cp", System.getProperty("java.class.path"), main, "$natives/libsum.so") shouldBe
            Ended("Name: classString, Age: 26\n3: (1, 2, 0, 200) (2, 2, -1, 201) (3, 2, -2, 202)\ntrue", "", 0)
    }

    test("testFunc of 1, 2, 3, 4 by value") {
        val test = libsum.downcall("testFunc", C_INT, struct(Four::class.java))
        test.call(Four(1, 2, 3, 4)) shouldBe 0
        test.call(Four(1, 2, 9, 4)) shouldBe 3
    }

    test("a class of C++, which is freed by its own function") {
        val alive = libsum.downcall("classesAlive", C_INT)
        val before = alive.call() as Int
        val myClass = handle("MyClass", ::MyClass, MyClass::segment)
        val create = libsum.downcall("createMyClassFromC",
            myClass.owned(libsum.downcall("freeClass", VOID, ADDRESS)), CSTRING, I32)
        val made = create.call("classString", 26) as MyClass
        alive.call() shouldBe before + 1
        libsum.downcall("getMyClassAge", C_INT, myClass).call(made) shouldBe 26
        libsum.downcall("getMyClassName", CSTRING, myClass).call(made) shouldBe "classString"
        NativeType.release(made.segment)
        alive.call() shouldBe before
        shouldThrow<IllegalStateException> { libsum.downcall("getMyClassAge", C_INT, myClass).call(made) }
    }

    // --- where ffi-rs ends the process, or is wrong ----------------------------------------------------------------

    test("a length that is not the array's, an element that is no number, a list that is empty") {
        shouldThrow<IllegalArgumentException> {
            libsum.downcall("sum_ints", I64, ints.sized(3).asConst(), USIZE).call(intArrayOf(), 3L)
        }
        shouldThrow<IllegalArgumentException> { libsum.downcall("sum_ints", I64, ints, USIZE).call("text", 3L) }
        libsum.downcall("centroid", struct(users.Structs.Point::class.java),
            list(struct(users.Structs.Point::class.java)).asConst(), USIZE)
            .call(listOf<Any>(), 0L) shouldBe users.Structs.Point(0.0, 0.0)
    }

    test("a struct of 80 bytes comes back whole, and arrays of numbers that ffi-rs has not") {
        val five = struct(users.Structs.Doubles5::class.java)
        (libsum.downcall("make_doubles5", five, F64).call(1.0) as users.Structs.Doubles5).v().toList() shouldBe
            listOf(1.0, 2.0, 3.0, 4.0, 5.0)
        (libsum.downcall("range_u64", array(LongArray::class.java, NativeType.U64).sizedBy(0).owned(free), USIZE)
            .call(3L) as LongArray).toList() shouldBe listOf(0L, 1L, 2L)
        (libsum.downcall("range_f32", array(FloatArray::class.java).sizedBy(0).owned(free), USIZE)
            .call(3L) as FloatArray).toList() shouldBe listOf(0f, 1f, 2f)
    }
})

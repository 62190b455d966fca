// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.NativeType.CSTRING
import ffi.core.NativeType.F32
import ffi.core.NativeType.F64
import ffi.core.NativeType.I32
import ffi.core.NativeType.I64
import ffi.core.NativeType.U16
import ffi.core.NativeType.U32
import ffi.core.NativeType.U8
import java.lang.foreign.Arena

// What the specs about structs share.

internal val sumLibrary: NativeLibrary by lazy { NativeLibrary.open("sum", Arena.global()) }

internal fun cCall(symbol: String, result: NativeType<*>, vararg parameters: NativeType<*>): Downcall =
    sumLibrary.downcall(symbol, result, *parameters)

/** What C says of a struct: `sizeof`, `alignof`, or with a field `offsetof`. */
internal fun cNumber(symbol: String): Long = cCall(symbol, NativeType.USIZE).call() as Long

internal fun <T> withArena(block: (Arena) -> T): T = Arena.ofConfined().use(block)

/** Structs of libsum. */
internal object Structs {

    /** `struct Person` of person.c. */
    object Person {
        val type: StructType<Person> = StructType.of("Person")
        val age: Field<Person, Int> = type.field("age", I32)
        val name: Field<Person, String?> = type.field("name", CSTRING.orNull())
        val scores: Field<Person, DoubleArray> =
            type.field("scores", NativeType.array(DoubleArray::class.java).sized(4))
        val parent: Field<Person, Pointer<Ref<Person>>?> = type.field("parent", type.pointer().orNull())
        val level: Field<Person, Int> = type.bits("level", U32, 3)
    }

    /** `struct record`, under the words that [said] says of it. */
    class Record(said: (StructType<Record>) -> StructType<Record> = { it }) {
        val type: StructType<Record> = said(StructType.of("record"))
        val a: Field<Record, Byte> = type.field("a", NativeType.U8)
        val b: Field<Record, Int> = type.field("b", U32)
        val c: Field<Record, Short> = type.field("c", NativeType.U16)
        val d: Field<Record, Double> = type.field("d", F64)
    }

    object Number {
        val type: StructType<Number> = StructType.union("Number")
        val i: Field<Number, Long> = type.field("i", I64)
        val d: Field<Number, Double> = type.field("d", F64)
    }

    object Complex {
        val type: StructType<Complex> = StructType.of("complex")
        val re: Field<Complex, Float> = type.field("re", F32)
        val im: Field<Complex, Float> = type.field("im", F32)
    }

    object Choice {
        val type: StructType<Choice> = StructType.union("choice")
        val i: Field<Choice, Long> = type.field("i", I64)
        val d: Field<Choice, Double> = type.field("d", F64)
        val complex: Field<Choice, Ref<Complex>> = type.anonymous(Complex.type)
    }

    object Variant {
        val type: StructType<Variant> = StructType.of("variant")
        val kind: Field<Variant, Byte> = type.field("kind", U8)
        val choice: Field<Variant, Ref<Choice>> = type.anonymous(Choice.type)
        val after: Field<Variant, Byte> = type.field("after", U8)
        val d: Field<Variant, Double> = choice.then(Choice.d)
        val im: Field<Variant, Float> = choice.then(Choice.complex).then(Complex.im)
    }

    object Packet {
        val type: StructType<Packet> = StructType.of("packet")
        val kind: Field<Packet, Short> = type.field("kind", U16)
        val size: Field<Packet, Short> = type.field("size", U16)
        val data: Field<Packet, ByteArray> = type.flexible("data", NativeType.array(ByteArray::class.java), size)
    }

    object Series {
        val type: StructType<Series> = StructType.of("series")
        val n: Field<Series, Int> = type.field("n", I32)
        val values: Field<Series, DoubleArray> = type.field("values", NativeType.array(DoubleArray::class.java), n)
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.fuzz

import ffi.core.Downcall
import ffi.core.Field
import ffi.core.Member
import ffi.core.NativeLibrary
import ffi.core.NativeType
import ffi.core.Out
import ffi.core.Pointer
import ffi.core.Ref
import ffi.core.Signature
import ffi.core.StructType
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.lang.invoke.MethodHandles
import java.lang.invoke.MethodType
import java.nio.Buffer
import java.nio.ByteBuffer
import java.nio.CharBuffer
import java.nio.IntBuffer
import java.nio.MappedByteBuffer
import java.nio.charset.Charset
import java.util.function.Function
import java.util.function.IntBinaryOperator
import java.util.function.ToLongFunction
import kotlin.random.Random
import users.Hostile
import users.Interfaces
import users.Structs

internal enum class Color { RED, GREEN, BLUE }

internal enum class Empty {}

internal enum class Single { ONE }

internal sealed interface Sealed { fun apply(a: Int): Int }

internal abstract class Extended { abstract fun apply(a: Int): Int }

/** Types of every kind, most of which are none. */
internal class RandomTypes(private val random: Random) {

    private val right = random.chance(2)

    fun type(depth: Int = random.nextInt(4)): NativeType<*> = mostlyRight({ any(depth) }, NativeType<*>::layout)

    private fun any(depth: Int): NativeType<*> = if (depth <= 0) leaf() else of(depth - 1)

    /** Half of all are made until they are right, or else wrong ones would contain nothing but wrong ones. */
    private fun <T> mostlyRight(make: () -> T, requireRight: (T) -> Any): T {
        var made = make()
        var more = if (right) 8 else 0
        while (more-- > 0 && runCatching { requireRight(made) }.isFailure) made = make()
        return made
    }

    /** No longer than somebody would write it: a message has all of it, and more than once. */
    private fun word() = random.word().take(100)

    private fun leaf(): NativeType<*> = when (random.nextInt(8)) {
        0 -> random.of(NativeType.CSTRING, NativeType.WSTRING, NativeType.UTF16, NativeType.ADDRESS, NativeType.VOID)
        1 -> NativeType.cstring(Charset.forName(random.of("UTF-16BE", "UTF-32", "ISO-8859-1", "Shift_JIS",
            "ISO-2022-CN", "x-JISAutoDetect")))
        2 -> NativeType.handle(word(), Function { s: MemorySegment -> s }, Function { s: MemorySegment -> s })
        3 -> enumeration()
        4 -> struct(record())
        5 -> random.of(NativeType.`object`(String::class.java), NativeType.`object`(Int::class.java),
            NativeType.`object`(Array<Any>::class.java))
        else -> random.of(scalars)
    }

    @Suppress("UNCHECKED_CAST")
    private fun enumeration(): NativeType<*> {
        val factor = random.of(1L, 0L, -1L, 1L shl 40)
        val value = ToLongFunction<Enum<*>> { it.ordinal * factor + (factor and 1) } as ToLongFunction<Color>
        // erased, as those of a reader
        val type = random.of(Color::class.java, Empty::class.java, Single::class.java) as Class<Color>
        val carrier = if (random.chance(3)) random.of(scalars) else NativeType.U8
        return when (random.nextInt(8)) {
            0 -> NativeType.enumOf(type)
            1 -> NativeType.enumOf(type, value)
            2 -> NativeType.flags(type)
            3 -> NativeType.flags(type, value)
            4 -> NativeType.enumOf(type, carrier, value)
            5 -> NativeType.flags(type, carrier, value)
            6 -> NativeType.openEnum(NativeType.enumOf(type, carrier))
            else -> NativeType.openFlags(NativeType.flags(type, carrier))
        }
    }

    private fun record(): Class<*> = random.of(records)

    private fun <R> struct(type: Class<R>): NativeType<*> = if (random.chance(3)) members() else NativeType.struct(type)

    private fun members(): NativeType<*> {
        val lookup = MethodHandles.lookup()
        val pair = Hostile.Pair::class.java
        val getter = lookup.findVirtual(pair, "a", MethodType.methodType(Int::class.java))
        val members = List(random.nextInt(4)) {
            Member(word(), type(random.nextInt(2)), random.of(getter, MethodHandles.constant(Any::class.java, 1),
                MethodHandles.identity(Any::class.java),
                MethodHandles.dropArguments(MethodHandles.constant(Long::class.java, 1L), 0, pair)))
        }
        val constructor = random.of(
            lookup.findConstructor(pair, MethodType.methodType(Void.TYPE, Int::class.java, Int::class.java)),
            MethodHandles.constant(pair, Hostile.Pair(1, 2)), MethodHandles.identity(pair), getter,
        )
        return NativeType.struct(word(), random.of(pair, Any::class.java, Int::class.java), members, constructor)
    }

    private fun of(depth: Int): NativeType<*> = when (random.nextInt(22)) {
        0, 1 -> NativeType.pointer(type(depth))
        2 -> NativeType.array(random.of(arrays))
        3, 4 -> NativeType.array(random.of(arrays), type(depth))
        5, 6 -> NativeType.list(type(depth))
        7 -> NativeType.buffer(random.of(ByteBuffer::class.java, IntBuffer::class.java, CharBuffer::class.java,
            Buffer::class.java, MappedByteBuffer::class.java))
        8 -> NativeType.callback(random.of(faces))
        9, 10 -> NativeType.callback(random.of(faces), type(depth), *Array(random.nextInt(4)) { type(depth) })
        11 -> NativeType.out(type(depth))
        12 -> NativeType.inout(type(depth))
        13, 14 -> structType(depth).let { if (random.chance(2)) it.byValue() else it.pointer() }
        else -> worded(type(depth))
    }

    @Suppress("UNCHECKED_CAST")
    private fun worded(type: NativeType<*>): NativeType<*> = when (random.nextInt(16)) {
        0 -> type.asConst()
        1 -> type.sized(random.of(0L, 1L, 2L, 7L, 1000L, 1L shl 29, 1L shl 30, Int.MAX_VALUE.toLong(), 1L shl 40, -1L))
        2 -> type.sizedBy(random.of(0, 1, 2, 50, -1, Int.MAX_VALUE))
        3 -> type.terminated()
        4 -> type.onError(random.of("x", 1, 1L, 2.5, 'c', true, listOf(1), Color.RED, Int.MAX_VALUE))
        5 -> (type as NativeType<Any>).map(Function { it }, Function { it })
        6 -> (type as NativeType<Any>).map(Function { it }, Function { if (random.chance(3)) throw Expected() else it })
        7 -> type.orNull()
        8 -> type.orErrno()
        9 -> random.of(type.withErrno(), type.withLastError(), type.withSocketError())
        10 -> (type as NativeType<Any>).orThrow { null }
        11 -> type.owned()
        12 -> type.owned(random.of(frees))
        13 -> type.bigEndian()
        14 -> type.littleEndian()
        else -> random.of(type.sized(2), type.sized(3), type.terminated(), type.sized(4).padded(), type.padded())
    }

    /** A struct whose fields are declared in all ways, also in wrong ones. */
    fun structType(depth: Int): StructType<Any> = mostlyRight({ anyStruct(depth) }, StructType<Any>::layout)

    private fun anyStruct(depth: Int): StructType<Any> {
        val struct: StructType<Any> = if (random.chance(4)) StructType.union(word()) else StructType.of(word())
        val fields = mutableListOf<Field<Any, *>>()
        repeat(random.nextInt(5)) { declare(struct, fields, depth) }
        return struct
    }

    private fun declare(struct: StructType<Any>, fields: MutableList<Field<Any, *>>, depth: Int) {
        val name = if (random.chance(3)) word() else random.of("a", "b", "c", "d", "e", "f", "g", "h")
        when (random.nextInt(18)) {
            0 -> struct.packed()
            1 -> struct.packed(random.of(1, 2, 4, 8, 3, 0, -1, Int.MIN_VALUE, 1 shl 28, 1 shl 30))
            2 -> struct.aligned(random.of(1, 16, 64, 3, 0, -8, Int.MAX_VALUE, 1 shl 28))
            3 -> struct.msBitFields()
            4 -> struct.align(random.of(1, 8, 32, 5, 0, -1))
            5 -> fields += struct.bits(name, type(random.nextInt(2)),
                random.of(1, 3, 8, 17, 31, 32, 33, 64, 0, -1, Int.MAX_VALUE))
            6 -> struct.bits(random.of(scalars), random.of(0, 1, 7, 32, 64, 65, -1))
            7 -> fields += struct.field(name, nested(struct, depth))
            8 -> fields += struct.anonymous(nested(struct, depth))
            9 -> fields += struct.field(name, nested(struct, depth), random.of(0, 1, 3, -1, 1000))
            10 -> if (fields.isNotEmpty()) fields += struct.field(name, type(depth), random.of(fields))
            11 -> fields += struct.flexible(name, type(depth), if (fields.isEmpty()) null else random.of(fields))
            12 -> fields += struct.field(name, struct.pointer())
            13 -> fields += struct.field(name, struct.byValue())
            else -> fields += struct.field(name, type(if (random.chance(2)) 0 else depth))
        }
        if (random.chance(40)) struct.layout() // by its own declaration
    }

    private fun nested(struct: StructType<Any>, depth: Int): StructType<Any> =
        if (random.chance(8)) struct else structType(depth - 1)

    fun signature(): Signature {
        val result = if (random.chance(4)) any(random.nextInt(3)) else type()
        val count = if (random.chance(30)) random.nextInt(300) else random.nextInt(5)
        val parameters = Array(count) {
            if (random.chance(6)) any(random.nextInt(3)) else type(random.nextInt(3))
        }
        val signature = Signature.of(result, *parameters)
        return when (random.nextInt(8)) {
            0 -> signature.asCritical()
            1 -> signature.asVariadic(random.nextInt(-1, signature.parameters().size + 2))
            else -> signature
        }
    }

    companion object {
        val scalars: List<NativeType<*>> = listOf(
            NativeType.I8, NativeType.I16, NativeType.I32, NativeType.I64, NativeType.U8, NativeType.U16,
            NativeType.U32, NativeType.U64, NativeType.F32, NativeType.F64, NativeType.BOOL, NativeType.CHAR16,
            NativeType.ISIZE, NativeType.USIZE, NativeType.C_CHAR, NativeType.C_LONG, NativeType.C_ULONG,
            NativeType.WCHAR, NativeType.C_LONG_LONG,
        )
        val records: List<Class<*>> = (Structs::class.java.declaredClasses + Hostile::class.java.declaredClasses +
            Interfaces::class.java.declaredClasses).filter { it.isRecord }.sortedBy { it.name } +
            listOf(String::class.java, Record::class.java)
        val faces: List<Class<*>> = listOf(
            IntBinaryOperator::class.java, Runnable::class.java, Comparator::class.java, Function::class.java,
            List::class.java, String::class.java, Any::class.java, Int::class.java, IntArray::class.java,
            Sealed::class.java, Extended::class.java, Hostile.PairFunction::class.java, Hostile.Twice::class.java,
            Override::class.java, Color::class.java,
        )
        val arrays: List<Class<out Any>> = listOf(
            IntArray::class.java, ByteArray::class.java, DoubleArray::class.java, BooleanArray::class.java,
            CharArray::class.java, LongArray::class.java, Array<String>::class.java, Array<IntArray>::class.java,
            Array<Any>::class.java, Array<Structs.Point>::class.java, Array<MemorySegment>::class.java,
            Array<Array<String>>::class.java, String::class.java, Int::class.java, List::class.java,
            Array<Color>::class.java, Pointer::class.java.arrayType(), Out::class.java.arrayType(),
            Ref::class.java.arrayType(),
        )
        private val libc = NativeLibrary.standard()
        val frees: List<Downcall> = listOf(
            libc.downcall("free", NativeType.VOID, NativeType.ADDRESS),
            libc.downcall("free", NativeType.VOID, NativeType.I64),
            Signature.of(NativeType.VOID, NativeType.ADDRESS).let { freeing ->
                Downcall.declare({ libc }, Arena.global().scope(), "no such", freeing)
            },
        )
    }
}

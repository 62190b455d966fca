// SPDX-License-Identifier: Apache-2.0
package ffi.fuzz

import ffi.core.Bindings
import ffi.core.Downcall
import ffi.core.Field
import ffi.core.NativeLibrary
import ffi.core.NativeType
import ffi.core.Out
import ffi.core.Pointer
import ffi.core.Ref
import ffi.core.Signature
import ffi.core.StructType
import ffi.core.Upcall
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.math.BigInteger
import java.nio.ByteBuffer
import java.nio.CharBuffer
import java.nio.IntBuffer
import java.util.function.IntBinaryOperator
import java.util.function.IntUnaryOperator
import kotlin.concurrent.thread
import kotlin.io.path.Path
import kotlin.random.Random
import users.Hostile
import users.Structs

/**
 * Values of every class, given to what takes others: by the doors that no compiler watches.
 *
 * The function looks at none of its arguments, so that only the way to it and back is at work.
 */
internal class Values : Subject {

    private val file = Path(System.getProperty("spec.natives"), "libsum.so")
    private val library = NativeLibrary.open(file, Arena.global())
    private val closedLibrary = closed { NativeLibrary.open(file, it) }
    private val foreignLibrary = foreign { NativeLibrary.open(file, it) }
    private val point: StructType<Any> = StructType.of("point")
    private val x = point.field("x", NativeType.F64)
    private val name = point.field("name", NativeType.CSTRING.orNull())
    private val flags = point.bits("flags", NativeType.U32, 5)
    private val other: StructType<Any> = StructType.of("other")
    private val count = other.field("count", NativeType.I32)
    private val values = other.field("values", NativeType.array(IntArray::class.java), count)
    private val unary = NativeType.callback(IntUnaryOperator::class.java)
    private val functions by lazy { functions() }
    private val pool = pool()

    private fun <T> foreign(make: (Arena) -> T): T {
        var made: T? = null
        thread { made = make(Arena.ofConfined()) }.join()
        return made!!
    }

    private fun <T> closed(make: (Arena) -> T): T = Arena.ofConfined().use(make)

    private val parameters: List<NativeType<*>> = RandomTypes.scalars + listOf(
        NativeType.ADDRESS, NativeType.ADDRESS.orNull(), NativeType.CSTRING, NativeType.CSTRING.orNull(),
        NativeType.WSTRING, NativeType.UTF16, NativeType.cstring(Charsets.ISO_8859_1), NativeType.CSTRING.sized(8),
        NativeType.WSTRING.sized(4), NativeType.UTF16.sized(3).padded(), NativeType.inout(NativeType.WSTRING.sized(2)),
        NativeType.list(NativeType.UTF16.sized(4).padded()),
        NativeType.enumOf(Color::class.java), NativeType.flags(Color::class.java),
        NativeType.`object`(String::class.java), NativeType.pointer(NativeType.I32),
        NativeType.pointer(NativeType.CSTRING).orNull(), point.byValue(), point.pointer(),
        NativeType.struct(Structs.Point::class.java), NativeType.struct(Hostile.Series::class.java),
        NativeType.struct(Structs.Bytes7::class.java), NativeType.struct(Structs.Segment::class.java),
        NativeType.array(IntArray::class.java), NativeType.array(IntArray::class.java).asConst().orNull(),
        NativeType.array(ByteArray::class.java).sized(3), NativeType.array(Array<String>::class.java),
        NativeType.array(Array<IntArray>::class.java), NativeType.array(Array<String>::class.java).terminated(),
        NativeType.array(Array<Structs.Point>::class.java), NativeType.list(NativeType.I64),
        NativeType.list(NativeType.CSTRING).asConst(), NativeType.list(point.byValue()),
        NativeType.list(NativeType.list(NativeType.I32)), NativeType.buffer(ByteBuffer::class.java),
        NativeType.buffer(IntBuffer::class.java).asConst(), NativeType.callback(IntBinaryOperator::class.java),
        NativeType.callback(IntUnaryOperator::class.java).orNull(), NativeType.out(NativeType.I32),
        NativeType.inout(NativeType.CSTRING), NativeType.inout(NativeType.struct(Structs.Point::class.java)),
        NativeType.out(NativeType.array(IntArray::class.java).sized(2)).orNull(),
        NativeType.handle("Thing", { s -> listOf(s) }, { it[0] }), NativeType.I32.map({ "$it" }, { it.length }),
        NativeType.CSTRING.map({ StringBuilder(it) }, { "$it" }), NativeType.inout(point.byValue()),
    )

    private fun functions(): List<Downcall> {
        val results = listOf(NativeType.I32, NativeType.VOID, NativeType.ADDRESS, NativeType.CSTRING.orNull(),
            NativeType.I64.withErrno(), NativeType.BOOL)
        fun declared(library: NativeLibrary, signature: Signature) =
            Downcall.declare({ library }, library.scope(), "returnNullPointer", signature)
        return parameters.mapIndexed { i, type -> declared(library, Signature.of(results[i % results.size], type)) } +
            parameters.zip(parameters.shuffled(Random(1))).mapIndexed { i, (a, b) ->
                declared(library, Signature.of(results[i % results.size], a, b))
            } +
            parameters.filterIndexed { i, type -> i % 4 == 0 && "callback" !in "$type" }
                .map { declared(library, Signature.of(NativeType.I32, it).asCritical()) } +
            listOf(closedLibrary, foreignLibrary).map { declared(it, Signature.of(NativeType.I32, NativeType.I32)) }
    }

    private fun pool(): List<Any?> = listOf(
        null, 0, -1, Int.MIN_VALUE, Int.MAX_VALUE, 300, 70_000, 0L, Long.MIN_VALUE, Long.MAX_VALUE, 1L shl 32,
        1.toByte(), (-1).toShort(), BigInteger.ONE, BigInteger.TWO.pow(64), BigInteger.TWO.pow(64).dec(), 1.5,
        Double.NaN, 1e300, 2f, true, 'c', '\uD800', "", "text", "a\u0000b", "\uD800", "x".repeat(5000), "12",
        StringBuilder("b"), Any(), Unit, listOf<Any>(), listOf(1, 2), listOf(1L, null), listOf("a", "b"),
        mutableListOf("a\u0000"), listOf(listOf(1), listOf()), listOf(listOf(null)), listOf(1, "a"),
        mutableListOf(1L, 2L), listOf(MemorySegment.NULL), IntArray(0), intArrayOf(1, 2, 3), ByteArray(3),
        ByteArray(4), LongArray(2), DoubleArray(1), BooleanArray(2), CharArray(2), arrayOf("a", null),
        arrayOf("a", "b"), arrayOf<String>(), arrayOf(intArrayOf(1), intArrayOf(2, 3)), arrayOf<IntArray?>(null),
        arrayOf<Any>(1), arrayOf(Structs.Point(1.0, 2.0)), arrayOf<Structs.Point?>(null), Array(3) { "z" },
        MemorySegment.NULL, MemorySegment.ofAddress(-1), MemorySegment.ofArray(ByteArray(8)),
        MemorySegment.ofArray(IntArray(2)), closed { it.allocate(8) }, foreign { it.allocate(8) },
        Arena.global().allocate(64), Arena.global().allocate(0), Arena.ofAuto().allocate(3).asReadOnly(),
        Pointer.ofNull(NativeType.I32), Pointer.ofAddress(8, NativeType.I32),
        closed { NativeType.I32.allocate(it, 3) }, foreign { NativeType.I32.allocate(it, 3) },
        NativeType.I32.allocate(Arena.global(), 3), NativeType.CSTRING.allocateFrom(Arena.global(), "t"),
        point.allocate(Arena.global()).pointer(), Pointer.of(MemorySegment.ofArray(IntArray(2)), NativeType.I32),
        point.allocate(Arena.global()), other.allocate(Arena.global()), closed { point.allocate(it) },
        foreign { point.allocate(it) }, listOf(point.allocate(Arena.global())),
        mutableListOf(other.allocate(Arena.global())), Structs.Point(1.0, 2.0),
        Structs.Segment(Structs.Point(1.0, 1.0), Structs.Point(2.0, 2.0)), Structs.Bytes7(ByteArray(7)),
        Structs.Bytes7(ByteArray(6)), Structs.Segment(null, null), Hostile.Series(3, null),
        Hostile.Series(3, Pointer.ofNull(NativeType.F64)), Hostile.Pair(1, 2), Color.RED, Single.ONE,
        setOf(Color.RED, Color.BLUE), setOf(1), setOf<Any>(), setOf(null), Out<Any>(), Out<Any?>(null), Out<Any>(1),
        Out<Any>("x"), Out<Any>(Structs.Point(1.0, 2.0)), Out<Any>(intArrayOf(1, 2)),
        Out<Any>(point.allocate(Arena.global())), IntBinaryOperator { a, b -> a + b }, IntUnaryOperator { it },
        Runnable {}, ByteBuffer.allocate(4), ByteBuffer.allocateDirect(4), ByteBuffer.allocate(4).asReadOnlyBuffer(),
        IntBuffer.allocate(2), ByteBuffer.allocateDirect(8).asIntBuffer(),
        ByteBuffer.allocateDirect(8).order(java.nio.ByteOrder.BIG_ENDIAN).asIntBuffer(), CharBuffer.wrap("abc"),
        closed { it.allocate(8).asByteBuffer() }, listOf(ByteBuffer.allocate(1)), listOf(Arena.global().allocate(8)),
        Upcall.of(unary, IntUnaryOperator { it }, Arena.global()),
        closed { Upcall.of(unary, IntUnaryOperator { n -> n }, it) },
    )

    private fun Random.valueFor(type: Class<*>): Any? {
        if (chance(4)) return of(pool)
        val fitting = pool.filter { type.kotlin.javaObjectType.isInstance(it) }
        return if (fitting.isEmpty() || chance(12)) null else of(fitting)
    }

    override fun feed(random: Random, said: (String) -> Unit) {
        when (random.nextInt(8)) {
            0 -> memory(random, said)
            1 -> other(random, said)
            else -> call(random, said)
        }
    }

    private fun call(random: Random, said: (String) -> Unit) {
        val function = random.of(functions)
        val handle = function.handle()
        val arguments = handle.type().parameterList().map { random.valueFor(it) }.toMutableList()
        if (random.chance(30)) arguments.add(of(random)) else if (random.chance(30)) arguments.removeLast()
        said("$function: ${arguments.map { "${it?.javaClass?.simpleName} ${shown(it)}" }}")
        if (random.chance(3)) {
            try {
                handle.invokeWithArguments(arguments)
            } catch (e: RuntimeException) {
                // what a handle does with other classes than its own, before it is called, is the JDK's
                val callee = e.stackTrace.takeWhile { !it.className.startsWith("ffi.fuzz") }
                throw if (callee.none { it.className.startsWith("ffi.core") }) Expected() else e
            }
        } else {
            function.call(*arguments.toTypedArray())
        }
    }

    private fun shown(value: Any?) = runCatching { "$value".take(60) }.getOrDefault("?")

    private fun of(random: Random): Any? = random.of(pool)

    @Suppress("UNCHECKED_CAST")
    private fun memory(random: Random, said: (String) -> Unit) {
        val index = random.of(0L, 0L, 1L, 2L, 3L, -1L, Long.MAX_VALUE, Long.MIN_VALUE, Int.MAX_VALUE.toLong(),
            1L shl 61)
        val pointer = random.of(pool.filterIsInstance<Pointer<*>>().filter { it.address() != 8L }) as Pointer<Any?>
        val ref = random.of(pool.filterIsInstance<Ref<*>>()) as Ref<Any>
        val value = of(random)
        said("$index of $pointer, ${ref.type()}, ${value?.javaClass}")
        val numbers = pointer.type() == NativeType.I32
        when (random.nextInt(13)) {
            0 -> if (pointer.isNull || pointer.count() > 1) pointer.get(index) else pointer.get()
            1 -> pointer.set(index.coerceAtMost(pointer.count()), if (numbers && value is Int) value else null)
            2 -> expect("${pointer.plus(index)}".isNotEmpty()) { "$pointer" }
            3 -> expect(pointer.sized(index).count() == index) { "$pointer" }
            4 -> pointer.`as`(random.of(RandomTypes.scalars)).get()
            5 -> if (pointer.count() > 1) pointer.copyTo(pointer, index)
            6 -> ref.get(random.of(x, name, flags, count, values))
            7 -> ref.set(random.of(x, name, flags, count, values) as Field<Any, Any?>, null)
            8 -> ref.set(flags as Field<Any, Any?>, value)
            9 -> ref.copyFrom(random.of(pool.filterIsInstance<Ref<*>>()) as Ref<Any>)
            10 -> expect("$ref ${ref.describe()}".isNotEmpty()) { "$ref" }
            11 -> ref.setVolatile(random.of(x, name, flags, count, values) as Field<Any, Any?>, value)
            else -> {
                val segments = pool.filterIsInstance<MemorySegment>().filter { it.byteSize() > 0 }
                NativeType.I32.set(random.of(segments), index, 1)
            }
        }
    }

    @Suppress("UNCHECKED_CAST")
    private fun other(random: Random, said: (String) -> Unit) {
        val value = of(random)
        val door = random.nextInt(9)
        said("door $door, ${value?.javaClass}")
        when (door) {
            0 -> if (value is MemorySegment) NativeType.release(value) else throw Expected()
            1 -> Bindings.functions(value ?: Any())
            2 -> Bindings.link(value ?: Any())
            3 -> Bindings.report(value ?: Any())
            4 -> random.inArena { Upcall.of(unary, value as? IntUnaryOperator ?: IntUnaryOperator { it }, it) }
            5 -> random.inArena { Upcall.keep(value ?: "x", it) }
            6 -> if (value is MemorySegment) "${Upcall.at(unary, value)}".let { expect(it.isNotEmpty()) { it } }
            7 -> Upcall.address(unary, value as? IntUnaryOperator ?: IntUnaryOperator { it })
            else -> random.inArena {
                val order = Array(random.nextInt(3)) { random.of("applyAsInt", "none", random.word().take(50)) }
                Upcall.table(IntUnaryOperator::class.java, IntUnaryOperator { n -> n }, it, *order)
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withTests
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.maps.shouldBeEmpty
import io.kotest.matchers.shouldBe
import java.lang.classfile.ClassFile
import java.lang.constant.ClassDesc
import java.lang.foreign.Arena
import java.lang.invoke.MethodHandles
import java.lang.invoke.MethodType
import java.lang.reflect.InvocationTargetException
import java.lang.reflect.Method
import kotlin.io.path.Path
import kotlin.io.path.absolute
import kotlin.io.path.createDirectories
import kotlin.random.Random

/** A scalar type, and how a value of it is told from any other by 64 bits. */
private class Scalar(
    val type: NativeType<*>,
    val c: String,
    val java: Class<*>,
    val limits: List<Any>,
    val of: (Long) -> Any,
    val bits: (Any) -> Long,
) {
    /** As what C trusts a caller to have filled it up to. */
    val promoted = when (c) {
        "int8_t", "int16_t" -> "int32_t"
        "uint8_t", "uint16_t", "bool" -> "uint32_t"
        else -> c
    }

    fun value(random: Random): Any = if (random.nextInt(3) == 0) limits.random(random) else of(random.nextLong())
    override fun toString() = "$type"
}

private fun signed(it: Any) = (it as Number).toLong()
private fun unsigned(mask: Long): (Any) -> Long = { (it as Number).toLong() and mask }

private val bytes = listOf<Any>(Byte.MIN_VALUE, Byte.MAX_VALUE, (-1).toByte(), 0.toByte())
private val shorts = listOf<Any>(Short.MIN_VALUE, Short.MAX_VALUE, (-1).toShort(), 0.toShort())
private val ints = listOf<Any>(Int.MIN_VALUE, Int.MAX_VALUE, -1, 0)
private val longs = listOf<Any>(Long.MIN_VALUE, Long.MAX_VALUE, -1L, 0L, 1L shl 32)
private val chars = listOf<Any>('\u0000', '\uffff', '\ud800')
private val floats = listOf<Any>(
    -0.0f, 0.0f, Float.MIN_VALUE, Float.MAX_VALUE, Float.POSITIVE_INFINITY, Float.NaN, Float.fromBits(0x7fc12345),
)
private val doubles = listOf<Any>(
    -0.0, 0.0, Double.MIN_VALUE, Double.MAX_VALUE, Double.NEGATIVE_INFINITY, Double.NaN,
    Double.fromBits(0x7ff8_1234_5678_9abc),
)

private val scalars = listOf(
    Scalar(NativeType.I8, "int8_t", Byte::class.java, bytes, { it.toByte() }, ::signed),
    Scalar(NativeType.I16, "int16_t", Short::class.java, shorts, { it.toShort() }, ::signed),
    Scalar(NativeType.I32, "int32_t", Int::class.java, ints, { it.toInt() }, ::signed),
    Scalar(NativeType.I64, "int64_t", Long::class.java, longs, { it }, ::signed),
    Scalar(NativeType.U8, "uint8_t", Byte::class.java, bytes, { it.toByte() }, unsigned(0xff)),
    Scalar(NativeType.U16, "uint16_t", Short::class.java, shorts, { it.toShort() }, unsigned(0xffff)),
    Scalar(NativeType.U32, "uint32_t", Int::class.java, ints, { it.toInt() }, unsigned(0xffff_ffff)),
    Scalar(NativeType.U64, "uint64_t", Long::class.java, longs, { it }, ::signed),
    Scalar(NativeType.F32, "float", Float::class.java, floats, { Float.fromBits(it.toInt()) }) {
        (it as Float).toRawBits().toLong() and 0xffff_ffff
    },
    Scalar(NativeType.F64, "double", Double::class.java, doubles, { Double.fromBits(it) }) {
        (it as Double).toRawBits()
    },
    Scalar(NativeType.BOOL, "bool", Boolean::class.java, listOf(true, false), { it and 1 == 1L }) {
        if (it as Boolean) 1 else 0
    },
    Scalar(NativeType.CHAR16, "uint16_t", Char::class.java, chars, { it.toInt().toChar() }) {
        (it as Char).code.toLong()
    },
)

/**
 * A function of C that makes its result of all its arguments, each at its place.
 *
 * One that [trusts] its caller takes what is narrower than an int as an int, and does not cut it: so do the functions
 * that clang compiles, whatever their C says.
 */
private class Mixer(val result: Scalar, val parameters: List<Scalar>, val trusts: Boolean) {
    val symbol = (listOf(result) + parameters).joinToString("_")

    /** Of a handle, or of a method of an interface. */
    val type: MethodType get() = MethodType.methodType(result.java, parameters.map { it.java })

    fun signature(critical: Boolean): Signature {
        val plain = Signature.of(result.type, *parameters.map { it.type }.toTypedArray())
        return if (critical) plain.asCritical() else plain
    }

    val source: String get() {
        val declared = parameters.withIndex().joinToString { (i, p) -> (if (trusts) p.promoted else p.c) + " a$i" }
            .ifEmpty { "void" }
        val mixed = parameters.foldIndexed("SEED") { i, inner, p -> "mix($inner, BITS_$p(a$i))" }
        return "${result.c} $symbol($declared) { return OF_$result(done($mixed)); }"
    }

    /** What C should return. */
    fun model(arguments: List<Any>): Any {
        var h = 0x9e3779b97f4a7c15uL.toLong()
        parameters.forEachIndexed { i, p -> h = (h xor p.bits(arguments[i])) * 1099511628211 + (h ushr 29) }
        h = (h xor (h ushr 32)) * 0xff51afd7ed558ccduL.toLong()
        return result.of(h xor (h ushr 33))
    }
}

private val prelude = """
    #include <stdbool.h>
    #include <stdint.h>
    #include <string.h>
    #define SEED 0x9e3779b97f4a7c15u
    #define BITS_i8(v) ((uint64_t) (int64_t) v)
    #define BITS_i16(v) ((uint64_t) (int64_t) v)
    #define BITS_i32(v) ((uint64_t) (int64_t) v)
    #define BITS_i64(v) ((uint64_t) v)
    #define BITS_u8(v) v
    #define BITS_u16(v) v
    #define BITS_u32(v) v
    #define BITS_u64(v) v
    #define BITS_bool(v) v
    #define BITS_char16(v) v
    #define OF_i8(h) ((int8_t) h)
    #define OF_i16(h) ((int16_t) h)
    #define OF_i32(h) ((int32_t) h)
    #define OF_i64(h) ((int64_t) h)
    #define OF_u8(h) ((uint8_t) h)
    #define OF_u16(h) ((uint16_t) h)
    #define OF_u32(h) ((uint32_t) h)
    #define OF_u64(h) h
    #define OF_bool(h) (h & 1)
    #define OF_char16(h) ((uint16_t) h)
    static uint64_t BITS_f32(float v) { uint32_t b; memcpy(&b, &v, 4); return b; }
    static uint64_t BITS_f64(double v) { uint64_t b; memcpy(&b, &v, 8); return b; }
    static float OF_f32(uint64_t h) { uint32_t b = (uint32_t) h; float v; memcpy(&v, &b, 4); return v; }
    static double OF_f64(uint64_t h) { double v; memcpy(&v, &h, 8); return v; }
    static uint64_t mix(uint64_t h, uint64_t bits) { return (h ^ bits) * 1099511628211u + (h >> 29); }
    static uint64_t done(uint64_t h) { h = (h ^ h >> 32) * 0xff51afd7ed558ccdu; return h ^ h >> 33; }
""".trimIndent()

private fun libraryOf(name: String, mixers: List<Mixer>): NativeLibrary {
    val directory = Path("target", "signatures").absolute().createDirectories()
    val source = (listOf(prelude) + mixers.map { it.source }).joinToString("\n")
    return NativeLibrary.open(compile(directory, "lib$name.so", source, "-O1"), Arena.global())
}

/** An interface with a method for each of these names and types. */
private fun interfaceOf(name: String, methods: Map<String, MethodType>): Class<*> {
    val bytes = ClassFile.of().build(ClassDesc.of("ffi.core", name)) { builder ->
        builder.withFlags(ClassFile.ACC_PUBLIC or ClassFile.ACC_INTERFACE or ClassFile.ACC_ABSTRACT)
        for ((method, type) in methods) {
            builder.withMethod(
                method, type.describeConstable().get(), ClassFile.ACC_PUBLIC or ClassFile.ACC_ABSTRACT,
            ) {}
        }
    }
    return MethodHandles.lookup().defineClass(bytes)
}

private fun called(method: Method, on: Any, arguments: Array<Any>): Any? =
    try {
        method.invoke(on, *arguments)
    } catch (e: InvocationTargetException) {
        throw e.targetException
    }

private var interfaces = 0 // so far, since each has a name of its own

private val boxed = HashMap<Int, Class<*>>()

/** A functional interface of so many parameters, all of them of any type. */
private fun boxedFace(arity: Int): Class<*> = boxed.getOrPut(arity) {
    interfaceOf("Boxed$arity", mapOf("apply" to MethodType.genericMethodType(arity)))
}

/** How a face makes of these functions something to call each of them by. */
private val faces: Map<String, (NativeLibrary, List<Mixer>, Boolean) -> List<(Array<Any>) -> Any?>> = mapOf(
    "the dynamic door" to { library, mixers, critical ->
        mixers.map { mixer ->
            val downcall = library.downcall(mixer.symbol, mixer.signature(critical))
            downcall.handle().type() shouldBe mixer.type;
            { arguments -> downcall.call(*arguments) }
        }
    },
    "a functional interface of boxes" to { library, mixers, critical ->
        mixers.map { mixer ->
            val face = boxedFace(mixer.parameters.size)
            val function = library.downcall(mixer.symbol, mixer.signature(critical)).`as`(face)
            val method = face.methods.single();
            { arguments -> called(method, function, arguments) }
        }
    },
    "a bound interface of primitives" to { library, mixers, critical ->
        val mixerOf = mixers.associateBy { it.symbol }
        mixers.chunked(100).flatMapIndexed { i, chunk ->
            val face = interfaceOf("$library$i${interfaces++}".replace(Regex("\\W"), "_"), chunk.associate { mixer ->
                mixer.symbol to mixer.type
            })
            val bound = Bindings.bind<Any>(face.cast(), null, { library }, Arena.global().scope()) { method ->
                Bindings.Declaration(method.name, mixerOf.getValue(method.name).signature(critical), false)
            }
            val methods = face.methods.associateBy { it.name }
            chunk.map { mixer -> { arguments -> called(methods.getValue(mixer.symbol), bound, arguments) } }
        }
    },
)

@Suppress("UNCHECKED_CAST")
private fun Class<*>.cast() = this as Class<Any>

/** Calls every function several times with values of all kinds, and lists what is not as the model has it. */
private fun wrong(
    mixers: List<Mixer>, random: Random, calls: List<(Array<Any>) -> Any?>, times: Int,
): List<String> = buildList {
    mixers.forEachIndexed { i, mixer ->
        repeat(times) {
            val arguments = mixer.parameters.map { it.value(random) }
            val expected = mixer.model(arguments)
            val found = runCatching { calls[i](arguments.toTypedArray()) }.getOrElse { it.toString() }
            val bits = mixer.result.bits
            if (found == null || found::class != expected::class || bits(found) != bits(expected)) {
                add("${mixer.signature(false)} of $arguments: expected $expected, found $found")
            }
        }
    }
}

/** What is called a few times only goes another way than what has its shape linked. */
private val ways = listOf("rarely", "linked", "critical")

/** All signatures that a call of scalars can have, and many of the long ones. */
class ScalarSignaturesSpec : FunSpec({

    val seed = System.getProperty("ffi.seed")?.toLong() ?: Random.nextLong()
    val clue = "to see it again: -Dffi.seed=$seed"

    context("every signature of up to three parameters is called right, by") {
        var next = 0
        val lists = (1..3).runningFold(listOf(listOf<Scalar>())) { shorter, _ ->
            shorter.flatMap { list -> scalars.map { list + it } }
        }.flatten()
        val mixers = lists.map { Mixer(scalars[next % scalars.size], it, trusts = next++ % 5 < 3) }
        mixers shouldHaveSize 1 + 12 + 12 * 12 + 12 * 12 * 12
        mixers.groupingBy { it.result }.eachCount().filterValues { it < 157 }.shouldBeEmpty()
        val library = libraryOf("small", mixers)

        for (way in ways) {
            val critical = way == "critical"
            withTests(faces.mapKeys { (face, _) -> "$face, $way" }) { face ->
                if (way == "linked") {
                    mixers.forEach { library.downcall(it.symbol, it.signature(false)).passages().link() }
                }
                withClue(clue) { wrong(mixers, Random(seed), face(library, mixers, critical), 8).shouldBeEmpty() }
            }
        }
    }

    context("signatures of up to twenty parameters, most of them on the stack, are called right, by") {
        val random = Random(seed)
        val mixers = List(200) {
            Mixer(scalars.random(random), List(random.nextInt(4, 21)) { scalars.random(random) }, random.nextBoolean())
        }.distinctBy { it.symbol }
        val library = libraryOf("long", mixers)

        for (way in ways) {
            val critical = way == "critical"
            withTests(faces.mapKeys { (face, _) -> "$face, $way" }) { face ->
                if (way == "linked") {
                    mixers.forEach { library.downcall(it.symbol, it.signature(false)).passages().link() }
                }
                withClue(clue) { wrong(mixers, Random(seed), face(library, mixers, critical), 8).shouldBeEmpty() }
            }
        }
    }
})

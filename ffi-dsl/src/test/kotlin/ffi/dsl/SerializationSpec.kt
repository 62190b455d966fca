// SPDX-License-Identifier: Apache-2.0
@file:OptIn(ExperimentalUnsignedTypes::class)

package ffi.dsl

import ffi.core.LibraryNotFoundException
import ffi.core.LoadFlag
import ffi.core.NativeLibrary
import ffi.core.SymbolNotFoundException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.matchers.types.shouldNotBeSameInstanceAs
import java.io.ByteArrayInputStream
import java.io.ByteArrayOutputStream
import java.io.InvalidObjectException
import java.io.NotSerializableException
import java.io.ObjectInputStream
import java.io.ObjectOutputStream
import java.lang.foreign.Arena
import java.nio.IntBuffer
import java.nio.file.Path
import kotlin.time.Duration.Companion.seconds

private object Own : Library("sum") {
    val seconds = fn("echo_i64", i64.map({ it.seconds }, { it.inWholeSeconds })) returns i64
    val sum = fn("sum", i32, i32) returns i32
    val again = fn("sum", i32, i32) returns i32
}

private class Outer {
    companion object : Library("sum", Arena.ofAuto()) {
        val sum = fn("sum", i32, i32) returns i32
    }
}

/** No library, but else an object as one: a stream that names it must not initialize it. */
private object Bystander {
    init {
        Initialized.bystander = true
    }
}

private object Initialized {
    var bystander = false
}

/** What a stream has in it that somebody else made: the words of a function of an object, or of any other. */
private fun forged(name: String, vararg fields: Any?): Any =
    Class.forName("ffi.dsl.$name").declaredConstructors.single { it.parameterCount == fields.size }
        .apply { isAccessible = true }
        .newInstance(*fields)

private fun forgedPlace(
    library: String? = "sum",
    isFile: Boolean = false,
    flags: Array<String?>? = null,
    symbol: String? = "sum",
    result: String? = "i32",
    parameters: Array<String?>? = arrayOf("i32", "i32"),
    otherVersions: Array<String?>? = null,
    others: Array<String?>? = null,
    fixed: Int = -1,
) = forged(
    "OfPlace", library, null, otherVersions, isFile, flags, symbol, others, result, parameters, false, false, fixed,
)

private fun bytesOf(value: Any): ByteArray =
    ByteArrayOutputStream().also { bytes -> ObjectOutputStream(bytes).use { it.writeObject(value) } }.toByteArray()

private fun valueOf(bytes: ByteArray): Any = ObjectInputStream(ByteArrayInputStream(bytes)).use { it.readObject() }

@Suppress("UNCHECKED_CAST") // what arrives is what was sent
internal fun <T : Any> travelled(value: T): T = admitting("true") { valueOf(bytesOf(value)) } as T

/** Runs [block] while functions of these libraries may be named by streams. */
private fun <T> admitting(libraries: String?, block: () -> T): T {
    val property = NativeLibrary.SERIALIZATION_PROPERTY
    val before = System.getProperty(property)
    fun set(value: String?) = if (value == null) System.clearProperty(property) else System.setProperty(property, value)
    set(libraries)
    return try {
        block()
    } finally {
        set(before)
    }
}

class SerializationSpec : FunSpec({

    test("a stream that names a library is refused, unless a property admits the library") {
        val system = bytesOf(library("c") { fn("system", cstring) returns cInt })
        val program = bytesOf(library("") { fn("abs", cInt) returns cInt })
        val sum = bytesOf(library("sum") { fn("sum", i32, i32) returns i32 })
        for (list in listOf(null, "", "false", "sum", " c", "TRUE", "sum,true")) {
            admitting(list) { shouldThrow<InvalidObjectException> { valueOf(system) } }.message shouldBe """
                A function that a stream names by its library: system
                  library: c
                  hint: declare it in an object, or list the library in -Dffi.serialization
            """.trimIndent()
            admitting(list) { shouldThrow<InvalidObjectException> { valueOf(program) } }
        }
        for (list in listOf("true", "c", "sum,c", "c,m")) {
            admitting(list) { "${valueOf(program)}" } shouldBe "abs: cInt (cInt)"
        }
        admitting("sum") { "${valueOf(sum)}" } shouldBe "sum: i32 (i32, i32)"
        admitting("libsum,su,sum2,./sum") { shouldThrow<InvalidObjectException> { valueOf(sum) } }
    }

    test("a file is admitted by the path that was declared") {
        val file = Path.of(System.getProperty("ffi.library.path"), System.mapLibraryName("sum"))
        val bytes = bytesOf(library(file) { fn("sum", i32, i32) returns i32 })
        admitting("sum") { shouldThrow<InvalidObjectException> { valueOf(bytes) } }
        admitting("$file") { "${valueOf(bytes)}" } shouldBe "sum: i32 (i32, i32)"
    }

    test("a file in the working directory is not admitted by a name that is searched for") {
        for (name in listOf("sum", "c", "libsum.so")) {
            val bytes = bytesOf(forgedPlace(library = name, isFile = true))
            admitting("sum,c,libsum.so") { shouldThrow<InvalidObjectException> { valueOf(bytes) } }.message shouldBe """
                A function that a stream names by its library: sum
                  library: ${Path.of(".", name)}
                  hint: declare it in an object, or list the library in -Dffi.serialization
            """.trimIndent()
            admitting("${Path.of(".", name)}") { "${valueOf(bytes)}" } shouldBe "sum: i32 (i32, i32)"
        }
    }

    test("a library that is admitted has no function of what it depends on") {
        val bytes = bytesOf(library("sum") { fn("abs", cInt) returns cInt })
        @Suppress("UNCHECKED_CAST") // as declared
        fun arrived(list: String, bytes: ByteArray) = admitting(list) { valueOf(bytes) } as Fn1<Int, Int>
        arrived("true", bytes)(-1) shouldBe 1
        arrived("sum", bytes).isAvailable shouldBe false
        shouldThrow<SymbolNotFoundException> { arrived("sum,c", bytes)(-1) }
        arrived("sum,c", bytesOf(library("c") { fn("abs", cInt) returns cInt }))(-1) shouldBe 1
        arrived("c", bytesOf(library("") { fn("abs", cInt) returns cInt }))(-1) shouldBe 1
        arrived("sum", bytesOf(library("sum") { fn("fibonacci", u32) returns u32 })).isAvailable shouldBe true
    }

    test("a function of an object needs no property, since its class is the program's own") {
        admitting(null) { valueOf(bytesOf(Own.sum)) } shouldBeSameInstanceAs Own.sum
        admitting("") { valueOf(bytesOf(Outer.sum)) } shouldBeSameInstanceAs Outer.sum
    }

    test("a function of an object arrives as the one that is declared there") {
        travelled(Own.sum) shouldBeSameInstanceAs Own.sum
        travelled(Own.again) shouldBeSameInstanceAs Own.again
        travelled(Own.seconds)(3.seconds) shouldBe 3L
        travelled(Outer.sum) shouldBeSameInstanceAs Outer.sum
    }

    test("a function of a block arrives as a new one, which links again") {
        val sum = library("libsum") { fn("sum", i32, i32) returns i32 }
        val arrived = travelled(sum)
        arrived shouldNotBeSameInstanceAs sum
        arrived(1, 2) shouldBe 3
    }

    test("a function is called before and after it has travelled, and travels on") {
        val sum = library("sum") { fn("sum", i32, i32) returns i32 }
        sum(1, 2) shouldBe 3
        travelled(travelled(sum))(1, 2) shouldBe 3
    }

    test("functions travel inside of what holds them") {
        val twice = listOf(LibSum.sum, library("sum") { fn("sum", i32, i32) returns i32 })
        travelled(ArrayList(twice)).map { it(2, 2) } shouldBe listOf(4, 4)
    }

    test("every word of a declaration travels") {
        val file = Path.of(System.getProperty("ffi.library.path"), System.mapLibraryName("sum"))
        val declared = listOf(
            library("sum") { fn("noop") returns void },
            library("sum") { fn("echo_u64", u64).critical returns u64 },
            library("c", "6") { fn("abs", cInt) returns cInt },
            library(file) { fn("concat", cstring.orNull, cstring(Charsets.ISO_8859_1)) returns cstring.orNull.owned() },
            library("nowhere", flags = setOf(LoadFlag.NOW)) { fn("f") returns void },
            library("sum") { fn("nowhere", usize, wchar, bool, address).optional returns utf16.owned() },
            library("sum") { fn("ladder12", i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64) returns i64 },
        )
        declared.forEach { travelled(it).toString() shouldBe "$it" }
        travelled(declared[5]).isAvailable shouldBe false
    }

    test("a function travels whether its library is there or not") {
        val f = travelled(library("nowhere") { fn("f", i32) returns i32 })
        shouldThrow<LibraryNotFoundException> { f(1) }
    }

    test("a function with a type of the user's own stays, unless it is an object's") {
        val seconds = library("sum") { fn("echo_i64", i64.map({ it.seconds }, { it.inWholeSeconds })) returns i64 }
        shouldThrow<NotSerializableException> { bytesOf(seconds) }.message shouldBe """
            A function that can not travel: echo_i64: i64 (i64)
              because: the type of parameter 1 is made of what stays here, functions or classes: i64
              hint: declare it in an object, then it arrives as the one declared there
        """.trimIndent()
        val counter = library("sum") { fn("counter_new", i32) returns handle(::Counter) }
        shouldThrow<NotSerializableException> { bytesOf(counter) }.message shouldBe """
            A function that can not travel: counter_new: Counter (i32)
              because: the type of its result is made of what stays here, functions or classes: Counter
              hint: declare it in an object, then it arrives as the one declared there
        """.trimIndent()
    }

    test("a function with a class of the user's own stays, unless it is an object's") {
        val midpoint = library("sum") { fn("midpoint", struct<Point>(), struct<Point>()) returns struct<Point>() }
        shouldThrow<NotSerializableException> { bytesOf(midpoint) }.message shouldBe """
            A function that can not travel: midpoint: Point (Point, Point)
              because: the type of its result is made of what stays here, functions or classes: Point
              hint: declare it in an object, then it arrives as the one declared there
        """.trimIndent()
        val sum = library("sum") { fn("sum_points", array(pointer(struct<Point>())), i32) returns f64 }
        shouldThrow<NotSerializableException> { bytesOf(sum) }.message shouldBe """
            A function that can not travel: sum_points: f64 (list(pointer(Point)), i32)
              because: the type of parameter 1 is made of what stays here, functions or classes: list(pointer(Point))
              hint: declare it in an object, then it arrives as the one declared there
        """.trimIndent()
    }

    test("arrays, pointers and places travel, with their words") {
        val declared = listOf(
            library("sum") { fn("createArrayi32", array(i32).const, i32) returns array(i32).sizedBy(1).owned() },
            library("sum") { fn("f", array(array(u16)).orNull, inout(usize)) returns array(cstring.orNull).sized(3) },
            library("sum") { fn("f", out(pointer(pointer(f64))), out(cstring.owned())) returns list(u8).terminated },
            library("sum") { fn("f", buffer<IntBuffer>().const) returns pointer(array(i32).sized(4)).owned() },
        )
        declared.forEach { travelled(it).toString() shouldBe "$it" }
        @Suppress("UNCHECKED_CAST") // as declared
        val create = travelled(declared[0]) as (IntArray, Int) -> IntArray
        create(intArrayOf(1, 2), 2).asList() shouldBe listOf(1, 2)
    }

    test("a function of a library that lives in an arena stays, unless it is an object's") {
        val message = """
            A function that can not travel: sum: i32 (i32, i32)
              because: its library was opened by this process, or lives in an arena of it
              hint: declare it in an object, then it arrives as the one declared there
        """.trimIndent()
        Arena.ofConfined().use { arena ->
            val lent = library("sum", arena) { fn("sum", i32, i32) returns i32 }
            shouldThrow<NotSerializableException> { bytesOf(lent) }.message shouldBe message
        }
        val open = library(NativeLibrary.standard()) { fn("sum", i32, i32) returns i32 }
        shouldThrow<NotSerializableException> { bytesOf(open) }.message shouldBe message
    }

    test("a function that is not declared where it arrives is refused") {
        val bytes = String(bytesOf(Own.again), Charsets.ISO_8859_1)
        val renamed = bytes.replace("sum: i32", "sun: i32").toByteArray(Charsets.ISO_8859_1)
        shouldThrow<InvalidObjectException> { valueOf(renamed) }.message shouldBe """
            A function that is not declared here: sun: i32 (i32, i32)
              by: ffi.dsl.Own
        """.trimIndent()
    }

    test("a stream that names another class than a library does not initialize it") {
        val forged = bytesOf(forged("OfObject", Bystander::class.java, 0, "f: void ()"))
        shouldThrow<InvalidObjectException> { valueOf(forged) }.message shouldBe """
            A function that is not declared here: f: void ()
              by: ffi.dsl.Bystander
        """.trimIndent()
        Initialized.bystander shouldBe false
    }

    test("a forged function that is right is one") {
        @Suppress("UNCHECKED_CAST") // as declared
        (travelled(forgedPlace()) as (Int, Int) -> Int)(1, 2) shouldBe 3
    }

    val missing = "A function of which a part is missing\n  of: sum"
    fun unknown(type: String) = "A type that is not known here: ${type.take(100)}\n  of: sum"
    fun ofType(type: String) = unknown(type) to { forgedPlace(result = type) }
    withData(
        mapOf(
            "a charset without its end" to ofType("cstring("),
            "no charset" to ofType("cstring()"),
            "a type of nothing" to ofType("list()"),
            "a type without its end" to ofType("list(list(i32)"),
            "a word without its number" to ofType("array(i32).sized()"),
            "a type in types without end" to ofType("list(".repeat(9000) + "i32" + ")".repeat(9000)),
            "a type with suffixes without end" to ofType("i32" + ".owned".repeat(9000)),
            "13 parameters" to ("A function of too many parameters: 13\n  of: sum" to
                { forgedPlace(parameters = Array(13) { "i32" }) }),
            "a file that can not be" to ("A file that can not be here: Nul character not allowed\n  of: sum" to
                { forgedPlace(library = "a\u0000b", isFile = true) }),
            "no library" to (missing to { forgedPlace(library = null) }),
            "no file" to (missing to { forgedPlace(library = null, isFile = true) }),
            "a flag that is none" to (missing to { forgedPlace(flags = arrayOf(null)) }),
            "an unknown flag" to
                ("A flag that is not known here: NOON\n  of: sum" to { forgedPlace(flags = arrayOf("NOON")) }),
            "no symbol" to ("A function of which a part is missing\n  of: null" to { forgedPlace(symbol = null) }),
            "no result" to (missing to { forgedPlace(result = null) }),
            "no parameters" to (missing to { forgedPlace(parameters = null) }),
            "a parameter that is none" to (missing to { forgedPlace(parameters = arrayOf("i32", null)) }),
            "a version behind none" to (missing to { forgedPlace(otherVersions = arrayOf("1")) }),
            "a version that is none" to (missing to { forgedPlace(otherVersions = arrayOf(null)) }),
            "more named parameters than there are" to
                ("A function of fewer parameters than are named: 9\n  of: sum" to { forgedPlace(fixed = 9) }),
            "another name that is none" to (missing to { forgedPlace(others = arrayOf(null)) }),
            "no class" to ("A function that is not declared here: f: void ()\n  by: null" to
                { forged("OfObject", null, 0, "f: void ()") }),
            "no declaration" to ("A function that is not declared here: null\n  by: ffi.dsl.Own" to
                { forged("OfObject", Own::class.java, -1, null) }),
        ).mapKeys { "a forged function is refused: ${it.key}" },
    ) { (message, forge) ->
        val bytes = bytesOf(forge())
        admitting("true") { shouldThrow<InvalidObjectException> { valueOf(bytes) } }.message shouldBe message
    }
})

// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import java.nio.file.Path
import kotlin.io.path.writeText
import org.jetbrains.kotlin.cli.common.arguments.K2JVMCompilerArguments
import org.jetbrains.kotlin.cli.common.messages.CompilerMessageSeverity
import org.jetbrains.kotlin.cli.common.messages.CompilerMessageSourceLocation
import org.jetbrains.kotlin.cli.common.messages.MessageCollector
import org.jetbrains.kotlin.cli.jvm.K2JVMCompiler
import org.jetbrains.kotlin.config.Services

private const val DECLARATIONS = """
package wrong

import ffi.dsl.*
import java.lang.foreign.MemorySegment

class Db(override val segment: MemorySegment) : Handle
class Statement(override val segment: MemorySegment) : Handle
class Plain(val segment: MemorySegment)
enum class Access { READ, WRITE }

object Lib : Library("sum") {
    val sum = fn("sum", i32, i32) returns i32
    val hash = fn("hash", u32) returns u32
    val open = fn("open", cstring, enumOf<Access>()) returns handle(::Db)
    val prepare = fn("prepare", handle(::Db), cstring) returns handle(::Statement)
    val step = fn("step", handle(::Statement)) returns i32
    val nothing = fn("returnNullString") returns cstring.orNull
    val findDb = fn("find", cstring) returns handle(::Db).orNull
    val noop = fn("noop") returns void
    val maybe = fn("maybe", i32).optional returns i32
    val scale = fn("scale", pointer(f64)) returns void
    val sumOf = fn("sum_of", array(i32), usize) returns i64
    val divide = fn("divide", i32, out(i32)) returns void
    val midpoint = fn("midpoint", struct<Point>()) returns struct<Point>()
    val birthday = fn("birthday", pointer(Human)) returns void
    val find = fn("find_person", cstring) returns pointer(Human).orNull
    val free = fn("free_statement", handle(::Statement)) returns void
}

data class Point(val x: Double, val y: Double)
data class Size(val x: Double, val y: Double)

object Human : Struct<Human>("Human") {
    val age = field("age", i32)
    val parent = field("parent", pointer(this).orNull)
}

object Dog : Struct<Dog>("Dog") {
    val name = field("name", cstring)
}

suspend fun later() {}
"""

private const val NO_RESULT_SAID =
    "'fun invoke(vararg arguments: Any?): Any?' is deprecated. The function is declared without a result. Say what " +
        "it returns, such as fn(\"sum\", i32, i32) returns i32, or returns void."

private fun noTypeOf(what: String) =
    "'fun Library.$what(symbol: String, vararg parameters: Any?): Mistake' is deprecated. $NO_TYPE."

/** A line that must not compile, and all that the compiler says of it. */
private class Program(val line: String, vararg val errors: String)

/** What C would take as it comes and misread, the compiler does not let through. */
class WrongProgramsSpec : FunSpec({

    val programs = mapOf(
        "a correct program" to Program(
            "fun f(db: Db): Int = Lib.step(Lib.prepare(db, \"\")) + Lib.sum(1, 2)",
        ),
        "all of core beside all of the dsl and of the JDK" to Program(
            "import ffi.core.*\nimport java.lang.foreign.*\nimport java.util.*\nimport java.util.function.*\n" +
                "import java.util.concurrent.*\nimport java.io.*\nimport java.nio.*\n" +
                "fun f(p: Pointer<Int>, out: Out<Long>, human: Ref<Human>, field: Field<Human, Int>): Int =\n" +
                "    p.value + human[field] + out.value.toInt() + Lib.divide(7, Out<Int>()).hashCode()\n" +
                "fun g(v: Variable<Int>, segment: MemorySegment, arena: Arena) =\n" +
                "    Pair(v.value, segment == MemorySegment.NULL)",
        ),
        "a String for an Int" to Program(
            "val n = Lib.sum(1, \"x\")",
            "Argument type mismatch: actual type is 'String', but 'Int' was expected.",
        ),
        "too few arguments" to Program(
            "val n = Lib.sum(1)",
            "No value passed for parameter 'p2'.",
        ),
        "too many arguments" to Program(
            "val n = Lib.sum(1, 2, 3)",
            "Too many arguments for 'fun invoke(p1: Int, p2: Int): Int'.",
        ),
        "a Long for an Int" to Program(
            "val n = Lib.sum(1, 2L)",
            "Argument type mismatch: actual type is 'Long', but 'Int' was expected.",
        ),
        "a signed number for an unsigned one" to Program(
            "val n = Lib.hash(-1)",
            "Argument type mismatch: actual type is 'Int', but 'UInt' was expected.",
        ),
        "null for text" to Program(
            "val db = Lib.open(null, Access.READ)",
            "Null cannot be a value of a non-null type 'String'.",
        ),
        "a number for an enumeration" to Program(
            "val db = Lib.open(\"\", 1)",
            "Argument type mismatch: actual type is 'Int', but 'Access' was expected.",
        ),
        "a handle of another class" to Program(
            "fun f(db: Db) = Lib.step(db)",
            "Argument type mismatch: actual type is 'Db', but 'Statement' was expected.",
        ),
        "a handle that may be null" to Program(
            "val s = Lib.prepare(Lib.findDb(\"\"), \"\")",
            "Argument type mismatch: actual type is 'Db?', but 'Db' was expected.",
        ),
        "text that may be null" to Program(
            "val text: String = Lib.nothing()",
            "Initializer type mismatch: expected 'String', actual 'String?'.",
        ),
        "a result of void" to Program(
            "val n: Int = Lib.noop()",
            "Initializer type mismatch: expected 'Int', actual 'Unit'.",
        ),
        "an optional function that may be missing" to Program(
            "val n: Int = Lib.maybe.ifAvailable(3)",
            "Reference has a nullable type 'Fn1<Int, Int>?'. Use explicit '?.invoke' to make a function-like call " +
                "instead.",
        ),
        "a function as one of other types" to Program(
            "val f: (Int) -> Int = Lib.sum",
            "Initializer type mismatch: expected '(Int) -> Int', actual 'Fn2<Int, Int, Int>'.",
        ),
        "a declaration without a result" to Program(
            "val f: (Int) -> Int = Lib.fn(\"f\", i32)",
            "Initializer type mismatch: expected '(Int) -> Int', actual 'Signature1<Int>'.",
        ),
        "a call before the result is declared" to Program(
            "val n = Lib.fn(\"f\", i32)(3)",
            NO_RESULT_SAID,
        ),
        "a call of what the block declares without a result" to Program(
            "val f = library(\"sum\") { fn(\"sum\", i32, i32) }\nfun g() { println(f(1, 2)) }",
            NO_RESULT_SAID,
        ),
        "a call without a result, in a function that suspends" to Program(
            "suspend fun f() = Lib.fn(\"f\")()",
            NO_RESULT_SAID,
        ),
        "a class of Kotlin for a parameter" to Program("val f = Lib.fn(\"a\", Int) returns i32", noTypeOf("fn")),
        "a class of Kotlin for text" to Program("val f = Lib.fn(\"a\", String) returns cstring", noTypeOf("fn")),
        "a class reference for a parameter" to Program(
            "val f = Lib.fn(\"a\", i32, Int::class) returns i32",
            noTypeOf("fn"),
        ),
        "a name for a parameter" to Program("val f = Lib.fn(\"a\", \"i32\") returns i32", noTypeOf("fn")),
        "a list of parameters" to Program("val f = Lib.fn(\"a\", listOf(i32, i32)) returns i32", noTypeOf("fn")),
        "a lambda for a parameter" to Program(
            "val f = Lib.fn(\"a\", { a: Int -> a }, i32) returns i32",
            noTypeOf("fn"),
        ),
        "a callback without a result" to Program(
            "val f = Lib.fn(\"a\", callback(i32), i32) returns i32",
            noTypeOf("fn"),
        ),
        "a class of Kotlin for a result" to Program(
            "val f = Lib.fn(\"a\", i32) returns Int",
            "'fun returns(result: Any?): Mistake' is deprecated. $NO_TYPE.",
        ),
        "Unit for a result" to Program(
            "val f = Lib.fn(\"a\", i32) returns Unit",
            "'fun returns(result: Unit): Mistake' is deprecated. The native type of Unit is `void`: returns void.",
        ),
        "Unit for the result of a callback" to Program(
            "val f = callback(i32) returns Unit",
            "'fun returns(result: Unit): Mistake' is deprecated. The native type of Unit is `void`: returns void.",
        ),
        "thirteen parameters" to Program(
            "val f = Lib.fn(\"a\"${", i32".repeat(13)}) returns i32",
            "'fun Library.fn(symbol: String, ${('a'..'m').joinToString { "$it: NativeType<*>" }}, " +
                "vararg more: NativeType<*>): Mistake' is deprecated. `fn` takes at most 12 parameters. Declare the " +
                "function as a method of an interface, bind<Lib>(\"name\"), which takes any number.",
        ),
        "a callback of thirteen values" to Program(
            "val f = callback(i32${", i32".repeat(12)}) returns i32",
            "'fun callback(${('a'..'m').joinToString { "$it: NativeType<*>" }}, vararg more: NativeType<*>): " +
                "Mistake' is deprecated. `callback` takes at most 12 values. Declare the callback as a " +
                "`fun interface` that a method of a bound interface takes, bind<Lib>(\"name\").",
        ),
        "an array of a class of Kotlin" to Program(
            "val t = array(Int)",
            "'fun array(element: Any?): NativeType<Any?>' is deprecated. $NO_TYPE.",
        ),
        "a list of a class of Kotlin" to Program(
            "val t = list(Int)",
            "'fun list(element: Any?): NativeType<List<Any?>>' is deprecated. $NO_TYPE.",
        ),
        "a pointer to a class of Kotlin" to Program(
            "val t = pointer(Int)",
            "'fun pointer(to: Any?): NativeType<Pointer<Any?>>' is deprecated. $NO_TYPE.",
        ),
        "a place for a class of Kotlin" to Program(
            "val t = out(Int)",
            "'fun out(type: Any?): NativeType<Out<Any?>>' is deprecated. $NO_TYPE.",
        ),
        "a place for a class of Kotlin that C reads as well" to Program(
            "val t = inout(Int)",
            "'fun inout(type: Any?): NativeType<Out<Any?>>' is deprecated. $NO_TYPE.",
        ),
        "a variable of a class of Kotlin" to Program(
            "val v = Lib.variable(\"v\", Int)",
            "'fun Library.variable(symbol: String, type: Any?): Variable<Any?>' is deprecated. $NO_TYPE.",
        ),
        "a library without functions" to Program(
            "val l = library(\"sum\")",
            "'fun library(name: String): Library' is deprecated. A library is declared with its functions: " +
                "library(\"sum\") { fn(\"sum\", i32, i32) returns i32 }.",
        ),
        "a native type for text" to Program(
            "val db = Lib.open(cstring, Access.READ)",
            "Argument type mismatch: actual type is 'NativeType<String>', but 'String' was expected.",
        ),
        "a handle that is none" to Program(
            "val t = handle(::Plain)",
            "Cannot infer type for type parameter 'H'. Specify it explicitly.",
            "Inapplicable candidate(s): constructor(segment: MemorySegment): Plain",
        ),
        "an enumeration that is none" to Program(
            "val t = enumOf<String>()",
            "Type argument is not within its bounds: type parameter 'E (of fun <E : Enum<E>> enumOf)' must be " +
                "subtype of 'Enum<String>', but actual: 'String'.",
        ),
        "text freed by what takes no pointer" to Program(
            "val t = cstring.owned(Lib.hash)",
            "Argument type mismatch: actual type is 'Fn1<UInt, UInt>', but 'Downcall!' was expected.",
        ),
        "a pointer to another type" to Program(
            "fun f(p: Pointer<Int>) = Lib.scale(p)",
            "Argument type mismatch: actual type is 'Pointer<Int>', but 'Pointer<Double>' was expected.",
        ),
        "an array for a pointer" to Program(
            "val n = Lib.scale(doubleArrayOf())",
            "Argument type mismatch: actual type is 'DoubleArray', but 'Pointer<Double>' was expected.",
        ),
        "an array of another type" to Program(
            "val n = Lib.sumOf(longArrayOf(), 0)",
            "Argument type mismatch: actual type is 'LongArray', but 'IntArray' was expected.",
        ),
        "a list for an array" to Program(
            "val n = Lib.sumOf(listOf(1), 1)",
            "Argument type mismatch: actual type is 'List<Int>', but 'IntArray' was expected.",
        ),
        "a value where C fills one in" to Program(
            "val n = Lib.divide(1, 2)",
            "Argument type mismatch: actual type is 'Int', but 'Out<Int>' was expected.",
        ),
        "a place for another type" to Program(
            "val n = Lib.divide(1, Out<Long>())",
            "Argument type mismatch: actual type is 'Out<Long>', but 'Out<Int>' was expected.",
        ),
        "another data class" to Program(
            "val p = Lib.midpoint(Size(1.0, 2.0))",
            "Argument type mismatch: actual type is 'Size', but 'Point' was expected.",
        ),
        "a field of another struct" to Program(
            "fun f(bob: Ref<Human>) = bob[Dog.name]",
            "Cannot infer type for type parameter 'T'. Specify it explicitly.",
            "Argument type mismatch: actual type is 'Field<Dog, String>', but " +
                "'Field<Human!, uninferred T! (of fun <T : Any!> get)>!' was expected."),
        "a value of another type in a field" to Program("fun f(bob: Ref<Human>) { bob[Human.age] = \"x\" }",
            "Argument type mismatch: actual type is 'String', but 'Int!' was expected.",
        ),
        "a pointer to another struct" to Program(
            "fun f(dog: Ref<Dog>) = Lib.birthday(pointerTo(dog))",
            "Argument type mismatch: actual type is 'Pointer<Ref<Dog>>', but 'Pointer<Ref<Human>>' was expected.",
        ),
        "a struct that may be NULL" to Program(
            "val age = Lib.find(\"bob\")[Human.age]",
            "Only safe (?.) or non-null asserted (!!.) calls are allowed on a nullable receiver of type " +
                "'Pointer<Ref<Human>>?'.",
        ),
        "a struct that is not itself" to Program(
            "object Cat : Struct<Dog>(\"Cat\") { val a = anonymous(Dog) }",
            "Candidate 'fun <S : Struct<S>, N : Struct<N>> S.anonymous(nested: N): Field<S, Ref<N>>' is inapplicable " +
                "because of a receiver type mismatch.",
        ),
        "memory without an arena" to Program(
            "val p = alloc(i32)",
            "No context argument for 'arena: Arena' found.",
        ),
        "a struct without an arena" to Program(
            "val p = Human { it[age] = 1 }",
            "No context argument for 'arena: Arena' found.",
        ),
        "a suspending call in an arena" to Program(
            "suspend fun f() = arena { later() }",
            "Suspension functions can only be called within coroutine body.",
        ),
        "a handle freed by what takes another" to Program(
            "val t = handle(::Db).owned(Lib.free)",
            "Argument type mismatch: actual type is 'Fn1<Statement, Unit>', but 'Downcall!' was expected.",
        ),
        "memory in an arena, and structs in it" to Program(
            "fun f() = arena { Lib.birthday(pointerTo(Human { it[age] = 1 })); alloc(i32, 3)[2] }",
        ),
        "a function made by hand" to Program(
            "val f = object : Fn0<Int>() { override fun invoke() = 1 }",
            "Cannot access 'constructor<out R>(): Fn0<R>': it is internal in 'ffi.dsl.Fn0'.",
        ),
    )
    val directory = tempdir().toPath()
    val errors by lazy { errorsOf(programs.values.map { it.line }, directory) }

    withData(programs) { program ->
        errors[programs.values.indexOf(program)] shouldBe program.errors.asList()
    }
})

/** Compiles each line as a file of its own, all at once, and gives what was wrong with each. */
private fun errorsOf(lines: List<String>, directory: Path): List<List<String>> {
    val files = lines.mapIndexed { i, line -> directory.resolve("$i.kt").apply { writeText(file(i, line)) } }
    directory.resolve("declarations.kt").writeText(DECLARATIONS)
    val errors = mutableMapOf<Path, MutableList<String>>()
    val collector = object : MessageCollector {
        override fun clear() = errors.clear()

        override fun hasErrors() = errors.isNotEmpty()

        override fun report(
            severity: CompilerMessageSeverity,
            message: String,
            location: CompilerMessageSourceLocation?,
        ) {
            if (severity.isError) {
                errors.getOrPut(location?.path?.let(Path::of)?.toRealPath() ?: directory) { mutableListOf() } += message
            }
        }
    }
    val arguments = K2JVMCompilerArguments().apply {
        freeArgs = listOf("$directory")
        destination = "${directory.resolve("classes")}"
        classpath = System.getProperty("java.class.path")
        noStdlib = true
        noReflect = true
        jvmTarget = "25"
    }
    K2JVMCompiler().exec(collector, Services.EMPTY, arguments)
    errors.keys.filter { it !in files.map(Path::toRealPath) }.forEach { error("not of a program: ${errors[it]}") }
    return files.map { errors[it.toRealPath()].orEmpty() }
}

/** Each in a package of its own, so that all may use the same names. */
private fun file(index: Int, line: String): String {
    val values = if (line.startsWith("import ")) "" else "import ffi.core.Pointer\nimport ffi.core.Ref\n"
    return "package wrong.p$index\n\nimport ffi.dsl.*\n${values}import wrong.*\n\n$line\n"
}

// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.NativeType.ADDRESS
import ffi.core.NativeType.CHAR16
import ffi.core.NativeType.CSTRING
import ffi.core.NativeType.F64
import ffi.core.NativeType.I32
import ffi.core.NativeType.I64
import ffi.core.NativeType.U16
import ffi.core.NativeType.VOID
import ffi.core.NativeType.struct
import ffi.launched.run
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.int
import io.kotest.property.checkAll
import java.io.IOException
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Executors
import kotlin.io.path.writeText
import users.Structs

private const val ENOENT = 2
private const val ERANGE = 34

private interface Failing {
    @OrErrno fun fail_with(code: Int): Int
    @Symbol("fail_with") fun beside(code: Int): WithErrno<Int>
    @Symbol("fail_with") @OrErrno fun later(code: Int): CompletableFuture<Int>
    fun leave(code: Int)
    @Symbol("leave") fun left(code: Int): WithErrno<Void>
}

/** The number that a call leaves behind, as a word on its result. */
class ErrnoSpec : FunSpec({

    val sum = NativeLibrary.open("sum", Arena.global())
    val libc = NativeLibrary.standard()

    test("a result that is -1 or NULL is an exception that names the call, and says why") {
        val access = libc.downcall("access", I32.orErrno(), CSTRING, I32)
        val e = shouldThrow<ErrnoException> { access.call("nowhere", 0) }
        e.message shouldBe "access(\"nowhere\", 0): ENOENT, No such file or directory"
        e.call() shouldBe "access(\"nowhere\", 0)"
        e.code() shouldBe ENOENT
        e.name() shouldBe "ENOENT"
        e.errno().text() shouldBe "No such file or directory"
        access.call("/", 0) shouldBe 0
    }

    test("a struct has it beside, however it comes") {
        fun left(symbol: String, type: Class<*>) =
            sum.downcall(symbol, struct(type).withErrno(), I32).call(ENOENT) as WithErrno<*>
        left("leave_two", Structs.Long2::class.java) shouldBe WithErrno(Structs.Long2(1, 2), Errno(ENOENT))
        left("leave_three", Structs.Long3::class.java) shouldBe WithErrno(Structs.Long3(1, 2, 3), Errno(ENOENT))
    }

    test("numbers of every width and pointers say so") {
        fun failing(symbol: String, result: NativeType<*>) =
            shouldThrow<ErrnoException> { sum.downcall(symbol, result.orErrno(), I32).call(ENOENT) }.code()

        failing("fail_with", I32) shouldBe ENOENT
        failing("fail_long", I64) shouldBe ENOENT
        failing("fail_short", U16) shouldBe ENOENT
        failing("fail_short", CHAR16) shouldBe ENOENT
        failing("fail_pointer", ADDRESS) shouldBe ENOENT
        failing("fail_pointer", CSTRING) shouldBe ENOENT
        failing("fail_pointer", CSTRING.orNull()) shouldBe ENOENT
        failing("fail_pointer", NativeType.pointer(I32)) shouldBe ENOENT
        failing("fail_with", I32.map({ "never $it" }, { 0 })) shouldBe ENOENT
    }

    test("a call that did not fail is not asked, whatever it left") {
        sum.downcall("succeed_with", I32.orErrno(), I32).call(ENOENT) shouldBe 7
    }

    test("the number comes beside the result") {
        val fail = sum.downcall("fail_with", I32.withErrno(), I32)
        fail.call(ENOENT) shouldBe WithErrno(-1, Errno(ENOENT))
        fail.call(0).toString() shouldBe "WithErrno[value=-1, errno=errno 0, Success]"
        val mapped =
            sum.downcall("fail_with", I32.map({ it + 1 }, { it - 1 }).withErrno().map({ it.errno() }, { null }), I32)
        mapped.call(ENOENT) shouldBe Errno(ENOENT)
        sum.downcall("leave", VOID.withErrno(), I32).call(ERANGE) shouldBe WithErrno(null, Errno(ERANGE))
    }

    test("any number is the one that C left, by every face") {
        val handle = sum.downcall("fail_with", I32.withErrno(), I32)
        val critical = sum.downcall("fail_with", Signature.of(I32.withErrno(), I32).asCritical())
        val bound = Bindings.bind(Failing::class.java, "sum", Arena.global(), java.lang.invoke.MethodHandles.lookup())
        checkAll(Arb.int()) { code ->
            handle.call(code) shouldBe WithErrno(-1, Errno(code))
            critical.call(code) shouldBe WithErrno(-1, Errno(code))
            bound.beside(code) shouldBe WithErrno(-1, Errno(code))
            bound.left(code) shouldBe WithErrno(null, Errno(code))
            shouldThrow<ErrnoException> { bound.fail_with(code) }.code() shouldBe code
        }
        shouldThrow<java.util.concurrent.CompletionException> { bound.later(ENOENT).join() }.cause!!.message shouldBe
            "fail_with(2): ENOENT, No such file or directory"
    }

    test("each call begins without an error, so that results which do not tell can be told") {
        val before = sum.downcall("errno_before", I32.withErrno())
        val leave = sum.downcall("leave", VOID, I32)
        val strtol = libc.downcall("strtol", I64.withErrno(), CSTRING, ADDRESS, I32)
        val left = (1..20_000).count { // seldom with the JVM's own EAGAIN, see Scratch.clearErrno
            leave.call(ENOENT)
            before.call() != WithErrno(0, Errno(0))
        }
        left shouldBeLessThan 20
        strtol.call("1", MemorySegment.NULL, 10) // the JVM links a first call, and may wait, when errno is 0 already
        strtol.call("42", MemorySegment.NULL, 10) shouldBe WithErrno(42L, Errno(0))
        strtol.call("9".repeat(30), MemorySegment.NULL, 10) shouldBe WithErrno(Long.MAX_VALUE, Errno(ERANGE))
    }

    test("a callback that fails in between, garbage collections and other threads do not change it") {
        val fail = sum.downcall("fail_with", I32.withErrno(), I32)
        val operation = NativeType.callback(java.util.function.IntUnaryOperator::class.java)
        val between = sum.downcall("fail_after", I32.withErrno(), operation, I32, I32)
        val disturbing = java.util.function.IntUnaryOperator { a -> fail.call(a).hashCode().also { System.gc() } }
        between.call(disturbing, 5, ERANGE) shouldBe WithErrno(-1, Errno(ERANGE))

        listOf(Executors.newFixedThreadPool(8), Executors.newVirtualThreadPerTaskExecutor()).forEach { threads ->
            threads.use { pool ->
                (1..8).map { n ->
                    pool.submit {
                        repeat(5_000) { i ->
                            fail.call(n * 10_000 + i) shouldBe WithErrno(-1, Errno(n * 10_000 + i))
                            if (i % 500 == 0) Thread.yield()
                        }
                    }
                }.forEach { it.get() }
            }
        }
    }

    test("a rule of one's own says which result is a failure") {
        val status = I32.orThrow { code -> if (code == 0) null else IOException("status $code") }
        val abs = libc.downcall("abs", status, I32)
        abs.call(0) shouldBe 0
        shouldThrow<IOException> { abs.call(-3) }.message shouldBe "status 3"
        val both = I32.withErrno().orThrow { r -> if (r.value() == -1) IOException(r.errno().name()) else null }
        shouldThrow<IOException> { sum.downcall("fail_with", both, I32).call(ERANGE) }.message shouldBe "ERANGE"
    }

    test("the numbers have the names that C has for them") {
        val names = libc.find("strerrorname_np").map { libc.downcall("strerrorname_np", CSTRING.orNull(), I32) }
        names.isPresent shouldBe true // glibc's, since 2.32
        (1..140).forEach { code ->
            Errno(code).name() shouldBe (names.get().call(code) ?: "errno $code")
        }
        Errno(-5).name() shouldBe "errno -5"
    }

    test("a name has the number that C has for it, and all of C's are there") {
        val source = newDirectory().resolve("names.c").also { it.writeText("#include <errno.h>\n") }
        val compiler = run(System.getenv("CC") ?: "cc", "-E", "-dM", "$source")
        val defined = Regex("#define (E[A-Z0-9]+) (\\w+)").findAll(compiler.output)
            .associate { it.groupValues[1] to it.groupValues[2] }
        val inC = defined.mapValues { (_, value) -> (defined[value] ?: value).toInt() }
        Errno.codes().filterKeys { it in inC } shouldBe inC
        (Errno.codes().keys - inC.keys).shouldBeEmpty()
        Errno.codes().values.toList() shouldBe inC.values.sorted()
        for ((name, code) in inC) {
            Errno.of(name) shouldBe Errno(code)
            Errno(code).isNamed(name) shouldBe true
        }
        Errno.of("EWOULDBLOCK").name() shouldBe "EAGAIN"
        Errno.of("ENOENT").isNamed("EACCES") shouldBe false
    }

    test("a name that is none is an exception with those that are near") {
        val e = shouldThrow<UnknownErrnoException> { Errno.of("ENOEND") }
        e.message shouldBe """
            No number of errno has this name: "ENOEND"
              system: linux
              similar: ENOENT, ENOANO, ENONET
        """.trimIndent()
        e.name() shouldBe "ENOEND"
        e.similar().first() shouldBe "ENOENT"
        for (name in listOf("", "enoent", "2", "errno 2", "-", "E", " ENOENT", "ENOENT\u0000")) {
            shouldThrow<UnknownErrnoException> { Errno(2).isNamed(name) }.name() shouldBe name
        }
        shouldThrow<NullPointerException> { Errno.of(null) }.message shouldBe "name"
        shouldThrow<UnsupportedOperationException> { Errno.codes().clear() }
    }

    test("arguments are shown as they would be written, on one line") {
        fun messageOf(vararg arguments: Any?) = ErrnoException::class.java.let {
            val types = arguments.map { argument ->
                when (argument) {
                    is String -> CSTRING
                    is Double -> F64
                    is IntArray -> NativeType.array(IntArray::class.java, I32)
                    else -> ADDRESS.orNull()
                }
            }
            shouldThrow<ErrnoException> {
                sum.downcall("fail_pointer", ADDRESS.orErrno(), I32, *types.toTypedArray()).call(ENOENT, *arguments)
            }.call()
        }
        messageOf("a\n\"b\"", 1.5, intArrayOf(1, 2), MemorySegment.ofAddress(255), null) shouldBe
            "fail_pointer(2, \"a\\n\\\"b\\\"\", 1.5, int[2], 0xff, NULL)"
    }

    test("what has no such number is refused when it is declared, in words that name it") {
        fun messageOf(result: NativeType<*>, vararg parameters: NativeType<*>) =
            shouldThrow<BindingException> { Signature.of(result, *parameters) }.message

        messageOf(F64.orErrno()) shouldBe """
            A type that has no orErrno
              type: f64
              expected: a number or a pointer
        """.trimIndent()
        messageOf(VOID.orErrno()) shouldBe """
            A type that has no orErrno
              type: void
              expected: a number or a pointer
        """.trimIndent()
        messageOf(I32.withErrno().withErrno()) shouldBe """
            A type that has no withErrno
              type: i32.withErrno
              expected: a result that has none
        """.trimIndent()
        messageOf(I32.withLastError()) shouldBe """
            A type that has no withLastError
              type: i32
              expected: Windows
        """.trimIndent()
        messageOf(VOID, I32.orErrno()) shouldBe """
            Only a result has an errno
              type: i32.orErrno
              as: parameter 1
        """.trimIndent()
        shouldThrow<BindingException> { NativeType.pointer(I32.orErrno()).layout() }.message shouldBe """
            A type that has no address
              type: i32.orErrno
              expected: a type with values
        """.trimIndent()
    }
})

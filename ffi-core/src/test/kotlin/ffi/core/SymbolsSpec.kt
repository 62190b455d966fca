// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.NativeType.ADDRESS
import ffi.core.NativeType.CSTRING
import ffi.core.NativeType.F64
import ffi.core.NativeType.I32
import ffi.launched.UseVariablesInOwnJvm
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.throwables.shouldThrowAny
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.lang.foreign.SymbolLookup
import java.util.Optional
import java.util.function.IntBinaryOperator
import users.Globals.Api
import users.Globals.Throwing

/** Under which names symbols are found, and where. */
@EnabledIf(OnLinux::class)
class SymbolsSpec : FunSpec({

    val library = NativeLibrary.open("sum", Arena.global())

    fun function(vararg symbols: String): Downcall =
        Downcall.declare({ library }, library.scope(), symbols.asList(), Signature.of(I32, I32, I32))

    fun messageOf(block: () -> Any?): String =
        shouldThrowAny { block() }.message!!.replace("$natives", "DIR")

    context("several names") {
        test("the first is called that the library exports") {
            val sum = function("sum_v2", "sum", "multiply")
            sum.call(2, 4) shouldBe 6
            sum.`as`(IntBinaryOperator::class.java).applyAsInt(2, 4) shouldBe 6
            sum.isAvailable shouldBe true
            sum.symbol() shouldBe "sum_v2"
            sum.symbols() shouldContainExactly listOf("sum_v2", "sum", "multiply")
            "$sum" shouldBe "sum_v2: i32 (i32, i32)"
        }

        test("none that the library exports") {
            val none = function("multiplx", "summ")
            none.isAvailable shouldBe false
            messageOf { none.call(1, 2) } shouldBe """
                Symbol not found: "multiplx", "summ"
                  library: DIR/libsum.so
                  similar: multiply, sum, sum2, sum3, sum4
            """.trimIndent()
            shouldThrow<SymbolNotFoundException> { none.address() }.symbol() shouldBe "multiplx"
        }

        test("no name at all is no function") {
            shouldThrow<IllegalArgumentException> { function() }.message shouldBe
                "no name for a function: i32 (i32, i32)"
        }
    }

    test("an interface has a prefix, which no @Symbol has") {
        val throwing = Bindings.bind(Throwing::class.java, "sum")
        throwing.`in`(3) shouldBe 3
        throwing.sum(1, 2) shouldBe 3
        Bindings.functions(throwing).map { it.symbol() }.sorted() shouldBe listOf("sum", "throw_in")
        Bindings.bind(Api::class.java, "sum").version() shouldBe 42
    }

    context("a library of several versions or names") {
        test("is the first that is there") {
            val directory = directoryOf("libsum.so.2", "libtotal.so")
            Arena.ofConfined().use { arena ->
                searching(directory) {
                    val second = NativeLibrary.openFirst("sum", listOf("3", "2", "1"), arena)
                    "$second" shouldBe "$directory/libsum.so.2"
                    "${NativeLibrary.openFirst(listOf("nowhere", "total"), arena)}" shouldBe "$directory/libtotal.so"
                    "${NativeLibrary.openFirst("sum", listOf("2"), arena)}" shouldBe "$directory/libsum.so.2"
                }
            }
        }

        test("is nowhere") {
            val arch = System.getProperty("os.arch").replace("amd64", "x86_64")
            searching(newDirectory()) {
                shouldThrow<LibraryNotFoundException> {
                    NativeLibrary.openFirst("nowhere", listOf("3", "1.1"), Arena.global())
                }
            }.message!!.replace(Regex("tried: /\\S*/libnowhere"), "tried: DIR/libnowhere") shouldBe """
                Library not found: "nowhere"
                  version: 3, 1.1
                  tried: DIR/libnowhere.so.3 (no such file)
                  tried: classpath:natives/linux-$arch/libnowhere.so.3 (no such resource)
                  tried: libnowhere.so.3 (cannot open shared object file: No such file or directory)
                  tried: libnowhere.so.3.* in the system's directories (no such file)
                  tried: DIR/libnowhere.so.1.1 (no such file)
                  tried: classpath:natives/linux-$arch/libnowhere.so.1.1 (no such resource)
                  tried: libnowhere.so.1.1 (cannot open shared object file: No such file or directory)
                  tried: libnowhere.so.1.1.* in the system's directories (no such file)
                  hint: name its directory with -Dffi.library.path=DIR
            """.trimIndent()
            val several = shouldThrow<LibraryNotFoundException> {
                NativeLibrary.openFirst(listOf("nowhere", "elsewhere"), Arena.global())
            }
            several.name() shouldBe "elsewhere"
            several.suppressed.map { (it as LibraryNotFoundException).name() } shouldBe listOf("nowhere")
        }

        test("needs at least one, and none that is empty") {
            for (versions in listOf(listOf(), listOf("1", ""), listOf("1", "a/b"))) {
                shouldThrow<IllegalArgumentException> { NativeLibrary.openFirst("sum", versions, Arena.global()) }
            }
            for (names in listOf(listOf(), listOf("sum", ""))) {
                shouldThrow<IllegalArgumentException> { NativeLibrary.openFirst(names, Arena.global()) }
            }
        }
    }

    context("symbols that a function supplies") {
        val getProc = library.downcall("get_proc", ADDRESS, CSTRING)
        val asked = mutableListOf<String>()
        val gl = NativeLibrary.of("GL") { name ->
            asked += name
            Optional.of(getProc.call(name) as MemorySegment)
        }

        test("are called by every face") {
            val add = gl.downcall("glAdd", I32, I32, I32)
            add.call(1, 2) shouldBe 3
            add.`as`(IntBinaryOperator::class.java).applyAsInt(3, 4) shouldBe 7
            add.handle().invokeWithArguments(5, 6) shouldBe 11
            Bindings.bind(users.Globals.Gl::class.java, gl).glAdd(7, 8) shouldBe 15
            gl.downcall("glName", CSTRING).call() shouldBe "hidden"
        }

        test("are asked for once by each function") {
            asked.clear()
            val add = Downcall.declare({ gl }, gl.scope(), "glAdd", Signature.of(I32, I32, I32))
                .`as`(IntBinaryOperator::class.java)
            asked shouldBe listOf()
            repeat(3) { add.applyAsInt(1, 2) }
            asked shouldBe listOf("glAdd")
        }

        test("are missing where it gives NULL, nothing or null") {
            messageOf { gl.downcall("glSub", I32, I32, I32) } shouldBe """
                Symbol not found: "glSub"
                  library: GL
            """.trimIndent()
            gl.find("glSub") shouldBe Optional.empty()
            NativeLibrary.of("none") { _ -> Optional.empty() }.find("x") shouldBe Optional.empty()
            NativeLibrary.of("null") { _ -> null }.find("x") shouldBe Optional.empty()
            "$gl" shouldBe "GL"
            gl.name() shouldBe "GL"
            gl.file() shouldBe Optional.empty()
        }

        test("may be variables, of which only the declaration knows the size") {
            val getSymbol = library.downcall("get_symbol", ADDRESS, CSTRING)
            val level = NativeLibrary.of("GL") { Optional.of(getSymbol.call(it) as MemorySegment) }
                .variable("glLevel", I32)
            level.get() shouldBe 11
            level.set(12)
            level.get() shouldBe 12
            level.set(11)
            shouldThrow<BindingException> { gl.variable("glAdd", I32) }
        }

        test("may be those of dlsym itself") {
            val dlsym = NativeLibrary.standard().downcall("dlsym", ADDRESS, ADDRESS, CSTRING)
            val all = NativeLibrary.of("dlsym") { Optional.of(dlsym.call(MemorySegment.NULL, it) as MemorySegment) }
            all.downcall("abs", I32, I32).call(-5) shouldBe 5
            shouldThrow<SymbolNotFoundException> { all.findOrThrow("no_such_symbol") }
        }

        test("end with their arena") {
            val arena = Arena.ofConfined()
            val ending = NativeLibrary.of("sum", SymbolLookup { library.find(it) }, arena)
            val sum = ending.downcall("sum", I32, I32, I32)
            sum.call(1, 2) shouldBe 3
            arena.close()
            shouldThrow<IllegalStateException> { sum.call(1, 2) }
            shouldThrow<IllegalStateException> { ending.find("sum") }.message shouldBe """
                The library has been unloaded
                  asked for: "sum"
                  hint: keep the arena open in which the library was opened
            """.trimIndent()
        }

        test("what the function throws is thrown by the call") {
            val failing = NativeLibrary.of("failing") { throw IllegalStateException("no context for $it") }
            val call = Downcall.declare({ failing }, failing.scope(), "glAdd", Signature.of(I32, I32, I32))
            shouldThrow<IllegalStateException> { call.call(1, 2) }.message shouldBe "no context for glAdd"
        }
    }

    context("C++") {
        test("functions that are exported under mangled names only are told as C++ spells them") {
            messageOf { library.downcall("cpp_add", I32, I32, I32) } shouldBe """
                Symbol not found: "cpp_add"
                  library: DIR/libsum.so
                  similar: cpp_add(double, double), which is exported as _Z7cpp_adddd
                  similar: cpp_add(int, int), which is exported as _Z7cpp_addii
                  hint: C++ exports a function under its own name only when it is declared extern "C"
            """.trimIndent()
            messageOf { library.downcall("geometry::Square::area(double) const", F64) } shouldContain
                "similar: geometry::Square::area(double) const, which is exported as _ZNK8geometry6Square4areaEd"
            messageOf { library.variable("count_of_shapes", I32) } shouldContain
                "geometry::count_of_shapes, which is exported as _ZN8geometry15count_of_shapesE"
        }

        test("they are called by their mangled names, a method with its object first") {
            library.downcall("_Z7cpp_addii", I32, I32, I32).call(1, 2) shouldBe 3
            library.downcall("_Z7cpp_adddd", F64, F64, F64).call(1.5, 2.0) shouldBe 3.5
            val area = library.downcall("_ZNK8geometry6Square4areaEd", F64, ADDRESS, F64)
            area.call(MemorySegment.NULL, 3.0) shouldBe 9.0
            library.variable("_ZN8geometry15count_of_shapesE", I32).get() shouldBe 2
        }

        test("an exception that nobody in C++ catches ends the process: the C++ runtime says so, and aborts") {
            val (output, errors, exit) = UseVariablesInOwnJvm.ended("lets C++ throw", "-XX:-CreateCoredumpOnCrash")
            output.lines().first() shouldBe "5"
            errors shouldStartWith "terminate called after throwing an instance of 'std::runtime_error'\n" +
                "  what():  a negative value"
            exit shouldBe 134
        }

        test("a wrapper that catches it returns what it likes") {
            UseVariablesInOwnJvm.ended("lets a wrapper catch").output shouldBe "-1\nalive"
        }
    }
})

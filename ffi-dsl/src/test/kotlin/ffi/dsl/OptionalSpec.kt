// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.BindingException
import ffi.core.LibraryNotFoundException
import ffi.core.SymbolNotFoundException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.lang.foreign.Arena

private object Absent : Library("nowhere") {
    val maybe = fn("maybe").optional returns void
}

class OptionalSpec : FunSpec({

    test("a function says whether the library has it") {
        LibSum.sum.isAvailable shouldBe true
        LibSum.maybe.isAvailable shouldBe false
        Absent.maybe.isAvailable shouldBe false
    }

    test("an optional function is called if the library has it") {
        LibSum.maybe.ifAvailable?.invoke(3) shouldBe null
        LibSum.sum.ifAvailable?.invoke(1, 2) shouldBe 3
    }

    test("an optional function that is there is called as any other") {
        val sum = library("sum") { fn("sum", i32, i32).optional returns i32 }
        sum(1, 2) shouldBe 3
    }

    test("a call of an optional function that is missing throws, each time") {
        repeat(2) {
            shouldThrow<SymbolNotFoundException> { LibSum.maybe(1) }.symbol() shouldBe "not_in_old_versions"
        }
        shouldThrow<LibraryNotFoundException> { Absent.maybe() }
    }

    test("link passes over optional functions, but not over the library") {
        LibSum.link()
        shouldThrow<LibraryNotFoundException> { Absent.link() }
    }

    test("a function that can not be is not available") {
        val wrong = library("sum") { fn("sum", void) returns i32 }
        wrong.isAvailable shouldBe false
        wrong.ifAvailable shouldBe null
        shouldThrow<BindingException> { wrong(Unit) }
    }

    test("a function is not available any more once its library has been unloaded") {
        val arena = Arena.ofShared()
        val (called, never) = List(2) { library("sum", arena) { fn("sum", i32, i32) returns i32 } }
        called.isAvailable shouldBe true
        arena.close()
        called.isAvailable shouldBe false
        called.ifAvailable shouldBe null
        never.isAvailable shouldBe false
    }
})

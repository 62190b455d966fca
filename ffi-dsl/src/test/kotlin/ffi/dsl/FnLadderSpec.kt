// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

/** Every rung of the ladder puts every argument into its place: C multiplies each by the number of that place. */
class FnLadderSpec : FunSpec({

    test("0 parameters") { (library("sum") { fn("ladder0") returns i64 })() shouldBe 0L }

    test("1 parameter") {
        val fn = library("sum") { fn("ladder1", i64) returns i64 }
        fn(3L) shouldBe 3L
    }

    test("2 parameters") {
        val fn = library("sum") { fn("ladder2", i64, i64) returns i64 }
        fn(3L, 7L) shouldBe 17L
    }

    test("3 parameters") {
        val fn = library("sum") { fn("ladder3", i64, i64, i64) returns i64 }
        fn(3L, 7L, 11L) shouldBe 50L
    }

    test("4 parameters") {
        val fn = library("sum") { fn("ladder4", i64, i64, i64, i64) returns i64 }
        fn(3L, 7L, 11L, 4L) shouldBe 66L
    }

    test("5 parameters") {
        val fn = library("sum") { fn("ladder5", i64, i64, i64, i64, i64) returns i64 }
        fn(3L, 7L, 11L, 4L, 8L) shouldBe 106L
    }

    test("6 parameters") {
        val fn = library("sum") { fn("ladder6", i64, i64, i64, i64, i64, i64) returns i64 }
        fn(3L, 7L, 11L, 4L, 8L, 12L) shouldBe 178L
    }

    test("7 parameters") {
        val fn = library("sum") { fn("ladder7", i64, i64, i64, i64, i64, i64, i64) returns i64 }
        fn(3L, 7L, 11L, 4L, 8L, 12L, 5L) shouldBe 213L
    }

    test("8 parameters") {
        val fn = library("sum") { fn("ladder8", i64, i64, i64, i64, i64, i64, i64, i64) returns i64 }
        fn(3L, 7L, 11L, 4L, 8L, 12L, 5L, 9L) shouldBe 285L
    }

    test("9 parameters") {
        val fn = library("sum") { fn("ladder9", i64, i64, i64, i64, i64, i64, i64, i64, i64) returns i64 }
        fn(3L, 7L, 11L, 4L, 8L, 12L, 5L, 9L, 13L) shouldBe 402L
    }

    test("10 parameters") {
        val fn = library("sum") { fn("ladder10", i64, i64, i64, i64, i64, i64, i64, i64, i64, i64) returns i64 }
        fn(3L, 7L, 11L, 4L, 8L, 12L, 5L, 9L, 13L, 6L) shouldBe 462L
    }

    test("11 parameters") {
        val fn = library("sum") { fn("ladder11", i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64) returns i64 }
        fn(3L, 7L, 11L, 4L, 8L, 12L, 5L, 9L, 13L, 6L, 10L) shouldBe 572L
    }

    test("12 parameters") {
        val fn = library("sum") {
            fn("ladder12", i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64) returns i64
        }
        fn(3L, 7L, 11L, 4L, 8L, 12L, 5L, 9L, 13L, 6L, 10L, 3L) shouldBe 608L
    }

    test("every rung has the words of a signature") {
        val f0 = library("sum") { fn("ladder0").critical.optional returns i64 }
        val f1 = library("sum") { fn("ladder1", i64).critical.optional returns i64 }
        val f12 = library("sum") {
            fn("ladder12", i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64).optional.critical returns i64
        }
        f0() shouldBe 0L
        f1(7L) shouldBe 7L
        f12(0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 1L) shouldBe 12L
        "$f12" shouldBe "ladder12: i64 (i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64) critical"
    }
})

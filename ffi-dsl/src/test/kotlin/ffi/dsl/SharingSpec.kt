// SPDX-License-Identifier: Apache-2.0
@file:OptIn(ExperimentalUnsignedTypes::class)

package ffi.dsl

import ffi.core.Out
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.nio.ByteBuffer

private object LibShared : Library("sum") {
    val add = fn("add_bytes", array(u8), array(u8).const, i32) returns isize
    val signed = fn("add_bytes", array(i8), array(i8), i32) returns isize
    val both = fn("add_both", inout(i32), inout(i32)) returns isize
    val rows = fn("double_rows", array(array(i32)), i32, i32, array(i32).orNull) returns isize
}

private interface BoundShared {
    fun add_bytes(to: UByteArray, from: UByteArray, count: Int): Long
}

/** One object that is given as several arguments has one address, however the function is declared in Kotlin. */
class SharingSpec : FunSpec({

    test("an unsigned array, which Kotlin puts into a box of its own for each argument") {
        val values = ubyteArrayOf(1u, 2u, 200u)
        LibShared.add(values, values, 3) shouldBe 0
        values shouldBe ubyteArrayOf(3u, 5u, 145u)
        LibShared.signed(values.asByteArray(), values.asByteArray(), 3) shouldBe 0
        values shouldBe ubyteArrayOf(7u, 11u, 35u)
    }

    test("a block, an object and an interface") {
        val values = byteArrayOf(1, 2)
        val block = library("sum") { fn("add_bytes", array(i8), buffer<ByteBuffer>().const, i32) returns isize }
        block(values, ByteBuffer.wrap(values), 2) shouldBe 0
        values shouldBe byteArrayOf(3, 5)
        val bytes = ubyteArrayOf(1u, 2u)
        bind<BoundShared>("sum").add_bytes(bytes, bytes, 2) shouldBe 0
        bytes shouldBe ubyteArrayOf(3u, 5u)
    }

    test("an Out and rows") {
        val out = Out(1)
        LibShared.both(out, out) shouldBe 0
        out.value shouldBe 12
        val row = intArrayOf(1, 2)
        LibShared.rows(mutableListOf(row, row), 2, 2, row) shouldBe 0
        row shouldBe intArrayOf(8, 16)
    }
})

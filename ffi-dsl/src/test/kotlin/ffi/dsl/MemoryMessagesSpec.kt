// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.Pointer
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.lang.foreign.Arena
import java.util.concurrent.CompletableFuture

private object Nulls : Library("sum") {
    val isNull = fn("is_null", pointer(i32)) returns i32
}

internal interface NullsFace {
    @Suppress("FunctionName")
    fun is_null(address: Pointer<Int>): Int
}

/** What a user of Kotlin reads where memory is closed or another thread's. */
class MemoryMessagesSpec : FunSpec({

    fun String.masked() = replace(Regex("0x[0-9a-f]+"), "0x…")

    val closed = """
        Argument 1 is closed already
          function: is_null: i32 (pointer(i32))
          declared: pointer(i32)
          found: 4 bytes at 0x…
          hint: close it, or its arena, after its last use
    """.trimIndent()

    val foreign = """
        Argument 1 belongs to another thread
          function: is_null: i32 (pointer(i32))
          declared: pointer(i32)
          found: 4 bytes at 0x…
          hint: allocate it in Arena.ofShared(), or in Kotlin in a nativeScope
    """.trimIndent()

    test("an object, a block and an interface name the function, the argument and its type") {
        val block = library("sum") { fn("is_null", pointer(i32)) returns i32 }
        val bound = bind<NullsFace>("sum")
        for (call in listOf<(Pointer<Int>) -> Int>({ Nulls.isNull(it) }, { block(it) }, { bound.is_null(it) })) {
            val gone = arena { alloc(i32) }
            shouldThrow<IllegalStateException> { call(gone) }.message!!.masked() shouldBe closed
            Arena.ofConfined().use { arena ->
                val own = context(arena) { alloc(i32) }
                call(own) shouldBe 0
                val thrown = CompletableFuture.supplyAsync { runCatching { call(own) }.exceptionOrNull()!! }.join()
                (thrown is WrongThreadException) shouldBe true
                thrown.message!!.masked() shouldBe foreign
            }
        }
    }
})

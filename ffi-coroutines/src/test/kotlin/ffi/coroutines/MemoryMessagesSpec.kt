// SPDX-License-Identifier: Apache-2.0
package ffi.coroutines

import ffi.core.NativeType
import ffi.dsl.Library
import ffi.dsl.alloc
import ffi.dsl.fn
import ffi.dsl.i32
import ffi.dsl.pointer
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.lang.foreign.Arena

private object Nulls : Library("sum") {
    val isNull = fn("is_null", pointer(i32)) awaits i32
}

/** What a suspending call says of memory that is closed, or that its thread must not use. */
class MemoryMessagesSpec : FunSpec({

    fun String.masked() = replace(Regex("0x[0-9a-f]+"), "0x…")

    test("a suspending call names the argument that belongs to another thread, and nativeScope") {
        Arena.ofConfined().use { arena ->
            val pointer = NativeType.I32.allocate(arena)
            shouldThrow<WrongThreadException> { Nulls.isNull(pointer) }.message!!.masked() shouldBe """
                Argument 1 belongs to another thread
                  function: is_null: i32 (pointer(i32))
                  declared: pointer(i32)
                  found: 4 bytes at 0x…
                  hint: allocate it in Arena.ofShared(), or in Kotlin in a nativeScope
            """.trimIndent()
        }
        nativeScope { Nulls.isNull(alloc(i32)) } shouldBe 0
    }

    test("a suspending call names the argument that is closed") {
        val gone = Arena.ofShared().use { NativeType.I32.allocate(it) }
        shouldThrow<IllegalStateException> { Nulls.isNull(gone) }.message!!.masked() shouldBe """
            Argument 1 is closed already
              function: is_null: i32 (pointer(i32))
              declared: pointer(i32)
              found: 4 bytes at 0x…
              hint: close it, or its arena, after its last use
        """.trimIndent()
    }
})

// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal

import ffi.launched.Ended
import io.kotest.core.annotation.Condition
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.Spec
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlin.reflect.KClass

/** Elsewhere each shape is linked by the first call that needs it. */
internal class OnSystemV : Condition {
    override fun evaluate(kclass: KClass<out Spec>): Boolean = Platform.ARCH == "x86_64" && !Platform.WINDOWS
}

/** The first calls of functions whose shape is not linked; `ScalarSignaturesSpec` has what they return. */
@EnabledIf(OnSystemV::class)
class RareSpec : FunSpec({

    fun printed(firstThree: String) = """
        the first: $firstThree
        rarely: [5]
        linked: false
        then: 9, linked: true
        of an arena that ends: 1099511627779
        linked: true
        linked: false
        linked: true, as before: true
        java.lang.NullPointerException: Argument 1 is not a value of its type
          function: many_IP_1: i32 (address)
          declared: address
          expected: a MemorySegment, or MemorySegment.NULL
          found: null
          hint: declare it address.orNull if NULL is a value of it
        [ffi.core.SymbolNotFoundException: Symbol not found: "many_none"]
    """.trimIndent()

    test("a shape is linked when it is worth it, and what a function says does not change with that") {
        CallRarelyInOwnJvm.ended("-Dffi.headstart=false") shouldBe Ended(printed("[true, true, true]"), "", 0)
    }

    test("the shape that the head start has linked is one of the first three") {
        CallRarelyInOwnJvm.ended() shouldBe Ended(printed("[true, true, false]"), "", 0)
    }
})

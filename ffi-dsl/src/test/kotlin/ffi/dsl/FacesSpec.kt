// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.Bindings
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.property.checkAll
import java.util.function.IntBinaryOperator

interface SumFace {
    fun sum(a: Int, b: Int): Int
}

/** Every face of a library calls the same function in the same way. */
class FacesSpec : FunSpec({

    val downcall = library("libsum") { function("sum", i32, i32, i32) }

    val faces: Map<String, (Int, Int) -> Int> = mapOf(
        "block" to library("libsum") { fn("sum", i32, i32) returns i32 },
        "object" to LibSum.sum,
        "interface" to bind<SumFace>("sum")::sum,
        "interface of Java's" to Bindings.bind(SumFace::class.java, "sum")::sum,
        "functional interface of Java's" to downcall.`as`(IntBinaryOperator::class.java)::applyAsInt,
        "method handle" to { a, b -> downcall.handle().invokeExact(a, b) as Int },
        "dynamic door" to { a, b -> downcall.call(a, b) as Int },
    )

    withData(faces) { sum ->
        sum(1, 2) shouldBe 3
        checkAll<Int, Int> { a, b -> sum(a, b) shouldBe a + b }
    }
})

// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContain

/** Once it is compiled, a call through a constant leaves nothing to the garbage collector: the JIT drops the boxes. */
class GarbageSpec : FunSpec({

    val printed by lazy { GarbageInOwnJvm.printed() }

    withData(GarbageInOwnJvm.names) { name -> printed shouldContain "$name: 0" }
})
